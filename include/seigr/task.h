/* SPDX-License-Identifier: MIT */
/*
 * task.h - what the capsules TASK, RESULT, STATE, MESSAGE and DISPUTE say.
 *
 * A task names a program, inputs and limits; a result what running it came
 * to; a state where a run stood; a dispute which of two results is wrong, and
 * the one interval of the run that shows it (docs/spec/task.md). Here their
 * detail messages are read and written. Nothing here runs a program: see
 * engine.h; and nothing is trusted: a view says what its issuer claims.
 *
 *     seigr_task_encode() -> seigr_draft.detail -> seigr_capsule_seal()
 *     seigr_capsule_verify() -> seigr_task_decode() -> seigr_task_next_*()
 *
 * Threads: functions here keep nothing and may be called from any thread; a
 * view borrows the capsule's bytes. No memory is asked for.
 */
#ifndef SEIGR_TASK_H
#define SEIGR_TASK_H

#include "seigr/base.h"    /* spans, context, status codes, seigr_hash */
#include "seigr/capsule.h" /* seigr_capsule, seigr_label */

#ifdef __cplusplus
extern "C" {
#endif

/* Bounds of these messages. */
#define SEIGR_TASK_LIST_MAX 4096u     /* inputs, arguments, files, each */
#define SEIGR_TASK_NEEDS_MAX 64u      /* needs */
#define SEIGR_TASK_SEED_MAX 64u       /* bytes of seed */
#define SEIGR_TASK_PRIORITY_MAX 5u    /* 0 idle to 5 urgent */
#define SEIGR_TASK_PATH_MAX 1023u     /* bytes of a path */
#define SEIGR_TASK_PATH_PART_MAX 255u /* bytes between two slashes */
#define SEIGR_TASK_PAGES_MAX 65536u   /* pages of memory, 64 KiB each */
#define SEIGR_TASK_ROOTS_MAX 1048576u /* checkpoints of one run */
#define SEIGR_TASK_CHANNELS_MAX 256u  /* ends of channels */
#define SEIGR_TASK_CHANNEL_NAME_MAX 255u

/* What a limit of 0 stands for. */
#define SEIGR_TASK_PAGES 1024u      /* 64 MiB */
#define SEIGR_TASK_DEPTH 16384u     /* frames */
#define SEIGR_TASK_SLOTS 262144u    /* parameters, locals, operands */
#define SEIGR_TASK_OUTPUT 67108864u /* bytes */
#define SEIGR_TASK_CHANNEL 65536u   /* bytes of room */

/* Bounds of a channel's room. */
#define SEIGR_TASK_CHANNEL_MIN 64u
#define SEIGR_TASK_CHANNEL_MAX 16777216u

/* How far a program may go. Each 0 but fuel stands for the value above. */
typedef struct seigr_task_limits {
    uint64_t fuel;             /* from 1 */
    uint64_t output_max;       /* bytes of output and files together */
    uint64_t checkpoint_every; /* fuel between two state roots; 0: none but
                                  the last; fuel / checkpoint_every is at
                                  most SEIGR_TASK_ROOTS_MAX */
    uint32_t memory_pages;
    uint32_t depth;
    uint32_t slots;
    uint32_t reserved; /* zero */
} seigr_task_limits;

/* What matters to those who hand tasks out. It never reaches a program or a
 * result. */
typedef struct seigr_task_service {
    uint64_t deadline_ms;      /* Unix time; 0: none */
    uint32_t priority;         /* 0 to SEIGR_TASK_PRIORITY_MAX */
    uint32_t replication;      /* executors asked for; 0: theirs to choose */
    uint32_t target_error_ppb; /* accepted chance of a wrong result, parts in
                                  10^9; 0: not said; not with replication */
    uint32_t reserved;         /* zero */
} seigr_task_service;

/*
 * A task: a view of a TASK capsule. Lists are read with the functions below.
 */
typedef struct seigr_task {
    uint32_t struct_size;
    uint32_t input_count;
    uint32_t argument_count;
    uint32_t environment_count;
    uint32_t need_count;
    uint32_t grant_count; /* links with role GRANT */
    seigr_id program;
    seigr_span entry; /* exported function; empty: "_start" */
    seigr_span seed;  /* of randomness, may be empty */
    uint64_t clock_ns;
    seigr_task_limits limits;
    seigr_task_service service;
    seigr_span private_inputs;
    seigr_span private_arguments;
    seigr_span private_environment;
    seigr_span private_service;
    seigr_span private_links;
    uint32_t channel_count; /* ends of channels that the task holds */
    uint32_t reserved;
    seigr_hash job; /* whose channels these are, where there are any */
    seigr_span private_channels;
} seigr_task;

/*
 * Read what a TASK capsule says.
 *
 *   capsule  a view; borrowed as long as out is used.
 *   out      untouched on failure.
 *   error    may be NULL; offset counts from the start of the capsule.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_LIMIT; SEIGR_E_INVAL where the capsule
 * is of another kind.
 */
SEIGR_API SEIGR_MUST_USE int seigr_task_decode(const seigr_capsule *capsule,
                                               seigr_task *out,
                                               seigr_error *error);

/* An input of a task. */
typedef struct seigr_task_input {
    seigr_id id;     /* a capsule, whose body is the content */
    seigr_span path; /* where the program finds it */
} seigr_task_input;

/* Where a walk stands. Start from {0, 0}. */
typedef struct seigr_task_cursor {
    size_t entry;
    size_t link;
} seigr_task_cursor;

/*
 * Walk the inputs of a task, ascending by path.
 *
 *   cursor  {0, 0} before the first call; owned by the walk.
 *
 * Returns 1 and an input, or 0 behind the last.
 */
SEIGR_API int seigr_task_next_input(const seigr_task *task,
                                    seigr_task_cursor *cursor,
                                    seigr_task_input *out);

/*
 * Walk the arguments of a task in their order, the program's name first.
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and text without NUL, borrowed from the capsule, or 0.
 */
SEIGR_API int seigr_task_next_argument(const seigr_task *task, size_t *cursor,
                                       seigr_span *out);

/*
 * Walk the environment of a task in its order, each "NAME=value".
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and text without NUL, borrowed from the capsule, or 0.
 */
SEIGR_API int seigr_task_next_variable(const seigr_task *task, size_t *cursor,
                                       seigr_span *out);

/*
 * Walk what a task needs of a machine, ascending by key.
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and a key with a value, borrowed from the capsule, or 0.
 */
SEIGR_API int seigr_task_next_need(const seigr_task *task, size_t *cursor,
                                   seigr_label *out);

#define SEIGR_CHANNEL_SEND 1u
#define SEIGR_CHANNEL_RECEIVE 2u

/*
 * One end of a channel, which a task of the same job holds the other of. What
 * a program can reach is what its task gives it: its handles are 0, 1, 2 for
 * these ends in their order.
 */
typedef struct seigr_task_channel {
    seigr_span name;    /* UTF-8, 1 to 255 bytes, no NUL */
    uint32_t direction; /* SEIGR_CHANNEL_* */
    uint32_t room;      /* bytes that it holds, 4 for each message included;
                           0 stands for SEIGR_TASK_CHANNEL */
} seigr_task_channel;

/*
 * Walk the ends of channels that a task holds, in the order of handles.
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and an end, its name borrowed from the capsule, or 0.
 */
SEIGR_API int seigr_task_next_channel(const seigr_task *task, size_t *cursor,
                                      seigr_task_channel *out);

/*
 * What a TASK capsule is to say. Start from SEIGR_TASK_DRAFT_INIT. Everything
 * is borrowed until the call returns. Which capsules the program and the
 * inputs are, the links say: one of role PROGRAM, and one of role INPUT for
 * each path in the order of paths; grants have role GRANT.
 */
typedef struct seigr_task_draft {
    uint32_t struct_size;
    uint32_t input_count;
    uint32_t argument_count;
    uint32_t environment_count;
    uint32_t need_count;
    uint32_t reserved;             /* zero */
    const seigr_span *inputs;      /* paths, ascending (docs/spec/task.md) */
    const seigr_span *arguments;   /* UTF-8, the program's name first */
    const seigr_span *environment; /* UTF-8, "NAME=value" */
    const seigr_label *needs;      /* sorted by key, unique */
    seigr_span entry;
    seigr_span seed;
    uint64_t clock_ns;
    seigr_task_limits limits;
    seigr_task_service service;
    const seigr_task_channel *channels; /* in the order of handles */
    uint32_t channel_count;
    uint32_t reserved_too; /* zero */
    seigr_hash job;        /* where there are channels; else zeros */
} seigr_task_draft;

#define SEIGR_TASK_DRAFT_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_task_draft)                      \
    }

/*
 * Write the detail of a TASK capsule.
 *
 *   out      room for the message; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *   error    may be NULL; names the field; there is no offset.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set; SEIGR_E_FORMAT or SEIGR_E_LIMIT
 * where the draft breaks a rule; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_task_encode(const seigr_task_draft *draft,
                                               seigr_buf out, size_t *len_out,
                                               seigr_error *error);

/*
 * The order of paths: that of their parts, so that what is in a folder stands
 * together.
 *
 * Returns less than, equal to or more than 0.
 */
SEIGR_API int seigr_task_path_compare(seigr_span a, seigr_span b);

/*
 * Is this a path that a task or result can name? Parts of 1 to
 * SEIGR_TASK_PATH_PART_MAX bytes of UTF-8 without NUL, slashes between them,
 * none of them "." or "..".
 *
 * Returns 1 or 0.
 */
SEIGR_API int seigr_task_path_is_good(seigr_span path);

/* --- what a run came to ------------------------------------------------ */

#define SEIGR_RESULT_DONE 1u        /* the entry function returned */
#define SEIGR_RESULT_EXITED 2u      /* proc_exit, see exit_code */
#define SEIGR_RESULT_TRAPPED 3u     /* see trap */
#define SEIGR_RESULT_OUT_OF_FUEL 4u /* it needs more than it was given */

/* A file that a program left. */
typedef struct seigr_task_file {
    seigr_span path;
    uint64_t size;   /* bytes */
    seigr_hash head; /* RFC 9162 head over chunks of 64 KiB, of any size */
} seigr_task_file;

/*
 * What a run came to. It says nothing of who ran it, where, or how long.
 * Files are ascending by path; borrowed where it was decoded from.
 */
typedef struct seigr_task_outcome {
    uint32_t struct_size;
    uint32_t status;    /* SEIGR_RESULT_* */
    uint32_t exit_code; /* if EXITED */
    uint32_t trap;      /* SEIGR_TRAP_* of engine.h, if TRAPPED */
    uint32_t function;  /* that trapped; UINT32_MAX: none */
    uint32_t file_count;
    uint64_t offset; /* in the program, of what trapped */
    uint64_t fuel_used;
    seigr_hash root;       /* of the state at the end */
    seigr_hash output;     /* RFC 9162 head over chunks of 64 KiB */
    uint64_t output_size;  /* bytes */
    seigr_hash transcript; /* of messages, if has_transcript */
    uint32_t has_transcript;
    uint32_t reserved; /* zero */
    seigr_span private_files;
    const seigr_task_file *files; /* for encoding; NULL where decoded */
} seigr_task_outcome;

#define SEIGR_TASK_OUTCOME_INIT                                                \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_task_outcome)                    \
    }

/*
 * Walk the files of an outcome that was decoded.
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and a file whose path is borrowed, or 0 behind the last.
 */
SEIGR_API int seigr_task_next_file(const seigr_task_outcome *outcome,
                                   size_t *cursor, seigr_task_file *out);

/* Up to so many roots stand in a result; of more only their head does. */
#define SEIGR_RESULT_ROOTS_INLINE_MAX 1024u

/*
 * A result: what a RESULT capsule says. Two results of one task agree exactly
 * where their details are the same bytes.
 */
typedef struct seigr_result {
    uint32_t struct_size;
    uint32_t root_count; /* checkpoints passed: fuel used / checkpoint_every */
    seigr_id task;       /* from the links; not encoded */
    seigr_task_outcome outcome;
    seigr_hash roots_head; /* RFC 9162 head over the roots, then the
                              outcome's root, each an entry of 32 bytes */
    seigr_span roots;      /* root_count times 32 bytes; empty past
                              SEIGR_RESULT_ROOTS_INLINE_MAX */
} seigr_result;

#define SEIGR_RESULT_INIT                                                      \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_result),                         \
        .outcome = SEIGR_TASK_OUTCOME_INIT                                     \
    }

/*
 * Read what a RESULT capsule says, and compare its body with it.
 *
 *   context  needs crypto.
 *   capsule  a view; borrowed as long as out is used.
 *   out      untouched on failure.
 *   error    may be NULL; offset counts from the start of the capsule.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_LIMIT; SEIGR_E_MISMATCH where body or
 * roots are not what the result says; SEIGR_E_INVAL for another kind.
 */
SEIGR_API SEIGR_MUST_USE int seigr_result_decode(const seigr_context *context,
                                                 const seigr_capsule *capsule,
                                                 seigr_result *out,
                                                 seigr_error *error);

/*
 * Write the detail of a RESULT capsule. The capsule's body is the output; its
 * links are one of role TASK and one of role MEMBER for each file, in order.
 *
 *   context  needs crypto.
 *   result   roots_head and task are not looked at; roots may be given for
 *            any count and are hashed, or be empty past the inline bound:
 *            then roots_head is taken.
 *   out      room for the message; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *   error    may be NULL; names the field; there is no offset.
 *
 * Returns as seigr_task_encode().
 */
SEIGR_API SEIGR_MUST_USE int seigr_result_encode(const seigr_context *context,
                                                 const seigr_result *result,
                                                 seigr_buf out, size_t *len_out,
                                                 seigr_error *error);

/*
 * The head over roots and the root at the end, as roots_head has it.
 *
 *   context  needs crypto.
 *   roots    a multiple of 32 bytes.
 *   end      the outcome's root.
 */
SEIGR_API void seigr_result_roots_head(const seigr_context *context,
                                       seigr_span roots, const seigr_hash *end,
                                       seigr_hash *out);

/* --- where a run stood ------------------------------------------------- */

/*
 * A state: what a STATE capsule says. Its body holds the memory in pages of
 * 64 KiB, the contents of output and files, and the record (docs/spec/task.md).
 */
typedef struct seigr_task_state {
    uint32_t struct_size;
    uint32_t checkpoint; /* k where this is the state of root k; 0: not */
    seigr_id task;       /* from the links; not encoded */
    uint64_t fuel_used;
    seigr_hash root;
    uint64_t record_len; /* last bytes of the body, from 1 */
    uint32_t memory_pages;
    uint32_t reserved; /* zero */
} seigr_task_state;

#define SEIGR_TASK_STATE_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_task_state)                      \
    }

/*
 * Read what a STATE capsule says.
 *
 *   out    untouched on failure.
 *   error  may be NULL; offset counts from the start of the capsule.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_LIMIT; SEIGR_E_MISMATCH where the body
 * cannot be as long as that; SEIGR_E_INVAL for another kind.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_task_state_decode(const seigr_capsule *capsule, seigr_task_state *out,
                        seigr_error *error);

/*
 * Write the detail of a STATE capsule, which has one link of role TASK.
 *
 *   out, len_out, error  as of seigr_task_encode().
 *
 * Returns as seigr_task_encode().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_task_state_encode(const seigr_task_state *state, seigr_buf out,
                        size_t *len_out, seigr_error *error);

/* --- what a run was told and told others ------------------------------- */

#define SEIGR_TRANSCRIPT_SENT 1u     /* a message went out */
#define SEIGR_TRANSCRIPT_RECEIVED 2u /* a message came in */
#define SEIGR_TRANSCRIPT_CLOSED 3u   /* there will be no more: bytes are none */

/*
 * One thing that happened to a run between its task and its result, in the
 * order in which the program did it. A run is a function of its task, its
 * inputs and what it received.
 */
typedef struct seigr_transcript_entry {
    uint32_t what;    /* SEIGR_TRANSCRIPT_* */
    uint32_t handle;  /* below SEIGR_TASK_CHANNELS_MAX */
    seigr_span bytes; /* of the message */
} seigr_transcript_entry;

/* Bytes of an entry in a transcript, besides those of its message. */
#define SEIGR_TRANSCRIPT_HEAD_LEN 6u

/*
 * Write the head of an entry; the bytes of its message follow.
 */
SEIGR_API void seigr_transcript_head(const seigr_transcript_entry *entry,
                                     uint8_t out[SEIGR_TRANSCRIPT_HEAD_LEN]);

/*
 * Read the next entry of a transcript.
 *
 *   rest   moved behind it; its end is the transcript's.
 *   out    untouched on failure; bytes are borrowed.
 *   error  may be NULL; offset counts from the start of rest.
 *
 * Returns 1 and an entry; 0 at the end; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED.
 */
SEIGR_API SEIGR_MUST_USE int seigr_transcript_next(seigr_span *rest,
                                                   seigr_transcript_entry *out,
                                                   seigr_error *error);

/*
 * Go on with the digest of a transcript, which begins as 32 zero bytes.
 *
 *   context  needs crypto with sha256.
 */
SEIGR_API void seigr_transcript_add(const seigr_context *context,
                                    const seigr_transcript_entry *entry,
                                    seigr_hash *digest);

/*
 * A transcript: what a MESSAGE capsule says. Its body is the transcript
 * (docs/spec/task.md); it is evidence for a result of the same digest.
 */
typedef struct seigr_transcript {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    seigr_id task;     /* from the links; not encoded */
    uint64_t sent_count;
    uint64_t received_count; /* ends of channels that were seen included */
    seigr_hash digest;
} seigr_transcript;

#define SEIGR_TRANSCRIPT_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_transcript)                      \
    }

/*
 * Read what a MESSAGE capsule says, and compare an inline body with it. A
 * longer body is compared by seigr_transcript_next() and
 * seigr_transcript_add().
 *
 *   context  needs crypto.
 *   out      untouched on failure.
 *   error    may be NULL; offset counts from the start of the capsule.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED; SEIGR_E_MISMATCH where the
 * body has another digest or count; SEIGR_E_INVAL for another kind.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_transcript_decode(const seigr_context *context,
                        const seigr_capsule *capsule, seigr_transcript *out,
                        seigr_error *error);

/*
 * Write the detail of a MESSAGE capsule, which has one link of role TASK.
 *
 *   out, len_out, error  as of seigr_task_encode().
 *
 * Returns as seigr_task_encode().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_transcript_encode(const seigr_transcript *transcript, seigr_buf out,
                        size_t *len_out, seigr_error *error);

/* --- which of two results is wrong ------------------------------------- */

#define SEIGR_DISPUTE_A 1u    /* the first result is wrong */
#define SEIGR_DISPUTE_B 2u    /* the second */
#define SEIGR_DISPUTE_BOTH 3u /* both are */

/* What a run comes to in one interval. */
typedef struct seigr_task_claim {
    seigr_hash root; /* of the checkpoint behind it, or of the end */
    uint32_t ended;  /* 1: the run ends in it */
    uint32_t reserved;
} seigr_task_claim;

/*
 * A dispute: what a DISPUTE capsule says. Both results have the same state
 * roots up to a checkpoint, and differ behind it; the judge ran the interval
 * from there.
 */
typedef struct seigr_dispute {
    uint32_t struct_size;
    uint32_t verdict; /* SEIGR_DISPUTE_* */
    seigr_id task;    /* from the links; not encoded */
    seigr_id a;       /* results: the first two links of role EVIDENCE */
    seigr_id b;
    seigr_id state; /* of role STATE, if has_state: where to begin */
    uint32_t has_state;
    uint32_t checkpoint; /* the last that is common; 0: the beginning */
    seigr_hash root;     /* of the state there */
    seigr_task_claim claim_a;
    seigr_task_claim claim_b;
    seigr_task_claim found;     /* by the judge */
    seigr_task_outcome outcome; /* found, where found.ended */
} seigr_dispute;

#define SEIGR_DISPUTE_INIT                                                     \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_dispute),                        \
        .outcome = SEIGR_TASK_OUTCOME_INIT                                     \
    }

/*
 * Read what a DISPUTE capsule says. A verdict that does not follow from
 * claims and finding is refused.
 *
 *   out    untouched on failure.
 *   error  may be NULL; offset counts from the start of the capsule.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_LIMIT; SEIGR_E_INVAL for another kind.
 */
SEIGR_API SEIGR_MUST_USE int seigr_dispute_decode(const seigr_capsule *capsule,
                                                  seigr_dispute *out,
                                                  seigr_error *error);

/*
 * Write the detail of a DISPUTE capsule. Its links are one of role TASK, the
 * two results of role EVIDENCE, and at most one of role STATE.
 *
 *   out, len_out, error  as of seigr_task_encode().
 *
 * Returns as seigr_task_encode().
 */
SEIGR_API SEIGR_MUST_USE int seigr_dispute_encode(const seigr_dispute *dispute,
                                                  seigr_buf out,
                                                  size_t *len_out,
                                                  seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif

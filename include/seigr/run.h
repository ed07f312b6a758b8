/* SPDX-License-Identifier: MIT */
/*
 * run.h - runs a task: program and inputs in, outcome out.
 *
 * What a run comes to is a function of the task and its inputs: the same
 * output, status, fuel and state roots on every machine (FORMATS.md section
 * 8). A run goes on in steps, can be written down between two of them and
 * taken up by another process. Programs see WASI preview 1 and the functions
 * of guest.h (docs/spec/wasi.md), and nothing of the machine.
 *
 * Threads: one at a time per run; runs are independent, and may share a
 * module.
 */
#ifndef SEIGR_RUN_H
#define SEIGR_RUN_H

#include "seigr/base.h"    /* spans, context, status codes */
#include "seigr/capsule.h" /* seigr_verified */
#include "seigr/engine.h"  /* seigr_module, seigr_outcome */
#include "seigr/task.h"    /* seigr_result, seigr_task_state */

#ifdef __cplusplus
extern "C" {
#endif

/* What a run asks its caller for. Start from SEIGR_RUN_OPTIONS_INIT. */
typedef struct seigr_run_options {
    uint32_t struct_size;
    uint32_t reserved; /* zero */

    /*
     * The bytes of an input's body, asked for once, before anything runs.
     *
     * Returns 0, or SEIGR_E_NOTFOUND. NULL: there are no inputs.
     */
    int (*input_size)(const seigr_id *id, uint64_t *size, void *ctx);

    /*
     * Fill out with what stands at a place of an input. The caller answers
     * for the content: it is what the capsule says. Places are multiples of
     * 64 KiB, and out is a whole chunk or the last of the input.
     *
     * Returns 0; SEIGR_E_AGAIN: not here yet, the run waits; anything else
     * ends the step with that code.
     */
    int (*input_read)(const seigr_id *id, uint64_t at, seigr_buf out,
                      void *ctx);

    /* Text of the program for people, borrowed until it returns: level
     * SEIGR_LOG_*, 0 of the standard error stream. May be NULL. It is no part
     * of the result. */
    void (*log)(uint32_t level, seigr_span text, void *ctx);

    /* A state root was passed: checkpoint from 1. May be NULL. */
    void (*root)(uint32_t checkpoint, uint64_t fuel_used,
                 const seigr_hash *root, void *ctx);
    void *ctx;

    /*
     * A message of the program's into a channel of its task. All that a
     * program can see of channels depends on what these two say, so they do
     * what docs/spec/task.md says of a channel: group.h has them.
     *
     *   message  at most the channel's room, less 4; borrowed until it
     *            returns.
     *
     * Returns 0; SEIGR_E_AGAIN: there is no room yet, the run waits; anything
     * else ends the step with that code. NULL: it waits for ever.
     */
    int (*send)(uint32_t handle, seigr_span message, void *channel_ctx);

    /*
     * The next message from a channel, taken out of it.
     *
     *   message  receives a span, borrowed until the next call.
     *
     * Returns 0; SEIGR_E_AGAIN: there is none yet, the run waits;
     * SEIGR_E_NOTFOUND: there will be none any more; anything else ends the
     * step with that code, as a message that is longer than the channel has
     * room for does, SEIGR_E_MISMATCH. NULL: it waits for ever.
     */
    int (*receive)(uint32_t handle, seigr_span *message, void *channel_ctx);

    /* What passed, for whoever keeps the whole transcript; its bytes are
     * borrowed until it returns. It is given the ctx above. May be NULL. */
    void (*transcript)(const seigr_transcript_entry *entry, void *ctx);
    void *channel_ctx;
} seigr_run_options;

#define SEIGR_RUN_OPTIONS_INIT                                                 \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_run_options)                     \
    }

typedef struct seigr_run seigr_run;

/*
 * Make a run of a task. Nothing of the program runs yet.
 *
 *   context  needs allocator and crypto; borrowed until free.
 *   task     a TASK capsule; its bytes are borrowed until free.
 *   module   of the program that the task names: the caller answers for
 *            that; borrowed until free.
 *   options  copied; NULL: no inputs, no log.
 *   out      caller releases with seigr_run_free().
 *   error    may be NULL; names the input, import or export.
 *
 * Returns 0; SEIGR_E_NOTFOUND where an input, an import or the entry is
 * missing; SEIGR_E_MISMATCH where one is of another type;
 * SEIGR_E_UNSUPPORTED for an import that is no function; SEIGR_E_LIMIT where
 * the program asks for more memory than the task has; SEIGR_E_NOMEM; what
 * seigr_task_decode() refuses; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_run_new(const seigr_context *context,
                                           const seigr_verified *task,
                                           const seigr_module *module,
                                           const seigr_run_options *options,
                                           seigr_run **out, seigr_error *error);

/*
 * Release a run. NULL is fine.
 */
SEIGR_API void seigr_run_free(seigr_run *run);

/*
 * Go on for at most so much fuel.
 *
 *   fuel  of this step. Where one instruction costs more, nothing happens
 *         and the fuel counts for the next step.
 *   out   status is SEIGR_RUN_DONE, EXITED, TRAPPED or OUT_OF_FUEL (the
 *         task's) where the run has ended; SEIGR_RUN_YIELDED: step again;
 *         SEIGR_RUN_WAITING: for an input that is not here yet, a message
 *         or room in a channel.
 *
 * Returns 0; SEIGR_E_NOMEM or what input_read() returned, with the run
 * standing before an instruction: it can be stepped again; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_run_step(seigr_run *run, uint64_t fuel,
                                            seigr_outcome *out);

/*
 * Did the program hint, since the question before, that now is a good moment
 * to write it down?
 *
 * Returns 1 or 0.
 */
SEIGR_API int seigr_run_hinted(seigr_run *run);

/*
 * What a run that has ended came to.
 *
 *   out  its spans and files are borrowed until free.
 *
 * Returns 0, or SEIGR_E_AGAIN before the end.
 */
SEIGR_API SEIGR_MUST_USE int seigr_run_result(const seigr_run *run,
                                              seigr_result *out);

/*
 * What has passed through a run's channels so far: what a MESSAGE capsule
 * says.
 *
 * Returns 0 or SEIGR_E_INVAL.
 */
SEIGR_API int seigr_run_transcript(const seigr_run *run, seigr_transcript *out);

/*
 * A part of what a program wrote.
 *
 *   index  0: the output; from 1: the files of the outcome, in order.
 *   at     from where, below the size.
 *
 * Returns a span to the end of the content or of a chunk of 64 KiB, borrowed
 * until the run is stepped or freed; empty past the end.
 */
SEIGR_API seigr_span seigr_run_content(const seigr_run *run, uint32_t index,
                                       uint64_t at);

/*
 * The root of the state between two steps (FORMATS 8).
 *
 * Returns 0 or SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_run_root(seigr_run *run, seigr_hash *out);

/*
 * Write a run down between two steps: the body of a STATE capsule.
 *
 *   write  takes the body piece by piece, each borrowed until it returns;
 *          other than 0 ends this with that code.
 *   out    receives what the capsule says.
 *
 * Returns 0, SEIGR_E_NOMEM, what write() returned, or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_run_save(seigr_run *run, int (*write)(seigr_span piece, void *ctx),
               void *ctx, seigr_task_state *out);

/*
 * Bring a run that has not been stepped to a state. The bytes are not
 * trusted: what is not a state that the program can be in, or has another
 * root than the capsule says, is refused.
 *
 *   state      what the STATE capsule says.
 *   body_size  bytes of its body.
 *   read       fills out with the body from a place on, or returns a code.
 *   error      may be NULL.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED, SEIGR_E_MISMATCH,
 * SEIGR_E_LIMIT, SEIGR_E_NOMEM, what read() returned, SEIGR_E_INVAL. After a
 * failure the run can only be freed.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_run_load(seigr_run *run, const seigr_task_state *state,
               uint64_t body_size,
               int (*read)(uint64_t at, seigr_buf out, void *ctx), void *ctx,
               seigr_error *error);

/*
 * Settle which of two results of one task is wrong, by running the one
 * interval behind the last state root that they have in common.
 *
 *   run      of their task, not stepped; or loaded with a state that is not
 *            behind that root, which saves running up to it. Afterwards it
 *            can only be freed.
 *   a, b     results of the same task.
 *   roots_a  all of a's state roots; empty: those that a holds itself.
 *   roots_b  likewise of b's.
 *   out      all but its links: what a DISPUTE capsule says. The spans of its
 *            outcome are borrowed from the run; untouched on failure.
 *   error    may be NULL.
 *
 * Returns 0; SEIGR_E_NOTFOUND where the results agree; SEIGR_E_AGAIN where
 * the run would wait; SEIGR_E_MISMATCH where roots are not those of their
 * result, the run is of another task, or it differs from both results before
 * the interval; what seigr_run_step() returned; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_run_judge(seigr_run *run, const seigr_result *a, seigr_span roots_a,
                const seigr_result *b, seigr_span roots_b, seigr_dispute *out,
                seigr_error *error);

/*
 * A transcript that is played to a run: what it received then it receives
 * again, and what it sends is compared. The run needs nobody else.
 */
typedef struct seigr_transcript_player {
    seigr_span rest; /* what has not been played */
    int32_t code;    /* 0; SEIGR_E_MISMATCH where the run did something else
                        than it did then, or what the transcript is refused
                        with */
    uint32_t reserved;
} seigr_transcript_player;

/*
 * For the options' send, with a player as channel_ctx. At the transcript's
 * end the run waits: it is played out.
 *
 * Returns as it should; SEIGR_E_MISMATCH, SEIGR_E_FORMAT, SEIGR_E_TRUNCATED.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_transcript_play_send(uint32_t handle, seigr_span message, void *player);

/*
 * For the options' receive, with a player as channel_ctx.
 *
 * Returns as seigr_transcript_play_send().
 */
SEIGR_API SEIGR_MUST_USE int seigr_transcript_play_receive(uint32_t handle,
                                                           seigr_span *message,
                                                           void *player);

/*
 * Is there a function of the host's of this name?
 *
 * Returns its type as in seigr_host_function, or NULL.
 */
SEIGR_API const char *seigr_run_import(seigr_span module, seigr_span name);

#ifdef __cplusplus
}
#endif

#endif

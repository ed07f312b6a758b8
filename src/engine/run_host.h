/* SPDX-License-Identifier: MIT */
/*
 * run_host.h - a run from the inside: what its host functions act on.
 */
#ifndef SEIGR_SRC_ENGINE_RUN_HOST_H
#define SEIGR_SRC_ENGINE_RUN_HOST_H

#include "run_content.h" /* run_content */

#include "base/cbor.h"       /* seigr__cbor */
#include "base/cbor_write.h" /* seigr__cbor_writer */
#include "seigr/run.h"       /* seigr_run */

#define RUN_FD_COUNT 64u
#define RUN_FD_INPUTS 3u /* preopened: the inputs, "/" */
#define RUN_FD_OUTPUT 4u /* preopened: what becomes the files, "/output" */

/* What a descriptor is of. The numbers stand in states. */
#define RUN_FD_STDIN 0u
#define RUN_FD_STDOUT 1u
#define RUN_FD_STDERR 2u
#define RUN_FD_INPUT_FILE 3u
#define RUN_FD_INPUT_FOLDER 4u
#define RUN_FD_FILE 5u
#define RUN_FD_FOLDER 6u
#define RUN_FD_CLOSED 7u

#define RUN_FD_READ 1u
#define RUN_FD_WRITE 2u
#define RUN_FD_APPEND 4u
#define RUN_FD_FLAGS 7u

/* A file or folder that the program made. */
typedef struct run_node {
    run_content content;
    uint32_t is_folder;
    uint32_t open_count;
    uint32_t len; /* of path */
    uint8_t path[];
} run_node;

typedef struct run_fd {
    uint32_t kind;
    uint32_t flags;
    uint64_t offset;
    run_node *node; /* FILE, FOLDER; NULL: the folder of all */
    uint32_t input; /* INPUT_FILE: its number; INPUT_FOLDER: the first in it */
    uint32_t len;   /* INPUT_FOLDER: bytes of that one's path */
} run_fd;

typedef struct run_input {
    seigr_id id;
    seigr_span path;
    uint64_t size;
} run_input;

/* Texts one behind the other, each with its NUL, as guests want them. */
typedef struct run_texts {
    uint8_t *bytes;
    uint32_t len;
    uint32_t count;
} run_texts;

/* One end of a channel, by its handle. */
typedef struct run_channel {
    seigr_span name;
    uint32_t direction; /* SEIGR_CHANNEL_* */
    uint32_t room;
    uint32_t is_closed; /* the program was told that no more comes */
    uint32_t reserved;
} run_channel;

struct seigr_run {
    const seigr_context *context;
    const seigr_module *module;
    seigr_instance *instance;
    seigr_run_options options;
    seigr_task task;
    seigr_id task_id;
    uint32_t entry; /* function */
    uint32_t called;

    /* What the host functions act on. */
    run_input *inputs; /* ascending by path */
    run_texts arguments;
    run_texts environment;
    run_fd fds[RUN_FD_COUNT];
    run_content output;
    run_node **nodes; /* ascending by path */
    uint32_t node_count;
    uint32_t node_cap;
    uint64_t written; /* bytes of output and files together */
    uint64_t random_at;
    uint8_t random_key[32];
    uint32_t hinted;
    uint32_t waits_for; /* a handle; UINT32_MAX: none */
    run_channel *ends;
    seigr_transcript transcript;
    int32_t fault; /* why a host function waits; 0: it does not */

    /* The chunk of an input that was read last. */
    uint8_t *chunk;
    uint32_t chunk_room;
    uint32_t chunk_len;
    uint32_t chunk_input;
    uint32_t exit_code;
    uint64_t chunk_at;

    /* How far it has come. */
    seigr_outcome at;
    uint32_t ended;
    uint32_t root_count;
    uint32_t root_cap;
    uint32_t host_room;
    seigr_hash *roots;
    uint64_t credit; /* fuel of steps that was not enough for anything */
    uint8_t *host;   /* the host's part of a state, as it was last */
    seigr_task_outcome outcome;
    seigr_task_file *files;
};

/* --- run_files.c: the two trees ---------------------------------------- */

/* Where a path leads. */
typedef struct run_place {
    uint32_t in_output;    /* 0: among the inputs */
    uint32_t wants_folder; /* it ended with a slash */
    uint32_t len;          /* 0: the folder of all */
    uint8_t path[SEIGR_TASK_PATH_MAX + 1u];
} run_place;

/* What is there. */
typedef struct run_found {
    uint32_t is_there;
    uint32_t is_folder;
    uint32_t input; /* as in run_fd */
    uint32_t reserved;
    run_node *node;
} run_found;

/* The path of a guest below a folder that it has open. Returns an errno. */
uint32_t seigr__run_resolve(const seigr_run *run, const run_fd *folder,
                            seigr_span path, run_place *out);

void seigr__run_find(const seigr_run *run, const run_place *place,
                     run_found *out);

/* Is there the folder that a place stands in? */
int seigr__run_has_parent(const seigr_run *run, const run_place *place);

/* A new file or folder. Returns an errno; run->fault is set where there is no
 * memory. */
uint32_t seigr__run_node_new(seigr_run *run, const run_place *place,
                             uint32_t is_folder, run_node **out);
void seigr__run_node_remove(seigr_run *run, run_node *node);
/* Has a folder anything in it? */
int seigr__run_node_is_empty(const seigr_run *run, const run_node *node);

/* An entry of a folder. */
typedef struct run_entry {
    seigr_span name;
    uint32_t is_folder;
    uint32_t next; /* where to go on */
    uint64_t ino;
} run_entry;

/* The next entry of a folder. at: 0 first, then next. Returns 1 or 0. */
int seigr__run_entry(const seigr_run *run, const run_fd *folder, uint32_t at,
                     run_entry *out);

/* A number for a path, the same everywhere. */
uint64_t seigr__run_ino(seigr_span path);

/* --- run_input.c -------------------------------------------------------- */

/* What stands at a place of an input, to the end of its chunk: borrowed until
 * the next call. Returns 0, or a code that is run->fault too. */
int seigr__run_input_at(seigr_run *run, uint32_t input, uint64_t at,
                        seigr_span *out);

/* Have room in a file or the output, within the task's limit, so that writing
 * up to there cannot fail. Returns an errno; run->fault is set where there is
 * no memory. */
uint32_t seigr__run_reserve(seigr_run *run, run_content *c, uint64_t end);

/* Write where room was reserved. */
void seigr__run_write(seigr_run *run, run_content *c, uint64_t at,
                      seigr_span bytes);

/* --- run.c ---------------------------------------------------------------- */

/* Room for so many roots. Returns 0 or SEIGR_E_NOMEM. */
int seigr__run_roots_room(seigr_run *run, uint32_t count);

/* A name of the guest's, fit to be shown, cut where it is long. */
#define RUN_SHOWN_LEN 80u
void seigr__run_shown(seigr_span name, char out[RUN_SHOWN_LEN]);

/* --- run_state.c -------------------------------------------------------- */

/* What of the state the engine does not know; its span is borrowed until the
 * next call. Returns 0 or SEIGR_E_NOMEM. */
int seigr__run_info(seigr_run *run, seigr_state_info *out);

/* --- run_channel.c ------------------------------------------------------ */

/* The ends that the task gives. Returns 0 or SEIGR_E_NOMEM. */
int seigr__run_ends_new(seigr_run *run);

/* What of a state channels are: [sent, received, digest, [handles that are
 * closed]]. */
void seigr__run_talk_put(seigr__cbor_writer *w, const seigr_run *run);
int seigr__run_talk_get(seigr__cbor *r, seigr_run *run);

/* --- host functions ----------------------------------------------------- */

/* Tables end with an entry without a name. */
extern const seigr_host_function seigr__run_wasi[];
extern const seigr_host_function seigr__run_own[];
extern const seigr_host_function seigr__run_channel[];

const seigr_host_function *seigr__run_function(seigr_span module,
                                               seigr_span name);

/* Errno of WASI preview 1. */
#define RUN_SUCCESS 0u
#define RUN_BADF 8u
#define RUN_BUSY 10u
#define RUN_EXIST 20u
#define RUN_FAULT 21u
#define RUN_ILSEQ 25u
#define RUN_INVAL 28u
#define RUN_ISDIR 31u
#define RUN_MFILE 33u
#define RUN_MSGSIZE 35u
#define RUN_NAMETOOLONG 37u
#define RUN_NOENT 44u
#define RUN_NOSPC 51u
#define RUN_NOSYS 52u
#define RUN_NOTDIR 54u
#define RUN_NOTEMPTY 55u
#define RUN_NOTSUP 58u
#define RUN_PERM 63u
#define RUN_PIPE 64u
#define RUN_ROFS 69u
#define RUN_SPIPE 70u
#define RUN_NOTCAPABLE 76u

#endif

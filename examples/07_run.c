/* SPDX-License-Identifier: MIT */
/*
 * 07_run.c - a program becomes a task, is run, and says the same each time.
 */
#include <seigr/seigr.h>
#include <seigr/sys/posix.h> /* seigr_posix_context */

#include <stdio.h>

/* (module
 *   (import "seigr" "output_write" (func (param i32 i32) (result i32)))
 *   (memory 1)
 *   (data (i32.const 0) "hello\n")
 *   (func (export "_start") (drop (call 0 (i32.const 0) (i32.const 6))))) */
static const char program[] = "\0asm\1\0\0\0"
                              "\1\n\2\x60\2\x7f\x7f\1\x7f\x60\0\0"
                              "\2\26\1\5seigr\14output_write\0\0"
                              "\3\2\1\1"
                              "\5\3\1\0\1"
                              "\7\n\1\6_start\0\1"
                              "\n\13\1\11\0\x41\0\x41\6\x10\0\x1a\v"
                              "\v\14\1\0\x41\0\v\6hello\n";

static const seigr_span module_bytes = {(const uint8_t *)program,
                                        sizeof(program) - 1};

/* A TASK capsule with 1000 fuel, of a program that is known by its ID. */
static int task_seal(const seigr_context *context, const seigr_id *id,
                     uint8_t *room, size_t room_len, seigr_verified *out)
{
    const seigr_link link = {*id, SEIGR_ROLE_PROGRAM};
    seigr_task_draft task = SEIGR_TASK_DRAFT_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_keypair_signer_state state;
    seigr_keypair key;
    uint8_t detail[64];
    size_t len;

    task.limits.fuel = 1000;
    if (seigr_keypair_init(context, &key) != 0 ||
        seigr_task_encode(&task, (seigr_buf){detail, sizeof(detail)}, &len,
                          NULL) != 0)
        return -1;
    draft.kind = SEIGR_KIND_TASK;
    draft.sequence = 1;
    draft.links = &link;
    draft.link_count = 1;
    draft.detail = (seigr_span){detail, len};
    seigr_signer signer = seigr_keypair_signer(context, &key, &state);
    if (seigr_capsule_seal(context, &draft, &signer,
                           (seigr_buf){room, room_len}, &len, NULL, NULL) != 0)
        return -1;
    return seigr_capsule_open(context, (seigr_span){room, len},
                              (seigr_buf){NULL, 0}, out, NULL);
}

int main(void)
{
    const seigr_id id = {{1}}; /* of the PROGRAM capsule, sealed elsewhere */
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module *module = NULL;
    seigr_run *run = NULL;
    seigr_context context;
    seigr_verified task;
    uint8_t room[512];

    if (seigr_posix_context(&context) != 0 ||
        task_seal(&context, &id, room, sizeof(room), &task) != 0 ||
        seigr_module_new(&context, module_bytes, NULL, &module, &error) != 0 ||
        seigr_run_new(&context, &task, module, NULL, &run, &error) != 0) {
        printf("refused: %s\n", error.text);
        return 1;
    }
    do { /* a little fuel at a time, as where others want the machine too */
        if (seigr_run_step(run, 2, &outcome) != 0)
            return 1;
    } while (outcome.status == SEIGR_RUN_YIELDED);
    fwrite(seigr_run_content(run, 0, 0).ptr, 1, 6, stdout);
    printf("done with %llu fuel\n", (unsigned long long)outcome.fuel_used);
    seigr_run_free(run);
    seigr_module_free(module);
    return outcome.status == SEIGR_RUN_DONE ? 0 : 1;
}

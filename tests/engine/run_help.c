/* SPDX-License-Identifier: MIT */
#include "run_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- tasks --------------------------------------------------------------- */

static seigr_span help_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

static uint32_t help_texts(const char *const *texts, seigr_span *out)
{
    uint32_t count = 0;

    for (; texts[count] != NULL; count++)
        out[count] = help_text(texts[count]);
    return count;
}

static seigr_span help_detail(const help_task *task)
{
    static uint8_t detail[4096];
    seigr_task_draft draft = SEIGR_TASK_DRAFT_INIT;
    seigr_span texts[3][8];
    size_t len;

    draft.inputs = texts[0];
    draft.input_count = help_texts(task->paths, texts[0]);
    draft.arguments = texts[1];
    draft.argument_count = help_texts(task->arguments, texts[1]);
    draft.environment = texts[2];
    draft.environment_count = help_texts(task->environment, texts[2]);
    if (task->entry != NULL)
        draft.entry = help_text(task->entry);
    if (task->seed != NULL)
        draft.seed = help_text(task->seed);
    draft.clock_ns = task->clock_ns;
    draft.channels = task->channels;
    draft.channel_count = task->channel_count;
    draft.job.bytes[0] = task->job;
    draft.service.priority = task->priority;
    draft.service.deadline_ms = task->deadline_ms;
    draft.limits = task->limits;
    assert_ok(seigr_task_encode(&draft, (seigr_buf){detail, sizeof(detail)},
                                &len, NULL));
    return (seigr_span){detail, len};
}

/* Tasks that were sealed, so that whoever looks for leaks finds them. */
struct help_sealed {
    struct help_sealed *next;
    seigr_verified verified;
    uint8_t bytes[8192];
};

static struct help_sealed *help_sealed_last;

const seigr_verified *help_seal_task(const help_task *task)
{
    const seigr_context *context = machine_context();
    const uint8_t seed[SEIGR_SEED_LEN] = {1};
    struct help_sealed *sealed = malloc(sizeof(*sealed));
    seigr_link links[HELP_INPUTS + 1] = {{{{77}}, SEIGR_ROLE_PROGRAM}};
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_keypair_signer_state state;
    seigr_keypair keypair;
    seigr_signer signer;
    size_t len;

    assert_non_null(sealed);
    sealed->next = help_sealed_last;
    help_sealed_last = sealed;
    assert_ok(seigr_keypair_init_seed(context, seed, &keypair));
    signer = seigr_keypair_signer(context, &keypair, &state);
    draft.kind = SEIGR_KIND_TASK;
    draft.sequence = 1;
    draft.links = links;
    draft.link_count = 1;
    for (; task->paths[draft.link_count - 1] != NULL; draft.link_count++) {
        links[draft.link_count].role = SEIGR_ROLE_INPUT;
        links[draft.link_count].id.bytes[0] = (uint8_t)(draft.link_count - 1);
        links[draft.link_count].id.bytes[1] = 0xee;
    }
    draft.detail = help_detail(task);
    assert_ok(seigr_capsule_seal(
        context, &draft, &signer,
        (seigr_buf){sealed->bytes, sizeof(sealed->bytes)}, &len, NULL, NULL));
    assert_ok(seigr_capsule_decode(context, (seigr_span){sealed->bytes, len},
                                   &view, NULL));
    assert_ok(seigr_capsule_verify(context, &view, (seigr_buf){NULL, 0},
                                   &sealed->verified, NULL));
    return &sealed->verified;
}

/* --- the world ----------------------------------------------------------- */

static int help_input_size(const seigr_id *id, uint64_t *size, void *ctx)
{
    const help_world *world = ctx;

    assert_true(id->bytes[0] < HELP_INPUTS && id->bytes[1] == 0xee);
    if ((world->missing >> id->bytes[0] & 1) != 0)
        return SEIGR_E_NOTFOUND;
    *size = world->contents[id->bytes[0]].len;
    return 0;
}

static int help_input_read(const seigr_id *id, uint64_t at, seigr_buf out,
                           void *ctx)
{
    help_world *world = ctx;
    const seigr_span content = world->contents[id->bytes[0]];

    assert_true(at % 65536 == 0 && at + out.len <= content.len);
    assert_true(out.len == 65536 || at + out.len == content.len);
    world->reads++;
    if (world->late > 0) {
        world->late--;
        return SEIGR_E_AGAIN;
    }
    memcpy(out.ptr, content.ptr + at, out.len);
    return 0;
}

static void help_log(uint32_t level, seigr_span text, void *ctx)
{
    help_world *world = ctx;
    const int n = snprintf(world->log + world->log_len,
                           sizeof(world->log) - world->log_len, "%u:%.*s",
                           (unsigned)level, (int)text.len, text.ptr);

    world->log_len += n > 0 ? (size_t)n : 0;
    assert_true(world->log_len < sizeof(world->log));
}

static void help_root(uint32_t checkpoint, uint64_t fuel_used,
                      const seigr_hash *root, void *ctx)
{
    help_world *world = ctx;

    (void)fuel_used;
    (void)root;
    assert_true(world->roots == 0 || checkpoint == world->roots + 1);
    world->roots = checkpoint;
}

seigr_run_options help_options(help_world *world)
{
    seigr_run_options options = SEIGR_RUN_OPTIONS_INIT;

    options.input_size = help_input_size;
    options.input_read = help_input_read;
    options.log = help_log;
    options.root = help_root;
    options.ctx = world;
    return options;
}

seigr_run *help_run(const help_task *task, const seigr_module *module,
                    help_world *world)
{
    const seigr_run_options options = help_options(world);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_run *run = NULL;

    world->roots = 0;
    if (seigr_run_new(machine_context(), help_seal_task(task), module, &options,
                      &run, &error) != 0)
        fail_msg("%s", error.text);
    return run;
}

seigr_result help_finish(seigr_run *run, uint64_t slice)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_result result;

    do {
        assert_ok(
            seigr_run_step(run, slice == 0 ? UINT64_MAX : slice, &outcome));
    } while (outcome.status == SEIGR_RUN_YIELDED ||
             outcome.status == SEIGR_RUN_WAITING);
    assert_ok(seigr_run_result(run, &result));
    return result;
}

static void help_same_content(const seigr_run *a, const seigr_run *b,
                              uint32_t index, uint64_t size)
{
    for (uint64_t at = 0; at < size;) {
        const seigr_span x = seigr_run_content(a, index, at);
        const seigr_span y = seigr_run_content(b, index, at);

        assert_true(x.len > 0 && x.len == y.len);
        assert_memory_equal(x.ptr, y.ptr, x.len);
        at += x.len;
    }
}

void help_same_result(const seigr_run *a, const seigr_run *b)
{
    static uint8_t details[2][70000];
    seigr_result results[2];
    size_t lens[2];

    assert_ok(seigr_run_result(a, &results[0]));
    assert_ok(seigr_run_result(b, &results[1]));
    for (int i = 0; i < 2; i++)
        assert_ok(seigr_result_encode(
            machine_context(), &results[i],
            (seigr_buf){details[i], sizeof(details[i])}, &lens[i], NULL));
    assert_int_equal(lens[0], lens[1]);
    assert_memory_equal(details[0], details[1], lens[0]);
    assert_int_equal(results[0].root_count, results[1].root_count);
    if (results[0].roots.len > 0)
        assert_memory_equal(results[0].roots.ptr, results[1].roots.ptr,
                            results[0].roots.len);
    help_same_content(a, b, 0, results[0].outcome.output_size);
    for (uint32_t i = 0; i < results[0].outcome.file_count; i++)
        help_same_content(a, b, i + 1, results[0].outcome.files[i].size);
}

const char *help_output(const seigr_run *run)
{
    static char *last;
    seigr_result result;
    size_t at = 0;

    assert_ok(seigr_run_result(run, &result));
    free(last);
    last = calloc(1, (size_t)result.outcome.output_size + 1);
    assert_non_null(last);
    while (at < result.outcome.output_size) {
        const seigr_span piece = seigr_run_content(run, 0, at);

        memcpy(last + at, piece.ptr, piece.len);
        at += piece.len;
    }
    return last;
}

seigr_module *help_guest(const char *name)
{
#ifdef SEIGR_TEST_GUESTS
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s.wasm", SEIGR_TEST_GUESTS, name);
    return machine_module(support_file(path));
#else
    printf("skipped: the guest %s was not built\n", name);
    skip();
    return NULL;
#endif
}

/* --- states -------------------------------------------------------------- */

static int help_write(seigr_span piece, void *ctx)
{
    help_state *s = ctx;

    if (s->len + piece.len > s->room) {
        s->room = (s->len + piece.len) * 2;
        s->bytes = realloc(s->bytes, s->room);
        assert_non_null(s->bytes);
    }
    memcpy(s->bytes + s->len, piece.ptr, piece.len);
    s->len += piece.len;
    return 0;
}

void help_save(seigr_run *run, help_state *out)
{
    seigr_hash root;

    out->len = 0;
    assert_ok(seigr_run_save(run, help_write, out, &out->state));
    assert_ok(seigr_run_root(run, &root));
    assert_memory_equal(&root, &out->state.root, sizeof(root));
}

static int help_read(uint64_t at, seigr_buf out, void *ctx)
{
    const help_state *s = ctx;

    if (at > s->len || out.len > s->len - at)
        return SEIGR_E_IO;
    memcpy(out.ptr, s->bytes + at, out.len);
    return 0;
}

int help_load(seigr_run *run, const help_state *state, seigr_error *error)
{
    return seigr_run_load(run, &state->state, state->len, help_read,
                          (void *)(uintptr_t)state, error);
}

void help_state_free(help_state *state)
{
    free(state->bytes);
    memset(state, 0, sizeof(*state));
}

/* SPDX-License-Identifier: MIT */
/*
 * run.c - a run of a task, from its making to what it came to.
 *
 * A step goes as far as the fuel of the step, the next checkpoint or the end
 * of the task's fuel, whichever comes first. What the steps are does not
 * show: roots are taken where the run stops for a checkpoint alone.
 *
 * Invariants:
 *   (1) at.fuel_used <= limits.fuel.
 *   (2) roots[i] is of the state in which a run with fuel (i+1) *
 *       checkpoint_every stops (FORMATS 8).
 */
#include "run_host.h"

#include "base/alloc.h"   /* seigr__alloc */
#include "base/error.h"   /* seigr__fail */
#include "seigr/crypto.h" /* seigr_sha256 */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

static const char run_stdin_path[] = "stdin";
static const char run_entry_name[] = "_start";

void seigr__run_shown(seigr_span name, char out[RUN_SHOWN_LEN])
{
    size_t len = 0;

    while (len + SEIGR_ESCAPE_LEN + 4 < RUN_SHOWN_LEN) {
        const size_t n =
            seigr_escape_step(&name, SEIGR_ESCAPE_QUOTED, out + len);

        if (n == 0)
            break;
        len += n;
    }
    if (name.len > 0) {
        memcpy(out + len, "...", 3);
        len += 3;
    }
    out[len] = '\0';
}

/* --- making ------------------------------------------------------------- */

/* Limits of 0 stand for the defaults. */
static void run_limits(seigr_task_limits *limits)
{
    if (limits->memory_pages == 0)
        limits->memory_pages = SEIGR_TASK_PAGES;
    if (limits->depth == 0)
        limits->depth = SEIGR_TASK_DEPTH;
    if (limits->slots == 0)
        limits->slots = SEIGR_TASK_SLOTS;
    if (limits->output_max == 0)
        limits->output_max = SEIGR_TASK_OUTPUT;
}

/* All texts of a walk behind each other, each with its NUL. */
static int run_texts_new(seigr_run *run,
                         int (*next)(const seigr_task *task, size_t *cursor,
                                     seigr_span *out),
                         run_texts *out)
{
    seigr_span text;
    size_t cursor = 0;
    uint32_t at = 0;

    while (next(&run->task, &cursor, &text) == 1) {
        out->len += (uint32_t)text.len + 1;
        out->count++;
    }
    if (out->count == 0)
        return 0;
    out->bytes = seigr__alloc_zero(run->context, out->len, 1);
    if (out->bytes == NULL)
        return SEIGR_E_NOMEM;
    cursor = 0;
    while (next(&run->task, &cursor, &text) == 1) {
        if (text.len > 0)
            memcpy(out->bytes + at, text.ptr, text.len);
        at += (uint32_t)text.len + 1;
    }
    assert(at == out->len);
    return 0;
}

/* Ask for each input's size, and say which are missing. */
static int run_input_sizes(seigr_run *run, seigr_error *error)
{
    const run_input *first = NULL;
    char shown[RUN_SHOWN_LEN];
    uint32_t missing = 0;

    for (uint32_t i = 0; i < run->task.input_count; i++) {
        run_input *in = &run->inputs[i];
        const int err =
            run->options.input_size == NULL
                ? SEIGR_E_NOTFOUND
                : run->options.input_size(&in->id, &in->size, run->options.ctx);

        if (err != 0 && err != SEIGR_E_NOTFOUND)
            return seigr__fail(error, err, SEIGR_NO_OFFSET,
                               "an input cannot be read");
        if (err != 0 && missing++ == 0)
            first = in;
    }
    if (missing == 0)
        return 0;
    seigr__run_shown(first->path, shown);
    if (missing == 1)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "the input \"%s\" is not here", shown);
    return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                       "%u inputs are not here, the first is \"%s\"",
                       (unsigned)missing, shown);
}

static int run_inputs(seigr_run *run, seigr_error *error)
{
    seigr_task_cursor cursor = {0, 0};
    seigr_task_input input;
    uint32_t count = 0;

    if (run->task.input_count == 0)
        return 0;
    run->inputs = seigr__alloc_zero(run->context, run->task.input_count,
                                    sizeof(*run->inputs));
    if (run->inputs == NULL)
        return SEIGR_E_NOMEM;
    while (seigr_task_next_input(&run->task, &cursor, &input) == 1) {
        run->inputs[count].id = input.id;
        run->inputs[count].path = input.path;
        count++;
    }
    assert(count == run->task.input_count);
    return run_input_sizes(run, error);
}

/* What a program finds open. */
static void run_fds(seigr_run *run)
{
    run_place place = {0, 0, sizeof(run_stdin_path) - 1, {0}};
    run_found found;

    for (uint32_t i = 0; i < RUN_FD_COUNT; i++)
        run->fds[i].kind = RUN_FD_CLOSED;
    for (uint32_t i = 0; i <= RUN_FD_STDERR; i++)
        run->fds[i].kind = i;
    run->fds[RUN_FD_INPUTS].kind = RUN_FD_INPUT_FOLDER;
    run->fds[RUN_FD_OUTPUT].kind = RUN_FD_FOLDER;
    memcpy(place.path, run_stdin_path, place.len);
    seigr__run_find(run, &place, &found);
    run->fds[RUN_FD_STDIN].input =
        found.is_there && !found.is_folder ? found.input : UINT32_MAX;
}

/* Key of randomness: SHA-256("seigr-random/1" || seed). */
static void run_seed(seigr_run *run)
{
    static const char prefix[] = "seigr-random/1";
    uint8_t bytes[sizeof(prefix) - 1 + SEIGR_TASK_SEED_MAX];
    const size_t len = sizeof(prefix) - 1;
    seigr_hash key;

    assert(run->task.seed.len <= SEIGR_TASK_SEED_MAX);
    memcpy(bytes, prefix, len);
    if (run->task.seed.len > 0)
        memcpy(bytes + len, run->task.seed.ptr, run->task.seed.len);
    seigr_sha256(run->context, (seigr_span){bytes, len + run->task.seed.len},
                 &key);
    memcpy(run->random_key, key.bytes, sizeof(run->random_key));
}

/* What stands behind one import. */
static int run_link(seigr_run *run, const seigr_module_entry *entry,
                    seigr_extern *out, seigr_error *error)
{
    char module[RUN_SHOWN_LEN];
    char name[RUN_SHOWN_LEN];

    seigr__run_shown(entry->module, module);
    seigr__run_shown(entry->name, name);
    if (entry->kind != SEIGR_WASM_FUNCTION)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "the program imports \"%s\" \"%s\", which is no "
                           "function",
                           module, name);
    *out = (seigr_extern){.kind = SEIGR_WASM_FUNCTION, .ctx = run};
    out->host = seigr__run_function(entry->module, entry->name);
    if (out->host != NULL)
        return 0;
    return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                       "the program imports \"%s\" \"%s\", which is not here",
                       module, name);
}

static int run_instance(seigr_run *run, seigr_error *error)
{
    seigr_instance_options options = SEIGR_INSTANCE_OPTIONS_INIT;
    const seigr_task_limits *limits = &run->task.limits;
    seigr_extern *imports = NULL;
    seigr_module_entry entry;
    uint32_t count = 0;
    int err = 0;

    while (seigr_module_import(run->module, count, &entry) == 1)
        count++;
    if (count > 0) {
        imports = seigr__alloc_zero(run->context, count, sizeof(*imports));
        if (imports == NULL)
            return SEIGR_E_NOMEM;
    }
    for (uint32_t i = 0; err == 0 && i < count; i++) {
        (void)seigr_module_import(run->module, i, &entry);
        err = run_link(run, &entry, &imports[i], error);
    }
    options.pages_max = limits->memory_pages;
    options.depth_max = limits->depth;
    options.slots_max = limits->slots;
    if (err == 0)
        err = seigr_instance_new(run->context, run->module, &options, imports,
                                 count, &run->instance, error);
    seigr__release(run->context, imports);
    return err;
}

/* The function that a task enters by. */
static int run_find_entry(seigr_run *run, seigr_error *error)
{
    seigr_span want = run->task.entry;
    char shown[RUN_SHOWN_LEN];
    seigr_module_entry entry;

    if (want.len == 0)
        want = (seigr_span){(const uint8_t *)run_entry_name,
                            sizeof(run_entry_name) - 1};
    seigr__run_shown(want, shown);
    for (uint32_t i = 0; seigr_module_export(run->module, i, &entry) == 1;
         i++) {
        if (entry.name.len != want.len ||
            memcmp(entry.name.ptr, want.ptr, want.len) != 0)
            continue;
        if (entry.kind != SEIGR_WASM_FUNCTION || entry.params.len != 0)
            return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                               "the program's \"%s\" is no function without "
                               "parameters",
                               shown);
        run->entry = entry.index;
        return 0;
    }
    return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                       "the program exports no \"%s\" to begin with", shown);
}

static int run_fill(seigr_run *run, const seigr_verified *task,
                    seigr_error *error)
{
    int err =
        seigr_task_decode(seigr_verified_capsule(task), &run->task, error);

    if (err != 0)
        return err;
    run->task_id = *seigr_verified_id(task);
    run_limits(&run->task.limits);
    run_seed(run);
    err = run_texts_new(run, seigr_task_next_argument, &run->arguments);
    if (err == 0)
        err = run_texts_new(run, seigr_task_next_variable, &run->environment);
    if (err == 0)
        err = run_inputs(run, error);
    if (err == 0)
        err = seigr__run_ends_new(run);
    if (err != 0)
        return err;
    run_fds(run);
    err = run_find_entry(run, error);
    return err != 0 ? err : run_instance(run, error);
}

int seigr_run_new(const seigr_context *context, const seigr_verified *task,
                  const seigr_module *module, const seigr_run_options *options,
                  seigr_run **out, seigr_error *error)
{
    seigr_run *run;
    int err;

    if (context == NULL || context->allocator == NULL ||
        context->crypto == NULL || task == NULL || module == NULL ||
        out == NULL ||
        (options != NULL && options->struct_size < sizeof(*options)) ||
        (options != NULL && options->input_size != NULL &&
         options->input_read == NULL))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_run_new: an argument is missing");
    run = seigr__alloc_zero(context, 1, sizeof(*run));
    if (run == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "there is no memory for a run");
    run->context = context;
    run->module = module;
    run->at = (seigr_outcome)SEIGR_OUTCOME_INIT;
    run->transcript = (seigr_transcript)SEIGR_TRANSCRIPT_INIT;
    run->outcome = (seigr_task_outcome)SEIGR_TASK_OUTCOME_INIT;
    if (options != NULL)
        run->options = *options;
    err = run_fill(run, task, error);
    if (err != 0) {
        seigr_run_free(run);
        if (err == SEIGR_E_NOMEM)
            (void)seigr__fail(error, err, SEIGR_NO_OFFSET,
                              "there is no memory for a run");
        return err;
    }
    *out = run;
    return 0;
}

void seigr_run_free(seigr_run *run)
{
    if (run == NULL)
        return;
    seigr_instance_free(run->instance);
    for (uint32_t i = 0; i < run->node_count; i++) {
        seigr__run_content_fini(run->context, &run->nodes[i]->content);
        seigr__release(run->context, run->nodes[i]);
    }
    seigr__run_content_fini(run->context, &run->output);
    seigr__release(run->context, run->nodes);
    seigr__release(run->context, run->inputs);
    seigr__release(run->context, run->arguments.bytes);
    seigr__release(run->context, run->environment.bytes);
    seigr__release(run->context, run->chunk);
    seigr__release(run->context, run->roots);
    seigr__release(run->context, run->host);
    seigr__release(run->context, run->files);
    seigr__release(run->context, run->ends);
    seigr__release(run->context, run);
}

/* --- stepping ----------------------------------------------------------- */

int seigr__run_roots_room(seigr_run *run, uint32_t count)
{
    uint32_t cap = run->root_cap == 0 ? 16 : run->root_cap;
    seigr_hash *roots;

    assert(count <= SEIGR_TASK_ROOTS_MAX + 1);
    if (count <= run->root_cap)
        return 0;
    while (cap < count)
        cap *= 2;
    roots = seigr__alloc_zero(run->context, cap, sizeof(*roots));
    if (roots == NULL)
        return SEIGR_E_NOMEM;
    if (run->root_count > 0)
        memcpy(roots, run->roots, run->root_count * sizeof(*roots));
    seigr__release(run->context, run->roots);
    run->roots = roots;
    run->root_cap = cap;
    return 0;
}

int seigr_run_root(seigr_run *run, seigr_hash *out)
{
    seigr_state_info info;
    int err;

    if (run == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__run_info(run, &info);
    return err != 0 ? err : seigr_state_root(run->instance, &info, out);
}

/* The state as it is becomes the next root (2). */
static int run_keep_root(seigr_run *run)
{
    seigr_hash root;
    int err = seigr__run_roots_room(run, run->root_count + 1);

    if (err == 0)
        err = seigr_run_root(run, &root);
    if (err != 0)
        return err;
    run->roots[run->root_count++] = root;
    if (run->options.root != NULL)
        run->options.root(run->root_count, run->at.fuel_used, &root,
                          run->options.ctx);
    return 0;
}

/* Where a run stops at the latest: the next checkpoint or its fuel's end. */
static uint64_t run_target(const seigr_run *run)
{
    const seigr_task_limits *limits = &run->task.limits;

    if (limits->checkpoint_every == 0 ||
        run->root_count >= limits->fuel / limits->checkpoint_every)
        return limits->fuel;
    return (run->root_count + 1u) * limits->checkpoint_every;
}

/* Files that the program left, as the outcome names them. */
static int run_files(seigr_run *run)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < run->node_count; i++)
        count += !run->nodes[i]->is_folder;
    if (count > 0 && run->files == NULL) {
        run->files =
            seigr__alloc_zero(run->context, count, sizeof(*run->files));
        if (run->files == NULL)
            return SEIGR_E_NOMEM;
    }
    count = 0;
    for (uint32_t i = 0; i < run->node_count; i++) {
        run_node *node = run->nodes[i];
        seigr_task_file *file;

        if (node->is_folder)
            continue;
        file = &run->files[count++];
        file->path = (seigr_span){node->path, node->len};
        file->size = node->content.size;
        seigr__run_content_head(run->context, &node->content, &file->head);
    }
    run->outcome.files = run->files;
    run->outcome.file_count = count;
    return 0;
}

/* The run has ended. With no memory for saying so it can be asked again. */
static int run_end(seigr_run *run, uint32_t status)
{
    const uint64_t every = run->task.limits.checkpoint_every;
    const uint32_t passed =
        every == 0 ? 0 : (uint32_t)(run->at.fuel_used / every);
    seigr_task_outcome *out = &run->outcome;
    int err = run_files(run);

    if (err == 0)
        err = seigr_run_root(run, &out->root);
    while (err == 0 && run->root_count < passed)
        err = run_keep_root(run);
    if (err != 0)
        return err;
    run->root_count = passed;
    out->status = status;
    out->fuel_used = run->at.fuel_used;
    if (status == SEIGR_RESULT_EXITED)
        out->exit_code = run->exit_code;
    if (status == SEIGR_RESULT_TRAPPED) {
        out->trap = run->at.trap;
        out->function = run->at.function;
        out->offset = run->at.offset;
    }
    out->output_size = run->output.size;
    seigr__run_content_head(run->context, &run->output, &out->output);
    out->transcript = run->transcript.digest;
    out->has_transcript =
        run->transcript.sent_count + run->transcript.received_count > 0;
    run->ended = 1;
    return 0;
}

/* What to do after the engine stopped, at the target or before. Returns 1 to
 * go on, 0, or a code. */
static int run_stopped(seigr_run *run, int is_at_target)
{
    int err = 0;

    switch (run->at.status) {
    case SEIGR_RUN_DONE:
        if (run->called)
            return run_end(run, SEIGR_RESULT_DONE);
        err = seigr_instance_call(run->instance, run->entry, NULL, 0, NULL);
        if (err != 0)
            return err;
        run->called = 1;
        run->at.status = SEIGR_RUN_YIELDED;
        return 1;
    case SEIGR_RUN_EXITED:
        return run_end(run, SEIGR_RESULT_EXITED);
    case SEIGR_RUN_TRAPPED:
        return run_end(run, SEIGR_RESULT_TRAPPED);
    case SEIGR_RUN_OUT_OF_FUEL:
        if (!is_at_target)
            return 0;
        if (run_target(run) == run->task.limits.fuel)
            return run_end(run, SEIGR_RESULT_OUT_OF_FUEL);
        err = run_keep_root(run);
        return err == 0 ? 1 : err;
    }
    return 0; /* yielded, waiting */
}

/* Has the engine nothing more to do, whatever there is left to say of it? */
static int run_is_over(const seigr_run *run)
{
    return run->at.status == SEIGR_RUN_EXITED ||
           run->at.status == SEIGR_RUN_TRAPPED ||
           (run->at.status == SEIGR_RUN_DONE && run->called);
}

/* One stretch: up to a target, or to where the fuel of the step ends. */
static int run_stretch(seigr_run *run, uint64_t *fuel)
{
    const uint64_t before = run->at.fuel_used;
    const uint64_t left = run_target(run) - before; /* (1) */
    const uint64_t have = *fuel < left ? *fuel : left;
    int err = 0;

    if (!run_is_over(run))
        err = seigr_instance_step(run->instance, have, &run->at);
    if (err != 0)
        return err;
    assert(run->at.fuel_used - before <= have);
    *fuel -= run->at.fuel_used - before;
    if (run->fault == 0)
        return run_stopped(run, have == left);
    err = run->fault;
    run->fault = 0;
    return err == SEIGR_E_AGAIN ? 0 : err;
}

/* What the caller sees. */
static void run_report(const seigr_run *run, seigr_outcome *out)
{
    static const uint32_t ends[] = {
        [SEIGR_RESULT_DONE] = SEIGR_RUN_DONE,
        [SEIGR_RESULT_EXITED] = SEIGR_RUN_EXITED,
        [SEIGR_RESULT_TRAPPED] = SEIGR_RUN_TRAPPED,
        [SEIGR_RESULT_OUT_OF_FUEL] = SEIGR_RUN_OUT_OF_FUEL,
    };

    *out = run->at;
    if (run->ended)
        out->status = ends[run->outcome.status];
    else if (out->status != SEIGR_RUN_WAITING)
        out->status = SEIGR_RUN_YIELDED;
}

int seigr_run_step(seigr_run *run, uint64_t fuel, seigr_outcome *out)
{
    uint64_t before;
    uint64_t left;
    int err = 0;

    if (run == NULL || out == NULL || out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    before = run->at.fuel_used;
    run->waits_for = UINT32_MAX;
    left = fuel > UINT64_MAX - run->credit ? UINT64_MAX : fuel + run->credit;
    run->credit = left;
    if (left > INT64_MAX)
        left = INT64_MAX;
    if (!run->ended)
        do {
            err = run_stretch(run, &left);
        } while (err == 1);
    if (run->at.fuel_used != before || run->at.status != SEIGR_RUN_OUT_OF_FUEL)
        run->credit = 0;
    if (err == 0)
        run_report(run, out);
    return err;
}

int seigr_run_hinted(seigr_run *run)
{
    const int hinted = run != NULL && run->hinted;

    if (hinted)
        run->hinted = 0;
    return hinted;
}

/* --- what it came to ---------------------------------------------------- */

int seigr_run_result(const seigr_run *run, seigr_result *out)
{
    if (run == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (!run->ended)
        return SEIGR_E_AGAIN;
    *out = (seigr_result)SEIGR_RESULT_INIT;
    out->task = run->task_id;
    out->outcome = run->outcome;
    out->root_count = run->root_count;
    out->roots = (seigr_span){(const uint8_t *)run->roots,
                              run->root_count * sizeof(*run->roots)};
    seigr_result_roots_head(run->context, out->roots, &run->outcome.root,
                            &out->roots_head);
    return 0;
}

int seigr_run_transcript(const seigr_run *run, seigr_transcript *out)
{
    if (run == NULL || out == NULL)
        return SEIGR_E_INVAL;
    *out = run->transcript;
    out->task = run->task_id;
    return 0;
}

seigr_span seigr_run_content(const seigr_run *run, uint32_t index, uint64_t at)
{
    if (run == NULL)
        return (seigr_span){NULL, 0};
    if (index == 0)
        return seigr__run_content_at(&run->output, at);
    for (uint32_t i = 0; i < run->node_count; i++) {
        if (!run->nodes[i]->is_folder && --index == 0)
            return seigr__run_content_at(&run->nodes[i]->content, at);
    }
    return (seigr_span){NULL, 0};
}

/* SPDX-License-Identifier: MIT */
/*
 * lineage_proof.c - the capsules that prove forks, or a descent, as a bundle.
 *
 * The lineage has no bytes, so the files are read a second time. What comes
 * out is checked by anyone with "seigr verify", without the rest. Invariants:
 *   (1) kept is in the lineage's order, each capsule once: parents stand
 *       before children.
 *   (2) What is written has come through the door in this second reading.
 */
#include "lineage_proof.h" /* lineage_proof_write */

#include "tool_source.h" /* tool_source_read */

#include <stdlib.h> /* malloc */
#include <string.h> /* memcpy */

struct proof_capsule {
    uint32_t position; /* in the lineage */
    uint8_t *bytes;    /* ours; NULL until it was met again */
    size_t len;
};

struct proof {
    struct tool *tool;
    const seigr_lineage *lineage;
    struct proof_capsule *kept; /* (1) */
    size_t count;
    int is_path; /* the last of kept is the only root */
    seigr_output *output;
    int is_told; /* the sink has said what it could not write */
};

static int proof_compare(const void *a, const void *b)
{
    const struct proof_capsule *x = a;
    const struct proof_capsule *y = b;

    return x->position < y->position ? -1 : x->position > y->position;
}

/* Which capsules: those of as many forks as a bundle can name roots. */
static int proof_choose(struct proof *proof)
{
    const uint32_t forks = seigr_lineage_fork_count(proof->lineage);
    const size_t most =
        forks < SEIGR_BUNDLE_ROOTS_MAX / 2 ? forks : SEIGR_BUNDLE_ROOTS_MAX / 2;
    seigr_lineage_fork fork;
    size_t count = 0;

    proof->kept = calloc(2 * most, sizeof(*proof->kept));
    if (proof->kept == NULL)
        return tool_fail(proof->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    for (uint32_t i = 0; i < most; i++) {
        (void)seigr_lineage_fork_at(proof->lineage, i, &fork);
        proof->kept[count++].position = fork.first;
        proof->kept[count++].position = fork.second;
    }
    qsort(proof->kept, count, sizeof(*proof->kept), proof_compare);
    for (size_t i = 0; i < count; i++)
        if (i == 0 ||
            proof->kept[proof->count - 1].position != proof->kept[i].position)
            proof->kept[proof->count++] = proof->kept[i];
    return TOOL_EXIT_FINE;
}

/* Which capsules: those of a shortest path. */
static int proof_choose_path(struct proof *proof,
                             const struct lineage_view *view)
{
    seigr_lineage_step *steps = lineage_view_path(view, &proof->count);

    proof->is_path = 1;
    if (steps != NULL)
        proof->kept = calloc(proof->count, sizeof(*proof->kept));
    if (proof->kept == NULL) {
        free(steps);
        proof->count = 0;
        return tool_fail(proof->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    }
    for (size_t i = 0; i < proof->count; i++)
        proof->kept[i].position = steps[i].index;
    free(steps);
    qsort(proof->kept, proof->count, sizeof(*proof->kept), proof_compare);
    return TOOL_EXIT_FINE;
}

/* Keep the bytes of a capsule that is wanted, once. */
static int proof_item(const struct tool_item *item, void *ctx)
{
    struct proof *proof = ctx;
    struct proof_capsule key = {0};
    struct proof_capsule *kept;
    seigr_span bytes;

    if (item->verified == NULL ||
        seigr_lineage_find(proof->lineage, seigr_verified_id(item->verified),
                           &key.position) != 0)
        return 0;
    kept = bsearch(&key, proof->kept, proof->count, sizeof(key), proof_compare);
    if (kept == NULL || kept->bytes != NULL)
        return 0;
    bytes = seigr_verified_bytes(item->verified);
    kept->bytes = malloc(bytes.len);
    if (kept->bytes == NULL)
        return tool_fail(proof->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    memcpy(kept->bytes, bytes.ptr, bytes.len);
    kept->len = bytes.len;
    return 0;
}

/* Read the files again; what they refuse was said the first time. */
static int proof_gather(struct proof *proof)
{
    const struct tool_source_visitor visitor = {NULL, proof_item, NULL, proof,
                                                0};
    const struct tool_args *args = &proof->tool->args;
    struct tool_source_end end;

    for (size_t i = 0; i < args->operand_count; i++)
        tool_source_read(proof->tool, args->operands[i], &visitor, &end);
    for (size_t i = 0; i < proof->count; i++)
        if (proof->kept[i].bytes == NULL)
            return tool_fail(proof->tool, TOOL_EXIT_FAILURE,
                             "a file changed while it was read");
    return TOOL_EXIT_FINE;
}

static int proof_sink(seigr_span bytes, void *ctx)
{
    struct proof *proof = ctx;
    seigr_error error = SEIGR_ERROR_INIT;
    int err = seigr_output_write(proof->output, bytes, &error);

    if (err < 0) {
        (void)tool_fail_error(proof->tool, TOOL_EXIT_FAILURE, NULL, &error);
        proof->is_told = 1;
    }
    return err;
}

/* (2) */
static int proof_put(const struct proof *proof, seigr_bundle_writer *writer,
                     const struct proof_capsule *kept, seigr_error *error)
{
    const seigr_span bytes = {kept->bytes, kept->len};
    const seigr_context *context = &proof->tool->context;
    seigr_verified verified;
    int err = seigr_capsule_open(context, bytes, (seigr_buf){NULL, 0},
                                 &verified, error);

    if (err == 0)
        err = seigr_bundle_writer_put(writer, &verified, error);
    return err;
}

/* All of them: of a path the last is the root, of forks each. */
static int proof_put_all(struct proof *proof, seigr_error *error)
{
    const seigr_context *context = &proof->tool->context;
    seigr_bundle_writer *writer = NULL;
    seigr_id *roots = malloc(proof->count * sizeof(*roots));
    const size_t first_root = proof->is_path ? proof->count - 1 : 0;
    const size_t root_count = proof->count - first_root;
    int err = roots == NULL ? SEIGR_E_NOMEM : 0;

    for (size_t i = 0; err == 0 && i < proof->count; i++) {
        seigr_lineage_capsule at;

        err = seigr_lineage_at(proof->lineage, proof->kept[i].position, &at);
        roots[i] = at.id;
    }
    if (err == 0)
        err = seigr_bundle_writer_new(context, roots + first_root, root_count,
                                      &writer, proof_sink, proof);
    for (size_t i = 0; err == 0 && i < proof->count; i++)
        err = proof_put(proof, writer, &proof->kept[i], error);
    if (err == 0)
        err = seigr_bundle_writer_finish(writer, roots + first_root, root_count,
                                         error);
    seigr_bundle_writer_free(writer);
    free(roots);
    return err;
}

static void proof_save(struct proof *proof, const char *path)
{
    struct tool *tool = proof->tool;
    seigr_error error = SEIGR_ERROR_INIT;
    int err = seigr_output_open(&tool->context, path, SEIGR_OUTPUT_KEEP,
                                &proof->output, &error);

    if (err == 0)
        err = proof_put_all(proof, &error);
    if (err == 0)
        err = seigr_output_sync(proof->output, &error);
    if (err == 0)
        err = seigr_output_commit(proof->output, &error);
    seigr_output_close(proof->output);
    if (err == 0)
        tool_note(tool, "%zu capsules that prove it: %s", proof->count, path);
    else if (!proof->is_told)
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", path,
                        error.code != 0 ? error.text : seigr_strerror(err));
}

void lineage_proof_write(struct tool *tool, const struct lineage_view *view,
                         const char *path)
{
    struct proof proof = {.tool = tool, .lineage = view->lineage};
    int code;

    if (view->what == LINEAGE_VIEW_PATH) {
        code = proof_choose_path(&proof, view);
    } else if (seigr_lineage_fork_count(view->lineage) == 0) {
        tool_note(tool, "there is no fork; %s is not written", path);
        return;
    } else {
        code = proof_choose(&proof);
    }
    if (code == TOOL_EXIT_FINE && proof_gather(&proof) == TOOL_EXIT_FINE)
        proof_save(&proof, path);
    for (size_t i = 0; i < proof.count; i++)
        free(proof.kept[i].bytes);
    free(proof.kept);
}

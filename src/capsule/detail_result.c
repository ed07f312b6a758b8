/* SPDX-License-Identifier: MIT */
/*
 * detail_result.c - reads and writes what a RESULT capsule says.
 *
 * Nothing in the message tells executors apart, so that two results of one
 * task agree exactly where these bytes are equal.
 *
 * Invariant:
 *   (1) what is written has passed the reader.
 */
#include "detail.h"       /* seigr__detail_* */
#include "seigr/crypto.h" /* seigr_merkle */
#include "seigr/task.h"   /* seigr_result */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

enum {
    RESULT_OUTCOME = 1,
    RESULT_ROOT_COUNT = 2,
    RESULT_ROOTS_HEAD = 3,
    RESULT_ROOTS = 4
};

#define RESULT_ROOT_LEN 32u

static const seigr__pb_field result_fields[] = {
    {RESULT_OUTCOME, SEIGR__PB_MESSAGE, 0, "outcome"},
    {RESULT_ROOT_COUNT, SEIGR__PB_UINT32, 0, "root_count"},
    {RESULT_ROOTS_HEAD, SEIGR__PB_BYTES, 0, "roots_head"},
    {RESULT_ROOTS, SEIGR__PB_BYTES, 0, "roots"},
};

static const seigr__pb_message result_message =
    SEIGR__PB_TABLE("Result", result_fields);

static void result_add(const seigr_context *context, seigr_merkle *tree,
                       const uint8_t *root)
{
    seigr_hash leaf;
    int err;

    seigr_merkle_hash_leaf(context, (seigr_span){root, RESULT_ROOT_LEN}, &leaf);
    err = seigr_merkle_add(context, tree, &leaf);
    assert(err == 0); /* memory holds fewer roots than a tree leaves */
    (void)err;
}

void seigr_result_roots_head(const seigr_context *context, seigr_span roots,
                             const seigr_hash *end, seigr_hash *out)
{
    seigr_merkle tree;

    assert(roots.len % RESULT_ROOT_LEN == 0);
    seigr_merkle_init(&tree);
    for (size_t at = 0; at < roots.len; at += RESULT_ROOT_LEN)
        result_add(context, &tree, roots.ptr + at);
    result_add(context, &tree, end->bytes);
    seigr_merkle_root(context, &tree, out);
}

static int result_field(const seigr__pb *r, const seigr__pb_value *value,
                        int *has_head, seigr_result *out)
{
    switch (value->number) {
    case RESULT_OUTCOME:
        return seigr__outcome_read(r, value, &out->outcome);
    case RESULT_ROOT_COUNT:
        out->root_count = (uint32_t)value->integer;
        return seigr__detail_at_most(r, value, SEIGR_TASK_ROOTS_MAX,
                                     "a run has at most 2^20");
    case RESULT_ROOTS_HEAD:
        *has_head = 1;
        return seigr__detail_hash(r, value, &out->roots_head);
    case RESULT_ROOTS:
        out->roots = value->bytes;
        return 0;
    }
    return 0; /* unknown */
}

static int result_rules(const seigr__pb *r, int has_head,
                        const seigr_result *out)
{
    const uint32_t here =
        out->root_count <= SEIGR_RESULT_ROOTS_INLINE_MAX ? out->root_count : 0;

    if (out->outcome.status == 0)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "outcome",
                                  "it is missing");
    if (!has_head)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "roots_head",
                                  "it is missing");
    if (out->roots.len != (size_t)here * RESULT_ROOT_LEN)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "roots",
                                  "they are not as many as root_count wants");
    return 0;
}

static int result_read(seigr__pb *r, seigr_result *out)
{
    seigr__pb_value value;
    int has_head = 0;
    int err;

    while ((err = seigr__pb_next(r, &value)) == 1) {
        err = result_field(r, &value, &has_head, out);
        if (err != 0)
            return err;
    }
    return err != 0 ? err : result_rules(r, has_head, out);
}

/* The roots that are there lead to their head. */
static int result_head(const seigr_context *context,
                       const seigr_capsule *capsule, const seigr_result *result,
                       seigr_error *error)
{
    seigr_hash head;

    if (result->root_count > SEIGR_RESULT_ROOTS_INLINE_MAX)
        return 0;
    seigr_result_roots_head(context, result->roots, &result->outcome.root,
                            &head);
    if (memcmp(&head, &result->roots_head, sizeof(head)) == 0)
        return 0;
    return seigr__detail_fail(capsule, SEIGR_E_MISMATCH, error,
                              "Result.roots_head: the roots have another head");
}

/* The body is the output. */
static int result_body(const seigr_context *context,
                       const seigr_capsule *capsule, const seigr_result *result,
                       seigr_error *error)
{
    const seigr_body *body = &capsule->body;
    seigr_merkle tree;
    seigr_hash head = body->root;

    if (body->size != result->outcome.output_size)
        return seigr__detail_fail(capsule, SEIGR_E_MISMATCH, error,
                                  "Outcome.output_size: the body has another");
    if (body->form != SEIGR_BODY_ROOT) {
        seigr_merkle_init(&tree);
        if (body->content.len > 0) {
            seigr_merkle_hash_leaf(context, body->content, &tree.nodes[0]);
            tree.count = 1;
        }
        seigr_merkle_root(context, &tree, &head);
    }
    if (memcmp(&head, &result->outcome.output, sizeof(head)) == 0)
        return 0;
    return seigr__detail_fail(capsule, SEIGR_E_MISMATCH, error,
                              "Outcome.output: the body has another head");
}

static int result_links(const seigr_capsule *capsule, seigr_result *result,
                        seigr_error *error)
{
    const uint32_t members =
        seigr__detail_links(capsule, SEIGR_ROLE_MEMBER, NULL);

    if (members != result->outcome.file_count)
        return seigr__fail(
            error, SEIGR_E_FORMAT,
            (uint64_t)(capsule->payload.ptr - capsule->bytes.ptr),
            "Outcome.files: %u files and %u links of role MEMBER",
            (unsigned)result->outcome.file_count, (unsigned)members);
    return seigr__detail_one_link(capsule, SEIGR_ROLE_TASK, &result->task,
                                  error);
}

int seigr_result_decode(const seigr_context *context,
                        const seigr_capsule *capsule, seigr_result *out,
                        seigr_error *error)
{
    seigr__pb r;
    seigr_result result = SEIGR_RESULT_INIT;
    int err;

    if (context == NULL || context->crypto == NULL || out == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_result_decode: an argument is missing");
    err = seigr__detail_open(&r, &result_message, capsule, SEIGR_KIND_RESULT,
                             error);
    if (err == 0)
        err = result_read(&r, &result);
    if (err == 0)
        err = result_links(capsule, &result, error);
    if (err == 0)
        err = result_body(context, capsule, &result, error);
    if (err == 0)
        err = result_head(context, capsule, &result, error);
    if (err == 0)
        *out = result;
    return err;
}

/* --- writing ----------------------------------------------------------- */

static void result_put(seigr__pb_writer *w, const seigr_result *result)
{
    const int here = result->root_count <= SEIGR_RESULT_ROOTS_INLINE_MAX;

    seigr__pb_put_message(w, RESULT_OUTCOME, seigr__outcome_put,
                          &result->outcome);
    seigr__pb_put_uint(w, RESULT_ROOT_COUNT, result->root_count);
    seigr__pb_put_bytes(w, RESULT_ROOTS_HEAD,
                        (seigr_span){result->roots_head.bytes, 32});
    if (here)
        seigr__pb_put_bytes(w, RESULT_ROOTS, result->roots);
}

static int result_check(seigr_span bytes, seigr_error *error)
{
    seigr__pb r;
    seigr_result result = SEIGR_RESULT_INIT;

    seigr__pb_init(&r, &result_message, bytes, bytes.ptr, error);
    return result_read(&r, &result);
}

/* Is everything there that the result points to? */
static int result_is_whole(const seigr_context *context,
                           const seigr_result *result)
{
    if (context == NULL || context->crypto == NULL || result == NULL ||
        result->struct_size < sizeof(*result) ||
        (result->roots.ptr == NULL && result->roots.len != 0))
        return 0;
    if (result->roots.len == 0 &&
        result->root_count > SEIGR_RESULT_ROOTS_INLINE_MAX)
        return seigr__outcome_is_whole(&result->outcome);
    return result->roots.len == (size_t)result->root_count * RESULT_ROOT_LEN &&
           seigr__outcome_is_whole(&result->outcome);
}

int seigr_result_encode(const seigr_context *context,
                        const seigr_result *result, seigr_buf out,
                        size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    seigr_result whole;

    if (len_out == NULL || !result_is_whole(context, result))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_result_encode: an argument is missing");
    whole = *result;
    if (whole.root_count <= SEIGR_RESULT_ROOTS_INLINE_MAX ||
        whole.roots.len > 0)
        seigr_result_roots_head(context, whole.roots, &whole.outcome.root,
                                &whole.roots_head);
    result_put(&w, &whole);
    return seigr__detail_finish(&w, len_out, result_check, error); /* (1) */
}

/* SPDX-License-Identifier: MIT */
/*
 * detail.c - what the readers and writers of detail messages share.
 */
#include "detail.h" /* seigr__detail_open */

#include "base/error.h" /* seigr__fail */
#include "base/utf8.h"  /* seigr__utf8_check */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

int seigr__detail_open(seigr__pb *r, const seigr__pb_message *message,
                       const seigr_capsule *capsule, uint32_t kind,
                       seigr_error *error)
{
    assert(message != NULL);
    if (capsule == NULL || capsule->kind != kind)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "%s: the capsule is of another kind", message->name);
    seigr__pb_init(r, message, capsule->detail, capsule->bytes.ptr, error);
    return 0;
}

void seigr__detail_enter(seigr__pb *inner, const seigr__pb *outer,
                         const seigr__pb_message *message,
                         const seigr__pb_value *value)
{
    assert(value->wire == SEIGR__PB_LEN);
    seigr__pb_init(inner, message, value->bytes, outer->origin, outer->error);
}

int seigr__detail_hash(const seigr__pb *r, const seigr__pb_value *value,
                       seigr_hash *out)
{
    assert(value != NULL && out != NULL);
    if (value->bytes.len != sizeof(out->bytes))
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "it is not of 32 bytes");
    memcpy(out->bytes, value->bytes.ptr, sizeof(out->bytes));
    return 0;
}

int seigr__detail_at_most(const seigr__pb *r, const seigr__pb_value *value,
                          uint64_t most, const char *what)
{
    assert(value != NULL);
    return value->integer <= most
               ? 0
               : seigr__pb_fail(r, SEIGR_E_LIMIT, value, what);
}

void seigr__detail_extend(seigr_span *entries, const seigr__pb *r,
                          const seigr__pb_value *value)
{
    assert(r->at > value->tag);
    if (entries->ptr == NULL)
        entries->ptr = value->tag;
    entries->len = (size_t)(r->at - entries->ptr);
}

int seigr__detail_walk(const seigr__pb_message *message, seigr_span entries,
                       size_t *cursor, seigr__pb_value *value)
{
    seigr__pb r;
    seigr_span rest;

    assert(entries.ptr != NULL || entries.len == 0);
    if (*cursor >= entries.len)
        return 0;
    rest = (seigr_span){entries.ptr + *cursor, entries.len - *cursor};
    seigr__pb_init(&r, message, rest, rest.ptr, NULL);
    if (seigr__pb_next(&r, value) != 1)
        return 0;
    *cursor += (size_t)(r.at - rest.ptr);
    return 1;
}

int seigr_task_path_compare(seigr_span a, seigr_span b)
{
    const size_t len = a.len < b.len ? a.len : b.len;

    for (size_t i = 0; i < len; i++) {
        if (a.ptr[i] == b.ptr[i])
            continue;
        if (a.ptr[i] == '/' || b.ptr[i] == '/') /* a part's end comes first */
            return a.ptr[i] == '/' ? -1 : 1;
        return a.ptr[i] < b.ptr[i] ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int detail_part_is_good(const uint8_t *part, size_t len)
{
    assert(part != NULL || len == 0);
    if (len == 0 || len > SEIGR_TASK_PATH_PART_MAX)
        return 0;
    return !(part[0] == '.' && (len == 1 || (len == 2 && part[1] == '.')));
}

int seigr_task_path_is_good(seigr_span path)
{
    size_t from = 0;

    if (path.ptr == NULL || path.len > SEIGR_TASK_PATH_MAX ||
        memchr(path.ptr, 0, path.len) != NULL ||
        seigr__utf8_check(path) != path.len)
        return 0;
    for (size_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/')
            continue;
        if (!detail_part_is_good(path.ptr + from, i - from))
            return 0;
        from = i + 1;
    }
    return 1;
}

int seigr__detail_path(const seigr__pb *r, const seigr__pb_value *value,
                       seigr_span path, seigr_span last)
{
    assert(path.ptr != NULL || path.len == 0);
    assert(last.ptr != NULL || last.len == 0);
    if (!seigr_task_path_is_good(path))
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "it is not a path inside a folder");
    if (last.ptr == NULL)
        return 0;
    if (seigr_task_path_compare(last, path) >= 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "the paths are not in their order");
    if (path.len > last.len && path.ptr[last.len] == '/' &&
        memcmp(path.ptr, last.ptr, last.len) == 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "the path before is a file, and here a folder");
    return 0;
}

uint32_t seigr__detail_links(const seigr_capsule *capsule, uint32_t role,
                             seigr_id *first)
{
    size_t cursor = 0;
    uint32_t count = 0;
    seigr_link link;

    while (seigr_capsule_next_link(capsule, &cursor, &link) == 1) {
        if (link.role != role)
            continue;
        if (count++ == 0 && first != NULL)
            *first = link.id;
    }
    return count;
}

int seigr__detail_one_link(const seigr_capsule *capsule, uint32_t role,
                           seigr_id *out, seigr_error *error)
{
    const uint32_t count = seigr__detail_links(capsule, role, out);

    assert(capsule != NULL);
    if (count == 1)
        return 0;
    return seigr__fail(error, SEIGR_E_FORMAT,
                       (uint64_t)(capsule->payload.ptr - capsule->bytes.ptr),
                       "Capsule.links: %u have the role %s, one must",
                       (unsigned)count, seigr_role_name(role));
}

int seigr__detail_fail(const seigr_capsule *capsule, int code,
                       seigr_error *error, const char *what)
{
    assert(capsule->payload.ptr >= capsule->bytes.ptr);
    return seigr__fail(error, code,
                       (uint64_t)(capsule->payload.ptr - capsule->bytes.ptr),
                       "%s", what);
}

int seigr__detail_finish(const seigr__pb_writer *w, size_t *len_out,
                         int (*check)(seigr_span bytes, seigr_error *error),
                         seigr_error *error)
{
    int err;

    assert(w != NULL && len_out != NULL);
    if (w->len > SEIGR_CAPSULE_PAYLOAD_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "the detail would be longer than a payload");
    if (w->len > w->room) {
        *len_out = w->len;
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "the detail takes %zu bytes", w->len);
    }
    err = check((seigr_span){w->out, w->len}, error);
    if (err != 0) {
        if (error != NULL)
            error->offset = SEIGR_NO_OFFSET; /* the caller has no bytes yet */
        return err;
    }
    *len_out = w->len;
    return 0;
}

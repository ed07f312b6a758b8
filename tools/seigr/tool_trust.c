/* SPDX-License-Identifier: MIT */
/*
 * tool_trust.c - anchors from their file, capsules into a set.
 */
#include "tool_trust.h" /* struct tool_roots */

#include "tool_key.h"    /* tool_key_home */
#include "tool_source.h" /* tool_source_read */
#include "tool_time.h"   /* tool_time_parse */

#include <errno.h>  /* errno */
#include <stdlib.h> /* malloc */
#include <string.h> /* strlen */

#define TRUST_ROOTS_LEN_MAX ((size_t)16 << 20)

static int trust_no_memory(struct tool *tool)
{
    return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
}

/* --- Anchors ------------------------------------------------------------ */

static char *trust_roots_path(struct tool *tool)
{
    const char *given = tool_args_value(&tool->args, TOOL_ROOTS);
    seigr_home *home;
    char *path;
    size_t len;

    if (given != NULL) {
        path = malloc(strlen(given) + 1);
        if (path == NULL)
            (void)trust_no_memory(tool);
        else
            memcpy(path, given, strlen(given) + 1);
        return path;
    }
    home = tool_key_home(tool);
    if (home == NULL)
        return NULL;
    len = strlen(seigr_home_path(home)) + sizeof("/roots");
    path = malloc(len);
    if (path == NULL)
        (void)trust_no_memory(tool);
    else
        (void)snprintf(path, len, "%s/roots", seigr_home_path(home));
    seigr_home_close(home);
    return path;
}

static int trust_roots_parse(struct tool *tool, struct tool_roots *out)
{
    const seigr_span text = {out->text.ptr, out->text.len};
    seigr_error error = SEIGR_ERROR_INIT;
    size_t count = 0;
    int err = seigr_roots_read(text, NULL, 0, &count, &error);

    if (err == SEIGR_E_ROOM) {
        out->anchors = malloc(count * sizeof(*out->anchors));
        if (out->anchors == NULL)
            return trust_no_memory(tool);
        err = seigr_roots_read(text, out->anchors, count, &out->anchor_count,
                               &error);
    }
    if (err == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_MALFORMED, "%s: %s", out->path,
                     error.text);
}

int tool_roots_read(struct tool *tool, struct tool_roots *out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    memset(out, 0, sizeof(*out));
    out->path = trust_roots_path(tool);
    if (out->path == NULL)
        return TOOL_EXIT_FAILURE;
    err = seigr_posix_read_file(&tool->context, out->path, TRUST_ROOTS_LEN_MAX,
                                &out->text, &error);
    if (err == SEIGR_E_NOTFOUND &&
        tool_args_value(&tool->args, TOOL_ROOTS) == NULL)
        return TOOL_EXIT_FINE;
    if (err != 0)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    return trust_roots_parse(tool, out);
}

void tool_roots_fini(const struct tool *tool, struct tool_roots *roots)
{
    seigr_posix_release(&tool->context, &roots->text);
    free(roots->anchors);
    free(roots->path);
}

/* --- Capsules ----------------------------------------------------------- */

/* Room for one more, doubling. */
static int trust_grow(struct tool_trust *set)
{
    const size_t room = set->count * 2 + 8;
    void *grown;

    if (set->count > 0 && (set->count & (set->count - 1)) != 0)
        return 0;
    grown = realloc(set->capsules, room * sizeof(*set->capsules));
    if (grown == NULL)
        return -1;
    set->capsules = grown;
    grown = realloc(set->bytes, room * sizeof(*set->bytes));
    if (grown == NULL)
        return -1;
    set->bytes = grown;
    return 0;
}

int tool_trust_keep(struct tool *tool, struct tool_trust *set,
                    const seigr_verified *capsule)
{
    const seigr_span from = seigr_verified_bytes(capsule);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf copy = {malloc(from.len), from.len};
    int err;

    if (copy.ptr == NULL || trust_grow(set) != 0) {
        free(copy.ptr);
        return trust_no_memory(tool);
    }
    memcpy(copy.ptr, from.ptr, from.len);
    err = seigr_capsule_decode(&tool->context, (seigr_span){copy.ptr, copy.len},
                               &view, &error);
    if (err == 0)
        err = seigr_capsule_verify(&tool->context, &view, (seigr_buf){NULL, 0},
                                   &set->capsules[set->count], &error);
    if (err != 0) {
        free(copy.ptr);
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    }
    set->bytes[set->count++] = copy;
    return TOOL_EXIT_FINE;
}

/* A file being kept. */
struct trust_reading {
    struct tool *tool;
    struct tool_trust *set;
    const char *name;
};

static int trust_item(const struct tool_item *item, void *ctx)
{
    struct trust_reading *reading = ctx;

    if (item->verified == NULL)
        return tool_fail_error(reading->tool, tool_exit_of(item->error.code),
                               reading->name, &item->error) != TOOL_EXIT_FINE
                   ? SEIGR_E_CANCELED
                   : 0;
    return tool_trust_keep(reading->tool, reading->set, item->verified) ==
                   TOOL_EXIT_FINE
               ? 0
               : SEIGR_E_NOMEM;
}

int tool_trust_read(struct tool *tool, struct tool_trust *set, const char *path)
{
    struct trust_reading reading = {tool, set, tool_source_name(path)};
    const struct tool_source_visitor visitor = {NULL, trust_item, NULL,
                                                &reading, 0};
    struct tool_source_end end;

    tool_source_read(tool, path, &visitor, &end);
    if (tool->exit != TOOL_EXIT_FINE)
        return tool->exit; /* it was said */
    if (end.exit != TOOL_EXIT_FINE)
        return tool_fail_error(tool, end.exit, reading.name, &end.error);
    return TOOL_EXIT_FINE;
}

int tool_trust_settle(struct tool *tool, struct tool_trust *set,
                      const struct tool_roots *roots, uint32_t minimum,
                      uint64_t as_of_ms)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;

    options.capsule_max = (uint32_t)set->count + 1;
    options.anchor_max = (uint32_t)roots->anchor_count;
    options.seen_max = 0;
    for (size_t i = 0; i < 8; i++)
        options.weight_min[i] = minimum;
    len = seigr_trust_size(&options);
    if (len == 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "there are too many capsules or anchors");
    set->memory = malloc(len);
    if (set->memory == NULL)
        return trust_no_memory(tool);
    if (seigr_trust_init(set->memory, len, &tool->context, &options,
                         &set->trust) != 0)
        return trust_no_memory(tool);
    for (size_t i = 0; i < roots->anchor_count; i++)
        if (seigr_trust_anchor(set->trust, &roots->anchors[i]) != 0)
            return trust_no_memory(tool);
    for (size_t i = 0; i < set->count; i++)
        if (seigr_trust_put(set->trust, &set->capsules[i], &error) != 0)
            return tool_fail_error(tool, tool_exit_of(error.code), NULL,
                                   &error);
    seigr_trust_settle(set->trust, as_of_ms);
    return TOOL_EXIT_FINE;
}

void tool_trust_fini(struct tool_trust *set)
{
    for (size_t i = 0; i < set->count; i++)
        free(set->bytes[i].ptr);
    free(set->bytes);
    free(set->capsules);
    free(set->memory);
}

/* --- Options ------------------------------------------------------------ */

int tool_trust_number(struct tool *tool, enum tool_option_id option,
                      uint64_t fallback, uint64_t *out)
{
    const char *text = tool_args_value(&tool->args, option);
    uint64_t value = 0;

    *out = fallback;
    if (text == NULL)
        return TOOL_EXIT_FINE;
    for (const char *at = text; *at != '\0' || at == text; at++) {
        if (*at < '0' || *at > '9' || at - text > 17)
            return tool_fail(tool, TOOL_EXIT_USAGE, "--%s %s: give a number",
                             tool_options[option].name, text);
        value = value * 10 + (uint64_t)(*at - '0');
    }
    *out = value;
    return TOOL_EXIT_FINE;
}

int tool_trust_time(struct tool *tool, enum tool_option_id option,
                    uint64_t *out)
{
    const char *text = tool_args_value(&tool->args, option);

    *out = 0;
    if (text == NULL || (tool_time_parse(text, out) == 0 && *out > 0))
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_USAGE,
                     "--%s %s: write it as 2026-01-31T12:00:00Z or @SECONDS",
                     tool_options[option].name, text);
}

int tool_trust_scope(struct tool *tool, uint32_t fallback, uint32_t *out)
{
    const char *text = tool_args_value(&tool->args, TOOL_SCOPE);

    *out = fallback;
    if (text == NULL && fallback != 0)
        return TOOL_EXIT_FINE;
    if (text == NULL)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "say what is trusted: --scope run,accept, for "
                         "example");
    if (seigr_scope_parse((seigr_span){(const uint8_t *)text, strlen(text)},
                          out) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_USAGE,
                     "--scope %s: write words of all, admit, run, delegate, "
                     "accept, boot, time, revoke, introduce, with commas",
                     text);
}

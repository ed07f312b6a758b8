/* SPDX-License-Identifier: MIT */
/*
 * tool_source.c - from a file's bytes to verified capsules.
 *
 * A capsule whose signature is bad is handed on as well, with the reason:
 * what it claims can be shown, and those after it are still checked. Bytes
 * that are malformed end the reading, for nothing says where the next capsule
 * would begin.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool_source.h" /* tool_source_read */

#include "store_closure.h" /* store_closure_write */

#include <assert.h> /* assert */
#include <errno.h>  /* errno */
#include <fcntl.h>  /* open */
#include <stdlib.h> /* malloc */
#include <string.h> /* strcmp */
#include <unistd.h> /* read */

#define SOURCE_PIECE_LEN 65536u

struct source {
    struct tool *tool;
    const struct tool_source_visitor *visitor;
    struct tool_source_end *end;
    seigr_bundle_reader *reader;
    seigr_bundle_order *order; /* where the visitor wants it whole */
    seigr_id *roots;
    size_t root_count;
    uint8_t *piece;
    seigr_buf scratch;
    int fd;
    int is_within; /* of a body */
};

const char *tool_source_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static void source_fail(struct source *source, int number)
{
    seigr_error *error = &source->end->error;

    source->end->exit = TOOL_EXIT_FAILURE;
    error->code = number == EINTR ? SEIGR_E_CANCELED : SEIGR_E_IO;
    error->offset = SEIGR_NO_OFFSET;
    (void)snprintf(error->text, sizeof(error->text), "%s",
                   number == EINTR    ? "stopped"
                   : number == ENOENT ? "there is no such file"
                   : number == EACCES ? "permission to read it is denied"
                   : number == EISDIR
                       ? "it is a folder; name a file, as FOLDER.seigr"
                       : "it cannot be read");
}

/* The store has said why. */
static void source_refuse(struct source *source, int code)
{
    seigr_error *error = &source->end->error;

    source->end->exit = code;
    error->code = SEIGR_E_NOTFOUND;
    error->offset = SEIGR_NO_OFFSET;
    (void)snprintf(error->text, sizeof(error->text),
                   "there is no such file, and the store does not give it");
}

/* Room for the largest capsule is taken once, when one is met. */
static int source_scratch(struct source *source, size_t payload_len)
{
    const size_t len = SEIGR_CAPSULE_SCRATCH_LEN(payload_len);

    if (len <= source->scratch.len)
        return 0;
    free(source->scratch.ptr);
    source->scratch.ptr = malloc(len);
    source->scratch.len = source->scratch.ptr == NULL ? 0 : len;
    return source->scratch.ptr == NULL ? SEIGR_E_NOMEM : 0;
}

/* What the file says of the order is kept, for source_check_roots(). */
static int source_roots(struct source *source, const seigr_bundle_event *event)
{
    const size_t len = event->root_count * sizeof(*source->roots);

    assert(source->roots == NULL);
    if (source->order == NULL || len == 0)
        return 0;
    source->roots = malloc(len);
    if (source->roots == NULL) {
        source_fail(source, ENOMEM);
        return -1;
    }
    memcpy(source->roots, event->roots, len);
    source->root_count = event->root_count;
    return 0;
}

static int source_check_order(struct source *source,
                              const seigr_verified *verified, uint64_t offset)
{
    struct tool_source_end *end = source->end;
    int err;

    if (source->order == NULL)
        return 0;
    err = seigr_bundle_order_put(source->order, verified, &end->error);
    if (err == 0)
        return 0;
    end->error.offset = offset;
    end->exit = tool_exit_of(err);
    return err;
}

/* Cut between two capsules a file lacks a root, and nothing else tells. */
static void source_check_roots(struct source *source)
{
    struct tool_source_end *end = source->end;
    char address[SEIGR_ADDRESS_LEN + 1];

    for (size_t i = 0; i < source->root_count; i++) {
        if (seigr_bundle_order_has(source->order, &source->roots[i]))
            continue;
        seigr_address_encode_id(&source->roots[i], address);
        end->exit = TOOL_EXIT_LINEAGE;
        end->error.code = SEIGR_E_LINEAGE;
        end->error.offset = SEIGR_NO_OFFSET;
        (void)snprintf(end->error.text, sizeof(end->error.text),
                       "the root is not in it: %s", address);
        return;
    }
}

static int source_capsule(struct source *source,
                          const seigr_bundle_event *event)
{
    const seigr_capsule *capsule = &event->capsule;
    seigr_verified verified;
    struct tool_item item = {capsule, &verified, event->offset,
                             SEIGR_ERROR_INIT};
    int err = source_scratch(source, capsule->payload.len);

    if (err == 0)
        err = seigr_capsule_verify(&source->tool->context, capsule,
                                   source->scratch, &verified, &item.error);
    if (err < 0) {
        item.verified = NULL;
        item.error.code = err;
    } else if (source_check_order(source, &verified, event->offset) != 0) {
        return -1;
    }
    return source->visitor->item(&item, source->visitor->ctx);
}

static int source_event(struct source *source, const seigr_bundle_event *event)
{
    const struct tool_source_visitor *visitor = source->visitor;

    source->is_within =
        event->type >= SEIGR_BUNDLE_LEAVES && event->type < SEIGR_BUNDLE_BODY;
    if (event->type == SEIGR_BUNDLE_CAPSULE)
        return source_capsule(source, event);
    if (event->type != SEIGR_BUNDLE_HEADER)
        return visitor->content == NULL ? 0
                                        : visitor->content(event, visitor->ctx);
    if (source_roots(source, event) != 0)
        return -1;
    if (visitor->header == NULL)
        return 0;
    return visitor->header(event->roots, event->root_count, visitor->ctx);
}

/* Returns 0 to read on, else reading has ended as end says. */
static int source_take(struct source *source, size_t len)
{
    seigr_span bytes = {source->piece, len};
    seigr_bundle_event event = SEIGR_BUNDLE_EVENT_INIT;
    int err;

    while ((err = seigr_bundle_reader_step(source->reader, &bytes, &event,
                                           &source->end->error)) == 1)
        if (source_event(source, &event) != 0)
            return 1;
    source->end->exit = tool_exit_of(err);
    /* The capsule is well formed; what it signed is not what is here. */
    if (err == SEIGR_E_MISMATCH && source->is_within)
        source->end->exit = TOOL_EXIT_SIGNATURE;
    return err;
}

static void source_run(struct source *source)
{
    for (;;) {
        ssize_t n = read(source->fd, source->piece, SOURCE_PIECE_LEN);
        int err;

        if (n < 0 || tool_is_stopped()) {
            source_fail(source, n < 0 ? errno : EINTR);
            return;
        }
        if (n == 0) {
            err =
                seigr_bundle_reader_finish(source->reader, &source->end->error);
            source->end->exit = tool_exit_of(err);
            if (err == 0)
                source_check_roots(source);
            return;
        }
        if (source_take(source, (size_t)n) != 0)
            return;
    }
}

/* A file that nobody else sees, with what the store has of an address. */
static int source_open_address(struct source *source, const char *text)
{
    FILE *file = tmpfile();
    int code = TOOL_EXIT_FAILURE;
    int fd = -1;

    if (file != NULL)
        code = store_closure_write(source->tool, text, file);
    if (code == TOOL_EXIT_FINE && fflush(file) == 0 &&
        lseek(fileno(file), 0, SEEK_SET) == 0)
        fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    if (file != NULL)
        (void)fclose(file);
    if (fd < 0 && code == TOOL_EXIT_FINE)
        source_fail(source, EIO);
    else if (fd < 0)
        source_refuse(source, code);
    return fd;
}

/* A file; where there is none of this name, an address of the store. */
static int source_open(struct source *source, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd >= 0)
        return fd;
    if (errno == ENOENT && store_closure_is_address(path))
        return source_open_address(source, path);
    source_fail(source, errno);
    return -1;
}

void tool_source_read(struct tool *tool, const char *path,
                      const struct tool_source_visitor *visitor,
                      struct tool_source_end *end)
{
    struct source source = {.tool = tool, .visitor = visitor, .end = end};

    assert(tool != NULL && end != NULL);
    end->exit = TOOL_EXIT_FINE;
    end->error = (seigr_error)SEIGR_ERROR_INIT;
    source.fd =
        strcmp(path, "-") == 0 ? STDIN_FILENO : source_open(&source, path);
    if (source.fd < 0)
        return;
    source.piece = malloc(SOURCE_PIECE_LEN);
    if (source.piece == NULL ||
        seigr_bundle_reader_new(&tool->context, &source.reader) != 0 ||
        (visitor->is_whole &&
         seigr_bundle_order_new(&tool->context, &source.order) != 0))
        source_fail(&source, ENOMEM);
    else
        source_run(&source);
    seigr_bundle_reader_free(source.reader);
    seigr_bundle_order_free(source.order);
    free(source.roots);
    free(source.scratch.ptr);
    free(source.piece);
    if (source.fd != STDIN_FILENO)
        (void)close(source.fd);
}

/* SPDX-License-Identifier: MIT */
/*
 * tool_content.c - reading content, hashing it on every processor.
 *
 * Invariants:
 *   (1) the bytes that are embedded are those that were signed: each chunk is
 *       compared with its leaf when it is read again.
 *   (2) memory is a piece, and 32 bytes a chunk.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool_content.h" /* struct tool_content */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* open */
#include <stdlib.h>   /* malloc */
#include <string.h>   /* memcpy */
#include <sys/stat.h> /* fstat */
#include <unistd.h>   /* read */

/* Long enough for each processor to have chunks of it. */
#define CONTENT_PIECE_LEN (4u << 20)
/* Embedding only copies, while the lists of the bundle take their room. */
#define CONTENT_COPY_LEN SEIGR_BODY_CHUNK_LEN

static int content_leaf_put(uint64_t index, const seigr_hash *leaf, void *ctx)
{
    struct tool_content *content = ctx;

    assert(index == content->leaf_count);
    (void)index; /* they come in order */
    if (content->leaf_count == content->leaf_room) {
        const size_t room =
            content->leaf_room == 0 ? 256 : content->leaf_room * 2;
        seigr_hash *leaves =
            realloc(content->leaves, room * sizeof(*content->leaves));

        if (leaves == NULL)
            return SEIGR_E_NOMEM;
        content->leaves = leaves;
        content->leaf_room = room;
    }
    content->leaves[content->leaf_count++] = *leaf;
    return 0;
}

/* Fill a piece as far as the file goes. Returns its length, -1 with errno. */
static ssize_t content_read_piece(int fd, uint8_t *piece, size_t room)
{
    size_t len = 0;

    assert(room > 0);
    while (len < room) {
        ssize_t n = read(fd, piece + len, room - len);

        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

static int content_cannot_read(struct tool_content *content, int number)
{
    assert(number != 0);
    return tool_fail(content->tool, TOOL_EXIT_FAILURE, "%s: %s", content->name,
                     number == EINTR    ? "stopped"
                     : number == EISDIR ? "it is a folder"
                                        : "it cannot be read");
}

/* A nameless file for what comes through a pipe. */
static int content_open_copy(struct tool_content *content)
{
    FILE *file = tmpfile();

    content->is_copy = 1;
    if (file != NULL) {
        content->fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
        (void)fclose(file);
    }
    if (content->fd >= 0)
        return TOOL_EXIT_FINE;
    return tool_fail(content->tool, TOOL_EXIT_FAILURE,
                     "%s: no file can be made for what does not fit in a "
                     "capsule",
                     content->name);
}

static int content_copy(struct tool_content *content, seigr_span piece)
{
    assert(content->is_copy);
    while (piece.len > 0) {
        ssize_t n = write(content->fd, piece.ptr, piece.len);

        if (n <= 0)
            return tool_fail(content->tool, TOOL_EXIT_FAILURE,
                             "%s: there is no room to keep it until it is "
                             "sealed; make room where TMPDIR is",
                             content->name);
        piece.ptr += n;
        piece.len -= (size_t)n;
    }
    return TOOL_EXIT_FINE;
}

/* Read everything. The first bytes are kept, for they may be all. */
static int content_read_all(struct tool_content *content, int fd,
                            seigr_body_writer *writer, uint8_t *piece)
{
    seigr_error error = SEIGR_ERROR_INIT;
    uint64_t at = 0;
    int code = TOOL_EXIT_FINE;

    assert(fd >= 0);
    for (;;) {
        ssize_t n = content_read_piece(fd, piece, CONTENT_PIECE_LEN);
        const seigr_span span = {piece, n < 0 ? 0 : (size_t)n};

        if (n < 0 || tool_is_stopped())
            return content_cannot_read(content, n < 0 ? errno : EINTR);
        if (n == 0)
            return TOOL_EXIT_FINE;
        if (at == 0) {
            const size_t keep = span.len <= SEIGR_CAPSULE_INLINE_MAX
                                    ? span.len
                                    : SEIGR_CAPSULE_INLINE_MAX + 1;

            memcpy(content->bytes, piece, keep);
            if (content->is_copy && span.len > SEIGR_CAPSULE_INLINE_MAX)
                code = content_open_copy(content);
        }
        if (code == TOOL_EXIT_FINE && content->is_copy && content->fd >= 0)
            code = content_copy(content, span);
        if (code == TOOL_EXIT_FINE &&
            seigr_body_writer_put(writer, span, &error) != 0)
            code = tool_fail_error(content->tool, TOOL_EXIT_FAILURE,
                                   content->name, &error);
        if (code != TOOL_EXIT_FINE)
            return code;
        at += span.len;
    }
}

static int content_hash(struct tool_content *content, int fd, uint64_t size,
                        struct tool_progress *progress, uint8_t *piece)
{
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_body_writer writer;
    int code;

    assert(fd >= 0);
    leaves.put = content_leaf_put;
    leaves.ctx = content;
    options.leaves = &leaves;
    options.size_expected = size;
    options.want_sha256 = size > SEIGR_CAPSULE_INLINE_MAX || content->is_copy;
    options.pool = size > CONTENT_PIECE_LEN || content->is_copy
                       ? tool_pool(content->tool)
                       : NULL;
    options.progress = tool_progress_step;
    options.ctx = progress;
    if (seigr_body_writer_init(&writer, &content->tool->context, &options) != 0)
        return tool_fail(content->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    code = content_read_all(content, fd, &writer, piece);
    if (code != TOOL_EXIT_FINE)
        return code;
    if (seigr_body_writer_finish(&writer, &content->body, &error) != 0)
        return tool_fail_error(content->tool, TOOL_EXIT_FAILURE, content->name,
                               &error);
    if (content->body.form == SEIGR_BODY_INLINE) {
        content->body.content =
            (seigr_span){content->bytes, (size_t)content->body.size};
        content->body.has_sha256 = 0; /* the content says as much */
    }
    return TOOL_EXIT_FINE;
}

int tool_content_init(struct tool_content *content, struct tool *tool, int fd,
                      const char *name, struct tool_progress *progress)
{
    uint8_t *piece = malloc(CONTENT_PIECE_LEN);
    struct stat before;
    struct stat after;
    int code = TOOL_EXIT_FINE;

    *content = (struct tool_content){.tool = tool, .name = name, .fd = -1};
    content->bytes = malloc(SEIGR_CAPSULE_INLINE_MAX + 1);
    if (piece == NULL || content->bytes == NULL)
        code = tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    else if (fstat(fd, &before) != 0)
        code = content_cannot_read(content, errno);
    if (code == TOOL_EXIT_FINE) {
        content->is_copy = !S_ISREG(before.st_mode);
        if (!content->is_copy)
            content->start = (int64_t)lseek(fd, 0, SEEK_CUR);
        code = content_hash(content, fd,
                            content->is_copy ? 0 : (uint64_t)before.st_size,
                            progress, piece);
    }
    if (code == TOOL_EXIT_FINE && !content->is_copy &&
        (fstat(fd, &after) != 0 || after.st_size != before.st_size ||
         after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
         after.st_mtim.tv_nsec != before.st_mtim.tv_nsec))
        code = tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s: it changed while it was read; try again", name);
    if (!content->is_copy && content->body.form == SEIGR_BODY_ROOT)
        content->fd = fd;
    else if (fd != STDIN_FILENO)
        (void)close(fd);
    free(piece);
    return code;
}

void tool_content_fini(struct tool_content *content)
{
    assert(content != NULL);
    if (content->fd >= 0 && content->fd != STDIN_FILENO)
        (void)close(content->fd);
    free(content->bytes);
    free(content->leaves);
    *content = (struct tool_content){.fd = -1};
}

int tool_content_embed(const struct tool_content *content,
                       seigr_bundle_writer *writer,
                       struct tool_progress *progress)
{
    struct tool *tool = content->tool;
    uint8_t *piece = malloc(CONTENT_COPY_LEN);
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint64_t done = 0;
    int err;

    if (piece == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    leaves.array = content->leaves;
    leaves.array_max = content->leaf_count;
    err = seigr_bundle_writer_body(writer, &leaves, &error);
    if (err == SEIGR_E_INVAL) { /* a capsule before it has the same content */
        free(piece);
        return TOOL_EXIT_FINE;
    }
    if (err == 0 && lseek(content->fd, (off_t)content->start, SEEK_SET) < 0)
        err = SEIGR_E_IO;
    while (err == 0 && done < content->body.size) {
        ssize_t n = content_read_piece(content->fd, piece, CONTENT_COPY_LEN);

        if (n <= 0)
            err = SEIGR_E_MISMATCH;
        else
            err = seigr_bundle_writer_content(
                writer, (seigr_span){piece, (size_t)n}, &error);
        done += n < 0 ? 0 : (uint64_t)n;
        if (err == 0 &&
            tool_progress_step(done, content->body.size, progress) != 0)
            err = SEIGR_E_CANCELED;
    }
    free(piece);
    if (err == 0)
        return TOOL_EXIT_FINE;
    if (tool->exit != TOOL_EXIT_FINE)
        return tool->exit; /* the sink has said why */
    return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", content->name,
                     err == SEIGR_E_MISMATCH
                         ? "it changed while it was sealed; try again"
                     : err == SEIGR_E_CANCELED ? "stopped"
                                               : seigr_strerror(err));
}

/* --- Checking ----------------------------------------------------------- */

static int content_check_fd(struct tool *tool, int fd, const seigr_body *body,
                            struct tool_progress *progress, uint8_t *piece,
                            seigr_error *error)
{
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_body_check check;
    int err;

    assert(fd >= 0 && piece != NULL);
    options.pool = body->size > CONTENT_PIECE_LEN ? tool_pool(tool) : NULL;
    options.progress = tool_progress_step;
    options.ctx = progress;
    err = seigr_body_check_init(&check, &tool->context, body, &options, error);
    while (err == 0) {
        ssize_t n = content_read_piece(fd, piece, CONTENT_PIECE_LEN);

        if (n < 0)
            return errno == EINTR ? SEIGR_E_CANCELED : SEIGR_E_IO;
        if (n == 0)
            return seigr_body_check_done(&check, error);
        err =
            seigr_body_check_put(&check, (seigr_span){piece, (size_t)n}, error);
    }
    return err;
}

int tool_content_check(struct tool *tool, const char *path,
                       const seigr_body *body, struct tool_progress *progress,
                       seigr_error *error)
{
    uint8_t *piece;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int err;

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? SEIGR_E_NOTFOUND
                                                   : SEIGR_E_IO;
    piece = malloc(CONTENT_PIECE_LEN);
    if (piece == NULL)
        err = SEIGR_E_NOMEM;
    else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        err = SEIGR_E_NOTFOUND;
    else
        err = content_check_fd(tool, fd, body, progress, piece, error);
    free(piece);
    (void)close(fd);
    return err;
}

/* SPDX-License-Identifier: MIT */
/*
 * wasi_fd.c - reading and writing through descriptors.
 *
 * A read gives at most what stands up to the end of a 64 KiB chunk of the
 * content, so that it needs one chunk of an input and is whole or not at all.
 */
#include "wasi.h"

#include <assert.h> /* assert */

#define FD_SEEK_SET 0u
#define FD_SEEK_CUR 1u
#define FD_SEEK_END 2u

run_fd *seigr__wasi_fd(const seigr_host_call *call, unsigned arg)
{
    const uint32_t fd = wasi_arg(call, arg);
    seigr_run *run = wasi_run(call);

    if (fd >= RUN_FD_COUNT || run->fds[fd].kind == RUN_FD_CLOSED)
        return NULL;
    return &run->fds[fd];
}

/* --- vectors of buffers ------------------------------------------------- */

/* What the list of buffers in values[1] and [2] holds in all; UINT64_MAX
 * where it does not stand in memory. */
static uint64_t fd_total(const seigr_host_call *call)
{
    const uint32_t at = wasi_arg(call, 1);
    const uint32_t count = wasi_arg(call, 2);
    uint64_t total = 0;

    if (!wasi_has(call, at, (uint64_t)count * 8))
        return UINT64_MAX;
    for (uint32_t i = 0; i < count; i++)
        total += wasi_u32(call, at + 8 * i + 4);
    return total;
}

/* Do all buffers stand in memory? */
static int fd_buffers(const seigr_host_call *call)
{
    const uint32_t at = wasi_arg(call, 1);
    const uint32_t count = wasi_arg(call, 2);

    if (!wasi_has(call, at, (uint64_t)count * 8))
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!wasi_has(call, wasi_u32(call, at + 8 * i),
                      wasi_u32(call, at + 8 * i + 4)))
            return 0;
    }
    return 1;
}

/* An eighth of the bytes, and one for each buffer. */
static uint64_t fd_cost(const seigr_host_call *call, uint64_t most)
{
    const uint64_t total = fd_total(call);

    if (total == UINT64_MAX)
        return 0;
    return wasi_arg(call, 2) + (total < most ? total : most) / 8;
}

uint64_t seigr__wasi_cost_read(const seigr_host_call *call)
{
    return fd_cost(call, RUN_CHUNK_LEN);
}

uint64_t seigr__wasi_cost_write(const seigr_host_call *call)
{
    return fd_cost(call, UINT64_MAX);
}

/* Fill the buffers, one behind the other. Returns how many bytes it took. */
static uint32_t fd_scatter(const seigr_host_call *call, seigr_span from)
{
    const uint32_t at = wasi_arg(call, 1);
    uint32_t done = 0;

    for (uint32_t i = 0; i < wasi_arg(call, 2) && done < from.len; i++) {
        const uint32_t room = wasi_u32(call, at + 8 * i + 4);
        const size_t left = from.len - done;
        const uint32_t len = room < left ? room : (uint32_t)left;

        if (len > 0)
            seigr__wasi_put(call, wasi_u32(call, at + 8 * i), from.ptr + done,
                            len);
        done += len;
    }
    return done;
}

/* --- reading ------------------------------------------------------------ */

/* What stands at a place of a descriptor's content. Returns an errno. */
static uint32_t fd_content(seigr_run *run, const run_fd *fd, uint64_t at,
                           seigr_span *out)
{
    *out = (seigr_span){NULL, 0};
    switch (fd->kind) {
    case RUN_FD_STDIN:
        if (fd->input == UINT32_MAX)
            return RUN_SUCCESS;
        (void)seigr__run_input_at(run, fd->input, at, out);
        return RUN_SUCCESS;
    case RUN_FD_INPUT_FILE:
        (void)seigr__run_input_at(run, fd->input, at, out);
        return RUN_SUCCESS;
    case RUN_FD_FILE:
        if ((fd->flags & RUN_FD_READ) == 0)
            return RUN_BADF;
        *out = seigr__run_content_at(&fd->node->content, at);
        return RUN_SUCCESS;
    case RUN_FD_INPUT_FOLDER:
    case RUN_FD_FOLDER:
        return RUN_ISDIR;
    }
    return RUN_BADF;
}

/* Read at a place into the buffers. Returns an errno. */
static uint32_t fd_read_at(const seigr_host_call *call, const run_fd *fd,
                           uint64_t at, uint32_t count_at, uint32_t *count)
{
    seigr_run *run = wasi_run(call);
    seigr_span from;
    uint32_t err;

    if (!fd_buffers(call) || !wasi_has(call, count_at, 4))
        return RUN_FAULT;
    err = fd_content(run, fd, at, &from);
    if (err != RUN_SUCCESS || run->fault != 0)
        return err;
    *count = fd_scatter(call, from);
    seigr__wasi_put_uint(call, count_at, *count, 4);
    return RUN_SUCCESS;
}

int seigr__wasi_fd_read(seigr_host_call *call)
{
    run_fd *fd = seigr__wasi_fd(call, 0);
    uint32_t count = 0;
    uint32_t err = RUN_BADF;

    if (fd != NULL)
        err = fd_read_at(call, fd, fd->offset, wasi_arg(call, 3), &count);
    if (fd != NULL)
        fd->offset += count;
    return seigr__wasi_answer(call, err);
}

int seigr__wasi_fd_pread(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    uint32_t count;
    uint32_t err = RUN_BADF;

    if (fd != NULL && (fd->kind == RUN_FD_STDIN || fd->kind == RUN_FD_STDOUT ||
                       fd->kind == RUN_FD_STDERR))
        err = RUN_SPIPE;
    else if (fd != NULL)
        err = fd_read_at(call, fd, call->values[3], wasi_arg(call, 4), &count);
    return seigr__wasi_answer(call, err);
}

/* --- writing ------------------------------------------------------------ */

/* Where a descriptor writes to, or why it does not. */
static uint32_t fd_target(seigr_run *run, const run_fd *fd, run_content **out)
{
    *out = NULL;
    switch (fd->kind) {
    case RUN_FD_STDOUT:
        *out = &run->output;
        return RUN_SUCCESS;
    case RUN_FD_STDERR:
        return RUN_SUCCESS;
    case RUN_FD_FILE:
        if ((fd->flags & RUN_FD_WRITE) == 0)
            return RUN_BADF;
        *out = &fd->node->content;
        return RUN_SUCCESS;
    case RUN_FD_INPUT_FOLDER:
    case RUN_FD_FOLDER:
        return RUN_ISDIR;
    }
    return RUN_BADF;
}

/* Write the buffers one behind the other. */
static void fd_gather(const seigr_host_call *call, run_content *to, uint64_t at)
{
    seigr_run *run = wasi_run(call);
    const uint32_t list = wasi_arg(call, 1);

    for (uint32_t i = 0; i < wasi_arg(call, 2); i++) {
        const seigr_span bytes = wasi_bytes(call, wasi_u32(call, list + 8 * i),
                                            wasi_u32(call, list + 8 * i + 4));

        if (to != NULL)
            seigr__run_write(run, to, at, bytes);
        else if (run->options.log != NULL && bytes.len > 0)
            run->options.log(0, bytes, run->options.ctx);
        at += bytes.len;
    }
}

/* Write the buffers at a place. Returns an errno. */
static uint32_t fd_write_at(const seigr_host_call *call, const run_fd *fd,
                            uint64_t at, uint32_t count_at, uint64_t *count)
{
    seigr_run *run = wasi_run(call);
    run_content *to;
    uint32_t err;

    if (!fd_buffers(call) || !wasi_has(call, count_at, 4))
        return RUN_FAULT;
    *count = fd_total(call);
    if (*count > UINT32_MAX)
        return RUN_INVAL;
    err = fd_target(run, fd, &to);
    if (err != RUN_SUCCESS)
        return err;
    if (to != NULL) {
        if (fd->kind == RUN_FD_STDOUT || (fd->flags & RUN_FD_APPEND) != 0)
            at = to->size;
        if (at > to->size)
            return RUN_INVAL;
        err = seigr__run_reserve(run, to, at + *count);
        if (err != RUN_SUCCESS)
            return err;
    }
    fd_gather(call, to, at);
    seigr__wasi_put_uint(call, count_at, *count, 4);
    return RUN_SUCCESS;
}

int seigr__wasi_fd_write(seigr_host_call *call)
{
    run_fd *fd = seigr__wasi_fd(call, 0);
    uint64_t count = 0;
    uint32_t err = RUN_BADF;

    if (fd != NULL)
        err = fd_write_at(call, fd, fd->offset, wasi_arg(call, 3), &count);
    if (err == RUN_SUCCESS && fd->kind == RUN_FD_FILE)
        fd->offset = (fd->flags & RUN_FD_APPEND) != 0 ? fd->node->content.size
                                                      : fd->offset + count;
    return seigr__wasi_answer(call, err);
}

int seigr__wasi_fd_pwrite(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    uint64_t count;
    uint32_t err = RUN_BADF;

    if (fd != NULL && fd->kind != RUN_FD_FILE)
        err = fd->kind <= RUN_FD_STDERR ? RUN_SPIPE : RUN_BADF;
    else if (fd != NULL)
        err = fd_write_at(call, fd, call->values[3], wasi_arg(call, 4), &count);
    return seigr__wasi_answer(call, err);
}

/* --- places ------------------------------------------------------------- */

static uint64_t fd_size(const seigr_run *run, const run_fd *fd)
{
    return fd->kind == RUN_FD_FILE ? fd->node->content.size
                                   : run->inputs[fd->input].size;
}

/* Where a seek leads. A place past the end of what is written to is refused:
 * contents have no holes. */
static uint32_t fd_seek(const seigr_run *run, run_fd *fd, uint64_t by,
                        uint32_t whence)
{
    const uint64_t size = fd_size(run, fd);
    uint64_t from;
    uint64_t to;

    switch (whence) {
    case FD_SEEK_SET:
        from = 0;
        break;
    case FD_SEEK_CUR:
        from = fd->offset;
        break;
    case FD_SEEK_END:
        from = size;
        break;
    default:
        return RUN_INVAL;
    }
    to = from + by; /* by is signed: modulo 2^64 */
    if (to > INT64_MAX || ((int64_t)by < 0 ? to > from : to < from) ||
        (fd->kind == RUN_FD_FILE && to > size))
        return RUN_INVAL;
    fd->offset = to;
    return RUN_SUCCESS;
}

int seigr__wasi_fd_seek(seigr_host_call *call)
{
    run_fd *fd = seigr__wasi_fd(call, 0);
    uint32_t err;

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (fd->kind != RUN_FD_FILE && fd->kind != RUN_FD_INPUT_FILE)
        return seigr__wasi_answer(call, fd->kind <= RUN_FD_STDERR ? RUN_SPIPE
                                                                  : RUN_ISDIR);
    if (!wasi_has(call, wasi_arg(call, 3), 8))
        return seigr__wasi_answer(call, RUN_FAULT);
    err = fd_seek(wasi_run(call), fd, call->values[1], wasi_arg(call, 2));
    if (err == RUN_SUCCESS)
        seigr__wasi_put_uint(call, wasi_arg(call, 3), fd->offset, 8);
    return seigr__wasi_answer(call, err);
}

int seigr__wasi_fd_tell(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (fd->kind != RUN_FD_FILE && fd->kind != RUN_FD_INPUT_FILE)
        return seigr__wasi_answer(call, fd->kind <= RUN_FD_STDERR ? RUN_SPIPE
                                                                  : RUN_ISDIR);
    if (!wasi_has(call, wasi_arg(call, 1), 8))
        return seigr__wasi_answer(call, RUN_FAULT);
    seigr__wasi_put_uint(call, wasi_arg(call, 1), fd->offset, 8);
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

/* Is it one of the descriptors that a program begins with? */
static int fd_is_given(const seigr_run *run, const run_fd *fd)
{
    return fd - run->fds <= (ptrdiff_t)RUN_FD_OUTPUT;
}

static void fd_shut(run_fd *fd)
{
    if (fd->node != NULL) {
        assert(fd->node->open_count > 0);
        fd->node->open_count--;
    }
    *fd = (run_fd){.kind = RUN_FD_CLOSED};
}

int seigr__wasi_fd_close(seigr_host_call *call)
{
    run_fd *fd = seigr__wasi_fd(call, 0);

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    fd_shut(fd);
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

int seigr__wasi_fd_renumber(seigr_host_call *call)
{
    run_fd *from = seigr__wasi_fd(call, 0);
    run_fd *to = seigr__wasi_fd(call, 1);

    if (from == NULL || to == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (fd_is_given(wasi_run(call), from) || fd_is_given(wasi_run(call), to))
        return seigr__wasi_answer(call, RUN_NOTSUP);
    if (from != to) {
        fd_shut(to);
        *to = *from;
        *from = (run_fd){.kind = RUN_FD_CLOSED};
    }
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

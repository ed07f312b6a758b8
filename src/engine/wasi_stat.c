/* SPDX-License-Identifier: MIT */
/*
 * wasi_stat.c - what descriptors say of themselves, and lists of folders.
 */
#include "wasi.h"

static const char stat_inputs_name[] = "/";
static const char stat_output_name[] = "/output";

/* The name under which a descriptor is given, or NULL. */
static const char *stat_given(const seigr_host_call *call, const run_fd *fd)
{
    const seigr_run *run = wasi_run(call);

    if (fd == &run->fds[RUN_FD_INPUTS] && fd->kind == RUN_FD_INPUT_FOLDER &&
        fd->len == 0)
        return stat_inputs_name;
    if (fd == &run->fds[RUN_FD_OUTPUT] && fd->kind == RUN_FD_FOLDER &&
        fd->node == NULL)
        return stat_output_name;
    return NULL;
}

int seigr__wasi_fd_prestat_get(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    const char *name = fd == NULL ? NULL : stat_given(call, fd);

    if (name == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (!wasi_has(call, wasi_arg(call, 1), 8))
        return seigr__wasi_answer(call, RUN_FAULT);
    seigr__wasi_put_uint(call, wasi_arg(call, 1), 0, 4); /* a folder */
    seigr__wasi_put_uint(call, wasi_arg(call, 1) + 4, strlen(name), 4);
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

int seigr__wasi_fd_prestat_dir_name(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    const char *name = fd == NULL ? NULL : stat_given(call, fd);

    if (name == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (wasi_arg(call, 2) < strlen(name))
        return seigr__wasi_answer(call, RUN_NAMETOOLONG);
    if (!wasi_has(call, wasi_arg(call, 1), strlen(name)))
        return seigr__wasi_answer(call, RUN_FAULT);
    seigr__wasi_put(call, wasi_arg(call, 1), name, (uint32_t)strlen(name));
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

static uint32_t stat_type(const run_fd *fd)
{
    if (fd->kind == RUN_FD_INPUT_FILE || fd->kind == RUN_FD_FILE)
        return WASI_FILE;
    if (fd->kind == RUN_FD_INPUT_FOLDER || fd->kind == RUN_FD_FOLDER)
        return WASI_FOLDER;
    return WASI_UNKNOWN; /* streams: no terminal */
}

/* 24 bytes: type, flags, rights, rights of what is opened below. */
int seigr__wasi_fd_fdstat_get(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    uint8_t out[24] = {0};
    uint64_t rights;

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (!wasi_has(call, wasi_arg(call, 1), sizeof(out)))
        return seigr__wasi_answer(call, RUN_FAULT);
    rights =
        stat_type(fd) == WASI_UNKNOWN ? WASI_RIGHTS_STREAM : WASI_RIGHTS_ALL;
    if (fd->kind == RUN_FD_INPUT_FILE ||
        (fd->kind == RUN_FD_FILE && (fd->flags & RUN_FD_WRITE) == 0))
        rights &= ~(uint64_t)WASI_RIGHT_WRITE;
    if (fd->kind == RUN_FD_FILE && (fd->flags & RUN_FD_READ) == 0)
        rights &= ~(uint64_t)WASI_RIGHT_READ;
    out[0] = (uint8_t)stat_type(fd);
    out[2] = (fd->flags & RUN_FD_APPEND) != 0 ? WASI_APPEND : 0;
    wasi_store(out + 8, rights, 8);
    wasi_store(out + 16, rights, 8);
    seigr__wasi_put(call, wasi_arg(call, 1), out, sizeof(out));
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

int seigr__wasi_fd_fdstat_set_flags(seigr_host_call *call)
{
    run_fd *fd = seigr__wasi_fd(call, 0);

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (fd->kind == RUN_FD_FILE) {
        fd->flags &= ~RUN_FD_APPEND;
        if ((wasi_arg(call, 1) & WASI_APPEND) != 0)
            fd->flags |= RUN_FD_APPEND;
    }
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

void seigr__wasi_stat(const seigr_run *run, uint8_t out[WASI_STAT_LEN],
                      uint32_t type, uint64_t ino, uint64_t size)
{
    memset(out, 0, WASI_STAT_LEN);
    wasi_store(out, 1, 8); /* device */
    wasi_store(out + 8, ino, 8);
    out[16] = (uint8_t)type;
    wasi_store(out + 24, 1, 8); /* links */
    wasi_store(out + 32, size, 8);
    for (unsigned i = 0; i < 3; i++) /* accessed, modified, changed */
        wasi_store(out + 40 + 8 * i, run->task.clock_ns, 8);
}

int seigr__wasi_fd_filestat_get(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    const seigr_run *run = wasi_run(call);
    uint8_t out[WASI_STAT_LEN];
    seigr_span path = {NULL, 0};
    uint64_t size = 0;

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (!wasi_has(call, wasi_arg(call, 1), sizeof(out)))
        return seigr__wasi_answer(call, RUN_FAULT);
    if (fd->kind == RUN_FD_INPUT_FILE) {
        path = run->inputs[fd->input].path;
        size = run->inputs[fd->input].size;
    } else if (fd->kind == RUN_FD_INPUT_FOLDER && fd->len > 0) {
        path = (seigr_span){run->inputs[fd->input].path.ptr, fd->len};
    } else if (fd->node != NULL) {
        path = (seigr_span){fd->node->path, fd->node->len};
        size = fd->node->content.size;
    }
    seigr__wasi_stat(run, out, stat_type(fd), seigr__run_ino(path), size);
    seigr__wasi_put(call, wasi_arg(call, 1), out, sizeof(out));
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

int seigr__wasi_fd_filestat_set_size(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    const uint64_t size = call->values[1];
    seigr_run *run = wasi_run(call);
    run_content *c;
    uint32_t err;
    uint64_t before;

    if (fd == NULL || fd->kind != RUN_FD_FILE ||
        (fd->flags & RUN_FD_WRITE) == 0)
        return seigr__wasi_answer(call, RUN_BADF);
    c = &fd->node->content;
    before = c->size;
    err = seigr__run_reserve(run, c, size);
    if (err == RUN_SUCCESS) {
        (void)seigr__run_content_resize(run->context, c, size); /* reserved */
        run->written = run->written - before + size;
    }
    return seigr__wasi_answer(call, err);
}

/* 24 bytes and the name; what does not fit is cut, and the guest asks again
 * with more room. Cookies count entries. */
static uint32_t stat_entry(const seigr_host_call *call, const run_entry *entry,
                           uint64_t cookie, uint32_t used)
{
    const uint32_t room = wasi_arg(call, 2) - used;
    const uint32_t at = wasi_arg(call, 1) + used;
    uint8_t head[24] = {0};
    uint32_t len = sizeof(head);

    wasi_store(head, cookie, 8);
    wasi_store(head + 8, entry->ino, 8);
    wasi_store(head + 16, entry->name.len, 4);
    head[20] = entry->is_folder ? WASI_FOLDER : WASI_FILE;
    len = room < len ? room : len;
    if (len > 0)
        seigr__wasi_put(call, at, head, len);
    if (room - len > 0) {
        const uint32_t left = room - len;
        const uint32_t name =
            entry->name.len < left ? (uint32_t)entry->name.len : left;

        seigr__wasi_put(call, at + len, entry->name.ptr, name);
        len += name;
    }
    return len;
}

int seigr__wasi_fd_readdir(seigr_host_call *call)
{
    const run_fd *fd = seigr__wasi_fd(call, 0);
    const seigr_run *run = wasi_run(call);
    const uint64_t from = call->values[3];
    run_entry entry = {{NULL, 0}, 0, 0, 0};
    uint32_t used = 0;

    if (fd == NULL)
        return seigr__wasi_answer(call, RUN_BADF);
    if (stat_type(fd) != WASI_FOLDER)
        return seigr__wasi_answer(call, RUN_NOTDIR);
    if (!wasi_has(call, wasi_arg(call, 1), wasi_arg(call, 2)) ||
        !wasi_has(call, wasi_arg(call, 4), 4))
        return seigr__wasi_answer(call, RUN_FAULT);
    for (uint64_t i = 0; used < wasi_arg(call, 2); i++) {
        if (!seigr__run_entry(run, fd, entry.next, &entry))
            break;
        if (i >= from)
            used += stat_entry(call, &entry, i + 1, used);
    }
    seigr__wasi_put_uint(call, wasi_arg(call, 4), used, 4);
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

/* Things that hold of themselves here: syncing, advice. */
int seigr__wasi_fd_nothing(seigr_host_call *call)
{
    return seigr__wasi_answer(
        call, seigr__wasi_fd(call, 0) == NULL ? RUN_BADF : RUN_SUCCESS);
}

int seigr__wasi_fd_notsup(seigr_host_call *call)
{
    return seigr__wasi_answer(
        call, seigr__wasi_fd(call, 0) == NULL ? RUN_BADF : RUN_NOTSUP);
}

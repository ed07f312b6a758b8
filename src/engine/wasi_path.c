/* SPDX-License-Identifier: MIT */
/*
 * wasi_path.c - files and folders by their paths.
 *
 * Paths lead from an open folder downwards and never out of it. There are no
 * links. What is open is neither removed nor renamed.
 */
#include "wasi.h"

#include <assert.h> /* assert */

#define PATH_CREATE 1u /* of oflags */
#define PATH_FOLDER 2u
#define PATH_EXCLUSIVE 4u
#define PATH_TRUNCATE 8u

/* A path of the guest's, below the folder in values[folder]. */
static uint32_t path_place(const seigr_host_call *call, unsigned folder,
                           unsigned at, run_place *out)
{
    const run_fd *fd = seigr__wasi_fd(call, folder);
    const uint32_t len = wasi_arg(call, at + 1);

    if (fd == NULL)
        return RUN_BADF;
    if (!wasi_has(call, wasi_arg(call, at), len))
        return RUN_FAULT;
    return seigr__run_resolve(wasi_run(call), fd,
                              wasi_bytes(call, wasi_arg(call, at), len), out);
}

/* The same, and what is there. */
static uint32_t path_find(const seigr_host_call *call, unsigned folder,
                          unsigned at, run_place *place, run_found *found)
{
    const uint32_t err = path_place(call, folder, at, place);

    if (err != RUN_SUCCESS)
        return err;
    seigr__run_find(wasi_run(call), place, found);
    if (!found->is_there)
        return RUN_NOENT;
    return place->wants_folder && !found->is_folder ? RUN_NOTDIR : RUN_SUCCESS;
}

int seigr__wasi_path_filestat_get(seigr_host_call *call)
{
    const seigr_run *run = wasi_run(call);
    const uint32_t at = wasi_arg(call, 4);
    uint8_t out[WASI_STAT_LEN];
    run_place place;
    run_found found;
    uint64_t size = 0;
    const uint32_t err = path_find(call, 0, 2, &place, &found);

    if (err != RUN_SUCCESS)
        return seigr__wasi_answer(call, err);
    if (!wasi_has(call, at, sizeof(out)))
        return seigr__wasi_answer(call, RUN_FAULT);
    if (!found.is_folder)
        size = place.in_output ? found.node->content.size
                               : run->inputs[found.input].size;
    seigr__wasi_stat(run, out, found.is_folder ? WASI_FOLDER : WASI_FILE,
                     seigr__run_ino((seigr_span){place.path, place.len}), size);
    seigr__wasi_put(call, at, out, sizeof(out));
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

/* --- opening ------------------------------------------------------------ */

/* What path_open was asked for. */
struct path_request {
    uint32_t oflags;
    uint32_t flags; /* RUN_FD_* */
};

static uint32_t path_flags(const seigr_host_call *call)
{
    const uint64_t rights = call->values[5];
    uint32_t flags = 0;

    if ((rights & WASI_RIGHT_READ) != 0)
        flags |= RUN_FD_READ;
    if ((rights & WASI_RIGHT_WRITE) != 0)
        flags |= RUN_FD_WRITE;
    if ((wasi_arg(call, 7) & WASI_APPEND) != 0)
        flags |= RUN_FD_APPEND;
    return flags;
}

/* A file of what the program makes: it may come to be. */
static uint32_t path_open_made(seigr_run *run, const run_place *place,
                               const struct path_request *ask, run_found *found)
{
    uint32_t err = RUN_SUCCESS;

    if (!found->is_there) {
        if ((ask->oflags & PATH_CREATE) == 0 ||
            !seigr__run_has_parent(run, place))
            return RUN_NOENT;
        if (place->wants_folder || (ask->oflags & PATH_FOLDER) != 0)
            return RUN_ISDIR;
        err = seigr__run_node_new(run, place, 0, &found->node);
    } else if (!found->is_folder && (ask->oflags & PATH_TRUNCATE) != 0) {
        if ((ask->flags & RUN_FD_WRITE) == 0)
            return RUN_INVAL;
        run->written -= found->node->content.size;
        (void)seigr__run_content_resize(run->context, &found->node->content,
                                        0); /* cutting cannot fail */
    }
    return err;
}

/* May it be opened like that? */
static uint32_t path_open_check(const run_place *place,
                                const struct path_request *ask,
                                const run_found *found)
{
    const uint32_t changes = PATH_CREATE | PATH_TRUNCATE;

    if (!found->is_there)
        return place->in_output
                   ? RUN_SUCCESS
                   : ((ask->oflags & PATH_CREATE) != 0 ? RUN_ROFS : RUN_NOENT);
    if ((ask->oflags & (PATH_CREATE | PATH_EXCLUSIVE)) ==
        (PATH_CREATE | PATH_EXCLUSIVE))
        return RUN_EXIST;
    if (!found->is_folder &&
        (place->wants_folder || (ask->oflags & PATH_FOLDER) != 0))
        return RUN_NOTDIR;
    if (found->is_folder && (ask->oflags & changes) != 0)
        return RUN_ISDIR;
    if (!place->in_output && !found->is_folder &&
        ((ask->oflags & PATH_TRUNCATE) != 0 ||
         (ask->flags & RUN_FD_WRITE) != 0))
        return RUN_ROFS;
    return RUN_SUCCESS;
}

static void path_open_fd(run_fd *fd, const run_place *place, uint32_t flags,
                         const run_found *found)
{
    *fd = (run_fd){.flags = flags};
    if (place->in_output) {
        fd->kind = found->is_folder ? RUN_FD_FOLDER : RUN_FD_FILE;
        fd->node = found->node;
        if (fd->node != NULL)
            fd->node->open_count++;
    } else {
        fd->kind = found->is_folder ? RUN_FD_INPUT_FOLDER : RUN_FD_INPUT_FILE;
        fd->input = found->input;
        fd->len = found->is_folder ? place->len : 0;
    }
    if (fd->kind != RUN_FD_FILE)
        fd->flags = 0;
}

/* The lowest number that is free, or RUN_FD_COUNT. */
static uint32_t path_free_fd(const seigr_run *run)
{
    uint32_t i = 0;

    while (i < RUN_FD_COUNT && run->fds[i].kind != RUN_FD_CLOSED)
        i++;
    return i;
}

int seigr__wasi_path_open(seigr_host_call *call)
{
    const struct path_request ask = {wasi_arg(call, 4), path_flags(call)};
    const uint32_t at = wasi_arg(call, 8);
    seigr_run *run = wasi_run(call);
    const uint32_t fd = path_free_fd(run);
    run_place place;
    run_found found;
    uint32_t err = path_place(call, 0, 2, &place);

    if (err == RUN_SUCCESS && !wasi_has(call, at, 4))
        err = RUN_FAULT;
    if (err == RUN_SUCCESS && fd == RUN_FD_COUNT)
        err = RUN_MFILE;
    if (err == RUN_SUCCESS) {
        seigr__run_find(run, &place, &found);
        err = path_open_check(&place, &ask, &found);
    }
    if (err == RUN_SUCCESS && place.in_output)
        err = path_open_made(run, &place, &ask, &found);
    if (err == RUN_SUCCESS && run->fault == 0) {
        path_open_fd(&run->fds[fd], &place, ask.flags, &found);
        seigr__wasi_put_uint(call, at, fd, 4);
    }
    return seigr__wasi_answer(call, err);
}

/* --- making and removing ------------------------------------------------ */

int seigr__wasi_path_create_directory(seigr_host_call *call)
{
    seigr_run *run = wasi_run(call);
    run_place place;
    run_found found;
    run_node *node;
    uint32_t err = path_place(call, 0, 1, &place);

    if (err != RUN_SUCCESS)
        return seigr__wasi_answer(call, err);
    seigr__run_find(run, &place, &found);
    if (found.is_there)
        err = RUN_EXIST;
    else if (!place.in_output)
        err = RUN_ROFS;
    else if (!seigr__run_has_parent(run, &place))
        err = RUN_NOENT;
    else
        err = seigr__run_node_new(run, &place, 1, &node);
    return seigr__wasi_answer(call, err);
}

/* What of a found thing can be removed. */
static uint32_t path_removable(const run_place *place, const run_found *found,
                               uint32_t is_folder)
{
    if (!place->in_output)
        return RUN_ROFS;
    if (found->is_folder != is_folder)
        return is_folder ? RUN_NOTDIR : RUN_ISDIR;
    if (found->node == NULL || found->node->open_count > 0)
        return RUN_BUSY;
    return RUN_SUCCESS;
}

static int path_remove(seigr_host_call *call, uint32_t is_folder)
{
    seigr_run *run = wasi_run(call);
    run_place place;
    run_found found;
    uint32_t err = path_find(call, 0, 1, &place, &found);

    if (err == RUN_SUCCESS)
        err = path_removable(&place, &found, is_folder);
    if (err == RUN_SUCCESS && is_folder &&
        !seigr__run_node_is_empty(run, found.node))
        err = RUN_NOTEMPTY;
    if (err == RUN_SUCCESS)
        seigr__run_node_remove(run, found.node);
    return seigr__wasi_answer(call, err);
}

int seigr__wasi_path_remove_directory(seigr_host_call *call)
{
    return path_remove(call, 1);
}

int seigr__wasi_path_unlink_file(seigr_host_call *call)
{
    return path_remove(call, 0);
}

/* A file takes another path, in the place of a file that may be there. */
static uint32_t path_move(seigr_run *run, run_node *from, const run_place *to)
{
    run_content empty = {0};
    run_found there;
    run_node *node;
    uint32_t err;

    seigr__run_find(run, to, &there);
    if (there.node == from)
        return RUN_SUCCESS;
    if (there.is_there) {
        err = path_removable(to, &there, 0);
        if (err != RUN_SUCCESS)
            return err;
        node = there.node;
        run->written -= node->content.size;
        seigr__run_content_fini(run->context, &node->content);
    } else {
        if (!seigr__run_has_parent(run, to))
            return RUN_NOENT;
        err = seigr__run_node_new(run, to, 0, &node);
        if (err != RUN_SUCCESS)
            return err;
    }
    node->content = from->content;
    from->content = empty;
    seigr__run_node_remove(run, from);
    return RUN_SUCCESS;
}

int seigr__wasi_path_rename(seigr_host_call *call)
{
    run_place from;
    run_place to;
    run_found found;
    uint32_t err = path_find(call, 0, 1, &from, &found);

    if (err == RUN_SUCCESS)
        err = path_place(call, 3, 4, &to);
    if (err == RUN_SUCCESS && (!from.in_output || !to.in_output))
        err = RUN_ROFS;
    if (err == RUN_SUCCESS && found.is_folder)
        err = RUN_NOTSUP;
    if (err == RUN_SUCCESS && to.wants_folder)
        err = RUN_NOTDIR;
    if (err == RUN_SUCCESS)
        err = path_removable(&from, &found, 0);
    if (err == RUN_SUCCESS)
        err = path_move(wasi_run(call), found.node, &to);
    return seigr__wasi_answer(call, err);
}

int seigr__wasi_path_readlink(seigr_host_call *call)
{
    run_place place;
    run_found found;
    const uint32_t err = path_find(call, 0, 1, &place, &found);

    return seigr__wasi_answer(call, err == RUN_SUCCESS ? RUN_INVAL : err);
}

/* SPDX-License-Identifier: MIT */
/*
 * run_files.c - the two trees that a program sees: its inputs, which nobody
 * changes, and what it makes.
 *
 * Both are arrays in the order of paths, in which what is in a folder stands
 * together. Folders of inputs are only the paths of what is in them; folders
 * that the program made are nodes.
 *
 * Invariants:
 *   (1) nodes are ascending by path, each path once, each good.
 *   (2) a node's folder is a node, or the folder of all.
 */
#include "run_host.h"

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy, memmove */

static seigr_span files_input_path(const seigr_run *run, uint32_t i)
{
    return run->inputs[i].path;
}

static seigr_span files_node_path(const seigr_run *run, uint32_t i)
{
    return (seigr_span){run->nodes[i]->path, run->nodes[i]->len};
}

typedef seigr_span files_path(const seigr_run *run, uint32_t i);

/* The first of count that does not come before a path. */
static uint32_t files_lower(const seigr_run *run, files_path *path_of,
                            uint32_t count, seigr_span path)
{
    uint32_t from = 0;

    while (from < count) {
        const uint32_t middle = from + (count - from) / 2;

        if (seigr_task_path_compare(path_of(run, middle), path) < 0)
            from = middle + 1;
        else
            count = middle;
    }
    return from;
}

/* Is a path inside of a folder? That of length 0 holds all. */
static int files_is_in(seigr_span path, seigr_span folder)
{
    if (folder.len == 0)
        return 1;
    return path.len > folder.len && path.ptr[folder.len] == '/' &&
           memcmp(path.ptr, folder.ptr, folder.len) == 0;
}

/* Add one part to a place, or take the last away. Returns an errno. */
static uint32_t files_part(run_place *out, uint32_t base, const uint8_t *part,
                           size_t len)
{
    if (len == 0 || (len == 1 && part[0] == '.'))
        return RUN_SUCCESS;
    if (len == 2 && part[0] == '.' && part[1] == '.') {
        if (out->len <= base)
            return RUN_NOTCAPABLE;
        while (out->len > base && out->path[--out->len] != '/')
            ;
        return RUN_SUCCESS;
    }
    if (len > SEIGR_TASK_PATH_PART_MAX ||
        out->len + 1 + len > SEIGR_TASK_PATH_MAX)
        return RUN_NAMETOOLONG;
    if (out->len > 0)
        out->path[out->len++] = '/';
    memcpy(out->path + out->len, part, len);
    out->len += (uint32_t)len;
    return RUN_SUCCESS;
}

/* The path of an open folder. */
static seigr_span files_folder_path(const seigr_run *run, const run_fd *fd)
{
    if (fd->kind == RUN_FD_INPUT_FOLDER && fd->len > 0)
        return (seigr_span){run->inputs[fd->input].path.ptr, fd->len};
    if (fd->kind == RUN_FD_FOLDER && fd->node != NULL)
        return (seigr_span){fd->node->path, fd->node->len};
    return (seigr_span){NULL, 0};
}

uint32_t seigr__run_resolve(const seigr_run *run, const run_fd *folder,
                            seigr_span path, run_place *out)
{
    const seigr_span base = files_folder_path(run, folder);
    size_t from = 0;
    uint32_t err = RUN_SUCCESS;

    if (folder->kind != RUN_FD_INPUT_FOLDER && folder->kind != RUN_FD_FOLDER)
        return RUN_NOTDIR;
    if (path.len == 0)
        return RUN_NOENT;
    if (path.ptr[0] == '/')
        return RUN_NOTCAPABLE;
    if (memchr(path.ptr, 0, path.len) != NULL)
        return RUN_INVAL;
    out->in_output = folder->kind == RUN_FD_FOLDER;
    out->wants_folder = path.ptr[path.len - 1] == '/';
    out->len = (uint32_t)base.len;
    if (base.len > 0)
        memcpy(out->path, base.ptr, base.len);
    for (size_t i = 0; err == RUN_SUCCESS && i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/')
            continue;
        err = files_part(out, (uint32_t)base.len, path.ptr + from, i - from);
        from = i + 1;
    }
    return err;
}

static void files_find_input(const seigr_run *run, seigr_span path,
                             run_found *out)
{
    const uint32_t i =
        files_lower(run, files_input_path, run->task.input_count, path);

    if (i == run->task.input_count)
        return;
    out->input = i;
    out->is_folder = (uint32_t)files_is_in(run->inputs[i].path, path);
    out->is_there = out->is_folder ||
                    seigr_task_path_compare(run->inputs[i].path, path) == 0;
}

void seigr__run_find(const seigr_run *run, const run_place *place,
                     run_found *out)
{
    const seigr_span path = {place->path, place->len};
    uint32_t i;

    memset(out, 0, sizeof(*out));
    if (place->len == 0) {
        out->is_there = 1;
        out->is_folder = 1;
    } else if (!place->in_output) {
        files_find_input(run, path, out);
    } else {
        i = files_lower(run, files_node_path, run->node_count, path);
        if (i < run->node_count &&
            seigr_task_path_compare(files_node_path(run, i), path) == 0) {
            out->is_there = 1;
            out->node = run->nodes[i];
            out->is_folder = out->node->is_folder;
        }
    }
}

int seigr__run_has_parent(const seigr_run *run, const run_place *place)
{
    run_place parent = *place;
    run_found found;

    while (parent.len > 0 && parent.path[parent.len - 1] != '/')
        parent.len--;
    if (parent.len > 0)
        parent.len--;
    seigr__run_find(run, &parent, &found);
    return found.is_there && found.is_folder;
}

/* Room for one more node. */
static int files_grow(seigr_run *run)
{
    const uint32_t cap = run->node_cap == 0 ? 8 : run->node_cap * 2;
    run_node **nodes;

    if (run->node_count < run->node_cap)
        return 0;
    nodes = seigr__alloc_zero(run->context, cap, sizeof(*nodes));
    if (nodes == NULL)
        return SEIGR_E_NOMEM;
    if (run->node_count > 0)
        memcpy(nodes, run->nodes, run->node_count * sizeof(*nodes));
    seigr__release(run->context, run->nodes);
    run->nodes = nodes;
    run->node_cap = cap;
    return 0;
}

uint32_t seigr__run_node_new(seigr_run *run, const run_place *place,
                             uint32_t is_folder, run_node **out)
{
    const seigr_span path = {place->path, place->len};
    run_node *node;
    uint32_t at;

    assert(place->in_output && place->len > 0);
    if (!seigr_task_path_is_good(path))
        return RUN_ILSEQ;
    if (run->node_count == SEIGR_TASK_LIST_MAX)
        return RUN_NOSPC;
    node = files_grow(run) != 0
               ? NULL
               : seigr__alloc_zero(run->context, 1, sizeof(*node) + path.len);
    if (node == NULL) {
        run->fault = SEIGR_E_NOMEM;
        return RUN_NOSPC;
    }
    node->is_folder = is_folder;
    node->len = (uint32_t)path.len;
    memcpy(node->path, path.ptr, path.len);
    at = files_lower(run, files_node_path, run->node_count, path); /* (1) */
    memmove(run->nodes + at + 1, run->nodes + at,
            (run->node_count - at) * sizeof(*run->nodes));
    run->nodes[at] = node;
    run->node_count++;
    *out = node;
    return RUN_SUCCESS;
}

void seigr__run_node_remove(seigr_run *run, run_node *node)
{
    const seigr_span path = {node->path, node->len};
    const uint32_t at =
        files_lower(run, files_node_path, run->node_count, path);

    assert(at < run->node_count && run->nodes[at] == node);
    assert(node->open_count == 0);
    run->written -= node->content.size;
    seigr__run_content_fini(run->context, &node->content);
    seigr__release(run->context, node);
    run->node_count--;
    memmove(run->nodes + at, run->nodes + at + 1,
            (run->node_count - at) * sizeof(*run->nodes));
}

int seigr__run_node_is_empty(const seigr_run *run, const run_node *node)
{
    const seigr_span path = {node->path, node->len};
    const uint32_t at =
        files_lower(run, files_node_path, run->node_count, path);

    return at + 1 >= run->node_count ||
           !files_is_in(files_node_path(run, at + 1), path);
}

int seigr__run_entry(const seigr_run *run, const run_fd *folder, uint32_t at,
                     run_entry *out)
{
    const seigr_span base = files_folder_path(run, folder);
    const int is_input = folder->kind == RUN_FD_INPUT_FOLDER;
    files_path *path_of = is_input ? files_input_path : files_node_path;
    const uint32_t count = is_input ? run->task.input_count : run->node_count;
    const size_t skip = base.len == 0 ? 0 : base.len + 1;
    seigr_span path;
    size_t end;

    if (at == 0 && base.len > 0) {
        at = files_lower(run, path_of, count, base);
        if (!is_input)
            at++; /* the folder itself */
    }
    if (at >= count || !files_is_in(path_of(run, at), base))
        return 0;
    path = path_of(run, at);
    for (end = skip; end < path.len && path.ptr[end] != '/'; end++)
        ;
    out->name = (seigr_span){path.ptr + skip, end - skip};
    out->is_folder = is_input ? end < path.len : run->nodes[at]->is_folder;
    path.len = end;
    out->ino = seigr__run_ino(path);
    do { /* past what is inside of it */
        at++;
    } while (at < count && files_is_in(path_of(run, at), path));
    out->next = at;
    return 1;
}

uint64_t seigr__run_ino(seigr_span path)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < path.len; i++)
        hash = (hash ^ path.ptr[i]) * 0x100000001b3u;
    return hash;
}

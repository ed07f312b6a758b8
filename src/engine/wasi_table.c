/* SPDX-License-Identifier: MIT */
/*
 * wasi_table.c - the functions that programs can import, their types, and
 * what a call costs (docs/spec/wasi.md has the same table).
 */
#include "wasi.h"

#define TABLE_PATH 64u     /* finding a path */
#define TABLE_READDIR 512u /* finding where a list goes on */

static uint64_t table_len(const seigr_host_call *call, unsigned arg)
{
    return wasi_arg(call, arg) / 8;
}

uint64_t seigr__wasi_cost_len1(const seigr_host_call *call)
{
    return table_len(call, 1);
}

uint64_t seigr__wasi_cost_len2(const seigr_host_call *call)
{
    return table_len(call, 2);
}

/* A size of 64 bits, in values[1]. */
uint64_t seigr__wasi_cost_size(const seigr_host_call *call)
{
    return call->values[1] / 8;
}

uint64_t seigr__wasi_cost_readdir(const seigr_host_call *call)
{
    return TABLE_READDIR + table_len(call, 2);
}

uint64_t seigr__wasi_cost_path(const seigr_host_call *call)
{
    return TABLE_PATH + table_len(call, 2);
}

uint64_t seigr__wasi_cost_path3(const seigr_host_call *call)
{
    return TABLE_PATH + table_len(call, 3);
}

uint64_t seigr__wasi_cost_rename(const seigr_host_call *call)
{
    return 2 * TABLE_PATH + table_len(call, 2) + table_len(call, 5);
}

uint64_t seigr__wasi_cost_poll(const seigr_host_call *call)
{
    return (uint64_t)wasi_arg(call, 2) * 10;
}

/* All texts, and where each begins; known from the task. */
uint64_t seigr__wasi_cost_texts(const seigr_host_call *call)
{
    const seigr_run *run = wasi_run(call);

    return ((uint64_t)run->arguments.len + run->environment.len +
            4 * ((uint64_t)run->arguments.count + run->environment.count)) /
           8;
}

#define TABLE_WASI "wasi_snapshot_preview1"

const seigr_host_function seigr__run_wasi[] = {
    {TABLE_WASI, "args_get", "ii:i", seigr__wasi_cost_texts,
     seigr__wasi_args_get},
    {TABLE_WASI, "args_sizes_get", "ii:i", NULL, seigr__wasi_args_sizes_get},
    {TABLE_WASI, "clock_res_get", "ii:i", NULL, seigr__wasi_clock_res_get},
    {TABLE_WASI, "clock_time_get", "iIi:i", NULL, seigr__wasi_clock_time_get},
    {TABLE_WASI, "environ_get", "ii:i", seigr__wasi_cost_texts,
     seigr__wasi_environ_get},
    {TABLE_WASI, "environ_sizes_get", "ii:i", NULL,
     seigr__wasi_environ_sizes_get},
    {TABLE_WASI, "fd_advise", "iIIi:i", NULL, seigr__wasi_fd_nothing},
    {TABLE_WASI, "fd_allocate", "iII:i", NULL, seigr__wasi_fd_notsup},
    {TABLE_WASI, "fd_close", "i:i", NULL, seigr__wasi_fd_close},
    {TABLE_WASI, "fd_datasync", "i:i", NULL, seigr__wasi_fd_nothing},
    {TABLE_WASI, "fd_fdstat_get", "ii:i", NULL, seigr__wasi_fd_fdstat_get},
    {TABLE_WASI, "fd_fdstat_set_flags", "ii:i", NULL,
     seigr__wasi_fd_fdstat_set_flags},
    {TABLE_WASI, "fd_fdstat_set_rights", "iII:i", NULL, seigr__wasi_fd_notsup},
    {TABLE_WASI, "fd_filestat_get", "ii:i", NULL, seigr__wasi_fd_filestat_get},
    {TABLE_WASI, "fd_filestat_set_size", "iI:i", seigr__wasi_cost_size,
     seigr__wasi_fd_filestat_set_size},
    {TABLE_WASI, "fd_filestat_set_times", "iIIi:i", NULL,
     seigr__wasi_fd_notsup},
    {TABLE_WASI, "fd_pread", "iiiIi:i", seigr__wasi_cost_read,
     seigr__wasi_fd_pread},
    {TABLE_WASI, "fd_prestat_dir_name", "iii:i", NULL,
     seigr__wasi_fd_prestat_dir_name},
    {TABLE_WASI, "fd_prestat_get", "ii:i", NULL, seigr__wasi_fd_prestat_get},
    {TABLE_WASI, "fd_pwrite", "iiiIi:i", seigr__wasi_cost_write,
     seigr__wasi_fd_pwrite},
    {TABLE_WASI, "fd_read", "iiii:i", seigr__wasi_cost_read,
     seigr__wasi_fd_read},
    {TABLE_WASI, "fd_readdir", "iiiIi:i", seigr__wasi_cost_readdir,
     seigr__wasi_fd_readdir},
    {TABLE_WASI, "fd_renumber", "ii:i", NULL, seigr__wasi_fd_renumber},
    {TABLE_WASI, "fd_seek", "iIii:i", NULL, seigr__wasi_fd_seek},
    {TABLE_WASI, "fd_sync", "i:i", NULL, seigr__wasi_fd_nothing},
    {TABLE_WASI, "fd_tell", "ii:i", NULL, seigr__wasi_fd_tell},
    {TABLE_WASI, "fd_write", "iiii:i", seigr__wasi_cost_write,
     seigr__wasi_fd_write},
    {TABLE_WASI, "path_create_directory", "iii:i", seigr__wasi_cost_path,
     seigr__wasi_path_create_directory},
    {TABLE_WASI, "path_filestat_get", "iiiii:i", seigr__wasi_cost_path3,
     seigr__wasi_path_filestat_get},
    {TABLE_WASI, "path_filestat_set_times", "iiiiIIi:i", NULL,
     seigr__wasi_fd_notsup},
    {TABLE_WASI, "path_link", "iiiiiii:i", NULL, seigr__wasi_fd_notsup},
    {TABLE_WASI, "path_open", "iiiiiIIii:i", seigr__wasi_cost_path3,
     seigr__wasi_path_open},
    {TABLE_WASI, "path_readlink", "iiiiii:i", seigr__wasi_cost_path,
     seigr__wasi_path_readlink},
    {TABLE_WASI, "path_remove_directory", "iii:i", seigr__wasi_cost_path,
     seigr__wasi_path_remove_directory},
    {TABLE_WASI, "path_rename", "iiiiii:i", seigr__wasi_cost_rename,
     seigr__wasi_path_rename},
    {TABLE_WASI, "path_symlink", "iiiii:i", NULL, seigr__wasi_nosys},
    {TABLE_WASI, "path_unlink_file", "iii:i", seigr__wasi_cost_path,
     seigr__wasi_path_unlink_file},
    {TABLE_WASI, "poll_oneoff", "iiii:i", seigr__wasi_cost_poll,
     seigr__wasi_poll_oneoff},
    {TABLE_WASI, "proc_exit", "i:", NULL, seigr__wasi_proc_exit},
    {TABLE_WASI, "proc_raise", "i:i", NULL, seigr__wasi_nosys},
    {TABLE_WASI, "random_get", "ii:i", seigr__wasi_cost_len1,
     seigr__wasi_random_get},
    {TABLE_WASI, "sched_yield", ":i", NULL, seigr__wasi_sched_yield},
    {TABLE_WASI, "sock_accept", "iii:i", NULL, seigr__wasi_nosys},
    {TABLE_WASI, "sock_recv", "iiiiii:i", NULL, seigr__wasi_nosys},
    {TABLE_WASI, "sock_send", "iiiii:i", NULL, seigr__wasi_nosys},
    {TABLE_WASI, "sock_shutdown", "ii:i", NULL, seigr__wasi_nosys},
    {NULL, NULL, NULL, NULL, NULL},
};

static int table_same(const char *name, seigr_span other)
{
    return strlen(name) == other.len &&
           (other.len == 0 || memcmp(name, other.ptr, other.len) == 0);
}

const seigr_host_function *seigr__run_function(seigr_span module,
                                               seigr_span name)
{
    static const seigr_host_function *const tables[] = {
        seigr__run_wasi, seigr__run_own, seigr__run_channel};

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const seigr_host_function *at = tables[i]; at->name != NULL;
             at++) {
            if (table_same(at->module, module) && table_same(at->name, name))
                return at;
        }
    }
    return NULL;
}

const char *seigr_run_import(seigr_span module, seigr_span name)
{
    const seigr_host_function *found;

    if (module.ptr == NULL || name.ptr == NULL)
        return NULL;
    found = seigr__run_function(module, name);
    return found == NULL ? NULL : found->type;
}

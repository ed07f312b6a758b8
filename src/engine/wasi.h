/* SPDX-License-Identifier: MIT */
/*
 * wasi.h - what the host functions of WASI preview 1 share
 * (docs/spec/wasi.md).
 *
 * A host function checks everything that it was given, then acts, then
 * answers. Where it cannot act yet (run->fault) nothing has changed, and it
 * is asked again.
 */
#ifndef SEIGR_SRC_ENGINE_WASI_H
#define SEIGR_SRC_ENGINE_WASI_H

#include "run_host.h" /* seigr_run */

#include <string.h> /* memcpy */

/* Types of files. */
#define WASI_UNKNOWN 0u
#define WASI_FOLDER 3u
#define WASI_FILE 4u

/* Rights that are looked at, and those that descriptors say they have. */
#define WASI_RIGHT_READ 0x2u
#define WASI_RIGHT_WRITE 0x40u
#define WASI_RIGHTS_STREAM                                                     \
    0x08000042u /* read, write, poll: no seek, no tell                         \
                 */
#define WASI_RIGHTS_ALL 0x1fffffffu

#define WASI_APPEND 1u /* of fdflags */

static inline seigr_run *wasi_run(const seigr_host_call *call)
{
    return call->ctx;
}

static inline uint32_t wasi_arg(const seigr_host_call *call, unsigned i)
{
    return (uint32_t)call->values[i];
}

/* Is there so much guest memory at a place? */
static inline int wasi_has(const seigr_host_call *call, uint32_t at,
                           uint64_t len)
{
    const uint64_t size = seigr_instance_memory(call->instance).len;

    return at <= size && len <= size - at;
}

/* Bytes of guest memory that is there. */
static inline seigr_span wasi_bytes(const seigr_host_call *call, uint32_t at,
                                    uint32_t len)
{
    const seigr_span memory = seigr_instance_memory(call->instance);

    return (seigr_span){memory.ptr + at, len};
}

static inline uint32_t wasi_u32(const seigr_host_call *call, uint32_t at)
{
    const uint8_t *p = wasi_bytes(call, at, 4).ptr;

    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static inline void wasi_store(uint8_t *out, uint64_t value, unsigned len)
{
    for (unsigned i = 0; i < len; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

/* Write where wasi_has() said that there is memory. */
void seigr__wasi_put(const seigr_host_call *call, uint32_t at,
                     const void *bytes, uint32_t len);
void seigr__wasi_put_uint(const seigr_host_call *call, uint32_t at,
                          uint64_t value, unsigned len);

/* What a host function returns: the errno to the guest, or that it waits. */
int seigr__wasi_answer(seigr_host_call *call, uint32_t err);

/* An open descriptor, or NULL. */
run_fd *seigr__wasi_fd(const seigr_host_call *call, unsigned arg);

/* 64 bytes of a filestat. */
#define WASI_STAT_LEN 64u
void seigr__wasi_stat(const seigr_run *run, uint8_t out[WASI_STAT_LEN],
                      uint32_t type, uint64_t ino, uint64_t size);

/* --- costs: what a call costs besides 1 -------------------------------- */

uint64_t seigr__wasi_cost_read(const seigr_host_call *call);
uint64_t seigr__wasi_cost_write(const seigr_host_call *call);
uint64_t seigr__wasi_cost_texts(const seigr_host_call *call);
uint64_t seigr__wasi_cost_len1(const seigr_host_call *call); /* values[1] */
uint64_t seigr__wasi_cost_len2(const seigr_host_call *call); /* values[2] */
uint64_t seigr__wasi_cost_size(const seigr_host_call *call);
uint64_t seigr__wasi_cost_readdir(const seigr_host_call *call);
uint64_t seigr__wasi_cost_path(const seigr_host_call *call);  /* values[2] */
uint64_t seigr__wasi_cost_path3(const seigr_host_call *call); /* values[3] */
uint64_t seigr__wasi_cost_rename(const seigr_host_call *call);
uint64_t seigr__wasi_cost_poll(const seigr_host_call *call);

/* --- wasi_misc.c -------------------------------------------------------- */

int seigr__wasi_args_get(seigr_host_call *call);
int seigr__wasi_args_sizes_get(seigr_host_call *call);
int seigr__wasi_environ_get(seigr_host_call *call);
int seigr__wasi_environ_sizes_get(seigr_host_call *call);
int seigr__wasi_clock_res_get(seigr_host_call *call);
int seigr__wasi_clock_time_get(seigr_host_call *call);
int seigr__wasi_poll_oneoff(seigr_host_call *call);
int seigr__wasi_proc_exit(seigr_host_call *call);
int seigr__wasi_random_get(seigr_host_call *call);
int seigr__wasi_sched_yield(seigr_host_call *call);
int seigr__wasi_nosys(seigr_host_call *call);

/* --- wasi_fd.c, wasi_stat.c -------------------------------------------- */

int seigr__wasi_fd_close(seigr_host_call *call);
int seigr__wasi_fd_nothing(seigr_host_call *call);
int seigr__wasi_fd_notsup(seigr_host_call *call);
int seigr__wasi_fd_fdstat_get(seigr_host_call *call);
int seigr__wasi_fd_fdstat_set_flags(seigr_host_call *call);
int seigr__wasi_fd_filestat_get(seigr_host_call *call);
int seigr__wasi_fd_filestat_set_size(seigr_host_call *call);
int seigr__wasi_fd_pread(seigr_host_call *call);
int seigr__wasi_fd_prestat_get(seigr_host_call *call);
int seigr__wasi_fd_prestat_dir_name(seigr_host_call *call);
int seigr__wasi_fd_pwrite(seigr_host_call *call);
int seigr__wasi_fd_read(seigr_host_call *call);
int seigr__wasi_fd_readdir(seigr_host_call *call);
int seigr__wasi_fd_renumber(seigr_host_call *call);
int seigr__wasi_fd_seek(seigr_host_call *call);
int seigr__wasi_fd_tell(seigr_host_call *call);
int seigr__wasi_fd_write(seigr_host_call *call);

/* --- wasi_path.c -------------------------------------------------------- */

int seigr__wasi_path_create_directory(seigr_host_call *call);
int seigr__wasi_path_filestat_get(seigr_host_call *call);
int seigr__wasi_path_open(seigr_host_call *call);
int seigr__wasi_path_readlink(seigr_host_call *call);
int seigr__wasi_path_remove_directory(seigr_host_call *call);
int seigr__wasi_path_rename(seigr_host_call *call);
int seigr__wasi_path_unlink_file(seigr_host_call *call);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * sys/flash.h - a store's backend on raw flash: blocks that are read,
 * programmed and erased by functions that a board hands in.
 *
 * What it is: a log in a ring of blocks, no file system, no heap. Every block
 * is erased equally often. A power cut at any moment leaves the last commit
 * (docs/design/flash.md). What it is not: a driver, or a correction of bit
 * errors: damage is found, not mended. Keys are found by reading, so it is
 * for hundreds of capsules and not for millions. This header may change in a
 * minor version.
 *
 * Threads: one at a time per device.
 */
#ifndef SEIGR_SYS_FLASH_H
#define SEIGR_SYS_FLASH_H

#include "seigr/base.h"              /* context, status codes */
#include "seigr/sys/store_backend.h" /* what this fills */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_FLASH_BLOCKS_MIN 6u
#define SEIGR_FLASH_BLOCK_SIZE_MIN 512u
#define SEIGR_FLASH_PROGRAM_SIZE_MAX 512u
#define SEIGR_FLASH_LEN_MAX 1073741824u /* bytes in all */

/*
 * A device. Erased bytes read as 0xff. The functions return 0 or SEIGR_E_IO;
 * a block that can no longer be erased or programmed answers so, and is
 * passed over.
 */
typedef struct seigr_flash_device {
    uint32_t struct_size;
    uint32_t block_count;  /* from SEIGR_FLASH_BLOCKS_MIN */
    uint32_t block_size;   /* bytes that are erased together, or a multiple;
                              a multiple of program_size */
    uint32_t program_size; /* bytes that are programmed together, a power of
                              two; at is a multiple of it, and len */
    /* at, len: anywhere in a block. */
    int (*read)(uint32_t block, uint32_t at, uint8_t *out, size_t len,
                void *ctx);
    /* Returns when the bytes are durable. Each is programmed once between
     * erasures. */
    int (*program)(uint32_t block, uint32_t at, const uint8_t *bytes,
                   size_t len, void *ctx);
    int (*erase)(uint32_t block, void *ctx);
    void *ctx;
} seigr_flash_device;

#define SEIGR_FLASH_DEVICE_INIT                                                \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_flash_device)                    \
    }

/* What memory is for. Start from SEIGR_FLASH_OPTIONS_INIT. */
typedef struct seigr_flash_options {
    uint32_t struct_size;
    uint32_t object_max; /* objects and caches kept, 11 bytes each; a capsule
                            takes three or four */
    uint32_t change_max; /* changes of one transaction, 12 bytes each */
    uint32_t value_max;  /* the longest value that is taken, bytes: a capsule
                            and 8; at most a block less 128 */
} seigr_flash_options;

#define SEIGR_FLASH_OPTIONS_INIT                                               \
    {                                                                          \
        (uint32_t)sizeof(seigr_flash_options), 1024, 64, 2048                  \
    }

/*
 * The bytes of memory that a device with these options takes.
 *
 * Returns the length, or 0 where device or options are out of bounds.
 */
SEIGR_API size_t seigr_flash_size(const seigr_flash_device *device,
                                  const seigr_flash_options *options);

/*
 * Erase a device and begin an empty store on it. What was there is lost. If
 * it is cut short it must be called again.
 *
 * Returns 0; SEIGR_E_IO; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_flash_format(const seigr_flash_device *device, seigr_error *error);

/*
 * Come back to the store on a device, as its last commit left it. Nothing is
 * written.
 *
 *   context  needs crypto with sha256; borrowed until close.
 *   device   copied.
 *   options  NULL for the defaults; copied.
 *   memory   aligned for a pointer; borrowed until close.
 *   len      at least seigr_flash_size().
 *   out      as seigr_store_memory(); close releases nothing.
 *
 * Returns 0; SEIGR_E_NOTFOUND for a device that was not formatted;
 * SEIGR_E_UNSUPPORTED for one of a later version; SEIGR_E_FORMAT for one of
 * another geometry; SEIGR_E_LIMIT where it holds more objects than
 * object_max, or a transaction of more than change_max; SEIGR_E_ROOM;
 * SEIGR_E_IO; SEIGR_E_INVAL.
 *
 * Of two that opened one device the second to write is refused with
 * SEIGR_E_DENIED before it programs anything.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_flash_open(const seigr_context *context, const seigr_flash_device *device,
                 const seigr_flash_options *options, void *memory, size_t len,
                 seigr_store_backend *out, seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif

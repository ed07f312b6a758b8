/* SPDX-License-Identifier: MIT */
/*
 * flash_device.h - a flash device in memory: strict about what may be
 * programmed, with blocks that fail, and a function that is told before each
 * program and erase, so that power can be cut there.
 */
#ifndef SEIGR_TESTS_FLASH_DEVICE_H
#define SEIGR_TESTS_FLASH_DEVICE_H

#include "support.h"

#include "seigr/sys/flash.h"

typedef struct flash_image {
    seigr_flash_device device; /* its ctx is the image */
    uint8_t *bytes;
    uint8_t *programmed;     /* a flag a program unit since the last erase */
    uint32_t *erased;        /* erasures of each block */
    uint8_t *is_bad;         /* of each block: it cannot be erased */
    uint32_t program_bad_at; /* programs until one fails; 0: none does */
    size_t op_count;         /* programs and erasures */
    /* Told before an operation takes place; may be NULL. bytes is NULL for
     * an erasure. */
    void (*before)(struct flash_image *image, uint32_t block, uint32_t at,
                   const uint8_t *bytes, size_t len, void *ctx);
    void *before_ctx;
} flash_image;

void flash_image_init(flash_image *image, uint32_t block_count,
                      uint32_t block_size, uint32_t program_size);
void flash_image_fini(flash_image *image);

/* Make one image the other's content; they have one geometry. */
void flash_image_copy(flash_image *to, const flash_image *from);

/* Ways in which an operation stops half-way. */
#define FLASH_TORN_NOTHING 0u /* it had not begun */
#define FLASH_TORN_PART 1u    /* the first bytes are done */
#define FLASH_TORN_GARBAGE 2u /* and the next have some of their bits */
#define FLASH_TORN_WHOLE 3u   /* all is done, and nobody was told */
#define FLASH_TORN_COUNT 4u

/* Do an operation on an image so far. */
void flash_image_tear(flash_image *image, uint32_t how, uint32_t block,
                      uint32_t at, const uint8_t *bytes, size_t len,
                      support_rng *rng);

#endif

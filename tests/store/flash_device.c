/* SPDX-License-Identifier: MIT */
#include "flash_device.h"

#include <stdlib.h>
#include <string.h>

static uint8_t *image_at(const flash_image *image, uint32_t block, uint32_t at)
{
    assert_true(block < image->device.block_count);
    assert_true(at <= image->device.block_size);
    return image->bytes + (size_t)block * image->device.block_size + at;
}

static int image_read(uint32_t block, uint32_t at, uint8_t *out, size_t len,
                      void *ctx)
{
    const flash_image *image = ctx;

    assert_true(len <= image->device.block_size - at);
    memcpy(out, image_at(image, block, at), len);
    return 0;
}

static void image_mark(flash_image *image, uint32_t block, uint32_t at,
                       size_t len, uint8_t flag)
{
    const uint32_t size = image->device.program_size;
    const size_t first = ((size_t)block * image->device.block_size + at) / size;

    memset(image->programmed + first, flag, (len + size - 1) / size);
}

static int image_program(uint32_t block, uint32_t at, const uint8_t *bytes,
                         size_t len, void *ctx)
{
    flash_image *image = ctx;
    const uint32_t size = image->device.program_size;
    uint8_t *to = image_at(image, block, at);

    assert_true(at % size == 0 && len % size == 0 && len > 0);
    assert_true(len <= image->device.block_size - at);
    if (image->before != NULL)
        image->before(image, block, at, bytes, len, image->before_ctx);
    image->op_count++;
    if (image->program_bad_at > 0 && --image->program_bad_at == 0) {
        to[0] &= bytes[0]; /* some of it is there */
        image_mark(image, block, at, len, 1);
        return SEIGR_E_IO;
    }
    for (size_t i = 0; i < len / size; i++)
        assert_false(
            image->programmed[((size_t)block * image->device.block_size + at) /
                                  size +
                              i]);
    image_mark(image, block, at, len, 1);
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(to[i], 0xff); /* nobody programs twice */
        to[i] = bytes[i];
    }
    return 0;
}

static int image_erase(uint32_t block, void *ctx)
{
    flash_image *image = ctx;

    if (image->before != NULL)
        image->before(image, block, 0, NULL, image->device.block_size,
                      image->before_ctx);
    image->op_count++;
    if (image->is_bad[block])
        return SEIGR_E_IO;
    image->erased[block]++;
    memset(image_at(image, block, 0), 0xff, image->device.block_size);
    image_mark(image, block, 0, image->device.block_size, 0);
    return 0;
}

void flash_image_init(flash_image *image, uint32_t block_count,
                      uint32_t block_size, uint32_t program_size)
{
    const size_t len = (size_t)block_count * block_size;

    memset(image, 0, sizeof(*image));
    image->device = (seigr_flash_device)SEIGR_FLASH_DEVICE_INIT;
    image->device.block_count = block_count;
    image->device.block_size = block_size;
    image->device.program_size = program_size;
    image->device.read = image_read;
    image->device.program = image_program;
    image->device.erase = image_erase;
    image->device.ctx = image;
    image->bytes = malloc(len);
    image->programmed = calloc(len / program_size, 1);
    image->erased = calloc(block_count, sizeof(*image->erased));
    image->is_bad = calloc(block_count, 1);
    assert_true(image->bytes != NULL && image->programmed != NULL &&
                image->erased != NULL && image->is_bad != NULL);
    memset(image->bytes, 0xff, len);
}

void flash_image_fini(flash_image *image)
{
    free(image->bytes);
    free(image->programmed);
    free(image->erased);
    free(image->is_bad);
}

void flash_image_copy(flash_image *to, const flash_image *from)
{
    const size_t len =
        (size_t)from->device.block_count * from->device.block_size;

    assert_int_equal(to->device.block_count, from->device.block_count);
    memcpy(to->bytes, from->bytes, len);
    memcpy(to->programmed, from->programmed, len / from->device.program_size);
    memcpy(to->is_bad, from->is_bad, from->device.block_count);
}

static void image_tear_program(flash_image *image, uint32_t how, uint8_t *to,
                               const uint8_t *bytes, size_t len,
                               support_rng *rng)
{
    const size_t done =
        how == FLASH_TORN_WHOLE ? len : support_random_below(rng, len);

    for (size_t i = 0; i < done; i++)
        to[i] &= bytes[i];
    for (size_t i = done; how == FLASH_TORN_GARBAGE && i < len; i++)
        to[i] &= (uint8_t)(bytes[i] | support_random(rng));
    (void)image;
}

void flash_image_tear(flash_image *image, uint32_t how, uint32_t block,
                      uint32_t at, const uint8_t *bytes, size_t len,
                      support_rng *rng)
{
    uint8_t *to = image_at(image, block, at);
    size_t done;

    if (how == FLASH_TORN_NOTHING)
        return;
    if (bytes != NULL) {
        image_mark(image, block, at, len, 1);
        image_tear_program(image, how, to, bytes, len, rng);
        return;
    }
    done = how == FLASH_TORN_WHOLE ? len : support_random_below(rng, len);
    memset(to, 0xff, done);
    for (size_t i = done; how == FLASH_TORN_GARBAGE && i < len; i++)
        to[i] |= (uint8_t)support_random(rng);
    if (how == FLASH_TORN_WHOLE)
        image_mark(image, block, at, len, 0);
}

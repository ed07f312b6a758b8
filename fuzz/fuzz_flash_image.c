/* SPDX-License-Identifier: MIT */
/*
 * fuzz_flash_image.c - opening, reading, and writing on, a device of which
 * anything may have been changed.
 *
 *   byte 0    how far the device was used: a few transactions each
 *   then, again and again:
 *   2 bytes   where in the device
 *   1 byte    what is put there
 *
 * Nothing is promised of what is found but that it is within bounds, that a
 * transaction then sees what it put, and that a value whose check value is
 * right has its length.
 */
#include "fuzz.h"

#include "seigr/crypto.h"
#include "seigr/sys/flash.h"

#include <string.h>

#define BLOCKS 8u
#define BLOCK_SIZE 1024u

static uint8_t fuzz_bytes[BLOCKS * BLOCK_SIZE];

static int fuzz_read(uint32_t block, uint32_t at, uint8_t *out, size_t len,
                     void *ctx)
{
    (void)ctx;
    FUZZ_REQUIRE(block < BLOCKS && at <= BLOCK_SIZE && len <= BLOCK_SIZE - at);
    memcpy(out, fuzz_bytes + block * BLOCK_SIZE + at, len);
    return 0;
}

static int fuzz_program(uint32_t block, uint32_t at, const uint8_t *bytes,
                        size_t len, void *ctx)
{
    (void)ctx;
    FUZZ_REQUIRE(block < BLOCKS && at <= BLOCK_SIZE && len <= BLOCK_SIZE - at);
    FUZZ_REQUIRE(at % 8 == 0 && len % 8 == 0);
    for (size_t i = 0; i < len; i++)
        fuzz_bytes[block * BLOCK_SIZE + at + i] &= bytes[i];
    return 0;
}

static int fuzz_erase(uint32_t block, void *ctx)
{
    (void)ctx;
    FUZZ_REQUIRE(block < BLOCKS);
    memset(fuzz_bytes + block * BLOCK_SIZE, 0xff, BLOCK_SIZE);
    return 0;
}

static int fuzz_put(const seigr_store_backend *b, uint32_t number)
{
    const uint8_t key[32] = {(uint8_t)(number % 9)};
    uint8_t value[50];
    uint8_t found[50];
    const seigr_span part = {value, number % sizeof(value)};
    uint64_t len = 0;
    void *txn;
    int err = b->begin(SEIGR_STORE_WRITE, &txn, NULL, b->ctx);

    if (err != 0)
        return err;
    memset(value, (int)number, sizeof(value));
    if (number % 4 == 0)
        err = b->remove(txn, SEIGR_STORE_CHUNK, key, NULL, b->ctx);
    if (err == 0)
        err = b->put(txn, SEIGR_STORE_CHUNK, key, &part, 1, NULL, b->ctx);
    if (err == 0) {
        FUZZ_REQUIRE(b->get(txn, SEIGR_STORE_CHUNK, key, 0,
                            (seigr_buf){found, sizeof(found)}, &len,
                            b->ctx) == 0);
        FUZZ_REQUIRE(len == part.len && memcmp(found, value, part.len) == 0);
    }
    if (err == 0)
        return b->commit(txn, NULL, b->ctx);
    b->abort(txn, b->ctx);
    return err;
}

static int fuzz_damage(const char *text, void *arg)
{
    FUZZ_REQUIRE(text[0] != '\0' && arg == NULL);
    return 0;
}

static void fuzz_look(const seigr_store_backend *b)
{
    uint8_t keys[8 * SEIGR_STORE_KEY_MAX];
    uint8_t value[256];
    void *txn;

    FUZZ_REQUIRE(b->begin(SEIGR_STORE_READ, &txn, NULL, b->ctx) == 0);
    for (uint32_t table = 1; table < SEIGR_STORE_TABLE_COUNT; table++) {
        const uint8_t from[SEIGR_STORE_KEY_MAX] = {0};
        const uint32_t key_len = seigr_store_key_len(table);
        size_t count = 0;

        FUZZ_REQUIRE(b->keys(txn, table, from, keys, 8, &count, b->ctx) == 0);
        FUZZ_REQUIRE(count <= 8);
        for (size_t i = 0; i < count && table < SEIGR_STORE_CHAIN; i++) {
            uint64_t len = 0;
            const int err =
                b->get(txn, table, keys + i * key_len, 0,
                       (seigr_buf){value, sizeof(value)}, &len, b->ctx);

            FUZZ_REQUIRE(err == 0 || err == SEIGR_E_CORRUPT ||
                         err == SEIGR_E_NOTFOUND);
            FUZZ_REQUIRE(len <= BLOCK_SIZE);
        }
    }
    FUZZ_REQUIRE(b->check(txn, fuzz_damage, NULL, b->ctx) == 0);
    b->abort(txn, b->ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t memory[1024];
    const seigr_flash_options options = {sizeof(options), 40, 8, 256};
    seigr_flash_device device = SEIGR_FLASH_DEVICE_INIT;
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_store_backend b;

    if (size < 1)
        return 0;
    context.crypto = seigr_crypto_sodium_verify();
    device.block_count = BLOCKS;
    device.block_size = BLOCK_SIZE;
    device.program_size = 8;
    device.read = fuzz_read;
    device.program = fuzz_program;
    device.erase = fuzz_erase;
    FUZZ_REQUIRE(seigr_flash_size(&device, &options) <= sizeof(memory));
    FUZZ_REQUIRE(seigr_flash_format(&device, NULL) == 0);
    FUZZ_REQUIRE(seigr_flash_open(&context, &device, &options, memory,
                                  sizeof(memory), &b, NULL) == 0);
    for (uint32_t i = 0; i < data[0]; i++)
        FUZZ_REQUIRE(fuzz_put(&b, i) == 0);
    for (size_t i = 1; i + 2 < size; i += 3)
        fuzz_bytes[((size_t)data[i] << 8 | data[i + 1]) % sizeof(fuzz_bytes)] =
            data[i + 2];
    if (seigr_flash_open(&context, &device, &options, memory, sizeof(memory),
                         &b, NULL) != 0)
        return 0;
    fuzz_look(&b);
    for (uint32_t i = 0; i < 40; i++)
        (void)fuzz_put(&b, i);
    fuzz_look(&b);
    return 0;
}

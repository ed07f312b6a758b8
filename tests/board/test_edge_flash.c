/* SPDX-License-Identifier: MIT */
/*
 * The flash backend on the board: a device in memory, the power cut at each
 * program and erasure of a small workload.
 */
#include "harness.h"

#include "seigr/capsule.h"
#include "seigr/crypto.h"
#include "seigr/sys/flash.h"

#include <string.h> /* memset, memcpy */

#define BLOCKS 8u
#define BLOCK_SIZE 1024u
#define ROUNDS 24u
#define KEYS 7u

struct device {
    uint32_t left; /* operations until the power is cut */
    uint8_t bytes[BLOCKS * BLOCK_SIZE];
};

static struct device device;
static uint64_t memory[512];
static const seigr_flash_options options = {sizeof(options), 32, 8, 512};

static int device_read(uint32_t block, uint32_t at, uint8_t *out, size_t len,
                       void *ctx)
{
    memcpy(out, ((struct device *)ctx)->bytes + block * BLOCK_SIZE + at, len);
    return 0;
}

static int device_program(uint32_t block, uint32_t at, const uint8_t *bytes,
                          size_t len, void *ctx)
{
    struct device *d = ctx;

    if (d->left == 0)
        return SEIGR_E_IO;
    if (--d->left == 0)
        len /= 2; /* cut in the middle */
    for (size_t i = 0; i < len; i++)
        d->bytes[block * BLOCK_SIZE + at + i] &= bytes[i];
    return d->left == 0 ? SEIGR_E_IO : 0;
}

static int device_erase(uint32_t block, void *ctx)
{
    struct device *d = ctx;

    if (d->left == 0)
        return SEIGR_E_IO;
    d->left--;
    memset(d->bytes + block * BLOCK_SIZE, 0xff,
           d->left == 0 ? BLOCK_SIZE / 2 : BLOCK_SIZE);
    return d->left == 0 ? SEIGR_E_IO : 0;
}

static seigr_flash_device flash_device(void)
{
    seigr_flash_device d = SEIGR_FLASH_DEVICE_INIT;

    d.block_count = BLOCKS;
    d.block_size = BLOCK_SIZE;
    d.program_size = 8;
    d.read = device_read;
    d.program = device_program;
    d.erase = device_erase;
    d.ctx = &device;
    return d;
}

static int flash_open(const seigr_context *context, seigr_store_backend *out)
{
    const seigr_flash_device d = flash_device();

    return seigr_flash_open(context, &d, &options, memory, sizeof(memory), out,
                            NULL);
}

/* Round n sets key n % KEYS to n, and removes the one before every third. */
static int flash_round(const seigr_store_backend *b, uint32_t n)
{
    uint8_t key[32] = {(uint8_t)(n % KEYS)};
    uint8_t value[40];
    const seigr_span part = {value, sizeof(value)};
    void *txn;
    int err = b->begin(SEIGR_STORE_WRITE, &txn, NULL, b->ctx);

    memset(value, (int)n, sizeof(value));
    if (err != 0)
        return err;
    err = b->put(txn, SEIGR_STORE_CHUNK, key, &part, 1, NULL, b->ctx);
    key[0] = (uint8_t)((n + KEYS - 1) % KEYS);
    if (err == 0 && n % 3 == 0)
        err = b->remove(txn, SEIGR_STORE_CHUNK, key, NULL, b->ctx);
    if (err == 0)
        return b->commit(txn, NULL, b->ctx);
    b->abort(txn, b->ctx);
    return err;
}

/* What key holds after so many rounds, 0: nothing. */
static uint32_t flash_expected(uint32_t key, uint32_t rounds)
{
    uint32_t held = 0;

    for (uint32_t n = 1; n <= rounds; n++) {
        if (n % KEYS == key)
            held = n;
        else if (n % 3 == 0 && (n + KEYS - 1) % KEYS == key)
            held = 0;
    }
    return held;
}

static int flash_holds(const seigr_store_backend *b, uint32_t rounds)
{
    int same = 1;
    void *txn;

    if (b->begin(SEIGR_STORE_READ, &txn, NULL, b->ctx) != 0)
        return 0;
    for (uint32_t i = 0; i < KEYS; i++) {
        const uint8_t key[32] = {(uint8_t)i};
        const uint32_t expected = flash_expected(i, rounds);
        uint8_t value[40];
        uint64_t len;
        const int err = b->get(txn, SEIGR_STORE_CHUNK, key, 0,
                               (seigr_buf){value, sizeof(value)}, &len, b->ctx);

        if (expected == 0)
            same &= err == SEIGR_E_NOTFOUND;
        else
            same &= err == 0 && value[0] == expected && value[39] == expected;
    }
    b->abort(txn, b->ctx);
    return same;
}

/* Work until the power goes. Returns the rounds that came through. */
static uint32_t flash_work(const seigr_context *context, uint32_t from)
{
    seigr_store_backend b;
    uint32_t n = from;

    if (flash_open(context, &b) != 0)
        return UINT32_MAX;
    while (n < from + ROUNDS && flash_round(&b, n + 1) == 0)
        n++;
    return n;
}

/* A golden capsule into flash and out again, by the door: its golden ID. */
static int flash_golden(const seigr_context *context)
{
    const seigr_span part = capsule_cases[0].capsule;
    const seigr_span id = capsule_cases[0].id;
    const seigr_buf room = {support_room_bytes, 1024};
    const seigr_buf scratch = {support_room_bytes + 1024, 2048};
    seigr_store_backend b;
    seigr_verified verified;
    uint64_t len = 0;
    void *txn;

    if (flash_open(context, &b) != 0 ||
        b.begin(SEIGR_STORE_WRITE, &txn, NULL, b.ctx) != 0 ||
        b.put(txn, SEIGR_STORE_CHUNK, id.ptr, &part, 1, NULL, b.ctx) != 0 ||
        b.commit(txn, NULL, b.ctx) != 0 || flash_open(context, &b) != 0 ||
        b.begin(SEIGR_STORE_READ, &txn, NULL, b.ctx) != 0 ||
        b.get(txn, SEIGR_STORE_CHUNK, id.ptr, 0, room, &len, b.ctx) != 0)
        return 0;
    b.abort(txn, b.ctx);
    return seigr_capsule_open(context, (seigr_span){room.ptr, (size_t)len},
                              scratch, &verified, NULL) == 0 &&
           support_equal((seigr_span){seigr_verified_id(&verified)->bytes, 32},
                         id);
}

void test_board_edge_flash__power_cuts(void **state)
{
    const seigr_flash_device d = flash_device();
    seigr_context context = SEIGR_CONTEXT_INIT;
    uint32_t cut;
    uint32_t done;

    (void)state;
    context.crypto = seigr_crypto_sodium_verify();
    support_check(seigr_flash_size(&d, &options) <= sizeof(memory), "flash", 0);
    for (cut = 1;; cut++) {
        seigr_store_backend b;
        int is_cut;

        device.left = UINT32_MAX;
        support_check(seigr_flash_format(&d, NULL) == 0, "flash", cut);
        device.left = cut;
        done = flash_work(&context, 0);
        is_cut = device.left == 0;
        device.left = UINT32_MAX;
        support_check(flash_open(&context, &b) == 0, "flash", cut);
        if (!flash_holds(&b, done))
            done++; /* it was committed, and nobody was told */
        support_check(flash_holds(&b, done), "flash", cut);
        support_check(flash_work(&context, done) == done + ROUNDS, "flash",
                      cut);
        if (!is_cut)
            break;
    }
    support_check(cut > 2 * ROUNDS, "flash", cut);
    support_check(flash_golden(&context), "flash", cut);
    support_count("flash-power-cuts", cut);
    support_count("flash-memory-bytes", seigr_flash_size(&d, &options));
}

/* SPDX-License-Identifier: MIT */
/*
 * flash_open.c - formats a device, and comes back to what its last commit
 * left. Invariants are cited from flash.h.
 *
 * Coming back reads twice: once for the last COMMIT or FREED, which says
 * where the log begins, and once from there on. It programs and erases
 * nothing, so being cut short changes nothing.
 */
#include "flash.h" /* seigr__flash */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memset */

/* --- Sizes --------------------------------------------------------------- */

static int open_device_is_valid(const seigr_flash_device *device)
{
    uint32_t unit;

    if (device == NULL || device->struct_size < sizeof(*device) ||
        device->program_size == 0 ||
        device->program_size > SEIGR_FLASH_PROGRAM_SIZE_MAX ||
        (device->program_size & (device->program_size - 1)) != 0)
        return 0;
    unit = seigr__flash_unit(device);
    return device->block_count >= SEIGR_FLASH_BLOCKS_MIN &&
           device->block_size >= SEIGR_FLASH_BLOCK_SIZE_MIN &&
           device->block_size >= 4 * unit && device->block_size % unit == 0 &&
           device->block_count <= SEIGR_FLASH_LEN_MAX / device->block_size &&
           device->read != NULL && device->program != NULL &&
           device->erase != NULL;
}

static int open_options_are_valid(const seigr_flash_device *device,
                                  const seigr_flash_options *options)
{
    return options->struct_size >= sizeof(*options) &&
           options->object_max > 0 && options->object_max <= 1u << 24 &&
           options->change_max > 0 && options->change_max <= 1u << 16 &&
           options->value_max >= SEIGR_STORE_KEY_MAX &&
           options->value_max <= device->block_size - 128;
}

/* A quarter more slots than objects keeps searches short. */
static uint32_t open_slot_count(const seigr_flash_options *options)
{
    return options->object_max + options->object_max / 4 + 1;
}

static size_t open_bad_len(const seigr_flash_device *device)
{
    return (device->block_count + 31) / 32 * sizeof(uint32_t);
}

size_t seigr_flash_size(const seigr_flash_device *device,
                        const seigr_flash_options *options)
{
    const seigr_flash_options defaults = SEIGR_FLASH_OPTIONS_INIT;

    if (options == NULL)
        options = &defaults;
    if (!open_device_is_valid(device) ||
        !open_options_are_valid(device, options))
        return 0;
    return sizeof(seigr__flash) +
           open_slot_count(options) * sizeof(seigr__flash_slot) +
           options->change_max * sizeof(seigr__flash_change) +
           open_bad_len(device) + options->value_max;
}

/* --- Format -------------------------------------------------------------- */

int seigr_flash_format(const seigr_flash_device *device, seigr_error *error)
{
    const seigr__flash_header header = {1, 1};
    uint8_t stage[SEIGR_FLASH_PROGRAM_SIZE_MAX];
    uint32_t bad = 0;

    if (!open_device_is_valid(device))
        return SEIGR_E_INVAL;
    for (uint32_t block = 0; block < device->block_count; block++)
        bad += device->erase(block, device->ctx) != 0;
    if (bad > device->block_count - SEIGR_FLASH_BLOCKS_MIN)
        return seigr__fail(error, SEIGR_E_IO, SEIGR_NO_OFFSET,
                           "%u of %u blocks cannot be erased", (unsigned)bad,
                           (unsigned)device->block_count);
    for (uint32_t block = 0; block < device->block_count; block++) {
        if (seigr__flash_header_write(device, block, &header, stage) == 0)
            return 0;
    }
    return seigr__fail(error, SEIGR_E_IO, SEIGR_NO_OFFSET,
                       "no block can be programmed");
}

/* --- Coming back --------------------------------------------------------- */

static int open_fail(seigr_error *error, int code)
{
    static const char *const texts[] = {
        "the device has no store; format it first",
        "the store on the device is of a later version",
        "the store on the device is of another geometry",
        "the device cannot be read", "the store on the device is damaged"};

    return seigr__fail(error, code, SEIGR_NO_OFFSET, "%s",
                       texts[code == SEIGR_E_NOTFOUND      ? 0
                             : code == SEIGR_E_UNSUPPORTED ? 1
                             : code == SEIGR_E_FORMAT      ? 2
                             : code == SEIGR_E_CORRUPT     ? 4
                                                           : 3]);
}

/* The block that was begun last, and where the log began then. */
static int open_find_head(seigr__flash *f, seigr_error *error)
{
    seigr__flash_header header;
    int why = SEIGR_E_NOTFOUND;

    f->head_seq = 0;
    for (uint32_t block = 0; block < f->device.block_count; block++) {
        const int err = seigr__flash_header_read(&f->device, block, &header);

        if (err == SEIGR_E_IO)
            return open_fail(error, err);
        if (err != 0) {
            if (err != SEIGR_E_NOTFOUND)
                why = err;
            continue;
        }
        if (header.seq > f->head_seq) {
            f->head_seq = header.seq;
            f->head_block = block;
            f->tail_seq = header.tail;
        }
    }
    f->last_seq = f->head_seq;
    return f->head_seq == 0 ? open_fail(error, why) : 0;
}

/* The block of the lowest number from tail_seq on: the tail, or what is left
 * of the log where that was being erased already. */
static int open_find_tail(seigr__flash *f, seigr_error *error)
{
    seigr__flash_header header;
    uint64_t best = UINT64_MAX;

    for (uint32_t block = 0; block < f->device.block_count; block++) {
        const int err = seigr__flash_header_read(&f->device, block, &header);

        if (err == SEIGR_E_IO)
            return open_fail(error, err);
        if (err != 0 || header.seq < f->tail_seq || header.seq >= best)
            continue;
        best = header.seq;
        f->tail_block = block;
    }
    assert(best <= f->head_seq);
    f->tail_seq = best;
    return 0;
}

/* Called for each record that stands between the tail and the head. */
typedef int (*open_visit)(seigr__flash *f, const seigr__flash_record *record,
                          uint64_t seq, void *arg, seigr_error *error);

static int open_walk_block(seigr__flash *f, uint32_t block, uint64_t seq,
                           open_visit visit, void *arg, seigr_error *error)
{
    seigr__flash_record record;
    uint32_t at = seigr__flash_first(f->unit);
    int err;

    while ((err = seigr__flash_record_read(f, block, seq, at, &record)) == 1) {
        const uint64_t len =
            seigr__flash_record_len(f, record.key_len, record.value_len);

        err = visit(f, &record, seq, arg, error);
        if (err != 0)
            return err;
        at += (uint32_t)len;
    }
    /* Where it is torn nothing that counts was written behind. */
    return err == SEIGR_E_IO ? open_fail(error, err) : 0;
}

/* The blocks from the tail to the head in their order. */
static int open_walk(seigr__flash *f, open_visit visit, void *arg,
                     seigr_error *error)
{
    const uint32_t n = f->device.block_count;
    const uint32_t head = f->head_block; /* of which a visit tells another */
    seigr__flash_header header;
    uint64_t last = 0;
    uint32_t block = f->tail_block;

    for (;; block = (block + 1) % n) {
        int err = seigr__flash_header_read(&f->device, block, &header);

        if (err == SEIGR_E_IO)
            return open_fail(error, err);
        if (err == 0 && header.seq >= f->tail_seq && header.seq > last &&
            header.seq <= f->last_seq) {
            last = header.seq;
            err = open_walk_block(f, block, header.seq, visit, arg, error);
            if (err != 0)
                return err;
        }
        if (block == head)
            return 0;
    }
}

/* What the last end of a transaction says. */
struct open_ends {
    uint64_t tail;
    uint64_t seq; /* of the block that it is in */
    uint32_t block;
};

/* The last COMMIT or FREED, and the next numbers. */
static int open_visit_ends(seigr__flash *f, const seigr__flash_record *record,
                           uint64_t seq, void *arg, seigr_error *error)
{
    struct open_ends *ends = arg;

    (void)error;
    if (record->type != SEIGR__FLASH_COPY &&
        record->type != SEIGR__FLASH_FREED && record->txn >= f->txn_next)
        f->txn_next = record->txn + 1;
    if (record->type == SEIGR__FLASH_FREED && record->txn >= f->copy_next)
        f->copy_next = record->txn + 1;
    if (record->type != SEIGR__FLASH_COMMIT &&
        record->type != SEIGR__FLASH_FREED)
        return 0;
    ends->tail = seigr__flash_u64(record->key);
    ends->seq = seq;
    ends->block = record->block;
    return 0;
}

static int open_limit(seigr_error *error, const char *what, uint32_t max)
{
    return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                       "the store has more %s than the %u there is memory for",
                       what, (unsigned)max);
}

/* A change waits for its COMMIT; those of a transaction that never came to
 * one are forgotten when another begins. */
static int open_replay_change(seigr__flash *f,
                              const seigr__flash_record *record,
                              seigr_error *error)
{
    if (record->txn != f->generation) {
        f->generation = record->txn;
        f->change_count = 0;
    }
    if (f->change_count == f->options.change_max)
        return open_limit(error, "changes in a transaction",
                          f->options.change_max);
    f->changes[f->change_count++] = (seigr__flash_change){
        0, seigr__flash_place(f, record->table, record->block, record->at),
        record->type == SEIGR__FLASH_REMOVE};
    return 0;
}

static int open_visit_replay(seigr__flash *f, const seigr__flash_record *record,
                             uint64_t seq, void *arg, seigr_error *error)
{
    int err = 0;

    (void)seq;
    (void)arg;
    switch (record->type) {
    case SEIGR__FLASH_PUT:
    case SEIGR__FLASH_REMOVE:
        return open_replay_change(f, record, error);
    case SEIGR__FLASH_COPY: /* of what counts already, so it may at once */
        if (record->txn < f->copy_next)
            err = seigr__flash_index_put(f, record);
        break;
    case SEIGR__FLASH_COMMIT:
        if (record->txn == f->generation)
            err = seigr__flash_index_apply(f);
        f->change_count = 0;
        break;
    }
    if (err == SEIGR_E_LIMIT)
        return open_limit(error, "objects", f->options.object_max);
    return err == 0 ? 0 : open_fail(error, err);
}

/* Find where the log begins and ends. What was begun behind the last end of a
 * transaction is free again (3). */
static int open_find_log(seigr__flash *f, seigr_error *error)
{
    struct open_ends ends;
    int err = open_find_head(f, error);

    if (err == 0)
        err = open_find_tail(f, error);
    if (err != 0)
        return err;
    /* Without any end it is as it was formatted: an empty block. */
    ends = (struct open_ends){f->tail_seq, f->tail_seq, f->tail_block};
    f->txn_next = 1;
    f->copy_next = 1;
    err = open_walk(f, open_visit_ends, &ends, error);
    if (err != 0)
        return err;
    f->head_block = ends.block;
    f->head_seq = ends.seq;
    f->head_at = f->device.block_size; /* (4) */
    if (ends.tail > ends.seq)
        return open_fail(error, SEIGR_E_CORRUPT);
    f->tail_seq = ends.tail;
    return open_find_tail(f, error);
}

int seigr__flash_recover(seigr__flash *f, seigr_error *error)
{
    int err = open_find_log(f, error);

    if (err != 0)
        return err;
    f->generation = 0; /* the transaction whose changes wait */
    f->change_count = 0;
    seigr__flash_index_init(f);
    err = open_walk(f, open_visit_replay, NULL, error);
    f->change_count = 0;
    f->generation = 0;
    return err;
}

int seigr_flash_open(const seigr_context *context,
                     const seigr_flash_device *device,
                     const seigr_flash_options *options, void *memory,
                     size_t len, seigr_store_backend *out, seigr_error *error)
{
    const seigr_flash_options defaults = SEIGR_FLASH_OPTIONS_INIT;
    const size_t need = seigr_flash_size(device, options);
    seigr__flash *f = memory;
    int err;

    if (context == NULL || need == 0 || memory == NULL || out == NULL ||
        (uintptr_t)memory % _Alignof(seigr__flash) != 0)
        return SEIGR_E_INVAL;
    if (len < need)
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "%zu bytes of memory, %zu are needed", len, need);
    memset(f, 0, sizeof(*f));
    f->context = context;
    f->device = *device;
    f->options = options != NULL ? *options : defaults;
    f->unit = seigr__flash_unit(device);
    f->slot_count = open_slot_count(&f->options);
    f->slots = (seigr__flash_slot *)(f + 1);
    f->changes = (seigr__flash_change *)(f->slots + f->slot_count);
    f->bad = (uint32_t *)(f->changes + f->options.change_max);
    memset(f->bad, 0, open_bad_len(device));
    f->value = (uint8_t *)f->bad + open_bad_len(device);
    err = seigr__flash_recover(f, error);
    if (err == 0)
        seigr__flash_table(f, out);
    return err;
}

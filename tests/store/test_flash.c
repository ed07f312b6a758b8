/* SPDX-License-Identifier: MIT */
/*
 * The flash backend against a plain model: power cut at every program and
 * erase, and again at each of what follows; wear, bad blocks, two writers.
 */
#include "flash_device.h"

#include "seigr/crypto.h"

#include <stdlib.h>
#include <string.h>

#define KEYS 48u
#define VALUE_MAX 300u

/* What should be there: of each key whether, and which of its values. */
struct model {
    uint32_t value[KEYS]; /* 0: not there */
};

struct store {
    flash_image *image;
    seigr_flash_options options;
    seigr_context context;
    void *memory;
    seigr_store_backend backend;
};

/* Keys of three tables, so that lengths differ. */
static uint32_t key_of(uint32_t number, uint8_t key[SEIGR_STORE_KEY_MAX])
{
    static const uint32_t tables[3] = {SEIGR_STORE_CHUNK, SEIGR_STORE_LOG,
                                       SEIGR_STORE_NODE};

    memset(key, 0, SEIGR_STORE_KEY_MAX);
    key[0] = (uint8_t)(number * 37);
    key[7] = (uint8_t)number;
    return tables[number % 3];
}

static size_t value_of(uint32_t number, uint32_t which, uint8_t *out)
{
    const size_t len = (number * 31 + which * 17) % VALUE_MAX;

    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(number + which * 7 + i);
    return len;
}

static void store_init(struct store *s, flash_image *image)
{
    memset(s, 0, sizeof(*s));
    s->image = image;
    s->options = (seigr_flash_options)SEIGR_FLASH_OPTIONS_INIT;
    s->options.object_max = 64;
    s->options.change_max = 16;
    s->options.value_max = VALUE_MAX;
    s->context = (seigr_context)SEIGR_CONTEXT_INIT;
    s->context.crypto = seigr_crypto_sodium_verify();
    s->memory = malloc(seigr_flash_size(&image->device, &s->options));
    assert_non_null(s->memory);
}

static int store_open(struct store *s, seigr_error *error)
{
    return seigr_flash_open(
        &s->context, &s->image->device, &s->options, s->memory,
        seigr_flash_size(&s->image->device, &s->options), &s->backend, error);
}

static int store_put(struct store *s, void *txn, uint32_t number,
                     uint32_t which)
{
    uint8_t key[SEIGR_STORE_KEY_MAX];
    uint8_t value[VALUE_MAX];
    const uint32_t table = key_of(number, key);
    const size_t len = value_of(number, which, value);
    const seigr_span parts[2] = {{value, len / 2},
                                 {value + len / 2, len - len / 2}};

    return s->backend.put(txn, table, key, parts, 2, NULL, s->backend.ctx);
}

static int store_remove(struct store *s, void *txn, uint32_t number)
{
    uint8_t key[SEIGR_STORE_KEY_MAX];
    const uint32_t table = key_of(number, key);

    return s->backend.remove(txn, table, key, NULL, s->backend.ctx);
}

/* Does a transaction see exactly this? */
static int store_shows(struct store *s, void *txn, const struct model *model)
{
    seigr_store_totals totals[3];
    uint64_t counts[3] = {0, 0, 0};
    uint8_t key[SEIGR_STORE_KEY_MAX];

    for (uint32_t i = 0; i < KEYS; i++) {
        uint8_t expected[VALUE_MAX];
        uint8_t found[VALUE_MAX];
        const uint32_t table = key_of(i, key);
        uint64_t len = 0;
        const int err = s->backend.get(txn, table, key, 0,
                                       (seigr_buf){found, sizeof(found)}, &len,
                                       s->backend.ctx);

        if (model->value[i] == 0) {
            if (err != SEIGR_E_NOTFOUND)
                return 0;
            continue;
        }
        if (err != 0 || len != value_of(i, model->value[i], expected) ||
            memcmp(found, expected, (size_t)len) != 0)
            return 0;
        counts[i % 3]++;
    }
    for (uint32_t i = 0; i < 3; i++) {
        assert_ok(
            s->backend.totals(txn, key_of(i, key), &totals[i], s->backend.ctx));
        if (totals[i].count != counts[i])
            return 0;
    }
    return 1;
}

static int store_is(struct store *s, const struct model *model)
{
    void *txn;
    int shows;

    assert_ok(s->backend.begin(SEIGR_STORE_READ, &txn, NULL, s->backend.ctx));
    shows = store_shows(s, txn, model);
    s->backend.abort(txn, s->backend.ctx);
    return shows;
}

/* One transaction of random changes. What it would leave is in after. */
static int run_transaction(struct store *s, support_rng *rng,
                           const struct model *before, struct model *after,
                           int *is_aborted)
{
    const size_t count = 1 + support_random_below(rng, 7);
    void *txn;
    int err = s->backend.begin(SEIGR_STORE_WRITE, &txn, NULL, s->backend.ctx);

    *after = *before;
    *is_aborted = support_random_below(rng, 6) == 0;
    if (err != 0)
        return err;
    for (size_t i = 0; err == 0 && i < count; i++) {
        const uint32_t number = (uint32_t)support_random_below(rng, KEYS);

        if (support_random_below(rng, 3) == 0) {
            err = store_remove(s, txn, number);
            after->value[number] = 0;
        } else {
            after->value[number] = 1 + (uint32_t)support_random_below(rng, 900);
            err = store_put(s, txn, number, after->value[number]);
        }
    }
    if (err == 0 && !store_shows(s, txn, after))
        fail_msg("a transaction does not see its own changes");
    if (err != 0 || *is_aborted) {
        s->backend.abort(txn, s->backend.ctx);
        return err;
    }
    return s->backend.commit(txn, NULL, s->backend.ctx);
}

/* --- Power cuts ---------------------------------------------------------- */

struct cuts {
    support_rng rng;
    struct store reopened;
    struct model before; /* what counts */
    struct model after;  /* what counts if the commit came through */
    struct cuts *again;  /* where the power is cut a second time, or NULL */
    size_t count;
};

/* The device as it would be found, opened without help. */
static void cut_check(struct cuts *cuts)
{
    seigr_error error = SEIGR_ERROR_INIT;

    cuts->count++;
    if (store_open(&cuts->reopened, &error) != 0)
        fail_msg("not opened after a power cut: %s", error.text);
    if (!store_is(&cuts->reopened, &cuts->before) &&
        !store_is(&cuts->reopened, &cuts->after))
        fail_msg("what is there after a power cut was never committed");
}

/* Go on with what was found, the power being cut again. */
static void cut_go_on(struct cuts *cuts)
{
    struct cuts *again = cuts->again;
    flash_image *image = cuts->reopened.image;
    int is_aborted;

    again->before =
        store_is(&cuts->reopened, &cuts->before) ? cuts->before : cuts->after;
    for (int i = 0; i < 2; i++) {
        again->after = again->before; /* for cuts within its puts */
        assert_ok(run_transaction(&cuts->reopened, &cuts->rng, &again->before,
                                  &again->after, &is_aborted));
        if (!is_aborted)
            again->before = again->after;
    }
    image->before = NULL;
    assert_true(store_is(&cuts->reopened, &again->before));
}

static void cut_before(flash_image *image, uint32_t block, uint32_t at,
                       const uint8_t *bytes, size_t len, void *ctx)
{
    struct cuts *cuts = ctx;

    for (uint32_t how = 0; how < FLASH_TORN_COUNT; how++) {
        flash_image *copy = cuts->reopened.image;

        copy->before = NULL;
        flash_image_copy(copy, image);
        flash_image_tear(copy, how, block, at, bytes, len, &cuts->rng);
        cut_check(cuts);
        if (cuts->again == NULL || support_random_below(&cuts->rng, 24) != 0)
            continue;
        copy->before = cut_before;
        copy->before_ctx = cuts->again;
        cut_go_on(cuts);
    }
}

struct geometry {
    uint32_t block_count;
    uint32_t block_size;
    uint32_t program_size;
};

static const struct geometry geometries[] = {
    {8, 4096, 256}, {16, 2048, 1},  {24, 1024, 4},  {12, 1536, 8},
    {40, 512, 16},  {7, 8192, 512}, {10, 4096, 64}, {32, 1024, 32},
};

void test_store_flash__power_cuts(void **state)
{
    size_t total = 0;
    size_t again = 0;

    (void)state;
    for (size_t g = 0; g < sizeof(geometries) / sizeof(geometries[0]); g++) {
        const struct geometry *geometry = &geometries[g];
        flash_image images[3];
        struct store store;
        struct cuts cuts[2];
        support_rng rng = {0xf1a5 + g};
        const size_t count = support_scaled(60);
        size_t erased = 0;

        memset(cuts, 0, sizeof(cuts));
        for (size_t i = 0; i < 3; i++)
            flash_image_init(&images[i], geometry->block_count,
                             geometry->block_size, geometry->program_size);
        store_init(&store, &images[0]);
        for (size_t i = 0; i < 2; i++) {
            store_init(&cuts[i].reopened, &images[i + 1]);
            cuts[i].rng.state = 77 + g + i;
        }
        cuts[0].again = &cuts[1];
        assert_ok(seigr_flash_format(&images[0].device, NULL));
        assert_ok(store_open(&store, NULL));
        images[0].before_ctx = &cuts[0];
        for (size_t i = 0; i < count; i++) {
            support_rng same = rng;
            int is_aborted;

            /* Once to know what it leaves, on a copy; once with cuts. */
            images[0].before = NULL;
            flash_image_copy(&images[1], &images[0]);
            assert_ok(store_open(&cuts[0].reopened, NULL));
            assert_ok(run_transaction(&cuts[0].reopened, &same, &cuts[0].before,
                                      &cuts[0].after, &is_aborted));
            if (is_aborted)
                cuts[0].after = cuts[0].before;
            images[0].before = cut_before;
            {
                struct model after;

                assert_ok(run_transaction(&store, &rng, &cuts[0].before, &after,
                                          &is_aborted));
            }
            cuts[0].before = cuts[0].after;
            assert_true(store_is(&store, &cuts[0].before));
        }
        for (uint32_t i = 0; i < geometry->block_count; i++)
            erased += images[0].erased[i];
        assert_true(count < 60 || erased > 2 * geometry->block_count);
        total += cuts[0].count;
        again += cuts[1].count;
        for (size_t i = 0; i < 3; i++)
            flash_image_fini(&images[i]);
        free(store.memory);
        free(cuts[0].reopened.memory);
        free(cuts[1].reopened.memory);
    }
    support_count("flash-power-cuts", total);
    support_count("flash-power-cuts-again", again);
}

/* --- Life of a device ---------------------------------------------------- */

/* Transactions without cuts; what is there is compared after each. */
static void live(struct store *s, struct model *model, size_t count,
                 uint64_t seed)
{
    support_rng rng = {seed};

    for (size_t i = 0; i < count; i++) {
        struct model after;
        int is_aborted;

        assert_ok(run_transaction(s, &rng, model, &after, &is_aborted));
        if (!is_aborted)
            *model = after;
        assert_true(store_is(s, model));
    }
}

void test_store_flash__wear_is_spread(void **state)
{
    flash_image image;
    struct store store;
    struct model model = {{0}};
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;

    (void)state;
    flash_image_init(&image, 16, 2048, 4);
    store_init(&store, &image);
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&store, NULL));
    live(&store, &model, 1200, 5);
    for (uint32_t i = 0; i < 16; i++) {
        least = image.erased[i] < least ? image.erased[i] : least;
        most = image.erased[i] > most ? image.erased[i] : most;
    }
    assert_true(least > 20);
    assert_in_range(most - least, 0, 2);
    printf("count flash-erasures-least %u\ncount flash-erasures-most %u\n",
           (unsigned)least, (unsigned)most);
    /* What was written is found again, by whoever opens it. */
    assert_ok(store_open(&store, NULL));
    assert_true(store_is(&store, &model));
    flash_image_fini(&image);
    free(store.memory);
}

void test_store_flash__bad_blocks(void **state)
{
    flash_image image;
    struct store store;
    struct model model = {{0}};

    (void)state;
    flash_image_init(&image, 20, 2048, 8);
    store_init(&store, &image);
    image.is_bad[3] = 1;
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&store, NULL));
    for (uint32_t i = 0; i < 6; i++) {
        image.program_bad_at = 15 + i; /* a block that wears out */
        live(&store, &model, 60, 90 + i);
        image.is_bad[2 * i + 7] = i < 3; /* and one that is not erased */
        assert_ok(store_open(&store, NULL));
        assert_true(store_is(&store, &model));
    }
    flash_image_fini(&image);
    free(store.memory);
}

void test_store_flash__two_writers(void **state)
{
    flash_image image;
    struct store first;
    struct store second;
    struct model model = {{0}};
    seigr_error error = SEIGR_ERROR_INIT;
    void *txn;
    int err = 0;

    (void)state;
    flash_image_init(&image, 16, 2048, 8);
    store_init(&first, &image);
    store_init(&second, &image);
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&first, NULL));
    live(&first, &model, 5, 1);
    assert_ok(store_open(&second, NULL));
    live(&first, &model, 40, 2);
    for (uint32_t i = 0; err == 0 && i < 12; i++) {
        const size_t ops = image.op_count;

        assert_ok(second.backend.begin(SEIGR_STORE_WRITE, &txn, &error,
                                       second.backend.ctx));
        err = store_put(&second, txn, i, 1);
        assert_int_equal(image.op_count, ops);
        second.backend.abort(txn, second.backend.ctx);
    }
    assert_int_equal(err, SEIGR_E_DENIED);
    assert_true(store_is(&first, &model));
    live(&first, &model, 20, 3);
    /* Opened again it may. */
    assert_ok(store_open(&second, NULL));
    live(&second, &model, 20, 4);
    flash_image_fini(&image);
    free(first.memory);
    free(second.memory);
}

void test_store_flash__full(void **state)
{
    flash_image image;
    struct store store;
    struct model model = {{0}};
    seigr_error error = SEIGR_ERROR_INIT;
    void *txn;
    uint32_t i;

    (void)state;
    flash_image_init(&image, 7, 2048, 8);
    store_init(&store, &image);
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&store, NULL));
    for (i = 0; i < KEYS; i++) {
        int err;

        assert_ok(store.backend.begin(SEIGR_STORE_WRITE, &txn, NULL,
                                      store.backend.ctx));
        err = store_put(&store, txn, i, 9);
        if (err == 0) {
            assert_ok(store.backend.commit(txn, NULL, store.backend.ctx));
            model.value[i] = 9;
            continue;
        }
        assert_int_equal(err, SEIGR_E_FULL);
        /* The transaction is spoilt; the store is as before. */
        assert_int_equal(store.backend.commit(txn, &error, store.backend.ctx),
                         SEIGR_E_FULL);
        assert_string_equal(error.text, "the device is full");
        break;
    }
    assert_in_range(i, 15, KEYS - 2);
    assert_true(store_is(&store, &model));
    /* Removing makes room, over and over. */
    for (uint32_t round = 0; round < 60; round++) {
        const uint32_t number = round % i;

        assert_ok(store.backend.begin(SEIGR_STORE_WRITE, &txn, NULL,
                                      store.backend.ctx));
        assert_ok(store_remove(&store, txn, number));
        assert_ok(store.backend.commit(txn, NULL, store.backend.ctx));
        assert_ok(store.backend.begin(SEIGR_STORE_WRITE, &txn, NULL,
                                      store.backend.ctx));
        assert_ok(store_put(&store, txn, number, 9));
        assert_ok(store.backend.commit(txn, NULL, store.backend.ctx));
    }
    assert_true(store_is(&store, &model));
    flash_image_fini(&image);
    free(store.memory);
}

void test_store_flash__bounds(void **state)
{
    flash_image image;
    struct store store;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t key[SEIGR_STORE_KEY_MAX] = {0};
    static uint8_t long_value[VALUE_MAX + 1];
    const seigr_span part = {long_value, sizeof(long_value)};
    void *txn;
    void *readers[5];
    int err = 0;

    (void)state;
    flash_image_init(&image, 16, 2048, 8);
    store_init(&store, &image);
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&store, NULL));
    assert_ok(
        store.backend.begin(SEIGR_STORE_WRITE, &txn, NULL, store.backend.ctx));
    assert_int_equal(store.backend.put(txn, SEIGR_STORE_CHUNK, key, &part, 1,
                                       &error, store.backend.ctx),
                     SEIGR_E_LIMIT);
    assert_non_null(strstr(error.text, "301 bytes"));
    for (uint32_t i = 0; err == 0 && i <= 16; i++)
        err = store_put(&store, txn, i, 2);
    assert_int_equal(err, SEIGR_E_LIMIT); /* 16 changes */
    assert_int_equal(store.backend.begin(SEIGR_STORE_WRITE, &readers[0], &error,
                                         store.backend.ctx),
                     SEIGR_E_AGAIN);
    store.backend.abort(txn, store.backend.ctx);
    for (size_t i = 0; i < 4; i++)
        assert_ok(store.backend.begin(SEIGR_STORE_READ, &readers[i], NULL,
                                      store.backend.ctx));
    assert_int_equal(store.backend.begin(SEIGR_STORE_READ, &readers[4], &error,
                                         store.backend.ctx),
                     SEIGR_E_AGAIN);
    /* A snapshot is too old once something was committed. */
    assert_ok(
        store.backend.begin(SEIGR_STORE_WRITE, &txn, NULL, store.backend.ctx));
    assert_ok(store_put(&store, txn, 1, 2));
    assert_ok(store.backend.commit(txn, NULL, store.backend.ctx));
    {
        uint64_t len;

        assert_int_equal(store.backend.get(readers[0], key_of(1, key), key, 0,
                                           (seigr_buf){NULL, 0}, &len,
                                           store.backend.ctx),
                         SEIGR_E_AGAIN);
    }
    for (size_t i = 0; i < 4; i++)
        store.backend.abort(readers[i], store.backend.ctx);
    /* More objects than there is memory for. */
    store.options.object_max = 1;
    assert_ok(store_open(&store, NULL));
    assert_ok(
        store.backend.begin(SEIGR_STORE_WRITE, &txn, NULL, store.backend.ctx));
    assert_int_equal(store_put(&store, txn, 2, 2), SEIGR_E_FULL);
    store.backend.abort(txn, store.backend.ctx);
    flash_image_fini(&image);
    free(store.memory);
}

void test_store_flash__what_is_no_store(void **state)
{
    flash_image image;
    struct store store;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_flash_device other;

    (void)state;
    flash_image_init(&image, 8, 4096, 8);
    store_init(&store, &image);
    assert_int_equal(store_open(&store, &error), SEIGR_E_NOTFOUND);
    assert_non_null(strstr(error.text, "format"));
    memset(image.bytes, 0x5a, 8 * 4096);
    assert_int_equal(store_open(&store, &error), SEIGR_E_NOTFOUND);
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&store, NULL));
    other = image.device;
    image.device.block_count = 7;
    assert_int_equal(store_open(&store, &error), SEIGR_E_FORMAT);
    image.device = other;
    assert_int_equal(seigr_flash_open(&store.context, &image.device,
                                      &store.options, store.memory, 100,
                                      &store.backend, &error),
                     SEIGR_E_ROOM);
    other.block_size = 1001;
    assert_int_equal(seigr_flash_size(&other, NULL), 0);
    assert_int_equal(seigr_flash_format(&other, NULL), SEIGR_E_INVAL);
    flash_image_fini(&image);
    free(store.memory);
}

/* Any byte changed: what is read is what was put or is said to be damaged. */
void test_store_flash__damage(void **state)
{
    flash_image image;
    flash_image copy;
    struct store store;
    struct store damaged;
    struct model model = {{0}};
    support_rng rng = {0xda3a6e};
    size_t said = 0;
    size_t lost = 0;

    (void)state;
    flash_image_init(&image, 8, 2048, 8);
    flash_image_init(&copy, 8, 2048, 8);
    store_init(&store, &image);
    store_init(&damaged, &copy);
    assert_ok(seigr_flash_format(&image.device, NULL));
    assert_ok(store_open(&store, NULL));
    live(&store, &model, 60, 11);
    for (size_t i = 0; i < support_scaled(3000); i++) {
        void *txn;

        flash_image_copy(&copy, &image);
        copy.bytes[support_random_below(&rng, 8 * 2048)] ^=
            (uint8_t)(1u << support_random_below(&rng, 8));
        if (store_open(&damaged, NULL) != 0) {
            lost++;
            continue;
        }
        assert_ok(damaged.backend.begin(SEIGR_STORE_READ, &txn, NULL,
                                        damaged.backend.ctx));
        for (uint32_t k = 0; k < KEYS; k++) {
            uint8_t key[SEIGR_STORE_KEY_MAX];
            uint8_t found[VALUE_MAX];
            uint8_t expected[VALUE_MAX];
            const uint32_t table = key_of(k, key);
            uint64_t len;
            const int err = damaged.backend.get(
                txn, table, key, 0, (seigr_buf){found, sizeof(found)}, &len,
                damaged.backend.ctx);

            said += err == SEIGR_E_CORRUPT;
            if (err != 0 || model.value[k] == 0)
                continue;
            if (len == value_of(k, model.value[k], expected) &&
                memcmp(found, expected, (size_t)len) != 0)
                fail_msg("a damaged value passes");
        }
        damaged.backend.abort(txn, damaged.backend.ctx);
    }
    assert_true(said > support_scaled(100));
    support_count("flash-damage-said", said);
    support_count("flash-damage-not-opened", lost);
    flash_image_fini(&image);
    flash_image_fini(&copy);
    free(store.memory);
    free(damaged.memory);
}

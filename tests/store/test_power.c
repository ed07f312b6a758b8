/* SPDX-License-Identifier: MIT */
/*
 * Power cuts and failing calls. One workload runs twice at once, on a disk
 * whose calls are written down and in memory; after each transaction the two
 * must be in one state. Then each disk that a cut could leave is made, opened,
 * and must be in the state after the last transaction that was acknowledged,
 * or after the one that was on its way.
 */
#include "store_help.h"

#include "disk.h" /* seigr__disk_open */
#include "power.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define POWER_TXNS 700u
#define POWER_SEGMENT_LEN 24576u

/* All of a store that a digest or a count can tell. */
struct power_state {
    seigr_checkpoint checkpoint;
    seigr_store_stats stats;
    seigr_hash pins;
};

struct power_run {
    support_rng rng;
    store_key key;
    store_place disk;
    store_place model;
    power_record *record;
    store_capsule capsules[2400];
    size_t capsule_count;
    uint64_t stream;
    struct power_state states[POWER_TXNS + 1]; /* after so many */
    size_t acknowledged_at[POWER_TXNS + 1];    /* calls by then */
    size_t txn_count;
};

/* What a store says of itself. Bringing the index up to date changes nothing
 * that is counted. */
static int power_state_of(store_place *place, struct power_state *out)
{
    seigr_store_cursor cursor;
    seigr_store_txn *txn;
    seigr_sha256_state sha;
    const seigr_crypto *crypto = place->context.crypto;
    seigr_id id;
    int err = seigr_store_begin(place->store, SEIGR_STORE_WRITE, &txn, NULL);

    if (err != 0)
        return err;
    memset(out, 0, sizeof(*out));
    out->checkpoint = (seigr_checkpoint)SEIGR_CHECKPOINT_INIT;
    out->stats = (seigr_store_stats)SEIGR_STORE_STATS_INIT;
    err = seigr_store_state(txn, &out->checkpoint, NULL);
    if (err == 0)
        err = seigr_store_stat(txn, &out->stats);
    crypto->sha256_init(&sha, crypto->ctx);
    seigr_store_by_pin(&cursor);
    while (err == 0 && seigr_store_next(txn, &cursor, &id) == 1)
        crypto->sha256_update(&sha, id.bytes, 32, crypto->ctx);
    crypto->sha256_final(&sha, out->pins.bytes, crypto->ctx);
    if (err != 0) {
        seigr_store_abort(txn);
        return err;
    }
    return seigr_store_commit(txn, NULL);
}

static void power_open(store_place *place, uint32_t flags, const char *boot,
                       int *err_out)
{
    const struct seigr__disk_settings settings = {boot, POWER_SEGMENT_LEN};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store_backend backend;
    int err = seigr__disk_open(&place->context, place->path, flags, &settings,
                               &backend, &error);

    place->store = NULL;
    if (err == 0)
        err = seigr_store_open(&place->context, &backend, NULL, &place->store,
                               &error);
    if (err != 0 && err_out == NULL)
        print_error("%s\n", error.text);
    if (err_out == NULL)
        assert_int_equal(err, 0);
    else
        *err_out = err;
}

static const char *power_boot_file(void)
{
    static char path[64];

    if (path[0] == '\0') {
        snprintf(path, sizeof(path), "/tmp/seigr-boot-%d", (int)getpid());
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        fputs("00000000-0000-0000-0000-000000000002", file);
        fclose(file);
    }
    return path;
}

/* --- The workload --------------------------------------------------------- */

/* One change, made in a transaction of either store. */
struct power_change {
    unsigned what;
    size_t first; /* of run->capsules */
    size_t count;
    store_content content;
};

static int power_do(store_place *place, struct power_run *run,
                    const struct power_change *c)
{
    const store_capsule *capsule = &run->capsules[c->first];
    seigr_store_txn *txn;
    int err = seigr_store_begin(place->store, SEIGR_STORE_WRITE, &txn, NULL);

    if (err != 0)
        return err;
    switch (c->what) {
    case 0: /* put some */
        for (size_t i = 0; err == 0 && i < c->count; i++)
            err = seigr_store_put(txn, &capsule[i].verified, NULL, NULL);
        break;
    case 1:
        err = seigr_store_pin(txn, &capsule->id, NULL);
        break;
    case 2:
        err = seigr_store_unpin(txn, &capsule->id, NULL);
        break;
    default: /* content with its capsule, pinned */
        err = seigr_store_put(txn, &capsule->verified, NULL, NULL);
        if (err == 0)
            err = seigr_store_put_leaves(txn, &c->content.body,
                                         &c->content.list, NULL);
        for (size_t i = 0; err == 0 && i < c->content.chunk_count; i++)
            err = seigr_store_put_chunk(
                txn, store_content_chunk(&c->content, i), NULL);
        if (err == 0)
            err = seigr_store_pin(txn, &capsule->id, NULL);
        break;
    }
    if (err != 0) {
        seigr_store_abort(txn);
        return err;
    }
    return seigr_store_commit(txn, NULL);
}

static void power_seal(struct power_run *run, const seigr_checkpoint *state)
{
    store_capsule *out = &run->capsules[run->capsule_count++];
    uint8_t detail[SEIGR_CHECKPOINT_LEN_MAX];
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t text[300];
    seigr_link link;
    size_t len;

    assert_true(run->capsule_count < 2400);
    memset(text, 'x', sizeof(text));
    draft.kind = SEIGR_KIND_DATA;
    draft.stream = ++run->stream;
    draft.sequence = 1;
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.content =
        (seigr_span){text, support_random_below(&run->rng, sizeof(text))};
    if (run->capsule_count > 1 && support_random(&run->rng) % 2 == 0) {
        link.id = run->capsules[support_random_below(&run->rng,
                                                     run->capsule_count - 1)]
                      .id;
        link.role = SEIGR_ROLE_INPUT;
        draft.links = &link;
        draft.link_count = 1;
    }
    if (state != NULL) {
        assert_ok(seigr_checkpoint_encode(
            state, (seigr_buf){detail, sizeof(detail)}, &len, NULL));
        draft.kind = SEIGR_KIND_CHECKPOINT;
        draft.detail = (seigr_span){detail, len};
    }
    store_seal(&run->key, &draft, out);
}

/* Draw the next change. */
static void power_draw(struct power_run *run, struct power_change *c)
{
    const uint64_t draw = support_random(&run->rng) % 100;

    memset(c, 0, sizeof(*c));
    c->first = run->capsule_count;
    c->count = 1;
    if (draw < 45 || run->capsule_count < 10) {
        power_seal(run, NULL);
    } else if (draw < 55) {
        c->count = 2 + support_random_below(&run->rng, 9);
        for (size_t i = 0; i < c->count; i++)
            power_seal(run, NULL);
    } else if (draw < 60) { /* a checkpoint of what was */
        power_seal(run, &run->states[run->txn_count].checkpoint);
    } else if (draw < 98) {
        c->what = draw < 80 ? 1 : 2;
        c->first = support_random_below(&run->rng, run->capsule_count);
    } else {
        c->what = 3;
        store_content_init(&c->content, 66000, (uint8_t)draw);
        store_seal_content(&run->key, ++run->stream, &c->content,
                           &run->capsules[run->capsule_count++]);
    }
}

static void power_acknowledge(struct power_run *run)
{
    struct power_state disk;
    struct power_state *model = &run->states[++run->txn_count];

    run->acknowledged_at[run->txn_count] = power_record_count(run->record);
    assert_ok(power_state_of(&run->model, model));
    assert_ok(power_state_of(&run->disk, &disk));
    assert_memory_equal(&disk, model, sizeof(disk));
}

/* A step of a collection on both. Returns what it returned. */
static int power_collect(seigr_store_collection *disk,
                         seigr_store_collection *model, uint32_t budget)
{
    const int err = seigr_store_collection_step(disk, budget, NULL, NULL);

    assert_true(err >= 0);
    assert_true(seigr_store_collection_step(model, budget, NULL, NULL) >= 0);
    return err;
}

static void power_collect_some(struct power_run *run)
{
    seigr_store_collection *disk;
    seigr_store_collection *model;
    int err = 1;

    assert_ok(seigr_store_collection_new(run->disk.store, &disk, NULL));
    assert_ok(seigr_store_collection_new(run->model.store, &model, NULL));
    while (err == 1 && run->txn_count < POWER_TXNS) {
        err = power_collect(disk, model, 60);
        power_acknowledge(run);
    }
    seigr_store_collection_free(disk);
    seigr_store_collection_free(model);
}

static void power_run_all(struct power_run *run)
{
    seigr_store_backend memory;

    run->rng.state = 5;
    store_key_init(&run->key, 7);
    run->disk.context = store_help_context(NULL);
    run->model.context = store_help_context(NULL);
    store_folder_make(run->disk.path);
    run->record = power_record_begin();
    power_open(&run->disk, SEIGR_DISK_CREATE, "/proc/sys/kernel/random/boot_id",
               NULL);
    assert_ok(seigr_store_memory(&run->model.context, &memory));
    assert_ok(seigr_store_open(&run->model.context, &memory, NULL,
                               &run->model.store, NULL));
    assert_ok(power_state_of(&run->model, &run->states[0]));
    run->acknowledged_at[0] = power_record_count(run->record);
    while (run->txn_count < POWER_TXNS) {
        struct power_change change;

        power_draw(run, &change);
        assert_ok(power_do(&run->model, run, &change));
        assert_ok(power_do(&run->disk, run, &change));
        power_acknowledge(run);
        if (run->txn_count % 100 == 99) {
            power_collect_some(run);
        } else if (run->txn_count % 100 == 50) {
            seigr_store_close(run->disk.store);
            power_open(&run->disk, 0, "/proc/sys/kernel/random/boot_id", NULL);
        }
    }
    power_record_end(run->record);
}

static void power_run_free(struct power_run *run)
{
    seigr_store_close(run->disk.store);
    seigr_store_close(run->model.store);
    store_folder_remove(run->disk.path);
    power_record_free(run->record);
    (void)remove(power_boot_file());
    free(run);
}

/* --- Cuts ----------------------------------------------------------------- */

/* Every capsule of the recovered store has its bytes. */
static void power_assert_bytes(store_place *place)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_READ);
    seigr_store_cursor cursor;
    uint8_t bytes[2048];
    seigr_id id;
    size_t len;

    seigr_store_by_id(&cursor, NULL);
    while (seigr_store_next(txn, &cursor, &id) == 1)
        assert_ok(seigr_store_get(txn, &id, (seigr_buf){bytes, sizeof(bytes)},
                                  &len, NULL));
    seigr_store_abort(txn);
}

/* How many transactions were acknowledged before a call. */
static size_t power_acknowledged(const struct power_run *run, size_t cut)
{
    size_t n = 0;

    while (n < run->txn_count && run->acknowledged_at[n + 1] <= cut)
        n++;
    return n;
}

static void power_cut(struct power_run *run, size_t cut, unsigned kind)
{
    store_place place = {.kind = "disk"};
    const size_t acknowledged = power_acknowledged(run, cut);
    struct power_state is;

    place.context = store_help_context(NULL);
    store_folder_make(place.path);
    power_make(run->record, cut, kind, &run->rng, place.path);
    power_open(&place, 0, power_boot_file(), NULL);
    assert_ok(power_state_of(&place, &is));
    if (memcmp(&is, &run->states[acknowledged], sizeof(is)) != 0 &&
        (acknowledged == run->txn_count ||
         memcmp(&is, &run->states[acknowledged + 1], sizeof(is)) != 0)) {
        print_error("cut at call %zu, kind %u, after transaction %zu\n", cut,
                    kind, acknowledged);
        fail();
    }
    power_assert_bytes(&place);
    seigr_store_close(place.store);
    store_folder_remove(place.path);
}

static void power_cuts(size_t step)
{
    struct power_run *run = calloc(1, sizeof(*run));
    size_t count = 0;

    assert_non_null(run);
    power_run_all(run);
    for (size_t cut = run->acknowledged_at[0];
         cut <= power_record_count(run->record); cut++) {
        for (unsigned kind = 0; kind < POWER_KINDS; kind++) {
            if ((cut * POWER_KINDS + kind) % step != 0)
                continue;
            power_cut(run, cut, kind);
            count++;
        }
    }
    support_count("calls that change the disk",
                  power_record_count(run->record));
    support_count("power cuts", count);
    power_run_free(run);
}

/* Every cut with SEIGR_TEST_CUTS=all; else one of some, as many of each kind.
 */
void test_store_power__a_cut_loses_nothing_acknowledged(void **state)
{
    const char *cuts = getenv("SEIGR_TEST_CUTS");

    (void)state;
    power_cuts(cuts != NULL && strcmp(cuts, "all") == 0 ? 1 : 41);
}

/* --- Failing calls -------------------------------------------------------- */

#define POWER_SMALL 12u

/* Changes that take every path: capsules, pins, content, a collection. */
static int power_small_change(store_place *place, struct power_run *run,
                              size_t i)
{
    struct power_change c = {0};
    seigr_store_collection *collection;
    int err;

    c.first = i;
    c.count = 1;
    if (i % 6 == 5) {
        err = seigr_store_collection_new(place->store, &collection, NULL);
        if (err != 0)
            return err;
        for (err = 1; err == 1;)
            err = seigr_store_collection_step(collection, 10, NULL, NULL);
        seigr_store_collection_free(collection);
        return err;
    }
    c.what = i % 6 == 2 ? 1 : 0;
    c.first -= c.what; /* pin the one before */
    return power_do(place, run, &c);
}

/* Both in one state, the disk's brought there again if it failed. */
static void power_small_run(struct power_run *run, size_t nth, int error,
                            int is_forever, size_t *calls)
{
    seigr_store_backend memory;
    struct power_state is;
    struct power_state before;
    struct power_state after;
    int has_failed = 0;

    store_folder_make(run->disk.path);
    power_open(&run->disk, SEIGR_DISK_CREATE, power_boot_file(), NULL);
    assert_ok(seigr_store_memory(&run->model.context, &memory));
    assert_ok(seigr_store_open(&run->model.context, &memory, NULL,
                               &run->model.store, NULL));
    power_fail(nth, error, is_forever);
    for (size_t i = 0; i < POWER_SMALL && !has_failed; i++) {
        int err;

        assert_ok(power_state_of(&run->model, &before));
        err = power_small_change(&run->disk, run, i);
        assert_ok(power_small_change(&run->model, run, i));
        assert_ok(power_state_of(&run->model, &after));
        has_failed = err != 0;
        if (!has_failed)
            continue;
        assert_true(err == (error == ENOSPC ? SEIGR_E_FULL : SEIGR_E_IO) ||
                    err == SEIGR_E_CORRUPT);
    }
    *calls = power_fail_end();
    /* What others find, and whoever opens it again. */
    seigr_store_close(run->disk.store);
    power_open(&run->disk, 0, power_boot_file(), NULL);
    assert_ok(power_state_of(&run->disk, &is));
    if (memcmp(&is, &after, sizeof(is)) != 0 &&
        (!has_failed ||
         (memcmp(&is, &before, sizeof(is)) != 0 &&
          before.stats.log_size == after.stats.log_size &&
          before.stats.pin_count == after.stats.pin_count &&
          is.stats.capsule_count > before.stats.capsule_count))) {
        print_error("call %zu, error %d\n", nth, error);
        fail();
    }
    power_assert_bytes(&run->disk);
    seigr_store_close(run->disk.store);
    seigr_store_close(run->model.store);
    store_folder_remove(run->disk.path);
}

void test_store_power__every_call_can_fail(void **state)
{
    static const int errors[] = {EIO, ENOSPC, 0};
    struct power_run *run = calloc(1, sizeof(*run));
    size_t count = 0;

    (void)state;
    assert_non_null(run);
    run->rng.state = 9;
    store_key_init(&run->key, 7);
    run->disk.context = store_help_context(NULL);
    run->model.context = store_help_context(NULL);
    for (size_t i = 0; i < POWER_SMALL + 1; i++)
        power_seal(run, NULL);
    for (size_t kind = 0; kind < 3; kind++) {
        for (int is_forever = 0; is_forever <= (errors[kind] != 0);
             is_forever++) {
            size_t calls;
            size_t nth = 0;

            do {
                power_small_run(run, ++nth, errors[kind], is_forever, &calls);
                count += nth <= calls;
            } while (nth <= calls);
        }
    }
    support_count("failing calls", count);
    (void)remove(power_boot_file());
    free(run);
}

/* A full disk: what is there is read, in the process that met it and in one
 * that opens it for reading. */
void test_store_power__a_full_disk_can_be_read(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;
    store_place place = {.kind = "disk"};
    store_place again = {.kind = "disk"};
    store_capsule a;
    store_capsule b;
    store_key key;
    int err;

    (void)state;
    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "a", &a);
    store_seal_text(&key, 0, 2, &a, "b", &b);
    place.context = store_help_context(NULL);
    again.context = place.context;
    store_folder_make(place.path);
    power_open(&place, SEIGR_DISK_CREATE, power_boot_file(), NULL);
    store_keep(&place, &a);
    power_fail(1, ENOSPC, 1);
    err = seigr_store_put_all(place.store, &b.verified, 1, NULL, &error);
    assert_int_equal(err, SEIGR_E_FULL);
    assert_non_null(strstr(error.text, "full"));
    store_assert_has(&place, &a);
    store_assert_lacks(&place, &b);
    seigr_store_close(place.store);
    (void)power_fail_end();
    strcpy(again.path, place.path);
    power_open(&again, SEIGR_DISK_READ_ONLY, power_boot_file(), NULL);
    store_assert_has(&again, &a);
    assert_int_equal(
        seigr_store_put_all(again.store, &b.verified, 1, NULL, &error),
        SEIGR_E_UNSUPPORTED);
    seigr_store_close(again.store);
    store_folder_remove(place.path);
    (void)remove(power_boot_file());
}

/* --- Several processes ---------------------------------------------------- */

#define POWER_WRITERS 4u
#define POWER_EACH 40u

static void power_child(store_place *place, const store_capsule *capsules,
                        int is_killed)
{
    power_open(place, 0, "/proc/sys/kernel/random/boot_id", NULL);
    for (size_t i = 0; i < POWER_EACH; i++) {
        store_keep(place, &capsules[i]);
        store_assert_has(place, &capsules[i / 2]);
        if (is_killed && i == POWER_EACH / 2)
            _exit(0); /* with the store open, as a kill leaves it */
    }
    seigr_store_close(place->store);
    _exit(0);
}

void test_store_power__many_processes_share_a_store(void **state)
{
    static store_capsule capsules[POWER_WRITERS][POWER_EACH];
    store_place place = {.kind = "disk"};
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;
    struct power_state is;
    seigr_store_txn *txn;
    store_key key;
    int status;

    (void)state;
    store_key_init(&key, 1);
    for (size_t w = 0; w < POWER_WRITERS; w++) {
        for (size_t i = 0; i < POWER_EACH; i++)
            store_seal_text(&key, w, i + 1, i == 0 ? NULL : &capsules[w][i - 1],
                            "w", &capsules[w][i]);
    }
    place.context = store_help_context(NULL);
    store_folder_make(place.path);
    power_open(&place, SEIGR_DISK_CREATE, "/proc/sys/kernel/random/boot_id",
               NULL);
    seigr_store_close(place.store); /* none of LMDB is inherited */
    for (size_t w = 0; w < POWER_WRITERS; w++) {
        const pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0)
            power_child(&place, capsules[w], w == 3);
    }
    for (size_t w = 0; w < POWER_WRITERS; w++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    power_open(&place, 0, "/proc/sys/kernel/random/boot_id", NULL);
    for (size_t w = 0; w < POWER_WRITERS; w++) {
        for (size_t i = 0; i < (w == 3 ? POWER_EACH / 2 + 1 : POWER_EACH); i++)
            store_assert_has(&place, &capsules[w][i]);
    }
    txn = store_begin(&place, SEIGR_STORE_READ);
    assert_ok(seigr_store_stat(txn, &stats));
    seigr_store_abort(txn);
    assert_int_equal(stats.log_size, 3 * POWER_EACH + POWER_EACH / 2 + 1);
    assert_int_equal(stats.fork_count, 0);
    assert_ok(power_state_of(&place, &is));
    assert_int_equal(is.checkpoint.index_count, stats.log_size);
    seigr_store_close(place.store);
    store_folder_remove(place.path);
}

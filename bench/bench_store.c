/* SPDX-License-Identifier: MIT */
/*
 * bench_store.c - a store on disk beside bare LMDB and SQLite, in one run.
 *
 *   bench_store [SECONDS [COUNT]]   COUNT capsules, 20,000 unless told
 *
 * The peers keep the same bytes under the same 32-byte keys, 1,000 to a
 * transaction that is synced; SQLite with an index on issuer and sequence, on
 * kind and on time as well. Sealing and verifying is not measured. Files are
 * in TMPDIR, else /tmp.
 */
#define _XOPEN_SOURCE 700

#include "seigr/store.h"
#include "seigr/sys/disk.h"
#include "seigr/sys/posix.h"

#include <fcntl.h>
#include <ftw.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef SEIGR_BENCH_SQLITE
#include <sqlite3.h>
#endif

#define BATCH 1000u
#define BODY_LEN 330u /* makes a capsule of 512 bytes */

struct bench {
    seigr_context context;
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
    size_t count;
    size_t sealed;
    seigr_id *ids;
    seigr_verified batch[BATCH];
    uint8_t bytes[BATCH][768];
    seigr_id last;
    char folder[128];
    double put_s; /* sums of what is timed */
    double lmdb_s;
    double sqlite_s;
};

static void stop(const char *what)
{
    fprintf(stderr, "bench_store: %s failed\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void figure(const char *name, double value, const char *unit)
{
    printf("%-34s %12.1f %s\n", name, value, unit);
}

static int bench_remove(const char *path, const struct stat *st, int type,
                        struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static uint64_t bench_disk_bytes;

static int bench_size(const char *path, const struct stat *st, int type,
                      struct FTW *at)
{
    (void)path;
    (void)type;
    (void)at;
    bench_disk_bytes += (uint64_t)st->st_blocks * 512;
    return 0;
}

static double disk_bytes(const char *path)
{
    bench_disk_bytes = 0;
    (void)nftw(path, bench_size, 8, FTW_PHYS);
    return (double)bench_disk_bytes;
}

/* Seal the next capsules of a chain. */
static void bench_seal(struct bench *b)
{
    uint8_t body[BODY_LEN];

    memset(body, 'b', sizeof(body));
    for (size_t i = 0; i < BATCH; i++) {
        seigr_draft draft = SEIGR_DRAFT_INIT;
        seigr_capsule view = SEIGR_CAPSULE_INIT;
        size_t len;

        draft.kind = SEIGR_KIND_DATA;
        draft.sequence = ++b->sealed;
        draft.previous = b->sealed > 1 ? &b->last : NULL;
        draft.created_ms = 1700000000000 + b->sealed;
        draft.body.form = SEIGR_BODY_INLINE;
        draft.body.content = (seigr_span){body, sizeof(body)};
        if (seigr_capsule_seal(&b->context, &draft, &b->signer,
                               (seigr_buf){b->bytes[i], sizeof(b->bytes[i])},
                               &len, &b->last, NULL) != 0 ||
            seigr_capsule_decode(&b->context, (seigr_span){b->bytes[i], len},
                                 &view, NULL) != 0 ||
            seigr_capsule_verify(&b->context, &view, (seigr_buf){NULL, 0},
                                 &b->batch[i], NULL) != 0)
            stop("sealing");
        b->ids[b->sealed - 1] = b->last;
    }
}

static seigr_store *bench_open(struct bench *b, uint32_t flags)
{
    seigr_store_backend backend;
    seigr_store *store = NULL;
    char path[160];

    (void)snprintf(path, sizeof(path), "%s/seigr", b->folder);
    if (seigr_disk_open(&b->context, path, flags, &backend, NULL) != 0 ||
        seigr_store_open(&b->context, &backend, NULL, &store, NULL) != 0)
        stop("opening the store");
    return store;
}

/* --- LMDB ----------------------------------------------------------------- */

struct lmdb {
    MDB_env *env;
    MDB_dbi dbi;
};

static void lmdb_open(struct bench *b, struct lmdb *l)
{
    char path[160];
    MDB_txn *txn;

    (void)snprintf(path, sizeof(path), "%s/lmdb", b->folder);
    if (mkdir(path, 0777) != 0 || mdb_env_create(&l->env) != 0 ||
        mdb_env_set_mapsize(l->env, (size_t)16 << 30) != 0 ||
        mdb_env_open(l->env, path, 0, 0666) != 0 ||
        mdb_txn_begin(l->env, NULL, 0, &txn) != 0 ||
        mdb_dbi_open(txn, NULL, 0, &l->dbi) != 0 || mdb_txn_commit(txn) != 0)
        stop("opening LMDB");
}

static void lmdb_put(struct bench *b, struct lmdb *l, size_t first, size_t n)
{
    MDB_txn *txn;

    if (mdb_txn_begin(l->env, NULL, 0, &txn) != 0)
        stop("LMDB");
    for (size_t i = first; i < first + n; i++) {
        const seigr_span bytes = seigr_verified_bytes(&b->batch[i]);
        seigr_id id = *seigr_verified_id(&b->batch[i]);
        MDB_val k = {sizeof(id), id.bytes};
        MDB_val v = {bytes.len, (void *)(uintptr_t)bytes.ptr};

        if (mdb_put(txn, l->dbi, &k, &v, 0) != 0)
            stop("LMDB");
    }
    if (mdb_txn_commit(txn) != 0)
        stop("LMDB");
}

static double lmdb_get(struct bench *b, struct lmdb *l, size_t count)
{
    const double start = now();
    MDB_txn *txn;
    uint64_t x = 1;

    if (mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn) != 0)
        stop("LMDB");
    for (size_t i = 0; i < count; i++) {
        seigr_hash hash;
        MDB_val k;
        MDB_val v;

        x = x * 6364136223846793005u + 1442695040888963407u;
        k = (MDB_val){32, b->ids[(x >> 33) % b->count].bytes};
        if (mdb_get(txn, l->dbi, &k, &v) != 0)
            stop("LMDB");
        seigr_sha256(&b->context, (seigr_span){v.mv_data, v.mv_size}, &hash);
    }
    mdb_txn_abort(txn);
    return (double)count / (now() - start);
}

/* --- SQLite --------------------------------------------------------------- */

#ifdef SEIGR_BENCH_SQLITE
static sqlite3 *sqlite_start(struct bench *b)
{
    sqlite3 *db;
    char path[160];

    (void)snprintf(path, sizeof(path), "%s/sqlite/db", b->folder);
    *strrchr(path, '/') = '\0';
    if (mkdir(path, 0777) != 0)
        stop("SQLite");
    path[strlen(path)] = '/';
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE c(id BLOB PRIMARY KEY, n INTEGER, issuer "
                     "BLOB, sequence INTEGER, kind INTEGER, time INTEGER, "
                     "bytes BLOB);"
                     "CREATE INDEX a ON c(issuer, sequence);"
                     "CREATE INDEX k ON c(kind, n);"
                     "CREATE INDEX t ON c(time, n);",
                     NULL, NULL, NULL) != SQLITE_OK)
        stop("SQLite");
    return db;
}

static void sqlite_put(struct bench *b, sqlite3 *db)
{
    sqlite3_stmt *s;

    if (sqlite3_prepare_v2(db, "INSERT INTO c VALUES(?,?,?,?,?,?,?)", -1, &s,
                           NULL) != SQLITE_OK ||
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        stop("SQLite");
    for (size_t i = 0; i < BATCH; i++) {
        const seigr_capsule *c = seigr_verified_capsule(&b->batch[i]);

        sqlite3_bind_blob(s, 1, seigr_verified_id(&b->batch[i])->bytes, 32,
                          SQLITE_STATIC);
        sqlite3_bind_int64(s, 2, (sqlite3_int64)c->sequence);
        sqlite3_bind_blob(s, 3, c->issuer.bytes, 32, SQLITE_STATIC);
        sqlite3_bind_int64(s, 4, (sqlite3_int64)c->sequence);
        sqlite3_bind_int64(s, 5, c->kind);
        sqlite3_bind_int64(s, 6, (sqlite3_int64)c->created_ms);
        sqlite3_bind_blob(s, 7, c->bytes.ptr, (int)c->bytes.len, SQLITE_STATIC);
        if (sqlite3_step(s) != SQLITE_DONE || sqlite3_reset(s) != SQLITE_OK)
            stop("SQLite");
    }
    if (sqlite3_finalize(s) != SQLITE_OK ||
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        stop("SQLite");
}

static double sqlite_get(struct bench *b, sqlite3 *db, size_t count)
{
    const double start = now();
    sqlite3_stmt *s;
    uint64_t x = 1;

    if (sqlite3_prepare_v2(db, "SELECT bytes FROM c WHERE id=?", -1, &s,
                           NULL) != SQLITE_OK)
        stop("SQLite");
    for (size_t i = 0; i < count; i++) {
        seigr_hash hash;

        x = x * 6364136223846793005u + 1442695040888963407u;
        sqlite3_bind_blob(s, 1, b->ids[(x >> 33) % b->count].bytes, 32,
                          SQLITE_STATIC);
        if (sqlite3_step(s) != SQLITE_ROW)
            stop("SQLite");
        seigr_sha256(&b->context,
                     (seigr_span){sqlite3_column_blob(s, 0),
                                  (size_t)sqlite3_column_bytes(s, 0)},
                     &hash);
        if (sqlite3_reset(s) != SQLITE_OK)
            stop("SQLite");
    }
    (void)sqlite3_finalize(s);
    return (double)count / (now() - start);
}
#endif

/* --- The store ------------------------------------------------------------ */

static double store_get(struct bench *b, seigr_store *store, size_t count)
{
    const double start = now();
    seigr_store_txn *txn;
    uint8_t bytes[768];
    uint64_t x = 1;
    size_t len;

    if (seigr_store_begin(store, SEIGR_STORE_READ, &txn, NULL) != 0)
        stop("reading");
    for (size_t i = 0; i < count; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        if (seigr_store_get(txn, &b->ids[(x >> 33) % b->count],
                            (seigr_buf){bytes, sizeof(bytes)}, &len, NULL) != 0)
            stop("reading");
    }
    seigr_store_abort(txn);
    return (double)count / (now() - start);
}

static void store_state(struct bench *b, seigr_store *store)
{
    seigr_checkpoint state = SEIGR_CHECKPOINT_INIT;
    uint8_t proof[SEIGR_INDEX_PROOF_MAX];
    seigr_index_source index;
    seigr_store_txn *txn;
    const size_t count = 2000;
    uint64_t n;
    size_t len;
    double start = now();

    if (seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, NULL) != 0 ||
        seigr_store_state(txn, &state, NULL) != 0)
        stop("the index");
    figure("index_and_log_root_first", 1e3 * (now() - start), "ms");
    seigr_store_index(txn, &index);
    start = now();
    for (size_t i = 0; i < count; i++) {
        if (seigr_index_prove(&index, &b->ids[i * 7 % b->count],
                              (seigr_buf){proof, sizeof(proof)}, &len) != 0)
            stop("a proof");
    }
    figure("index_proof", 1e6 * (now() - start) / (double)count, "us");
    start = now();
    for (size_t i = 0; i < count; i++) {
        const seigr_id *x = &b->ids[i * 7 % b->count];
        const seigr_id *y = &b->ids[i * 11 % b->count];
        const int order = memcmp(x, y, 32);

        if (seigr_index_count(&index, order < 0 ? x : y, order < 0 ? y : x,
                              &n) != 0)
            stop("a count");
    }
    figure("index_range_count", 1e6 * (now() - start) / (double)count, "us");
    if (seigr_store_commit(txn, NULL) != 0)
        stop("the index");
}

/* Single durable puts beside an append and an fdatasync of as many bytes. */
static void bench_single(struct bench *b, seigr_store *store, struct lmdb *l)
{
    const size_t count = 200;
    char path[160];
    double store_s = 0;
    double append_s = 0;
    double lmdb_s = 0;
    int fd;

    (void)snprintf(path, sizeof(path), "%s/append", b->folder);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    bench_seal(b);
    for (size_t i = 0; i < count; i++) {
        const seigr_span bytes = seigr_verified_bytes(&b->batch[i]);
        double start = now();

        if (seigr_store_put_all(store, &b->batch[i], 1, NULL, NULL) != 0)
            stop("putting");
        store_s += now() - start;
        start = now();
        if (write(fd, bytes.ptr, bytes.len) != (ssize_t)bytes.len ||
            fdatasync(fd) != 0)
            stop("appending");
        append_s += now() - start;
        start = now();
        lmdb_put(b, l, i, 1);
        lmdb_s += now() - start;
    }
    (void)close(fd);
    figure("put_single_durable", (double)count / store_s, "puts/s");
    figure("append_fdatasync", (double)count / append_s, "writes/s");
    figure("lmdb_put_single", (double)count / lmdb_s, "puts/s");
}

static void bench_collect(struct bench *b, seigr_store *store)
{
    seigr_store_progress progress = SEIGR_STORE_PROGRESS_INIT;
    seigr_store_collection *collection;
    seigr_store_txn *txn;
    double start;
    int err;

    /* Half of a chain is pinned. */
    if (seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, NULL) != 0 ||
        seigr_store_pin(txn, &b->ids[b->count / 2 - 1], NULL) != 0 ||
        seigr_store_commit(txn, NULL) != 0)
        stop("pinning");
    start = now();
    if (seigr_store_collection_new(store, &collection, NULL) != 0)
        stop("collecting");
    while ((err = seigr_store_collection_step(collection, 4096, &progress,
                                              NULL)) == 1)
        ;
    if (err != 0)
        stop("collecting");
    seigr_store_collection_free(collection);
    figure("collect", (double)b->count / (now() - start), "capsules/s");
}

static void bench_memory(void)
{
    unsigned long pages = 0;
    unsigned long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file == NULL)
        return;
    if (fscanf(file, "%lu %lu", &pages, &resident) == 2)
        figure("memory_with_mapped_files", (double)resident * 4096 / 1e6, "MB");
    (void)fclose(file);
}

int main(int argc, char **argv)
{
    static struct bench b;
    static const uint8_t seed[SEIGR_SEED_LEN] = {1};
    const char *base = getenv("TMPDIR");
    const char *end[] = {"seigr", "lmdb", "sqlite"};
    const char *name[] = {"disk_bytes_per_capsule", "lmdb_bytes_per_capsule",
                          "sqlite_bytes_per_capsule"};
    struct lmdb lmdb;
    seigr_store *store;
    double start;
#ifdef SEIGR_BENCH_SQLITE
    sqlite3 *db;
#endif

    b.count = argc > 2 ? strtoul(argv[2], NULL, 10) / BATCH * BATCH : 20000;
    if (argc > 1 && argc <= 2 && strtod(argv[1], NULL) < 0.1)
        b.count = 2000;
    b.ids = calloc(b.count + BATCH, sizeof(*b.ids));
    (void)snprintf(b.folder, sizeof(b.folder), "%s/seigr-bench-XXXXXX",
                   base == NULL ? "/tmp" : base);
    if (b.count == 0 || b.ids == NULL || seigr_posix_context(&b.context) != 0 ||
        mkdtemp(b.folder) == NULL ||
        seigr_keypair_init_seed(&b.context, seed, &b.keypair) != 0)
        stop("starting");
    b.signer = seigr_keypair_signer(&b.context, &b.keypair, &b.state);
    store = bench_open(&b, SEIGR_DISK_CREATE);
    lmdb_open(&b, &lmdb);
#ifdef SEIGR_BENCH_SQLITE
    db = sqlite_start(&b);
#endif
    for (size_t done = 0; done < b.count; done += BATCH) {
        bench_seal(&b);
        start = now();
        if (seigr_store_put_all(store, b.batch, BATCH, NULL, NULL) != 0)
            stop("putting");
        b.put_s += now() - start;
        start = now();
        lmdb_put(&b, &lmdb, 0, BATCH);
        b.lmdb_s += now() - start;
#ifdef SEIGR_BENCH_SQLITE
        start = now();
        sqlite_put(&b, db);
        b.sqlite_s += now() - start;
#endif
    }
    figure("capsules", (double)b.count, "capsules");
    figure("put_all_indexes", (double)b.count / b.put_s, "puts/s");
    figure("lmdb_put", (double)b.count / b.lmdb_s, "puts/s");
#ifdef SEIGR_BENCH_SQLITE
    figure("sqlite_put", (double)b.count / b.sqlite_s, "puts/s");
#endif
    figure("get_checked", store_get(&b, store, b.count), "gets/s");
    figure("lmdb_get_sha256", lmdb_get(&b, &lmdb, b.count), "gets/s");
#ifdef SEIGR_BENCH_SQLITE
    figure("sqlite_get_sha256", sqlite_get(&b, db, b.count), "gets/s");
#endif
    store_state(&b, store);
    bench_single(&b, store, &lmdb);
    bench_memory();
    for (size_t i = 0; i < 3; i++) {
        char path[160];

        (void)snprintf(path, sizeof(path), "%s/%s", b.folder, end[i]);
        figure(name[i], disk_bytes(path) / (double)b.count, "bytes");
    }
    start = now();
    seigr_store_close(store);
    store = bench_open(&b, SEIGR_DISK_REBUILD);
    figure("close_and_rebuild", (double)b.count / (now() - start),
           "capsules/s");
    bench_collect(&b, store);
    seigr_store_close(store);
    mdb_env_close(lmdb.env);
#ifdef SEIGR_BENCH_SQLITE
    (void)sqlite3_close(db);
#endif
    free(b.ids);
    return nftw(b.folder, bench_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* SPDX-License-Identifier: MIT */
/*
 * fuzz_disk.c - a store on disk whose files somebody changed: its segment,
 * its format, its state; LMDB's file is replaced by noise or lost.
 *
 * The input is edits to a store that was good: which file, where, what. The
 * store opens or is refused with a status; what it gives back hashes to its
 * name or is said to be damaged; it can be looked at, written to and opened
 * again.
 */
#define _XOPEN_SOURCE 700

#include "fuzz.h"

#include "seigr/store.h"
#include "seigr/sys/disk.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK_FILES 3u
#define DISK_CAPSULES 8u
#define DISK_LEN_MAX 65536u

static const char *const disk_names[DISK_FILES] = {"00000000.segment", "format",
                                                   "index.state"};

/* The good store, and a folder to spoil copies of it in. */
struct disk_base {
    seigr_context context;
    char folder[64];
    uint8_t files[DISK_FILES][DISK_LEN_MAX];
    size_t lens[DISK_FILES];
    seigr_id ids[DISK_CAPSULES];
    seigr_verified more; /* not kept */
    uint8_t more_bytes[512];
};

static struct disk_base disk;

static void *disk_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void disk_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static void disk_path(const char *name, char out[128])
{
    (void)snprintf(out, 128, "%s/%s", disk.folder, name);
}

static void disk_seal(uint64_t stream, uint8_t out[512],
                      seigr_verified *verified)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {5};
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_keypair_signer_state state;
    seigr_keypair keypair;
    seigr_signer signer;
    size_t len;

    FUZZ_REQUIRE(seigr_keypair_init_seed(&disk.context, seed, &keypair) == 0);
    signer = seigr_keypair_signer(&disk.context, &keypair, &state);
    draft.kind = SEIGR_KIND_DATA;
    draft.stream = stream;
    draft.sequence = 1;
    FUZZ_REQUIRE(seigr_capsule_seal(&disk.context, &draft, &signer,
                                    (seigr_buf){out, 512}, &len, NULL,
                                    NULL) == 0);
    FUZZ_REQUIRE(seigr_capsule_decode(&disk.context, (seigr_span){out, len},
                                      &view, NULL) == 0);
    FUZZ_REQUIRE(seigr_capsule_verify(&disk.context, &view,
                                      (seigr_buf){NULL, 0}, verified,
                                      NULL) == 0);
}

static int disk_open(uint32_t flags, seigr_store **out)
{
    seigr_store_backend backend;
    const int err =
        seigr_disk_open(&disk.context, disk.folder, flags, &backend, NULL);

    return err == 0 ? seigr_store_open(&disk.context, &backend, NULL, out, NULL)
                    : err;
}

static void disk_clean(void)
{
    static const char *const names[] = {
        "00000000.segment", "00000001.segment", "format", "index.state",
        "index.mdb",        "index.mdb-lock",   "lock"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        disk_path(names[i], path);
        (void)unlink(path);
    }
}

static void disk_init(void)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              disk_alloc, disk_release, NULL};
    uint8_t bytes[512];
    seigr_store *store;

    disk.context = (seigr_context)SEIGR_CONTEXT_INIT;
    disk.context.allocator = &allocator;
    disk.context.crypto = seigr_crypto_sodium();
    strcpy(disk.folder, "/tmp/seigr-fuzz-XXXXXX");
    FUZZ_REQUIRE(mkdtemp(disk.folder) != NULL);
    FUZZ_REQUIRE(disk_open(SEIGR_DISK_CREATE, &store) == 0);
    for (size_t i = 0; i < DISK_CAPSULES; i++) {
        seigr_verified verified;

        disk_seal(i, bytes, &verified);
        disk.ids[i] = *seigr_verified_id(&verified);
        FUZZ_REQUIRE(seigr_store_put_all(store, &verified, 1, NULL, NULL) == 0);
    }
    disk_seal(99, disk.more_bytes, &disk.more);
    seigr_store_close(store);
    for (size_t i = 0; i < DISK_FILES; i++) {
        char path[128];
        FILE *file;

        disk_path(disk_names[i], path);
        file = fopen(path, "rb");
        FUZZ_REQUIRE(file != NULL);
        disk.lens[i] = fread(disk.files[i], 1, DISK_LEN_MAX, file);
        (void)fclose(file);
    }
    disk_clean();
}

/* The good files with the input's edits: file 1, place 2, new byte 1; file 3
 * and above cut a file short, or leave it out. */
static void disk_spoil(const uint8_t *data, size_t size)
{
    static uint8_t files[DISK_FILES][DISK_LEN_MAX];
    size_t lens[DISK_FILES];

    memcpy(files, disk.files, sizeof(files));
    memcpy(lens, disk.lens, sizeof(lens));
    for (; size >= 4; data += 4, size -= 4) {
        const size_t file = data[0] % DISK_FILES;
        const size_t at = (size_t)data[1] << 8 | data[2];

        if (data[0] >= 240)
            lens[file] = at < lens[file] ? at : lens[file];
        else if (lens[file] > 0)
            files[file][at % lens[file]] ^= data[3];
    }
    for (size_t i = 0; i < DISK_FILES; i++) {
        char path[128];
        FILE *out;

        disk_path(disk_names[i], path);
        out = fopen(path, "wb");
        FUZZ_REQUIRE(out != NULL);
        FUZZ_REQUIRE(fwrite(files[i], 1, lens[i], out) == lens[i]);
        FUZZ_REQUIRE(fclose(out) == 0);
    }
}

static int disk_damage(const char *text, void *ctx)
{
    FUZZ_REQUIRE(text[0] != '\0');
    ++*(size_t *)ctx;
    return 0;
}

/* What is there is what it says it is. */
static void disk_look(seigr_store *store)
{
    seigr_checkpoint state = SEIGR_CHECKPOINT_INIT;
    seigr_store_cursor cursor;
    seigr_store_txn *txn;
    size_t found = 0;
    size_t damage = 0;
    uint8_t bytes[512];
    seigr_id id;
    size_t len;

    FUZZ_REQUIRE(seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, NULL) == 0);
    FUZZ_REQUIRE(seigr_store_check(txn, disk_damage, &damage) == 0);
    seigr_store_by_id(&cursor, NULL);
    while (seigr_store_next(txn, &cursor, &id) == 1) {
        const int err = seigr_store_get(
            txn, &id, (seigr_buf){bytes, sizeof(bytes)}, &len, NULL);

        FUZZ_REQUIRE(err == 0 || err == SEIGR_E_CORRUPT || err == SEIGR_E_ROOM);
        found++;
    }
    /* Nothing that was kept is missing without a word. */
    FUZZ_REQUIRE(found <= DISK_CAPSULES + 1);
    /* Of a log that has lost an entry there is no root. */
    FUZZ_REQUIRE(seigr_store_state(txn, &state, NULL) <= 0);
    seigr_store_abort(txn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_store *store;

    if (disk.context.crypto == NULL)
        disk_init();
    if (size > 400)
        return 0;
    disk_spoil(data, size);
    if (disk_open(0, &store) == 0) {
        disk_look(store);
        FUZZ_REQUIRE(seigr_store_put_all(store, &disk.more, 1, NULL, NULL) ==
                     0);
        seigr_store_close(store);
        FUZZ_REQUIRE(disk_open(SEIGR_DISK_REBUILD, &store) == 0);
        disk_look(store);
        seigr_store_close(store);
    }
    disk_clean();
    return 0;
}

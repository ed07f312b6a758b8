/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "store_help.h"

#include "flash_device.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *help_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void help_free(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

seigr_context store_help_context(const seigr_allocator *allocator)
{
    static const seigr_allocator plain = {(uint32_t)sizeof(plain), 0,
                                          help_alloc, help_free, NULL};
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = allocator == NULL ? &plain : allocator;
    context.crypto = seigr_crypto_sodium();
    assert_non_null(context.crypto);
    return context;
}

/* Memory that is released when the program ends. */
static uint8_t *help_block(size_t len)
{
    static void **blocks;
    static size_t count;
    uint8_t *block = malloc(len == 0 ? 1 : len);

    blocks = realloc(blocks, (count + 1) * sizeof(*blocks));
    assert_non_null(block);
    assert_non_null(blocks);
    blocks[count++] = block;
    return block;
}

void store_key_init(store_key *key, uint8_t seed)
{
    uint8_t bytes[SEIGR_SEED_LEN];

    memset(bytes, seed, sizeof(bytes));
    key->context = store_help_context(NULL);
    assert_ok(seigr_keypair_init_seed(&key->context, bytes, &key->keypair));
    key->signer =
        seigr_keypair_signer(&key->context, &key->keypair, &key->state);
}

void store_seal(const store_key *key, const seigr_draft *draft,
                store_capsule *out)
{
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf room;
    size_t len;

    assert_int_equal(seigr_capsule_seal(&key->context, draft, &key->signer,
                                        (seigr_buf){NULL, 0}, &len, NULL,
                                        &error),
                     SEIGR_E_ROOM);
    room = (seigr_buf){help_block(len), len};
    assert_ok(seigr_capsule_seal(&key->context, draft, &key->signer, room, &len,
                                 &out->id, &error));
    assert_ok(seigr_capsule_decode(&key->context, (seigr_span){room.ptr, len},
                                   &view, &error));
    assert_ok(seigr_capsule_verify(&key->context, &view, (seigr_buf){NULL, 0},
                                   &out->verified, &error));
    assert_memory_equal(seigr_verified_id(&out->verified), &out->id, 32);
}

static seigr_span help_span(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

void store_seal_text(const store_key *key, uint64_t stream, uint64_t sequence,
                     const store_capsule *previous, const char *text,
                     store_capsule *out)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;

    draft.kind = SEIGR_KIND_DATA;
    draft.stream = stream;
    draft.sequence = sequence;
    draft.previous = previous == NULL ? NULL : &previous->id;
    draft.created_ms = 1000 + sequence;
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.content = help_span(text);
    store_seal(key, &draft, out);
}

void store_seal_link(const store_key *key, uint64_t stream,
                     const store_capsule *target, uint32_t role,
                     store_capsule *out)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;
    const seigr_link link = {target->id, role};

    draft.kind = SEIGR_KIND_DATA;
    draft.stream = stream;
    draft.sequence = 1;
    draft.links = &link;
    draft.link_count = 1;
    store_seal(key, &draft, out);
}

void store_content_init(store_content *content, size_t len, uint8_t seed)
{
    const seigr_context context = store_help_context(NULL);
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_body_writer writer;
    uint8_t *bytes = help_block(len);

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(seed + i / SEIGR_BODY_CHUNK_LEN);
    memset(content, 0, sizeof(*content));
    content->bytes = (seigr_span){bytes, len};
    content->list = (seigr_body_leaves)SEIGR_BODY_LEAVES_INIT;
    content->list.array = content->leaves;
    content->list.array_max = 8;
    content->chunk_count = (size_t)seigr_body_chunk_count(len);
    options.leaves = &content->list;
    assert_ok(seigr_body_writer_init(&writer, &context, &options));
    assert_ok(seigr_body_writer_put(&writer, content->bytes, NULL));
    assert_ok(seigr_body_writer_finish(&writer, &content->body, NULL));
}

seigr_span store_content_chunk(const store_content *content, size_t index)
{
    return (seigr_span){
        content->bytes.ptr + index * SEIGR_BODY_CHUNK_LEN,
        seigr_body_chunk_len(content->bytes.len, (uint64_t)index)};
}

void store_seal_content(const store_key *key, uint64_t stream,
                        const store_content *content, store_capsule *out)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;

    draft.kind = SEIGR_KIND_DATA;
    draft.stream = stream;
    draft.sequence = 1;
    draft.body = content->body;
    store_seal(key, &draft, out);
}

/* --- Stores --------------------------------------------------------------- */

static void help_open_memory(store_place *place)
{
    seigr_store_backend backend;

    assert_ok(seigr_store_memory(&place->context, &backend));
    assert_ok(
        seigr_store_open(&place->context, &backend, NULL, &place->store, NULL));
}

/* A device that takes chunks, and what its store needs. */
struct help_flash {
    flash_image image;
    seigr_flash_options options;
    void *memory;
    size_t len;
};

static struct help_flash help_flash;

static void help_flash_init(void)
{
    const seigr_flash_options defaults = SEIGR_FLASH_OPTIONS_INIT;
    struct help_flash *f = &help_flash;

    flash_image_init(&f->image, 16, 131072, 256);
    f->options = defaults;
    f->options.value_max = 70000;
    f->options.change_max = 4096;
    f->len = seigr_flash_size(&f->image.device, &f->options);
    f->memory = malloc(f->len);
    assert_non_null(f->memory);
    assert_ok(seigr_flash_format(&f->image.device, NULL));
}

static void help_open_flash(store_place *place)
{
    seigr_store_backend backend;

    assert_ok(seigr_flash_open(&place->context, &help_flash.image.device,
                               &help_flash.options, help_flash.memory,
                               help_flash.len, &backend, NULL));
    assert_ok(
        seigr_store_open(&place->context, &backend, NULL, &place->store, NULL));
}

static void help_each_flash(void (*body)(store_place *place))
{
    store_place place = {.kind = "flash"};
    support_memory memory;

    support_memory_init(&memory);
    place.context = store_help_context(&memory.allocator);
    help_flash_init();
    help_open_flash(&place);
    body(&place);
    seigr_store_close(place.store);
    assert_int_equal(memory.live_count, 0);
    free(help_flash.memory);
    flash_image_fini(&help_flash.image);
}

static int help_remove(const char *path, const struct stat *st, int type,
                       struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void store_folder_make(char out[64])
{
    strcpy(out, "/tmp/seigr-store-XXXXXX");
    assert_non_null(mkdtemp(out));
}

void store_folder_remove(const char *path)
{
    assert_int_equal(nftw(path, help_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int store_open_disk(store_place *place, uint32_t flags, seigr_error *error)
{
    seigr_store_backend backend;
    int err =
        seigr_disk_open(&place->context, place->path, flags, &backend, error);

    if (err == 0)
        err = seigr_store_open(&place->context, &backend, NULL, &place->store,
                               error);
    return err;
}

/* Returns 0 where this system cannot have one. */
static int help_make_disk(store_place *place)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    store_folder_make(place->path);
    err = store_open_disk(place, SEIGR_DISK_CREATE, &error);
    if (err == SEIGR_E_UNSUPPORTED) {
        store_folder_remove(place->path);
        printf("skipped on disk: %s\n", error.text);
        return 0;
    }
    if (err != 0)
        print_error("%s\n", error.text);
    assert_int_equal(err, 0);
    return 1;
}

void store_each(void (*body)(store_place *place))
{
    static const char *const kinds[] = {"memory", "disk"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        store_place place = {.kind = kinds[i]};
        support_memory memory;

        support_memory_init(&memory);
        place.context = store_help_context(&memory.allocator);
        if (i == 0)
            help_open_memory(&place);
        else if (!help_make_disk(&place))
            continue;
        body(&place);
        seigr_store_close(place.store);
        if (place.path[0] != '\0')
            store_folder_remove(place.path);
        assert_int_equal(memory.live_count, 0);
    }
    help_each_flash(body);
}

void store_reopen(store_place *place)
{
    if (place->path[0] != '\0') {
        seigr_store_close(place->store);
        assert_ok(store_open_disk(place, 0, NULL));
    } else if (strcmp(place->kind, "flash") == 0) {
        seigr_store_close(place->store);
        help_open_flash(place);
    }
}

seigr_store_txn *store_begin(store_place *place, uint32_t mode)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store_txn *txn = NULL;

    assert_ok(seigr_store_begin(place->store, mode, &txn, &error));
    return txn;
}

void store_keep(store_place *place, const store_capsule *capsule)
{
    seigr_error error = SEIGR_ERROR_INIT;

    assert_ok(
        seigr_store_put_all(place->store, &capsule->verified, 1, NULL, &error));
}

void store_assert_has(store_place *place, const store_capsule *capsule)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_READ);
    const seigr_span bytes = seigr_verified_bytes(&capsule->verified);
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t *room = malloc(bytes.len);
    size_t len;

    assert_non_null(room);
    assert_int_equal(seigr_store_has(txn, &capsule->id), 1);
    assert_ok(seigr_store_get(txn, &capsule->id, (seigr_buf){room, bytes.len},
                              &len, &error));
    assert_int_equal(len, bytes.len);
    assert_memory_equal(room, bytes.ptr, len);
    free(room);
    seigr_store_abort(txn);
}

void store_assert_lacks(store_place *place, const store_capsule *capsule)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_READ);
    size_t len = 7;

    assert_int_equal(seigr_store_has(txn, &capsule->id), 0);
    assert_int_equal(
        seigr_store_get(txn, &capsule->id, (seigr_buf){NULL, 0}, &len, NULL),
        SEIGR_E_NOTFOUND);
    seigr_store_abort(txn);
}

void store_assert_found(store_place *place, seigr_store_cursor cursor,
                        const store_capsule *const *expected, size_t count)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_READ);
    seigr_id id;

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(seigr_store_next(txn, &cursor, &id), 1);
        assert_memory_equal(&id, &expected[i]->id, sizeof(id));
    }
    assert_int_equal(seigr_store_next(txn, &cursor, &id), 0);
    assert_int_equal(seigr_store_next(txn, &cursor, &id), 0);
    seigr_store_abort(txn);
}

seigr_store_progress store_collect(store_place *place, uint32_t budget)
{
    seigr_store_progress progress = SEIGR_STORE_PROGRESS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store_collection *collection;
    int err;

    assert_ok(seigr_store_collection_new(place->store, &collection, &error));
    do {
        err =
            seigr_store_collection_step(collection, budget, &progress, &error);
        assert_true(err >= 0);
        assert_int_equal(progress.is_done, err == 0);
    } while (err == 1);
    assert_int_equal(
        seigr_store_collection_step(collection, budget, &progress, &error), 0);
    seigr_store_collection_free(collection);
    return progress;
}

/* SPDX-License-Identifier: MIT */
/*
 * Batches: one signature for many, each capsule verifying alone, and a memory
 * of checks that never changes a verdict.
 */
#include "capsule_help.h"

#include "receipt.h"

#include <stdlib.h>
#include <string.h>

/* --- Making batches --------------------------------------------------- */

/* A stream of small capsules, each naming the one before it. */
static seigr_batch *batch_of(const help_key *key, uint32_t count, int32_t alg,
                             seigr_id *ids)
{
    seigr_stream_head head;
    seigr_batch *batch;

    seigr_stream_head_first(&head);
    assert_ok(seigr_batch_new(&key->context, &key->signer, alg, &batch));
    for (uint32_t i = 0; i < count; i++) {
        help_draft d;
        seigr_error error = SEIGR_ERROR_INIT;

        help_draft_small(&d);
        d.draft.created_ms += i;
        assert_ok(seigr_stream_head_next(&head, &d.draft));
        assert_int_equal(seigr_batch_count(batch), i);
        if (seigr_batch_add(batch, &d.draft, &ids[i], &error) != 0)
            fail_msg("%s", error.text);
        assert_ok(seigr_stream_head_advance(&head, &ids[i]));
    }
    assert_ok(seigr_batch_seal(batch, NULL));
    return batch;
}

/* Kept until the program ends. */
static seigr_span batch_capsule(const seigr_batch *batch, uint32_t index)
{
    uint8_t bytes[2048];
    size_t asked;
    size_t len;

    assert_int_equal(
        seigr_batch_encode(batch, index, (seigr_buf){NULL, 0}, &asked),
        SEIGR_E_ROOM);
    assert_int_equal(
        seigr_batch_encode(batch, index, (seigr_buf){bytes, asked - 1}, &len),
        SEIGR_E_ROOM);
    assert_ok(seigr_batch_encode(batch, index,
                                 (seigr_buf){bytes, sizeof(bytes)}, &len));
    assert_int_equal(len, asked);
    return help_copy((seigr_span){bytes, len});
}

static help_key *batch_key(uint8_t seed, const seigr_allocator *allocator)
{
    static help_key keys[8];
    help_key *key = &keys[seed % 8];

    help_key_init(key, seed);
    key->context.allocator = allocator;
    return key;
}

/* --- Sealing ---------------------------------------------------------- */

void test_capsule_batch__every_member_verifies_alone(void **state)
{
    static const uint32_t sizes[] = {2,  3,  4,  5,  6,  7,  8,   9,
                                     15, 16, 17, 31, 36, 37, 100, 129};
    support_memory memory;
    seigr_id ids[129];

    (void)state;
    support_memory_init(&memory);
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        const help_key *key = batch_key(1, &memory.allocator);
        seigr_batch *batch =
            batch_of(key, sizes[s], s % 2 ? SEIGR_ALG_ED25519 : 0, ids);

        for (uint32_t i = 0; i < sizes[s]; i += 1 + sizes[s] / 20) {
            seigr_verified verified;
            seigr_error error = SEIGR_ERROR_INIT;

            if (help_verdict(batch_capsule(batch, i), &verified, &error) != 0)
                fail_msg("%u of %u: %s", i, sizes[s], error.text);
            assert_memory_equal(seigr_verified_id(&verified), &ids[i],
                                sizeof(ids[i]));
            assert_int_equal(seigr_verified_capsule(&verified)->sequence,
                             i + 1);
        }
        seigr_batch_free(batch);
        assert_int_equal(memory.live_count, 0);
    }
}

void test_capsule_batch__identity_is_that_of_a_single_seal(void **state)
{
    support_rng rng = {0xba7c4};
    support_memory memory;
    help_key *key;
    seigr_batch *batch;
    seigr_id ids[40];
    help_draft drafts[40];

    (void)state;
    printf("seed %#llx\n", (unsigned long long)rng.state);
    support_memory_init(&memory);
    key = batch_key(2, &memory.allocator);
    assert_ok(seigr_batch_new(&key->context, &key->signer, 0, &batch));
    for (int i = 0; i < 40; i++) {
        help_draft_random(&drafts[i], &rng);
        drafts[i].draft.alg = 0;
        assert_ok(seigr_batch_add(batch, &drafts[i].draft, &ids[i], NULL));
    }
    assert_ok(seigr_batch_seal(batch, NULL));
    for (uint32_t i = 0; i < 40; i++) {
        uint8_t room[16384];
        seigr_verified verified;
        seigr_id alone;
        size_t len;

        (void)help_seal(key, &drafts[i].draft, &alone);
        assert_memory_equal(&alone, &ids[i], sizeof(alone));
        assert_ok(seigr_batch_encode(batch, i, (seigr_buf){room, sizeof(room)},
                                     &len));
        assert_ok(help_verdict((seigr_span){room, len}, &verified, NULL));
        assert_memory_equal(seigr_verified_id(&verified), &alone,
                            sizeof(alone));
        help_assert_same(seigr_verified_capsule(&verified), &drafts[i].draft);
    }
    seigr_batch_free(batch);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_batch__of_65536_and_one_more(void **state)
{
    static seigr_id ids[SEIGR_BATCH_COUNT_MAX];
    support_memory memory;
    help_key *key;
    seigr_batch *batch;
    help_draft d;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    support_memory_init(&memory);
    key = batch_key(3, &memory.allocator);
    assert_ok(seigr_batch_new(&key->context, &key->signer, 0, &batch));
    help_draft_small(&d);
    for (uint32_t i = 0; i < SEIGR_BATCH_COUNT_MAX; i++) {
        d.draft.created_ms = i;
        assert_ok(seigr_batch_add(batch, &d.draft, &ids[i], NULL));
    }
    assert_int_equal(seigr_batch_add(batch, &d.draft, NULL, &error),
                     SEIGR_E_LIMIT);
    assert_int_equal(seigr_batch_count(batch), SEIGR_BATCH_COUNT_MAX);
    assert_ok(seigr_batch_seal(batch, &error));
    for (uint32_t i = 0; i < SEIGR_BATCH_COUNT_MAX; i += 21845) {
        seigr_verified verified;

        assert_ok(help_verdict(batch_capsule(batch, i), &verified, &error));
        assert_memory_equal(seigr_verified_id(&verified), &ids[i],
                            sizeof(ids[i]));
    }
    seigr_batch_free(batch);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_batch__one_is_none(void **state)
{
    support_memory memory;
    help_key *key;
    seigr_batch *batch;
    help_draft d;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;

    (void)state;
    support_memory_init(&memory);
    key = batch_key(4, &memory.allocator);
    help_draft_small(&d);
    assert_ok(seigr_batch_new(&key->context, &key->signer, 0, &batch));
    assert_int_equal(seigr_batch_seal(batch, &error), SEIGR_E_FORMAT);
    assert_ok(seigr_batch_add(batch, &d.draft, NULL, NULL));
    assert_int_equal(seigr_batch_seal(batch, &error), SEIGR_E_FORMAT);
    assert_int_equal(seigr_batch_encode(batch, 0, (seigr_buf){NULL, 0}, &len),
                     SEIGR_E_INVAL); /* not sealed */
    /* A draft that is refused leaves the batch as it was. */
    d.draft.sequence = 0;
    assert_int_equal(seigr_batch_add(batch, &d.draft, NULL, &error),
                     SEIGR_E_FORMAT);
    assert_non_null(strstr(error.text, "Capsule.sequence"));
    d.draft.sequence = 1;
    d.draft.alg = SEIGR_ALG_ED25519; /* the batch's is EdDSA */
    assert_int_equal(seigr_batch_add(batch, &d.draft, NULL, NULL),
                     SEIGR_E_INVAL);
    d.draft.alg = 0;
    assert_int_equal(seigr_batch_count(batch), 1);
    d.draft.created_ms++;
    assert_ok(seigr_batch_add(batch, &d.draft, NULL, NULL));
    assert_ok(seigr_batch_seal(batch, &error));
    assert_int_equal(seigr_batch_seal(batch, NULL), SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_add(batch, &d.draft, NULL, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_encode(batch, 2, (seigr_buf){NULL, 0}, &len),
                     SEIGR_E_INVAL);
    (void)batch_capsule(batch, 1);
    seigr_batch_free(batch);
    seigr_batch_free(NULL);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_batch__callers_mistakes(void **state)
{
    support_memory memory;
    help_key *key;
    seigr_context bare = SEIGR_CONTEXT_INIT;
    seigr_signer mute = {(uint32_t)sizeof(mute), 0, {{1}}, NULL, NULL};
    seigr_batch *batch = NULL;

    (void)state;
    support_memory_init(&memory);
    key = batch_key(4, &memory.allocator);
    assert_int_equal(seigr_batch_new(NULL, &key->signer, 0, &batch),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_new(&bare, &key->signer, 0, &batch),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_new(&key->context, &mute, 0, &batch),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_new(&key->context, &key->signer, -7, &batch),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_new(&key->context, &key->signer, 0, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_seal(NULL, NULL), SEIGR_E_INVAL);
    assert_int_equal(seigr_batch_count(NULL), 0);
    assert_null(batch);
}

/* Fails the first time, as a token may that has been pulled out. */
static int batch_flaky_sign(uint8_t signature[SEIGR_SIGNATURE_LEN],
                            seigr_span message, void *ctx)
{
    help_key *key = ctx;
    static int calls;

    if (calls++ == 0)
        return SEIGR_E_KEY;
    return seigr_keypair_signer(&key->context, &key->keypair, &key->state)
        .sign(signature, message, &key->state);
}

void test_capsule_batch__seal_again_after_the_signer_failed(void **state)
{
    support_memory memory;
    help_key *key;
    seigr_batch *batch;
    seigr_verified verified;
    help_draft d;

    (void)state;
    support_memory_init(&memory);
    key = batch_key(5, &memory.allocator);
    key->signer.sign = batch_flaky_sign;
    key->signer.ctx = key;
    assert_ok(seigr_batch_new(&key->context, &key->signer, 0, &batch));
    help_draft_small(&d);
    assert_ok(seigr_batch_add(batch, &d.draft, NULL, NULL));
    d.draft.created_ms++;
    assert_ok(seigr_batch_add(batch, &d.draft, NULL, NULL));
    assert_int_equal(seigr_batch_seal(batch, NULL), SEIGR_E_KEY);
    assert_ok(seigr_batch_seal(batch, NULL));
    assert_ok(help_verdict(batch_capsule(batch, 0), &verified, NULL));
    seigr_batch_free(batch);
    assert_int_equal(memory.live_count, 0);
}

/* Forty drafts, some of them large, so that every kind of block is asked
 * for; an add that fails can be tried again. */
static int batch_with_memory(support_memory *memory, void *arg)
{
    const help_key *key = batch_key(6, &memory->allocator);
    static uint8_t content[60000];
    seigr_batch *batch = NULL;
    help_draft d;
    int err = seigr_batch_new(&key->context, &key->signer, 0, &batch);

    (void)arg;
    help_draft_small(&d);
    for (int i = 0; err == 0 && i < 40; i++) {
        d.draft.created_ms++;
        d.draft.body.content =
            (seigr_span){content, i % 10 == 0 ? sizeof(content) : 3};
        err = seigr_batch_add(batch, &d.draft, NULL, NULL);
        if (err != 0)
            assert_int_equal(seigr_batch_count(batch), i);
    }
    if (err == 0)
        err = seigr_batch_seal(batch, NULL);
    seigr_batch_free(batch);
    return err;
}

void test_capsule_batch__every_allocation_fails_once(void **state)
{
    (void)state;
    support_each_allocation(batch_with_memory, NULL);
}

/* --- Remembering ------------------------------------------------------ */

/* A table that counts what it is asked for. */
struct batch_counter {
    seigr_crypto table;
    const seigr_crypto *real;
    size_t verify_count;
    size_t hash_count;
};

static int batch_count_verify(const uint8_t signature[64],
                              const uint8_t *message, size_t message_len,
                              const uint8_t public_key[32], void *ctx)
{
    struct batch_counter *counter = ctx;

    counter->verify_count++;
    return counter->real->ed25519_verify(signature, message, message_len,
                                         public_key, counter->real->ctx);
}

static void batch_count_sha256(uint8_t digest[32], const uint8_t *data,
                               size_t len, void *ctx)
{
    struct batch_counter *counter = ctx;

    counter->hash_count++;
    counter->real->sha256(digest, data, len, counter->real->ctx);
}

static seigr_context batch_counting(struct batch_counter *counter)
{
    seigr_context context = help_context(NULL);

    memset(counter, 0, sizeof(*counter));
    counter->real = context.crypto;
    counter->table = *context.crypto;
    counter->table.ed25519_verify = batch_count_verify;
    counter->table.sha256 = batch_count_sha256;
    counter->table.ctx = counter;
    context.crypto = &counter->table;
    return context;
}

static seigr_receipt_cache *batch_cache(uint32_t root_max, uint32_t node_max,
                                        void **memory)
{
    seigr_receipt_cache_options options = SEIGR_RECEIPT_CACHE_OPTIONS_INIT;
    seigr_receipt_cache *cache = NULL;
    size_t len;

    options.root_max = root_max;
    options.node_max = node_max;
    len = seigr_receipt_cache_size(&options);
    assert_true(len > 0);
    *memory = malloc(len);
    assert_int_equal(
        seigr_receipt_cache_init(*memory, len - 1, &options, &cache),
        SEIGR_E_ROOM);
    assert_ok(seigr_receipt_cache_init(*memory, len, &options, &cache));
    return cache;
}

static int batch_verify(const seigr_context *context, seigr_span bytes,
                        seigr_receipt_cache *cache)
{
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_verified verified;

    assert_ok(seigr_capsule_decode(context, bytes, &view, NULL));
    return seigr_capsule_verify_cached(context, &view, (seigr_buf){NULL, 0},
                                       cache, &verified, NULL);
}

void test_capsule_batch__one_signature_is_checked_once(void **state)
{
    static const uint32_t nodes[] = {0, 1, 7, 200};
    support_memory memory;
    seigr_id ids[100];
    help_key *key;
    seigr_batch *batch;

    (void)state;
    support_memory_init(&memory);
    key = batch_key(1, &memory.allocator);
    batch = batch_of(key, 100, 0, ids);
    for (size_t n = 0; n < sizeof(nodes) / sizeof(nodes[0]); n++) {
        struct batch_counter counter;
        const seigr_context context = batch_counting(&counter);
        void *block;
        seigr_receipt_cache *cache = batch_cache(1, nodes[n], &block);

        for (uint32_t i = 0; i < 100; i++) { /* in a scattered order */
            const uint32_t index = i * 37 % 100;

            assert_ok(
                batch_verify(&context, batch_capsule(batch, index), cache));
        }
        assert_int_equal(counter.verify_count, 1);
        if (nodes[n] == 0)
            assert_true(counter.hash_count > 600); /* a whole path each */
        if (nodes[n] == 200)
            assert_true(counter.hash_count < 300);
        free(block);
    }
    seigr_batch_free(batch);
}

void test_capsule_batch__a_full_memory_forgets_and_is_right(void **state)
{
    support_memory memory;
    seigr_id ids[4];
    seigr_batch *batches[3];
    struct batch_counter counter;
    const seigr_context context = batch_counting(&counter);
    void *block;
    seigr_receipt_cache *cache = batch_cache(2, 3, &block);

    (void)state;
    support_memory_init(&memory);
    for (uint8_t b = 0; b < 3; b++)
        batches[b] = batch_of(batch_key(b, &memory.allocator), 4, 0, ids);
    for (uint32_t round = 0; round < 4; round++) {
        for (int b = 0; b < 3; b++)
            assert_ok(batch_verify(&context, batch_capsule(batches[b], round),
                                   cache));
    }
    assert_int_equal(counter.verify_count, 12); /* two of three are known */
    counter.verify_count = 0;
    for (uint32_t round = 0; round < 4; round++) {
        for (int b = 0; b < 2; b++)
            assert_ok(batch_verify(&context, batch_capsule(batches[b], round),
                                   cache));
    }
    assert_int_equal(counter.verify_count, 2);
    for (int b = 0; b < 3; b++)
        seigr_batch_free(batches[b]);
    free(block);
}

/* What differs in any byte of the key is checked anew, and refused. */
void test_capsule_batch__a_match_in_fewer_is_no_match(void **state)
{
    support_memory memory;
    seigr_id ids[5];
    seigr_batch *batch;
    struct batch_counter counter;
    const seigr_context context = batch_counting(&counter);
    void *block;
    seigr_receipt_cache *cache = batch_cache(16, 16, &block);
    uint8_t receipt_protected[SEIGR__RECEIPT_PROTECTED_LEN];
    uint8_t signature[SEIGR_SIGNATURE_LEN];
    seigr__receipt receipt;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_id leaf;
    size_t calls = 1;

    (void)state;
    support_memory_init(&memory);
    batch = batch_of(batch_key(1, &memory.allocator), 5, 0, ids);
    assert_ok(
        seigr_capsule_decode(&context, batch_capsule(batch, 2), &view, NULL));
    assert_ok(seigr__receipt_read(&view, &receipt, NULL));
    memcpy(receipt_protected, receipt.protected_header.ptr,
           sizeof(receipt_protected));
    memcpy(signature, receipt.signature, sizeof(signature));
    receipt.protected_header.ptr = receipt_protected;
    receipt.signature = signature;
    leaf = ids[2];
    assert_ok(
        seigr__receipt_verify(&context, &receipt, &view.issuer, &leaf, cache));
    assert_ok(
        seigr__receipt_verify(&context, &receipt, &view.issuer, &leaf, cache));
    assert_int_equal(counter.verify_count, calls);
    for (size_t i = 0; i < sizeof(receipt_protected) + sizeof(signature) + 32;
         i++) {
        uint8_t *byte =
            i < sizeof(receipt_protected) ? &receipt_protected[i]
            : i < sizeof(receipt_protected) + sizeof(signature)
                ? &signature[i - sizeof(receipt_protected)]
                : &leaf.bytes[i - sizeof(receipt_protected) -
                              sizeof(signature)]; /* and so the root */

        *byte ^= 1;
        assert_int_equal(seigr__receipt_verify(&context, &receipt, &view.issuer,
                                               &leaf, cache),
                         SEIGR_E_SIGNATURE);
        assert_int_equal(counter.verify_count, ++calls);
        *byte ^= 1;
    }
    assert_ok(
        seigr__receipt_verify(&context, &receipt, &view.issuer, &leaf, cache));
    assert_int_equal(counter.verify_count, calls); /* still known */
    seigr_batch_free(batch);
    free(block);
}

void test_capsule_batch__options_of_a_memory(void **state)
{
    seigr_receipt_cache_options options = SEIGR_RECEIPT_CACHE_OPTIONS_INIT;
    seigr_receipt_cache *cache;
    uint64_t memory[1024];

    (void)state;
    assert_true(seigr_receipt_cache_size(&options) > 0);
    assert_int_equal(seigr_receipt_cache_size(NULL), 0);
    options.root_max = 0;
    assert_int_equal(seigr_receipt_cache_size(&options), 0);
    options.root_max = SEIGR_RECEIPT_ROOTS_MAX + 1;
    assert_int_equal(seigr_receipt_cache_size(&options), 0);
    options.root_max = 1;
    options.node_max = SEIGR_RECEIPT_NODES_MAX + 1;
    assert_int_equal(seigr_receipt_cache_size(&options), 0);
    options.node_max = 4;
    assert_int_equal(seigr_receipt_cache_init((uint8_t *)memory + 1,
                                              sizeof(memory) - 1, &options,
                                              &cache),
                     SEIGR_E_INVAL); /* not aligned */
    assert_int_equal(seigr_receipt_cache_init(NULL, 8192, &options, &cache),
                     SEIGR_E_INVAL);
    assert_ok(
        seigr_receipt_cache_init(memory, sizeof(memory), &options, &cache));
}

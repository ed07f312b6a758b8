/* SPDX-License-Identifier: MIT */
/*
 * fuzz_index_proof.c - proofs of the senary index from anybody.
 *
 *   byte 0    0: any proof, against a root of nothing; else a true index of
 *             16 times so many IDs
 *   byte 1    which ID is asked for, of the true index or not
 *   rest      the proof; for a true index added to the true one
 *
 * Of a true index whatever is accepted must be true.
 */
#include "fuzz.h"

#include "seigr/crypto.h"
#include "seigr/index.h"

#include <string.h>

#define FUZZ_IDS_MAX 400u
#define FUZZ_NODES_MAX 400u

struct fuzz_index {
    seigr_context context;
    seigr_index_source source;
    seigr_id ids[FUZZ_IDS_MAX];
    size_t id_count;
    seigr_prefix prefixes[FUZZ_NODES_MAX];
    seigr_index_node nodes[FUZZ_NODES_MAX];
    size_t node_count;
};

static int source_ids(const seigr_id *from, seigr_id *out, size_t room,
                      size_t *count_out, void *ctx)
{
    const struct fuzz_index *f = ctx;
    size_t count = 0;

    for (size_t i = 0; i < f->id_count && count < room; i++) {
        if (memcmp(f->ids[i].bytes, from->bytes, sizeof(from->bytes)) >= 0)
            out[count++] = f->ids[i];
    }
    *count_out = count;
    return 0;
}

static int source_node_get(const seigr_prefix *prefix, seigr_index_node *out,
                           void *ctx)
{
    const struct fuzz_index *f = ctx;

    for (size_t i = 0; i < f->node_count; i++) {
        if (strcmp(f->prefixes[i].digits, prefix->digits) == 0) {
            *out = f->nodes[i];
            return 0;
        }
    }
    return SEIGR_E_NOTFOUND;
}

static int source_node_put(const seigr_prefix *prefix,
                           const seigr_index_node *node, void *ctx)
{
    struct fuzz_index *f = ctx;

    FUZZ_REQUIRE(f->node_count < FUZZ_NODES_MAX);
    f->prefixes[f->node_count] = *prefix;
    f->nodes[f->node_count++] = *node;
    return 0;
}

/* IDs that ascend and share their first digits, so that the trie is deep. */
static void make_index(struct fuzz_index *f, size_t count)
{
    f->source = (seigr_index_source)SEIGR_INDEX_SOURCE_INIT;
    f->source.ids = source_ids;
    f->source.node_get = source_node_get;
    f->source.node_put = source_node_put;
    f->source.ctx = f;
    f->id_count = count;
    f->node_count = 0;
    memset(f->ids, 0, sizeof(f->ids));
    for (size_t i = 0; i < count; i++) {
        f->ids[i].bytes[0] = (uint8_t)(i < count / 2 ? 0x40 : 0x80 + i / 8);
        f->ids[i].bytes[3] = (uint8_t)(i >> 4);
        f->ids[i].bytes[4] = (uint8_t)(i << 4);
    }
    FUZZ_REQUIRE(seigr_index_refresh(&f->context, &f->source, NULL, 0) == 0);
}

static void check_true(struct fuzz_index *f, uint8_t which, seigr_span change)
{
    static uint8_t proof[SEIGR_INDEX_PROOF_MAX + 8192];
    seigr_id id = f->ids[which % f->id_count];
    seigr_index_sum root;
    uint32_t is_there = 1;
    uint32_t present;
    size_t len;

    if (which >= 128) {
        id.bytes[31] = 1;
        is_there = 0;
    }
    FUZZ_REQUIRE(seigr_index_sum_of(&f->context, &f->source, NULL, &root) == 0);
    FUZZ_REQUIRE(seigr_index_prove(&f->source, &id,
                                   (seigr_buf){proof, sizeof(proof)},
                                   &len) == 0);
    for (size_t i = 0; i < change.len && i < sizeof(proof); i++) {
        if (i >= len)
            proof[len++] = 0;
        proof[i] ^= change.ptr[i];
    }
    if (seigr_index_verify(&f->context, &root, &id, (seigr_span){proof, len},
                           &present, NULL) == 0)
        FUZZ_REQUIRE(present == is_there);
}

static void check_any(struct fuzz_index *f, uint8_t which, seigr_span proof)
{
    seigr_index_sum root = {which, {{0}}};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id = {{which}};
    uint32_t present;

    if (seigr_index_verify(&f->context, &root, &id, proof, &present, &error) ==
        0) {
        FUZZ_REQUIRE(which == 0 && present == 0); /* the empty set's */
        return;
    }
    FUZZ_REQUIRE(error.text[0] != '\0');
    FUZZ_REQUIRE(error.offset <= proof.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz_index f;

    if (size < 2)
        return 0;
    f.context = (seigr_context)SEIGR_CONTEXT_INIT;
    f.context.crypto = seigr_crypto_sodium_verify();
    if (data[0] == 0) {
        check_any(&f, data[1], (seigr_span){data + 2, size - 2});
        return 0;
    }
    make_index(&f, 16 * (1 + data[0] % 25u));
    check_true(&f, data[1], (seigr_span){data + 2, size - 2});
    return 0;
}

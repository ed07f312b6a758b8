/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.c - the detail of a CHECKPOINT capsule, and what two of them
 * prove (FORMATS 7).
 *
 * Invariants:
 *   (1) what is read passes checkpoint_rules(), and so does what is written:
 *       a content has one encoding.
 *   (2) a proof is answered from verified capsules and hashes alone.
 */
#include "seigr/checkpoint.h" /* seigr_checkpoint_* */

#include "base/error.h" /* seigr__fail */
#include "pb.h"         /* seigr__pb_next */
#include "pb_write.h"   /* seigr__pb_put_* */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

#define CHECKPOINT_LOG_SIZE 1u
#define CHECKPOINT_LOG_ROOT 2u
#define CHECKPOINT_INDEX_COUNT 3u
#define CHECKPOINT_INDEX_ROOT 4u

static const seigr__pb_field checkpoint_fields[] = {
    {CHECKPOINT_LOG_SIZE, SEIGR__PB_UINT64, 0, "log_size"},
    {CHECKPOINT_LOG_ROOT, SEIGR__PB_BYTES, 0, "log_root"},
    {CHECKPOINT_INDEX_COUNT, SEIGR__PB_UINT64, 0, "index_count"},
    {CHECKPOINT_INDEX_ROOT, SEIGR__PB_BYTES, 0, "index_root"},
};

static const seigr__pb_message checkpoint_message = {"Checkpoint",
                                                     checkpoint_fields, 4, 0};

/* SHA-256 of nothing, the root of a log without entries; and 32 zero bytes,
 * that of an index without IDs. */
static const seigr_hash checkpoint_no_log = {
    {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
     0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
     0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}};
static const seigr_hash checkpoint_no_index;

static int checkpoint_same(const seigr_hash *a, const seigr_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* (1) */
static int checkpoint_rules(const seigr_checkpoint *c, seigr_error *error)
{
    if (c->log_size >= SEIGR_MERKLE_LEAVES_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "Checkpoint.log_size: %llu is not below 2^48",
                           (unsigned long long)c->log_size);
    if (c->index_count > c->log_size)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "Checkpoint.index_count: %llu IDs of a log of %llu "
                           "entries",
                           (unsigned long long)c->index_count,
                           (unsigned long long)c->log_size);
    if ((c->log_size == 0) != checkpoint_same(&c->log_root, &checkpoint_no_log))
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "Checkpoint.log_root: it is not that of a log of "
                           "%llu entries",
                           (unsigned long long)c->log_size);
    if ((c->index_count == 0) !=
        checkpoint_same(&c->index_root, &checkpoint_no_index))
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "Checkpoint.index_root: it is not that of %llu IDs",
                           (unsigned long long)c->index_count);
    return 0;
}

int seigr_checkpoint_encode(const seigr_checkpoint *checkpoint, seigr_buf out,
                            size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    int err;

    if (checkpoint == NULL || len_out == NULL ||
        checkpoint->struct_size < sizeof(*checkpoint) ||
        (out.ptr == NULL && out.len != 0))
        return SEIGR_E_INVAL;
    err = checkpoint_rules(checkpoint, error);
    if (err != 0)
        return err;
    seigr__pb_put_uint(&w, CHECKPOINT_LOG_SIZE, checkpoint->log_size);
    seigr__pb_put_bytes(&w, CHECKPOINT_LOG_ROOT,
                        (seigr_span){checkpoint->log_root.bytes, 32});
    seigr__pb_put_uint(&w, CHECKPOINT_INDEX_COUNT, checkpoint->index_count);
    seigr__pb_put_bytes(&w, CHECKPOINT_INDEX_ROOT,
                        (seigr_span){checkpoint->index_root.bytes, 32});
    assert(w.len <= SEIGR_CHECKPOINT_LEN_MAX);
    *len_out = w.len;
    return w.len <= out.len ? 0 : SEIGR_E_ROOM;
}

/* Keep one field; found has a bit for each root that was there. */
static int checkpoint_field(const seigr__pb *r, const seigr__pb_value *value,
                            seigr_checkpoint *out, unsigned *found)
{
    seigr_hash *root = NULL;

    switch (value->number) {
    case CHECKPOINT_LOG_SIZE:
        out->log_size = value->integer;
        return 0;
    case CHECKPOINT_INDEX_COUNT:
        out->index_count = value->integer;
        return 0;
    case CHECKPOINT_LOG_ROOT:
        root = &out->log_root;
        break;
    case CHECKPOINT_INDEX_ROOT:
        root = &out->index_root;
        break;
    }
    if (root == NULL)
        return 0; /* unknown: kept in the bytes */
    if (value->bytes.len != sizeof(root->bytes))
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "it is not of 32 bytes");
    memcpy(root->bytes, value->bytes.ptr, sizeof(root->bytes));
    *found |= 1u << value->number;
    return 0;
}

static int checkpoint_parse(seigr_span detail, seigr_checkpoint *out,
                            seigr_error *error)
{
    seigr__pb r;
    seigr__pb_value value;
    unsigned found = 0;
    int err;

    seigr__pb_init(&r, &checkpoint_message, detail, detail.ptr, error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = checkpoint_field(&r, &value, out, &found);
        if (err != 0)
            return err;
    }
    if (err != 0)
        return err;
    if ((found & 1u << CHECKPOINT_LOG_ROOT) == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "log_root",
                                  "it is missing");
    if ((found & 1u << CHECKPOINT_INDEX_ROOT) == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "index_root",
                                  "it is missing");
    return checkpoint_rules(out, error);
}

int seigr_checkpoint_read(const seigr_verified *capsule, seigr_checkpoint *out,
                          seigr_error *error)
{
    seigr_checkpoint read = SEIGR_CHECKPOINT_INIT;
    const seigr_capsule *view;
    int err;

    if (capsule == NULL || out == NULL || out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    view = seigr_verified_capsule(capsule);
    if (view->kind != SEIGR_KIND_CHECKPOINT)
        return SEIGR_E_INVAL;
    err = checkpoint_parse(view->detail, &read, error);
    if (err == 0)
        *out = read;
    return err;
}

static int checkpoint_same_issuer(const seigr_verified *a,
                                  const seigr_verified *b)
{
    return memcmp(seigr_verified_capsule(a)->issuer.bytes,
                  seigr_verified_capsule(b)->issuer.bytes,
                  sizeof(seigr_public_key)) == 0;
}

/* Both are checkpoints of one issuer. */
static int checkpoint_pair(const seigr_verified *a, const seigr_verified *b,
                           seigr_checkpoint *first, seigr_checkpoint *second)
{
    *first = (seigr_checkpoint)SEIGR_CHECKPOINT_INIT;
    *second = (seigr_checkpoint)SEIGR_CHECKPOINT_INIT;
    return a != NULL && b != NULL && checkpoint_same_issuer(a, b) &&
           seigr_checkpoint_read(a, first, NULL) == 0 &&
           seigr_checkpoint_read(b, second, NULL) == 0;
}

int seigr_checkpoint_fork_check(const seigr_verified *a,
                                const seigr_verified *b)
{
    seigr_checkpoint first;
    seigr_checkpoint second;

    return checkpoint_pair(a, b, &first, &second) &&
           first.log_size == second.log_size &&
           !checkpoint_same(&first.log_root, &second.log_root);
}

/* Which of two checkpoints state this tree: a bit for each. */
static unsigned checkpoint_right(const seigr_context *context,
                                 const seigr_merkle *tree,
                                 const seigr_checkpoint at[2])
{
    unsigned right = 0;
    seigr_hash root;

    for (unsigned k = 0; k < 2; k++) {
        if (at[k].log_size != tree->count)
            continue;
        seigr_merkle_root(context, tree, &root);
        if (checkpoint_same(&root, &at[k].log_root))
            right |= 1u << k;
    }
    return right;
}

int seigr_checkpoint_fork_leaves(const seigr_context *context,
                                 const seigr_verified *a,
                                 const seigr_verified *b, const seigr_id *ids,
                                 size_t id_count)
{
    seigr_checkpoint at[2];
    unsigned right = 0;
    seigr_merkle tree;
    seigr_hash leaf;

    if (context == NULL || (ids == NULL && id_count != 0) ||
        !checkpoint_pair(a, b, &at[0], &at[1]) || at[0].log_size > id_count ||
        at[1].log_size > id_count)
        return 0;
    seigr_merkle_init(&tree);
    for (size_t i = 0;; i++) {
        right |= checkpoint_right(context, &tree, at);
        if (i >= at[0].log_size && i >= at[1].log_size)
            break;
        seigr_merkle_hash_leaf(
            context, (seigr_span){ids[i].bytes, sizeof(ids[i].bytes)}, &leaf);
        if (seigr_merkle_add(context, &tree, &leaf) != 0)
            return 0;
    }
    return right == 1 || right == 2; /* (2) */
}

int seigr_checkpoint_witnesses(const seigr_verified *witness,
                               const seigr_verified *seen)
{
    seigr_checkpoint read = SEIGR_CHECKPOINT_INIT;
    seigr_link link;
    size_t cursor = 0;

    if (witness == NULL || seen == NULL ||
        checkpoint_same_issuer(witness, seen) ||
        seigr_checkpoint_read(witness, &read, NULL) != 0 ||
        seigr_checkpoint_read(seen, &read, NULL) != 0)
        return 0;
    while (seigr_capsule_next_link(seigr_verified_capsule(witness), &cursor,
                                   &link)) {
        if (link.role == SEIGR_ROLE_EVIDENCE &&
            memcmp(link.id.bytes, seigr_verified_id(seen)->bytes,
                   SEIGR_ID_LEN) == 0)
            return 1;
    }
    return 0;
}

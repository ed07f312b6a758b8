/* SPDX-License-Identifier: MIT */
/*
 * journal_tree.c - the tree over an execution log: grown entry by entry,
 * read at any size (FORMATS 7, RFC 9162).
 *
 *   level 8       n n      kept: one node for 256 entries
 *   level 4     nnnnnnnn   kept: one node for 16
 *   level 0   entries      kept as IDs
 *
 * A node between is hashed again from at most 15 below it, so a proof of a
 * million entries reads about 100 nodes and entries.
 *
 * Invariants:
 *   (1) a node is kept exactly if its level is a multiple of
 *       SEIGR_JOURNAL_STEP above 0 and all its entries are there.
 *   (2) what is kept never changes, so every size has its root for ever.
 */
#include "seigr/journal.h" /* seigr_journal_* */

#include <assert.h> /* assert */

struct journal {
    const seigr_context *context;
    const seigr_journal_source *source;
    uint64_t size; /* entries that count */
};

/* How many entries a node has to the left of its end. */
static uint64_t journal_first(uint32_t level, uint64_t index)
{
    assert(level <= SEIGR_MERKLE_LEVELS);
    return index << level;
}

static int journal_leaf(const struct journal *j, uint64_t index,
                        seigr_hash *out)
{
    seigr_id id;
    const int err = j->source->entries(index, &id, 1, j->source->ctx);

    if (err == 0)
        seigr_merkle_hash_leaf(j->context,
                               (seigr_span){id.bytes, sizeof(id.bytes)}, out);
    return err;
}

/* The head of a node's entries that are below size; there is at least one. */
static int journal_node(const struct journal *j, uint32_t level, uint64_t index,
                        seigr_hash *out)
{
    const int is_full = journal_first(level, index + 1) <= j->size;
    seigr_hash right;
    int err;

    assert(journal_first(level, index) < j->size);
    if (level == 0)
        return journal_leaf(j, index, out);
    if (is_full && level % SEIGR_JOURNAL_STEP == 0) /* (1) */
        return j->source->node_get(level, index, out, j->source->ctx);
    err = journal_node(j, level - 1, 2 * index, out);
    if (err != 0 || journal_first(level - 1, 2 * index + 1) >= j->size)
        return err; /* a last node without a sibling goes up as it is */
    err = journal_node(j, level - 1, 2 * index + 1, &right);
    if (err == 0)
        seigr_merkle_hash_node(j->context, out, &right, out);
    return err;
}

int seigr_journal_open(const seigr_context *context,
                       const seigr_journal_source *source, uint64_t size,
                       seigr_merkle *tree_out)
{
    const struct journal j = {context, source, size};
    seigr_merkle tree;

    if (context == NULL || source == NULL || tree_out == NULL)
        return SEIGR_E_INVAL;
    if (size >= SEIGR_MERKLE_LEAVES_MAX)
        return SEIGR_E_LIMIT;
    seigr_merkle_init(&tree);
    tree.count = size;
    for (uint32_t level = 0; level < SEIGR_MERKLE_LEVELS; level++) {
        int err;

        if ((size >> level & 1) == 0)
            continue;
        err = journal_node(&j, level, (size >> level) - 1, &tree.nodes[level]);
        if (err != 0)
            return err;
    }
    *tree_out = tree;
    return 0;
}

int seigr_journal_append(const seigr_context *context,
                         const seigr_journal_source *source, seigr_merkle *tree,
                         const seigr_id *id)
{
    seigr_hash node;
    uint32_t level = 0;
    int err;

    if (context == NULL || source == NULL || tree == NULL || id == NULL)
        return SEIGR_E_INVAL;
    if (tree->count >= SEIGR_MERKLE_LEAVES_MAX - 1)
        return SEIGR_E_LIMIT;
    seigr_merkle_hash_leaf(context, (seigr_span){id->bytes, sizeof(id->bytes)},
                           &node);
    while ((tree->count >> level & 1) != 0) {
        seigr_merkle_hash_node(context, &tree->nodes[level], &node, &node);
        level++;
        if (level % SEIGR_JOURNAL_STEP != 0)
            continue;
        err = source->node_put(level, tree->count >> level, &node, source->ctx);
        if (err != 0)
            return err;
    }
    assert(level < SEIGR_MERKLE_LEVELS);
    tree->nodes[level] = node;
    tree->count++;
    return 0;
}

int seigr_journal_root(const seigr_context *context,
                       const seigr_journal_source *source, uint64_t size,
                       seigr_hash *out)
{
    const struct journal j = {context, source, size};
    uint32_t level = 0;
    seigr_hash root;
    int err;

    if (context == NULL || source == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (size >= SEIGR_MERKLE_LEAVES_MAX)
        return SEIGR_E_LIMIT;
    if (size == 0) {
        seigr_sha256(context, (seigr_span){NULL, 0}, out);
        return 0;
    }
    while (journal_first(level, 1) < size)
        level++;
    err = journal_node(&j, level, 0, &root);
    if (err == 0)
        *out = root;
    return err;
}

/* The nodes at the places of a proof in the log of j->size entries. */
static int journal_collect(const struct journal *j,
                           const seigr_merkle_place *places, size_t count,
                           seigr_hash *path, size_t *count_out)
{
    for (size_t i = 0; i < count; i++) {
        const int err =
            journal_node(j, places[i].level, places[i].index, &path[i]);

        if (err != 0)
            return err;
    }
    *count_out = count;
    return 0;
}

int seigr_journal_inclusion(const seigr_context *context,
                            const seigr_journal_source *source, uint64_t index,
                            uint64_t size, seigr_hash *path, size_t *count_out)
{
    const struct journal j = {context, source, size};
    seigr_merkle_place places[SEIGR_MERKLE_PATH_MAX];
    size_t count;
    int err;

    if (context == NULL || source == NULL || path == NULL || count_out == NULL)
        return SEIGR_E_INVAL;
    err = seigr_merkle_inclusion_places(index, size, places, &count);
    if (err != 0)
        return err;
    return journal_collect(&j, places, count, path, count_out);
}

int seigr_journal_consistency(const seigr_context *context,
                              const seigr_journal_source *source,
                              uint64_t first, uint64_t second, seigr_hash *path,
                              size_t *count_out)
{
    const struct journal j = {context, source, second};
    seigr_merkle_place places[SEIGR_MERKLE_PATH_MAX];
    size_t count;
    int err;

    if (context == NULL || source == NULL || path == NULL || count_out == NULL)
        return SEIGR_E_INVAL;
    err = seigr_merkle_consistency_places(first, second, places, &count);
    if (err != 0)
        return err;
    return journal_collect(&j, places, count, path, count_out);
}

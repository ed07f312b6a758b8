/* SPDX-License-Identifier: MIT */
/*
 * wasm_pages.c - the Merkle tree over the guest's memory, kept up to date.
 *
 * The tree is RFC 9162's over pages of 4 KiB. Its whole subtrees are kept,
 * so that a root costs in proportion to what was written since the last.
 *
 * Invariants:
 *   (1) levels[k][i] is the root of the 2^k pages from i * 2^k, for every
 *       whole subtree of the first count pages, as of the last update.
 *   (2) a store marks the page of its first byte. It may end in the next
 *       page, within that page's first 8 bytes: heads tell.
 */
#include "wasm_instance.h"

#include "base/alloc.h"   /* seigr__alloc */
#include "seigr/crypto.h" /* seigr_merkle_* */
#include "wasm_value.h"   /* wasm_read_u64 */

#include <assert.h> /* assert */

static const uint8_t pages_zero[WASM_DIRTY_LEN];

static uint8_t *pages_at(const wasm_memory *memory, uint32_t index)
{
    return memory->bytes + ((uint64_t)index << WASM_DIRTY_SHIFT);
}

void seigr__wasm_tree_fini(wasm_memory *memory)
{
    seigr__release(memory->context, memory->tree.levels[0]);
    memory->tree.levels[0] = NULL;
}

/* Room for count pages, what is in the tree copied. One block: the hashes of
 * all levels, then heads, then unsaved. */
static int pages_room(wasm_memory *memory, uint32_t count)
{
    wasm_tree *tree = &memory->tree;
    wasm_tree wider = *tree;
    size_t hashes = 0;
    seigr_hash *next;

    for (uint32_t k = 0; k < WASM_TREE_LEVELS; k++)
        hashes += count >> k;
    next = seigr__alloc(memory->context,
                        hashes * sizeof(*next) + (size_t)count * 9);
    if (next == NULL)
        return SEIGR_E_NOMEM;
    wider.room = count;
    for (uint32_t k = 0; k < WASM_TREE_LEVELS; k++) {
        wider.levels[k] = next;
        next += count >> k;
        if (tree->count >> k != 0)
            memcpy(wider.levels[k], tree->levels[k],
                   (tree->count >> k) * sizeof(*next));
    }
    wider.heads = (uint64_t *)(void *)next;
    wider.unsaved = (uint8_t *)(wider.heads + count);
    if (tree->count != 0) {
        memcpy(wider.heads, tree->heads, tree->count * sizeof(*tree->heads));
        memcpy(wider.unsaved, tree->unsaved, tree->count);
    }
    seigr__wasm_tree_fini(memory);
    *tree = wider;
    return 0;
}

/* Hash a page anew. */
static void pages_leaf(wasm_memory *memory, uint32_t index)
{
    const uint8_t *page = pages_at(memory, index);
    wasm_tree *tree = &memory->tree;

    tree->heads[index] = wasm_read_u64(page);
    if (tree->heads[index] == 0 &&
        memcmp(page, pages_zero, WASM_DIRTY_LEN) == 0)
        tree->levels[0][index] = tree->zero;
    else
        seigr_merkle_hash_leaf(memory->context,
                               (seigr_span){page, WASM_DIRTY_LEN},
                               &tree->levels[0][index]);
    tree->unsaved[index] = 1;
    memory->dirty[index] = 0;
}

/* Nodes above the pages that changed: mark them level by level. A page's
 * mark is kept in dirty as 2 until the level below is done. */
static void pages_nodes(wasm_memory *memory, uint32_t count)
{
    wasm_tree *tree = &memory->tree;

    for (uint32_t k = 1; count >> k != 0; k++) {
        const uint32_t step = 1u << k;

        for (uint32_t i = 0; i < count >> k; i++) {
            uint8_t *low = &memory->dirty[(uint64_t)i * step];
            const uint8_t *high = low + step / 2;

            if (*low == 0 && *high == 0)
                continue;
            *low = 2;
            seigr_merkle_hash_node(memory->context, &tree->levels[k - 1][2 * i],
                                   &tree->levels[k - 1][2 * i + 1],
                                   &tree->levels[k][i]);
        }
    }
    for (uint32_t i = 0; i < count; i++)
        memory->dirty[i] = 0;
}

int seigr__wasm_tree_update(wasm_memory *memory)
{
    const uint32_t count = memory->pages * (WASM_PAGE_LEN / WASM_DIRTY_LEN);
    wasm_tree *tree = &memory->tree;
    uint8_t before = 0;

    if (count > tree->room) {
        int err;

        if (tree->room == 0)
            seigr_merkle_hash_leaf(memory->context,
                                   (seigr_span){pages_zero, WASM_DIRTY_LEN},
                                   &tree->zero);
        err = pages_room(memory, count);
        if (err < 0)
            return err;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t mark = memory->dirty[i];

        if (i >= tree->count || mark != 0 ||
            (before != 0 &&
             wasm_read_u64(pages_at(memory, i)) != tree->heads[i])) { /* (2) */
            pages_leaf(memory, i);
            memory->dirty[i] = 2;
        }
        before = mark;
    }
    pages_nodes(memory, count); /* (1) */
    tree->count = count;
    return 0;
}

void seigr__wasm_tree_head(const wasm_memory *memory,
                           const seigr_context *context, seigr_hash *out)
{
    seigr_merkle edge;

    seigr_merkle_init(&edge);
    if (memory != NULL) {
        const wasm_tree *tree = &memory->tree;

        edge.count = tree->count;
        for (uint32_t k = 0; tree->count >> k != 0; k++)
            if (tree->count >> k & 1)
                edge.nodes[k] = tree->levels[k][(tree->count >> k) - 1];
    }
    seigr_merkle_root(context, &edge, out);
}

const seigr_hash *seigr__wasm_tree_leaf(const wasm_memory *memory,
                                        uint32_t index)
{
    assert(index < memory->tree.count);
    return &memory->tree.levels[0][index];
}

/* SPDX-License-Identifier: MIT */
/*
 * arena.c - an allocator in memory that the caller gives.
 *
 * It asks nobody for memory and keeps no size classes. Looking for a piece
 * walks the free ones, in the order of their addresses.
 *
 *     | arena | piece | piece | piece | ... | to the end of the memory
 *             '- head, then what was asked for, rounded up
 *
 * Invariants:
 *   (1) Pieces lie side by side from the arena's end to the memory's end, each
 *       a multiple of ARENA_UNIT long and so aligned.
 *   (2) The free list is in the order of addresses and no two free pieces are
 *       neighbours.
 *   (3) used is the length of the arena and of all pieces not free.
 */
#include "seigr/sys/arena.h" /* seigr_arena_init */

#include <assert.h> /* assert */
#include <stddef.h> /* max_align_t */

/* A piece of memory; next only means something while it is free. */
struct arena_piece {
    size_t len; /* head included */
    struct arena_piece *next;
};

#define ARENA_ALIGN _Alignof(max_align_t)
#define ARENA_ROUND(len) (((len) + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN)
/* What a taken piece keeps in front of the caller's bytes: its length. */
#define ARENA_HEAD ARENA_ROUND(sizeof(size_t))
/* The shortest piece can be free: it holds a whole struct arena_piece. */
#define ARENA_PIECE_MIN ARENA_ROUND(sizeof(struct arena_piece))

struct seigr_arena {
    seigr_allocator allocator;
    struct arena_piece *free; /* (2) */
    size_t used;              /* (3) */
    size_t peak;
};

#define ARENA_OWN ARENA_ROUND(sizeof(struct seigr_arena))

/* Behind which link of the free list a piece belongs. */
static struct arena_piece **arena_place(seigr_arena *arena,
                                        const struct arena_piece *piece)
{
    struct arena_piece **link = &arena->free;

    assert(piece != NULL);
    while (*link != NULL && *link < piece)
        link = &(*link)->next;
    return link;
}

static struct arena_piece *arena_end(struct arena_piece *piece)
{
    assert(piece->len % ARENA_ALIGN == 0);
    return (struct arena_piece *)(void *)((uint8_t *)piece + piece->len);
}

/* Take len bytes of the free piece behind link; what is left stays free. */
static struct arena_piece *arena_split(struct arena_piece **link, size_t len)
{
    struct arena_piece *piece = *link;
    const size_t rest = piece->len - len;

    assert(piece->len >= len);
    if (rest < ARENA_PIECE_MIN) {
        *link = piece->next;
        return piece;
    }
    piece->len = len;
    *link = arena_end(piece);
    (*link)->len = rest;
    (*link)->next = piece->next;
    return piece;
}

static void *arena_alloc(size_t len, void *ctx)
{
    seigr_arena *arena = ctx;
    struct arena_piece **link = &arena->free;
    struct arena_piece *piece;

    if (len == 0 || len > SIZE_MAX - ARENA_HEAD - ARENA_ALIGN)
        return NULL;
    len = ARENA_ROUND(ARENA_HEAD + len);
    if (len < ARENA_PIECE_MIN)
        len = ARENA_PIECE_MIN;
    while (*link != NULL && (*link)->len < len)
        link = &(*link)->next;
    if (*link == NULL)
        return NULL;
    piece = arena_split(link, len);
    arena->used += piece->len; /* (3) */
    if (arena->used > arena->peak)
        arena->peak = arena->used;
    return (uint8_t *)piece + ARENA_HEAD;
}

static void arena_release(void *ptr, void *ctx)
{
    seigr_arena *arena = ctx;
    struct arena_piece *piece;
    struct arena_piece **link;

    if (ptr == NULL)
        return;
    piece = (struct arena_piece *)(void *)((uint8_t *)ptr - ARENA_HEAD);
    assert(piece->len >= ARENA_PIECE_MIN && piece->len % ARENA_ALIGN == 0);
    assert(arena->used >= piece->len);
    arena->used -= piece->len; /* (3) */
    link = arena_place(arena, piece);
    assert(*link != piece); /* released twice */
    piece->next = *link;
    *link = piece;
    if (piece->next != NULL && arena_end(piece) == piece->next) { /* (2) */
        piece->len += piece->next->len;
        piece->next = piece->next->next;
    }
    if (link != &arena->free) {
        struct arena_piece *before =
            (struct arena_piece *)(void *)((uint8_t *)link -
                                           offsetof(struct arena_piece, next));

        if (arena_end(before) == piece) { /* (2) */
            before->len += piece->len;
            before->next = piece->next;
        }
    }
}

int seigr_arena_init(void *memory, size_t len, seigr_arena **out)
{
    const size_t skip =
        (ARENA_ALIGN - (uintptr_t)memory % ARENA_ALIGN) % ARENA_ALIGN;
    seigr_arena *arena;

    if (memory == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (len < skip + ARENA_OWN + ARENA_HEAD + ARENA_ALIGN)
        return SEIGR_E_ROOM;
    len = (len - skip) / ARENA_ALIGN * ARENA_ALIGN; /* (1) */
    arena = (seigr_arena *)(void *)((uint8_t *)memory + skip);
    arena->allocator = (seigr_allocator){(uint32_t)sizeof(arena->allocator), 0,
                                         arena_alloc, arena_release, arena};
    arena->free = (struct arena_piece *)(void *)((uint8_t *)arena + ARENA_OWN);
    arena->free->len = len - ARENA_OWN;
    arena->free->next = NULL;
    arena->used = ARENA_OWN;
    arena->peak = ARENA_OWN;
    *out = arena;
    return 0;
}

const seigr_allocator *seigr_arena_allocator(const seigr_arena *arena)
{
    assert(arena != NULL);
    return &arena->allocator;
}

size_t seigr_arena_used(const seigr_arena *arena)
{
    assert(arena != NULL);
    return arena->used;
}

size_t seigr_arena_peak(const seigr_arena *arena)
{
    assert(arena != NULL && arena->peak >= arena->used);
    return arena->peak;
}

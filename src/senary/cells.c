/* SPDX-License-Identifier: MIT */
/*
 * cells.c - Seigr Cells: bytes in units of six digits that tell a slip of
 * the hand and their own place (FORMATS 1.4).
 *
 *       data   check  place
 *     +--+--+--+---+--+--+
 *     |d1|d2|d3| r |m1|m2|   d1 + 5 d2 + d3 + 5 r + m1 + 5 m2 = 0 (mod 6)
 *     +--+--+--+---+--+--+   m1 m2 = number of the cell mod 36
 *
 * It corrects nothing and does not find truncation.
 *
 * Invariants:
 *   (1) Weights alternate 1, 5 = -1: both are units modulo 6, so one wrong
 *       digit always shows; neighbours weigh differently by 4, so their swap
 *       shows unless 4 * (difference) is 0 modulo 6.
 *   (2) A block is one number below 2^248 < 216^32, kept as eight limbs of 32
 *       bits, least significant first. 216^4 = 6^12 fits a limb.
 */
#include "text.h" /* seigr__text_refuse_char, seigr__text_bad_args */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memset */

#define BLOCK_LEN SEIGR_CELLS_BLOCK_BYTES
#define BLOCK_CELLS SEIGR_CELLS_BLOCK_COUNT
#define CELL_DIGITS SEIGR_CELL_DIGITS
#define CELLS_DIGITS SEIGR_CELLS_BLOCK_DIGITS
#define LIMB_COUNT 8u
#define SYMBOLS_P4 2176782336u /* 216^4 */
#define PLACE_COUNT 36u

/* Up to 31 bytes as 32 base-216 symbols, zeros in front. */
static void cells_to_symbols(const uint8_t *bytes, size_t byte_count,
                             uint8_t symbols[BLOCK_CELLS])
{
    uint32_t limbs[LIMB_COUNT] = {0};

    assert(byte_count <= BLOCK_LEN);
    for (size_t i = 0; i < byte_count; i++)
        limbs[i / 4] |= (uint32_t)bytes[byte_count - 1 - i] << (i % 4 * 8);
    for (size_t group = BLOCK_CELLS; group > 0; group -= 4) {
        uint64_t rest = 0;

        for (size_t i = LIMB_COUNT; i > 0; i--) {
            rest = rest << 32 | limbs[i - 1];
            limbs[i - 1] = (uint32_t)(rest / SYMBOLS_P4);
            rest %= SYMBOLS_P4;
        }
        for (size_t i = group; i > group - 4; i--, rest /= 216)
            symbols[i - 1] = (uint8_t)(rest % 216);
    }
}

/* 32 symbols as byte_count bytes. Returns -1 where they are too large. */
static int cells_to_bytes(const uint8_t symbols[BLOCK_CELLS], uint8_t *bytes,
                          size_t byte_count)
{
    uint32_t limbs[LIMB_COUNT] = {0};
    uint8_t all[LIMB_COUNT * 4]; /* big-endian */

    assert(byte_count <= BLOCK_LEN);
    for (size_t group = 0; group < BLOCK_CELLS; group += 4) {
        uint64_t carry = 0;

        for (size_t i = group; i < group + 4; i++)
            carry = carry * 216 + symbols[i];
        for (size_t i = 0; i < LIMB_COUNT; i++) {
            carry += (uint64_t)limbs[i] * SYMBOLS_P4;
            limbs[i] = (uint32_t)carry;
            carry >>= 32;
        }
        assert(carry == 0); /* 216^32 < 2^256 */
    }
    for (size_t i = 0; i < sizeof(all); i++)
        all[sizeof(all) - 1 - i] = (uint8_t)(limbs[i / 4] >> (i % 4 * 8));
    for (size_t i = 0; i < sizeof(all) - byte_count; i++)
        if (all[i] != 0)
            return -1;
    memcpy(bytes, all + sizeof(all) - byte_count, byte_count);
    return 0;
}

/* The digit that makes the weighted sum divisible by 6: as 5 = -1, it is what
 * the sum of the others comes to. */
static unsigned cells_check_digit(unsigned d1, unsigned d2, unsigned d3,
                                  unsigned m1, unsigned m2)
{
    assert(d1 < 6 && d2 < 6 && d3 < 6 && m1 < 6 && m2 < 6);
    return (d1 + 5 * d2 + d3 + m1 + 5 * m2) % 6;
}

static void cells_put(unsigned symbol, unsigned place, uint8_t *cell)
{
    unsigned d1 = symbol / 36;
    unsigned d2 = symbol / 6 % 6;
    unsigned d3 = symbol % 6;
    unsigned m1 = place / 6;
    unsigned m2 = place % 6;

    assert(symbol < 216 && place < PLACE_COUNT);
    cell[0] = (uint8_t)('0' + d1);
    cell[1] = (uint8_t)('0' + d2);
    cell[2] = (uint8_t)('0' + d3);
    cell[3] = (uint8_t)('0' + cells_check_digit(d1, d2, d3, m1, m2));
    cell[4] = (uint8_t)('0' + m1);
    cell[5] = (uint8_t)('0' + m2);
}

int seigr_cells_encode(seigr_span bytes, uint64_t first_cell, seigr_buf out,
                       size_t *len_out)
{
    unsigned place = (unsigned)(first_cell % PLACE_COUNT);
    uint8_t *cell = out.ptr;
    size_t need;

    if (seigr__text_bad_args(bytes, out, len_out) ||
        first_cell % BLOCK_CELLS != 0)
        return SEIGR_E_INVAL;
    if (bytes.len / BLOCK_LEN >= SIZE_MAX / CELLS_DIGITS)
        return SEIGR_E_LIMIT;
    need = SEIGR_CELLS_LEN(bytes.len);
    if (out.len < need) {
        *len_out = need;
        return SEIGR_E_ROOM;
    }
    for (size_t at = 0; at < bytes.len; at += BLOCK_LEN) {
        size_t n = bytes.len - at < BLOCK_LEN ? bytes.len - at : BLOCK_LEN;
        uint8_t symbols[BLOCK_CELLS];

        cells_to_symbols(bytes.ptr + at, n, symbols);
        for (size_t i = BLOCK_CELLS - (n + 1); i < BLOCK_CELLS; i++) {
            cells_put(symbols[i], place, cell);
            place = place + 1 == PLACE_COUNT ? 0 : place + 1;
            cell += CELL_DIGITS;
        }
    }
    *len_out = need;
    return 0;
}

/* Read one cell; place is where it must be. Returns 0 or SEIGR_E_FORMAT. */
static int cells_get(const uint8_t *cell, size_t offset, uint64_t number,
                     uint8_t *symbol, seigr_error *error)
{
    unsigned d[CELL_DIGITS];
    unsigned place = (unsigned)(number % PLACE_COUNT);

    assert(cell != NULL);
    for (size_t i = 0; i < CELL_DIGITS; i++) {
        d[i] = (unsigned)cell[i] - '0';
        if (d[i] > 5)
            return seigr__text_refuse_char(cell[i], offset + i, error);
    }
    if (d[3] != cells_check_digit(d[0], d[1], d[2], d[4], d[5]))
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "cell %llu has a wrong digit",
                           (unsigned long long)number);
    if (d[4] * 6 + d[5] != place)
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "cell %llu says place %u where %u must be: a cell "
                           "is lost, doubled or moved",
                           (unsigned long long)number, d[4] * 6 + d[5], place);
    *symbol = (uint8_t)(d[0] * 36 + d[1] * 6 + d[2]);
    return 0;
}

/* Name the first cell of a block that passes the largest block's. */
static int cells_refuse_block(const uint8_t symbols[BLOCK_CELLS],
                              size_t cell_count, size_t offset, uint64_t number,
                              seigr_error *error)
{
    uint8_t ones[BLOCK_LEN];
    uint8_t largest[BLOCK_CELLS];
    size_t first = BLOCK_CELLS - cell_count;
    size_t at = first;

    memset(ones, 0xff, sizeof(ones));
    cells_to_symbols(ones, cell_count - 1, largest);
    while (symbols[at] == largest[at])
        at++;
    assert(at < BLOCK_CELLS && symbols[at] > largest[at]);
    return seigr__fail(error, SEIGR_E_FORMAT, offset + (at - first) * 6,
                       "cell %llu makes its block more than %zu bytes hold",
                       (unsigned long long)(number + (at - first)),
                       cell_count - 1);
}

/* Read a block of up to 32 cells; number is of the first. */
static int cells_get_block(const uint8_t *cells, size_t cell_count,
                           size_t offset, uint64_t number, uint8_t *bytes,
                           seigr_error *error)
{
    uint8_t symbols[BLOCK_CELLS] = {0};

    assert(cell_count > 0 && cell_count <= BLOCK_CELLS);
    for (size_t i = 0; i < cell_count; i++)
        if (cells_get(cells + i * CELL_DIGITS, offset + i * CELL_DIGITS,
                      number + i, &symbols[BLOCK_CELLS - cell_count + i],
                      error) != 0)
            return SEIGR_E_FORMAT;
    if (cell_count == 1)
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "cell %llu stands alone in its block",
                           (unsigned long long)number);
    if (cells_to_bytes(symbols, bytes, cell_count - 1) != 0)
        return cells_refuse_block(symbols, cell_count, offset, number, error);
    return 0;
}

/* Refuse what follows the last whole cell: a bad character, or too few. */
static int cells_refuse_rest(seigr_span digits, seigr_error *error)
{
    size_t rest = digits.len % CELL_DIGITS;

    assert(digits.ptr != NULL || digits.len == 0);
    for (size_t at = digits.len - rest; at < digits.len; at++)
        if (digits.ptr[at] < '0' || digits.ptr[at] > '5')
            return seigr__text_refuse_char(digits.ptr[at], at, error);
    return seigr__fail(error, SEIGR_E_FORMAT, digits.len,
                       "the last cell has %zu of its 6 digits", rest);
}

int seigr_cells_decode(seigr_span digits, uint64_t first_cell, seigr_buf out,
                       size_t *len_out, seigr_error *error)
{
    size_t cells = digits.len / CELL_DIGITS;
    size_t tail = cells % BLOCK_CELLS;
    size_t need;
    uint8_t scratch[BLOCK_LEN];

    if (seigr__text_bad_args(digits, out, len_out) ||
        first_cell % BLOCK_CELLS != 0)
        return SEIGR_E_INVAL;
    need = cells / BLOCK_CELLS * BLOCK_LEN + (tail != 0 ? tail - 1 : 0);
    if (out.len < need) {
        *len_out = need;
        return SEIGR_E_ROOM;
    }
    for (size_t at = 0, done = 0; at < cells; at += BLOCK_CELLS) {
        size_t n = cells - at < BLOCK_CELLS ? cells - at : BLOCK_CELLS;

        if (cells_get_block(digits.ptr + at * CELL_DIGITS, n, at * CELL_DIGITS,
                            first_cell + at, scratch, error) != 0)
            return SEIGR_E_FORMAT;
        memcpy(out.ptr + done, scratch, n - 1);
        done += n - 1;
    }
    if (digits.len % CELL_DIGITS != 0)
        return cells_refuse_rest(digits, error);
    *len_out = need;
    return 0;
}

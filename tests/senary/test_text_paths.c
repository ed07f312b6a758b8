/* SPDX-License-Identifier: MIT */
/*
 * Every path of this processor gives what the scalar path gives, which
 * test_text.c compares with a reference: on every count of blocks, at every
 * alignment, for every kind of bad input at every place.
 */
#include "support.h"

#include "senary/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_MAX 250u /* 2,000 bytes */
#define GUARD 64u

/* Bytes of which many are at the ends of what a block can be. */
static void paths_fill(support_rng *rng, uint8_t *bytes, size_t blocks)
{
    for (size_t i = 0; i < blocks; i++) {
        uint64_t v = support_random(rng);
        unsigned kind = (unsigned)(support_random(rng) % 8);
        uint64_t power = 1;

        for (uint64_t n = support_random(rng) % 25; n > 0; n--)
            power *= 6;
        if (kind == 0)
            v = power * (support_random(rng) % 6) - support_random(rng) % 2;
        if (kind == 1)
            v = v / power * power; /* ends in zeros */
        if (kind == 2)
            v = v / power * power - 1; /* ends in fives */
        if (kind == 3)
            v = 0 - support_random(rng) % 3;
        for (size_t k = 0; k < 8; k++)
            bytes[8 * i + k] = (uint8_t)(v >> (56 - 8 * k));
    }
}

/* Encode and decode at these alignments; nothing around may change. */
static void paths_try(const seigr__text_path *path, const uint8_t *bytes,
                      size_t blocks, size_t in_at, size_t out_at)
{
    static uint8_t in[BLOCKS_MAX * 8 + 2 * GUARD];
    static uint8_t expected[BLOCKS_MAX * 25];
    static uint8_t digits[BLOCKS_MAX * 25 + 2 * GUARD];
    static uint8_t back[BLOCKS_MAX * 8 + 2 * GUARD];
    size_t len = blocks * 25;

    memcpy(in + in_at, bytes, blocks * 8);
    seigr__text_scalar.encode(bytes, blocks, expected);
    memset(digits, 0xa5, sizeof(digits));
    path->encode(in + in_at, blocks, digits + out_at);
    assert_memory_equal(digits + out_at, expected, len);
    for (size_t i = 0; i < out_at; i++)
        assert_int_equal(digits[i], 0xa5);
    for (size_t i = out_at + len; i < sizeof(digits); i++)
        assert_int_equal(digits[i], 0xa5);
    memset(back, 0xa5, sizeof(back));
    assert_int_equal(path->decode(digits + out_at, blocks, back + in_at),
                     blocks);
    assert_memory_equal(back + in_at, bytes, blocks * 8);
    for (size_t i = 0; i < in_at; i++)
        assert_int_equal(back[i], 0xa5);
    for (size_t i = in_at + blocks * 8; i < sizeof(back); i++)
        assert_int_equal(back[i], 0xa5);
}

void test_senary_text_paths__every_count_of_blocks(void **state)
{
    support_rng rng = {1};
    uint8_t bytes[BLOCKS_MAX * 8];
    const seigr__text_path *path;

    (void)state;
    for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++) {
        for (size_t blocks = 0; blocks <= BLOCKS_MAX; blocks++) {
            paths_fill(&rng, bytes, blocks);
            paths_try(path, bytes, blocks, GUARD, GUARD);
        }
        printf("count senary_text.path.%s %u\n", path->name, BLOCKS_MAX + 1);
    }
    assert_true(seigr__text_path_at(0) != NULL);
}

/* Every number of six digits at each of the four places where a path handles
 * six as one, among zeros and among fives: text to bytes to text. */
void test_senary_text_paths__every_six_digits(void **state)
{
    static const size_t places[] = {0, 6, 13, 19};
    static uint8_t digits[64 * 25];
    static uint8_t bytes[64 * 8];
    static uint8_t again[64 * 25];
    const seigr__text_path *path;

    (void)state;
    for (unsigned first = 0; first < 46656; first += 8) {
        for (unsigned i = 0; i < 64; i++) {
            uint8_t *block = digits + 25 * i;
            unsigned six = first + i / 8;

            memset(block, i % 2 != 0 ? '5' : '0', 25);
            block[0] = (uint8_t)(i % 2 != 0 ? '2' : '0');
            for (size_t k = 6; k > 0; k--, six /= 6)
                block[places[i / 2 % 4] + k - 1] = (uint8_t)('0' + six % 6);
            if (block[0] > '2')
                block[0] = '2'; /* a block is at most 3520... */
        }
        assert_int_equal(seigr__text_scalar.decode(digits, 64, bytes), 64);
        for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++) {
            path->encode(bytes, 64, again);
            assert_memory_equal(again, digits, sizeof(digits));
        }
    }
}

void test_senary_text_paths__every_alignment(void **state)
{
    support_rng rng = {2};
    uint8_t bytes[80 * 8];
    const seigr__text_path *path;

    (void)state;
    for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++)
        for (size_t at = 0; at < 64; at++) {
            paths_fill(&rng, bytes, 80);
            paths_try(path, bytes, 80, at, 63 - at);
            paths_try(path, bytes, 80, at, at);
        }
}

/* Blocks of their own, so that a sanitizer sees one byte too many. */
void test_senary_text_paths__nothing_outside_is_touched(void **state)
{
    support_rng rng = {3};
    const seigr__text_path *path;

    (void)state;
    for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++)
        for (size_t blocks = 1; blocks < 70; blocks++) {
            uint8_t *bytes = malloc(blocks * 8);
            uint8_t *digits = malloc(blocks * 25);
            uint8_t *back = malloc(blocks * 8);

            paths_fill(&rng, bytes, blocks);
            path->encode(bytes, blocks, digits);
            assert_int_equal(path->decode(digits, blocks, back), blocks);
            assert_memory_equal(back, bytes, blocks * 8);
            free(bytes);
            free(digits);
            free(back);
        }
}

/* A path may stop early, but behind no bad block, and not for nothing. */
static void paths_refuse(const seigr__text_path *path, const uint8_t *digits,
                         size_t blocks, size_t bad)
{
    static uint8_t out[BLOCKS_MAX * 8];
    static uint8_t expected[BLOCKS_MAX * 8];
    size_t good = path->decode(digits, blocks, out);

    assert_int_equal(seigr__text_scalar.decode(digits, blocks, expected), bad);
    assert_true(good <= bad);
    assert_memory_equal(out, expected, good * 8);
}

void test_senary_text_paths__every_bad_byte_at_every_place(void **state)
{
    const size_t blocks = 41;
    support_rng rng = {4};
    uint8_t bytes[41 * 8];
    uint8_t digits[41 * 25];
    const seigr__text_path *path;

    (void)state;
    paths_fill(&rng, bytes, blocks);
    seigr__text_scalar.encode(bytes, blocks, digits);
    for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++)
        for (size_t at = 0; at < sizeof(digits); at++) {
            uint8_t good = digits[at];

            for (unsigned c = 0; c < 256; c++) {
                if (c >= '0' && c <= '5')
                    continue;
                digits[at] = (uint8_t)c;
                paths_refuse(path, digits, blocks, at / 25);
            }
            digits[at] = good;
        }
}

/* Put in place of a block one that passes 2^64 - 1 first at this digit: by
 * one or as far as goes, with zeros or fives behind. */
static void paths_make_large(const uint8_t *largest, size_t at, unsigned kind,
                             uint8_t *block)
{
    memcpy(block, largest, 25);
    block[at] = kind % 2 != 0 ? '5' : (uint8_t)(largest[at] + 1);
    memset(block + at + 1, kind / 2 != 0 ? '5' : '0', 24 - at);
}

void test_senary_text_paths__every_block_too_large(void **state)
{
    const size_t blocks = 41;
    support_rng rng = {5};
    uint8_t bytes[41 * 8];
    uint8_t digits[41 * 25];
    uint8_t largest[25];
    uint8_t kept[25];
    const seigr__text_path *path;

    (void)state;
    memset(bytes, 0xff, 8);
    seigr__text_scalar.encode(bytes, 1, largest);
    assert_memory_equal(largest, "3520522010102100444244423", 25);
    paths_fill(&rng, bytes, blocks);
    seigr__text_scalar.encode(bytes, blocks, digits);
    for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++)
        for (size_t block = 0; block < blocks; block++) {
            uint8_t *here = digits + 25 * block;

            memcpy(kept, here, 25);
            for (size_t at = 0; at < 25; at++)
                for (unsigned kind = 0; kind < 4 && largest[at] < '5'; kind++) {
                    paths_make_large(largest, at, kind, here);
                    paths_refuse(path, digits, blocks, block);
                }
            memcpy(here, largest, 25);
            assert_int_equal(path->decode(digits, blocks, bytes), blocks);
            memcpy(here, kept, 25);
        }
}

/* Random blocks that share digits with the largest one, then fall below it;
 * now and then one of any digits. */
void test_senary_text_paths__random_text(void **state)
{
    support_rng rng = {6};
    uint8_t ones[8];
    uint8_t largest[25];
    uint8_t digits[60 * 25];
    uint8_t out[60 * 8];
    size_t refused = 0;
    const seigr__text_path *path;

    (void)state;
    memset(ones, 0xff, sizeof(ones));
    seigr__text_scalar.encode(ones, 1, largest);
    for (unsigned round = 0; round < 3000; round++) {
        size_t blocks = 1 + support_random(&rng) % 60;
        size_t bad;

        for (size_t i = 0; i < blocks * 25; i++)
            digits[i] = (uint8_t)('0' + support_random(&rng) % 6);
        for (size_t i = 0; i < blocks; i++) {
            size_t same = support_random(&rng) % 25;

            if (support_random(&rng) % 100 == 0)
                continue;
            memcpy(digits + 25 * i, largest, same);
            while (largest[same] == '0')
                same--; /* no digit is below */
            digits[25 * i + same] = (uint8_t)(largest[same] - 1);
        }
        bad = seigr__text_scalar.decode(digits, blocks, out);
        refused += bad < blocks;
        for (unsigned i = 0; (path = seigr__text_path_at(i)) != NULL; i++)
            paths_refuse(path, digits, blocks, bad);
    }
    assert_true(refused > 300 && refused < 2700);
}

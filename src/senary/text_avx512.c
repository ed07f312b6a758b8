/* SPDX-License-Identifier: MIT */
/*
 * text_avx512.c - full blocks of text, sixteen at a time, for x86-64 with
 * AVX-512 F, BW, IFMA and VBMI.
 *
 * It is compiled with their flags and called only where the processor has
 * them (text_path_x86.c). The arithmetic is that of text_avx2.c; IFMA's
 * products of 52 bits make its quotients exact at once.
 *
 * Invariants:
 *   (1) Nothing outside the blocks given is read. A store that reaches behind
 *       its block is followed by that of the next block, so nothing outside
 *       is written either.
 *   (2) What is bad is collected and looked at once a batch; the count
 *       returned is that of the blocks before the batch.
 *   (3) IFMA reads the lower 52 bits of its factors, so what stands above
 *       them after a sum needs no clearing before the next product.
 */
#include "text.h" /* seigr__text_path */

#include <assert.h>    /* assert */
#include <immintrin.h> /* AVX-512 */

#define GROUP 8u /* blocks in one vector */
#define P2_52 4503599627370496
#define P3_16 43046721
#define P6_6 46656
#define P6_8 1679616
#define P6_12 2176782336

/* A constant in a register: the compiler would make it anew each time, or
 * shifts and additions of a product by it. */
static inline __m512i avx512_constant(__m512i k)
{
    __asm__("" : "+v"(k));
    return k;
}

/* --- Encoding ---------------------------------------------------------- */

/* Two vectors side by side: one alone waits for its own results. */
struct avx512_two {
    __m512i a;
    __m512i b;
};

/* The same on both. The arguments are names: they are evaluated twice. */
#define WITH(op, x, k) ((struct avx512_two){op((x).a, k), op((x).b, k)})
#define BOTH(op, x, y) ((struct avx512_two){op((x).a, (y).a), op((x).b, (y).b)})

/* floor(x * factor / 2^52), x and factor below 2^52 (3). */
static inline struct avx512_two avx512_scale(struct avx512_two x,
                                             long long factor)
{
    const __m512i zero = _mm512_setzero_si512();
    const __m512i k = _mm512_set1_epi64(factor);

    x.a = _mm512_madd52hi_epu64(zero, x.a, k);
    x.b = _mm512_madd52hi_epu64(zero, x.b, k);
    return x;
}

/* The lower 52 bits of x - y * factor; what stands above is not told. */
static inline struct avx512_two
avx512_less(struct avx512_two x, struct avx512_two y, long long factor)
{
    const __m512i k = _mm512_set1_epi64(P2_52 - factor);

    x.a = _mm512_madd52lo_epu64(x.a, y.a, k);
    x.b = _mm512_madd52lo_epu64(x.b, y.b, k);
    return x;
}

/* Twelve digits in each 64-bit lane: the first six to bits 0-15, the others
 * to bits 16-31. */
static inline struct avx512_two avx512_split(struct avx512_two x)
{
    struct avx512_two first = avx512_scale(x, 96527769792); /* x / 6^6 */

    x = WITH(_mm512_slli_epi64, x, 16);
    return avx512_less(x, first, P6_6 * 65536LL - 1);
}

/* (x & mask) | y */
static inline struct avx512_two avx512_join(struct avx512_two x, __m512i mask,
                                            struct avx512_two y)
{
    x.a = _mm512_ternarylogic_epi64(x.a, mask, y.a, 0xea);
    x.b = _mm512_ternarylogic_epi64(x.b, mask, y.b, 0xea);
    return x;
}

/*
 * Eight blocks to six digits in each 16-bit lane: digits 0-5, 6-11, 13-18 and
 * 19-24 of the block. Digit 12 goes to *middle, above the second lane's.
 */
static inline struct avx512_two avx512_sixes(struct avx512_two v,
                                             struct avx512_two *middle)
{
    struct avx512_two high = WITH(_mm512_srli_epi64, v, 12);
    struct avx512_two digit;

    high = avx512_scale(high, 4442982836165864);
    high = WITH(_mm512_srli_epi64, high, 19); /* v / 6^12 */
    v = avx512_less(v, high, P6_12);
    digit = high;
    high = avx512_scale(high, 750599937895083); /* v / 6^13 */
    digit = avx512_less(digit, high, 6);
    *middle = WITH(_mm512_slli_epi64, digit, 16);
    high = avx512_split(high);
    v = avx512_split(v);
    v = WITH(_mm512_slli_epi64, v, 32);
    return avx512_join(high, _mm512_set1_epi64(0xffffffff), v);
}

/* Two neighbouring digits as characters in each 16-bit lane: the first of
 * fraction * first, and of fraction * second. */
static inline struct avx512_two avx512_pair(struct avx512_two fraction,
                                            short first, short second)
{
    const __m512i six = avx512_constant(_mm512_set1_epi16(6));
    const __m512i six_above = avx512_constant(_mm512_set1_epi16(6 * 256));
    const __m512i kx = avx512_constant(_mm512_set1_epi16(first));
    const __m512i ky = avx512_constant(_mm512_set1_epi16(second));
    struct avx512_two x = fraction;
    struct avx512_two y = WITH(_mm512_mullo_epi16, fraction, ky);

    if (first != 1)
        x = WITH(_mm512_mullo_epi16, fraction, kx);
    x = WITH(_mm512_mulhi_epu16, x, six);
    y = WITH(_mm512_mulhi_epu16, y, six_above);
    x = avx512_join(y, _mm512_set1_epi16((short)0xff00), x);
    return WITH(_mm512_or_si512, x, avx512_constant(_mm512_set1_epi8('0')));
}

/* Where the bytes of two blocks lie when their digits 0-3 of each six stand
 * in 32-bit lanes of one vector, 4-5 and the middle digit in another's. */
#define SIX(at) at, at + 1, at + 2, at + 3, at, at + 1
#define BLOCK(at) SIX(at), SIX(at + 4), at + 6, SIX(at + 8), SIX(at + 12)

static const uint8_t avx512_order[64] = {BLOCK(0), BLOCK(16)};

/* Which of them come from the second vector: two of six, and the middle. */
#define AVX512_SECOND                                                          \
    (0x30ull << 0 | 0x70ull << 6 | 0x30ull << 13 | 0x30ull << 19)

/* Two blocks from lanes 0 and 1 of the vectors, or as order says. */
static inline void avx512_put(uint8_t *digits, __m512i order, __m512i first,
                              __m512i second)
{
    __mmask64 mask = AVX512_SECOND | AVX512_SECOND << 25;
    __m512i x = _mm512_permutexvar_epi8(order, first);

    __asm__("" : "+k"(mask)); /* a constant one is made a slower shuffle */
    x = _mm512_mask_permutexvar_epi8(x, mask, order, second);
    _mm512_storeu_si512(digits, x);
}

static inline void avx512_put_group(uint8_t *digits, __m512i d01, __m512i d23,
                                    __m512i d45, __m512i middle)
{
    const __m512i order = _mm512_loadu_si512(avx512_order);
    const __m512i behind = _mm512_add_epi8(order, _mm512_set1_epi8(32));
    __m512i first = _mm512_unpacklo_epi16(d01, d23);
    __m512i second = _mm512_unpacklo_epi16(d45, middle);

    avx512_put(digits, order, first, second); /* in order (1) */
    avx512_put(digits + 50, behind, first, second);
    first = _mm512_unpackhi_epi16(d01, d23);
    second = _mm512_unpackhi_epi16(d45, middle);
    avx512_put(digits + 100, order, first, second);
    avx512_put(digits + 150, behind, first, second);
}

/* Reverses the bytes of each 64-bit lane; the lanes come out 0 4 1 5 2 6 3 7,
 * so that the lower lanes of each 128 bits are the first four blocks. */
#define LANE(at) at + 7, at + 6, at + 5, at + 4, at + 3, at + 2, at + 1, at

static const uint8_t avx512_swap[64] = {LANE(0),  LANE(32), LANE(8),  LANE(40),
                                        LANE(16), LANE(48), LANE(24), LANE(56)};

static inline void avx512_encode_groups(const uint8_t *bytes, uint8_t *digits)
{
    const __m512i swap = _mm512_loadu_si512(avx512_swap);
    struct avx512_two v = {_mm512_loadu_si512(bytes),
                           _mm512_loadu_si512(bytes + 64)};
    struct avx512_two middle;
    struct avx512_two d01;
    struct avx512_two d23;
    struct avx512_two d45;

    v.a = _mm512_permutexvar_epi8(swap, v.a);
    v.b = _mm512_permutexvar_epi8(swap, v.b);
    v = avx512_sixes(v, &middle);
    /* n of six digits to the fraction n / 6^6 of 16 bits, rounded up. */
    v = WITH(_mm512_add_epi16, v, _mm512_set1_epi16(1));
    d01 = WITH(_mm512_mulhi_epu16, v, _mm512_set1_epi16(26520));
    v = BOTH(_mm512_add_epi16, v, d01);
    d01 = avx512_pair(v, 1, 6);
    d23 = avx512_pair(v, 36, 216);
    d45 = avx512_pair(v, 1296, 7776);
    middle = WITH(_mm512_or_si512, middle, _mm512_set1_epi8('0'));
    avx512_put_group(digits, d01.a, d23.a, d45.a, middle.a);
    avx512_put_group(digits + 200, d01.b, d23.b, d45.b, middle.b);
}

static void avx512_encode(const uint8_t *bytes, size_t block_count,
                          uint8_t *digits)
{
    for (; block_count > 2 * GROUP; block_count -= 2 * GROUP) { /* (1) */
        avx512_encode_groups(bytes, digits);
        bytes += 2 * GROUP * BLOCK_BYTES;
        digits += 2 * GROUP * BLOCK_DIGITS;
    }
    seigr__text_scalar.encode(bytes, block_count, digits);
}

/* --- Decoding: as text_avx2.c, two blocks in each vector --------------- */

#define BATCH 8u /* pairs of groups between two looks (2) */

/* What was seen of a batch. */
struct avx512_seen {
    __m512i digit; /* the greatest of each byte: above 5 is no digit */
    __m512i high;  /* all ever set in 64-bit lanes: above 48 bits is too much */
};

static inline __m256i avx512_half(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* The 32 bytes that end with each of two blocks, the second 50 digits on, as
 * numbers of four digits in 32-bit lanes. */
static inline __m512i avx512_fours(const uint8_t *block,
                                   struct avx512_seen *seen)
{
    const __m512i pairs = _mm512_broadcast_i64x4(
        _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1,
                         6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1));
    const __m512i fours = _mm512_broadcast_i64x4(_mm256_setr_epi16(
        0, 0, 0, 256, 36, 1, 36, 1, 36, 1, 36, 1, 36, 1, 36, 1));
    __m512i x = _mm512_castsi256_si512(avx512_half(block - 7));

    x = _mm512_inserti64x4(x, avx512_half(block + 43), 1);
    x = _mm512_sub_epi8(x, _mm512_set1_epi8('0'));
    seen->digit = _mm512_max_epu8(seen->digit, x);
    return _mm512_madd_epi16(_mm512_maddubs_epi16(x, pairs), fours);
}

/* Four blocks: 64-bit lanes of d0 * 6^8 and d1-8 in the even 128 bits, of
 * d9-16 and d17-24 in the odd. */
static inline __m512i avx512_eights(const uint8_t *block,
                                    struct avx512_seen *seen)
{
    const __m512i eights = _mm512_broadcast_i64x4(
        _mm256_setr_epi16(0, 6561, 1296, 1, 0, 6561, 1296, 1, 1296, 1, 1296, 1,
                          1296, 1, 1296, 1));
    __m512i even = avx512_fours(block, seen);
    __m512i odd = avx512_fours(block + BLOCK_DIGITS, seen);

    return _mm512_madd_epi16(_mm512_packus_epi32(even, odd), eights);
}

static inline void avx512_put_bytes(uint8_t *bytes, __m512i x03, __m512i x47,
                                    struct avx512_seen *seen)
{
    const __m512i swap = _mm512_broadcast_i32x4(
        _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
    __m512i high = _mm512_shuffle_i64x2(x03, x47, 0x88);
    __m512i low = _mm512_shuffle_i64x2(x03, x47, 0xdd);
    __m512i v;

    high = _mm512_add_epi32(high, _mm512_srli_epi64(high, 32));
    high = _mm512_mul_epu32(high, _mm512_set1_epi64(P3_16));
    v = _mm512_mul_epu32(low, _mm512_set1_epi64(P6_8));
    low = _mm512_add_epi64(v, _mm512_srli_epi64(low, 32));
    high = _mm512_add_epi64(high, _mm512_srli_epi64(low, 16));
    seen->high = _mm512_or_si512(seen->high, high);
    v = _mm512_ternarylogic_epi64(low, _mm512_set1_epi64(0xffff),
                                  _mm512_slli_epi64(high, 16), 0xea);
    _mm512_storeu_si512(bytes, _mm512_shuffle_epi8(v, swap));
}

static inline void avx512_decode_groups(const uint8_t *digits, uint8_t *bytes,
                                        struct avx512_seen *seen)
{
    __m512i x0 = avx512_eights(digits, seen);
    __m512i x1 = avx512_eights(digits + 100, seen);
    __m512i x2 = avx512_eights(digits + 200, seen);
    __m512i x3 = avx512_eights(digits + 300, seen);

    avx512_put_bytes(bytes, x0, x1, seen);
    avx512_put_bytes(bytes + GROUP * BLOCK_BYTES, x2, x3, seen);
}

static int avx512_refused(struct avx512_seen seen)
{
    __m512i digit = _mm512_subs_epu8(seen.digit, _mm512_set1_epi8(5));
    __m512i bad = _mm512_or_si512(digit, _mm512_srli_epi64(seen.high, 48));

    return _mm512_test_epi64_mask(bad, bad) != 0;
}

static size_t avx512_decode(const uint8_t *digits, size_t block_count,
                            uint8_t *bytes)
{
    size_t done = 0;

    /* The first block has no seven digits in front of it (1). */
    if (block_count > 2 * GROUP &&
        seigr__text_scalar.decode(digits, 1, bytes) == 1)
        done = 1;
    while (done != 0 && block_count - done >= 2 * GROUP) {
        struct avx512_seen seen = {_mm512_setzero_si512(),
                                   _mm512_setzero_si512()};
        size_t at = done;

        for (size_t i = 0; i < BATCH && block_count - at >= 2 * GROUP; i++) {
            avx512_decode_groups(digits + at * BLOCK_DIGITS,
                                 bytes + at * BLOCK_BYTES, &seen);
            at += 2 * GROUP;
        }
        assert(at > done && at <= block_count);
        if (avx512_refused(seen))
            return done; /* (2) */
        done = at;
    }
    return done + seigr__text_scalar.decode(digits + done * BLOCK_DIGITS,
                                            block_count - done,
                                            bytes + done * BLOCK_BYTES);
}

const seigr__text_path seigr__text_avx512 = {"avx512", avx512_encode,
                                             avx512_decode};

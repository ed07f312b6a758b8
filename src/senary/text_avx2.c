/* SPDX-License-Identifier: MIT */
/*
 * text_avx2.c - full blocks of text, several at a time, for x86-64 with AVX2.
 *
 * It is compiled with -mavx2 and called only where the processor has it
 * (text_path_x86.c). Blocks that fill no group are left to the scalar path.
 * docs/design/senary.md says why the arithmetic is exact.
 *
 * Invariants:
 *   (1) Nothing outside the blocks given is read. A store that reaches behind
 *       its block is followed by that of the next block, so nothing outside
 *       is written either.
 *   (2) What is bad is collected and looked at once a batch; the count
 *       returned is that of the blocks before the batch.
 *   (3) Several groups go side by side because one alone waits for its own
 *       results most of the time.
 */
#include "text.h" /* seigr__text_path */

#include <assert.h>    /* assert */
#include <immintrin.h> /* AVX2 */

#define GROUP 4u /* blocks in one vector */
#define P3_13 1594323
#define P3_16 43046721
#define P6_6 46656
#define P6_8 1679616
#define P6_12 2176782336

/* One 16-byte pattern in both halves. */
#define AVX2_BYTES(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))

/* Reverses the bytes of each 64-bit lane. */
#define AVX2_SWAP                                                              \
    AVX2_BYTES(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8)

static __m256i avx2_load(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* A constant in a register: the compiler would make shifts and additions of
 * a product by it, which take longer. */
static __m256i avx2_constant(short x)
{
    __m256i k = _mm256_set1_epi16(x);

    __asm__("" : "+x"(k));
    return k;
}

/* --- Encoding: three groups side by side (3) --------------------------- */

struct avx2_three {
    __m256i a;
    __m256i b;
    __m256i c;
};

/* The same on each, with a constant or with another three. The arguments are
 * names: they are evaluated three times. */
#define WITH(op, x, k)                                                         \
    ((struct avx2_three){op((x).a, k), op((x).b, k), op((x).c, k)})
#define BOTH(op, x, y)                                                         \
    ((struct avx2_three){op((x).a, (y).a), op((x).b, (y).b), op((x).c, (y).c)})

/* floor(x * factor / 2^shift) in 64-bit lanes, x and factor below 2^32. */
static inline struct avx2_three avx2_scale(struct avx2_three x,
                                           long long factor, int shift)
{
    x = WITH(_mm256_mul_epu32, x, _mm256_set1_epi64x(factor));
    return WITH(_mm256_srli_epi64, x, shift);
}

/* x - (y * factor << shift). */
static inline struct avx2_three
avx2_less(struct avx2_three x, struct avx2_three y, long long factor, int shift)
{
    y = WITH(_mm256_mul_epu32, y, _mm256_set1_epi64x(factor));
    y = WITH(_mm256_slli_epi64, y, shift);
    return BOTH(_mm256_sub_epi64, x, y);
}

/* Twelve digits in each 64-bit lane: the first six to bits 0-15, the others
 * to bits 16-31. */
static inline struct avx2_three avx2_split(struct avx2_three x)
{
    struct avx2_three first = avx2_scale(x, 3016492806, 47); /* x / 6^6 */

    x = WITH(_mm256_slli_epi64, x, 16);
    return avx2_less(x, first, P6_6 * 65536LL - 1, 0);
}

/*
 * Four blocks to six digits in each 16-bit lane: digits 0-5, 6-11, 13-18 and
 * 19-24 of the block. Digit 12 goes to *middle, above the second lane's.
 */
static inline struct avx2_three avx2_sixes(struct avx2_three v,
                                           struct avx2_three *middle)
{
    struct avx2_three high = WITH(_mm256_srli_epi64, v, 32);
    struct avx2_three digit;
    struct avx2_three over;

    high = avx2_scale(high, 2824772412, 33); /* v / 6^13, or one less */
    v = avx2_less(v, high, P3_13, 13);       /* below 2 * 6^13 */
    digit = WITH(_mm256_srli_epi64, v, 12);
    digit = avx2_scale(digit, 8275701, 42); /* v / 6^12, 0 to 11 */
    v = avx2_less(v, digit, P6_12, 0);
    over = WITH(_mm256_cmpgt_epi32, digit, _mm256_set1_epi32(5));
    high = BOTH(_mm256_sub_epi32, high, over);
    over = WITH(_mm256_and_si256, over, _mm256_set1_epi32(6));
    digit = BOTH(_mm256_sub_epi32, digit, over);
    *middle = WITH(_mm256_slli_epi64, digit, 16);
    high = avx2_split(high);
    v = avx2_split(v);
    v = WITH(_mm256_slli_epi64, v, 32);
    return BOTH(_mm256_or_si256, high, v);
}

/* Two neighbouring digits as characters in each 16-bit lane: the first of
 * fraction * first, and of fraction * second. */
static inline struct avx2_three avx2_pair(struct avx2_three fraction,
                                          __m256i first, __m256i second)
{
    const __m256i six = avx2_constant(6);
    struct avx2_three x = WITH(_mm256_mullo_epi16, fraction, first);
    struct avx2_three y = WITH(_mm256_mullo_epi16, fraction, second);

    x = WITH(_mm256_mulhi_epu16, x, six);
    y = WITH(_mm256_mulhi_epu16, y, six);
    y = WITH(_mm256_slli_epi16, y, 8);
    x = BOTH(_mm256_or_si256, x, y);
    return WITH(_mm256_add_epi8, x, _mm256_set1_epi8('0'));
}

static void avx2_put_lane(uint8_t *digits, __m256i x, int upper)
{
    _mm_storeu_si128((__m128i *)(void *)digits,
                     upper ? _mm256_extracti128_si256(x, 1)
                           : _mm256_castsi256_si128(x));
}

/*
 * Four blocks from their pairs of digits. pairs holds 0-1 and 2-3 of each six
 * (blocks 0 and 2, then 1 and 3), last 4-5 and the middle digit.
 */
static inline void avx2_put(uint8_t *digits, __m256i pairs02, __m256i last02,
                            __m256i pairs13, __m256i last13)
{
    const __m256i order =
        AVX2_BYTES(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, -1, -1, -1);
    __m256i head02 = _mm256_unpacklo_epi32(pairs02, last02);
    __m256i tail02 = _mm256_unpackhi_epi32(pairs02, last02);
    __m256i head13 = _mm256_unpacklo_epi32(pairs13, last13);
    __m256i tail13 = _mm256_unpackhi_epi32(pairs13, last13);

    head02 = _mm256_shuffle_epi8(head02, order); /* digits 0-12 */
    tail02 = _mm256_shuffle_epi8(tail02, order); /* digits 13-24 */
    head13 = _mm256_shuffle_epi8(head13, order);
    tail13 = _mm256_shuffle_epi8(tail13, order);
    avx2_put_lane(digits, head02, 0); /* in order (1) */
    avx2_put_lane(digits + 13, tail02, 0);
    avx2_put_lane(digits + 25, head13, 0);
    avx2_put_lane(digits + 38, tail13, 0);
    avx2_put_lane(digits + 50, head02, 1);
    avx2_put_lane(digits + 63, tail02, 1);
    avx2_put_lane(digits + 75, head13, 1);
    avx2_put_lane(digits + 88, tail13, 1);
}

static inline void avx2_encode_groups(const uint8_t *bytes, uint8_t *digits)
{
    struct avx2_three v = {avx2_load(bytes), avx2_load(bytes + 32),
                           avx2_load(bytes + 64)};
    struct avx2_three middle;
    struct avx2_three d01;
    struct avx2_three d23;
    struct avx2_three d45;
    struct avx2_three even[2];
    struct avx2_three odd[2];

    v = WITH(_mm256_shuffle_epi8, v, AVX2_SWAP);
    v = avx2_sixes(v, &middle);
    /* n of six digits to the fraction n / 6^6 of 16 bits, rounded up. */
    v = WITH(_mm256_add_epi16, v, _mm256_set1_epi16(1));
    d01 = WITH(_mm256_mulhi_epu16, v, _mm256_set1_epi16(26520));
    v = BOTH(_mm256_add_epi16, v, d01);
    d01 = avx2_pair(v, _mm256_set1_epi16(1), avx2_constant(6));
    d23 = avx2_pair(v, avx2_constant(36), avx2_constant(216));
    d45 = avx2_pair(v, avx2_constant(1296), avx2_constant(7776));
    middle = WITH(_mm256_add_epi8, middle, _mm256_set1_epi8('0'));
    even[0] = BOTH(_mm256_unpacklo_epi16, d01, d23);
    even[1] = BOTH(_mm256_unpacklo_epi16, d45, middle);
    odd[0] = BOTH(_mm256_unpackhi_epi16, d01, d23);
    odd[1] = BOTH(_mm256_unpackhi_epi16, d45, middle);
    avx2_put(digits, even[0].a, even[1].a, odd[0].a, odd[1].a);
    avx2_put(digits + 100, even[0].b, even[1].b, odd[0].b, odd[1].b);
    avx2_put(digits + 200, even[0].c, even[1].c, odd[0].c, odd[1].c);
}

static void avx2_encode(const uint8_t *bytes, size_t block_count,
                        uint8_t *digits)
{
    for (; block_count > 3 * GROUP; block_count -= 3 * GROUP) { /* (1) */
        avx2_encode_groups(bytes, digits);
        bytes += 3 * GROUP * BLOCK_BYTES;
        digits += 3 * GROUP * BLOCK_DIGITS;
    }
    seigr__text_scalar.encode(bytes, block_count, digits);
}

/* --- Decoding: two groups side by side (3) ----------------------------- */

#define BATCH 8u /* pairs of groups between two looks (2) */

/* What was seen of a batch. */
struct avx2_seen {
    __m256i digit; /* the greatest of each byte: above 5 is no digit */
    __m256i high;  /* all ever set in 64-bit lanes: above 48 bits is too much */
};

static inline __m256i avx2_digits(const uint8_t *p, struct avx2_seen *seen)
{
    __m256i x = _mm256_sub_epi8(avx2_load(p), _mm256_set1_epi8('0'));

    seen->digit = _mm256_max_epu8(seen->digit, x);
    return x;
}

/*
 * The 32 bytes that end with a block, and end with its digits d0 to d24:
 *
 *     lower half   . . . . . . . d0 d1 .. d8     upper half   d9 .. d24
 *
 * as numbers of four digits in 32-bit lanes: 0, d0 * 256, d1-4, d5-8, then
 * d9-12, d13-16, d17-20, d21-24. What a pair of digits gives is at most 35,
 * and 6 * 5 + 5 wherever the digits are digits.
 */
static inline __m256i avx2_fours(__m256i x)
{
    const __m256i pairs =
        _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1,
                         6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1, 6, 1);
    const __m256i fours = _mm256_setr_epi16(0, 0, 0, 256, 36, 1, 36, 1, 36, 1,
                                            36, 1, 36, 1, 36, 1);

    return _mm256_madd_epi16(_mm256_maddubs_epi16(x, pairs), fours);
}

/* Two blocks: 64-bit lanes of two 32-bit numbers, d0 * 6^8 and d1-8 of each
 * in the lower half, d9-16 and d17-24 of each in the upper. */
static inline __m256i avx2_eights(__m256i first, __m256i second)
{
    const __m256i eights = _mm256_setr_epi16(
        0, 6561, 1296, 1, 0, 6561, 1296, 1, 1296, 1, 1296, 1, 1296, 1, 1296, 1);

    return _mm256_madd_epi16(_mm256_packus_epi32(first, second), eights);
}

/*
 * v = d0-8 * 6^16 + d9-24, and 6^16 = 3^16 * 2^16: so its upper 48 bits are
 * d0-8 * 3^16 + (d9-24 >> 16), and pass 48 bits exactly where v passes 64.
 */
static inline void avx2_put_bytes(uint8_t *bytes, __m256i x01, __m256i x23,
                                  struct avx2_seen *seen)
{
    __m256i high = _mm256_permute2x128_si256(x01, x23, 0x20);
    __m256i low = _mm256_permute2x128_si256(x01, x23, 0x31);
    __m256i v;

    high = _mm256_add_epi32(high, _mm256_srli_epi64(high, 32));
    high = _mm256_mul_epu32(high, _mm256_set1_epi64x(P3_16));
    v = _mm256_mul_epu32(low, _mm256_set1_epi64x(P6_8));
    low = _mm256_add_epi64(v, _mm256_srli_epi64(low, 32));
    high = _mm256_add_epi64(high, _mm256_srli_epi64(low, 16));
    seen->high = _mm256_or_si256(seen->high, high);
    v = _mm256_blend_epi16(_mm256_slli_epi64(high, 16), low, 0x11);
    _mm256_storeu_si256((__m256i *)(void *)bytes,
                        _mm256_shuffle_epi8(v, AVX2_SWAP));
}

static inline void avx2_decode_groups(const uint8_t *digits, uint8_t *bytes,
                                      struct avx2_seen *seen)
{
    const uint8_t *p = digits - 7;
    __m256i x0 = avx2_fours(avx2_digits(p, seen));
    __m256i x1 = avx2_fours(avx2_digits(p + 25, seen));
    __m256i x2 = avx2_fours(avx2_digits(p + 50, seen));
    __m256i x3 = avx2_fours(avx2_digits(p + 75, seen));
    __m256i x4 = avx2_fours(avx2_digits(p + 100, seen));
    __m256i x5 = avx2_fours(avx2_digits(p + 125, seen));
    __m256i x6 = avx2_fours(avx2_digits(p + 150, seen));
    __m256i x7 = avx2_fours(avx2_digits(p + 175, seen));

    x0 = avx2_eights(x0, x1);
    x2 = avx2_eights(x2, x3);
    x4 = avx2_eights(x4, x5);
    x6 = avx2_eights(x6, x7);
    avx2_put_bytes(bytes, x0, x2, seen);
    avx2_put_bytes(bytes + GROUP * BLOCK_BYTES, x4, x6, seen);
}

static int avx2_refused(struct avx2_seen seen)
{
    __m256i digit = _mm256_subs_epu8(seen.digit, _mm256_set1_epi8(5));
    __m256i bad = _mm256_or_si256(digit, _mm256_srli_epi64(seen.high, 48));

    return !_mm256_testz_si256(bad, bad);
}

static size_t avx2_decode(const uint8_t *digits, size_t block_count,
                          uint8_t *bytes)
{
    size_t done = 0;

    /* The first block has no seven digits in front of it (1). */
    if (block_count > 2 * GROUP &&
        seigr__text_scalar.decode(digits, 1, bytes) == 1)
        done = 1;
    while (done != 0 && block_count - done >= 2 * GROUP) {
        struct avx2_seen seen = {_mm256_setzero_si256(),
                                 _mm256_setzero_si256()};
        size_t at = done;

        for (size_t i = 0; i < BATCH && block_count - at >= 2 * GROUP; i++) {
            avx2_decode_groups(digits + at * BLOCK_DIGITS,
                               bytes + at * BLOCK_BYTES, &seen);
            at += 2 * GROUP;
        }
        assert(at > done && at <= block_count);
        if (avx2_refused(seen))
            return done; /* (2) */
        done = at;
    }
    return done + seigr__text_scalar.decode(digits + done * BLOCK_DIGITS,
                                            block_count - done,
                                            bytes + done * BLOCK_BYTES);
}

const seigr__text_path seigr__text_avx2 = {"avx2", avx2_encode, avx2_decode};

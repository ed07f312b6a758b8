/* SPDX-License-Identifier: MIT */
/*
 * text_neon.c - full blocks of text, two at a time, for little-endian ARM
 * with NEON, of 32 bits and of 64.
 *
 * It is built where the compiler is told that every processor of the target
 * has NEON (text_path_neon.c). The arithmetic is that of text_avx2.c.
 *
 * Invariants:
 *   (1) Nothing outside the blocks given is read. A store that reaches behind
 *       its block is followed by that of the next block, so nothing outside
 *       is written either.
 *   (2) What is bad is collected and looked at once a batch; the count
 *       returned is that of the blocks before the batch.
 */
#include "text.h" /* seigr__text_path */

#include <arm_neon.h> /* NEON */
#include <assert.h>   /* assert */

#define GROUP 2u /* blocks in one vector */
#define P3_13 1594323u
#define P3_16 43046721u
#define P6_6 46656u
#define P6_8 1679616u
#define P6_12 2176782336u

/* --- Encoding ---------------------------------------------------------- */

/* The bytes of x in this order; 255 gives 0. */
static inline uint8x16_t neon_shuffle(uint8x16_t x, uint8x16_t order)
{
#if defined(__aarch64__)
    return vqtbl1q_u8(x, order);
#else
    const uint8x8x2_t table = {{vget_low_u8(x), vget_high_u8(x)}};

    return vcombine_u8(vtbl2_u8(table, vget_low_u8(order)),
                       vtbl2_u8(table, vget_high_u8(order)));
#endif
}

/* Twelve digits in each lane: the first six to its lower 16 bits, the others
 * to its upper. */
static inline uint32x2_t neon_split(uint32x2_t x)
{
    uint64x2_t product = vmull_n_u32(x, 3016492806u); /* 2^47 / 6^6 */
    uint32x2_t first = vmovn_u64(vshrq_n_u64(product, 47));

    return vsli_n_u32(first, vmls_n_u32(x, first, P6_6), 16);
}

/*
 * Two blocks to six digits in each 16-bit lane: digits 0-5, 6-11, 13-18 and
 * 19-24 of the first, then of the second. Digit 12 of each goes to *middle, to
 * the second of its four lanes.
 */
static inline uint16x8_t neon_sixes(uint64x2_t v, uint16x8_t *middle)
{
    uint64x2_t x = vmull_n_u32(vshrn_n_u64(v, 32), 2824772412u);
    uint32x2_t high = vmovn_u64(vshrq_n_u64(x, 33)); /* v / 6^13, or less 1 */
    uint32x2_t digit;
    uint32x2_t over;
    uint32x2x2_t sixes;

    x = vshlq_n_u64(vmull_n_u32(high, P3_13), 13);
    x = vsubq_u64(v, x); /* below 2 * 6^13 */
    v = vmull_n_u32(vshrn_n_u64(x, 12), 8275701u);
    digit = vmovn_u64(vshrq_n_u64(v, 42)); /* x / 6^12, 0 to 11 */
    x = vsubq_u64(x, vmull_n_u32(digit, P6_12));
    over = vcgt_u32(digit, vdup_n_u32(5));
    high = vsub_u32(high, over);
    digit = vsub_u32(digit, vand_u32(over, vdup_n_u32(6)));
    *middle = vreinterpretq_u16_u64(vshlq_n_u64(vmovl_u32(digit), 16));
    sixes = vzip_u32(neon_split(high), neon_split(vmovn_u64(x)));
    return vreinterpretq_u16_u32(vcombine_u32(sixes.val[0], sixes.val[1]));
}

/* The first digit of each fraction; the rest of it stays. */
static inline uint16x8_t neon_digit(uint16x8_t *fraction)
{
    uint32x4_t low = vmull_n_u16(vget_low_u16(*fraction), 6);
    uint32x4_t high = vmull_n_u16(vget_high_u16(*fraction), 6);
    uint16x8x2_t halves =
        vuzpq_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(high));

    *fraction = halves.val[0];
    return halves.val[1];
}

/* The first two digits of each fraction as characters. */
static inline uint16x8_t neon_pair(uint16x8_t *fraction)
{
    uint16x8_t first = neon_digit(fraction);
    uint16x8_t second = neon_digit(fraction);

    return vorrq_u16(vsliq_n_u16(first, second, 8), vdupq_n_u16(0x3030));
}

/* One block from its pairs of digits: 0-1 and 2-3 of each six, then 4-5 and
 * the middle digit. */
static inline void neon_put(uint8_t *digits, uint16x8_t pairs, uint16x8_t last)
{
    static const uint8_t order[16] = {0,  1,  2,  3,  4,  5,   8,   9,
                                      10, 11, 12, 13, 14, 255, 255, 255};
    const uint8x16_t to = vld1q_u8(order);
    uint32x4x2_t halves =
        vzipq_u32(vreinterpretq_u32_u16(pairs), vreinterpretq_u32_u16(last));
    uint8x16_t head = vreinterpretq_u8_u32(halves.val[0]);
    uint8x16_t tail = vreinterpretq_u8_u32(halves.val[1]);

    vst1q_u8(digits, neon_shuffle(head, to)); /* in order (1) */
    vst1q_u8(digits + 13, neon_shuffle(tail, to));
}

static inline void neon_encode_group(const uint8_t *bytes, uint8_t *digits)
{
    uint64x2_t v = vreinterpretq_u64_u8(vrev64q_u8(vld1q_u8(bytes)));
    uint16x8_t middle;
    uint16x8_t x = neon_sixes(v, &middle);
    uint16x8_t d01;
    uint16x8_t d23;
    uint16x8_t d45;
    uint16x8x2_t pairs;
    uint16x8x2_t last;
    uint16x4_t low;
    uint16x4_t high;

    /* n of six digits to the fraction n / 6^6 of 16 bits, rounded up. */
    x = vaddq_u16(x, vdupq_n_u16(1));
    low = vshrn_n_u32(vmull_n_u16(vget_low_u16(x), 26520), 16);
    high = vshrn_n_u32(vmull_n_u16(vget_high_u16(x), 26520), 16);
    x = vaddq_u16(x, vcombine_u16(low, high));
    d01 = neon_pair(&x);
    d23 = neon_pair(&x);
    d45 = neon_pair(&x);
    middle = vorrq_u16(middle, vdupq_n_u16('0'));
    pairs = vzipq_u16(d01, d23);
    last = vzipq_u16(d45, middle);
    neon_put(digits, pairs.val[0], last.val[0]);
    neon_put(digits + BLOCK_DIGITS, pairs.val[1], last.val[1]);
}

static void neon_encode(const uint8_t *bytes, size_t block_count,
                        uint8_t *digits)
{
    for (; block_count > GROUP; block_count -= GROUP) { /* (1) */
        neon_encode_group(bytes, digits);
        bytes += GROUP * BLOCK_BYTES;
        digits += GROUP * BLOCK_DIGITS;
    }
    seigr__text_scalar.encode(bytes, block_count, digits);
}

/* --- Decoding ---------------------------------------------------------- */

#define BATCH 16u /* groups between two looks (2) */

/* What was seen of a batch. */
struct neon_seen {
    uint8x16_t digit; /* the greatest of each byte: above 5 is no digit */
    uint64x2_t high;  /* all ever set: above 48 bits is too much */
};

static inline uint8x16_t neon_digits(const uint8_t *p, struct neon_seen *seen)
{
    uint8x16_t x = vsubq_u8(vld1q_u8(p), vdupq_n_u8('0'));

    seen->digit = vmaxq_u8(seen->digit, x);
    return x;
}

/* Sixteen digits as two numbers of eight: pairs, fours and eights are joined
 * in place, the lower half of each lane being the more significant. */
static inline uint32x2_t neon_eights(uint8x16_t x)
{
    uint16x8_t pairs = vreinterpretq_u16_u8(x);
    uint32x4_t fours;
    uint64x2_t eights;

    pairs = vmlaq_n_u16(vshrq_n_u16(pairs, 8),
                        vandq_u16(pairs, vdupq_n_u16(0xff)), 6);
    fours = vreinterpretq_u32_u16(pairs);
    fours = vmlaq_n_u32(vshrq_n_u32(fours, 16),
                        vandq_u32(fours, vdupq_n_u32(0xffff)), 36);
    eights = vreinterpretq_u64_u32(fours);
    eights = vmlal_n_u32(vshrq_n_u64(eights, 32), vmovn_u64(eights), 1296);
    return vmovn_u64(eights);
}

/* The 16 bytes that end with digits 0 to 8 of a block, the others cleared. */
static inline uint32x2_t neon_head(const uint8_t *block, struct neon_seen *seen)
{
    const uint8x16_t mask = vcombine_u8(vcreate_u8(0xff00000000000000u),
                                        vcreate_u8(0xffffffffffffffffu));

    return neon_eights(vandq_u8(neon_digits(block - 7, seen), mask));
}

/* As text_avx2.c: the upper 48 bits of v = d0-8 * 6^16 + d9-24 are
 * d0-8 * 3^16 + (d9-24 >> 16), and pass 48 bits where v passes 64. */
static inline void neon_decode_group(const uint8_t *digits, uint8_t *bytes,
                                     struct neon_seen *seen)
{
    const uint8_t *next = digits + BLOCK_DIGITS;
    uint32x2x2_t head =
        vtrn_u32(neon_head(digits, seen), neon_head(next, seen));
    uint32x2x2_t tail = vtrn_u32(neon_eights(neon_digits(digits + 9, seen)),
                                 neon_eights(neon_digits(next + 9, seen)));
    uint64x2_t high;
    uint64x2_t low;

    high = vmull_n_u32(vmla_n_u32(head.val[1], head.val[0], P6_8), P3_16);
    low = vmlal_n_u32(vmovl_u32(tail.val[1]), tail.val[0], P6_8);
    high = vsraq_n_u64(high, low, 16);
    seen->high = vorrq_u64(seen->high, high);
    low = vsliq_n_u64(low, high, 16);
    vst1q_u8(bytes, vrev64q_u8(vreinterpretq_u8_u64(low)));
}

static int neon_refused(struct neon_seen seen)
{
    uint8x16_t digit = vqsubq_u8(seen.digit, vdupq_n_u8(5));
    uint64x2_t bad =
        vorrq_u64(vreinterpretq_u64_u8(digit), vshrq_n_u64(seen.high, 48));

    return (vgetq_lane_u64(bad, 0) | vgetq_lane_u64(bad, 1)) != 0;
}

static size_t neon_decode(const uint8_t *digits, size_t block_count,
                          uint8_t *bytes)
{
    size_t done = 0;

    /* The first block has no seven digits in front of it (1). */
    if (block_count > GROUP && seigr__text_scalar.decode(digits, 1, bytes) == 1)
        done = 1;
    while (done != 0 && block_count - done >= GROUP) {
        struct neon_seen seen = {vdupq_n_u8(0), vdupq_n_u64(0)};
        size_t at = done;

        for (size_t i = 0; i < BATCH && block_count - at >= GROUP; i++) {
            neon_decode_group(digits + at * BLOCK_DIGITS,
                              bytes + at * BLOCK_BYTES, &seen);
            at += GROUP;
        }
        assert(at > done && at <= block_count);
        if (neon_refused(seen))
            return done; /* (2) */
        done = at;
    }
    return done + seigr__text_scalar.decode(digits + done * BLOCK_DIGITS,
                                            block_count - done,
                                            bytes + done * BLOCK_BYTES);
}

const seigr__text_path seigr__text_neon = {"neon", neon_encode, neon_decode};

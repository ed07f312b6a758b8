/* SPDX-License-Identifier: MIT */
/*
 * wasm_numeric.h - what each numeric instruction computes, once for all.
 *
 * Both ways of running (wasm_fast.c, wasm_precise.c) expand the list below,
 * so that they cannot differ. Floating point uses the compiler's + - * / and
 * conversions, which round to nearest even by IEEE 754 on every supported
 * target, and nothing of libm. NaN results are canonical where FORMATS 8
 * says so.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_NUMERIC_H
#define SEIGR_SRC_ENGINE_WASM_NUMERIC_H

#include "seigr/engine.h" /* SEIGR_TRAP_* */
#include "wasm_value.h"   /* bits and floats */

#if defined(__GNUC__)
#define WASM_UNLIKELY(x) __builtin_expect((x), 0)
#else
#define WASM_UNLIKELY(x) (x)
#endif

static inline float wasm_nan_f32(void)
{
    return wasm_f32_of(0x7fc00000u);
}

static inline double wasm_nan_f64(void)
{
    return wasm_f64_of(0x7ff8000000000000u);
}

static inline float wasm_canon_f32(float x)
{
    return WASM_UNLIKELY(x != x) ? wasm_nan_f32() : x;
}

static inline double wasm_canon_f64(double x)
{
    return WASM_UNLIKELY(x != x) ? wasm_nan_f64() : x;
}

/* --- integers ---------------------------------------------------------- */

static inline uint32_t wasm_popcnt32(uint32_t x)
{
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return x * 0x01010101u >> 24;
}

static inline uint32_t wasm_clz32(uint32_t x)
{
    x |= x >> 1;
    x |= x >> 2;
    x |= x >> 4;
    x |= x >> 8;
    x |= x >> 16;
    return wasm_popcnt32(~x);
}

static inline uint32_t wasm_ctz32(uint32_t x)
{
    return wasm_popcnt32(~x & (x - 1));
}

static inline uint32_t wasm_popcnt64(uint64_t x)
{
    return wasm_popcnt32((uint32_t)x) + wasm_popcnt32((uint32_t)(x >> 32));
}

static inline uint32_t wasm_clz64(uint64_t x)
{
    const uint32_t high = (uint32_t)(x >> 32);

    return high != 0 ? wasm_clz32(high) : 32 + wasm_clz32((uint32_t)x);
}

static inline uint32_t wasm_ctz64(uint64_t x)
{
    const uint32_t low = (uint32_t)x;

    return low != 0 ? wasm_ctz32(low) : 32 + wasm_ctz32((uint32_t)(x >> 32));
}

static inline uint32_t wasm_rotl32(uint32_t x, uint32_t n)
{
    return x << (n & 31) | x >> (-n & 31);
}

static inline uint64_t wasm_rotl64(uint64_t x, uint64_t n)
{
    return x << (n & 63) | x >> (-n & 63);
}

/* Two's complement in every compiler that is supported. */
static inline uint32_t wasm_shr_s32(uint32_t x, uint32_t n)
{
    return (uint32_t)((int32_t)x >> (n & 31));
}

static inline uint64_t wasm_shr_s64(uint64_t x, uint64_t n)
{
    return (uint64_t)((int64_t)x >> (n & 63));
}

/* --- floats ------------------------------------------------------------ */

float seigr__wasm_sqrt_f32(float x);
double seigr__wasm_sqrt_f64(double x);

/* |x| < 2^23: the sum has no room for a fraction, so that it is rounded to
 * nearest even; above, x is whole already. The sign stays, also of zero. */
static inline float wasm_nearest_f32(float x)
{
    const uint64_t sign = wasm_of_f32(x) & 0x80000000u;
    const float magnitude = wasm_f32_of(wasm_of_f32(x) & 0x7fffffffu);
    float sum;

    if (!(magnitude < 8388608.0f))
        return wasm_canon_f32(x);
    sum = magnitude + 8388608.0f;
    return wasm_f32_of(wasm_of_f32(sum - 8388608.0f) | sign);
}

static inline double wasm_nearest_f64(double x)
{
    const uint64_t sign = wasm_of_f64(x) & 0x8000000000000000u;
    const double magnitude = wasm_f64_of(wasm_of_f64(x) & ~(UINT64_C(1) << 63));
    double sum;

    if (!(magnitude < 4503599627370496.0))
        return wasm_canon_f64(x);
    sum = magnitude + 4503599627370496.0;
    return wasm_f64_of(wasm_of_f64(sum - 4503599627370496.0) | sign);
}

static inline float wasm_copysign_f32(float x, float y)
{
    return wasm_f32_of((wasm_of_f32(x) & 0x7fffffffu) |
                       (wasm_of_f32(y) & 0x80000000u));
}

static inline double wasm_copysign_f64(double x, double y)
{
    const uint64_t sign = UINT64_C(1) << 63;

    return wasm_f64_of((wasm_of_f64(x) & ~sign) | (wasm_of_f64(y) & sign));
}

static inline float wasm_floor_f32(float x)
{
    const float r = wasm_nearest_f32(x);

    return r > x ? wasm_copysign_f32(r - 1.0f, x) : r;
}

static inline double wasm_floor_f64(double x)
{
    const double r = wasm_nearest_f64(x);

    return r > x ? wasm_copysign_f64(r - 1.0, x) : r;
}

static inline float wasm_ceil_f32(float x)
{
    const float r = wasm_nearest_f32(x);

    return r < x ? wasm_copysign_f32(r + 1.0f, x) : r;
}

static inline double wasm_ceil_f64(double x)
{
    const double r = wasm_nearest_f64(x);

    return r < x ? wasm_copysign_f64(r + 1.0, x) : r;
}

static inline float wasm_trunc_f32(float x)
{
    return x < 0 ? wasm_ceil_f32(x) : wasm_floor_f32(x);
}

static inline double wasm_trunc_f64(double x)
{
    return x < 0 ? wasm_ceil_f64(x) : wasm_floor_f64(x);
}

/* Of -0 and +0 the minimum is -0: the bits are joined by or, and for the
 * maximum by and. */
static inline float wasm_min_f32(float x, float y)
{
    if (WASM_UNLIKELY(x != x || y != y))
        return wasm_nan_f32();
    if (x == y)
        return wasm_f32_of(wasm_of_f32(x) | wasm_of_f32(y));
    return x < y ? x : y;
}

static inline float wasm_max_f32(float x, float y)
{
    if (WASM_UNLIKELY(x != x || y != y))
        return wasm_nan_f32();
    if (x == y)
        return wasm_f32_of(wasm_of_f32(x) & wasm_of_f32(y));
    return x > y ? x : y;
}

static inline double wasm_min_f64(double x, double y)
{
    if (WASM_UNLIKELY(x != x || y != y))
        return wasm_nan_f64();
    if (x == y)
        return wasm_f64_of(wasm_of_f64(x) | wasm_of_f64(y));
    return x < y ? x : y;
}

static inline double wasm_max_f64(double x, double y)
{
    if (WASM_UNLIKELY(x != x || y != y))
        return wasm_nan_f64();
    if (x == y)
        return wasm_f64_of(wasm_of_f64(x) & wasm_of_f64(y));
    return x > y ? x : y;
}

static inline float wasm_demote(double x)
{
    return WASM_UNLIKELY(x != x) ? wasm_nan_f32() : (float)x;
}

static inline double wasm_promote(float x)
{
    return WASM_UNLIKELY(x != x) ? wasm_nan_f64() : (double)x;
}

/* --- what can trap: 0 or a SEIGR_TRAP_* -------------------------------- */

static inline uint32_t wasm_div_s32(uint32_t a, uint32_t b, uint32_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    if (WASM_UNLIKELY(a == 0x80000000u && b == 0xffffffffu))
        return SEIGR_TRAP_INTEGER_OVERFLOW;
    *out = (uint32_t)((int32_t)a / (int32_t)b);
    return 0;
}

static inline uint32_t wasm_div_u32(uint32_t a, uint32_t b, uint32_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    *out = a / b;
    return 0;
}

static inline uint32_t wasm_rem_s32(uint32_t a, uint32_t b, uint32_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    *out = b == 0xffffffffu ? 0 : (uint32_t)((int32_t)a % (int32_t)b);
    return 0;
}

static inline uint32_t wasm_rem_u32(uint32_t a, uint32_t b, uint32_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    *out = a % b;
    return 0;
}

static inline uint32_t wasm_div_s64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    if (WASM_UNLIKELY(a == UINT64_C(1) << 63 && b == UINT64_MAX))
        return SEIGR_TRAP_INTEGER_OVERFLOW;
    *out = (uint64_t)((int64_t)a / (int64_t)b);
    return 0;
}

static inline uint32_t wasm_div_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    *out = a / b;
    return 0;
}

static inline uint32_t wasm_rem_s64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    *out = b == UINT64_MAX ? 0 : (uint64_t)((int64_t)a % (int64_t)b);
    return 0;
}

static inline uint32_t wasm_rem_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (WASM_UNLIKELY(b == 0))
        return SEIGR_TRAP_DIVIDE_BY_ZERO;
    *out = a % b;
    return 0;
}

/* Conversion of x in (low, high), saturating outside; every bound is exact
 * in its type. Callers check for a trap with wasm_fits() first. */
static inline uint32_t wasm_fits(double x, double low, double high)
{
    if (x > low && x < high)
        return 0;
    return x != x ? SEIGR_TRAP_INVALID_CONVERSION : SEIGR_TRAP_INTEGER_OVERFLOW;
}

static inline uint32_t wasm_sat_s32(double x)
{
    if (x > -2147483649.0 && x < 2147483648.0)
        return (uint32_t)(int32_t)x;
    return x != x ? 0 : x < 0 ? 0x80000000u : 0x7fffffffu;
}

static inline uint32_t wasm_sat_u32(double x)
{
    if (x > -1.0 && x < 4294967296.0)
        return (uint32_t)(int64_t)x;
    return x > 0 ? 0xffffffffu : 0;
}

static inline uint64_t wasm_sat_s64(double x)
{
    if (x >= -9223372036854775808.0 && x < 9223372036854775808.0)
        return (uint64_t)(int64_t)x;
    return x != x ? 0 : x < 0 ? UINT64_C(1) << 63 : INT64_MAX;
}

static inline uint64_t wasm_sat_u64(double x)
{
    if (x > -1.0 && x < 9223372036854775808.0)
        return (uint64_t)(int64_t)x;
    if (x >= 9223372036854775808.0 && x < 18446744073709551616.0)
        return (uint64_t)(int64_t)(x - 9223372036854775808.0) +
               (UINT64_C(1) << 63);
    return x > 0 ? UINT64_MAX : 0;
}

static inline uint32_t wasm_trunc_s32(double x, uint32_t *out)
{
    *out = wasm_sat_s32(x);
    return wasm_fits(x, -2147483649.0, 2147483648.0);
}

static inline uint32_t wasm_trunc_u32(double x, uint32_t *out)
{
    *out = wasm_sat_u32(x);
    return wasm_fits(x, -1.0, 4294967296.0);
}

static inline uint32_t wasm_trunc_s64(double x, uint64_t *out)
{
    *out = wasm_sat_s64(x);
    if (x == -9223372036854775808.0)
        return 0;
    return wasm_fits(x, -9223372036854775808.0, 9223372036854775808.0);
}

static inline uint32_t wasm_trunc_u64(double x, uint64_t *out)
{
    *out = wasm_sat_u64(x);
    return wasm_fits(x, -1.0, 18446744073709551616.0);
}

/*
 * The list. UNARY and BINARY(opcode, NAME, operands' type, result's type,
 * expression of a and b); the TRAPPING ones with a call that takes the
 * address of the result. Types are u32, u64, f32, f64.
 */
#define WASM_NUMERIC_LIST(UNARY, BINARY, UNARY_TRAPPING, BINARY_TRAPPING)      \
    UNARY(0x45, I32_EQZ, u32, u32, a == 0)                                     \
    BINARY(0x46, I32_EQ, u32, u32, a == b)                                     \
    BINARY(0x47, I32_NE, u32, u32, a != b)                                     \
    BINARY(0x48, I32_LT_S, u32, u32, (int32_t)a < (int32_t)b)                  \
    BINARY(0x49, I32_LT_U, u32, u32, a < b)                                    \
    BINARY(0x4a, I32_GT_S, u32, u32, (int32_t)a > (int32_t)b)                  \
    BINARY(0x4b, I32_GT_U, u32, u32, a > b)                                    \
    BINARY(0x4c, I32_LE_S, u32, u32, (int32_t)a <= (int32_t)b)                 \
    BINARY(0x4d, I32_LE_U, u32, u32, a <= b)                                   \
    BINARY(0x4e, I32_GE_S, u32, u32, (int32_t)a >= (int32_t)b)                 \
    BINARY(0x4f, I32_GE_U, u32, u32, a >= b)                                   \
    UNARY(0x50, I64_EQZ, u64, u32, a == 0)                                     \
    BINARY(0x51, I64_EQ, u64, u32, a == b)                                     \
    BINARY(0x52, I64_NE, u64, u32, a != b)                                     \
    BINARY(0x53, I64_LT_S, u64, u32, (int64_t)a < (int64_t)b)                  \
    BINARY(0x54, I64_LT_U, u64, u32, a < b)                                    \
    BINARY(0x55, I64_GT_S, u64, u32, (int64_t)a > (int64_t)b)                  \
    BINARY(0x56, I64_GT_U, u64, u32, a > b)                                    \
    BINARY(0x57, I64_LE_S, u64, u32, (int64_t)a <= (int64_t)b)                 \
    BINARY(0x58, I64_LE_U, u64, u32, a <= b)                                   \
    BINARY(0x59, I64_GE_S, u64, u32, (int64_t)a >= (int64_t)b)                 \
    BINARY(0x5a, I64_GE_U, u64, u32, a >= b)                                   \
    BINARY(0x5b, F32_EQ, f32, u32, a == b)                                     \
    BINARY(0x5c, F32_NE, f32, u32, a != b)                                     \
    BINARY(0x5d, F32_LT, f32, u32, a < b)                                      \
    BINARY(0x5e, F32_GT, f32, u32, a > b)                                      \
    BINARY(0x5f, F32_LE, f32, u32, a <= b)                                     \
    BINARY(0x60, F32_GE, f32, u32, a >= b)                                     \
    BINARY(0x61, F64_EQ, f64, u32, a == b)                                     \
    BINARY(0x62, F64_NE, f64, u32, a != b)                                     \
    BINARY(0x63, F64_LT, f64, u32, a < b)                                      \
    BINARY(0x64, F64_GT, f64, u32, a > b)                                      \
    BINARY(0x65, F64_LE, f64, u32, a <= b)                                     \
    BINARY(0x66, F64_GE, f64, u32, a >= b)                                     \
    UNARY(0x67, I32_CLZ, u32, u32, wasm_clz32(a))                              \
    UNARY(0x68, I32_CTZ, u32, u32, wasm_ctz32(a))                              \
    UNARY(0x69, I32_POPCNT, u32, u32, wasm_popcnt32(a))                        \
    BINARY(0x6a, I32_ADD, u32, u32, a + b)                                     \
    BINARY(0x6b, I32_SUB, u32, u32, a - b)                                     \
    BINARY(0x6c, I32_MUL, u32, u32, a *b)                                      \
    BINARY_TRAPPING(0x6d, I32_DIV_S, u32, u32, wasm_div_s32)                   \
    BINARY_TRAPPING(0x6e, I32_DIV_U, u32, u32, wasm_div_u32)                   \
    BINARY_TRAPPING(0x6f, I32_REM_S, u32, u32, wasm_rem_s32)                   \
    BINARY_TRAPPING(0x70, I32_REM_U, u32, u32, wasm_rem_u32)                   \
    BINARY(0x71, I32_AND, u32, u32, a &b)                                      \
    BINARY(0x72, I32_OR, u32, u32, a | b)                                      \
    BINARY(0x73, I32_XOR, u32, u32, a ^ b)                                     \
    BINARY(0x74, I32_SHL, u32, u32, a << (b & 31))                             \
    BINARY(0x75, I32_SHR_S, u32, u32, wasm_shr_s32(a, b))                      \
    BINARY(0x76, I32_SHR_U, u32, u32, a >> (b & 31))                           \
    BINARY(0x77, I32_ROTL, u32, u32, wasm_rotl32(a, b))                        \
    BINARY(0x78, I32_ROTR, u32, u32, wasm_rotl32(a, 0u - b))                   \
    UNARY(0x79, I64_CLZ, u64, u64, wasm_clz64(a))                              \
    UNARY(0x7a, I64_CTZ, u64, u64, wasm_ctz64(a))                              \
    UNARY(0x7b, I64_POPCNT, u64, u64, wasm_popcnt64(a))                        \
    BINARY(0x7c, I64_ADD, u64, u64, a + b)                                     \
    BINARY(0x7d, I64_SUB, u64, u64, a - b)                                     \
    BINARY(0x7e, I64_MUL, u64, u64, a *b)                                      \
    BINARY_TRAPPING(0x7f, I64_DIV_S, u64, u64, wasm_div_s64)                   \
    BINARY_TRAPPING(0x80, I64_DIV_U, u64, u64, wasm_div_u64)                   \
    BINARY_TRAPPING(0x81, I64_REM_S, u64, u64, wasm_rem_s64)                   \
    BINARY_TRAPPING(0x82, I64_REM_U, u64, u64, wasm_rem_u64)                   \
    BINARY(0x83, I64_AND, u64, u64, a &b)                                      \
    BINARY(0x84, I64_OR, u64, u64, a | b)                                      \
    BINARY(0x85, I64_XOR, u64, u64, a ^ b)                                     \
    BINARY(0x86, I64_SHL, u64, u64, a << (b & 63))                             \
    BINARY(0x87, I64_SHR_S, u64, u64, wasm_shr_s64(a, b))                      \
    BINARY(0x88, I64_SHR_U, u64, u64, a >> (b & 63))                           \
    BINARY(0x89, I64_ROTL, u64, u64, wasm_rotl64(a, b))                        \
    BINARY(0x8a, I64_ROTR, u64, u64, wasm_rotl64(a, 0u - b))                   \
    UNARY(0x8b, F32_ABS, u32, u32, a & 0x7fffffffu)                            \
    UNARY(0x8c, F32_NEG, u32, u32, a ^ 0x80000000u)                            \
    UNARY(0x8d, F32_CEIL, f32, f32, wasm_ceil_f32(a))                          \
    UNARY(0x8e, F32_FLOOR, f32, f32, wasm_floor_f32(a))                        \
    UNARY(0x8f, F32_TRUNC, f32, f32, wasm_trunc_f32(a))                        \
    UNARY(0x90, F32_NEAREST, f32, f32, wasm_nearest_f32(a))                    \
    UNARY(0x91, F32_SQRT, f32, f32, seigr__wasm_sqrt_f32(a))                   \
    BINARY(0x92, F32_ADD, f32, f32, wasm_canon_f32(a + b))                     \
    BINARY(0x93, F32_SUB, f32, f32, wasm_canon_f32(a - b))                     \
    BINARY(0x94, F32_MUL, f32, f32, wasm_canon_f32(a *b))                      \
    BINARY(0x95, F32_DIV, f32, f32, wasm_canon_f32(a / b))                     \
    BINARY(0x96, F32_MIN, f32, f32, wasm_min_f32(a, b))                        \
    BINARY(0x97, F32_MAX, f32, f32, wasm_max_f32(a, b))                        \
    BINARY(0x98, F32_COPYSIGN, u32, u32,                                       \
           (a & 0x7fffffffu) | (b & 0x80000000u))                              \
    UNARY(0x99, F64_ABS, u64, u64, a & ~(UINT64_C(1) << 63))                   \
    UNARY(0x9a, F64_NEG, u64, u64, a ^ UINT64_C(1) << 63)                      \
    UNARY(0x9b, F64_CEIL, f64, f64, wasm_ceil_f64(a))                          \
    UNARY(0x9c, F64_FLOOR, f64, f64, wasm_floor_f64(a))                        \
    UNARY(0x9d, F64_TRUNC, f64, f64, wasm_trunc_f64(a))                        \
    UNARY(0x9e, F64_NEAREST, f64, f64, wasm_nearest_f64(a))                    \
    UNARY(0x9f, F64_SQRT, f64, f64, seigr__wasm_sqrt_f64(a))                   \
    BINARY(0xa0, F64_ADD, f64, f64, wasm_canon_f64(a + b))                     \
    BINARY(0xa1, F64_SUB, f64, f64, wasm_canon_f64(a - b))                     \
    BINARY(0xa2, F64_MUL, f64, f64, wasm_canon_f64(a *b))                      \
    BINARY(0xa3, F64_DIV, f64, f64, wasm_canon_f64(a / b))                     \
    BINARY(0xa4, F64_MIN, f64, f64, wasm_min_f64(a, b))                        \
    BINARY(0xa5, F64_MAX, f64, f64, wasm_max_f64(a, b))                        \
    BINARY(0xa6, F64_COPYSIGN, u64, u64,                                       \
           (a & ~(UINT64_C(1) << 63)) | (b & UINT64_C(1) << 63))               \
    UNARY(0xa7, I32_WRAP_I64, u64, u32, (uint32_t)a)                           \
    UNARY_TRAPPING(0xa8, I32_TRUNC_F32_S, f32, u32, wasm_trunc_s32)            \
    UNARY_TRAPPING(0xa9, I32_TRUNC_F32_U, f32, u32, wasm_trunc_u32)            \
    UNARY_TRAPPING(0xaa, I32_TRUNC_F64_S, f64, u32, wasm_trunc_s32)            \
    UNARY_TRAPPING(0xab, I32_TRUNC_F64_U, f64, u32, wasm_trunc_u32)            \
    UNARY(0xac, I64_EXTEND_I32_S, u32, u64, (uint64_t)(int64_t)(int32_t)a)     \
    UNARY(0xad, I64_EXTEND_I32_U, u32, u64, a)                                 \
    UNARY_TRAPPING(0xae, I64_TRUNC_F32_S, f32, u64, wasm_trunc_s64)            \
    UNARY_TRAPPING(0xaf, I64_TRUNC_F32_U, f32, u64, wasm_trunc_u64)            \
    UNARY_TRAPPING(0xb0, I64_TRUNC_F64_S, f64, u64, wasm_trunc_s64)            \
    UNARY_TRAPPING(0xb1, I64_TRUNC_F64_U, f64, u64, wasm_trunc_u64)            \
    UNARY(0xb2, F32_CONVERT_I32_S, u32, f32, (float)(int32_t)a)                \
    UNARY(0xb3, F32_CONVERT_I32_U, u32, f32, (float)a)                         \
    UNARY(0xb4, F32_CONVERT_I64_S, u64, f32, (float)(int64_t)a)                \
    UNARY(0xb5, F32_CONVERT_I64_U, u64, f32, (float)a)                         \
    UNARY(0xb6, F32_DEMOTE_F64, f64, f32, wasm_demote(a))                      \
    UNARY(0xb7, F64_CONVERT_I32_S, u32, f64, (double)(int32_t)a)               \
    UNARY(0xb8, F64_CONVERT_I32_U, u32, f64, (double)a)                        \
    UNARY(0xb9, F64_CONVERT_I64_S, u64, f64, (double)(int64_t)a)               \
    UNARY(0xba, F64_CONVERT_I64_U, u64, f64, (double)a)                        \
    UNARY(0xbb, F64_PROMOTE_F32, f32, f64, wasm_promote(a))                    \
    UNARY(0xbc, I32_REINTERPRET_F32, u32, u32, a)                              \
    UNARY(0xbd, I64_REINTERPRET_F64, u64, u64, a)                              \
    UNARY(0xbe, F32_REINTERPRET_I32, u32, u32, a)                              \
    UNARY(0xbf, F64_REINTERPRET_I64, u64, u64, a)                              \
    UNARY(0xc0, I32_EXTEND8_S, u32, u32, (uint32_t)(int8_t)a)                  \
    UNARY(0xc1, I32_EXTEND16_S, u32, u32, (uint32_t)(int16_t)a)                \
    UNARY(0xc2, I64_EXTEND8_S, u64, u64, (uint64_t)(int8_t)a)                  \
    UNARY(0xc3, I64_EXTEND16_S, u64, u64, (uint64_t)(int16_t)a)                \
    UNARY(0xc4, I64_EXTEND32_S, u64, u64, (uint64_t)(int32_t)a)                \
    UNARY(0x100, I32_SAT_F32_S, f32, u32, wasm_sat_s32(a))                     \
    UNARY(0x101, I32_SAT_F32_U, f32, u32, wasm_sat_u32(a))                     \
    UNARY(0x102, I32_SAT_F64_S, f64, u32, wasm_sat_s32(a))                     \
    UNARY(0x103, I32_SAT_F64_U, f64, u32, wasm_sat_u32(a))                     \
    UNARY(0x104, I64_SAT_F32_S, f32, u64, wasm_sat_s64(a))                     \
    UNARY(0x105, I64_SAT_F32_U, f32, u64, wasm_sat_u64(a))                     \
    UNARY(0x106, I64_SAT_F64_S, f64, u64, wasm_sat_s64(a))                     \
    UNARY(0x107, I64_SAT_F64_U, f64, u64, wasm_sat_u64(a))

#endif

/* SPDX-License-Identifier: MIT */
/*
 * wasm_float.c - square roots without libm, correctly rounded everywhere.
 *
 * The root is found digit by digit in integers: slow, exact, the same on
 * every machine. Where the processor has an instruction for it, and IEEE 754
 * binds it to the same result, that is used.
 */
#include "wasm_numeric.h"

#if defined(__x86_64__) && defined(__GNUC__)

float seigr__wasm_sqrt_f32(float x)
{
    float root;

    __asm__("sqrtss %1, %0" : "=x"(root) : "x"(x));
    return wasm_canon_f32(root);
}

double seigr__wasm_sqrt_f64(double x)
{
    double root;

    __asm__("sqrtsd %1, %0" : "=x"(root) : "x"(x));
    return wasm_canon_f64(root);
}

#elif defined(__aarch64__) && defined(__GNUC__)

float seigr__wasm_sqrt_f32(float x)
{
    float root;

    __asm__("fsqrt %s0, %s1" : "=w"(root) : "w"(x));
    return wasm_canon_f32(root);
}

double seigr__wasm_sqrt_f64(double x)
{
    double root;

    __asm__("fsqrt %d0, %d1" : "=w"(root) : "w"(x));
    return wasm_canon_f64(root);
}

#else

/* A double holds a float's root with more digits than rounding twice could
 * go wrong with: 53 >= 2 * 24 + 2. */
float seigr__wasm_sqrt_f32(float x)
{
    return wasm_demote(seigr__wasm_sqrt_f64((double)x));
}

double seigr__wasm_sqrt_f64(double x)
{
    uint64_t bits = wasm_of_f64(x);
    int exponent = (int)(bits >> 52);
    uint64_t rest;
    uint64_t root = 0;
    uint64_t twice = 0;

    if (x == 0 || bits == UINT64_C(0x7ff) << 52)
        return x;
    if (!(x > 0))
        return wasm_nan_f64();
    rest = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent == 0) { /* subnormal: shift its first digit to bit 52 */
        const int shift = (int)wasm_clz64(rest) - 11;

        rest <<= shift;
        exponent = 1 - shift;
    } else {
        rest |= UINT64_C(1) << 52;
    }
    exponent -= 1023;
    if (exponent & 1) { /* make it even */
        rest <<= 1;
        exponent--;
    }
    rest <<= 1;
    /* 53 digits of the root and one to round with. */
    for (uint64_t digit = UINT64_C(1) << 53; digit != 0; digit >>= 1) {
        const uint64_t next = twice + digit;

        if (next <= rest) {
            twice = next + digit;
            rest -= next;
            root += digit;
        }
        rest <<= 1;
    }
    /* A root is never halfway between two doubles. */
    root = (root >> 1) + (root & 1);
    return wasm_f64_of(root + ((uint64_t)(exponent / 2 + 1022) << 52));
}

#endif

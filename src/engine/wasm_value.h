/* SPDX-License-Identifier: MIT */
/*
 * wasm_value.h - guest values in slots and in guest memory.
 *
 * A slot is 64 bits. An i32 or the bits of an f32 stand in it zero-extended,
 * so that a slot is the value's bit pattern whatever its type. Guest memory
 * is little-endian on every host.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_VALUE_H
#define SEIGR_SRC_ENGINE_WASM_VALUE_H

#include <stdint.h> /* uint64_t */
#include <string.h> /* memcpy */

/* Compilers turn these into single loads and stores where they may. */
static inline uint16_t wasm_read_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t wasm_read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static inline uint64_t wasm_read_u64(const uint8_t *p)
{
    return wasm_read_u32(p) | (uint64_t)wasm_read_u32(p + 4) << 32;
}

static inline void wasm_write_u16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static inline void wasm_write_u32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
}

static inline void wasm_write_u64(uint8_t *p, uint64_t v)
{
    wasm_write_u32(p, (uint32_t)v);
    wasm_write_u32(p + 4, (uint32_t)(v >> 32));
}

static inline float wasm_f32_of(uint64_t slot)
{
    const uint32_t bits = (uint32_t)slot;
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline uint64_t wasm_of_f32(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline double wasm_f64_of(uint64_t slot)
{
    double value;

    memcpy(&value, &slot, sizeof(value));
    return value;
}

static inline uint64_t wasm_of_f64(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

#endif

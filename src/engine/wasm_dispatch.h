/* SPDX-License-Identifier: MIT */
/*
 * wasm_dispatch.h - from one instruction to the next.
 *
 * With GNU C each instruction jumps to the next one's code itself, which
 * processors predict best; elsewhere, or with SEIGR_PORTABLE_DISPATCH, all
 * go through one switch. The instructions are written once for both.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_DISPATCH_H
#define SEIGR_SRC_ENGINE_WASM_DISPATCH_H

#if defined(__GNUC__) && !defined(SEIGR_PORTABLE_DISPATCH)

#pragma GCC diagnostic ignored "-Wpedantic" /* labels as values */
#define DISPATCH_TABLE(...)                                                    \
    static const void *const dispatch_labels[] = {__VA_ARGS__}
#define DISPATCH_LABEL(name) &&do_##name,
#define DISPATCH() goto *dispatch_labels[*pc];
#define DISPATCH_END
#define OP(name) do_##name:
#define NEXT(units)                                                            \
    do {                                                                       \
        pc += (units);                                                         \
        goto *dispatch_labels[*pc];                                            \
    } while (0)

#else

#define DISPATCH_TABLE(...)
#define DISPATCH_LABEL(name)
#define DISPATCH()                                                             \
    dispatch:                                                                  \
    switch (*pc) {
#define DISPATCH_END }
#define OP(name) case OP_##name:
#define NEXT(units)                                                            \
    do {                                                                       \
        pc += (units);                                                         \
        goto dispatch;                                                         \
    } while (0)

#endif

#endif

/* SPDX-License-Identifier: MIT */
/*
 * board.c - semihosting and instruction counting on a Cortex-M.
 */
#include "../board.h" /* board_instructions */
#include "../start.h" /* seigr__semihost */

uintptr_t seigr__semihost(uintptr_t operation, const void *argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/*
 * CMSDK APB timer 0 of the MPS2 images: 32 bits, counting down at the
 * system's clock. AN505 has it in the secure half of its memory map.
 */
struct cortex_timer {
    volatile uint32_t control; /* bit 0: enable */
    volatile uint32_t value;
    volatile uint32_t reload;
};

#if defined(__ARM_FEATURE_CMSE)
#define CORTEX_TIMER ((struct cortex_timer *)0x50000000u)
#define CORTEX_TICK_NS 50u /* 20 MHz */
#else
#define CORTEX_TIMER ((struct cortex_timer *)0x40000000u)
#define CORTEX_TICK_NS 40u /* 25 MHz */
#endif

uint64_t board_instructions(void)
{
    uint32_t ticks;

    if ((CORTEX_TIMER->control & 1u) == 0) {
        CORTEX_TIMER->reload = UINT32_MAX;
        CORTEX_TIMER->value = UINT32_MAX;
        CORTEX_TIMER->control = 1;
    }
    ticks = UINT32_MAX - CORTEX_TIMER->value;
    /* A tick is shorter than an instruction: rounding up is exact. */
    return ((uint64_t)ticks * CORTEX_TICK_NS + SEIGR__INSTRUCTION_NS - 1) /
           SEIGR__INSTRUCTION_NS;
}

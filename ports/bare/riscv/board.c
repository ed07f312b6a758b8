/* SPDX-License-Identifier: MIT */
/*
 * board.c - semihosting and instruction counting on RISC-V.
 */
#include "../board.h" /* board_instructions */
#include "../start.h" /* seigr__semihost */

uintptr_t seigr__semihost(uintptr_t operation, const void *argument)
{
    register uintptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;

    /* These three, uncompressed and in one page, are the call. */
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli x0, x0, 0x1f\n"
                     "ebreak\n"
                     "srai x0, x0, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}

uint64_t board_instructions(void)
{
    uint64_t count;
#if __riscv_xlen == 64
    __asm__ volatile(".option push\n"
                     ".option arch, +zicsr\n"
                     "csrr %0, minstret\n"
                     ".option pop\n"
                     : "=r"(count));
#else
    uint32_t high, low, again;

    do { /* the low half may turn over between the two reads */
        __asm__ volatile(".option push\n"
                         ".option arch, +zicsr\n"
                         "csrr %0, minstreth\n"
                         "csrr %1, minstret\n"
                         "csrr %2, minstreth\n"
                         ".option pop\n"
                         : "=r"(high), "=r"(low), "=r"(again));
    } while (high != again);
    count = (uint64_t)high << 32 | low;
#endif
    /* QEMU counts the nanoseconds of its virtual time here. */
    return count / SEIGR__INSTRUCTION_NS;
}

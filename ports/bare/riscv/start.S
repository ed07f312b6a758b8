/* SPDX-License-Identifier: MIT */
/*
 * start.S - reset of a RISC-V hart in machine mode: stack, thread and trap
 * vector, then the start that all boards share.
 */
    .option arch, +zicsr
    .section .start, "ax"
    .globl riscv_reset
riscv_reset:
    la sp, seigr__stack_top
    la tp, seigr__thread
    la t0, riscv_trap
    csrw mtvec, t0
    tail seigr__board_start

    .balign 4
riscv_trap:
    la sp, seigr__stack_top
    tail seigr__board_fault

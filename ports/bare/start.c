/* SPDX-License-Identifier: MIT */
/*
 * start.c - from reset to main(), the same for every family. The family's
 * own code sets the stack pointer and comes here.
 */
#include "start.h" /* seigr__board_start */

#include "board.h" /* board_exit */

int main(void);

_Noreturn void seigr__board_start(void)
{
    const uint32_t *from = seigr__data_load;

    /* Word by word: no function of libc may run before memory is set up.
     * volatile keeps the compiler from calling one. */
    for (volatile uint32_t *to = seigr__data; to < seigr__data_end; to++)
        *to = *from++;
    for (volatile uint32_t *to = seigr__bss; to < seigr__bss_end; to++)
        *to = 0;
    board_exit(main());
}

_Noreturn void seigr__board_fault(void)
{
    board_print("fault: the board stopped on a bad access or instruction\n");
    board_exit(BOARD_EXIT_FAULT);
}

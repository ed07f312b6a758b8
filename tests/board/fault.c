/* SPDX-License-Identifier: MIT */
/*
 * fault.c - a program that goes wrong: the board must notice.
 */
#include "board.h" /* board_print */

int main(void)
{
    /* No memory answers there, on any of the boards. */
    volatile uint32_t *const nowhere = (volatile uint32_t *)0xf0000000u;

    board_print("reading what is not there\n");
    return *nowhere == 0 ? 0 : 0;
}

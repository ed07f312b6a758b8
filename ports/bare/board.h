/* SPDX-License-Identifier: MIT */
/*
 * board.h - what an emulated board gives to the tests, measurements and
 * examples that run on it. The library itself needs none of this.
 *
 * Everything goes out by semihosting: a debugger or emulator must listen.
 *
 * Threads: one, and no interrupts.
 */
#ifndef SEIGR_PORTS_BARE_BOARD_H
#define SEIGR_PORTS_BARE_BOARD_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

/* Write text to the host's console. */
void board_print(const char *text);

/* The same for a number in base 10. */
void board_print_number(uint64_t number);

/* End the run: the emulator exits with this status, 0 to 255. */
_Noreturn void board_exit(int status);

/* Exit statuses that no program gives by itself. */
#define BOARD_EXIT_ASSERT 97
#define BOARD_EXIT_FAULT 98

/*
 * Keep bytes in a file of the host, in the emulator's working folder.
 *
 * Returns 0, or -1 when the host could not.
 */
int board_write_file(const char *name, const uint8_t *bytes, size_t len);

/*
 * Instructions executed, between two calls. Exact under QEMU with -icount
 * shift=6, where one instruction takes 64 ns: longer than a timer's tick.
 */
uint64_t board_instructions(void);

/*
 * Fill the unused part of the stack with a pattern; later say how many bytes
 * below the caller of the first were touched since.
 */
void board_stack_paint(void);
size_t board_stack_used(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * libc.c - the few functions that the C library and libsodium ask of a
 * system. A board that has no such thing says so.
 */
#include "board.h" /* board_print */

long sysconf(int name);
_Noreturn void abort(void);
_Noreturn void __assert_func(const char *file, int line, const char *function,
                             const char *expression);

/* libsodium asks for the size of a page and takes no for a fatal error. */
long sysconf(int name)
{
    (void)name;
    return 4096;
}

_Noreturn void abort(void)
{
    board_print("abort\n");
    board_exit(BOARD_EXIT_ASSERT);
}

_Noreturn void __assert_func(const char *file, int line, const char *function,
                             const char *expression)
{
    board_print(file);
    board_print(":");
    board_print_number((uint64_t)line);
    board_print(": ");
    board_print(function == NULL ? "?" : function);
    board_print(": assertion failed: ");
    board_print(expression);
    board_print("\n");
    board_exit(BOARD_EXIT_ASSERT);
}

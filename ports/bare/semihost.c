/* SPDX-License-Identifier: MIT */
/*
 * semihost.c - console, exit status and files by way of the debugger, as
 * "Semihosting for AArch32 and AArch64" defines them; RISC-V uses the same
 * operations.
 */
#include "board.h" /* board_print */
#include "start.h" /* seigr__semihost */

#include <string.h> /* strlen */

#define SEMIHOST_OPEN 0x01u
#define SEMIHOST_CLOSE 0x02u
#define SEMIHOST_WRITE0 0x04u
#define SEMIHOST_WRITE 0x05u
#define SEMIHOST_EXIT_EXTENDED 0x20u

#define SEMIHOST_STOPPED_EXIT 0x20026u /* ADP_Stopped_ApplicationExit */
#define SEMIHOST_OPEN_WB 5u            /* fopen()'s "wb" */

void board_print(const char *text)
{
    seigr__semihost(SEMIHOST_WRITE0, text);
}

void board_print_number(uint64_t number)
{
    char text[21];
    size_t at = sizeof(text);

    text[--at] = '\0';
    do {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    board_print(text + at);
}

_Noreturn void board_exit(int status)
{
    const uintptr_t reason[2] = {SEMIHOST_STOPPED_EXIT,
                                 (uintptr_t)(status & 0xff)};

    for (;;)
        seigr__semihost(SEMIHOST_EXIT_EXTENDED, reason);
}

int board_write_file(const char *name, const uint8_t *bytes, size_t len)
{
    const uintptr_t open[3] = {(uintptr_t)name, SEMIHOST_OPEN_WB, strlen(name)};
    const uintptr_t file = seigr__semihost(SEMIHOST_OPEN, open);
    const uintptr_t write[3] = {file, (uintptr_t)bytes, len};
    uintptr_t left;

    if (file == UINTPTR_MAX)
        return -1;
    left = seigr__semihost(SEMIHOST_WRITE, write);
    if (seigr__semihost(SEMIHOST_CLOSE, &file) != 0)
        return -1;
    return left == 0 ? 0 : -1;
}

/* SPDX-License-Identifier: MIT */
/*
 * harness.c - the main of a test program on a board.
 */
#include "harness.h"

#include "board.h" /* board_print */

#include <string.h> /* memcmp */

uint8_t support_room_bytes[65536 + 1024];

static size_t support_broken; /* checks of the running test */

void support_check_at(int holds, const char *condition, const char *family,
                      size_t index)
{
    if (holds)
        return;
    support_broken++;
    board_print(family);
    board_print("[");
    board_print_number(index);
    board_print("]: does not hold: ");
    board_print(condition);
    board_print("\n");
}

void support_count(const char *family, size_t count)
{
    board_print("count ");
    board_print(family);
    board_print(" ");
    board_print_number(count);
    board_print("\n");
    if (count == 0)
        support_broken++;
}

int support_equal(seigr_span a, seigr_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void support_say(const char *head, const char *name)
{
    board_print(head);
    board_print(name);
    board_print("\n");
}

int main(void)
{
    size_t failed = 0;

    for (size_t i = 0; i < support_test_count; i++) {
        const struct CMUnitTest *test = &support_tests[i];

        support_say("[ RUN      ] ", test->name);
        support_broken = 0;
        test->run(NULL);
        if (support_broken == 0) {
            support_say("[       OK ] ", test->name);
            continue;
        }
        failed++;
        support_say("[  FAILED  ] ", test->name);
    }
    return failed != 0 || support_test_count == 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * support.c - the main of every test program.
 *
 *     test_ROOM [PATTERN]
 *
 * runs the tests whose names match PATTERN ('*' and '?'), prints one line
 * that reruns them if any fails, and exits 1 then.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t support_random(support_rng *rng)
{
    uint64_t z = (rng->state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t support_random_below(support_rng *rng, size_t limit)
{
    return (size_t)(support_random(rng) % limit);
}

void support_random_bytes(support_rng *rng, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)support_random(rng);
}

size_t support_scaled(size_t count)
{
    const char *text = getenv("SEIGR_TEST_SCALE");
    const unsigned long scale = text == NULL ? 100 : strtoul(text, NULL, 10);

    if (scale < 1 || scale >= 100)
        return count;
    return count < 100 / scale ? 1 : (size_t)(count * scale / 100);
}

int main(int argc, char **argv)
{
    int failed;

    if (argc > 2) {
        fprintf(stderr, "usage: %s [PATTERN]\n", argv[0]);
        return 2;
    }
    if (argc == 2)
        cmocka_set_test_filter(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    failed = _cmocka_run_group_tests(support_room, support_tests,
                                     support_test_count, NULL, NULL);
    if (failed != 0)
        printf("rerun: %s '%s'\n", argv[0], argc == 2 ? argv[1] : "*");
    return failed != 0;
}

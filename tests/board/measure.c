/* SPDX-License-Identifier: MIT */
/*
 * measure.c - count the stack and the instructions of public calls: one line
 *     measure NAME INPUT STACK-BYTES INSTRUCTIONS
 * each. Exact and the same on every run, under QEMU with -icount.
 */
#include "measure.h"

#include "board.h" /* board_instructions */

static int measure_nothing(void)
{
    return 0;
}

/* Instructions between two looks at the counter, the call included. */
static uint64_t measure_instructions(int (*run)(void), int *status)
{
    const uint64_t before = board_instructions();

    *status = run();
    return board_instructions() - before;
}

static size_t measure_stack(int (*run)(void), int *status)
{
    board_stack_paint();
    *status = run();
    return board_stack_used();
}

static int measure_one(const struct measure_call *call)
{
    int (*volatile nothing)(void) = measure_nothing;
    int status;
    const size_t stack = measure_stack(call->run, &status);
    uint64_t own;
    uint64_t all;

    if (status != 0)
        goto done;
    own = measure_instructions(nothing, &status);
    all = measure_instructions(call->run, &status);
    board_print("measure ");
    board_print(call->name);
    board_print(" ");
    board_print(call->input);
    board_print(" ");
    board_print_number(stack);
    board_print(" ");
    board_print_number(all - own);
    board_print("\n");
done:
    if (status != 0) {
        board_print("measure: a call did not do what it should: ");
        board_print(call->name);
        board_print("\n");
    }
    return status != 0;
}

int main(void)
{
    static const struct measure_call *const tables[] = {
        measure_verify_calls,
#ifdef MEASURE_EDGE
        measure_edge_calls,
        measure_trust_calls,
#endif
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        const struct measure_call *call = tables[i];

        for (; call->name != NULL; call++)
            failed |= measure_one(call);
    }
    return failed;
}

/* SPDX-License-Identifier: MIT */
/*
 * Guests that try to get out of the sandbox while they run. Each attempt has
 * a name and ends in the way said here; a neighbour of the same module keeps
 * its state, and nothing stays allocated. Attempts by modules that are never
 * run and by forged snapshots are in test_forgery.c.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>

/* What an attempt comes to: a trap, or that it achieved nothing. */
#define HARMLESS 0u
#define ENDLESS 100u

typedef struct escape {
    const char *name;
    const char *body; /* of function 1, () -> (): locals, code, end */
    uint32_t end;     /* SEIGR_TRAP_*, HARMLESS or ENDLESS */
} escape;

/* Function 0 is imported: (address, length) -> (), the host writes there.
 * Function 1 is the attempt; 2 is (i32) -> (i32). The table has four elements
 * of which the first is function 2; memory is one page of two at most; a
 * passive element segment has functions 0, 1 and 2, a passive data segment
 * eight bytes; global 0 is a mutable i32. */
static const escape escape_memory[] = {
    {"load behind the last byte", "00 41808004 2d0000 1a 0b",
     SEIGR_TRAP_MEMORY},
    {"i32.load over the end", "00 41fdff03 280000 1a 0b", SEIGR_TRAP_MEMORY},
    {"i64.load over the end", "00 41f9ff03 290000 1a 0b", SEIGR_TRAP_MEMORY},
    {"f32.load over the end", "00 41feff03 2a0000 1a 0b", SEIGR_TRAP_MEMORY},
    {"f64.load over the end", "00 41f9ff03 2b0000 1a 0b", SEIGR_TRAP_MEMORY},
    {"load16 of the last byte", "00 41ffff03 2f0000 1a 0b", SEIGR_TRAP_MEMORY},
    {"load at -1", "00 417f 2d0000 1a 0b", SEIGR_TRAP_MEMORY},
    {"address and offset make 2^32", "00 417c 280204 1a 0b", SEIGR_TRAP_MEMORY},
    {"the greatest offset", "00 4100 2d00ffffffff0f 1a 0b", SEIGR_TRAP_MEMORY},
    {"the greatest address and offset", "00 417f 2900ffffffff0f 1a 0b",
     SEIGR_TRAP_MEMORY},
    {"store behind the last byte", "00 41808004 4101 3a0000 0b",
     SEIGR_TRAP_MEMORY},
    {"i32.store over the end", "00 41fdff03 4101 360000 0b", SEIGR_TRAP_MEMORY},
    {"i64.store over the end", "00 41f9ff03 4200 370000 0b", SEIGR_TRAP_MEMORY},
    {"i64.store32 at -1", "00 417f 4200 3e0000 0b", SEIGR_TRAP_MEMORY},
    {"f64.store over the end", "00 41f9ff03 440000000000000000 390000 0b",
     SEIGR_TRAP_MEMORY},
    {"a loop that writes upwards for ever",
     "00 0340 2300 4101 3a0000 2300 41fd1f 6a 2400 0c00 0b 0b",
     SEIGR_TRAP_MEMORY},
    {"a sum of local and constant past the end",
     "01017f 4178 2100 2000 4104 6a 280000 1a 0b", SEIGR_TRAP_MEMORY},
    {"a sum that wraps, with an offset that does not",
     "01017f 4178 2100 2000 4108 6a 2d00808004 1a 0b", SEIGR_TRAP_MEMORY},
    {"behind memory that has grown", "00 4101 4000 1a 41808008 2d0000 1a 0b",
     SEIGR_TRAP_MEMORY},
    {"memory that a refused growth would have given",
     "00 4102 4000 1a 41808004 2d0000 1a 0b", SEIGR_TRAP_MEMORY},
    {"growing past the maximum", "00 4102 4000 417f 47 0440 00 0b 0b",
     HARMLESS},
    {"growing by 2^32 - 1 pages", "00 417f 4000 417f 47 0440 00 0b 0b",
     HARMLESS},
    {"growing by 2^16 pages", "00 41808004 4000 417f 47 0440 00 0b 0b",
     HARMLESS},
    {"memory.fill over the end", "00 41ffff03 4100 4102 fc0b00 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.fill of 2^32 - 1 bytes", "00 4101 4100 417f fc0b00 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.fill of nothing past the end", "00 41818004 4100 4100 fc0b00 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.copy from past the end", "00 4100 41ffff03 4102 fc0a0000 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.copy to past the end", "00 41ffff03 4100 4102 fc0a0000 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.copy of 2^32 - 1 bytes", "00 4101 4101 417f fc0a0000 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.init past the end", "00 41fcff03 4100 4108 fc080000 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.init past its segment", "00 4100 4101 4108 fc080000 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.init from 2^32 - 1", "00 4100 417f 4101 fc080000 0b",
     SEIGR_TRAP_MEMORY},
    {"memory.init of what was dropped", "00 fc0900 4100 4100 4101 fc080000 0b",
     SEIGR_TRAP_MEMORY},
};

static const escape escape_table[] = {
    {"table.init past the table", "00 4103 4100 4102 fc0c0100 0b",
     SEIGR_TRAP_TABLE},
    {"table.init past its segment", "00 4100 4102 4102 fc0c0100 0b",
     SEIGR_TRAP_TABLE},
    {"table.init of 2^32 - 1 elements", "00 4101 4101 417f fc0c0100 0b",
     SEIGR_TRAP_TABLE},
    {"table.init of what was dropped", "00 fc0d01 4100 4100 4101 fc0c0100 0b",
     SEIGR_TRAP_TABLE},
    {"table.init of what was active", "00 4100 4100 4101 fc0c0000 0b",
     SEIGR_TRAP_TABLE},
    {"table.copy past the table", "00 4103 4100 4102 fc0e0000 0b",
     SEIGR_TRAP_TABLE},
    {"table.copy of 2^32 - 1 elements", "00 4101 4101 417f fc0e0000 0b",
     SEIGR_TRAP_TABLE},
    {"call_indirect behind the table", "00 4104 110000 0b",
     SEIGR_TRAP_UNDEFINED_ELEMENT},
    {"call_indirect of element 2^32 - 1", "00 417f 110000 0b",
     SEIGR_TRAP_UNDEFINED_ELEMENT},
    {"call_indirect of nothing", "00 4101 110000 0b", SEIGR_TRAP_NULL_ELEMENT},
    {"call_indirect as less parameters", "00 4100 110000 0b",
     SEIGR_TRAP_INDIRECT_TYPE},
    {"call_indirect as more parameters", "00 4100 4100 4100 110200 0b",
     SEIGR_TRAP_INDIRECT_TYPE},
    {"the host's function as another type",
     "00 4101 4100 4101 fc0c0100 4101 110000 0b", SEIGR_TRAP_INDIRECT_TYPE},
    {"an element that was overwritten",
     "00 4100 4101 4101 fc0e0000 4100 4100 110100 1a 0b",
     SEIGR_TRAP_NULL_ELEMENT},
};

static const escape escape_stack[] = {
    {"calling itself for ever", "00 1001 0b", SEIGR_TRAP_STACK},
    {"calling itself through the table",
     "00 4101 4101 4101 fc0c0100 4101 110000 0b", SEIGR_TRAP_STACK},
    {"two thousand locals a frame", "01d00f7e 1001 0b", SEIGR_TRAP_STACK},
    {"fifty thousand locals a frame", "01d086037e 1001 0b", SEIGR_TRAP_STACK},
    {"many operands a frame",
     "00 4200 4200 4200 4200 4200 4200 4200 4200 4200 4200 4200 4200 4200"
     "4200 4200 4200 4200 4200 4200 4200 1001 1a1a1a1a1a1a1a1a1a1a"
     "1a1a1a1a1a1a1a1a1a1a 0b",
     SEIGR_TRAP_STACK},
    {"a loop for ever", "00 0340 0c00 0b 0b", ENDLESS},
    {"a table of branches for ever", "00 0340 417f 0e03 00000000 0b 0b",
     ENDLESS},
    {"a branch table read past its end", "00 0240 417f 0e00 00 0b 0b",
     HARMLESS},
    {"unreachable code entered", "00 00 0b", SEIGR_TRAP_UNREACHABLE},
};

static const escape escape_values[] = {
    {"the least i32 by -1", "00 418080808078 417f 6d 1a 0b",
     SEIGR_TRAP_INTEGER_OVERFLOW},
    {"the least i64 by -1", "00 42808080808080808080 7f 427f 7f 1a 0b",
     SEIGR_TRAP_INTEGER_OVERFLOW},
    {"an i32 by zero", "00 4101 4100 6e 1a 0b", SEIGR_TRAP_DIVIDE_BY_ZERO},
    {"an i64 remainder by zero", "00 4201 4200 82 1a 0b",
     SEIGR_TRAP_DIVIDE_BY_ZERO},
    {"an integer of a NaN", "00 43 0000c07f a8 1a 0b",
     SEIGR_TRAP_INVALID_CONVERSION},
    {"an i32 of 2^31", "00 44 000000000000e041 aa 1a 0b",
     SEIGR_TRAP_INTEGER_OVERFLOW},
    {"the remainder of the least i64 by -1",
     "00 42808080808080808080 7f 427f 81 1a 0b", HARMLESS},
    {"a shift by 2^32 - 1", "00 4101 417f 74 1a 0b", HARMLESS},
};

static const escape escape_host[] = {
    {"a host's pointer behind memory", "00 41808004 4108 1000 0b",
     SEIGR_TRAP_HOST},
    {"a host's pointer at -1", "00 417f 4108 1000 0b", SEIGR_TRAP_HOST},
    {"a host's buffer over the end", "00 41faff03 4108 1000 0b",
     SEIGR_TRAP_HOST},
    {"a host's buffer of 2^32 - 1 bytes", "00 4101 417f 1000 0b",
     SEIGR_TRAP_HOST},
    {"a host's buffer that wraps", "00 4178 4110 1000 0b", SEIGR_TRAP_HOST},
    {"a host's buffer of nothing past the end", "00 41818004 4100 1000 0b",
     SEIGR_TRAP_HOST},
};

/* --- running ----------------------------------------------------------- */

/* The host writes where the guest says, as far as the engine lets it. */
static int escape_poke(seigr_host_call *call)
{
    static const uint8_t bytes[16] = {1, 2, 3};
    const uint32_t len = (uint32_t)call->values[1];
    const seigr_span span = {bytes, len < sizeof(bytes) ? len : sizeof(bytes)};

    if (len > sizeof(bytes))
        return SEIGR_HOST_TRAP;
    return seigr_instance_write(call->instance, call->values[0], span) == 0
               ? SEIGR_HOST_OK
               : SEIGR_HOST_TRAP;
}

static const seigr_host_function escape_function = {"t", "poke", "ii:", NULL,
                                                    escape_poke};

/* A length as LEB128 of two bytes. */
static void escape_len(char *hex, size_t len)
{
    assert_true(len < 1u << 14);
    snprintf(hex, 5, "%02x%02x", (unsigned)(len & 0x7f) | 0x80u,
             (unsigned)(len >> 7) & 0x7fu);
}

static seigr_module *escape_module(const char *body)
{
    char hex[4096];
    char clean[1024];
    char body_len[8];
    char code_len[8];
    size_t len = 0;

    for (; *body != '\0'; body++)
        if (*body != ' ') {
            assert_true(len + 1 < sizeof(clean));
            clean[len++] = *body;
        }
    clean[len] = '\0';
    escape_len(body_len, len / 2);
    escape_len(code_len, 1 + 2 + len / 2 + 5);
    snprintf(hex, sizeof(hex),
             "0061736d01000000"
             "010e0360000060017f017f60027f7f00"
             "020a01017404706f6b650002"
             "0303020001"
             "04050170010404"
             "050401010102"
             "0606017f0141000b"
             "090d020041000b01020100030001"
             "02"
             "0c0101"
             "0a%s02%s%s040020000b"
             "0b0b0101080102030405060708",
             code_len, body_len, clean);
    return machine_module(support_hex(hex));
}

static seigr_instance *escape_instance(const seigr_module *module)
{
    static const seigr_extern import = {SEIGR_WASM_FUNCTION, 0, NULL,
                                        &escape_function, NULL};
    seigr_instance *instance = NULL;

    assert_ok(seigr_instance_new(machine_context(), module, NULL, &import, 1,
                                 &instance, NULL));
    assert_int_equal(machine_run(instance, 0).status, SEIGR_RUN_DONE);
    return instance;
}

static seigr_hash escape_root(seigr_instance *instance)
{
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_hash root;

    assert_ok(seigr_state_root(instance, &info, &root));
    return root;
}

/* Run the attempt with fuel in steps of slice, to its end. */
static void escape_try(const seigr_module *module, const escape *attempt,
                       uint64_t slice)
{
    seigr_instance *instance = escape_instance(module);
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t fuel = 3000000;

    assert_ok(seigr_instance_call(instance, 1, NULL, 0, NULL));
    do {
        const uint64_t before = outcome.fuel_used;

        assert_ok(seigr_instance_step(instance, slice, &outcome));
        if (outcome.fuel_used == before)
            slice *= 2; /* too little for one instruction */
    } while (outcome.status == SEIGR_RUN_OUT_OF_FUEL &&
             outcome.fuel_used + slice <= fuel);
    if (attempt->end == ENDLESS
            ? outcome.status != SEIGR_RUN_OUT_OF_FUEL
            : (outcome.status != (attempt->end == HARMLESS
                                      ? SEIGR_RUN_DONE
                                      : SEIGR_RUN_TRAPPED) ||
               outcome.trap != attempt->end))
        fail_msg("%s, in steps of %llu: status %u, %s", attempt->name,
                 (unsigned long long)slice, outcome.status,
                 seigr_trap_text(outcome.trap));
    assert_true(seigr_instance_memory(instance).len <= 2 * 65536u);
    seigr_instance_free(instance);
}

static void escape_all(const char *family, const escape *attempts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        seigr_module *module = escape_module(attempts[i].body);
        seigr_instance *neighbour = escape_instance(module);
        const seigr_hash before = escape_root(neighbour);
        seigr_hash after;

        escape_try(module, &attempts[i], 3000000); /* fast */
        escape_try(module, &attempts[i], 2049);    /* and precisely */
        after = escape_root(neighbour);
        assert_memory_equal(&after, &before, sizeof(after));
        seigr_instance_free(neighbour);
        seigr_module_free(module);
    }
    support_count(family, count);
}

#define ESCAPE_ALL(family, attempts)                                           \
    escape_all(family, attempts, sizeof(attempts) / sizeof((attempts)[0]))

void test_engine_sandbox__memory(void **state)
{
    (void)state;
    ESCAPE_ALL("escapes through memory contained", escape_memory);
}

void test_engine_sandbox__table(void **state)
{
    (void)state;
    ESCAPE_ALL("escapes through the table contained", escape_table);
}

void test_engine_sandbox__stack(void **state)
{
    (void)state;
    ESCAPE_ALL("escapes through the stack contained", escape_stack);
}

void test_engine_sandbox__values(void **state)
{
    (void)state;
    ESCAPE_ALL("escapes through values contained", escape_values);
}

void test_engine_sandbox__host(void **state)
{
    (void)state;
    ESCAPE_ALL("escapes through the host contained", escape_host);
}

/* SPDX-License-Identifier: MIT */
/*
 * Modules and snapshots that are not what they say. Each is refused before
 * anything of it runs, with a sentence, and leaves nothing allocated.
 */
#include "machine.h"

#include "seigr/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of hex with spaces in it. */
static seigr_span forgery_hex(const char *hex)
{
    char clean[8192];
    size_t len = 0;

    for (; *hex != '\0'; hex++)
        if (*hex != ' ') {
            assert_true(len + 1 < sizeof(clean));
            clean[len++] = *hex;
        }
    clean[len] = '\0';
    return support_hex(clean);
}

/* --- modules ----------------------------------------------------------- */

typedef struct forgery {
    const char *name;
    const char *hex;  /* behind magic and version */
    const char *text; /* a part of the refusal */
} forgery;

#define TYPE "010401600000 " /* () -> () */
#define FUNCTION TYPE "03020100 "
#define MEMORY "0503010001 "
#define TABLE "0404017000 01 "

static const forgery forgery_modules[] = {
    {"an integer of six bytes", "01 868080808000", "too long"},
    {"an integer of 33 bits", "01 ffffffff1f", "too large"},
    {"a section longer than the module", "01 7f 00", "do not fit"},
    {"2^32 - 1 types", "01 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 functions", TYPE "03 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 imports", "02 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 exports", "07 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 globals", "06 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 element segments", "09 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 data segments", "0b 05 ffffffff0f", "do not fit"},
    {"2^32 - 1 announced data segments", "0c 05 ffffffff0f", "the limit"},
    {"2^32 - 1 elements in a segment", TABLE "09 0a 01 00 41000b ffffffff0f",
     "do not fit"},
    {"2^32 - 1 bytes in a segment", MEMORY "0b 0a 01 00 41000b ffffffff0f",
     "do not fit"},
    {"2^32 - 1 parameters", "01 07 01 60 ffffffff0f", "do not fit"},
    {"a name of 2^32 - 1 bytes", "02 06 01 ffffffff0f", "do not fit"},
    {"a name that is not UTF-8", "02 07 01 02 c080 00 00 00", "UTF-8"},
    {"2^32 - 1 locals", FUNCTION "0a 0a 01 08 01 ffffffff0f 7f 0b",
     "too many locals"},
    {"locals of which the sum wraps",
     FUNCTION "0a 10 01 0e 02 ffffffff0f 7f ffffffff0f 7f 0b",
     "too many locals"},
    {"a function without a body", FUNCTION, "inconsistent"},
    {"a body without a function", TYPE "0a 04 01 02 00 0b", "inconsistent"},
    {"two bodies for one function", FUNCTION "0a 07 02 02 000b 02 000b",
     "inconsistent"},
    {"a body longer than its section", FUNCTION "0a 04 01 7f 00 0b",
     "do not fit"},
    {"a body without its end", FUNCTION "0a 04 01 02 00 01", "unexpected end"},
    {"code behind the end", FUNCTION "0a 05 01 03 00 0b 01", "mismatch"},
    {"a block that is not closed", FUNCTION "0a 06 01 04 00 0240 0b",
     "unexpected end"},
    {"else without if", FUNCTION "0a 05 01 03 00 05 0b", "else without if"},
    {"an operand that is not there", FUNCTION "0a 06 01 04 00 6a 1a 0b",
     "missing"},
    {"an operand of the block outside",
     FUNCTION "0a 0a 01 08 00 4100 0240 1a 0b 0b", "missing"},
    {"an operand of another type", FUNCTION "0a 09 01 07 00 4100 4200 6a 0b",
     "mismatch"},
    {"an operand that is left over", FUNCTION "0a 06 01 04 00 4100 0b",
     "mismatch"},
    {"an operand dropped behind an infinite loop",
     FUNCTION "0a 0a 01 08 00 0340 0c00 1a 0b 1a 0b", "missing"},
    {"a branch past the body", FUNCTION "0a 06 01 04 00 0c01 0b",
     "unknown label"},
    {"a branch 2^32 - 1 levels out", FUNCTION "0a 0a 01 08 00 0cffffffff0f 0b",
     "unknown label"},
    {"a table of 2^32 - 1 branches",
     FUNCTION "0a 0c 01 0a 00 4100 0e ffffffff0f 0b", "do not fit"},
    {"branches of one table that carry different values",
     FUNCTION "0a 10 01 0e 00 027f 4100 4100 0e01 00 01 0b 1a 0b", "carry"},
    {"a call of a function that is not there",
     FUNCTION "0a 06 01 04 00 1001 0b", "unknown function"},
    {"an indirect call without a table",
     FUNCTION "0a 09 01 07 00 4100 110000 0b", "unknown table"},
    {"an indirect call of a type that is not there",
     FUNCTION TABLE "0a 09 01 07 00 4100 110100 0b", "unknown type"},
    {"a local that is not there", FUNCTION "0a 07 01 05 00 2000 1a 0b",
     "unknown local"},
    {"a global that is not there", FUNCTION "0a 07 01 05 00 2300 1a 0b",
     "unknown global"},
    {"a write to an immutable global",
     FUNCTION "0606017f0041000b 0a 08 01 06 00 4100 2400 0b", "immutable"},
    {"a load without a memory", FUNCTION "0a 0a 01 08 00 4100 280000 1a 0b",
     "unknown memory"},
    {"a load of memory 1", FUNCTION MEMORY "0a 0b 01 09 00 4100 28400000 1a 0b",
     "memories"},
    {"an alignment of 2^31", FUNCTION MEMORY "0a 0a 01 08 00 4100 281f00 1a 0b",
     "alignment"},
    {"memory.init without a count of segments",
     FUNCTION MEMORY "0a 0e 01 0c 00 4100 4100 4100 fc080000 0b", "data count"},
    {"a block of a type that is not there",
     FUNCTION "0a 07 01 05 00 0201 0b 0b", "unknown type"},
    {"memory of 65,537 pages", "05 05 01 00 818004", "at most"},
    {"less at most than at least", "05 04 01 01 02 01", "minimum"},
    {"shared memory", "05 04 01 03 01 02", "threads"},
    {"64-bit memory", "05 03 01 04 01", "64-bit"},
    {"two memories", "05 05 02 0001 0001", "multiple memories"},
    {"two tables", "04 07 02 700001 700001", "multiple tables"},
    {"a start function that takes a value",
     "01050160017f00 03020100 080100 0a 04 01 02 00 0b", "start function"},
    {"a start function that is not there", "08 01 00", "unknown function"},
    {"an export that is not there", "07 05 01 01 61 00 00", "unknown function"},
    {"two exports of one name",
     FUNCTION "07 09 02 01 61 00 00 01 61 00 00 0a 04 01 02 00 0b",
     "duplicate"},
    {"sections out of order", MEMORY TYPE, "out of order"},
    {"a section twice", TYPE TYPE, "out of order"},
    {"a section that is not known", "0e 00", "malformed section"},
    {"a global made of one that comes later", "06 06 01 7f 00 2300 0b",
     "constant expression"},
    {"a segment's place computed by a call",
     FUNCTION MEMORY "0a 04 01 02 00 0b 0b 07 01 00 1000 0b 01 00",
     "constant expression"},
    {"a segment for a memory that is not there", "0b 06 01 00 41000b 00",
     "unknown memory"},
    {"a segment for a table that is not there", "09 06 01 00 41000b 00",
     "unknown table"},
    {"a segment of a function that is not there",
     TABLE "09 07 01 00 41000b 01 00", "unknown function"},
    {"flags of a segment that are not known", TABLE "09 03 01 08 00",
     "malformed element segment flags"},
    {"vectors of 128 bits", FUNCTION "0a 07 01 05 00 fd0c 1a 0b", "SIMD"},
    {"a value of reference type", "01050160016f00", "reference types"},
};

void test_engine_forgery__modules(void **state)
{
    const size_t count = sizeof(forgery_modules) / sizeof(forgery);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const forgery *f = &forgery_modules[i];
        char hex[4096];
        seigr_context context = SEIGR_CONTEXT_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        support_memory memory;
        seigr_module *module = NULL;
        seigr_span bytes;
        int err;

        snprintf(hex, sizeof(hex), "0061736d01000000%s", f->hex);
        bytes = forgery_hex(hex);
        support_memory_init(&memory);
        context.allocator = &memory.allocator;
        err = seigr_module_new(&context, bytes, NULL, &module, &error);
        if (err >= 0 || strstr(error.text, f->text) == NULL)
            fail_msg("%s: %d %s", f->name, err, error.text);
        assert_true(error.offset <= bytes.len);
        assert_null(module);
        assert_int_equal(memory.live_count, 0);
        assert_true(memory.peak_bytes <= bytes.len * SEIGR_MODULE_MEMORY_TIMES +
                                             SEIGR_MODULE_MEMORY_BASE);
    }
    support_count("forged modules refused", count);
}

void test_engine_forgery__blocks_inside_each_other(void **state)
{
    static const uint8_t head[] = {0, 'a',  's', 'm', 1, 0, 0, 0, 1, 4,
                                   1, 0x60, 0,   0,   3, 2, 1, 0, 10};
    enum { DEPTH = 20000 };
    const uint32_t body = 1 + 2 * DEPTH + DEPTH + 1;
    uint8_t *bytes = malloc(sizeof(head) + body + 16);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module *module = NULL;
    size_t at = sizeof(head);

    (void)state;
    assert_non_null(bytes);
    memcpy(bytes, head, sizeof(head));
    bytes[at++] = (uint8_t)((body + 4) & 0x7f) | 0x80;
    bytes[at++] = (uint8_t)((body + 4) >> 7 & 0x7f) | 0x80;
    bytes[at++] = (uint8_t)((body + 4) >> 14);
    bytes[at++] = 1;
    bytes[at++] = (uint8_t)(body & 0x7f) | 0x80;
    bytes[at++] = (uint8_t)(body >> 7 & 0x7f) | 0x80;
    bytes[at++] = (uint8_t)(body >> 14);
    bytes[at++] = 0;
    for (uint32_t i = 0; i < DEPTH; i++) {
        bytes[at++] = 0x02;
        bytes[at++] = 0x40;
    }
    memset(bytes + at, 0x0b, DEPTH + 1);
    at += DEPTH + 1;
    assert_int_equal(seigr_module_new(machine_context(),
                                      (seigr_span){bytes, at}, NULL, &module,
                                      &error),
                     SEIGR_E_LIMIT);
    assert_string_equal(error.text, "more than 16384 blocks inside each other");
    free(bytes);
}

/* What is valid but does not fit its memory or table traps before start. */
void test_engine_forgery__segments_out_of_bounds(void **state)
{
    static const struct {
        const char *hex;
        uint32_t trap;
    } cases[] = {
        {MEMORY "0b 0a 01 00 41ffff030b 02 0102", SEIGR_TRAP_MEMORY},
        {MEMORY "0b 07 01 00 417f0b 01 01", SEIGR_TRAP_MEMORY},
        {MEMORY "0b 08 01 00 4181800 40b 00", SEIGR_TRAP_MEMORY},
        {FUNCTION TABLE "09 07 01 00 41010b 01 00 0a 04 01 02 00 0b",
         SEIGR_TRAP_TABLE},
        {FUNCTION TABLE "09 07 01 00 417f0b 01 00 0a 04 01 02 00 0b",
         SEIGR_TRAP_TABLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char hex[4096];
        seigr_instance *instance = NULL;
        seigr_outcome outcome;
        seigr_module *module;

        snprintf(hex, sizeof(hex), "0061736d01000000%s", cases[i].hex);
        module = machine_module(forgery_hex(hex));
        assert_ok(seigr_instance_new(machine_context(), module, NULL, NULL, 0,
                                     &instance, NULL));
        outcome = machine_run(instance, 0);
        assert_int_equal(outcome.status, SEIGR_RUN_TRAPPED);
        assert_int_equal(outcome.trap, cases[i].trap);
        assert_int_equal(seigr_instance_call(instance, 0, NULL, 0, NULL),
                         SEIGR_E_CANCELED);
        seigr_instance_free(instance);
        seigr_module_free(module);
    }
}

/* --- snapshots --------------------------------------------------------- */

/* A memory of one page of two, a global i32, a table of four, two data
 * segments and an active element segment. Function 0 is imported. Function 1
 * counts in a local for ever; it is stopped before its addition. Function 2
 * calls function 1. */
#define STATE_MODULE                                                           \
    "0061736d01000000 " TYPE "0207 01 0174 0165 0000 "                         \
    "0303020000 0405017001 0404 050401010102 0606017f0141000b "                \
    "070501 01610001 "                                                         \
    "0907010041000b0102 0c0102 "                                               \
    "0a17 02 10 01017f 0340 2000 4101 6a 2100 0c00 0b 0b 04 00 1001 0b "       \
    "0b07 02 010161 010162"

/* The parts of a state, in hex. */
enum {
    PART_VERSION,
    PART_PROGRAM,
    PART_TASK,
    PART_FUEL,
    PART_PAGES,
    PART_GLOBALS,
    PART_TABLE,
    PART_DATA,
    PART_ELEMENTS,
    PART_FRAMES,
    PART_HOST,
    PART_COUNT
};

#define ZERO_ID                                                                \
    "5820 0000000000000000000000000000000000000000000000000000000000000000"

static const char *const forgery_parts[PART_COUNT] = {
    "01",
    ZERO_ID,
    ZERO_ID,
    "09",
    "01",
    "81 00",
    "84 02 f6 f6 f6",
    "80",
    "81 00",
    "81 84 01 09 81 01 82 01 01",
    "85 06 00 01 80 f6",
};

static const struct {
    const char *name;
    uint32_t part;
    const char *hex;
} forgery_states[] = {
    {"another version", PART_VERSION, "02"},
    {"a version that is no number", PART_VERSION, "f6"},
    {"a short program", PART_PROGRAM, "41 00"},
    {"a task that is no string", PART_TASK, "00"},
    {"less than no fuel", PART_FUEL, "20"},
    {"2^63 of fuel", PART_FUEL, "1b 8000000000000000"},
    {"fuel that is written too long", PART_FUEL, "18 09"},
    {"no memory", PART_PAGES, "00"},
    {"more memory than allowed", PART_PAGES, "03"},
    {"2^32 pages", PART_PAGES, "1b 0000000100000000"},
    {"no globals", PART_GLOBALS, "80"},
    {"a global too many", PART_GLOBALS, "82 00 00"},
    {"a global of 33 bits", PART_GLOBALS, "81 1b 0000000100000000"},
    {"a global that is nothing", PART_GLOBALS, "81 f6"},
    {"2^64 - 1 globals", PART_GLOBALS, "9b ffffffffffffffff"},
    {"a short table", PART_TABLE, "83 02 f6 f6"},
    {"a long table", PART_TABLE, "85 02 f6 f6 f6 f6"},
    {"a function behind the last", PART_TABLE, "84 03 f6 f6 f6"},
    {"function 2^32", PART_TABLE, "84 1b 0000000100000000 f6 f6 f6"},
    {"function 2^64 - 1", PART_TABLE, "84 1b ffffffffffffffff f6 f6 f6"},
    {"an element that is text", PART_TABLE, "84 61 61 f6 f6 f6"},
    {"a dropped segment behind the last", PART_DATA, "81 02"},
    {"dropped twice", PART_DATA, "82 00 00"},
    {"dropped in another order", PART_DATA, "82 01 00"},
    {"more dropped than there are", PART_DATA, "83 00 01 01"},
    {"segment 2^63", PART_ELEMENTS, "81 1b 8000000000000000"},
    {"no frames in a call", PART_FRAMES, "80"},
    {"2^32 frames", PART_FRAMES, "9b 0000000100000000"},
    {"a frame of the host's", PART_FRAMES, "81 84 00 09 81 01 82 01 01"},
    {"a frame of no function", PART_FRAMES, "81 84 03 09 81 01 82 01 01"},
    {"a frame of function 2^32 + 1", PART_FRAMES,
     "81 84 1b 0000000100000001 09 81 01 82 01 01"},
    {"a frame of three parts", PART_FRAMES, "81 83 01 09 81 01"},
    {"a frame in its declarations", PART_FRAMES, "81 84 01 00 81 01 82 01 01"},
    {"a frame inside an instruction", PART_FRAMES,
     "81 84 01 08 81 01 82 01 01"},
    {"a frame before what costs nothing", PART_FRAMES, "81 84 01 03 81 01 80"},
    {"a frame behind a jump", PART_FRAMES, "81 84 01 0e 81 01 80"},
    {"a frame behind its body", PART_FRAMES, "81 84 01 10 81 01 82 01 01"},
    {"a frame at 2^32 + 9", PART_FRAMES,
     "81 84 01 1b 0000000100000009 81 01 82 01 01"},
    {"a frame without its local", PART_FRAMES, "81 84 01 09 80 82 01 01"},
    {"a frame with a local too many", PART_FRAMES,
     "81 84 01 09 82 01 01 82 01 01"},
    {"a local of 33 bits", PART_FRAMES,
     "81 84 01 09 81 1b 0000000100000000 82 01 01"},
    {"an operand too few", PART_FRAMES, "81 84 01 09 81 01 81 01"},
    {"an operand too many", PART_FRAMES, "81 84 01 09 81 01 83 01 01 01"},
    {"an operand of 33 bits", PART_FRAMES,
     "81 84 01 09 81 01 82 01 1b 0000000100000000"},
    {"2^32 operands", PART_FRAMES, "81 84 01 09 81 01 9b 0000000100000000"},
    {"a caller that called nobody", PART_FRAMES,
     "82 84 01 09 81 01 82 01 01 84 01 09 81 01 82 01 01"},
    {"a caller that called another", PART_FRAMES,
     "83 84 01 09 81 01 82 01 01 84 02 03 80 80 84 02 03 80 80"},
    {"frames in another order", PART_FRAMES,
     "82 84 02 03 80 80 84 01 09 81 01 82 01 01"},
    {"a phase that is over", PART_HOST, "85 07 00 01 80 f6"},
    {"a phase that is not known", PART_HOST, "85 18 64 00 01 80 f6"},
    {"idle with frames", PART_HOST, "85 04 00 01 80 f6"},
    {"asked for with frames", PART_HOST, "85 05 00 01 80 f6"},
    {"initialising with frames", PART_HOST, "85 00 00 f6 80 f6"},
    {"started without a start function", PART_HOST, "85 03 00 f6 80 f6"},
    {"a segment in a call", PART_HOST, "85 06 01 01 80 f6"},
    {"a call of nothing", PART_HOST, "85 06 00 f6 80 f6"},
    {"a call of another function", PART_HOST, "85 06 00 02 80 f6"},
    {"a call of a function behind the last", PART_HOST, "85 06 00 03 80 f6"},
    {"a call of function 2^32 + 1", PART_HOST,
     "85 06 00 1b 0000000100000001 80 f6"},
    {"results that the call has not", PART_HOST, "85 06 00 01 81 00 f6"},
    {"a host's part that is cut off", PART_HOST, "85 06 00 01 80 41"},
    {"a host's part that is not deterministic", PART_HOST,
     "85 06 00 01 80 18 01"},
};

static int forgery_no_page(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    (void)hash;
    (void)page;
    return ctx == NULL ? SEIGR_E_NOTFOUND : 0;
}

static int forgery_host(seigr_host_call *call)
{
    (void)call;
    return SEIGR_HOST_OK;
}

static seigr_instance *forgery_instance(const seigr_module *module)
{
    static const seigr_host_function host = {"t", "e", ":", NULL, forgery_host};
    const seigr_extern import = {SEIGR_WASM_FUNCTION, 0, NULL, &host, NULL};
    seigr_instance *instance = NULL;

    assert_ok(seigr_instance_new(machine_context(), module, NULL, &import, 1,
                                 &instance, NULL));
    return instance;
}

/* A snapshot of the parts, one of which is another; part PART_COUNT: none.
 * count leaves, of zeros but for the first byte of the last one. */
static seigr_span forgery_snapshot(uint32_t part, const char *hex,
                                   uint32_t leaves, uint8_t spoil)
{
    static const uint8_t zeros[SEIGR_STATE_PAGE_LEN];
    char text[16384];
    char digits[2 * 32 + 1];
    seigr_hash zero;
    size_t at;

    at = (size_t)snprintf(text, sizeof(text), "82 8b");
    for (uint32_t i = 0; i < PART_COUNT; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, " %s",
                               i == part ? hex : forgery_parts[i]);
    at +=
        (size_t)snprintf(text + at, sizeof(text) - at, " 59 %04x", leaves * 32);
    seigr_merkle_hash_leaf(machine_context(),
                           (seigr_span){zeros, sizeof(zeros)}, &zero);
    for (uint32_t i = 0; i < leaves; i++) {
        if (i + 1 == leaves)
            zero.bytes[0] ^= spoil;
        for (size_t k = 0; k < 32; k++)
            snprintf(digits + 2 * k, 3, "%02x", zero.bytes[k]);
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s", digits);
    }
    return forgery_hex(text);
}

static int forgery_restore(const seigr_module *module, seigr_span snapshot,
                           seigr_error *error)
{
    seigr_instance *instance = forgery_instance(module);
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    const int err = seigr_snapshot_restore(instance, snapshot, forgery_no_page,
                                           NULL, NULL, NULL, error);

    if (err < 0)
        assert_int_equal(seigr_instance_step(instance, 1, &outcome),
                         SEIGR_E_INVAL);
    else
        assert_ok(seigr_instance_step(instance, 1000, &outcome));
    seigr_instance_free(instance);
    return err;
}

/* The state that is forged is what the instance really comes to. */
void test_engine_forgery__begins_from_a_true_state(void **state)
{
    seigr_module *module = machine_module(forgery_hex(STATE_MODULE));
    seigr_instance *instance = forgery_instance(module);
    const seigr_span want = forgery_snapshot(PART_COUNT, NULL, 16, 0);
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    machine_state found;

    (void)state;
    assert_ok(seigr_instance_step(instance, 100, &outcome));
    assert_ok(seigr_instance_call(instance, 1, NULL, 0, NULL));
    assert_ok(seigr_instance_step(instance, 9 - outcome.fuel_used, &outcome));
    found = machine_take(instance);
    assert_int_equal(found.rest_len, want.len);
    assert_memory_equal(found.rest, want.ptr, want.len);
    machine_drop(&found);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

void test_engine_forgery__snapshots(void **state)
{
    const size_t count = sizeof(forgery_states) / sizeof(forgery_states[0]);
    seigr_module *module = machine_module(forgery_hex(STATE_MODULE));
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    assert_ok(forgery_restore(module, forgery_snapshot(PART_COUNT, NULL, 16, 0),
                              &error));
    for (size_t i = 0; i < count; i++) {
        error = (seigr_error)SEIGR_ERROR_INIT;
        if (forgery_restore(module,
                            forgery_snapshot(forgery_states[i].part,
                                             forgery_states[i].hex, 16, 0),
                            &error) >= 0)
            fail_msg("%s: taken", forgery_states[i].name);
        if (error.text[0] == '\0')
            fail_msg("%s: without a word", forgery_states[i].name);
    }
    seigr_module_free(module);
    support_count("forged states refused", count);
}

void test_engine_forgery__pages(void **state)
{
    seigr_module *module = machine_module(forgery_hex(STATE_MODULE));
    seigr_error error = SEIGR_ERROR_INIT;
    const seigr_span other = forgery_snapshot(PART_COUNT, NULL, 16, 1);
    seigr_instance *instance = forgery_instance(module);
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    int ctx = 1;

    (void)state;
    /* fewer, more, none */
    assert_int_equal(forgery_restore(module,
                                     forgery_snapshot(PART_COUNT, NULL, 15, 0),
                                     &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(forgery_restore(module,
                                     forgery_snapshot(PART_COUNT, NULL, 17, 0),
                                     &error),
                     SEIGR_E_FORMAT);
    /* a page that nobody has; one of no bytes in its place */
    assert_int_equal(forgery_restore(module, other, &error), SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_snapshot_restore(instance, other, forgery_no_page,
                                            &ctx, NULL, NULL, &error),
                     SEIGR_E_MISMATCH);
    seigr_instance_free(instance);
    /* an instance that has run, be it without fuel */
    instance = forgery_instance(module);
    assert_ok(seigr_instance_step(instance, 1, &outcome));
    assert_int_equal(seigr_snapshot_restore(
                         instance, forgery_snapshot(PART_COUNT, NULL, 16, 0),
                         forgery_no_page, NULL, NULL, NULL, &error),
                     SEIGR_E_INVAL);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

/* Where there is no function, none can be named. */
void test_engine_forgery__states_of_no_functions(void **state)
{
    static const char *const snapshots[] = {
        "82 8b 01 " ZERO_ID ZERO_ID " 00 00 80 81 00 80 80 80 "
        "85 04 00 f6 80 f6 40",
        "82 8b 01 " ZERO_ID ZERO_ID " 00 00 80 81 f6 80 80 80 "
        "85 04 00 05 80 f6 40",
        "82 8b 01 " ZERO_ID ZERO_ID " 00 00 80 81 f6 80 80 80 "
        "85 05 00 05 80 f6 40",
        "82 8b 01 " ZERO_ID ZERO_ID " 00 00 80 81 f6 80 80 "
        "81 84 05 00 80 80 85 06 00 05 80 f6 40",
        "82 8b 01 " ZERO_ID ZERO_ID " 00 00 80 81 f6 81 00 80 80 "
        "85 04 00 f6 80 f6 40",
    };
    seigr_module *module =
        machine_module(forgery_hex("0061736d01000000" TABLE));

    (void)state;
    for (size_t i = 0; i < sizeof(snapshots) / sizeof(snapshots[0]); i++) {
        seigr_instance *instance = NULL;

        assert_ok(seigr_instance_new(machine_context(), module, NULL, NULL, 0,
                                     &instance, NULL));
        assert_int_equal(
            seigr_snapshot_restore(instance, forgery_hex(snapshots[i]),
                                   forgery_no_page, NULL, NULL, NULL, NULL),
            SEIGR_E_FORMAT);
        seigr_instance_free(instance);
    }
    seigr_module_free(module);
}

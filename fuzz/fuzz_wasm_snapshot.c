/* SPDX-License-Identifier: MIT */
/*
 * The door for snapshots: bytes of anyone's are refused, or become a state
 * that runs within its bounds. The program is fixed: it calls directly and
 * through a table, and has memory, globals and values of every type.
 *
 * Input: the snapshot; pages are asked for by hash, and none is had.
 */
#include "fuzz.h"

#include "seigr/crypto.h"
#include "seigr/engine.h"

/* (module
 *   (type $t (func (param i32 i64) (result f64)))
 *   (table 3 funcref) (memory 1 2)
 *   (global (mut i32) (i32.const 1)) (global f64 (f64.const 2))
 *   (elem (i32.const 0) $f $f) (data "abcd")
 *   (func $f (type $t) (local f32)
 *     (if (result f64) (i32.eqz (local.get 0))
 *       (then (f64.convert_i64_s (i64.load (i32.wrap_i64 (local.get 1)))))
 *       (else (f64.add (f64.const 1)
 *         (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1))
 *           (i64.add (local.get 1) (i64.const 8)) (i32.const 1))))))
 *   (func (export "run") (result f64)
 *     (global.set 0 (i32.const 5))
 *     (call $f (i32.const 9) (i64.const 0)))) */
static const uint8_t snapshot_program[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0b, 0x02, 0x60,
    0x02, 0x7f, 0x7e, 0x01, 0x7c, 0x60, 0x00, 0x01, 0x7c, 0x03, 0x03, 0x02,
    0x00, 0x01, 0x04, 0x04, 0x01, 0x70, 0x00, 0x03, 0x05, 0x04, 0x01, 0x01,
    0x01, 0x02, 0x06, 0x12, 0x02, 0x7f, 0x01, 0x41, 0x01, 0x0b, 0x7c, 0x00,
    0x44, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x0b, 0x07, 0x07,
    0x01, 0x03, 0x72, 0x75, 0x6e, 0x00, 0x01, 0x09, 0x08, 0x01, 0x00, 0x41,
    0x00, 0x0b, 0x02, 0x00, 0x00, 0x0a, 0x3a, 0x02, 0x2b, 0x01, 0x01, 0x7d,
    0x20, 0x00, 0x45, 0x04, 0x7c, 0x20, 0x01, 0xa7, 0x29, 0x03, 0x00, 0xb9,
    0x05, 0x44, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf0, 0x3f, 0x20, 0x00,
    0x41, 0x01, 0x6b, 0x20, 0x01, 0x42, 0x08, 0x7c, 0x41, 0x01, 0x11, 0x00,
    0x00, 0xa0, 0x0b, 0x0b, 0x0c, 0x00, 0x41, 0x05, 0x24, 0x00, 0x41, 0x09,
    0x42, 0x00, 0x10, 0x00, 0x0b, 0x0b, 0x07, 0x01, 0x01, 0x04, 0x61, 0x62,
    0x63, 0x64};

static void *snapshot_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void snapshot_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int snapshot_get(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    (void)hash;
    (void)page;
    (void)ctx;
    return SEIGR_E_NOTFOUND;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_allocator allocator = {
        (uint32_t)sizeof(allocator), 0, snapshot_alloc, snapshot_release, NULL};
    const seigr_span program = {snapshot_program, sizeof(snapshot_program)};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_instance *instance = NULL;
    seigr_module *module = NULL;
    seigr_hash root;
    seigr_hash again;

    context.allocator = &allocator;
    context.crypto = seigr_crypto_sodium();
    FUZZ_REQUIRE(seigr_module_new(&context, program, NULL, &module, NULL) == 0);
    FUZZ_REQUIRE(seigr_instance_new(&context, module, NULL, NULL, 0, &instance,
                                    NULL) == 0);
    if (size > 0 &&
        seigr_snapshot_restore(instance, (seigr_span){data, size}, snapshot_get,
                               NULL, &info, &root, NULL) == 0) {
        /* What was taken is written the same way: one state, one form. */
        FUZZ_REQUIRE(seigr_state_root(instance, &info, &again) == 0);
        for (size_t i = 0; i < sizeof(root.bytes); i++)
            FUZZ_REQUIRE(root.bytes[i] == again.bytes[i]);
        FUZZ_REQUIRE(seigr_instance_step(instance, 1000, &outcome) == 0);
    }
    seigr_instance_free(instance);
    seigr_module_free(module);
    return 0;
}

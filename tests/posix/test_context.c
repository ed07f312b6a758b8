/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "seigr/sys/crypto.h"
#include "seigr/sys/posix.h"

#include <string.h>
#include <time.h>

void test_posix_context__has_everything(void **state)
{
    seigr_context context;
    uint8_t random[2][32] = {{0}, {0}};
    uint64_t before = (uint64_t)time(NULL);
    uint64_t now;
    void *ptr;

    (void)state;
    assert_ok(seigr_posix_context(&context));
    assert_int_equal(context.struct_size, sizeof(context));
    ptr = context.allocator->alloc(100, context.allocator->ctx);
    assert_non_null(ptr);
    memset(ptr, 1, 100);
    context.allocator->release(ptr, context.allocator->ctx);
    now = context.clock->unix_ms(context.clock->ctx) / 1000;
    assert_in_range(now, before, before + 5);
    now = context.clock->monotonic_ns(context.clock->ctx);
    assert_true(context.clock->monotonic_ns(context.clock->ctx) >= now);
    for (int i = 0; i < 2; i++)
        assert_ok(context.random->fill(random[i], sizeof(random[i]),
                                       context.random->ctx));
    assert_memory_not_equal(random[0], random[1], sizeof(random[0]));
    assert_ptr_equal(context.crypto, seigr_crypto_default());
    assert_int_equal(seigr_posix_context(NULL), SEIGR_E_INVAL);
}

/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/siphash.h"

/* The example of the paper's appendix A: key 00..0f, message 00..0e. */
void test_base_siphash__gives_the_papers_example(void **state)
{
    const uint64_t key[2] = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    uint8_t message[15];

    (void)state;
    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)i;
    assert_true(seigr__siphash(key, message, sizeof(message)) ==
                0xa129ca6149be45e5u);
}

void test_base_siphash__depends_on_key_length_and_every_byte(void **state)
{
    uint64_t key[2] = {1, 2};
    uint8_t message[33] = {0};
    uint64_t base = seigr__siphash(key, message, 32);

    (void)state;
    assert_true(seigr__siphash(key, message, 33) != base);
    assert_true(seigr__siphash(key, message, 0) != base);
    for (size_t i = 0; i < 32; i++) {
        message[i] = 1;
        assert_true(seigr__siphash(key, message, 32) != base);
        message[i] = 0;
    }
    key[1] = 3;
    assert_true(seigr__siphash(key, message, 32) != base);
}

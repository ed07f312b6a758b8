/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "../../ports/compact/sha2.h"
#include "seigr/sys/compact.h"

#include <sodium.h>
#include <string.h>

/* Every length around the ends of blocks, whole and in two pieces. */
void test_compact_sha2__every_length_and_cut(void **state)
{
    const seigr_crypto *compact = seigr_crypto_compact();
    support_rng rng = {25};
    uint8_t data[400];
    size_t count = 0;

    (void)state;
    support_random_bytes(&rng, data, sizeof(data));
    for (size_t len = 0; len <= sizeof(data); len++) {
        uint8_t expected[64], digest[64];
        seigr__sha512 wide;
        seigr_sha256_state running;
        const size_t cut = support_random_below(&rng, len + 1);

        (void)crypto_hash_sha512(expected, data, len);
        seigr__sha512_init(&wide);
        seigr__sha512_update(&wide, data, cut);
        seigr__sha512_update(&wide, data + cut, len - cut);
        seigr__sha512_final(&wide, digest);
        assert_memory_equal(digest, expected, 64);

        (void)crypto_hash_sha256(expected, data, len);
        compact->sha256(digest, data, len, compact->ctx);
        assert_memory_equal(digest, expected, 32);
        compact->sha256_init(&running, compact->ctx);
        compact->sha256_update(&running, data, cut, compact->ctx);
        compact->sha256_update(&running, data + cut, len - cut, compact->ctx);
        compact->sha256_final(&running, digest, compact->ctx);
        assert_memory_equal(digest, expected, 32);
        count++;
    }
    support_count("compact-sha2", count);
}

/* A copy is a branch. */
void test_compact_sha2__branches(void **state)
{
    const seigr_crypto *compact = seigr_crypto_compact();
    seigr_sha256_state a, b;
    uint8_t digest[2][32];

    (void)state;
    compact->sha256_init(&a, compact->ctx);
    compact->sha256_update(&a, (const uint8_t *)"one", 3, compact->ctx);
    b = a;
    compact->sha256_update(&a, (const uint8_t *)"two", 3, compact->ctx);
    compact->sha256_update(&b, (const uint8_t *)"six", 3, compact->ctx);
    compact->sha256_final(&a, digest[0], compact->ctx);
    compact->sha256_final(&b, digest[1], compact->ctx);
    assert_memory_not_equal(digest[0], digest[1], 32);
    compact->sha256(digest[1], (const uint8_t *)"onetwo", 6, compact->ctx);
    assert_memory_equal(digest[0], digest[1], 32);
}

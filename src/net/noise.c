/* SPDX-License-Identifier: MIT */
/*
 * noise.c - the handshake XX and the ciphers that come out of it.
 *
 * Section numbers are of the Noise Protocol Framework, revision 34.
 *
 * Invariants:
 *   (1) a nonce is used once: it moves with every message that was sealed or
 *       opened, and 2^64-1 is never used (5.1).
 *   (2) an X25519 result of zero ends the handshake (12.1, FORMATS 9).
 *   (3) what is secret and ours is wiped before a function returns.
 */
#include "noise.h" /* seigr__noise_* */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

static const char noise_name[] = "Noise_XX_25519_ChaChaPoly_SHA256";

/* The pattern: the tokens of each message, in order. */
static const char *const noise_pattern[SEIGR__NOISE_MESSAGES] = {
    "e", "eESX", "sY"}; /* E: ee, S: s, X: es, Y: se */

int seigr__noise_usable(const seigr_crypto *crypto)
{
    return crypto != NULL && crypto->sha256 != NULL &&
           crypto->sha256_init != NULL && crypto->sha256_update != NULL &&
           crypto->sha256_final != NULL && crypto->aead_seal != NULL &&
           crypto->aead_open != NULL && crypto->x25519 != NULL &&
           crypto->compare != NULL && crypto->wipe != NULL;
}

static void noise_sha256(const seigr_crypto *crypto, seigr_span first,
                         seigr_span second, uint8_t out[32])
{
    seigr_sha256_state state;

    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, first.ptr, first.len, crypto->ctx);
    if (second.len > 0)
        crypto->sha256_update(&state, second.ptr, second.len, crypto->ctx);
    crypto->sha256_final(&state, out, crypto->ctx);
    crypto->wipe(&state, sizeof(state), crypto->ctx); /* (3) */
}

void seigr__noise_hmac(const seigr_crypto *crypto, const uint8_t key[32],
                       seigr_span first, seigr_span second, uint8_t out[32])
{
    uint8_t block[64];
    uint8_t inner[32];
    seigr_sha256_state state;

    memset(block, 0x36, sizeof(block));
    for (size_t i = 0; i < 32; i++)
        block[i] ^= key[i];
    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, block, sizeof(block), crypto->ctx);
    if (first.len > 0)
        crypto->sha256_update(&state, first.ptr, first.len, crypto->ctx);
    if (second.len > 0)
        crypto->sha256_update(&state, second.ptr, second.len, crypto->ctx);
    crypto->sha256_final(&state, inner, crypto->ctx);
    for (size_t i = 0; i < sizeof(block); i++)
        block[i] ^= 0x36 ^ 0x5c;
    noise_sha256(crypto, (seigr_span){block, sizeof(block)},
                 (seigr_span){inner, sizeof(inner)}, out);
    crypto->wipe(block, sizeof(block), crypto->ctx); /* (3) */
    crypto->wipe(inner, sizeof(inner), crypto->ctx);
    crypto->wipe(&state, sizeof(state), crypto->ctx);
}

/* HKDF with two outputs (4.3). first may be the chaining key. */
static void noise_hkdf(const seigr_crypto *crypto, const uint8_t chaining[32],
                       seigr_span material, uint8_t first[32],
                       uint8_t second[32])
{
    static const uint8_t one = 1;
    static const uint8_t two = 2;
    uint8_t key[32];

    seigr__noise_hmac(crypto, chaining, material, (seigr_span){NULL, 0}, key);
    seigr__noise_hmac(crypto, key, (seigr_span){&one, 1}, (seigr_span){NULL, 0},
                      first);
    seigr__noise_hmac(crypto, key, (seigr_span){first, 32},
                      (seigr_span){&two, 1}, second);
    crypto->wipe(key, sizeof(key), crypto->ctx); /* (3) */
}

/* The nonce of ChaCha20-Poly1305 (12.3): 32 zero bits, then little-endian. */
static void noise_nonce(uint8_t out[12], uint64_t n)
{
    memset(out, 0, 4);
    for (size_t i = 0; i < 8; i++)
        out[4 + i] = (uint8_t)(n >> (8 * i));
}

int seigr__noise_seal(const seigr_crypto *crypto, seigr__noise_cipher *cipher,
                      seigr_span ad, seigr_span in, uint8_t *out)
{
    uint8_t nonce[SEIGR_AEAD_NONCE_LEN];
    int err;

    if (cipher->nonce == UINT64_MAX)
        return SEIGR_E_LIMIT; /* (1) */
    noise_nonce(nonce, cipher->nonce);
    err = crypto->aead_seal(out, in.ptr, in.len, ad.ptr, ad.len, nonce,
                            cipher->key, crypto->ctx);
    if (err == 0)
        cipher->nonce++;
    return err;
}

int seigr__noise_open(const seigr_crypto *crypto, seigr__noise_cipher *cipher,
                      seigr_span ad, seigr_span in, uint8_t *out)
{
    uint8_t nonce[SEIGR_AEAD_NONCE_LEN];
    int err;

    if (cipher->nonce == UINT64_MAX)
        return SEIGR_E_LIMIT; /* (1) */
    if (in.len < SEIGR_AEAD_TAG_LEN)
        return SEIGR_E_SIGNATURE;
    noise_nonce(nonce, cipher->nonce);
    err = crypto->aead_open(out, in.ptr, in.len, ad.ptr, ad.len, nonce,
                            cipher->key, crypto->ctx);
    if (err == 0)
        cipher->nonce++;
    return err;
}

int seigr__noise_rekey(const seigr_crypto *crypto, seigr__noise_cipher *cipher)
{
    static const uint8_t zeros[32];
    uint8_t sealed[32 + SEIGR_AEAD_TAG_LEN];
    uint8_t nonce[SEIGR_AEAD_NONCE_LEN];
    int err;

    noise_nonce(nonce, UINT64_MAX);
    err = crypto->aead_seal(sealed, zeros, sizeof(zeros), NULL, 0, nonce,
                            cipher->key, crypto->ctx);
    if (err == 0)
        memcpy(cipher->key, sealed, sizeof(cipher->key));
    crypto->wipe(sealed, sizeof(sealed), crypto->ctx); /* (3) */
    return err;
}

int seigr__noise_public(const seigr_crypto *crypto, uint8_t out[32],
                        const uint8_t secret[32])
{
    static const uint8_t base[32] = {9}; /* RFC 7748, 4.1 */

    return crypto->x25519(out, secret, base, crypto->ctx);
}

static void noise_mix_hash(seigr__noise *noise, seigr_span data)
{
    noise_sha256(noise->crypto, (seigr_span){noise->hash, 32}, data,
                 noise->hash);
}

static int noise_mix_key(seigr__noise *noise, const uint8_t secret[32],
                         const uint8_t public_key[32])
{
    static const uint8_t zeros[32];
    const seigr_crypto *crypto = noise->crypto;
    uint8_t shared[32] = {0};
    int err = crypto->x25519(shared, secret, public_key, crypto->ctx);

    if (err == 0 &&
        crypto->compare(shared, zeros, sizeof(zeros), crypto->ctx) == 0)
        err = SEIGR_E_KEY; /* (2) */
    if (err == 0) {
        noise_hkdf(crypto, noise->chaining, (seigr_span){shared, 32},
                   noise->chaining, noise->cipher.key);
        noise->cipher.nonce = 0;
        noise->is_keyed = 1;
    }
    crypto->wipe(shared, sizeof(shared), crypto->ctx); /* (3) */
    return err;
}

int seigr__noise_init(seigr__noise *noise, const seigr_crypto *crypto,
                      int is_initiator, seigr_span prologue,
                      const uint8_t s[32], const uint8_t e[32])
{
    int err;

    assert(seigr__noise_usable(crypto));
    assert(sizeof(noise_name) - 1 == 32); /* so that it is its own hash */
    memset(noise, 0, sizeof(*noise));
    noise->crypto = crypto;
    noise->is_initiator = is_initiator != 0;
    memcpy(noise->hash, noise_name, 32);
    memcpy(noise->chaining, noise_name, 32);
    noise_mix_hash(noise, prologue);
    memcpy(noise->s, s, 32);
    memcpy(noise->e, e, 32);
    err = seigr__noise_public(crypto, noise->s_public, s);
    return err != 0 ? err : seigr__noise_public(crypto, noise->e_public, e);
}

/* The Diffie-Hellman of a token, as this side computes it. */
static int noise_mix_token(seigr__noise *noise, char token)
{
    const int first = noise->is_initiator != 0;

    switch (token) {
    case 'E':
        return noise_mix_key(noise, noise->e, noise->re);
    case 'X': /* the initiator's e, the responder's s */
        return first ? noise_mix_key(noise, noise->e, noise->rs)
                     : noise_mix_key(noise, noise->s, noise->re);
    default:
        assert(token == 'Y');
        return first ? noise_mix_key(noise, noise->s, noise->re)
                     : noise_mix_key(noise, noise->e, noise->rs);
    }
}

/* EncryptAndHash (5.2) at *at of out, which is then moved. */
static int noise_put(seigr__noise *noise, seigr_span plain, seigr_buf out,
                     size_t *at)
{
    const size_t len =
        plain.len + (noise->is_keyed != 0 ? SEIGR_AEAD_TAG_LEN : 0);
    uint8_t *to = out.ptr + *at;
    int err = 0;

    if (len > SEIGR__NOISE_MESSAGE_MAX - *at)
        return SEIGR_E_LIMIT;
    if (out.len - *at < len)
        return SEIGR_E_ROOM;
    if (noise->is_keyed != 0)
        err = seigr__noise_seal(noise->crypto, &noise->cipher,
                                (seigr_span){noise->hash, 32}, plain, to);
    else if (len > 0)
        memcpy(to, plain.ptr, len);
    if (err != 0)
        return err;
    noise_mix_hash(noise, (seigr_span){to, len});
    *at += len;
    return 0;
}

static int noise_put_token(seigr__noise *noise, char token, seigr_buf out,
                           size_t *at)
{
    if (token == 'S' || token == 's')
        return noise_put(noise, (seigr_span){noise->s_public, 32}, out, at);
    if (token != 'e')
        return noise_mix_token(noise, token);
    if (out.len - *at < 32)
        return SEIGR_E_ROOM;
    memcpy(out.ptr + *at, noise->e_public, 32);
    noise_mix_hash(noise, (seigr_span){noise->e_public, 32});
    *at += 32;
    return 0;
}

int seigr__noise_write(seigr__noise *noise, seigr_span payload, seigr_buf out,
                       size_t *len_out)
{
    size_t at = 0;
    int err = 0;

    assert(noise->message < SEIGR__NOISE_MESSAGES);
    assert((noise->message % 2 == 0) == (noise->is_initiator != 0));
    for (const char *t = noise_pattern[noise->message]; *t != '\0'; t++) {
        err = noise_put_token(noise, *t, out, &at);
        if (err != 0)
            return err;
    }
    err = noise_put(noise, payload, out, &at);
    if (err != 0)
        return err;
    noise->message++;
    *len_out = at;
    return 0;
}

/* DecryptAndHash (5.2) of the next len bytes, tag included. */
static int noise_take(seigr__noise *noise, seigr_span *from, size_t len,
                      uint8_t *out)
{
    const seigr_span part = {from->ptr, len};
    int err = 0;

    if (from->len < len)
        return SEIGR_E_FRAME;
    if (noise->is_keyed != 0)
        err = seigr__noise_open(noise->crypto, &noise->cipher,
                                (seigr_span){noise->hash, 32}, part, out);
    else if (len > 0)
        memcpy(out, part.ptr, len);
    if (err != 0)
        return err;
    noise_mix_hash(noise, part);
    from->ptr += len;
    from->len -= len;
    return 0;
}

static int noise_take_token(seigr__noise *noise, char token, seigr_span *from)
{
    if (token == 'S' || token == 's')
        return noise_take(noise, from, 32 + SEIGR_AEAD_TAG_LEN, noise->rs);
    if (token != 'e')
        return noise_mix_token(noise, token);
    if (from->len < 32)
        return SEIGR_E_FRAME;
    memcpy(noise->re, from->ptr, 32);
    noise_mix_hash(noise, (seigr_span){noise->re, 32});
    from->ptr += 32;
    from->len -= 32;
    return 0;
}

int seigr__noise_read(seigr__noise *noise, seigr_span message, seigr_buf out,
                      size_t *len_out)
{
    const size_t tag = noise->message > 0 ? SEIGR_AEAD_TAG_LEN : 0;
    size_t len;
    int err;

    assert(noise->message < SEIGR__NOISE_MESSAGES);
    assert((noise->message % 2 == 1) == (noise->is_initiator != 0));
    if (message.len > SEIGR__NOISE_MESSAGE_MAX)
        return SEIGR_E_FRAME;
    for (const char *t = noise_pattern[noise->message]; *t != '\0'; t++) {
        err = noise_take_token(noise, *t, &message);
        if (err != 0)
            return err;
    }
    if (message.len < tag)
        return SEIGR_E_FRAME;
    len = message.len - tag;
    if (out.len < len)
        return SEIGR_E_ROOM;
    err = noise_take(noise, &message, message.len, out.ptr);
    if (err != 0)
        return err;
    noise->message++;
    *len_out = len;
    return 0;
}

void seigr__noise_split(const seigr__noise *noise, seigr__noise_cipher *send,
                        seigr__noise_cipher *receive)
{
    seigr__noise_cipher *first = noise->is_initiator != 0 ? send : receive;
    seigr__noise_cipher *second = noise->is_initiator != 0 ? receive : send;

    assert(noise->message == SEIGR__NOISE_MESSAGES);
    noise_hkdf(noise->crypto, noise->chaining, (seigr_span){NULL, 0},
               first->key, second->key);
    first->nonce = 0;
    second->nonce = 0;
}

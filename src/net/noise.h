/* SPDX-License-Identifier: MIT */
/*
 * noise.h - Noise_XX_25519_ChaChaPoly_SHA256 (Noise revision 34), as state
 * machines over bytes. It knows nothing of frames, identities or time.
 */
#ifndef SEIGR_SRC_NET_NOISE_H
#define SEIGR_SRC_NET_NOISE_H

#include "seigr/sys/crypto.h" /* seigr_crypto */

#define SEIGR__NOISE_MESSAGE_MAX 65535u
#define SEIGR__NOISE_MESSAGES 3u /* of the handshake */

/* One direction of a cipher (Noise 5.1). */
typedef struct seigr__noise_cipher {
    uint8_t key[32];
    uint64_t nonce; /* of the next message */
} seigr__noise_cipher;

/*
 *     initiator                         responder
 *     message 0   e                ->
 *                                  <-   message 1   e, ee, s, es
 *     message 2   s, se            ->
 */
typedef struct seigr__noise {
    const seigr_crypto *crypto;
    seigr__noise_cipher cipher;
    uint8_t chaining[32];
    uint8_t hash[32];
    uint8_t s[32]; /* own keys, secret and public */
    uint8_t s_public[32];
    uint8_t e[32];
    uint8_t e_public[32];
    uint8_t rs[32]; /* the other's, public */
    uint8_t re[32];
    uint32_t is_initiator;
    uint32_t is_keyed; /* the cipher has a key */
    uint32_t message;  /* next, 0..3 */
    uint32_t reserved;
} seigr__noise;

/* Does the table have what the handshake needs? */
int seigr__noise_usable(const seigr_crypto *crypto);

/* The public key of an X25519 secret. Returns 0 or SEIGR_E_KEY. */
int seigr__noise_public(const seigr_crypto *crypto, uint8_t out[32],
                        const uint8_t secret[32]);

/* s and e are secrets of this side, copied. Returns 0 or SEIGR_E_KEY. */
int seigr__noise_init(seigr__noise *noise, const seigr_crypto *crypto,
                      int is_initiator, seigr_span prologue,
                      const uint8_t s[32], const uint8_t e[32]);

/*
 * Write the next message. out needs the length of payload and 96 bytes.
 * Returns 0, SEIGR_E_ROOM, SEIGR_E_LIMIT (over 65,535 bytes), or SEIGR_E_KEY
 * where X25519 gives zero; after the last the handshake cannot go on.
 */
int seigr__noise_write(seigr__noise *noise, seigr_span payload, seigr_buf out,
                       size_t *len_out);

/*
 * Read the next message; its payload, never longer than it, goes to out.
 * Returns 0, SEIGR_E_ROOM, SEIGR_E_FRAME (length), SEIGR_E_SIGNATURE,
 * SEIGR_E_KEY; after a failure the handshake cannot go on.
 */
int seigr__noise_read(seigr__noise *noise, seigr_span message, seigr_buf out,
                      size_t *len_out);

/* After the last message: the ciphers of both directions. */
void seigr__noise_split(const seigr__noise *noise, seigr__noise_cipher *send,
                        seigr__noise_cipher *receive);

/*
 * Seal or open one message: out has len + 16 or len - 16 bytes and may be in.
 * Returns 0, SEIGR_E_SIGNATURE, or SEIGR_E_LIMIT where the nonce is the
 * last, which Noise reserves. A message that fails leaves the nonce.
 */
int seigr__noise_seal(const seigr_crypto *crypto, seigr__noise_cipher *cipher,
                      seigr_span ad, seigr_span in, uint8_t *out);
int seigr__noise_open(const seigr_crypto *crypto, seigr__noise_cipher *cipher,
                      seigr_span ad, seigr_span in, uint8_t *out);

/* Rekey() (Noise 4.2): another key, the nonce goes on. */
int seigr__noise_rekey(const seigr_crypto *crypto, seigr__noise_cipher *cipher);

/* HMAC-SHA256 (RFC 2104) of two spans in a row, key of 32 bytes. */
void seigr__noise_hmac(const seigr_crypto *crypto, const uint8_t key[32],
                       seigr_span first, seigr_span second, uint8_t out[32]);

#endif

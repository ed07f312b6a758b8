/* SPDX-License-Identifier: MIT */
/*
 * link_handshake.c - link keys, and the three messages of the handshake with
 * the certificates that bind an identity to a link key.
 *
 * Invariants:
 *   (1) a peer is proved when its identity has signed the very key that Noise
 *       has shown it to hold, for now and at most 7 days ahead.
 *   (2) to a stranger nothing is said of why it was refused.
 */
#include "link.h" /* seigr_peer_link */

#include "base/cbor.h"       /* seigr__cbor */
#include "base/cbor_write.h" /* seigr__cbor_write */
#include "base/error.h"      /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

static const char link_static_label[] = "seigr-noise-static:";
#define LINK_LABEL_LEN (sizeof(link_static_label) - 1)
#define LINK_SIGNED_LEN (LINK_LABEL_LEN + 32u + 8u)

/* What an identity signs to vouch for a link key. */
static void link_signed_bytes(uint8_t out[LINK_SIGNED_LEN],
                              const uint8_t public_key[32],
                              uint64_t not_after_ms)
{
    memcpy(out, link_static_label, LINK_LABEL_LEN);
    memcpy(out + LINK_LABEL_LEN, public_key, 32);
    for (size_t i = 0; i < 8; i++)
        out[LINK_LABEL_LEN + 32 + i] = (uint8_t)(not_after_ms >> (56 - 8 * i));
}

int seigr_link_key_init(const seigr_context *context,
                        const seigr_signer *signer, uint64_t not_after_ms,
                        seigr_link_key *out)
{
    seigr_link_key key = {(uint32_t)sizeof(key), 0, {0}, {0}, {{0}}, 0, {0}};
    uint8_t message[LINK_SIGNED_LEN];
    int err;

    if (context == NULL || signer == NULL || signer->sign == NULL ||
        out == NULL)
        return SEIGR_E_INVAL;
    if (!seigr__noise_usable(context->crypto))
        return SEIGR_E_UNSUPPORTED;
    key.kid = signer->key;
    key.not_after_ms = not_after_ms;
    err = seigr_random_fill(context, key.secret, sizeof(key.secret));
    if (err == 0)
        err = seigr__noise_public(context->crypto, key.public_key, key.secret);
    if (err == 0) {
        link_signed_bytes(message, key.public_key, not_after_ms);
        err = signer->sign(key.signature,
                           (seigr_span){message, sizeof(message)}, signer->ctx);
    }
    if (err == 0)
        *out = key;
    context->crypto->wipe(&key, sizeof(key), context->crypto->ctx);
    return err;
}

void seigr_link_key_fini(const seigr_context *context, seigr_link_key *key)
{
    if (context != NULL && key != NULL)
        context->crypto->wipe(key, sizeof(*key), context->crypto->ctx);
}

/* A message of the handshake into wire, behind its length. */
static int link_write_message(seigr_peer_link *link, seigr_span payload)
{
    const seigr_buf room = {link->wire + SEIGR__LINK_HEAD,
                            SEIGR__LINK_HANDSHAKE_MAX};
    size_t len;
    const int err = seigr__noise_write(&link->noise, payload, room, &len);

    if (err != 0)
        return err;
    link->wire[0] = (uint8_t)(len >> 8);
    link->wire[1] = (uint8_t)len;
    link->wire_len = SEIGR__LINK_HEAD + len;
    link->bytes_promised += link->wire_len;
    return 0;
}

int seigr__link_greet(seigr_peer_link *link)
{
    return link_write_message(link, (seigr_span){NULL, 0});
}

static int link_write_certificate(seigr_peer_link *link)
{
    uint8_t bytes[SEIGR__LINK_CERTIFICATE_MAX];
    seigr__cbor_writer w;

    seigr__cbor_write_init(&w, (seigr_buf){bytes, sizeof(bytes)});
    seigr__cbor_write_array(&w, 3);
    seigr__cbor_write_bytes(&w, (seigr_span){link->key.kid.bytes, 32});
    seigr__cbor_write_uint(&w, link->key.not_after_ms);
    seigr__cbor_write_bytes(
        &w, (seigr_span){link->key.signature, sizeof(link->key.signature)});
    assert(seigr__cbor_write_done(&w) == 0);
    return link_write_message(link, (seigr_span){bytes, w.len});
}

/* Take a certificate apart: its form alone. */
static int link_read_certificate(seigr_peer_link *link, seigr_span bytes,
                                 seigr_link_key *out)
{
    seigr_span kid = {NULL, 0};
    seigr_span signature = {NULL, 0};
    seigr__cbor r;
    uint64_t count = 0;
    int err;

    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, &link->error);
    err = seigr__cbor_array(&r, &count);
    if (err == 0 && count != 3)
        err = seigr__cbor_fail(&r, SEIGR_E_FORMAT, "a certificate not of 3");
    if (err == 0)
        err = seigr__cbor_bytes(&r, &kid);
    if (err == 0)
        err = seigr__cbor_uint(&r, &out->not_after_ms);
    if (err == 0)
        err = seigr__cbor_bytes(&r, &signature);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0 && (kid.len != 32 || signature.len != SEIGR_SIGNATURE_LEN))
        err = seigr__cbor_fail(&r, SEIGR_E_FORMAT,
                               "a certificate's key or signature has another "
                               "length");
    if (err != 0)
        return err;
    memcpy(out->kid.bytes, kid.ptr, 32);
    memcpy(out->signature, signature.ptr, SEIGR_SIGNATURE_LEN);
    return 0;
}

static int link_refuse_peer(seigr_peer_link *link, int code, const char *what)
{
    return seigr__fail(&link->error, code, SEIGR_NO_OFFSET, "%s", what);
}

/* Is it somebody else, and whom we wanted? */
static int link_check_whom(seigr_peer_link *link, const seigr_link_key *peer)
{
    if (memcmp(peer->kid.bytes, link->key.kid.bytes, 32) == 0)
        return link_refuse_peer(link, SEIGR_E_KEY,
                                "the peer shows our own identity");
    if (memcmp(link->noise.rs, link->key.public_key, 32) == 0)
        return link_refuse_peer(link, SEIGR_E_KEY,
                                "the peer shows our own link key");
    if (link->options.peer != NULL &&
        memcmp(peer->kid.bytes, link->expected.bytes, 32) != 0)
        return link_refuse_peer(link, SEIGR_E_KEY,
                                "the peer is not the one that was called");
    return 0;
}

/* (1) */
static int link_check_word(seigr_peer_link *link, seigr_now now,
                           const seigr_link_key *peer)
{
    const seigr_crypto *crypto = link->context->crypto;
    uint8_t message[LINK_SIGNED_LEN];

    if (peer->not_after_ms < now.unix_ms)
        return link_refuse_peer(link, SEIGR_E_KEY,
                                "the peer's link key has ended");
    if (peer->not_after_ms - now.unix_ms > SEIGR_LINK_KEY_MS_MAX)
        return link_refuse_peer(link, SEIGR_E_KEY,
                                "the peer's link key is vouched for longer "
                                "than 7 days");
    link_signed_bytes(message, link->noise.rs, peer->not_after_ms);
    if (crypto->ed25519_verify(peer->signature, message, sizeof(message),
                               peer->kid.bytes, crypto->ctx) != 0)
        return link_refuse_peer(link, SEIGR_E_SIGNATURE,
                                "the peer's identity has not signed its link "
                                "key");
    return 0;
}

static int link_prove_peer(seigr_peer_link *link, seigr_now now,
                           seigr_span payload)
{
    seigr_link_key peer;
    int err;

    memset(&peer, 0, sizeof(peer));
    err = link_read_certificate(link, payload, &peer);
    if (err == 0)
        err = link_check_whom(link, &peer);
    if (err == 0)
        err = link_check_word(link, now, &peer);
    if (err == 0 && link->options.admit != NULL) {
        err = link->options.admit(&peer.kid, now, link->options.ctx);
        if (err != 0)
            (void)link_refuse_peer(link, err, "the peer is not admitted");
    }
    if (err != 0)
        return err;
    link->peer = peer.kid;
    link->is_proved = 1;
    return 0;
}

static void link_finish_handshake(seigr_peer_link *link, seigr_now now)
{
    const seigr_crypto *crypto = link->context->crypto;

    seigr__noise_split(&link->noise, &link->send.cipher, &link->receive.cipher);
    crypto->wipe(&link->noise, sizeof(link->noise), crypto->ctx);
    crypto->wipe(link->key.secret, sizeof(link->key.secret), crypto->ctx);
    link->send.since_ms = now.monotonic_ms;
    link->receive.since_ms = now.monotonic_ms;
    link->peer_frame_max = SEIGR_LINK_FRAME_MIN;
    link->state = SEIGR__LINK_HELLO;
}

/* One message, and our answer to it. */
static int link_take_message(seigr_peer_link *link, seigr_now now,
                             seigr_span message)
{
    const uint32_t number = link->noise.message;
    uint8_t payload[SEIGR__LINK_HANDSHAKE_MAX];
    size_t len;
    int err = seigr__noise_read(&link->noise, message,
                                (seigr_buf){payload, sizeof(payload)}, &len);

    if (err == 0 && number == 0 && len != 0)
        err = link_refuse_peer(link, SEIGR_E_FRAME,
                               "the first message carries something");
    if (err == 0 && number > 0)
        err = link_prove_peer(link, now, (seigr_span){payload, len});
    if (err == 0 && number < 2)
        err = link_write_certificate(link);
    if (err == 0 && number > 0) {
        link_finish_handshake(link, now);
        if (number == 1) /* who opened the stream speaks first */
            err = seigr__link_say_hello(link);
    }
    return err;
}

int seigr__link_handshake(seigr_peer_link *link, seigr_now now,
                          seigr_span message)
{
    int err;

    assert(link->state == SEIGR__LINK_HANDSHAKE);
    if (link->wire_len > 0)
        err = link_refuse_peer(link, SEIGR_E_FRAME,
                               "a message came before it was the peer's turn");
    else
        err = link_take_message(link, now, message);
    return err == 0 ? 0 : seigr__link_fail(link, err);
}

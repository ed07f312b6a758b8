/* SPDX-License-Identifier: MIT */
/*
 * detail_transcript.c - transcripts, and what a MESSAGE capsule says of one.
 *
 *     +------+--------+----------------+-------------------+
 *     | what | handle | length         | bytes ...         |   one entry
 *     | 1    | 1      | 4, big-endian  |                   |
 *     +------+--------+----------------+-------------------+
 *
 * digest = SHA-256(0x13 || digest before || entry), from 32 zero bytes.
 *
 * Invariant:
 *   (1) what is written has passed the reader.
 */
#include "detail.h"       /* seigr__detail_* */
#include "seigr/crypto.h" /* seigr_sha256_init */
#include "seigr/task.h"   /* seigr_transcript */

#include "base/error.h" /* seigr__fail */

#include "seigr/sys/crypto.h" /* seigr_sha256_state */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

enum { MESSAGE_SENT_COUNT = 1, MESSAGE_RECEIVED_COUNT = 2, MESSAGE_DIGEST = 3 };

#define TRANSCRIPT_PREFIX 0x13u

static const seigr__pb_field transcript_fields[] = {
    {MESSAGE_SENT_COUNT, SEIGR__PB_UINT64, 0, "sent_count"},
    {MESSAGE_RECEIVED_COUNT, SEIGR__PB_UINT64, 0, "received_count"},
    {MESSAGE_DIGEST, SEIGR__PB_BYTES, 0, "digest"},
};

static const seigr__pb_message transcript_message =
    SEIGR__PB_TABLE("Message", transcript_fields);

/* --- transcripts ------------------------------------------------------- */

void seigr_transcript_head(const seigr_transcript_entry *entry,
                           uint8_t out[SEIGR_TRANSCRIPT_HEAD_LEN])
{
    const uint32_t len = (uint32_t)entry->bytes.len;

    assert(entry->what >= SEIGR_TRANSCRIPT_SENT &&
           entry->what <= SEIGR_TRANSCRIPT_CLOSED);
    assert(entry->handle < SEIGR_TASK_CHANNELS_MAX);
    assert(entry->bytes.len < SEIGR_TASK_CHANNEL_MAX);
    out[0] = (uint8_t)entry->what;
    out[1] = (uint8_t)entry->handle;
    out[2] = (uint8_t)(len >> 24);
    out[3] = (uint8_t)(len >> 16);
    out[4] = (uint8_t)(len >> 8);
    out[5] = (uint8_t)len;
}

int seigr_transcript_next(seigr_span *rest, seigr_transcript_entry *out,
                          seigr_error *error)
{
    const uint8_t *head;
    uint32_t len;

    if (rest == NULL || out == NULL || (rest->ptr == NULL && rest->len > 0))
        return SEIGR_E_INVAL;
    if (rest->len == 0)
        return 0;
    head = rest->ptr;
    if (head[0] < SEIGR_TRANSCRIPT_SENT || head[0] > SEIGR_TRANSCRIPT_CLOSED)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "an entry of a transcript begins with 1, 2 or 3");
    if (rest->len < SEIGR_TRANSCRIPT_HEAD_LEN)
        return seigr__fail(error, SEIGR_E_TRUNCATED, rest->len,
                           "the transcript ends within an entry");
    len = (uint32_t)head[2] << 24 | (uint32_t)head[3] << 16 |
          (uint32_t)head[4] << 8 | head[5];
    if (head[0] == SEIGR_TRANSCRIPT_CLOSED && len != 0)
        return seigr__fail(error, SEIGR_E_FORMAT, 2,
                           "the end of a channel has no bytes");
    if (len > SEIGR_TASK_CHANNEL_MAX - 4)
        return seigr__fail(error, SEIGR_E_FORMAT, 2,
                           "a message is longer than a channel can hold");
    if (len > rest->len - SEIGR_TRANSCRIPT_HEAD_LEN)
        return seigr__fail(error, SEIGR_E_TRUNCATED, rest->len,
                           "the transcript ends within a message");
    out->what = head[0];
    out->handle = head[1];
    out->bytes = (seigr_span){head + SEIGR_TRANSCRIPT_HEAD_LEN, len};
    rest->ptr += SEIGR_TRANSCRIPT_HEAD_LEN + len;
    rest->len -= SEIGR_TRANSCRIPT_HEAD_LEN + len;
    return 1;
}

void seigr_transcript_add(const seigr_context *context,
                          const seigr_transcript_entry *entry,
                          seigr_hash *digest)
{
    static const uint8_t prefix = TRANSCRIPT_PREFIX;
    const seigr_crypto *crypto = context->crypto;
    uint8_t head[SEIGR_TRANSCRIPT_HEAD_LEN];
    seigr_sha256_state state;

    seigr_transcript_head(entry, head);
    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, &prefix, 1, crypto->ctx);
    crypto->sha256_update(&state, digest->bytes, sizeof(digest->bytes),
                          crypto->ctx);
    crypto->sha256_update(&state, head, sizeof(head), crypto->ctx);
    if (entry->bytes.len > 0)
        crypto->sha256_update(&state, entry->bytes.ptr, entry->bytes.len,
                              crypto->ctx);
    crypto->sha256_final(&state, digest->bytes, crypto->ctx);
}

/* --- MESSAGE ----------------------------------------------------------- */

static int transcript_field(const seigr__pb *r, const seigr__pb_value *value,
                            int *has_digest, seigr_transcript *out)
{
    switch (value->number) {
    case MESSAGE_SENT_COUNT:
        out->sent_count = value->integer;
        return 0;
    case MESSAGE_RECEIVED_COUNT:
        out->received_count = value->integer;
        return 0;
    case MESSAGE_DIGEST:
        *has_digest = 1;
        return seigr__detail_hash(r, value, &out->digest);
    }
    return 0; /* unknown */
}

static int transcript_read(seigr__pb *r, seigr_transcript *out)
{
    seigr__pb_value value;
    int has_digest = 0;
    int err;

    while ((err = seigr__pb_next(r, &value)) == 1) {
        err = transcript_field(r, &value, &has_digest, out);
        if (err != 0)
            return err;
    }
    if (err == 0 && !has_digest)
        err = seigr__pb_fail_end(r, SEIGR_E_FORMAT, "digest", "it is missing");
    return err;
}

/* Is an inline body, or none, what the message says? */
static int transcript_body(const seigr_context *context,
                           const seigr_capsule *capsule,
                           const seigr_transcript *said, seigr_error *error)
{
    seigr_transcript_entry entry = {0, 0, {NULL, 0}};
    seigr_transcript found = SEIGR_TRANSCRIPT_INIT;
    seigr_span rest = capsule->body.content;
    int err;

    if (capsule->body.form == SEIGR_BODY_ROOT)
        return 0;
    do {
        const uint8_t *at = rest.ptr;

        err = seigr_transcript_next(&rest, &entry, error);
        if (err < 0) {
            seigr__error_shift(error, (uint64_t)(at - capsule->bytes.ptr));
            return err;
        }
        if (err == 0)
            break;
        seigr_transcript_add(context, &entry, &found.digest);
        if (entry.what == SEIGR_TRANSCRIPT_SENT)
            found.sent_count++;
        else
            found.received_count++;
    } while (err == 1);
    if (found.sent_count == said->sent_count &&
        found.received_count == said->received_count &&
        memcmp(&found.digest, &said->digest, sizeof(found.digest)) == 0)
        return 0;
    return seigr__detail_fail(capsule, SEIGR_E_MISMATCH, error,
                              "Message.digest: the body is another transcript");
}

int seigr_transcript_decode(const seigr_context *context,
                            const seigr_capsule *capsule, seigr_transcript *out,
                            seigr_error *error)
{
    seigr_transcript transcript = SEIGR_TRANSCRIPT_INIT;
    seigr__pb r;
    int err;

    if (context == NULL || context->crypto == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__detail_open(&r, &transcript_message, capsule,
                             SEIGR_KIND_MESSAGE, error);
    if (err == 0)
        err = transcript_read(&r, &transcript);
    if (err == 0)
        err = seigr__detail_one_link(capsule, SEIGR_ROLE_TASK, &transcript.task,
                                     error);
    if (err == 0)
        err = transcript_body(context, capsule, &transcript, error);
    if (err == 0)
        *out = transcript;
    return err;
}

static int transcript_check(seigr_span bytes, seigr_error *error)
{
    seigr_transcript transcript = SEIGR_TRANSCRIPT_INIT;
    seigr__pb r;

    seigr__pb_init(&r, &transcript_message, bytes, bytes.ptr, error);
    return transcript_read(&r, &transcript);
}

int seigr_transcript_encode(const seigr_transcript *transcript, seigr_buf out,
                            size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};

    if (transcript == NULL || len_out == NULL ||
        transcript->struct_size < sizeof(*transcript))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_transcript_encode: an argument is missing");
    seigr__pb_put_uint(&w, MESSAGE_SENT_COUNT, transcript->sent_count);
    seigr__pb_put_uint(&w, MESSAGE_RECEIVED_COUNT, transcript->received_count);
    seigr__pb_put_bytes(&w, MESSAGE_DIGEST,
                        (seigr_span){transcript->digest.bytes, 32});
    return seigr__detail_finish(&w, len_out, transcript_check, error); /* (1) */
}

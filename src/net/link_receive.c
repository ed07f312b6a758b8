/* SPDX-License-Identifier: MIT */
/*
 * link_receive.c - frames into messages into records.
 *
 * Invariants:
 *   (1) nothing is read from a message before it was opened.
 *   (2) all records of a message are handed out before the next is opened,
 *       so that a rekey changes the key of exactly the next one.
 *   (3) a frame or record that begins has an end in time: began_ms.
 */
#include "link.h" /* seigr_peer_link */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define LINK_PAUSE_BYTES 4096u /* a pause lasts until so many may be read */

static size_t link_held(const seigr__link_queue *queue)
{
    return queue->end - queue->head;
}

static int link_refuse(seigr_peer_link *link, int code, const char *what)
{
    return seigr__fail(&link->error, code, link->bytes_in, "%s", what);
}

/* How long may the next frame be? */
static size_t link_frame_limit(const seigr_peer_link *link)
{
    static const size_t handshake[] = {32, SEIGR__LINK_HANDSHAKE_MAX,
                                       SEIGR__LINK_HANDSHAKE_MAX - 32};

    return link->state == SEIGR__LINK_HANDSHAKE
               ? handshake[link->noise.message % 3]
               : link->options.frame_len_max;
}

static int link_check_frame(seigr_peer_link *link, size_t len)
{
    if (len > link_frame_limit(link))
        return link_refuse(link, SEIGR_E_LIMIT,
                           "a message is longer than its bound");
    if (link->state != SEIGR__LINK_HANDSHAKE && len < SEIGR_AEAD_TAG_LEN)
        return link_refuse(link, SEIGR_E_FRAME,
                           "a message is shorter than its tag");
    return 0;
}

static void link_use(seigr_peer_link *link, seigr_span *bytes, size_t len)
{
    bytes->ptr += len;
    bytes->len -= len;
    link->bytes_in += len;
}

static size_t link_frame_len(const uint8_t *head)
{
    return (size_t)head[0] << 8 | head[1];
}

/* Move bytes to the frame that has begun until it has len. */
static int link_gather(seigr_peer_link *link, seigr_span *bytes, size_t len)
{
    seigr__link_queue *frame = &link->frame;
    size_t missing = len - link_held(frame);
    int err;

    if (missing > bytes->len)
        missing = bytes->len;
    err = seigr__link_reserve(link->context, frame, missing);
    if (err != 0)
        return err;
    memcpy(frame->ptr + frame->end, bytes->ptr, missing);
    frame->end += missing;
    link_use(link, bytes, missing);
    return 0;
}

/*
 * The next whole message: from the bytes where all of it is there, else
 * gathered. Returns 0 with message->ptr NULL where more bytes are needed.
 */
static int link_next_message(seigr_peer_link *link, seigr_span *bytes,
                             seigr_span *message)
{
    seigr__link_queue *frame = &link->frame;
    size_t len;
    int err = 0;

    message->ptr = NULL;
    if (bytes->len == 0)
        return 0;
    if (link_held(frame) == 0 && bytes->len >= SEIGR__LINK_HEAD) {
        len = link_frame_len(bytes->ptr);
        err = link_check_frame(link, len);
        if (err == 0 && bytes->len - SEIGR__LINK_HEAD >= len) {
            *message = (seigr_span){bytes->ptr + SEIGR__LINK_HEAD, len};
            link_use(link, bytes, SEIGR__LINK_HEAD + len);
            return 0;
        }
    }
    if (err == 0 && link_held(frame) < SEIGR__LINK_HEAD)
        err = link_gather(link, bytes, SEIGR__LINK_HEAD);
    if (err != 0 || link_held(frame) < SEIGR__LINK_HEAD)
        return err;
    len = link_frame_len(frame->ptr + frame->head);
    err = link_check_frame(link, len);
    if (err == 0)
        err = link_gather(link, bytes, SEIGR__LINK_HEAD + len);
    if (err != 0 || link_held(frame) < SEIGR__LINK_HEAD + len)
        return err;
    *message = (seigr_span){frame->ptr + frame->head + SEIGR__LINK_HEAD, len};
    frame->head = 0; /* message stays where it is until the next gathering */
    frame->end = 0;
    return 0;
}

/* (1) */
static int link_open(seigr_peer_link *link, seigr_span message)
{
    seigr__link_queue *records = &link->records;
    const size_t len = message.len - SEIGR_AEAD_TAG_LEN;
    int err;

    if (link->receive.count >= SEIGR__LINK_KEY_MESSAGES)
        return link_refuse(link, SEIGR_E_LIMIT,
                           "more messages came than a key may seal");
    err = seigr__link_reserve(link->context, records, len + 1);
    if (err != 0)
        return err;
    err = seigr__noise_open(link->context->crypto, &link->receive.cipher,
                            (seigr_span){NULL, 0}, message,
                            records->ptr + records->end);
    if (err != 0)
        return link_refuse(link, err, "a message was not sealed by the peer");
    records->end += len;
    link->receive.count++;
    return 0;
}

/*
 * The length of the record at the front, LEB128 of least length. Returns the
 * bytes that it takes, 0 where they are not all there, or SEIGR_E_*.
 */
static int link_read_length(seigr_peer_link *link, size_t *len)
{
    const seigr__link_queue *records = &link->records;
    size_t value = 0;

    for (int n = 0; n < 4; n++) {
        uint8_t byte;

        if ((size_t)n >= link_held(records))
            return 0;
        byte = records->ptr[records->head + (size_t)n];
        value |= (size_t)(byte & 0x7f) << (7 * n);
        if ((byte & 0x80) != 0)
            continue;
        if (n > 0 && byte == 0)
            return link_refuse(link, SEIGR_E_FORMAT,
                               "a record's length is not of least length");
        if (value > link->options.record_len_max)
            break;
        *len = value;
        return n + 1;
    }
    return link_refuse(link, SEIGR_E_LIMIT,
                       "a record is longer than its bound");
}

static int link_take_hello(seigr_peer_link *link, const seigr_record *record,
                           seigr_link_event *event)
{
    const seigr_field *f = record->fields;
    const uint64_t version = f[1].number < SEIGR_NET_VERSION_MAX
                                 ? f[1].number
                                 : SEIGR_NET_VERSION_MAX;
    int err = 0;

    if (link->state != SEIGR__LINK_HELLO)
        return link_refuse(link, SEIGR_E_FORMAT, "a second hello came");
    if (version < SEIGR_NET_VERSION_MIN || version < f[0].number)
        return link_refuse(link, SEIGR_E_UNSUPPORTED,
                           "the peer speaks no version of the records that "
                           "is spoken here");
    if (f[2].number < SEIGR_LINK_FRAME_MIN ||
        f[2].number > SEIGR_LINK_FRAME_MAX)
        return link_refuse(link, SEIGR_E_FORMAT,
                           "the peer's bound of messages is none");
    if ((link->options.flags & SEIGR_LINK_INITIATOR) == 0)
        err = seigr__link_say_hello(link);
    if (err != 0)
        return err;
    link->version = (uint32_t)version;
    link->peer_frame_max = (uint32_t)f[2].number;
    link->peer_record_max = f[3].number < SEIGR_LINK_RECORD_MAX
                                ? (uint32_t)f[3].number
                                : SEIGR_LINK_RECORD_MAX;
    link->state = SEIGR__LINK_OPEN;
    event->type = SEIGR_LINK_OPENED;
    return 0;
}

/* (2) */
static int link_take_rekey(seigr_peer_link *link, seigr_now now)
{
    if (link_held(&link->records) != 0)
        return link_refuse(link, SEIGR_E_FORMAT,
                           "something follows a rekey in its message");
    link->receive.count = 0;
    link->receive.since_ms = now.monotonic_ms;
    link->receive.rekeys++;
    return seigr__noise_rekey(link->context->crypto, &link->receive.cipher);
}

static int link_take_end(seigr_peer_link *link, const seigr_record *record,
                         seigr_link_event *event)
{
    if (link_held(&link->records) != 0)
        return link_refuse(link, SEIGR_E_FORMAT,
                           "something follows the end of the records");
    event->type = SEIGR_LINK_CLOSED;
    if (record->type == SEIGR_RECORD_ERROR) {
        const uint64_t code = record->fields[0].number;

        event->code =
            code == 0 || code > INT32_MAX ? SEIGR_E_CANCELED : -(int32_t)code;
        event->bytes = record->fields[1].bytes;
        seigr__link_cut_queue(link); /* nobody reads on */
    } else {
        seigr_link_close(link);
    }
    link->state = SEIGR__LINK_CLOSED;
    return 0;
}

static int link_take_pong(seigr_peer_link *link, seigr_now now, uint64_t number)
{
    if (link->is_pinged == 0 || number != link->pings)
        return link_refuse(link, SEIGR_E_FORMAT,
                           "a pong came that nobody asked for");
    link->is_pinged = 0;
    link->round_trip_ms = now.monotonic_ms - link->ping_ms;
    return 0;
}

static int link_answer_ping(seigr_peer_link *link, const seigr_record *record)
{
    seigr_record pong = SEIGR_RECORD_INIT;
    int err;

    pong.type = SEIGR_RECORD_PONG;
    pong.fields[0].number = record->fields[0].number;
    err = seigr__link_queue_record(link, &pong);
    /* A stranger without credit, or a peer that does not read, waits. */
    return err == SEIGR_E_QUOTA || err == SEIGR_E_FULL ? 0 : err;
}

/* A record of the link's own. */
static int link_take_own(seigr_peer_link *link, seigr_now now,
                         const seigr_record *record, seigr_link_event *event)
{
    switch (record->type) {
    case SEIGR_RECORD_REKEY:
        return link_take_rekey(link, now);
    case SEIGR_RECORD_HELLO:
        return link_take_hello(link, record, event);
    case SEIGR_RECORD_PING:
        return link_answer_ping(link, record);
    case SEIGR_RECORD_PONG:
        return link_take_pong(link, now, record->fields[0].number);
    default:
        assert(record->type == SEIGR_RECORD_CLOSE ||
               record->type == SEIGR_RECORD_ERROR);
        return link_take_end(link, record, event);
    }
}

static int link_take_record(seigr_peer_link *link, seigr_now now,
                            seigr_span bytes, seigr_link_event *event)
{
    seigr_record record = SEIGR_RECORD_INIT;
    int err = seigr_record_decode(bytes, &record, &link->error);

    if (err != 0)
        return err;
    if (link->state == SEIGR__LINK_HELLO && record.type != SEIGR_RECORD_HELLO &&
        record.type != SEIGR_RECORD_ERROR && record.type != SEIGR_RECORD_CLOSE)
        return link_refuse(link, SEIGR_E_FORMAT,
                           "the first record is no hello");
    if (record.type < SEIGR_RECORD_FREE)
        return link_take_own(link, now, &record, event);
    link->records_in++;
    event->type = SEIGR_LINK_RECORD;
    event->bytes = bytes;
    event->record = record;
    return 0;
}

/* Records of what is opened, up to the first event. */
static int link_next_records(seigr_peer_link *link, seigr_now now,
                             seigr_link_event *event)
{
    seigr__link_queue *records = &link->records;

    while (event->type == SEIGR_LINK_NOTHING && link_held(records) > 0) {
        size_t len = 0;
        const int head = link_read_length(link, &len);
        const uint8_t *at = records->ptr + records->head + head;
        int err;

        if (head < 0)
            return head;
        if (head == 0 || link_held(records) - (size_t)head < len)
            return 0;
        records->head += (size_t)head + len;
        err = link_take_record(link, now, (seigr_span){at, len}, event);
        if (err != 0)
            return err;
    }
    return 0;
}

/* Everything of bytes up to the first event. */
static int link_run(seigr_peer_link *link, seigr_now now, seigr_span *bytes,
                    seigr_link_event *event)
{
    int err = link_next_records(link, now, event);

    while (err == 0 && event->type == SEIGR_LINK_NOTHING) {
        seigr_span message;

        if (link->state == SEIGR__LINK_CLOSED)
            return bytes->len == 0
                       ? 0
                       : link_refuse(link, SEIGR_E_FRAME,
                                     "bytes follow the peer's close");
        err = link_next_message(link, bytes, &message);
        if (err != 0 || message.ptr == NULL)
            return err;
        if (link->state == SEIGR__LINK_HANDSHAKE) {
            err = seigr__link_handshake(link, now, message);
            continue;
        }
        err = link_open(link, message);
        if (err == 0)
            err = link_next_records(link, now, event);
    }
    return err;
}

/* (3) */
static void link_note_time(seigr_peer_link *link, seigr_now now, int progress)
{
    const int whole =
        link_held(&link->frame) == 0 && link_held(&link->records) == 0;

    if (progress)
        link->heard_ms = now.monotonic_ms;
    if (whole)
        link->began_ms = UINT64_MAX;
    else if (link->began_ms == UINT64_MAX)
        link->began_ms = now.monotonic_ms;
}

/* How many bytes may be read now? */
static size_t link_allowance(seigr_peer_link *link, seigr_now now, size_t len)
{
    const uint64_t rate = link->options.rate_bytes;
    const uint64_t passed = now.monotonic_ms - link->rate_ms;
    const uint64_t more = passed >= 1000 ? rate : passed * rate / 1000;

    if (rate == 0)
        return len;
    if (more > 0) { /* else the time is kept until it is worth a byte */
        link->rate_left =
            more > rate - link->rate_left ? rate : link->rate_left + more;
        link->rate_ms = now.monotonic_ms;
    }
    return len < link->rate_left ? len : (size_t)link->rate_left;
}

/* Some of left bytes may not be read yet: say when. */
static void link_pause(const seigr_peer_link *link, seigr_now now, size_t left,
                       seigr_link_event *event)
{
    const uint64_t rate = link->options.rate_bytes;
    uint64_t wanted = left < LINK_PAUSE_BYTES ? left : LINK_PAUSE_BYTES;

    if (wanted > rate)
        wanted = rate;
    event->type = SEIGR_LINK_PAUSED;
    event->resume_ms = now.monotonic_ms + (wanted * 1000 + rate - 1) / rate;
}

int seigr_link_receive(seigr_peer_link *link, seigr_now now, seigr_span *bytes,
                       seigr_link_event *event)
{
    const seigr_link_event nothing = SEIGR_LINK_EVENT_INIT;
    seigr_span part;
    size_t used;
    int err;

    if (link == NULL || bytes == NULL || event == NULL)
        return SEIGR_E_INVAL;
    *event = nothing;
    if (link->state == SEIGR__LINK_FAILED)
        return link->error.code;
    part = (seigr_span){bytes->ptr, link_allowance(link, now, bytes->len)};
    err = link_run(link, now, &part, event);
    used = (size_t)(part.ptr - bytes->ptr);
    bytes->ptr += used;
    bytes->len -= used;
    if (link->options.rate_bytes != 0)
        link->rate_left -= used;
    link_note_time(link, now, used > 0);
    if (err != 0) {
        *event = nothing;
        return seigr__link_fail(link, err);
    }
    if (event->type == SEIGR_LINK_NOTHING && bytes->len > 0)
        link_pause(link, now, bytes->len, event);
    return 0;
}

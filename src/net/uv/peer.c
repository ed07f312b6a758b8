/* SPDX-License-Identifier: MIT */
/*
 * peer.c - a link over a stream of libuv.
 *
 * Invariants:
 *   (1) callbacks are called from the loop: a call only queues, and an idle
 *       handle, which runs for one turn, does what it asked for.
 *   (2) closed is called once; nothing is called behind it.
 *   (3) one write is under way at most, from the one buffer.
 *   (4) the timer stands at the link's next deadline, or later where that has
 *       moved away: an idle peer wakes the loop once in a ping.
 */
#include "stream.h" /* seigr__uv_* */

#include <assert.h> /* assert */
#include <string.h> /* memset */

#define PEER_CLOSE_MS 5000u
#define PEER_HANDLES 3

struct seigr_uv_peer {
    union seigr__uv_stream stream;
    uv_timer_t timer;
    uv_idle_t idle;
    uv_write_t write;
    uv_connect_t connect;
    const seigr_context *context;
    seigr_peer_link *link;
    seigr_uv_callbacks callbacks;
    seigr_uv_listener *listener; /* that it came by, or NULL */
    seigr_error error;
    int is_open;    /* the link is */
    int is_writing; /* (3) */
    int is_failing; /* what is queued is sent, then it ends */
    int is_ended;   /* (2) */
    int is_paused;  /* bytes are left in the buffer */
    int handles;    /* not yet closed */
    size_t rest_at; /* of bytes that a rate holds back */
    size_t rest_len;
    uint8_t in[SEIGR__UV_BUFFER];
    uint8_t out[SEIGR__UV_BUFFER];
};

static seigr_now peer_now(const seigr_uv_peer *peer)
{
    const seigr_clock *clock = peer->context->clock;

    return (seigr_now){uv_now(peer->timer.loop), clock->unix_ms(clock->ctx)};
}

static void peer_freed(uv_handle_t *handle)
{
    seigr_uv_peer *peer = handle->data;
    const seigr_allocator *allocator = peer->context->allocator;

    if (--peer->handles > 0)
        return;
    seigr_link_free(peer->link);
    allocator->release(peer, allocator->ctx);
}

static void peer_leave_listener(seigr_uv_peer *peer)
{
    seigr_uv_listener *listener = peer->listener;

    if (listener == NULL)
        return;
    peer->listener = NULL;
    listener->peers--;
    if (!peer->is_open)
        listener->half_open--;
    if (listener->is_closed && listener->peers == 0)
        seigr__uv_listener_release(listener);
}

void seigr__uv_peer_drop(seigr_uv_peer *peer)
{
    peer_leave_listener(peer);
    peer->is_ended = 1;
    uv_close(&peer->stream.handle, peer_freed);
    uv_close((uv_handle_t *)&peer->timer, peer_freed);
    uv_close((uv_handle_t *)&peer->idle, peer_freed);
}

/* (2) */
static void peer_end(seigr_uv_peer *peer, const seigr_error *why)
{
    if (peer->is_ended)
        return;
    if (peer->callbacks.closed != NULL)
        peer->callbacks.closed(peer, why, peer->callbacks.ctx);
    seigr__uv_peer_drop(peer);
}

static void peer_end_io(seigr_uv_peer *peer, int status)
{
    (void)seigr__uv_fail(&peer->error, SEIGR_E_IO, uv_strerror(status));
    peer_end(peer, &peer->error);
}

static void peer_flush(seigr_uv_peer *peer);

static void peer_written(uv_write_t *write, int status)
{
    seigr_uv_peer *peer = write->data;

    peer->is_writing = 0;
    if (peer->is_ended)
        return;
    if (status < 0)
        peer_end_io(peer, status);
    else
        peer_flush(peer);
}

/* Send what there is as far as the stream takes it, then wait for it. */
static void peer_flush(seigr_uv_peer *peer)
{
    while (!peer->is_writing && !peer->is_ended) {
        size_t len = 0;
        uv_buf_t buf;
        int done;

        if (seigr_link_take(peer->link, peer_now(peer),
                            (seigr_buf){peer->out, sizeof(peer->out)},
                            &len) != 0 ||
            len == 0) {
            if (peer->is_failing)
                peer_end(peer, seigr_link_error(peer->link));
            return;
        }
        buf = uv_buf_init((char *)peer->out, (unsigned)len);
        done = uv_try_write(&peer->stream.stream, &buf, 1);
        if (done == (int)len)
            continue;
        if (done > 0) {
            buf.base += done;
            buf.len -= (size_t)done;
        }
        peer->write.data = peer;
        done =
            uv_write(&peer->write, &peer->stream.stream, &buf, 1, peer_written);
        if (done < 0)
            peer_end_io(peer, done);
        else
            peer->is_writing = 1;
    }
}

/* The link has failed: say why, if it may be said, and end. */
static void peer_fail(seigr_uv_peer *peer)
{
    peer->is_failing = 1;
    peer_flush(peer);
}

static void peer_ticked(uv_timer_t *timer);

/* (4) */
static void peer_set_timer(seigr_uv_peer *peer)
{
    const seigr_now now = peer_now(peer);
    uint64_t next = UINT64_MAX;

    if (seigr_link_step(peer->link, now, &next) != 0) {
        peer_fail(peer);
        return;
    }
    if (next != UINT64_MAX && !peer->is_ended)
        (void)uv_timer_start(
            &peer->timer, peer_ticked,
            next > now.monotonic_ms ? next - now.monotonic_ms : 1, 0);
}

static void peer_event(seigr_uv_peer *peer, const seigr_link_event *event)
{
    void *ctx = peer->callbacks.ctx;

    if (event->type == SEIGR_LINK_OPENED) {
        peer->is_open = 1;
        if (peer->listener != NULL)
            peer->listener->half_open--;
        if (peer->callbacks.opened != NULL)
            peer->callbacks.opened(peer, ctx);
    } else if (event->type == SEIGR_LINK_RECORD) {
        if (peer->callbacks.record != NULL)
            peer->callbacks.record(peer, &event->record, ctx);
    } else if (event->type == SEIGR_LINK_CLOSED) {
        peer_flush(peer);
        if (event->code == 0) {
            peer_end(peer, NULL);
        } else {
            (void)seigr__uv_fail(&peer->error, event->code,
                                 "the peer broke the link off");
            peer_end(peer, &peer->error);
        }
    }
}

/* A rate is reached: the rest waits where it is. */
static void peer_pause(seigr_uv_peer *peer, seigr_span rest, uint64_t resume_ms)
{
    const uint64_t now = uv_now(peer->timer.loop);

    peer->is_paused = 1;
    peer->rest_at = (size_t)(rest.ptr - peer->in);
    peer->rest_len = rest.len;
    (void)uv_read_stop(&peer->stream.stream);
    (void)uv_timer_start(&peer->timer, peer_ticked,
                         resume_ms > now ? resume_ms - now : 1, 0);
}

static void peer_take(seigr_uv_peer *peer, seigr_span bytes)
{
    seigr_link_event event = SEIGR_LINK_EVENT_INIT;

    do {
        if (seigr_link_receive(peer->link, peer_now(peer), &bytes, &event) !=
            0) {
            peer_fail(peer);
            return;
        }
        if (event.type == SEIGR_LINK_PAUSED) {
            peer_pause(peer, bytes, event.resume_ms);
            break;
        }
        peer_event(peer, &event);
        if (peer->is_ended)
            return;
    } while (bytes.len > 0 || event.type != SEIGR_LINK_NOTHING);
    peer_flush(peer);
}

static void peer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    seigr_uv_peer *peer = handle->data;

    (void)suggested;
    *buf = uv_buf_init((char *)peer->in, sizeof(peer->in));
}

static void peer_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    seigr_uv_peer *peer = stream->data;

    if (len > 0) {
        peer_take(peer, (seigr_span){(const uint8_t *)buf->base, (size_t)len});
    } else if (len == UV_EOF) {
        if (seigr_link_end(peer->link) == 0)
            peer_end(peer, NULL);
        else
            peer_end(peer, seigr_link_error(peer->link));
    } else if (len < 0) {
        peer_end_io(peer, (int)len);
    }
}

static void peer_start_reading(seigr_uv_peer *peer)
{
    const int status =
        uv_read_start(&peer->stream.stream, peer_room, peer_read);

    if (status < 0)
        peer_end_io(peer, status);
}

static void peer_ticked(uv_timer_t *timer)
{
    seigr_uv_peer *peer = timer->data;

    if (peer->is_paused) {
        peer->is_paused = 0;
        peer_take(peer, (seigr_span){peer->in + peer->rest_at, peer->rest_len});
        if (!peer->is_paused && !peer->is_ended)
            peer_start_reading(peer);
    } else if (peer->is_failing) {
        peer_end(peer, seigr_link_error(peer->link));
    }
    if (peer->is_ended || peer->is_paused)
        return;
    peer_set_timer(peer);
    peer_flush(peer);
}

/* (1) */
static void peer_turn(uv_idle_t *idle)
{
    seigr_uv_peer *peer = idle->data;

    (void)uv_idle_stop(idle);
    peer_flush(peer);
}

void seigr__uv_peer_begin(seigr_uv_peer *peer)
{
    peer->stream.handle.data = peer;
    peer_start_reading(peer);
    if (!peer->is_ended)
        peer_set_timer(peer);
    if (!peer->is_ended)
        peer_flush(peer);
}

static int peer_stream_init(uv_loop_t *loop, int kind,
                            union seigr__uv_stream *stream)
{
    return kind == SEIGR__UV_TCP ? uv_tcp_init(loop, &stream->tcp)
                                 : uv_pipe_init(loop, &stream->pipe, 0);
}

int seigr__uv_peer_new(const seigr_context *context, uv_loop_t *loop, int kind,
                       const seigr_link_key *key,
                       const seigr_link_options *options, uint32_t flags,
                       const seigr_uv_callbacks *callbacks,
                       seigr_uv_listener *listener, seigr_uv_peer **out)
{
    static const seigr_error none = SEIGR_ERROR_INIT;
    seigr_link_options mine = SEIGR_LINK_OPTIONS_INIT;
    seigr_uv_peer *peer =
        context->allocator->alloc(sizeof(*peer), context->allocator->ctx);
    int err;

    if (peer == NULL)
        return SEIGR_E_NOMEM;
    memset(peer, 0, offsetof(seigr_uv_peer, in));
    if (options != NULL)
        mine = *options;
    mine.flags = (mine.flags & ~SEIGR_LINK_INITIATOR) | flags;
    peer->context = context;
    peer->callbacks = *callbacks;
    peer->error = none;
    uv_update_time(loop);
    (void)uv_timer_init(loop, &peer->timer);
    (void)uv_idle_init(loop, &peer->idle);
    (void)peer_stream_init(loop, kind, &peer->stream);
    peer->timer.data = peer;
    peer->idle.data = peer;
    peer->stream.handle.data = peer;
    peer->handles = PEER_HANDLES;
    err = seigr_link_new(context, key, &mine, peer_now(peer), &peer->link);
    if (err != 0) {
        seigr__uv_peer_drop(peer);
        return err;
    }
    peer->listener = listener;
    if (listener != NULL) {
        listener->peers++;
        listener->half_open++;
    }
    *out = peer;
    return 0;
}

union seigr__uv_stream *seigr__uv_peer_stream(seigr_uv_peer *peer)
{
    return &peer->stream;
}

static void peer_connected(uv_connect_t *connect, int status)
{
    seigr_uv_peer *peer = connect->data;

    if (peer->is_ended)
        return;
    if (status < 0)
        peer_end_io(peer, status);
    else
        seigr__uv_peer_begin(peer);
}

/* A terminal in the place of the stream, which has not been used. */
static int peer_open_serial(seigr_uv_peer *peer, const char *path)
{
    uv_fs_t request;
    const int fd = uv_fs_open(NULL, &request, path,
                              UV_FS_O_RDWR | UV_FS_O_NOCTTY, 0, NULL);

    uv_fs_req_cleanup(&request);
    return fd < 0 ? fd : uv_pipe_open(&peer->stream.pipe, fd);
}

static int peer_connect(seigr_uv_peer *peer,
                        const struct seigr__uv_address *address)
{
    int status = 0;

    peer->connect.data = peer;
    if (address->kind == SEIGR__UV_TCP)
        status = uv_tcp_connect(&peer->connect, &peer->stream.tcp,
                                (const struct sockaddr *)&address->tcp,
                                peer_connected);
    else
        uv_pipe_connect(&peer->connect, &peer->stream.pipe, address->path,
                        peer_connected);
    return status;
}

/* Both ways to a peer of one's own: calling, and answering a serial line. */
static int peer_make(const seigr_context *context, uv_loop_t *loop,
                     const char *text, const seigr_link_key *key,
                     const seigr_link_options *options, uint32_t flags,
                     const seigr_uv_callbacks *callbacks, seigr_uv_peer **out,
                     seigr_error *error)
{
    struct seigr__uv_address address;
    seigr_uv_peer *peer;
    int status = 0;
    int err;

    if (context == NULL || context->allocator == NULL ||
        context->clock == NULL || loop == NULL || text == NULL || key == NULL ||
        callbacks == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__uv_address(text, &address, error);
    if (err == 0 && flags == 0 && address.kind != SEIGR__UV_SERIAL)
        return seigr__uv_fail(error, SEIGR_E_UNSUPPORTED,
                              "only a serial line is answered; listen instead");
    if (err == 0)
        err = seigr__uv_peer_new(context, loop, address.kind, key, options,
                                 flags, callbacks, NULL, &peer);
    if (err != 0)
        return err;
    if (address.kind == SEIGR__UV_SERIAL)
        status = peer_open_serial(peer, address.path);
    else
        status = peer_connect(peer, &address);
    if (status < 0) {
        seigr__uv_peer_drop(peer);
        return seigr__uv_fail(error, SEIGR_E_IO, uv_strerror(status));
    }
    if (address.kind == SEIGR__UV_SERIAL)
        seigr__uv_peer_begin(peer);
    *out = peer;
    return 0;
}

int seigr_uv_connect(const seigr_context *context, struct uv_loop_s *loop,
                     const char *address, const seigr_link_key *key,
                     const seigr_link_options *options,
                     const seigr_uv_callbacks *callbacks, seigr_uv_peer **out,
                     seigr_error *error)
{
    return peer_make(context, loop, address, key, options, SEIGR_LINK_INITIATOR,
                     callbacks, out, error);
}

int seigr_uv_answer(const seigr_context *context, struct uv_loop_s *loop,
                    const char *address, const seigr_link_key *key,
                    const seigr_link_options *options,
                    const seigr_uv_callbacks *callbacks, seigr_uv_peer **out,
                    seigr_error *error)
{
    return peer_make(context, loop, address, key, options, 0, callbacks, out,
                     error);
}

int seigr_uv_send(seigr_uv_peer *peer, const seigr_record *record)
{
    int err;

    if (peer == NULL || peer->is_ended)
        return SEIGR_E_INVAL;
    err = seigr_link_send(peer->link, record);
    if (err == 0 && !peer->is_writing &&
        !uv_is_active((uv_handle_t *)&peer->idle))
        (void)uv_idle_start(&peer->idle, peer_turn); /* (1) */
    return err;
}

void seigr_uv_close(seigr_uv_peer *peer)
{
    if (peer == NULL || peer->is_ended)
        return;
    seigr_link_close(peer->link);
    peer->is_failing = 0;
    (void)uv_idle_start(&peer->idle, peer_turn);
    (void)uv_timer_start(&peer->timer, peer_ticked, PEER_CLOSE_MS, 0);
}

seigr_peer_link *seigr_uv_link(seigr_uv_peer *peer)
{
    return peer->link;
}

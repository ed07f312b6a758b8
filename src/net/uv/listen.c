/* SPDX-License-Identifier: MIT */
/*
 * listen.c - addresses, and streams that come.
 */
#include "stream.h" /* seigr__uv_* */

#include <assert.h> /* assert */
#include <string.h> /* memchr */

int seigr__uv_fail(seigr_error *error, int code, const char *text)
{
    size_t len = strlen(text);

    assert(code < 0);
    if (error == NULL)
        return code;
    if (len >= sizeof(error->text))
        len = sizeof(error->text) - 1;
    error->code = code;
    error->offset = SEIGR_NO_OFFSET;
    memcpy(error->text, text, len);
    error->text[len] = '\0';
    return code;
}

/* "ADDRESS:PORT" or "[ADDRESS]:PORT". Returns whether it is one. */
static int listen_tcp(const char *text, struct sockaddr_storage *out)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    const int is_six = text[0] == '[';
    size_t len;
    unsigned port = 0;

    if (colon == NULL || colon[1] == '\0')
        return 0;
    for (const char *at = colon + 1; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || port > 65535)
            return 0;
        port = port * 10 + (unsigned)(*at - '0');
    }
    len = (size_t)(colon - text);
    if (is_six && (len < 2 || text[len - 1] != ']'))
        return 0;
    text += is_six;
    len -= is_six ? 2 : 0;
    if (port > 65535 || len == 0 || len >= sizeof(host))
        return 0;
    memcpy(host, text, len);
    host[len] = '\0';
    memset(out, 0, sizeof(*out));
    if (is_six)
        return uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)out) == 0;
    return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)out) == 0;
}

int seigr__uv_address(const char *text, struct seigr__uv_address *out,
                      seigr_error *error)
{
    const char *rest = strchr(text, ':');
    size_t len;

    if (strncmp(text, "tcp:", 4) == 0) {
        out->kind = SEIGR__UV_TCP;
        if (listen_tcp(text + 4, &out->tcp))
            return 0;
        return seigr__uv_fail(error, SEIGR_E_FORMAT,
                              "an address of TCP is tcp:ADDRESS:PORT, both "
                              "numbers");
    }
    if (strncmp(text, "unix:", 5) == 0)
        out->kind = SEIGR__UV_UNIX;
    else if (strncmp(text, "serial:", 7) == 0)
        out->kind = SEIGR__UV_SERIAL;
    else
        return seigr__uv_fail(error, SEIGR_E_FORMAT,
                              "an address begins with tcp:, unix: or serial:");
    len = strlen(rest + 1);
    if (len == 0 || len >= sizeof(out->path))
        return seigr__uv_fail(error, SEIGR_E_FORMAT,
                              "the path of the address is empty or too long");
    memcpy(out->path, rest + 1, len + 1);
    return 0;
}

void seigr__uv_listener_release(seigr_uv_listener *listener)
{
    const seigr_context *context = listener->context;

    seigr_link_key_fini(context, &listener->key);
    context->allocator->release(listener, context->allocator->ctx);
}

static void listen_closed(uv_handle_t *handle)
{
    seigr_uv_listener *listener = handle->data;

    listener->is_closed = 1;
    if (listener->peers == 0)
        seigr__uv_listener_release(listener);
}

void seigr_uv_listener_close(seigr_uv_listener *listener)
{
    if (listener != NULL && !uv_is_closing(&listener->stream.handle))
        uv_close(&listener->stream.handle, listen_closed);
}

/* One that comes when there is no place: taken, so that it is not waited
 * with, and hung up on. */
static void listen_hang_up(seigr_uv_listener *listener, seigr_uv_peer *peer)
{
    (void)uv_accept(&listener->stream.stream,
                    &seigr__uv_peer_stream(peer)->stream);
    seigr__uv_peer_drop(peer);
}

static void listen_came(uv_stream_t *stream, int status)
{
    seigr_uv_listener *listener = stream->data;
    const int is_full = listener->peers >= listener->limits.peer_max ||
                        listener->half_open >= listener->limits.half_open_max;
    seigr_uv_peer *peer;

    if (status < 0 ||
        seigr__uv_peer_new(listener->context, stream->loop,
                           stream->type == UV_TCP ? SEIGR__UV_TCP
                                                  : SEIGR__UV_UNIX,
                           &listener->key, &listener->options, 0,
                           &listener->callbacks, listener, &peer) != 0)
        return;
    if (is_full)
        listen_hang_up(listener, peer);
    else if (uv_accept(stream, &seigr__uv_peer_stream(peer)->stream) != 0)
        seigr__uv_peer_drop(peer);
    else
        seigr__uv_peer_begin(peer);
}

static int listen_bind(seigr_uv_listener *listener, uv_loop_t *loop,
                       const struct seigr__uv_address *address)
{
    int status;

    if (address->kind == SEIGR__UV_TCP) {
        (void)uv_tcp_init(loop, &listener->stream.tcp);
        status = uv_tcp_bind(&listener->stream.tcp,
                             (const struct sockaddr *)&address->tcp, 0);
    } else {
        (void)uv_pipe_init(loop, &listener->stream.pipe, 0);
        status = uv_pipe_bind(&listener->stream.pipe, address->path);
    }
    listener->stream.handle.data = listener;
    if (status == 0)
        status = uv_listen(&listener->stream.stream,
                           (int)listener->limits.backlog, listen_came);
    return status;
}

static void listen_set(seigr_uv_listener *listener,
                       const seigr_context *context, const seigr_link_key *key,
                       const seigr_link_options *options,
                       const seigr_uv_listen_options *limits,
                       const seigr_uv_callbacks *callbacks)
{
    const seigr_link_options link_defaults = SEIGR_LINK_OPTIONS_INIT;
    const seigr_uv_listen_options defaults = SEIGR_UV_LISTEN_OPTIONS_INIT;

    memset(listener, 0, sizeof(*listener));
    listener->context = context;
    listener->key = *key;
    listener->options = options != NULL ? *options : link_defaults;
    if (listener->options.peer != NULL) {
        listener->expected = *listener->options.peer;
        listener->options.peer = &listener->expected;
    }
    listener->limits = limits != NULL ? *limits : defaults;
    listener->callbacks = *callbacks;
}

int seigr_uv_listen(const seigr_context *context, struct uv_loop_s *loop,
                    const char *text, const seigr_link_key *key,
                    const seigr_link_options *options,
                    const seigr_uv_listen_options *limits,
                    const seigr_uv_callbacks *callbacks,
                    seigr_uv_listener **out, seigr_error *error)
{
    struct seigr__uv_address address;
    seigr_uv_listener *listener;
    int status;
    int err;

    if (context == NULL || context->allocator == NULL ||
        context->clock == NULL || loop == NULL || text == NULL || key == NULL ||
        callbacks == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__uv_address(text, &address, error);
    if (err != 0)
        return err;
    if (address.kind == SEIGR__UV_SERIAL)
        return seigr__uv_fail(error, SEIGR_E_UNSUPPORTED,
                              "nobody is waited for on a serial line");
    listener =
        context->allocator->alloc(sizeof(*listener), context->allocator->ctx);
    if (listener == NULL)
        return SEIGR_E_NOMEM;
    listen_set(listener, context, key, options, limits, callbacks);
    status = listen_bind(listener, loop, &address);
    if (status < 0) {
        seigr_uv_listener_close(listener);
        return seigr__uv_fail(
            error, status == UV_EADDRINUSE ? SEIGR_E_EXISTS : SEIGR_E_IO,
            uv_strerror(status));
    }
    *out = listener;
    return 0;
}

unsigned seigr_uv_listener_port(const seigr_uv_listener *listener)
{
    struct sockaddr_storage name;
    int len = (int)sizeof(name);
    const uint8_t *bytes = (const uint8_t *)&name;

    if (listener->stream.handle.type != UV_TCP ||
        uv_tcp_getsockname(&listener->stream.tcp, (struct sockaddr *)&name,
                           &len) != 0)
        return 0;
    /* The port stands in network order at the same place of both kinds. */
    return (unsigned)bytes[2] << 8 | bytes[3];
}

/* SPDX-License-Identifier: MIT */
/*
 * uv.h - links over the sockets of libuv: TCP, Unix sockets and serial lines.
 * A library of its own, seigr::uv, which links with seigr::core or
 * seigr::seigr and with libuv.
 *
 * An address is "tcp:ADDRESS:PORT" (numeric, IPv6 in brackets), "unix:PATH",
 * or "serial:PATH" of a terminal that is set to raw bytes already.
 *
 * Callbacks come from the loop alone, never from within a call of this
 * header. What is sent within one turn of the loop leaves together.
 *
 * Threads: that of the loop.
 */
#ifndef SEIGR_UV_H
#define SEIGR_UV_H

#include "seigr/net.h" /* seigr_link_options, seigr_record */

#ifdef __cplusplus
extern "C" {
#endif

struct uv_loop_s; /* uv_loop_t */

typedef struct seigr_uv_peer seigr_uv_peer;
typedef struct seigr_uv_listener seigr_uv_listener;

/* What a peer's events are told to. All may be NULL. */
typedef struct seigr_uv_callbacks {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    /* Records may be sent. */
    void (*opened)(seigr_uv_peer *peer, void *ctx);
    /* A record came; borrowed until it returns. */
    void (*record)(seigr_uv_peer *peer, const seigr_record *record, void *ctx);
    /* The last word of a peer, opened or not: why is NULL where both said
     * goodbye. The peer is released when this returns. */
    void (*closed)(seigr_uv_peer *peer, const seigr_error *why, void *ctx);
    void *ctx;
} seigr_uv_callbacks;

/* Bounds of a listener. Start from SEIGR_UV_LISTEN_OPTIONS_INIT. */
typedef struct seigr_uv_listen_options {
    uint32_t struct_size;
    uint32_t peer_max;      /* at once, half open or not */
    uint32_t half_open_max; /* whose handshake goes on */
    uint32_t backlog;
} seigr_uv_listen_options;

#define SEIGR_UV_LISTEN_OPTIONS_INIT                                           \
    {                                                                          \
        (uint32_t)sizeof(seigr_uv_listen_options), 256u, 32u, 64u              \
    }

/*
 * Open a stream and a link over it.
 *
 *   context    needs allocator, clock, crypto, randomness; borrowed as long
 *              as the peer is.
 *   loop       borrowed as long as the peer is.
 *   address    copied.
 *   key        copied.
 *   options    NULL: the defaults. The side is set here: this one opens.
 *   callbacks  copied.
 *   out        valid until its closed callback has returned.
 *
 * Returns 0; SEIGR_E_FORMAT for an address that is none; SEIGR_E_IO where it
 * cannot even be tried; as seigr_link_new(). That nobody answers is told to
 * closed, as SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_uv_connect(const seigr_context *context, struct uv_loop_s *loop,
                 const char *address, const seigr_link_key *key,
                 const seigr_link_options *options,
                 const seigr_uv_callbacks *callbacks, seigr_uv_peer **out,
                 seigr_error *error);

/*
 * Accept streams, a link over each.
 *
 *   address  TCP or Unix; port 0 takes one that is free.
 *   limits   NULL: the defaults. Who comes when they are reached is hung up
 *            on at once.
 *   out      caller releases with seigr_uv_listener_close().
 *
 * Returns as seigr_uv_connect(); SEIGR_E_EXISTS for an address in use. Of a
 * serial line, on which nobody is waited for, SEIGR_E_UNSUPPORTED.
 */
SEIGR_API SEIGR_MUST_USE int seigr_uv_listen(
    const seigr_context *context, struct uv_loop_s *loop, const char *address,
    const seigr_link_key *key, const seigr_link_options *options,
    const seigr_uv_listen_options *limits, const seigr_uv_callbacks *callbacks,
    seigr_uv_listener **out, seigr_error *error);

/*
 * Answer on a serial line: as seigr_uv_connect(), the other side opens.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_uv_answer(const seigr_context *context, struct uv_loop_s *loop,
                const char *address, const seigr_link_key *key,
                const seigr_link_options *options,
                const seigr_uv_callbacks *callbacks, seigr_uv_peer **out,
                seigr_error *error);

/*
 * The TCP port of a listener.
 *
 * Returns the port, or 0 where it has none.
 */
SEIGR_API unsigned seigr_uv_listener_port(const seigr_uv_listener *listener);

/*
 * Accept no more. Peers that came stay.
 *
 *   listener  released by the loop; NULL is fine.
 */
SEIGR_API void seigr_uv_listener_close(seigr_uv_listener *listener);

/*
 * Send a record. It leaves at the end of the loop's turn.
 *
 *   record  copied.
 *
 * Returns as seigr_link_send().
 */
SEIGR_API SEIGR_MUST_USE int seigr_uv_send(seigr_uv_peer *peer,
                                           const seigr_record *record);

/*
 * Say goodbye to a peer; closed comes when it has answered, or after 5 s.
 */
SEIGR_API void seigr_uv_close(seigr_uv_peer *peer);

/*
 * The link of a peer, to ask who it is and what went over it.
 *
 * Returns the link, borrowed as long as the peer is.
 */
SEIGR_API seigr_peer_link *seigr_uv_link(seigr_uv_peer *peer);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
/*
 * stream.h - what peers and listeners on libuv share. Public headers alone:
 * the driver links with the static library and with the shared one.
 */
#ifndef SEIGR_SRC_NET_UV_STREAM_H
#define SEIGR_SRC_NET_UV_STREAM_H

#include "seigr/uv.h" /* seigr_uv_peer */

#include <uv.h>

#define SEIGR__UV_BUFFER 131072u
#define SEIGR__UV_PATH_MAX 108u

#define SEIGR__UV_TCP 1
#define SEIGR__UV_UNIX 2
#define SEIGR__UV_SERIAL 3

/* An address taken apart. */
struct seigr__uv_address {
    int kind;
    struct sockaddr_storage tcp;
    char path[SEIGR__UV_PATH_MAX];
};

union seigr__uv_stream {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

struct seigr_uv_listener {
    union seigr__uv_stream stream;
    const seigr_context *context;
    seigr_link_key key;
    seigr_link_options options;
    seigr_public_key expected; /* what options.peer points to */
    seigr_uv_listen_options limits;
    seigr_uv_callbacks callbacks;
    uint32_t peers;
    uint32_t half_open;
    int is_closed; /* released when the last peer is, too */
};

/* peer.c: one that has its stream, which is then read. */
int seigr__uv_peer_new(const seigr_context *context, uv_loop_t *loop, int kind,
                       const seigr_link_key *key,
                       const seigr_link_options *options, uint32_t flags,
                       const seigr_uv_callbacks *callbacks,
                       seigr_uv_listener *listener, seigr_uv_peer **out);
union seigr__uv_stream *seigr__uv_peer_stream(seigr_uv_peer *peer);
void seigr__uv_peer_begin(seigr_uv_peer *peer);

/* Release one that has told nobody of itself. */
void seigr__uv_peer_drop(seigr_uv_peer *peer);

/* listen.c: an address. Returns 0 or SEIGR_E_FORMAT with the reason. */
int seigr__uv_address(const char *text, struct seigr__uv_address *out,
                      seigr_error *error);
void seigr__uv_listener_release(seigr_uv_listener *listener);

/* Fill error, if there is one, and return code. */
int seigr__uv_fail(seigr_error *error, int code, const char *text);

#endif

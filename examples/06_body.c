/* SPDX-License-Identifier: MIT */
/*
 * 06_body.c - content too large for a capsule is named by a hash tree, and
 * checked chunk by chunk while it arrives.
 */
#include <seigr/seigr.h>
#include <seigr/sys/posix.h> /* seigr_posix_context, seigr_posix_pool_new */

#include <stdio.h>

#define CONTENT_LEN 300000u
#define LEAF_MAX 5u     /* chunks of 64 KiB */
#define PIECE_LEN 7001u /* as it comes from a socket */

static uint8_t content[CONTENT_LEN];

/* The body that a draft would carry, and the leaf list to send ahead. */
static int make_body(const seigr_context *context, seigr_body *body,
                     seigr_hash leaves[LEAF_MAX])
{
    seigr_body_leaves room = SEIGR_BODY_LEAVES_INIT;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_posix_pool *pool = NULL;
    seigr_body_writer writer;
    int err;

    room.array = leaves;
    room.array_max = LEAF_MAX;
    options.leaves = &room;
    options.want_sha256 = 1;
    if (seigr_posix_pool_new(context, 0, &pool) == 0)
        options.pool = seigr_posix_pool_table(pool); /* on all processors */
    err = seigr_body_writer_init(&writer, context, &options);
    if (err == 0)
        err = seigr_body_writer_put(
            &writer, (seigr_span){content, sizeof(content)}, NULL);
    if (err == 0)
        err = seigr_body_writer_finish(&writer, body, NULL);
    seigr_posix_pool_free(pool);
    return err;
}

/* Body and leaf list came first; now the content comes in pieces. */
static void receive(const seigr_context *context, const seigr_body *body,
                    const seigr_hash leaves[LEAF_MAX])
{
    seigr_hash kept[LEAF_MAX];
    seigr_body_leaves room = SEIGR_BODY_LEAVES_INIT;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_body_check check;
    int err;

    room.array = kept;
    room.array_max = LEAF_MAX;
    options.leaves = &room;
    err = seigr_body_check_init(&check, context, body, &options, &error);
    if (err == 0)
        err = seigr_body_check_leaves(
            &check, (seigr_span){leaves[0].bytes, LEAF_MAX * sizeof(leaves[0])},
            &error);
    for (size_t at = 0; err == 0 && at < CONTENT_LEN; at += PIECE_LEN) {
        size_t len = CONTENT_LEN - at;

        err = seigr_body_check_put(
            &check,
            (seigr_span){content + at, len < PIECE_LEN ? len : PIECE_LEN},
            &error);
    }
    if (err == 0)
        err = seigr_body_check_done(&check, &error);
    if (err == 0)
        printf("all %u bytes are what the capsule says\n", CONTENT_LEN);
    else
        printf("refused: %s\n", error.text);
}

int main(void)
{
    seigr_hash leaves[LEAF_MAX];
    seigr_context context;
    seigr_body body = {0};

    for (size_t i = 0; i < CONTENT_LEN; i++)
        content[i] = (uint8_t)(i / 1000);
    if (seigr_posix_context(&context) != 0 ||
        make_body(&context, &body, leaves) != 0)
        return 1;
    printf("%llu bytes in %llu chunks, root %02x%02x%02x%02x...\n",
           (unsigned long long)body.size,
           (unsigned long long)seigr_body_chunk_count(body.size),
           body.root.bytes[0], body.root.bytes[1], body.root.bytes[2],
           body.root.bytes[3]);
    receive(&context, &body, leaves);
    content[200000] ^= 1;
    receive(&context, &body, leaves);
    return 0;
}

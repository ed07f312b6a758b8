/* SPDX-License-Identifier: MIT */
/*
 * base.h - what every room stands on: status codes, spans of bytes, the
 * refusal text, and the context through which a program hands in its
 * allocator, clock, randomness, log and cryptography.
 *
 * This header opens no file, asks for no memory and reads no clock. Nothing
 * here or in any other room is global: two contexts in one process do not
 * know of each other.
 *
 * Threads: everything here is a value; a context may be shared between
 * threads when the tables it points to may.
 */
#ifndef SEIGR_BASE_H
#define SEIGR_BASE_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* fixed-width integers */

#if defined(__GNUC__)
#define SEIGR_API __attribute__((visibility("default")))
#define SEIGR_MUST_USE __attribute__((warn_unused_result))
#else
#define SEIGR_API
#define SEIGR_MUST_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Status codes. A fallible function returns 0 or one of these. Numbers are
 * appended, never changed: bindings compile them in.
 */
#define SEIGR_OK 0
#define SEIGR_E_INVAL (-1)        /* the caller broke the function's contract */
#define SEIGR_E_NOMEM (-2)        /* the allocator gave nothing */
#define SEIGR_E_ROOM (-3)         /* the caller's buffer is too small */
#define SEIGR_E_FORMAT (-4)       /* bytes that break a format */
#define SEIGR_E_LIMIT (-5)        /* past a stated bound */
#define SEIGR_E_SIGNATURE (-6)    /* a signature that does not verify */
#define SEIGR_E_KEY (-7)          /* a key that is wrong, weak or unusable */
#define SEIGR_E_NOTFOUND (-8)     /* what was asked for is not there */
#define SEIGR_E_IO (-9)           /* the outside world failed a read or write */
#define SEIGR_E_FULL (-10)        /* no room left where it should be kept */
#define SEIGR_E_CORRUPT (-11)     /* kept bytes are not what was stored */
#define SEIGR_E_DENIED (-12)      /* policy says no */
#define SEIGR_E_QUOTA (-13)       /* an issuer's or peer's share is used up */
#define SEIGR_E_AGAIN (-14)       /* not finished: call again */
#define SEIGR_E_FRAME (-15)       /* a frame of the link protocol is broken */
#define SEIGR_E_UNSUPPORTED (-16) /* well formed, but not spoken here */
#define SEIGR_E_RANDOM (-17)      /* no randomness could be had */
#define SEIGR_E_LINEAGE (-18)     /* a chain of capsules does not hold */
#define SEIGR_E_EXISTS (-19)      /* it is there already and is not replaced */
#define SEIGR_E_TRUNCATED (-20)   /* the bytes end before the thing does */
#define SEIGR_E_CANCELED (-21)    /* a callback of the caller asked to stop */
#define SEIGR_E_MISMATCH (-22)    /* content is not what a capsule says it is */

/*
 * The sentence that belongs to a status code, for people.
 *
 *   code  a status code; any other number is answered too.
 *
 * Returns a static string, never NULL.
 */
SEIGR_API const char *seigr_strerror(int code);

/*
 * The library's version: three decimal numbers with dots between.
 *
 * Returns a static string.
 */
SEIGR_API const char *seigr_version(void);

/* Bytes to read. ptr may be NULL only where len is 0. */
typedef struct seigr_span {
    const uint8_t *ptr;
    size_t len;
} seigr_span;

/* Room to write. Asking with {NULL, 0} answers the length needed. */
typedef struct seigr_buf {
    uint8_t *ptr;
    size_t len;
} seigr_buf;

#define SEIGR_ESCAPE_LEN 12u   /* the longest that a step writes */
#define SEIGR_ESCAPE_QUOTED 1u /* " and \ get a \ before them as well */

/*
 * Show the next character of text that a stranger wrote, so that no terminal
 * and no reader acts on it: controls, line separators, and what turns the
 * direction of text or has no width become \u{HEX}, bytes that are no UTF-8
 * \x{HEX}; everything else stays.
 *
 *   text   moved behind what was taken.
 *   flags  SEIGR_ESCAPE_*.
 *   out    receives the characters, no NUL.
 *
 * Returns how many were written; 0 at the end of text.
 */
SEIGR_API size_t seigr_escape_step(seigr_span *text, uint32_t flags,
                                   char out[SEIGR_ESCAPE_LEN]);

#define SEIGR_ID_LEN 32u

/* Identity of a capsule: SHA-256(0x00 || Sig_structure), FORMATS 2.2. */
typedef struct seigr_id {
    uint8_t bytes[SEIGR_ID_LEN];
} seigr_id;

/* A SHA-256 value that is not a capsule's identity: chunk, root, digest. */
typedef struct seigr_hash {
    uint8_t bytes[32];
} seigr_hash;

/* An Ed25519 public key (RFC 8032): what an issuer is known by. */
typedef struct seigr_public_key {
    uint8_t bytes[32];
} seigr_public_key;

#define SEIGR_ERROR_TEXT_LEN 232u
#define SEIGR_NO_OFFSET UINT64_MAX

/*
 * Why something was refused. Start from SEIGR_ERROR_INIT. Functions write it
 * only when they fail, and accept NULL where nobody will look.
 */
typedef struct seigr_error {
    uint32_t struct_size;
    int32_t code;    /* the status code that the function returned */
    uint64_t offset; /* of the first bad byte of the input;
                        SEIGR_NO_OFFSET where there is none */
    char text[SEIGR_ERROR_TEXT_LEN]; /* one sentence, NUL-terminated UTF-8 */
} seigr_error;

#define SEIGR_ERROR_INIT                                                       \
    {                                                                          \
        (uint32_t)sizeof(seigr_error), 0, SEIGR_NO_OFFSET, ""                  \
    }

/* Memory, handed in. Both functions may be called from any thread that the
 * caller uses the library on. */
typedef struct seigr_allocator {
    uint32_t struct_size;
    uint32_t reserved;                     /* zero */
    void *(*alloc)(size_t len, void *ctx); /* aligned for any object; NULL:
                                              none to be had; len > 0 */
    void (*release)(void *ptr, void *ctx); /* NULL is fine */
    void *ctx;
} seigr_allocator;

/* Time, handed in. A clock decides no verdict about a capsule. */
typedef struct seigr_clock {
    uint32_t struct_size;
    uint32_t reserved;                   /* zero */
    uint64_t (*unix_ms)(void *ctx);      /* ms since 1970-01-01 UTC */
    uint64_t (*monotonic_ns)(void *ctx); /* never goes back */
    void *ctx;
} seigr_clock;

/* Randomness fit for keys, handed in. */
typedef struct seigr_random {
    uint32_t struct_size;
    uint32_t reserved;                                /* zero */
    int (*fill)(uint8_t *out, size_t len, void *ctx); /* 0 or
                                           SEIGR_E_RANDOM */
    void *ctx;
} seigr_random;

#define SEIGR_LOG_ERROR 1u
#define SEIGR_LOG_WARN 2u
#define SEIGR_LOG_INFO 3u
#define SEIGR_LOG_DEBUG 4u

/* Where messages for operators go. Never needed for a result. */
typedef struct seigr_log {
    uint32_t struct_size;
    uint32_t level_max; /* SEIGR_LOG_*: what is above is not sent */
    void (*write)(uint32_t level, const char *room, const char *text,
                  void *ctx); /* borrowed until it returns */
    void *ctx;
} seigr_log;

struct seigr_crypto; /* seigr/sys/crypto.h */

/*
 * All that the library takes from outside, in one value. Start from
 * SEIGR_CONTEXT_INIT and set what the functions you call need; each says so.
 * The tables are borrowed as long as anything made with the context lives.
 */
typedef struct seigr_context {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    const seigr_allocator *allocator;
    const seigr_clock *clock;
    const seigr_random *random;
    const seigr_log *log; /* NULL: silence */
    const struct seigr_crypto *crypto;
} seigr_context;

#define SEIGR_CONTEXT_INIT                                                     \
    {                                                                          \
        (uint32_t)sizeof(seigr_context), 0, NULL, NULL, NULL, NULL, NULL       \
    }

#ifdef __cplusplus
}
#endif

#endif

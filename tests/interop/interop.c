/* SPDX-License-Identifier: MIT */
/*
 * interop.c - our side of run.sh: COSE_Sign1 both ways with other libraries.
 *
 *     seigr_interop cases COUNT SEED   make cases
 *     seigr_interop sign               cases in, messages out
 *     seigr_interop verify             messages in, "ok" or "refused WHY" out
 *     seigr_interop spoil              messages in, each with one bit changed
 *
 * A line is a case:    FORM SEED KID TYPE AAD PAYLOAD
 * or a message:        FORM PUBLIC AAD PAYLOAD MESSAGE
 *
 * in hex, but TYPE, which is text; "-" for nothing. FORM is a sum: 1 no tag,
 * 2 payload detached, 4 kid unprotected. PAYLOAD of a message is what the
 * other side must find in it, or is given.
 */
#include "seigr/cose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM_UNTAGGED 1u
#define FORM_DETACHED 2u
#define FORM_KID_UNPROTECTED 4u

#define FIELDS_MAX 6u
#define PAYLOAD_MAX 4096u
#define LINE_MAX_LEN (1u << 16)
#define MESSAGE_MAX (PAYLOAD_MAX + 512u)

struct line {
    unsigned form;
    seigr_span field[FIELDS_MAX]; /* from 1; 0 is FORM */
    uint8_t bytes[LINE_MAX_LEN];
};

static seigr_context interop_context;

static void *interop_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void interop_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static const seigr_allocator interop_allocator = {
    sizeof(seigr_allocator), 0, interop_alloc, interop_release, NULL};

static int fail(const char *what)
{
    fprintf(stderr, "seigr_interop: %s\n", what);
    exit(2);
}

static int nibble(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return fail("a field is not hex");
}

static void print_hex(seigr_span bytes)
{
    if (bytes.len == 0)
        putchar('-');
    for (size_t i = 0; i < bytes.len; i++)
        printf("%02x", bytes.ptr[i]);
}

/* The next line taken apart, field "text" as it is. 0 at the end. */
static int read_line(struct line *line, unsigned count, unsigned text)
{
    static char chars[LINE_MAX_LEN];
    char *at = chars;
    uint8_t *out = line->bytes;

    if (fgets(chars, sizeof(chars), stdin) == NULL)
        return 0;
    line->form = (unsigned)strtoul(at, &at, 10);
    for (unsigned i = 1; i < count; i++) {
        const uint8_t *start = out;

        at += strspn(at, " ");
        if (*at == '-') {
            at++;
        } else if (i == text) {
            while (*at > ' ')
                *out++ = (uint8_t)*at++;
        } else {
            for (; *at > ' '; at += 2)
                *out++ = (uint8_t)(nibble(at[0]) * 16 + nibble(at[1]));
        }
        line->field[i] = (seigr_span){start, (size_t)(out - start)};
    }
    if (*at != '\n')
        fail("a line has other fields");
    return 1;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void print_random(uint64_t *state, size_t len)
{
    putchar(' ');
    if (len == 0)
        putchar('-');
    for (size_t i = 0; i < len; i++)
        printf("%02x", (unsigned)(next_random(state) & 0xff));
}

/* Lengths around every change of a CBOR head. */
static size_t some_length(uint64_t *state, size_t max)
{
    static const size_t edges[] = {0, 1, 23, 24, 255, 256};
    const uint64_t pick = next_random(state) % 9;

    if (pick < 6)
        return edges[pick] <= max ? edges[pick] : max;
    return (size_t)(next_random(state) % (max + 1));
}

static int run_cases(unsigned long count, uint64_t state)
{
    static const char *const types[] = {"-", "text/plain",
                                        "application/octet-stream",
                                        "application/cose;cose-type=sign1"};

    for (unsigned long i = 0; i < count; i++) {
        printf("%u", (unsigned)(next_random(&state) % 8));
        print_random(&state, SEIGR_SEED_LEN);
        print_random(&state, 1 + some_length(&state, 39));
        printf(" %s", types[next_random(&state) % 4]);
        print_random(&state, some_length(&state, 300));
        print_random(&state, some_length(&state, PAYLOAD_MAX));
        putchar('\n');
    }
    return 0;
}

static int run_sign(void)
{
    static struct line line;
    static uint8_t message[MESSAGE_MAX + 1024];

    while (read_line(&line, 6, 3)) {
        seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_keypair_signer_state state;
        seigr_keypair pair;
        seigr_signer signer;
        size_t len;

        if (line.field[1].len != SEIGR_SEED_LEN ||
            seigr_keypair_init_seed(&interop_context, line.field[1].ptr,
                                    &pair) != 0)
            return fail("a seed is no seed");
        signer = seigr_keypair_signer(&interop_context, &pair, &state);
        draft.flags |= (line.form & FORM_UNTAGGED) ? SEIGR_COSE_UNTAGGED : 0;
        draft.flags |= (line.form & FORM_DETACHED) ? SEIGR_COSE_DETACHED : 0;
        draft.flags |=
            (line.form & FORM_KID_UNPROTECTED) ? SEIGR_COSE_KID_UNPROTECTED : 0;
        draft.kid = line.field[2];
        if (line.field[3].len > 0)
            draft.content_type = line.field[3];
        draft.external_aad = line.field[4];
        draft.payload = line.field[5];
        if (seigr_cose_sign1_sign(&interop_context, &draft, &signer,
                                  (seigr_buf){message, sizeof(message)}, &len,
                                  &error) != 0)
            return fail(error.text);
        printf("%u ", line.form);
        print_hex((seigr_span){signer.key.bytes, 32});
        putchar(' ');
        print_hex(line.field[4]);
        putchar(' ');
        print_hex(line.field[5]);
        putchar(' ');
        print_hex((seigr_span){message, len});
        putchar('\n');
    }
    return 0;
}

static int verify_line(const struct line *line, seigr_error *error)
{
    static uint8_t room[LINE_MAX_LEN];
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    const seigr_span payload = line->field[3];
    seigr_public_key key;
    int err;

    if (line->field[1].len != sizeof(key.bytes))
        return fail("a key is no key");
    memcpy(key.bytes, line->field[1].ptr, sizeof(key.bytes));
    options.external_aad = line->field[2];
    if ((line->form & FORM_DETACHED) != 0) {
        options.flags = SEIGR_COSE_DETACHED;
        options.payload = payload;
    }
    err = seigr_cose_sign1_decode(
        line->field[4], (seigr_buf){room, sizeof(room)}, &view, error);
    if (err == 0)
        err = seigr_cose_sign1_verify(&interop_context, &view, &key, &options,
                                      (seigr_buf){NULL, 0}, error);
    if (err == 0 && (line->form & FORM_DETACHED) == 0 &&
        (view.payload.len != payload.len ||
         memcmp(view.payload.ptr, payload.ptr, payload.len) != 0)) {
        err = SEIGR_E_MISMATCH;
        strcpy(error->text, "another payload");
    }
    if (err == 0 && ((line->form & FORM_UNTAGGED) == 0) !=
                        ((view.flags & SEIGR_COSE_TAGGED) != 0)) {
        err = SEIGR_E_MISMATCH;
        strcpy(error->text, "another form");
    }
    return err;
}

static int run_verify(void)
{
    static struct line line;

    while (read_line(&line, 5, 0)) {
        seigr_error error = SEIGR_ERROR_INIT;

        if (verify_line(&line, &error) == 0)
            puts("ok");
        else
            printf("refused %s\n", error.text);
    }
    return 0;
}

/* Change a bit of the payload, or of the signature at the message's end. */
static int run_spoil(void)
{
    static struct line line;
    uint64_t state = 1;

    while (read_line(&line, 5, 0)) {
        seigr_span *payload = &line.field[3];
        seigr_span *message = &line.field[4];
        const size_t bit = next_random(&state) % 512;
        uint8_t *bytes = line.bytes + (message->ptr - line.bytes);
        size_t at = message->len - 64 + bit / 8;

        if ((next_random(&state) & 1) != 0 && payload->len > 0) {
            at = (size_t)(next_random(&state) % payload->len);
            if ((line.form & FORM_DETACHED) != 0)
                bytes = line.bytes + (payload->ptr - line.bytes);
            else
                at += message->len - 66 - payload->len;
        }
        bytes[at] ^= (uint8_t)(1u << bit % 8);
        printf("%u ", line.form);
        for (unsigned i = 1; i < 5; i++) {
            print_hex(line.field[i]);
            putchar(i < 4 ? ' ' : '\n');
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    interop_context = (seigr_context)SEIGR_CONTEXT_INIT;
    interop_context.allocator = &interop_allocator;
    interop_context.crypto = seigr_crypto_default();
    if (interop_context.crypto == NULL)
        return fail("no randomness");
    if (argc == 4 && strcmp(argv[1], "cases") == 0)
        return run_cases(strtoul(argv[2], NULL, 10),
                         strtoull(argv[3], NULL, 10));
    if (argc == 2 && strcmp(argv[1], "sign") == 0)
        return run_sign();
    if (argc == 2 && strcmp(argv[1], "verify") == 0)
        return run_verify();
    if (argc == 2 && strcmp(argv[1], "spoil") == 0)
        return run_spoil();
    return fail("usage: seigr_interop cases COUNT SEED | sign | verify | "
                "spoil");
}

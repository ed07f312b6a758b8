/* SPDX-License-Identifier: MIT */
/*
 * trust_roots.c - the roots file, and scopes as words.
 *
 *     did:key:z6Mk...                      # all, weight 1000
 *     seigr:0123... run,accept 800
 */
#include "seigr/trust.h" /* seigr_anchor */

#include "base/error.h"   /* seigr__fail */
#include "seigr/crypto.h" /* seigr_did_key_decode */
#include "seigr/senary.h" /* seigr_address_decode_key */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* Where reading stands. */
struct roots {
    seigr_span text;
    size_t at;
    size_t line_at; /* where the line begins */
    uint32_t line;  /* from 1 */
    seigr_error *error;
};

static const char *const roots_words[] = {"admit",  "run",      "delegate",
                                          "accept", "boot",     "time",
                                          "revoke", "introduce"};

#define ROOTS_WORD_COUNT (sizeof(roots_words) / sizeof(roots_words[0]))

static int roots_is(seigr_span word, const char *text)
{
    return word.len == strlen(text) && memcmp(word.ptr, text, word.len) == 0;
}

/* --- Scopes ------------------------------------------------------------- */

static uint32_t roots_bit(seigr_span word)
{
    if (roots_is(word, "all"))
        return SEIGR_SCOPE_ALL;
    for (uint32_t i = 0; i < ROOTS_WORD_COUNT; i++)
        if (roots_is(word, roots_words[i]))
            return (uint32_t)1 << i;
    return 0;
}

int seigr_scope_parse(seigr_span text, uint32_t *out)
{
    uint32_t scope = 0;
    size_t at = 0;

    if (out == NULL || text.len == 0)
        return out == NULL ? SEIGR_E_INVAL : SEIGR_E_FORMAT;
    for (;;) {
        seigr_span word = {text.ptr + at, 0};
        uint32_t bit;

        while (at + word.len < text.len && word.ptr[word.len] != ',')
            word.len++;
        bit = roots_bit(word);
        if (bit == 0)
            return SEIGR_E_FORMAT;
        scope |= bit;
        at += word.len;
        if (at == text.len)
            break;
        at++; /* the comma: a word comes */
    }
    *out = scope;
    return 0;
}

void seigr_scope_print(uint32_t scope, char out[SEIGR_SCOPE_TEXT_LEN + 1])
{
    size_t len = 0;

    if ((scope & SEIGR_SCOPE_ALL) == SEIGR_SCOPE_ALL ||
        (scope & SEIGR_SCOPE_ALL) == 0) {
        (void)seigr__format(out, SEIGR_SCOPE_TEXT_LEN + 1, "%s",
                            (scope & SEIGR_SCOPE_ALL) != 0 ? "all" : "none");
        return;
    }
    for (uint32_t i = 0; i < ROOTS_WORD_COUNT; i++)
        if (scope >> i & 1)
            len += seigr__format(out + len, SEIGR_SCOPE_TEXT_LEN + 1 - len,
                                 "%s%s", len > 0 ? "," : "", roots_words[i]);
    assert(len < SEIGR_SCOPE_TEXT_LEN);
}

/* --- Lines -------------------------------------------------------------- */

static int roots_fail(const struct roots *r, int code, size_t at,
                      const char *what)
{
    assert(at >= r->line_at);
    return seigr__fail(r->error, code, at, "line %u, column %zu: %s",
                       (unsigned)r->line, at - r->line_at + 1, what);
}

static int roots_is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of the line; empty at its end or at a comment. */
static seigr_span roots_word(struct roots *r)
{
    seigr_span word;

    while (r->at < r->text.len && roots_is_space(r->text.ptr[r->at]))
        r->at++;
    word = (seigr_span){r->text.ptr + r->at, 0};
    while (r->at < r->text.len && !roots_is_space(r->text.ptr[r->at]) &&
           r->text.ptr[r->at] != '\n' && r->text.ptr[r->at] != '#') {
        r->at++;
        word.len++;
    }
    return word;
}

static int roots_key(struct roots *r, seigr_span word, seigr_public_key *out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    const size_t at = (size_t)(word.ptr - r->text.ptr);
    char what[SEIGR_ERROR_TEXT_LEN];
    int err;

    if (word.len >= 4 && memcmp(word.ptr, "did:", 4) == 0)
        err = seigr_did_key_decode(word, out, &error);
    else
        err = seigr_address_decode_key(word, out, &error);
    if (err == 0)
        return 0;
    (void)seigr__format(what, sizeof(what), "no key: %s", error.text);
    return roots_fail(
        r, err == SEIGR_E_UNSUPPORTED ? err : SEIGR_E_FORMAT,
        error.offset == SEIGR_NO_OFFSET ? at : at + (size_t)error.offset, what);
}

/* A number of 1 to 1000. */
static int roots_weight(struct roots *r, seigr_span word, uint32_t *out)
{
    const size_t at = (size_t)(word.ptr - r->text.ptr);
    uint32_t value = 0;

    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9' || word.len > 4)
            return roots_fail(r, SEIGR_E_FORMAT, at,
                              "the weight is no number of 1 to 1000");
        value = value * 10 + (uint32_t)(word.ptr[i] - '0');
    }
    if (value == 0 || value > SEIGR_STATEMENT_WEIGHT_MAX)
        return roots_fail(r, SEIGR_E_FORMAT, at,
                          "the weight is no number of 1 to 1000");
    *out = value;
    return 0;
}

/* One line. Returns 1 and an anchor, 0 for a line without one, or why not. */
static int roots_line(struct roots *r, seigr_anchor *out)
{
    seigr_span word = roots_word(r);
    int err;

    if (word.len == 0)
        return 0;
    *out = (seigr_anchor){{{0}}, SEIGR_SCOPE_ALL, SEIGR_STATEMENT_WEIGHT_MAX};
    err = roots_key(r, word, &out->key);
    word = roots_word(r);
    if (err == 0 && word.len > 0 && seigr_scope_parse(word, &out->scope) != 0)
        err = roots_fail(r, SEIGR_E_FORMAT, (size_t)(word.ptr - r->text.ptr),
                         "the scope is none of all, admit, run, delegate, "
                         "accept, boot, time, revoke, introduce");
    if (err == 0 && word.len > 0)
        word = roots_word(r);
    if (err == 0 && word.len > 0)
        err = roots_weight(r, word, &out->weight);
    if (err == 0 && word.len > 0 && (word = roots_word(r)).len > 0)
        err = roots_fail(r, SEIGR_E_FORMAT, (size_t)(word.ptr - r->text.ptr),
                         "there is more than key, scope and weight");
    return err == 0 ? 1 : err;
}

int seigr_roots_read(seigr_span text, seigr_anchor *out, size_t room,
                     size_t *count_out, seigr_error *error)
{
    struct roots r = {text, 0, 0, 1, error};
    size_t count = 0;

    if (count_out == NULL || (out == NULL && room > 0) ||
        (text.ptr == NULL && text.len > 0))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_roots_read: an argument is missing");
    while (r.at < text.len) {
        seigr_anchor anchor;
        const int got = roots_line(&r, &anchor);

        if (got < 0)
            return got;
        if (got == 1 && count < room)
            out[count] = anchor;
        count += got == 1;
        while (r.at < text.len && text.ptr[r.at] != '\n')
            r.at++;
        if (r.at < text.len)
            r.at++;
        r.line++;
        r.line_at = r.at;
    }
    *count_out = count;
    if (count > room)
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "the file has %zu anchors", count);
    return 0;
}

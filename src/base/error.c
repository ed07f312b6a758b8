/* SPDX-License-Identifier: MIT */
/*
 * error.c - the sentences of status codes and the writing of refusals.
 *
 * Invariants:
 *   (1) text is always NUL-terminated; what does not fit is cut at the end.
 *   (2) nothing of libc is called: the verify profile links none.
 */
#include "error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <stdarg.h> /* va_list */

static const char *const error_sentences[] = {
    "no error",
    "the call breaks the function's contract",
    "memory could not be had",
    "the buffer is too small",
    "the bytes break the format",
    "a stated limit is passed",
    "the signature does not verify",
    "the key is wrong, weak or unusable",
    "it is not there",
    "reading or writing failed",
    "there is no room left",
    "kept bytes are damaged",
    "policy does not allow it",
    "a quota is used up",
    "not finished, call again",
    "a frame of the link is broken",
    "well formed, but not supported here",
    "no randomness could be had",
    "a chain of capsules does not hold",
    "it exists already",
    "the bytes end too early",
    "stopped on request",
    "the content is not what the capsule says",
};

#define ERROR_SENTENCE_COUNT                                                   \
    (sizeof(error_sentences) / sizeof(error_sentences[0]))

const char *seigr_strerror(int code)
{
    if (code > 0 || -(long)code >= (long)ERROR_SENTENCE_COUNT)
        return "unknown status code";
    return error_sentences[-code];
}

const char *seigr_version(void)
{
    return SEIGR_VERSION_STRING;
}

/* The text being written: len never passes room (1). */
struct error_writer {
    char *text;
    size_t len;
    size_t room; /* characters, the NUL not counted */
};

static void error_put(struct error_writer *w, char c)
{
    assert(w->len <= w->room);
    if (w->len < w->room)
        w->text[w->len++] = c;
}

static void error_put_string(struct error_writer *w, const char *s)
{
    assert(s != NULL);
    for (; *s != '\0'; s++)
        error_put(w, *s);
}

static void error_put_number(struct error_writer *w, uint64_t value,
                             unsigned base, unsigned width_min)
{
    char digits[20];
    unsigned n = 0;

    assert(base == 10 || base == 16);
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned pad = n; pad < width_min; pad++)
        error_put(w, '0');
    while (n > 0)
        error_put(w, digits[--n]);
}

static void error_put_int(struct error_writer *w, int value)
{
    if (value < 0)
        error_put(w, '-');
    error_put_number(w, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10,
                     1);
}

/* One conversion, format pointing behind its '%'. Returns its last letter. */
static const char *error_convert(struct error_writer *w, const char *format,
                                 va_list *args)
{
    switch (*format) {
    case 's':
        error_put_string(w, va_arg(*args, const char *));
        return format;
    case 'c':
        error_put(w, (char)va_arg(*args, int));
        return format;
    case 'd':
        error_put_int(w, va_arg(*args, int));
        return format;
    case 'u':
        error_put_number(w, va_arg(*args, unsigned), 10, 1);
        return format;
    case 'x':
        error_put_number(w, va_arg(*args, unsigned), 16, 1);
        return format;
    case 'z': /* %zu */
        assert(format[1] == 'u');
        error_put_number(w, va_arg(*args, size_t), 10, 1);
        return format + 1;
    case 'l': /* %llu */
        assert(format[1] == 'l' && format[2] == 'u');
        error_put_number(w, va_arg(*args, unsigned long long), 10, 1);
        return format + 2;
    case '0': /* %02x */
        assert(format[1] == '2' && format[2] == 'x');
        error_put_number(w, va_arg(*args, unsigned), 16, 2);
        return format + 2;
    default:
        assert(*format == '%');
        error_put(w, '%');
        return format;
    }
}

static size_t error_format(char *out, size_t room, const char *format,
                           va_list *args)
{
    struct error_writer w = {out, 0, room - 1};

    assert(room > 0);
    for (; *format != '\0'; format++) {
        if (*format == '%')
            format = error_convert(&w, format + 1, args);
        else
            error_put(&w, *format);
    }
    out[w.len] = '\0'; /* (1) */
    return w.len;
}

size_t seigr__format(char *out, size_t room, const char *format, ...)
{
    va_list args;
    size_t len;

    assert(out != NULL && room > 0);
    va_start(args, format);
    len = error_format(out, room, format, &args);
    va_end(args);
    return len;
}

int seigr__fail(seigr_error *error, int code, uint64_t offset,
                const char *format, ...)
{
    va_list args;

    assert(code < 0);
    if (error == NULL)
        return code;
    error->code = code;
    error->offset = offset;
    va_start(args, format);
    (void)error_format(error->text, sizeof(error->text), format, &args);
    va_end(args);
    return code;
}

void seigr__error_shift(seigr_error *error, uint64_t by)
{
    if (error != NULL && error->offset != SEIGR_NO_OFFSET)
        error->offset += by;
}

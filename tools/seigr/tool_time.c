/* SPDX-License-Identifier: MIT */
/*
 * tool_time.c - Unix milliseconds and the Gregorian calendar.
 *
 * Capsules may claim any time up to 2^64 ms, which no time_t holds, so the
 * calendar is done here, for the years 1970 to 9999.
 */
#include "tool_time.h" /* tool_time_print */

#include <assert.h> /* assert */
#include <stdio.h>  /* snprintf */
#include <string.h> /* strspn */

#define TIME_DAY_MS 86400000u
/* 10000-01-01T00:00:00Z */
#define TIME_END_MS 253402300800000u

static int time_is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned time_month_days(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && time_is_leap(year) ? 1u : 0u);
}

/* Days from 1970-01-01 to the first of January of a year. */
static uint64_t time_year_days(unsigned year)
{
    const unsigned before = year - 1;
    const uint64_t leaps = before / 4 - before / 100 + before / 400;

    return (uint64_t)(year - 1970) * 365 + leaps - 477;
}

void tool_time_print(uint64_t unix_ms, char out[TOOL_TIME_LEN])
{
    const uint64_t days = unix_ms / TIME_DAY_MS;
    const unsigned ms = (unsigned)(unix_ms % TIME_DAY_MS);
    unsigned year = 1970;
    unsigned month = 1;
    unsigned day;

    if (unix_ms >= TIME_END_MS) {
        (void)snprintf(out, TOOL_TIME_LEN, "%llu ms after 1970",
                       (unsigned long long)unix_ms);
        return;
    }
    year += (unsigned)(days / 366); /* never past it */
    while (time_year_days(year + 1) <= days)
        year++;
    day = (unsigned)(days - time_year_days(year));
    while (day >= time_month_days(year, month))
        day -= time_month_days(year, month++);
    (void)snprintf(out, TOOL_TIME_LEN, "%04u-%02u-%02u %02u:%02u:%02u.%03u UTC",
                   year, month, day + 1, ms / 3600000, ms / 60000 % 60,
                   ms / 1000 % 60, ms % 1000);
}

/* --- Reading ------------------------------------------------------------ */

/* Exactly count digits. Returns what is behind them, or NULL. */
static const char *time_digits(const char *text, unsigned count, unsigned *out)
{
    *out = 0;
    for (unsigned i = 0; i < count; i++, text++) {
        if (*text < '0' || *text > '9')
            return NULL;
        *out = *out * 10 + (unsigned)(*text - '0');
    }
    return text;
}

/* Digits behind a dot as milliseconds, the finer ones dropped. */
static const char *time_fraction(const char *text, unsigned *ms)
{
    unsigned weight = 100;

    *ms = 0;
    if (*text != '.')
        return text;
    text++;
    if (*text < '0' || *text > '9')
        return NULL;
    for (; *text >= '0' && *text <= '9'; text++, weight /= 10)
        *ms += weight * (unsigned)(*text - '0');
    return text;
}

static int time_parse_seconds(const char *text, uint64_t *unix_ms)
{
    const size_t len = strspn(text, "0123456789");
    uint64_t seconds = 0;
    unsigned ms;

    if (len == 0 || len > 12)
        return -1;
    for (size_t i = 0; i < len; i++)
        seconds = seconds * 10 + (uint64_t)(text[i] - '0');
    text = time_fraction(text + len, &ms);
    if (text == NULL || *text != '\0')
        return -1;
    *unix_ms = seconds * 1000 + ms;
    return 0;
}

/* "Z" or "+HH:MM", in minutes east of Greenwich. */
static const char *time_offset(const char *text, int *minutes)
{
    const int sign = *text == '-' ? -1 : 1;
    unsigned hour;
    unsigned minute;

    *minutes = 0;
    if (*text == 'Z')
        return text + 1;
    if (*text != '+' && *text != '-')
        return NULL;
    text = time_digits(text + 1, 2, &hour);
    if (text == NULL || *text != ':')
        return NULL;
    text = time_digits(text + 1, 2, &minute);
    if (text == NULL || hour > 23 || minute > 59)
        return NULL;
    *minutes = sign * (int)(hour * 60 + minute);
    return text;
}

/* YYYY-MM-DDTHH:MM:SS, each in its range. Returns what is behind it. */
static const char *time_clock(const char *text, unsigned field[6])
{
    static const char between[] = "--T::";
    static const unsigned char low[] = {0, 1, 1, 0, 0, 0};
    static const unsigned char high[] = {0, 12, 31, 23, 59, 59};

    for (int i = 0; i < 6; i++) {
        text = time_digits(text, i == 0 ? 4 : 2, &field[i]);
        if (text == NULL ||
            (i > 0 && (field[i] < low[i] || field[i] > high[i])))
            return NULL;
        if (i < 5 && *text++ != between[i])
            return NULL;
    }
    if (field[0] < 1970 || field[2] > time_month_days(field[0], field[1]))
        return NULL;
    return text;
}

int tool_time_parse(const char *text, uint64_t *unix_ms)
{
    unsigned field[6];
    unsigned ms = 0;
    int minutes = 0;
    uint64_t days;
    int64_t at;

    assert(unix_ms != NULL);
    if (*text == '@')
        return time_parse_seconds(text + 1, unix_ms);
    text = time_clock(text, field);
    if (text != NULL)
        text = time_fraction(text, &ms);
    if (text != NULL)
        text = time_offset(text, &minutes);
    if (text == NULL || *text != '\0')
        return -1;
    days = time_year_days(field[0]) + field[2] - 1;
    for (unsigned month = 1; month < field[1]; month++)
        days += time_month_days(field[0], month);
    at = (int64_t)(days * TIME_DAY_MS + field[3] * 3600000 + field[4] * 60000 +
                   field[5] * 1000 + ms) -
         (int64_t)minutes * 60000;
    if (at < 0)
        return -1;
    *unix_ms = (uint64_t)at;
    return 0;
}

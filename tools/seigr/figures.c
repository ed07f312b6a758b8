/* SPDX-License-Identifier: MIT */
/*
 * figures.c - reading the figures of benchmarks and setting them side by side.
 *
 * A program's line is taken apart strictly: what is no figure is refused, so
 * that nothing of it reaches a terminal or a drawing.
 *
 * Invariants:
 *   (1) the values of a figure stand in ascending order.
 *   (2) name, peer and unit are of letters, digits and _ / . - alone.
 */
#include "figures.h" /* struct figures */

#include "tool_json.h" /* tool_json_set */

#include <assert.h> /* assert */
#include <math.h>   /* isfinite */
#include <stdlib.h> /* realloc */
#include <string.h> /* strcmp */

/* Copy a word of len bytes, if it is one and fits. */
static int figures_word(const char *text, size_t len, char *out, size_t room)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789_/.-";

    assert(room > 1);
    if (len == 0 || len >= room || strspn(text, letters) < len)
        return -1;
    memcpy(out, text, len);
    out[len] = '\0';
    return 0;
}

/* Take a line apart: everything of a figure but its values. */
static int figures_parse(const char *line, struct figure *out, double *value)
{
    const size_t name_len = strcspn(line, " ");
    const char *colon = memchr(line, ':', name_len);
    const size_t ours_len = colon == NULL ? name_len : (size_t)(colon - line);
    const char *number = line + name_len;
    char *end;

    assert(value != NULL);
    if (figures_word(line, ours_len, out->name, sizeof(out->name)) != 0)
        return -1;
    if (colon != NULL && figures_word(colon + 1, name_len - ours_len - 1,
                                      out->peer, sizeof(out->peer)) != 0)
        return -1;
    *value = strtod(number, &end);
    if (end == number || *end != ' ' || !isfinite(*value) || *value < 0)
        return -1;
    end += strspn(end, " ");
    return figures_word(end, strcspn(end, " \r\n"), out->unit,
                        sizeof(out->unit));
}

static struct figure *figures_find(const struct figures *figures,
                                   const struct figure *wanted,
                                   const char *peer)
{
    assert(peer != NULL);
    for (size_t i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->items[i];

        if (strcmp(figure->subject, wanted->subject) == 0 &&
            strcmp(figure->name, wanted->name) == 0 &&
            strcmp(figure->unit, wanted->unit) == 0 &&
            strcmp(figure->peer, peer) == 0)
            return figure;
    }
    return NULL;
}

static struct figure *figures_append(struct figures *figures,
                                     const struct figure *figure)
{
    assert(figures->count <= figures->room);
    if (figures->count == figures->room) {
        const size_t room = figures->room == 0 ? 64 : 2 * figures->room;
        struct figure *grown =
            realloc(figures->items, room * sizeof(*figures->items));

        if (grown == NULL)
            return NULL;
        figures->items = grown;
        figures->room = room;
    }
    figures->items[figures->count] = *figure;
    return &figures->items[figures->count++];
}

int figures_add(struct figures *figures, const char *subject, const char *line)
{
    struct figure read = {0};
    struct figure *figure;
    double value;
    size_t at;

    if (figures_word(subject, strlen(subject), read.subject,
                     sizeof(read.subject)) != 0 ||
        figures_parse(line, &read, &value) != 0)
        return -1;
    figure = figures_find(figures, &read, read.peer);
    if (figure == NULL)
        figure = figures_append(figures, &read);
    if (figure == NULL)
        return -2;
    if (figure->count == FIGURE_RUNS_MAX)
        return -1; /* one program, one value a run */
    for (at = figure->count; at > 0 && figure->values[at - 1] > value; at--)
        figure->values[at] = figure->values[at - 1];
    figure->values[at] = value; /* (1) */
    figure->count++;
    return 0;
}

void figures_fini(struct figures *figures)
{
    assert(figures != NULL);
    free(figures->items);
    *figures = (struct figures){0};
}

double figure_median(const struct figure *figure)
{
    const size_t half = figure->count / 2;

    assert(figure->count > 0);
    if (figure->count % 2 == 1)
        return figure->values[half];
    return (figure->values[half - 1] + figure->values[half]) / 2;
}

const struct figure *figures_ours(const struct figures *figures,
                                  const struct figure *peer)
{
    assert(peer != NULL);
    return peer->peer[0] == '\0' ? NULL : figures_find(figures, peer, "");
}

static int figures_is_rate(const char *unit)
{
    const size_t len = strlen(unit);

    assert(len > 0);
    return len >= 2 && strcmp(unit + len - 2, "/s") == 0;
}

double figures_over(const struct figures *figures, size_t index)
{
    const struct figure *peer = &figures->items[index];
    const struct figure *ours = figures_ours(figures, peer);
    double our_value;
    double peer_value;

    assert(index < figures->count);
    if (ours == NULL)
        return 0;
    our_value = figure_median(ours);
    peer_value = figure_median(peer);
    if (our_value <= 0 || peer_value <= 0)
        return 0;
    /* GB/s and the like count what is wanted, ns and bytes what is not. */
    return figures_is_rate(peer->unit) ? our_value / peer_value
                                       : peer_value / our_value;
}

void figure_text(double value, char out[FIGURE_TEXT_LEN])
{
    assert(isfinite(value));
    (void)snprintf(out, FIGURE_TEXT_LEN, value < 1000 ? "%.4g" : "%.0f", value);
}

/* --- For people ------------------------------------------------------------
 */

static void figures_print_value(const struct tool *tool,
                                const struct figure *figure)
{
    char text[FIGURE_TEXT_LEN];

    figure_text(figure_median(figure), text);
    tool_say(tool, " %12s %s", text, figure->unit);
}

/* A peer's figure below ours. */
static void figures_print_peer(const struct tool *tool,
                               const struct figures *figures, size_t index)
{
    const struct figure *peer = &figures->items[index];
    const double over = figures_over(figures, index);
    char text[FIGURE_TEXT_LEN];

    assert(figures_ours(figures, peer) != NULL);
    tool_say(tool, "    %-36s", peer->peer);
    figures_print_value(tool, peer);
    if (over > 0) {
        (void)snprintf(text, sizeof(text), "%.3g", over);
        tool_say(tool, "%*s", 8 - (int)strlen(peer->unit), "");
        tool_color(tool, over < 1 ? TOOL_RED : TOOL_GREEN);
        tool_say(tool, "%14s", text);
        tool_color(tool, TOOL_PLAIN);
    }
    tool_line(tool);
}

/* Ours, or a peer's that nothing of ours stands beside. */
static void figures_print_one(const struct tool *tool,
                              const struct figures *figures,
                              const struct figure *figure)
{
    char name[sizeof(figure->name) + sizeof(figure->peer) + 1];

    assert(figures_ours(figures, figure) == NULL);
    (void)snprintf(name, sizeof(name), "%s%s%s", figure->name,
                   figure->peer[0] == '\0' ? "" : ":", figure->peer);
    tool_say(tool, "  %-38s", name);
    figures_print_value(tool, figure);
    tool_line(tool);
    for (size_t i = 0; i < figures->count; i++)
        if (figures_ours(figures, &figures->items[i]) == figure)
            figures_print_peer(tool, figures, i);
}

void figures_print(const struct tool *tool, const struct figures *figures)
{
    const char *subject = "";

    assert(figures != NULL);
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];

        if (strcmp(subject, figure->subject) != 0) {
            subject = figure->subject;
            tool_line(tool);
            tool_color(tool, TOOL_BOLD);
            tool_say(tool, "%-40s %12s %-7s %14s", subject, "median", "unit",
                     "times as good");
            tool_color(tool, TOOL_PLAIN);
            tool_line(tool);
        }
        if (figures_ours(figures, figure) == NULL)
            figures_print_one(tool, figures, figure);
    }
}

/* --- For programs ----------------------------------------------------------
 */

static json_t *figures_json_text(const char *text)
{
    assert(text != NULL);
    return text[0] == '\0' ? json_null() : json_string(text);
}

json_t *figures_json(const struct figures *figures)
{
    json_t *array = json_array();

    assert(figures != NULL);
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];
        const double over = figures_over(figures, i);
        json_t *json = json_object();

        tool_json_set(json, "subject", json_string(figure->subject));
        tool_json_set(json, "name", json_string(figure->name));
        tool_json_set(json, "peer", figures_json_text(figure->peer));
        tool_json_set(json, "unit", json_string(figure->unit));
        tool_json_set(json, "median", json_real(figure_median(figure)));
        tool_json_set(json, "least", json_real(figure->values[0]));
        tool_json_set(json, "most",
                      json_real(figure->values[figure->count - 1])); /* (1) */
        tool_json_set(json, "runs", json_integer((json_int_t)figure->count));
        tool_json_set(json, "times_as_good",
                      over > 0 ? json_real(over) : json_null());
        (void)json_array_append_new(array, json);
    }
    return array;
}

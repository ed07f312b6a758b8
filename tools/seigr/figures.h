/* SPDX-License-Identifier: MIT */
/*
 * figures.h - what the programs of bench/ measured: lines "NAME VALUE UNIT",
 * a peer's NAME being ours with ":PEER" behind it.
 */
#ifndef SEIGR_TOOL_FIGURES_H
#define SEIGR_TOOL_FIGURES_H

#include "tool.h" /* struct tool */

#include <jansson.h> /* json_t */

#define FIGURE_RUNS_MAX 100u

/* One figure of all runs. */
struct figure {
    char subject[32];
    char name[64]; /* of ours, for a peer's figure too */
    char peer[32]; /* empty: it is ours */
    char unit[16];
    double values[FIGURE_RUNS_MAX]; /* ascending */
    size_t count;
};

struct figures {
    struct figure *items; /* in the order in which they came */
    size_t count;
    size_t room;
};

/* Take in a line that a program printed. Returns 0, -1 where it is none, -2
 * where memory could not be had. */
int figures_add(struct figures *figures, const char *subject, const char *line);

void figures_fini(struct figures *figures);

double figure_median(const struct figure *figure);

/* How many times as good ours is as the peer's figure at index: above 1 we
 * win, whether the unit counts what is wanted or what is not. 0 for ours, and
 * where nothing of ours is beside it. */
double figures_over(const struct figures *figures, size_t index);

/* Our figure that a peer's stands beside, NULL where there is none. */
const struct figure *figures_ours(const struct figures *figures,
                                  const struct figure *peer);

/* A value with as many digits as mean something. */
#define FIGURE_TEXT_LEN 32u
void figure_text(double value, char out[FIGURE_TEXT_LEN]);

/* The figures as a table for people, and as a JSON array. */
void figures_print(const struct tool *tool, const struct figures *figures);
json_t *figures_json(const struct figures *figures);

/*
 * Draw every figure that stands beside a peer's as a bar from 1 (as good as
 * the peer) to the right or to the left, as an SVG.
 *
 *   lines  what stands below it, line_count of them.
 *   out    where to: open, neither committed nor closed here.
 *
 * Returns 0, SEIGR_E_NOTFOUND where no figure has a peer, or what writing
 * gives.
 */
int figures_plot(const struct figures *figures, const char *const *lines,
                 size_t line_count, seigr_output *out, seigr_error *error);

#endif

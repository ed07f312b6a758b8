/* SPDX-License-Identifier: MIT */
/*
 * figures_plot.c - figures beside their peers', drawn as an SVG.
 *
 * One bar a peer, on a logarithmic scale from 1: to the right of it we are
 * better, to the left the peer is. What loses is drawn as what wins. The file
 * stands alone: no script, no font, no style of others. Figures hold only
 * letters that SVG takes as they are (figures.c, (2)); the lines below the
 * drawing are escaped.
 *
 *     subject
 *       figure          |
 *         peer     #####|                0.5 times   20 ns / 10 ns
 *         peer          |########        12 times    20 ns / 240 ns
 */
#include "figures.h" /* struct figures */

#include <assert.h> /* assert */
#include <math.h>   /* log10 */
#include <stdarg.h> /* va_list */
#include <string.h> /* strcmp */

#define PLOT_WIDTH 960.0
#define PLOT_LEFT 290.0   /* of the scale */
#define PLOT_RIGHT 660.0  /* of the scale */
#define PLOT_ROW 17.0     /* from line to line */
#define PLOT_TOP 92.0     /* of the first line */
#define PLOT_DECADES 12.0 /* the most on one side of 1 */

struct plot {
    const struct figures *figures;
    seigr_output *out;
    seigr_error *error;
    int err;       /* the first failure; nothing is written after it */
    int low, high; /* ends of the scale, powers of ten */
    double y;      /* of the next line's text */
    double bottom; /* of the scale */
};

__attribute__((format(printf, 2, 3))) static void
plot_put(struct plot *plot, const char *format, ...)
{
    char text[1024];
    va_list list;
    int len;

    va_start(list, format);
    len = vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    assert(len > 0 && (size_t)len < sizeof(text));
    if (plot->err == 0)
        plot->err = seigr_output_write(
            plot->out, (seigr_span){(const uint8_t *)text, (size_t)len},
            plot->error);
}

/* Text of the system: what SVG would read as something else is named. */
static void plot_put_escaped(struct plot *plot, const char *text)
{
    assert(text != NULL);
    for (; *text != '\0'; text++) {
        if (*text == '&' || *text == '<' || *text == '>' || *text < ' ' ||
            *text > '~')
            plot_put(plot, "&#%d;", *text < ' ' || *text > '~' ? '?' : *text);
        else
            plot_put(plot, "%c", *text);
    }
}

static double plot_x(const struct plot *plot, double over)
{
    const double at = (log10(over) - plot->low) / (plot->high - plot->low);

    assert(plot->low < 0 && plot->high > 0);
    return PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * fmin(fmax(at, 0), 1);
}

/* Whether a figure is of ours and has a peer's beside it. */
static int plot_has_peer(const struct figures *figures,
                         const struct figure *ours)
{
    for (size_t i = 0; i < figures->count; i++)
        if (figures_over(figures, i) > 0 &&
            figures_ours(figures, &figures->items[i]) == ours)
            return 1;
    return 0;
}

static void plot_text_line(struct plot *plot, double x, const char *weight,
                           const char *text)
{
    assert(text != NULL);
    plot_put(plot, "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"%s\">%s</text>\n",
             x, plot->y, weight, text);
    plot->y += PLOT_ROW;
}

static void plot_bar(struct plot *plot, size_t index)
{
    const struct figure *peer = &plot->figures->items[index];
    const struct figure *ours = figures_ours(plot->figures, peer);
    const double over = figures_over(plot->figures, index);
    const double one = plot_x(plot, 1);
    const double end = plot_x(plot, over);
    char texts[3][FIGURE_TEXT_LEN];

    assert(ours != NULL && over > 0);
    (void)snprintf(texts[0], sizeof(texts[0]), "%.3g", over);
    figure_text(figure_median(ours), texts[1]);
    figure_text(figure_median(peer), texts[2]);
    plot_put(plot, "<text x=\"%.1f\" y=\"%.1f\" fill=\"#555\">%s</text>\n",
             44.0, plot->y, peer->peer);
    plot_put(plot,
             "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"11\" "
             "fill=\"%s\"/>\n",
             fmin(one, end), plot->y - 10, fmax(fabs(end - one), 1),
             over < 1 ? "#c8553d" : "#2a7f9e");
    plot_put(plot,
             "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s "
             "times</text>\n",
             PLOT_RIGHT + 96, plot->y, texts[0]);
    plot_put(plot,
             "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">"
             "%s / %s %s</text>\n",
             PLOT_WIDTH - 16, plot->y, texts[1], texts[2], peer->unit);
    plot->y += PLOT_ROW;
}

/* How far the scale must reach, and how many lines there are. */
static size_t plot_measure(struct plot *plot)
{
    const struct figures *figures = plot->figures;
    const char *subject = "";
    size_t lines = 0;

    plot->low = -1;
    plot->high = 1;
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];
        const double over = figures_over(figures, i);

        if (over > 0) {
            const double decade = fmin(fabs(log10(over)), PLOT_DECADES);

            if (over < 1 && -(int)ceil(decade) < plot->low)
                plot->low = -(int)ceil(decade);
            if (over > 1 && (int)ceil(decade) > plot->high)
                plot->high = (int)ceil(decade);
            lines++;
        } else if (plot_has_peer(figures, figure)) {
            lines += strcmp(subject, figure->subject) != 0 ? 2 : 1;
            subject = figure->subject;
        }
    }
    return lines;
}

static void plot_scale(struct plot *plot)
{
    assert(plot->bottom > PLOT_TOP);
    for (int power = plot->low; power <= plot->high; power++) {
        const double x = plot_x(plot, pow(10, power));

        plot_put(plot,
                 "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
                 "stroke=\"%s\"/>\n",
                 x, PLOT_TOP - 18, x, plot->bottom,
                 power == 0 ? "#222" : "#ddd");
        plot_put(plot,
                 "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" "
                 "fill=\"#555\">%g</text>\n",
                 x, PLOT_TOP - 24, pow(10, power));
    }
    plot_put(plot,
             "<text x=\"%.1f\" y=\"54\" text-anchor=\"end\" fill=\"#c8553d\">"
             "the peer is better</text>\n",
             plot_x(plot, 1) - 8);
    plot_put(plot,
             "<text x=\"%.1f\" y=\"54\" fill=\"#2a7f9e\">seigr is "
             "better</text>\n",
             plot_x(plot, 1) + 8);
    plot_put(plot,
             "<text x=\"%.1f\" y=\"54\" text-anchor=\"end\" fill=\"#555\">"
             "seigr / peer</text>\n",
             PLOT_WIDTH - 16);
}

static void plot_rows(struct plot *plot)
{
    const struct figures *figures = plot->figures;
    const char *subject = "";

    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];

        if (!plot_has_peer(figures, figure))
            continue;
        if (strcmp(subject, figure->subject) != 0) {
            subject = figure->subject;
            plot_text_line(plot, 16, "bold", subject);
        }
        plot_text_line(plot, 30, "normal", figure->name);
        for (size_t k = 0; k < figures->count; k++)
            if (figures_over(figures, k) > 0 &&
                figures_ours(figures, &figures->items[k]) == figure)
                plot_bar(plot, k);
    }
}

int figures_plot(const struct figures *figures, const char *const *lines,
                 size_t line_count, seigr_output *out, seigr_error *error)
{
    struct plot plot = {.figures = figures, .out = out, .error = error};
    const size_t rows = plot_measure(&plot);
    double height;

    assert(lines != NULL);
    if (rows == 0)
        return SEIGR_E_NOTFOUND;
    plot.y = PLOT_TOP;
    plot.bottom = PLOT_TOP + PLOT_ROW * ((double)rows - 0.5);
    height = plot.bottom + 14 + PLOT_ROW * ((double)line_count + 0.5);
    plot_put(&plot,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
             "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
             "font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n",
             PLOT_WIDTH, height, PLOT_WIDTH, height);
    plot_put(&plot, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
    plot_put(&plot, "<text x=\"16\" y=\"28\" font-size=\"16\" "
                    "font-weight=\"bold\">How many times as good as its peer"
                    "</text>\n");
    plot_scale(&plot);
    plot_rows(&plot);
    plot.y = plot.bottom + 14 + PLOT_ROW / 2;
    for (size_t i = 0; i < line_count; i++) {
        plot_put(&plot, "<text x=\"16\" y=\"%.1f\" fill=\"#555\">", plot.y);
        plot_put_escaped(&plot, lines[i]);
        plot_put(&plot, "</text>\n");
        plot.y += PLOT_ROW;
    }
    plot_put(&plot, "</svg>\n");
    return plot.err;
}

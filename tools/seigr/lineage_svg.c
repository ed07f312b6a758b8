/* SPDX-License-Identifier: MIT */
/*
 * lineage_svg.c - draws a lineage: rows of boxes, ancestors above.
 *
 * A box stands in the first row that is below all that it links to and has
 * room; what is only a step in a chain does not push it down, so that a long
 * chain reads like text, line by line. Within its row a box goes to where
 * those that it hangs together with are, in the mean. Lines go behind boxes,
 * in the colour of their role. The file stands alone: no script, no font of
 * others; what a pointer rests on says who it is.
 *
 * Invariants:
 *   (1) text of strangers passes svg_text(): nothing in it is markup or moves
 *       text about.
 */
#include "lineage_svg.h" /* lineage_svg_write */

#include <assert.h> /* assert */
#include <stdlib.h> /* calloc, qsort */
#include <string.h> /* strlen */

#define SVG_BOX_W 132.0
#define SVG_BOX_H 36.0
#define SVG_STEP_X 156.0
#define SVG_STEP_Y 84.0
#define SVG_TOP 74.0 /* of the first row; the legend is above */
#define SVG_SIDE 28.0
#define SVG_NAME_MAX 18u /* characters of a name in a box */
#define SVG_SWEEPS 12

struct svg_node {
    uint32_t at; /* position; SEIGR_LINEAGE_ABSENT: only named */
    seigr_id id;
    uint32_t row;
    double x;      /* of its middle */
    double wanted; /* where the ones it hangs together with are */
};

struct svg_edge {
    uint32_t from; /* numbers of nodes */
    uint32_t to;
    uint32_t role;
};

struct svg {
    FILE *out;
    const struct lineage_view *view;
    struct svg_node *nodes; /* in the order of the lineage, absent ones last */
    uint32_t node_count;
    uint32_t *node_of; /* of a position */
    struct svg_edge *edges;
    size_t edge_count;
    uint32_t row_count;
    uint32_t columns; /* boxes in a row, at most */
    uint32_t *order;  /* nodes row by row, as they are drawn */
    uint32_t *begins; /* where each row begins in order */
    uint32_t roles;   /* a bit for each role that is drawn */
};

static const struct {
    uint32_t role;
    const char *color;
} svg_colors[] = {
    {SEIGR_LINEAGE_PREVIOUS, "#9aa0a6"}, {SEIGR_ROLE_PARENT, "#1a73e8"},
    {SEIGR_ROLE_INPUT, "#188038"},       {SEIGR_ROLE_PROGRAM, "#8430ce"},
    {SEIGR_ROLE_TASK, "#e8710a"},        {SEIGR_ROLE_STATE, "#00838f"},
    {SEIGR_ROLE_EVIDENCE, "#b3261e"},    {SEIGR_ROLE_GRANT, "#a08000"},
    {SEIGR_ROLE_SUPERSEDES, "#c2185b"},  {SEIGR_ROLE_CONTINUES, "#5f6368"},
    {SEIGR_ROLE_MEMBER, "#4a6fa5"}};

#define SVG_COLOR_COUNT (sizeof(svg_colors) / sizeof(svg_colors[0]))
#define SVG_OTHER "#202124" /* a role that has no name */

static size_t svg_color(uint32_t role)
{
    size_t i = 0;

    while (i < SVG_COLOR_COUNT && svg_colors[i].role != role)
        i++;
    return i;
}

/* --- What is drawn ------------------------------------------------------- */

/* The node of what is named and not there, made where it is new. */
static uint32_t svg_absent(struct svg *svg, const seigr_id *id)
{
    uint32_t i = svg->node_count;

    while (i > 0 && svg->nodes[i - 1].at == SEIGR_LINEAGE_ABSENT) {
        i--;
        if (memcmp(&svg->nodes[i].id, id, sizeof(*id)) == 0)
            return i;
    }
    svg->nodes[svg->node_count] =
        (struct svg_node){.at = SEIGR_LINEAGE_ABSENT, .id = *id};
    return svg->node_count++;
}

/* How many links there are, of those that are shown. */
static size_t svg_link_count(const struct lineage_view *view)
{
    seigr_lineage_capsule capsule;
    size_t count = 0;

    for (uint32_t i = 0; seigr_lineage_at(view->lineage, i, &capsule) == 0; i++)
        count += view->has[i] ? capsule.link_count : 0;
    return count;
}

static void svg_add_links(struct svg *svg, uint32_t from)
{
    const struct lineage_view *view = svg->view;
    seigr_lineage_link link;

    for (uint32_t i = 0; seigr_lineage_link_at(
                             view->lineage, svg->nodes[from].at, i, &link) == 0;
         i++) {
        const int is_here = link.index != SEIGR_LINEAGE_ABSENT;

        if (is_here && !view->has[link.index])
            continue;
        if (!is_here && view->what == LINEAGE_VIEW_PATH)
            continue;
        svg->edges[svg->edge_count++] = (struct svg_edge){
            from,
            is_here ? svg->node_of[link.index] : svg_absent(svg, &link.id),
            link.role};
        svg->roles |= 1u << svg_color(link.role);
    }
}

static int svg_gather(struct svg *svg)
{
    const struct lineage_view *view = svg->view;
    const size_t links = svg_link_count(view);
    seigr_lineage_capsule capsule;
    uint32_t shown;

    svg->nodes = calloc(view->count + links + 1, sizeof(*svg->nodes));
    svg->node_of = calloc(seigr_lineage_count(view->lineage) + (size_t)1,
                          sizeof(*svg->node_of));
    svg->edges = calloc(links + 1, sizeof(*svg->edges));
    if (svg->nodes == NULL || svg->node_of == NULL || svg->edges == NULL)
        return -1;
    for (uint32_t i = 0; seigr_lineage_at(view->lineage, i, &capsule) == 0;
         i++) {
        if (!view->has[i])
            continue;
        svg->node_of[i] = svg->node_count;
        svg->nodes[svg->node_count++] =
            (struct svg_node){.at = i, .id = capsule.id};
    }
    shown = svg->node_count;
    for (uint32_t i = 0; i < shown; i++)
        svg_add_links(svg, i);
    return 0;
}

/* --- Where it stands ----------------------------------------------------- */

/* About half again as wide as high. */
static uint32_t svg_columns(uint32_t count)
{
    uint32_t columns = 3;

    while (columns < 12 && columns * columns < count)
        columns++;
    return columns;
}

/* Rows: links were gathered from ascending nodes, and lead to lower ones or
 * to absent ones, which stand on top. */
static int svg_rows(struct svg *svg)
{
    uint32_t *taken = calloc(svg->node_count + (size_t)1, sizeof(*taken));
    size_t edge = 0;

    if (taken == NULL)
        return -1;
    for (uint32_t i = svg->node_count;
         i-- > 0 && svg->nodes[i].at == SEIGR_LINEAGE_ABSENT;) {
        while (taken[svg->nodes[i].row] >= svg->columns)
            svg->nodes[i].row++;
        taken[svg->nodes[i].row]++;
        if (svg->nodes[i].row >= svg->row_count)
            svg->row_count = svg->nodes[i].row + 1;
    }
    for (uint32_t i = 0; i < svg->node_count; i++) {
        uint32_t row = 0;

        if (svg->nodes[i].at == SEIGR_LINEAGE_ABSENT)
            continue;
        for (; edge < svg->edge_count && svg->edges[edge].from == i; edge++) {
            const struct svg_node *to = &svg->nodes[svg->edges[edge].to];

            if (svg->edges[edge].role != SEIGR_LINEAGE_PREVIOUS &&
                to->row >= row)
                row = to->row + 1;
        }
        while (taken[row] >= svg->columns)
            row++;
        taken[row]++;
        svg->nodes[i].row = row;
        if (row >= svg->row_count)
            svg->row_count = row + 1;
    }
    if (svg->row_count == 0)
        svg->row_count = 1;
    free(taken);
    return 0;
}

/* Put the nodes row by row, in the order of the lineage behind what is only
 * named. */
static int svg_fill_rows(struct svg *svg)
{
    uint32_t next = 0;

    svg->order = calloc(svg->node_count + (size_t)1, sizeof(*svg->order));
    svg->begins = calloc(svg->row_count + (size_t)1, sizeof(*svg->begins));
    if (svg->order == NULL || svg->begins == NULL)
        return -1;
    for (uint32_t row = 0; row < svg->row_count; row++) {
        svg->begins[row] = next;
        for (uint32_t pass = 0; pass < 2; pass++) {
            for (uint32_t i = 0; i < svg->node_count; i++) {
                const uint32_t is_here =
                    svg->nodes[i].at != SEIGR_LINEAGE_ABSENT;

                if (svg->nodes[i].row == row && is_here == pass)
                    svg->order[next++] = i;
            }
        }
    }
    svg->begins[svg->row_count] = next;
    assert(next == svg->node_count);
    return 0;
}

/* Places in the rows, from the middle out. */
static void svg_place(struct svg *svg)
{
    for (uint32_t row = 0; row < svg->row_count; row++) {
        const uint32_t from = svg->begins[row];
        const uint32_t count = svg->begins[row + 1] - from;

        for (uint32_t i = 0; i < count; i++)
            svg->nodes[svg->order[from + i]].x =
                ((double)i - ((double)count - 1.0) / 2.0) * SVG_STEP_X;
    }
}

static void svg_wish(struct svg *svg)
{
    double *sum = calloc(svg->node_count + (size_t)1, sizeof(*sum));
    uint32_t *count = calloc(svg->node_count + (size_t)1, sizeof(*count));

    for (size_t i = 0; sum != NULL && count != NULL && i < svg->edge_count;
         i++) {
        const struct svg_edge *edge = &svg->edges[i];

        if (svg->nodes[edge->from].row == svg->nodes[edge->to].row)
            continue; /* a chain that reads on keeps its order */
        sum[edge->from] += svg->nodes[edge->to].x;
        sum[edge->to] += svg->nodes[edge->from].x;
        count[edge->from]++;
        count[edge->to]++;
    }
    for (uint32_t i = 0; sum != NULL && count != NULL && i < svg->node_count;
         i++)
        svg->nodes[i].wanted =
            count[i] > 0 ? sum[i] / count[i] : svg->nodes[i].x;
    free(sum);
    free(count);
}

/* Is a chain's step within this row? Then its order is that of the chain. */
static int svg_row_is_chain(const struct svg *svg, uint32_t row)
{
    for (size_t i = 0; i < svg->edge_count; i++) {
        if (svg->nodes[svg->edges[i].from].row == row &&
            svg->nodes[svg->edges[i].to].row == row)
            return 1;
    }
    return 0;
}

/* Sort a row by its wishes: few at a time, so by insertion, which is stable. */
static void svg_sort_row(struct svg *svg, uint32_t row)
{
    for (uint32_t i = svg->begins[row] + 1; i < svg->begins[row + 1]; i++) {
        const uint32_t moved = svg->order[i];
        uint32_t at = i;

        while (at > svg->begins[row] && svg->nodes[svg->order[at - 1]].wanted >
                                            svg->nodes[moved].wanted) {
            svg->order[at] = svg->order[at - 1];
            at--;
        }
        svg->order[at] = moved;
    }
}

static void svg_arrange(struct svg *svg)
{
    svg_place(svg);
    for (int sweep = 0; sweep < SVG_SWEEPS; sweep++) {
        svg_wish(svg);
        for (uint32_t row = 0; row < svg->row_count; row++) {
            if (!svg_row_is_chain(svg, row))
                svg_sort_row(svg, row);
        }
        svg_place(svg);
    }
}

/* --- Writing ------------------------------------------------------------- */

/* (1) At most so many characters, three dots where there are more. */
static void svg_text(FILE *out, seigr_span text, size_t most)
{
    char step[SEIGR_ESCAPE_LEN];
    size_t len;

    for (size_t n = 0; (len = seigr_escape_step(&text, 0, step)) > 0; n++) {
        if (n == most) {
            (void)fputs("...", out);
            return;
        }
        if (len == 1 && step[0] == '<')
            (void)fputs("&lt;", out);
        else if (len == 1 && step[0] == '>')
            (void)fputs("&gt;", out);
        else if (len == 1 && step[0] == '&')
            (void)fputs("&amp;", out);
        else
            (void)fwrite(step, 1, len, out);
    }
}

static double svg_y(const struct svg_node *node)
{
    return SVG_TOP + node->row * SVG_STEP_Y;
}

/* From the upper edge of the lower box to the lower edge of the upper; within
 * a row from side to side. */
static void svg_write_edge(const struct svg *svg, const struct svg_edge *edge)
{
    const struct svg_node *from = &svg->nodes[edge->from];
    const struct svg_node *to = &svg->nodes[edge->to];
    const size_t color = svg_color(edge->role);
    char role[24];

    (void)fprintf(svg->out, "<path class=\"r%zu\" d=\"", color);
    if (from->row == to->row) {
        const double side = from->x > to->x ? 1.0 : -1.0;

        (void)fprintf(svg->out, "M%.1f %.1fL%.1f %.1f",
                      from->x - side * SVG_BOX_W / 2.0, svg_y(from),
                      to->x + side * SVG_BOX_W / 2.0, svg_y(to));
    } else {
        const double down = from->row > to->row ? 1.0 : -1.0;
        const double y1 = svg_y(from) - down * SVG_BOX_H / 2.0;
        const double y2 = svg_y(to) + down * SVG_BOX_H / 2.0;
        const double bend = down * 24.0;

        (void)fprintf(svg->out, "M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f",
                      from->x, y1, from->x, y1 - bend, to->x, y2 + bend, to->x,
                      y2);
    }
    (void)fprintf(svg->out, "\"><title>%s</title></path>\n",
                  lineage_view_role(edge->role, role));
}

static void svg_write_title(const struct svg *svg, const struct svg_node *node,
                            const seigr_lineage_capsule *capsule)
{
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];

    seigr_address_encode_id(&node->id, address);
    (void)fprintf(svg->out, "<title>%s", address);
    if (node->at == SEIGR_LINEAGE_ABSENT) {
        (void)fputs("\nnot here", svg->out);
    } else {
        seigr_did_key_encode(&capsule->issuer, did);
        (void)fputs("\n", svg->out);
        svg_text(svg->out, capsule->name, 255);
        (void)fprintf(svg->out, "\nby %s\nstream %llu sequence %llu", did,
                      (unsigned long long)capsule->stream,
                      (unsigned long long)capsule->sequence);
    }
    (void)fputs("</title>", svg->out);
}

static void svg_write_node(const struct svg *svg, const struct svg_node *node)
{
    char address[SEIGR_ADDRESS_SHORT_LEN + 1];
    seigr_lineage_capsule capsule;
    const int is_here =
        node->at != SEIGR_LINEAGE_ABSENT &&
        seigr_lineage_at(svg->view->lineage, node->at, &capsule) == 0;
    const char *kind = is_here ? seigr_kind_name(capsule.kind) : "not here";
    const double y = svg_y(node);

    seigr_address_short_id(&node->id, address);
    (void)fprintf(svg->out, "<g%s>", is_here ? "" : " class=\"a\"");
    svg_write_title(svg, node, &capsule);
    (void)fprintf(svg->out,
                  "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.0f\" "
                  "height=\"%.0f\" rx=\"5\"/>",
                  node->x - SVG_BOX_W / 2.0, y - SVG_BOX_H / 2.0, SVG_BOX_W,
                  SVG_BOX_H);
    (void)fprintf(svg->out, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", node->x,
                  y - 4.0, address);
    (void)fprintf(svg->out, "<text class=\"n\" x=\"%.1f\" y=\"%.1f\">", node->x,
                  y + 11.0);
    if (is_here && capsule.name.len > 0)
        svg_text(svg->out, capsule.name, SVG_NAME_MAX);
    else
        (void)fputs(kind != NULL ? kind : "kind of no name", svg->out);
    (void)fputs("</text></g>\n", svg->out);
}

static void svg_write_style(const struct svg *svg)
{
    (void)fputs("<style>svg{font-family:sans-serif;font-size:11px}"
                "rect{fill:#fff;stroke:#3c4043}"
                "text{text-anchor:middle;fill:#202124;"
                "font-family:monospace}"
                ".n{font-family:sans-serif;font-size:10px;fill:#5f6368}"
                ".l{text-anchor:start;font-family:sans-serif}"
                ".a rect{stroke-dasharray:4 3;stroke:#9aa0a6}"
                "path{fill:none;stroke-width:1.4;stroke-opacity:.75}"
                "path:hover{stroke-width:4}g:hover rect{fill:#fef7e0}",
                svg->out);
    for (size_t i = 0; i < SVG_COLOR_COUNT; i++)
        (void)fprintf(svg->out, ".r%zu{stroke:%s}", i, svg_colors[i].color);
    (void)fprintf(svg->out, ".r%zu{stroke:%s}</style>\n", SVG_COLOR_COUNT,
                  SVG_OTHER);
}

/* The roles that are there, side by side above the first row. */
static void svg_write_legend(const struct svg *svg, double left)
{
    double x = left + SVG_SIDE;
    char text[24];

    for (size_t i = 0; i <= SVG_COLOR_COUNT; i++) {
        const char *role = i < SVG_COLOR_COUNT
                               ? lineage_view_role(svg_colors[i].role, text)
                               : "other";

        if ((svg->roles >> i & 1) == 0)
            continue;
        (void)fprintf(svg->out,
                      "<path class=\"r%zu\" d=\"M%.1f 22h18\"/>"
                      "<text class=\"l\" x=\"%.1f\" y=\"26\">%s</text>\n",
                      i, x, x + 23.0, role);
        x += 40.0 + 8.0 * (double)strlen(role);
    }
}

static void svg_write(const struct svg *svg)
{
    uint32_t widest = 4; /* the legend wants as much */
    double width;
    double height;

    for (uint32_t row = 0; row < svg->row_count; row++) {
        const uint32_t count = svg->begins[row + 1] - svg->begins[row];

        widest = count > widest ? count : widest;
    }
    width = widest * SVG_STEP_X + 2.0 * SVG_SIDE;
    height = SVG_TOP + svg->row_count * SVG_STEP_Y - SVG_BOX_H;
    (void)fprintf(svg->out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
                  "height=\"%.0f\" viewBox=\"%.1f 0 %.0f %.0f\">\n",
                  width, height, -width / 2.0, width, height);
    svg_write_style(svg);
    (void)fprintf(svg->out,
                  "<path d=\"M%.1f 0h%.0fv%.0fh-%.0fz\" "
                  "style=\"fill:#fafafa;stroke:none\"/>\n",
                  -width / 2.0, width, height, width);
    svg_write_legend(svg, -width / 2.0);
    for (size_t i = 0; i < svg->edge_count; i++)
        svg_write_edge(svg, &svg->edges[i]);
    for (uint32_t i = 0; i < svg->node_count; i++)
        svg_write_node(svg, &svg->nodes[i]);
    (void)fputs("</svg>\n", svg->out);
}

int lineage_svg_write(struct tool *tool, const struct lineage_view *view,
                      FILE *out)
{
    struct svg svg = {.out = out, .view = view};
    int err = 0;

    if (view->count > LINEAGE_SVG_MAX)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%u capsules are too many to be drawn, %u are not; "
                         "choose a part with --ancestors, --descendants or "
                         "--path",
                         (unsigned)view->count, LINEAGE_SVG_MAX);
    if (svg_gather(&svg) != 0)
        err = -1;
    svg.columns = svg_columns(svg.node_count);
    if (err == 0 && svg_rows(&svg) == 0 && svg_fill_rows(&svg) == 0) {
        svg_arrange(&svg);
        svg_write(&svg);
    } else {
        err = tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    }
    free(svg.nodes);
    free(svg.node_of);
    free(svg.edges);
    free(svg.order);
    free(svg.begins);
    return err == 0 ? TOOL_EXIT_FINE : TOOL_EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/*
 * lineage_write.c - a lineage for people: as text, and as a DOT graph.
 *
 * Names were chosen by strangers. Invariants:
 *   (1) A name passes seigr_escape_step(), so that nothing in it is a control
 *       or ends a quoted string.
 *   (2) In DOT every name stands in a quoted string whose backslashes are
 *       doubled, so that neither a quote nor an escape of DOT's can end it
 *       or change its meaning.
 *   (3) Once the sink has failed nothing more is sent to it.
 */
#include "lineage_graph.h" /* struct lineage_answers */

#include "base/error.h"   /* seigr__format */
#include "seigr/senary.h" /* addresses */

#include <assert.h> /* assert */
#include <string.h> /* strlen */

struct write_out {
    seigr_text_sink sink;
    void *ctx;
    int err; /* what the sink returned (3) */
    uint32_t len;
    char held[480];
};

static void write_flush(struct write_out *w)
{
    assert(w->len <= sizeof(w->held));
    if (w->err == 0 && w->len > 0)
        w->err = w->sink(w->held, w->len, w->ctx);
    w->len = 0;
}

static void write_bytes(struct write_out *w, const void *bytes, size_t len)
{
    assert(len <= sizeof(w->held));
    if (len > sizeof(w->held) - w->len)
        write_flush(w);
    memcpy(w->held + w->len, bytes, len);
    w->len += (uint32_t)len;
}

static void write_string(struct write_out *w, const char *text)
{
    assert(text != NULL);
    write_bytes(w, text, strlen(text));
}

static void write_number(struct write_out *w, uint64_t value)
{
    char text[24];

    write_bytes(
        w, text,
        seigr__format(text, sizeof(text), "%llu", (unsigned long long)value));
}

static void write_short_id(struct write_out *w, const seigr_id *id)
{
    char text[SEIGR_ADDRESS_SHORT_LEN + 1];

    seigr_address_short_id(id, text);
    write_bytes(w, text, SEIGR_ADDRESS_SHORT_LEN);
}

static void write_address(struct write_out *w, const seigr_id *id)
{
    char text[SEIGR_ADDRESS_LEN + 1];

    seigr_address_encode_id(id, text);
    write_bytes(w, text, SEIGR_ADDRESS_LEN);
}

static void write_short_key(struct write_out *w, const seigr_public_key *key)
{
    char text[SEIGR_ADDRESS_SHORT_LEN + 1];

    seigr_address_short_key(key, text);
    write_bytes(w, text, SEIGR_ADDRESS_SHORT_LEN);
}

/* "DATA", or "kind 99" where the number has no name. */
static void write_named(struct write_out *w, const char *name, const char *what,
                        uint32_t number)
{
    assert(what != NULL);
    if (name != NULL) {
        write_string(w, name);
        return;
    }
    write_string(w, what);
    write_bytes(w, " ", 1);
    write_number(w, number);
}

static void write_role(struct write_out *w, uint32_t role)
{
    write_named(
        w, role == SEIGR_LINEAGE_PREVIOUS ? "previous" : seigr_role_name(role),
        "role", role);
}

/* --- Names ----------------------------------------------------------- */

/*
 * A name's characters (1).
 *
 *   slash  what a backslash becomes: one in text, two in DOT (2).
 */
static void write_name(struct write_out *w, seigr_span name, const char *slash)
{
    char text[SEIGR_ESCAPE_LEN];
    size_t len;

    while ((len = seigr_escape_step(&name, SEIGR_ESCAPE_QUOTED, text)) > 0) {
        for (size_t i = 0; i < len; i++) {
            if (text[i] == '\\' && text[1] != '"')
                write_string(w, slash);
            else
                write_bytes(w, &text[i], 1);
        }
    }
}

/* --- Text ------------------------------------------------------------ */

static void text_capsule(struct write_out *w, const seigr_lineage *lineage,
                         uint32_t index)
{
    seigr_lineage_capsule at;
    seigr_lineage_link link;

    assert(index < seigr_lineage_count(lineage));
    (void)seigr_lineage_at(lineage, index, &at);
    write_string(w, "  ");
    write_short_id(w, &at.id);
    write_string(w, "  ");
    write_named(w, seigr_kind_name(at.kind), "kind", at.kind);
    if (at.name.len > 0) {
        write_string(w, " \"");
        write_name(w, at.name, "\\");
        write_string(w, "\"");
    }
    write_string(w, " by ");
    write_short_key(w, &at.issuer);
    write_string(w, " stream ");
    write_number(w, at.stream);
    write_string(w, " sequence ");
    write_number(w, at.sequence);
    write_string(w, "\n");
    for (uint32_t i = 0; seigr_lineage_link_at(lineage, index, i, &link) == 0;
         i++) {
        write_string(w, "    ");
        write_role(w, link.role);
        write_string(w, " ");
        write_short_id(w, &link.id);
        write_string(w,
                     link.index == SEIGR_LINEAGE_ABSENT ? " not here\n" : "\n");
    }
}

static void text_chain(struct write_out *w, const seigr_lineage *lineage,
                       uint32_t number)
{
    seigr_lineage_chain chain;
    uint64_t first;
    uint64_t last;

    assert(number < seigr_lineage_chain_count(lineage));
    (void)seigr_lineage_chain_at(lineage, number, &chain);
    write_string(w, "  ");
    write_short_key(w, &chain.issuer);
    write_string(w, " stream ");
    write_number(w, chain.stream);
    write_string(w, " has ");
    for (uint32_t i = 0;
         seigr_lineage_range_at(lineage, number, i, &first, &last) == 0; i++) {
        write_string(w, i == 0 ? "" : ", ");
        write_number(w, first);
        if (last != first) {
            write_string(w, "-");
            write_number(w, last);
        }
    }
    write_string(w, "\n");
}

static void text_gap(struct write_out *w, const seigr_lineage *lineage,
                     uint32_t number)
{
    seigr_lineage_gap gap;

    assert(number < seigr_lineage_gap_count(lineage));
    (void)seigr_lineage_gap_at(lineage, number, &gap);
    write_string(w, "  ");
    write_short_id(w, lineage_id(lineage, lineage->answers.order[gap.from]));
    write_string(w, " shows: ");
    if (gap.type == SEIGR_GAP_LINK) {
        write_role(w, gap.role);
    } else {
        write_short_key(w, &gap.issuer);
        write_string(w, " stream ");
        write_number(w, gap.stream);
        write_string(w, " sequence ");
        write_number(w, gap.sequence_first);
        if (gap.sequence_last != gap.sequence_first) {
            write_string(w, " to ");
            write_number(w, gap.sequence_last);
        }
    }
    write_string(w, " not here");
    if (gap.has_id) {
        write_string(w, gap.sequence_first != gap.sequence_last
                            ? ", the last is "
                            : ", it is ");
        write_address(w, &gap.id);
    }
    write_string(w, "\n");
}

static void text_fork(struct write_out *w, const seigr_lineage *lineage,
                      uint32_t number)
{
    static const char *const words[] = {
        "", " have one sequence\n", " does not follow the first\n",
        " names the first, which does not stand before it\n"};
    const uint32_t *order = lineage->answers.order;
    seigr_lineage_fork fork;

    (void)seigr_lineage_fork_at(lineage, number, &fork);
    assert(fork.type <= SEIGR_FORK_ASTRAY);
    write_string(w, "  ");
    write_address(w, lineage_id(lineage, order[fork.first]));
    write_string(w, " and ");
    write_address(w, lineage_id(lineage, order[fork.second]));
    write_string(w, fork.type == SEIGR_FORK_SEQUENCE ? ":" : ": the second");
    write_string(w, words[fork.type]);
}

static void text_verdict(struct write_out *w, const seigr_lineage *lineage)
{
    seigr_verdict_line line;

    write_string(w, "verdict\n");
    for (uint32_t property = 1; property <= SEIGR_PROPERTY_COUNT; property++) {
        if (seigr_lineage_verdict(lineage, property, &line) != 0)
            continue; /* not settled */
        write_string(w, "  ");
        write_string(w, seigr_property_name(property));
        write_string(w, ": ");
        write_string(w, seigr_verdict_name(line.status));
        if (line.status != SEIGR_VERDICT_NOT_ASKED) {
            write_string(w, "; ");
            write_string(w, line.text);
        }
        if (line.has_id) {
            write_string(w, "; see ");
            write_short_id(w, &line.id);
        }
        write_string(w, "\n");
    }
}

/* A heading with its lines, nothing where there are none. */
static void text_section(struct write_out *w, const seigr_lineage *lineage,
                         const char *heading, uint32_t count,
                         void (*line)(struct write_out *, const seigr_lineage *,
                                      uint32_t))
{
    assert(heading != NULL);
    if (count == 0)
        return;
    write_string(w, heading);
    write_string(w, " ");
    write_number(w, count);
    write_string(w, "\n");
    for (uint32_t i = 0; i < count && w->err == 0; i++)
        line(w, lineage, i);
}

int seigr_lineage_write_text(const seigr_lineage *lineage, seigr_text_sink sink,
                             void *ctx)
{
    struct write_out w = {.sink = sink, .ctx = ctx};

    if (lineage == NULL || sink == NULL || !lineage->answers.settled)
        return SEIGR_E_INVAL;
    text_section(&w, lineage, "capsules", lineage->capsule_count, text_capsule);
    text_section(&w, lineage, "chains", lineage->answers.chain_count,
                 text_chain);
    text_section(&w, lineage, "gaps", lineage->answers.gap_count, text_gap);
    text_section(&w, lineage, "forks", lineage->answers.fork_count, text_fork);
    text_verdict(&w, lineage);
    write_flush(&w);
    return w.err;
}

/* --- DOT ------------------------------------------------------------- */

static void dot_capsule(struct write_out *w, const seigr_lineage *lineage,
                        uint32_t index)
{
    seigr_lineage_capsule at;

    assert(index < seigr_lineage_count(lineage));
    (void)seigr_lineage_at(lineage, index, &at);
    write_string(w, "    c");
    write_number(w, index);
    write_string(w, " [label=\"");
    write_named(w, seigr_kind_name(at.kind), "kind", at.kind);
    write_string(w, "\\n");
    if (at.name.len > 0) {
        write_name(w, at.name, "\\\\");
        write_string(w, "\\n");
    }
    write_short_id(w, &at.id);
    write_string(w, "\", tooltip=\"");
    write_address(w, &at.id);
    write_string(w, "\"];\n");
}

/* A node for what is only named; told by the lowest that names it. */
static void dot_absent(struct write_out *w, const seigr_lineage *lineage,
                       uint32_t capsule, uint32_t edge)
{
    const struct lineage_answers *answers = &lineage->answers;
    uint32_t point = lineage->edges[edge].to;

    if (answers->child[answers->child_first[point]] != capsule)
        return;
    write_string(w, "    \"");
    write_address(w, &lineage->points[point].id);
    write_string(w, "\" [style=dashed, label=\"not here\\n");
    write_short_id(w, &lineage->points[point].id);
    write_string(w, "\"];\n");
}

static void dot_links(struct write_out *w, const seigr_lineage *lineage,
                      uint32_t index)
{
    uint32_t capsule = lineage->answers.order[index];
    uint32_t edge = lineage->capsules[capsule].edge_first;
    seigr_lineage_link link;

    assert(edge <= lineage->edge_count);
    for (uint32_t i = 0; seigr_lineage_link_at(lineage, index, i, &link) == 0;
         i++) {
        int absent = link.index == SEIGR_LINEAGE_ABSENT;

        if (absent)
            dot_absent(w, lineage, capsule, edge + i);
        write_string(w, "    c");
        write_number(w, index);
        write_string(w, absent ? " -> \"" : " -> c");
        if (absent)
            write_address(w, &link.id);
        else
            write_number(w, link.index);
        write_string(w, absent ? "\" [label=\"" : " [label=\"");
        write_role(w, link.role);
        write_string(w, "\"];\n");
    }
}

int seigr_lineage_write_dot(const seigr_lineage *lineage, seigr_text_sink sink,
                            void *ctx)
{
    struct write_out w = {.sink = sink, .ctx = ctx};

    if (lineage == NULL || sink == NULL || !lineage->answers.settled)
        return SEIGR_E_INVAL;
    write_string(&w, "digraph lineage {\n    node [shape=box];\n");
    for (uint32_t i = 0; i < lineage->capsule_count && w.err == 0; i++)
        dot_capsule(&w, lineage, i);
    for (uint32_t i = 0; i < lineage->capsule_count && w.err == 0; i++)
        dot_links(&w, lineage, i);
    write_string(&w, "}\n");
    write_flush(&w);
    return w.err;
}

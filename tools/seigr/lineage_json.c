/* SPDX-License-Identifier: MIT */
/*
 * lineage_json.c - a lineage as JSON. Capsules are named by their addresses,
 * so that each entry can be read alone.
 */
#include "lineage_json.h" /* lineage_json_set */

#include <assert.h> /* assert */

json_t *lineage_json_line(const seigr_verdict_line *line)
{
    json_t *json = json_object();

    assert(line != NULL);
    tool_json_set(json, "property",
                  json_string(seigr_property_name(line->property)));
    tool_json_set(json, "status",
                  json_string(seigr_verdict_name(line->status)));
    tool_json_set(json, "count", tool_json_number(line->count));
    tool_json_set(json, "text", json_string(line->text));
    if (line->has_id)
        tool_json_set(json, "address", tool_json_id(&line->id));
    return json;
}

/* The address of the capsule at a position. */
static json_t *lineage_json_at(const seigr_lineage *lineage, uint32_t index)
{
    seigr_lineage_capsule capsule;

    if (seigr_lineage_at(lineage, index, &capsule) != 0)
        return json_null();
    return tool_json_id(&capsule.id);
}

/* Streams are random 64-bit numbers: always strings, as everywhere. */
static json_t *lineage_json_stream(uint64_t stream)
{
    return json_sprintf("%llu", (unsigned long long)stream);
}

static void lineage_json_role(json_t *json, uint32_t role)
{
    const char *name =
        role == SEIGR_LINEAGE_PREVIOUS ? "previous" : seigr_role_name(role);

    tool_json_set(json, "role", name != NULL ? json_string(name) : json_null());
    tool_json_set(json, "role_number", tool_json_number(role));
}

static json_t *lineage_json_capsule(const seigr_lineage *lineage,
                                    uint32_t index)
{
    json_t *json = json_object();
    json_t *links = json_array();
    seigr_lineage_capsule at;
    seigr_lineage_link link;
    const char *kind;

    if (seigr_lineage_at(lineage, index, &at) != 0)
        return json;
    kind = seigr_kind_name(at.kind);
    tool_json_set(json, "address", tool_json_id(&at.id));
    tool_json_set(json, "kind", kind != NULL ? json_string(kind) : json_null());
    tool_json_set(json, "kind_number", tool_json_number(at.kind));
    tool_json_set(json, "name", tool_json_text(at.name));
    tool_json_set(json, "signer", tool_json_key(&at.issuer));
    tool_json_set(json, "created_ms", tool_json_number(at.created_ms));
    tool_json_set(json, "stream", lineage_json_stream(at.stream));
    tool_json_set(json, "sequence", tool_json_number(at.sequence));
    for (uint32_t i = 0; seigr_lineage_link_at(lineage, index, i, &link) == 0;
         i++) {
        json_t *entry = json_object();

        lineage_json_role(entry, link.role);
        tool_json_set(entry, "address", tool_json_id(&link.id));
        tool_json_set(entry, "here",
                      json_boolean(link.index != SEIGR_LINEAGE_ABSENT));
        (void)json_array_append_new(links, entry);
    }
    tool_json_set(json, "links", links);
    return json;
}

static json_t *lineage_json_chain(const seigr_lineage *lineage, uint32_t number)
{
    json_t *json = json_object();
    json_t *ranges = json_array();
    seigr_lineage_chain chain;
    uint64_t first;
    uint64_t last;

    if (seigr_lineage_chain_at(lineage, number, &chain) != 0)
        return json;
    tool_json_set(json, "signer", tool_json_key(&chain.issuer));
    tool_json_set(json, "stream", lineage_json_stream(chain.stream));
    tool_json_set(json, "capsules", tool_json_number(chain.capsule_count));
    tool_json_set(json, "forks", tool_json_number(chain.fork_count));
    for (uint32_t i = 0;
         seigr_lineage_range_at(lineage, number, i, &first, &last) == 0; i++) {
        json_t *range = json_array();

        (void)json_array_append_new(range, tool_json_number(first));
        (void)json_array_append_new(range, tool_json_number(last));
        (void)json_array_append_new(ranges, range);
    }
    tool_json_set(json, "sequences", ranges);
    return json;
}

static json_t *lineage_json_gap(const seigr_lineage *lineage, uint32_t number)
{
    json_t *json = json_object();
    seigr_lineage_gap gap;

    if (seigr_lineage_gap_at(lineage, number, &gap) != 0)
        return json;
    tool_json_set(json, "type",
                  json_string(gap.type == SEIGR_GAP_LINK       ? "link"
                              : gap.type == SEIGR_GAP_PREVIOUS ? "previous"
                                                               : "sequence"));
    tool_json_set(json, "shown_by", lineage_json_at(lineage, gap.from));
    if (gap.has_id)
        tool_json_set(json, "address", tool_json_id(&gap.id));
    if (gap.type == SEIGR_GAP_LINK) {
        lineage_json_role(json, gap.role);
        return json;
    }
    tool_json_set(json, "signer", tool_json_key(&gap.issuer));
    tool_json_set(json, "stream", lineage_json_stream(gap.stream));
    tool_json_set(json, "first", tool_json_number(gap.sequence_first));
    tool_json_set(json, "last", tool_json_number(gap.sequence_last));
    return json;
}

static json_t *lineage_json_fork(const seigr_lineage *lineage, uint32_t number)
{
    json_t *json = json_object();
    seigr_lineage_fork fork;

    if (seigr_lineage_fork_at(lineage, number, &fork) != 0)
        return json;
    tool_json_set(json, "type",
                  json_string(fork.type == SEIGR_FORK_SEQUENCE   ? "sequence"
                              : fork.type == SEIGR_FORK_PREVIOUS ? "previous"
                                                                 : "astray"));
    tool_json_set(json, "first", lineage_json_at(lineage, fork.first));
    tool_json_set(json, "second", lineage_json_at(lineage, fork.second));
    return json;
}

/* An array of count entries, each made by entry(). */
static void lineage_json_list(json_t *json, const char *key,
                              const seigr_lineage *lineage, uint32_t count,
                              json_t *(*entry)(const seigr_lineage *, uint32_t))
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < count; i++)
        (void)json_array_append_new(list, entry(lineage, i));
    tool_json_set(json, key, list);
}

static json_t *lineage_json_verdict(const seigr_lineage *lineage,
                                    uint32_t number)
{
    seigr_verdict_line line;

    if (seigr_lineage_verdict(lineage, number + 1, &line) != 0)
        return json_null();
    return lineage_json_line(&line);
}

void lineage_json_set(json_t *json, const seigr_lineage *lineage,
                      const uint8_t *has)
{
    json_t *capsules = json_array();

    for (uint32_t i = 0; i < seigr_lineage_count(lineage); i++) {
        if (has[i])
            (void)json_array_append_new(capsules,
                                        lineage_json_capsule(lineage, i));
    }
    tool_json_set(json, "capsules", capsules);
    lineage_json_list(json, "chains", lineage,
                      seigr_lineage_chain_count(lineage), lineage_json_chain);
    lineage_json_list(json, "gaps", lineage, seigr_lineage_gap_count(lineage),
                      lineage_json_gap);
    lineage_json_list(json, "forks", lineage, seigr_lineage_fork_count(lineage),
                      lineage_json_fork);
    lineage_json_list(json, "verdict", lineage, SEIGR_PROPERTY_COUNT,
                      lineage_json_verdict);
}

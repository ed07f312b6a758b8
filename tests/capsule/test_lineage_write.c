/* SPDX-License-Identifier: MIT */
/* A lineage as text and as a graph: what names cannot do to it. */
#include "lineage_fixture.h"

#include "seigr/senary.h"

#include <stdlib.h>
#include <string.h>

static struct fixture_text write_as(const seigr_lineage *lineage, int dot)
{
    struct fixture_text out = {NULL, 0};

    if (dot)
        assert_ok(seigr_lineage_write_dot(lineage, fixture_sink, &out));
    else
        assert_ok(seigr_lineage_write_text(lineage, fixture_sink, &out));
    return out;
}

/* The text of one capsule of this name. */
static struct fixture_text write_name_as(const char *name, int dot)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    struct fixture_capsule capsule;
    struct fixture_text out;

    support_memory_init(&memory);
    context = fixture_context(&memory);
    fixture_init(&capsule, 1, 0, 1, NULL);
    fixture_name(&capsule, name);
    fixture_seal(&capsule);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    assert_ok(seigr_lineage_add(lineage, &capsule.verified, NULL));
    assert_ok(seigr_lineage_settle(lineage));
    out = write_as(lineage, dot);
    seigr_lineage_free(lineage);
    return out;
}

static void assert_written(const char *name, int dot, const char *expected)
{
    struct fixture_text out = write_name_as(name, dot);

    if (strstr(out.text, expected) == NULL)
        fail_msg("no %s in:\n%s", expected, out.text);
    free(out.text);
}

void test_capsule_lineage_write__names_cannot_act(void **state)
{
    (void)state;
    assert_written("plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\xb1", 0,
                   " \"plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\xb1\" by ");
    assert_written("a\"b\\c", 0, " \"a\\\"b\\\\c\" by ");
    assert_written("\x1b[31m\n\t\x7f", 0,
                   " \"\\u{1b}[31m\\u{a}\\u{9}\\u{7f}\" by ");
    assert_written("\xc2\x9b\xc2\x9f\xc2\xa0", 0,
                   " \"\\u{9b}\\u{9f}\xc2\xa0\" by ");
    assert_written("x\xe2\x80\xaey\xe2\x81\xa6\xef\xbb\xbf", 0,
                   " \"x\\u{202e}y\\u{2066}\\u{feff}\" by ");
    assert_written("\xf3\xa0\x80\x81", 0, " \"\\u{e0001}\" by ");
}

void test_capsule_lineage_write__names_stay_inside_dot_strings(void **state)
{
    (void)state;
    assert_written("a\"];evil[b=\"", 1,
                   "[label=\"DATA\\na\\\"];evil[b=\\\"\\n");
    assert_written("end\\", 1, "[label=\"DATA\\nend\\\\\\\\\\n");
    assert_written("\\N\n", 1, "[label=\"DATA\\n\\\\\\\\N\\\\u{a}\\n");
}

/* Everything that text and graph have: kinds and roles without a name, what
 * is not here, forks, gaps of each type. */
static seigr_lineage *full_lineage(const seigr_context *context)
{
    struct fixture_capsule one, twin, late, other;
    seigr_lineage *lineage = NULL;
    const seigr_id nowhere = {{0xaa}};
    seigr_id ghost;

    fixture_init(&one, 1, 0, 1, NULL);
    fixture_name(&one, "one");
    fixture_seal(&one);
    fixture_init(&twin, 1, 0, 1, NULL);
    fixture_name(&twin, "twin");
    twin.verified.private_view.kind = 77;
    fixture_seal(&twin);
    ghost = one.verified.private_id;
    ghost.bytes[5] ^= 1;
    fixture_init(&late, 1, 0, 5, &ghost);
    fixture_seal(&late);
    fixture_init(&other, 2, 9, 2, &one.verified.private_id);
    fixture_link(&other, &nowhere, SEIGR_ROLE_MEMBER);
    fixture_link(&other, &late.verified.private_id, 99);
    fixture_seal(&other);
    assert_ok(seigr_lineage_new(context, NULL, &lineage));
    assert_ok(seigr_lineage_add(lineage, &one.verified, NULL));
    assert_ok(seigr_lineage_add(lineage, &twin.verified, NULL));
    assert_ok(seigr_lineage_add(lineage, &late.verified, NULL));
    assert_ok(seigr_lineage_add(lineage, &other.verified, NULL));
    assert_ok(seigr_lineage_settle(lineage));
    return lineage;
}

/* How often part stands in text. */
static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part))
        count++;
    return count;
}

void test_capsule_lineage_write__text_has_every_section(void **state)
{
    static const char *const parts[] = {
        "capsules 4\n",
        "  DATA \"one\" by 000314-",
        "  kind 77 \"twin\" by ",
        "\n    previous ",
        "\n    MEMBER ",
        "\n    role 99 ",
        "\nchains 2\n",
        " stream 0 has 1, 5\n",
        " stream 9 has 2\n",
        "\ngaps 3\n",
        " shows: MEMBER not here, it is seigr:",
        " stream 0 sequence 2 to 4 not here, the last is seigr:",
        " stream 9 sequence 1 not here\n",
        "\nforks 2\n",
        ": have one sequence\n",
        ": the second names the first, which does not stand before it\n",
        "\nverdict\n",
        "  integrity: holds; ",
        "  signatures: holds; each of 4 capsules is signed by its issuer; "
        "issuers: 2\n",
        "  chains: broken; capsules whose previous does not stand before them: "
        "1; ",
        "  forks: broken; proofs that an issuer signed two histories: 1; see ",
        "  revocation: not asked\n",
        "  grants: not asked\n",
        "  completeness: open; gaps: 3; streams that nothing here names cannot "
        "be known; see ",
        "  replay: not asked\n",
    };
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage;
    struct fixture_text out;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    lineage = full_lineage(&context);
    out = write_as(lineage, 0);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strstr(out.text, parts[i]) == NULL)
            fail_msg("no '%s' in:\n%s", parts[i], out.text);
    assert_int_equal(count_of(out.text, " not here\n"), 3);
    free(out.text);
    seigr_lineage_free(lineage);
}

void test_capsule_lineage_write__dot_has_every_node_and_edge(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage;
    struct fixture_text out;
    seigr_lineage_capsule at;
    char address[SEIGR_ADDRESS_LEN + 1];

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    lineage = full_lineage(&context);
    out = write_as(lineage, 1);
    assert_int_equal(count_of(out.text, "tooltip="), 4);
    assert_int_equal(count_of(out.text, "style=dashed"), 2);
    assert_int_equal(count_of(out.text, " -> "), 4);
    assert_int_equal(count_of(out.text, "[label=\"previous\"]"), 2);
    assert_int_equal(count_of(out.text, "[label=\"role 99\"]"), 1);
    assert_ok(seigr_lineage_at(lineage, 0, &at));
    seigr_address_encode_id(&at.id, address);
    assert_non_null(strstr(out.text, address));
    assert_memory_equal(out.text, "digraph lineage {\n", 18);
    assert_string_equal(out.text + out.len - 2, "}\n");
    free(out.text);
    seigr_lineage_free(lineage);
}

struct failing_sink {
    size_t calls;
    size_t fail_at;
};

static int failing_write(const char *text, size_t len, void *ctx)
{
    struct failing_sink *sink = ctx;

    assert_true(text != NULL && len > 0);
    return ++sink->calls >= sink->fail_at ? SEIGR_E_IO : 0;
}

void test_capsule_lineage_write__a_failing_sink_ends_it(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    lineage = full_lineage(&context);
    for (size_t at = 1;; at++) {
        struct failing_sink text = {0, at};
        struct failing_sink dot = {0, at};
        int text_err = seigr_lineage_write_text(lineage, failing_write, &text);
        int dot_err = seigr_lineage_write_dot(lineage, failing_write, &dot);

        assert_int_equal(text_err, text.calls < at ? 0 : SEIGR_E_IO);
        assert_int_equal(dot_err, dot.calls < at ? 0 : SEIGR_E_IO);
        assert_true(text.calls <= at && dot.calls <= at);
        if (text.calls < at && dot.calls < at)
            break;
    }
    seigr_lineage_free(lineage);
}

/* SPDX-License-Identifier: MIT */
/* The senary index: golden cases, and against a plain model. */
#include "index_model.h"

#include "seigr/crypto.h"
#include "seigr/index.h"

#include <stdlib.h>
#include <string.h>

static seigr_context test_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = seigr_crypto_sodium_verify();
    return context;
}

static seigr_prefix test_prefix(const char *digits)
{
    seigr_prefix prefix = {0, ""};

    prefix.digit_count = (uint32_t)strlen(digits);
    memcpy(prefix.digits, digits, prefix.digit_count + 1);
    return prefix;
}

static void sum_is(const seigr_context *context, const index_model *model,
                   const char *digits, uint64_t count, seigr_span digest)
{
    const seigr_prefix prefix = test_prefix(digits);
    seigr_index_sum sum;

    assert_ok(seigr_index_sum_of(context, &model->source, &prefix, &sum));
    assert_int_equal(sum.count, count);
    assert_memory_equal(sum.digest.bytes, digest.ptr, 32);
}

static void refresh(const seigr_context *context, index_model *model,
                    seigr_id *touched, size_t count)
{
    index_model_sort(touched, count);
    assert_ok(seigr_index_refresh(context, &model->source, touched, count));
}

void test_store_index__golden(void **state)
{
    const seigr_context context = test_context();
    json_t *file = support_golden("index.json");
    size_t checked = 0;
    size_t i;
    size_t k;
    const json_t *c;
    const json_t *child;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const seigr_span seed = support_hex_of(c, "seed");
        const size_t count =
            (size_t)json_integer_value(json_object_get(c, "count"));
        index_model model;

        index_model_init(&model);
        for (uint32_t n = 0; n < count; n++) {
            const seigr_id id = index_model_id(&context, seed, n);

            assert_true(index_model_put(&model, &id));
        }
        refresh(&context, &model, NULL, 0);
        sum_is(&context, &model, "", count, support_hex_of(c, "root"));
        json_array_foreach(json_object_get(c, "children"), k, child)
        {
            sum_is(
                &context, &model, support_string(child, "prefix"),
                (uint64_t)json_integer_value(json_object_get(child, "count")),
                support_hex_of(child, "digest"));
            checked++;
        }
        checked++;
        index_model_fini(&model);
    }
    json_decref(file);
    support_count("index-golden", checked);
}

/* The reference's proofs are ours to the byte, and hold. */
void test_store_index__golden_proofs(void **state)
{
    const seigr_context context = test_context();
    json_t *file = support_golden("index_proofs.json");
    size_t checked = 0;
    size_t i;
    size_t k;
    const json_t *c;
    const json_t *one;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const seigr_span seed = support_hex_of(c, "seed");
        seigr_index_sum root;
        index_model model;

        root.count = (uint64_t)json_integer_value(json_object_get(c, "count"));
        memcpy(root.digest.bytes, support_hex_of(c, "root").ptr, 32);
        index_model_init(&model);
        for (uint32_t n = 0; n < root.count; n++) {
            const seigr_id id = index_model_id(&context, seed, n);

            assert_true(index_model_put(&model, &id));
        }
        refresh(&context, &model, NULL, 0);
        json_array_foreach(json_object_get(c, "proofs"), k, one)
        {
            const seigr_span theirs = support_hex_of(one, "proof");
            uint8_t proof[SEIGR_INDEX_PROOF_MAX];
            uint32_t present = 2;
            seigr_id id;
            size_t len;

            memcpy(id.bytes, support_hex_of(one, "id").ptr, 32);
            assert_ok(seigr_index_prove(
                &model.source, &id, (seigr_buf){proof, sizeof(proof)}, &len));
            assert_int_equal(len, theirs.len);
            assert_memory_equal(proof, theirs.ptr, len);
            assert_ok(seigr_index_verify(&context, &root, &id, theirs, &present,
                                         NULL));
            assert_int_equal(present, (uint32_t)json_integer_value(
                                          json_object_get(one, "present")));
            checked++;
        }
        index_model_fini(&model);
    }
    json_array_foreach(json_object_get(file, "invalid"), i, c)
    {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_index_sum root;
        uint32_t present = 2;
        seigr_id id;

        root.count = (uint64_t)json_integer_value(json_object_get(c, "count"));
        memcpy(root.digest.bytes, support_hex_of(c, "root").ptr, 32);
        memcpy(id.bytes, support_hex_of(c, "id").ptr, 32);
        if (seigr_index_verify(&context, &root, &id, support_hex_of(c, "proof"),
                               &present, &error) != SEIGR_E_FORMAT)
            fail_msg("%s is taken, or refused for: %s",
                     support_string(c, "why"), error.text);
        assert_int_equal(present, 2);
        checked++;
    }
    json_decref(file);
    support_count("index-golden-proofs", checked);
}

/* An ID that shares bytes with others, so that tries grow deep. */
static seigr_id near_id(support_rng *rng)
{
    static const uint8_t shared[32] = {0x5a, 0x11, 0xff, 0, 0, 7, 9, 1, 0xff};
    seigr_id id;
    const size_t same = support_random_below(rng, 33);

    support_random_bytes(rng, id.bytes, sizeof(id.bytes));
    if (support_random_below(rng, 2) == 0)
        memcpy(id.bytes, shared, same);
    return id;
}

/* The sum of a prefix by the words of FORMATS 6, from the IDs alone. */
static void plain_sum(const seigr_context *context, const seigr_id *ids,
                      size_t count, uint32_t depth, seigr_index_sum *out)
{
    uint8_t bytes[1 + 36 * 32];
    size_t len = 1;

    out->count = count;
    memset(out->digest.bytes, 0, 32);
    if (count == 0)
        return;
    bytes[0] = count <= 36 ? 0x10 : 0x11;
    for (size_t i = 0; count <= 36 && i < count; i++, len += 32)
        memcpy(bytes + len, ids[i].bytes, 32);
    for (char digit = '0'; count > 36 && digit <= '5'; digit++) {
        size_t from = 0;
        size_t to;
        char text[101];
        size_t text_len;
        seigr_index_sum child;

        for (; from < count; from++) {
            assert_ok(seigr_senary_encode((seigr_span){ids[from].bytes, 32},
                                          (seigr_buf){(uint8_t *)text, 100},
                                          &text_len));
            if (text[depth] >= digit)
                break;
        }
        for (to = from; to < count; to++) {
            assert_ok(seigr_senary_encode((seigr_span){ids[to].bytes, 32},
                                          (seigr_buf){(uint8_t *)text, 100},
                                          &text_len));
            if (text[depth] != digit)
                break;
        }
        plain_sum(context, ids + from, to - from, depth + 1, &child);
        for (unsigned i = 0; i < 8; i++)
            bytes[len++] = (uint8_t)(child.count >> (56 - 8 * i));
        memcpy(bytes + len, child.digest.bytes, 32);
        len += 32;
    }
    seigr_sha256(context, (seigr_span){bytes, len}, &out->digest);
}

/* Root and nodes are those of an index built at once from the same IDs. */
static void same_as_built(const seigr_context *context,
                          const index_model *model)
{
    index_model built;
    seigr_index_sum plain;
    seigr_index_sum sum;

    index_model_init(&built);
    for (size_t i = 0; i < model->id_count; i++)
        (void)index_model_put(&built, &model->ids[i]);
    assert_ok(seigr_index_refresh(context, &built.source, NULL, 0));
    assert_int_equal(model->node_count, built.node_count);
    for (size_t i = 0; i < built.node_count; i++) {
        assert_string_equal(model->nodes[i].prefix.digits,
                            built.nodes[i].prefix.digits);
        assert_memory_equal(model->nodes[i].node.bytes,
                            built.nodes[i].node.bytes, SEIGR_INDEX_NODE_LEN);
    }
    assert_ok(seigr_index_sum_of(context, &model->source, NULL, &sum));
    plain_sum(context, model->ids, model->id_count, 0, &plain);
    assert_int_equal(sum.count, model->id_count);
    assert_int_equal(sum.count, plain.count);
    assert_memory_equal(sum.digest.bytes, plain.digest.bytes, 32);
    index_model_fini(&built);
}

/* Count by the index and by looking at every ID. */
static void counts_agree(const index_model *model, const seigr_id *a,
                         const seigr_id *b)
{
    uint64_t count;
    uint64_t plain = 0;

    for (size_t i = 0; i < model->id_count; i++) {
        if (memcmp(model->ids[i].bytes, a->bytes, 32) >= 0 &&
            memcmp(model->ids[i].bytes, b->bytes, 32) <= 0)
            plain++;
    }
    assert_ok(seigr_index_count(&model->source, a, b, &count));
    assert_int_equal(count, plain);
}

/* A proof says what is so, and nothing else after a change anywhere. */
static void proof_holds(const seigr_context *context, const index_model *model,
                        const seigr_id *id, support_rng *rng)
{
    uint8_t proof[SEIGR_INDEX_PROOF_MAX];
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_index_sum root;
    uint32_t present = 2;
    size_t need = 0;
    size_t len = 0;
    size_t at;

    assert_ok(seigr_index_sum_of(context, &model->source, NULL, &root));
    assert_int_equal(
        seigr_index_prove(&model->source, id, (seigr_buf){NULL, 0}, &need),
        SEIGR_E_ROOM);
    assert_ok(seigr_index_prove(&model->source, id,
                                (seigr_buf){proof, sizeof(proof)}, &len));
    assert_int_equal(len, need);
    assert_ok(seigr_index_verify(context, &root, id, (seigr_span){proof, len},
                                 &present, &error));
    assert_int_equal(present, index_model_has(model, id));
    at = support_random_below(rng, len);
    proof[at] ^= (uint8_t)(1u << support_random_below(rng, 8));
    present = 2;
    assert_int_not_equal(seigr_index_verify(context, &root, id,
                                            (seigr_span){proof, len}, &present,
                                            &error),
                         0);
    assert_int_equal(present, 2);
    assert_true(error.text[0] != '\0');
    assert_int_not_equal(seigr_index_verify(context, &root, id,
                                            (seigr_span){proof, at}, &present,
                                            NULL),
                         0);
}

static void walk_agrees(const index_model *model, support_rng *rng)
{
    seigr_prefix prefix = {0, ""};
    seigr_id ids[7];
    const seigr_id *after = NULL;
    seigr_id last;
    size_t at = 0;
    size_t count;

    if (model->id_count > 0) {
        char text[107];
        size_t len;

        assert_ok(seigr_senary_encode(
            (seigr_span){
                model->ids[support_random_below(rng, model->id_count)].bytes,
                32},
            (seigr_buf){(uint8_t *)text, 100}, &len));
        text[support_random_below(rng, 12)] = '\0';
        prefix = test_prefix(text);
    }
    do {
        assert_ok(
            seigr_index_walk(&model->source, &prefix, after, ids, 7, &count));
        for (size_t i = 0; i < count; i++) {
            while (!seigr_prefix_match(&prefix, model->ids[at].bytes))
                at++;
            assert_memory_equal(ids[i].bytes, model->ids[at].bytes, 32);
            at++;
        }
        if (count > 0)
            last = ids[count - 1];
        after = &last;
    } while (count == 7);
    for (; at < model->id_count; at++)
        assert_false(seigr_prefix_match(&prefix, model->ids[at].bytes));
}

/* Random changes in batches; every answer against the plain model. */
void test_store_index__model(void **state)
{
    const seigr_context context = test_context();
    support_rng rng = {0x5ee7};
    size_t proofs = 0;

    (void)state;
    for (size_t run = 0; run < support_scaled(12); run++) {
        index_model model;

        index_model_init(&model);
        for (size_t batch = 0; batch < 12; batch++) {
            const size_t size = 1 + support_random_below(&rng, 400);
            seigr_id *touched = malloc(size * sizeof(*touched));

            assert_non_null(touched);
            for (size_t i = 0; i < size; i++) {
                const int remove =
                    model.id_count > 0 &&
                    support_random_below(&rng, batch < 6 ? 4 : 2) == 0;

                touched[i] =
                    remove
                        ? model.ids[support_random_below(&rng, model.id_count)]
                        : near_id(&rng);
                if (remove)
                    (void)index_model_take(&model, &touched[i]);
                else
                    (void)index_model_put(&model, &touched[i]);
            }
            refresh(&context, &model, touched, size);
            same_as_built(&context, &model);
            for (size_t i = 0; i < 8; i++) {
                const seigr_id a = near_id(&rng);
                const seigr_id b = near_id(&rng);

                counts_agree(&model, &a, &b);
                proof_holds(&context, &model, &a, &rng);
                walk_agrees(&model, &rng);
                proofs++;
                if (model.id_count > 0) {
                    const seigr_id *in =
                        &model.ids[support_random_below(&rng, model.id_count)];

                    counts_agree(&model, in, &b);
                    counts_agree(&model, &a, in);
                    counts_agree(&model, in, in);
                    proof_holds(&context, &model, in, &rng);
                    proofs++;
                }
            }
            free(touched);
        }
        index_model_fini(&model);
    }
    support_count("index-proofs", proofs);
}

/* The digest is of the set: neither order nor what was there matters. */
void test_store_index__order_does_not_matter(void **state)
{
    const seigr_context context = test_context();
    const seigr_span seed = {(const uint8_t *)"order", 5};
    support_rng rng = {0x0bde5};
    seigr_id ids[500];
    seigr_index_sum first;

    (void)state;
    for (uint32_t i = 0; i < 500; i++)
        ids[i] = index_model_id(&context, seed, i);
    for (size_t run = 0; run < support_scaled(20); run++) {
        index_model model;
        seigr_index_sum sum;

        index_model_init(&model);
        for (size_t i = 500; i > 1; i--) {
            const size_t k = support_random_below(&rng, i);
            const seigr_id swap = ids[i - 1];

            ids[i - 1] = ids[k];
            ids[k] = swap;
        }
        /* All of them one by one, then of the last 200 most go again. */
        for (size_t i = 0; i < 700; i++) {
            seigr_id one = i < 500 ? ids[i] : ids[999 - i];

            if (i < 500)
                assert_true(index_model_put(&model, &one));
            else if (memcmp(one.bytes, "\x80", 1) >= 0)
                assert_true(index_model_take(&model, &one));
            refresh(&context, &model, &one, 1);
        }
        /* What went comes back, so every run ends with the same set. */
        for (size_t i = 300; i < 500; i++)
            (void)index_model_put(&model, &ids[i]);
        {
            seigr_id back[200];

            memcpy(back, ids + 300, sizeof(back));
            refresh(&context, &model, back, 200);
        }
        assert_ok(seigr_index_sum_of(&context, &model.source, NULL, &sum));
        if (run == 0)
            first = sum;
        assert_int_equal(sum.count, 500);
        assert_memory_equal(sum.digest.bytes, first.digest.bytes, 32);
        index_model_fini(&model);
    }
}

/* A refresh of one ID visits its path, and a count two paths. */
void test_store_index__work_is_logarithmic(void **state)
{
    const seigr_context context = test_context();
    const seigr_span seed = {(const uint8_t *)"work", 4};
    index_model model;
    seigr_id ids[2];
    uint64_t count;

    (void)state;
    index_model_init(&model);
    for (uint32_t i = 0; i < 20000; i++) {
        const seigr_id id = index_model_id(&context, seed, i);

        assert_true(index_model_put(&model, &id));
    }
    assert_ok(seigr_index_refresh(&context, &model.source, NULL, 0));
    ids[0] = index_model_id(&context, seed, 20000);
    assert_true(index_model_put(&model, &ids[0]));
    model.calls = 0;
    assert_ok(seigr_index_refresh(&context, &model.source, ids, 1));
    assert_in_range(model.calls, 6, 30);
    ids[0] = model.ids[1000];
    ids[1] = model.ids[19000];
    model.calls = 0;
    assert_ok(seigr_index_count(&model.source, &ids[0], &ids[1], &count));
    assert_int_equal(count, 18001);
    assert_in_range(model.calls, 6, 20);
    index_model_fini(&model);
}

/* Every call that fails is answered with its code; then it works again. */
void test_store_index__source_fails(void **state)
{
    const seigr_context context = test_context();
    const seigr_span seed = {(const uint8_t *)"fail", 4};
    seigr_id touched[60];
    index_model model;

    (void)state;
    index_model_init(&model);
    for (uint32_t i = 0; i < 400; i++) {
        const seigr_id id = index_model_id(&context, seed, i);

        assert_true(index_model_put(&model, &id));
    }
    assert_ok(seigr_index_refresh(&context, &model.source, NULL, 0));
    for (size_t i = 0; i < 60; i++) {
        touched[i] = model.ids[0];
        assert_true(index_model_take(&model, &touched[i]));
    }
    for (size_t nth = 1;; nth++) {
        seigr_index_sum sum;
        size_t len;
        int err;

        model.calls = 0;
        model.fail_at = nth;
        err = seigr_index_refresh(&context, &model.source, touched, 60);
        if (err == 0)
            err = seigr_index_sum_of(&context, &model.source, NULL, &sum);
        if (err == 0)
            err = seigr_index_prove(&model.source, &touched[3],
                                    (seigr_buf){NULL, 0}, &len);
        if (err == SEIGR_E_ROOM) {
            assert_in_range(nth, 10, 1000);
            break;
        }
        assert_int_equal(err, SEIGR_E_IO);
        model.fail_at = 0;
        model.node_count = 0;
        assert_ok(seigr_index_refresh(&context, &model.source, NULL, 0));
    }
    model.fail_at = 0;
    same_as_built(&context, &model);
    index_model_fini(&model);
}

/* Misuse and impossible prefixes. */
void test_store_index__edges(void **state)
{
    static const char *const impossible[] = {"4",        "5",  "35",
                                             "0123456x", "30", "3"};
    const seigr_context context = test_context();
    seigr_id pair[2] = {{{2}}, {{1}}};
    seigr_index_sum sum;
    index_model model;
    uint64_t count = 7;
    size_t len;

    (void)state;
    index_model_init(&model);
    assert_int_equal(seigr_index_refresh(&context, &model.source, pair, 2),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_index_refresh(&context, NULL, pair, 1),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_index_sum_of(&context, &model.source, NULL, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_index_prove(&model.source, NULL, (seigr_buf){NULL, 0}, &len),
        SEIGR_E_INVAL);
    for (size_t i = 0; i < 6; i++) {
        const seigr_prefix prefix = test_prefix(impossible[i]);

        assert_ok(seigr_index_sum_of(&context, &model.source, &prefix, &sum));
        assert_int_equal(sum.count, 0);
    }
    assert_ok(seigr_index_count(&model.source, &pair[0], &pair[1], &count));
    assert_int_equal(count, 0);
    /* The greatest ID has none behind it. */
    memset(pair[0].bytes, 0xff, 32);
    assert_true(index_model_put(&model, &pair[0]));
    assert_ok(seigr_index_walk(&model.source, NULL, NULL, pair, 2, &len));
    assert_int_equal(len, 1);
    assert_ok(seigr_index_walk(&model.source, NULL, &pair[0], pair, 2, &len));
    assert_int_equal(len, 0);
    index_model_fini(&model);
}

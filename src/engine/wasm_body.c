/* SPDX-License-Identifier: MIT */
/*
 * wasm_body.c - the code section: each body validated, then translated.
 *
 * A body is translated as soon as it is valid, while its bytes are at hand.
 * Nothing runs before the whole module is valid.
 */
#include "wasm_translate.h"

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */

static void body_release(wasm_translator *t, wasm_validator *v)
{
    const seigr_context *context = t->m->context;

    seigr__wasm_validator_fini(v);
    seigr__release(context, t->operands);
    seigr__release(context, t->scopes);
    seigr__release(context, t->labels);
    seigr__release(context, t->fixups);
    seigr__release(context, t->counts);
    seigr__release(context, t->runs);
}

/* Guess from the code section's length what its code will take, so that
 * most modules need no more. */
static int body_reserve(wasm_translator *t, size_t len)
{
    seigr_module *m = t->m;
    const uint32_t guess = (uint32_t)(len < 64 ? 64 : len);
    void *units = NULL;
    void *leaders = NULL;
    void *blocks = NULL;
    void *sites = NULL;
    int err = seigr__wasm_grow(m->context, &units, &t->room.units, 0, guess * 2,
                               sizeof(*m->units));

    m->units = units;
    if (err == 0)
        err = seigr__wasm_grow(m->context, &leaders, &t->room.leaders, 0,
                               guess / 12 + 8, sizeof(*m->leaders));
    m->leaders = leaders;
    if (err == 0)
        err = seigr__wasm_grow(m->context, &blocks, &t->room.blocks, 0,
                               guess / 24 + 4, sizeof(*m->blocks));
    m->blocks = blocks;
    if (err == 0)
        err = seigr__wasm_grow(m->context, &sites, &t->room.sites, 0, guess / 2,
                               1);
    m->sites = sites;
    return err;
}

static int body_decode(wasm_translator *t, wasm_validator *v, wasm_reader *r,
                       wasm_function *f)
{
    const seigr_module *m = t->m;
    const size_t at = r->at;
    uint32_t len;
    int err = seigr__wasm_count(r, UINT32_MAX, 1, "bytes of a body", &len);

    if (err < 0)
        return err;
    if (len > m->limits.body_max)
        return seigr__fail(r->error, SEIGR_E_LIMIT, at,
                           "a function body of %u bytes, the limit is %u", len,
                           m->limits.body_max);
    f->body_at = (uint32_t)r->at;
    err = seigr__wasm_validate_locals(v, f, f->body_at + len);
    if (err == 0)
        err = seigr__wasm_validate_body(v, f);
    if (err < 0)
        return err;
    r->at = f->body_end;
    err = seigr__wasm_translate(t, f);
    if (err < 0)
        return seigr__fail(r->error, err, at, "no memory");
    return 0;
}

int seigr__wasm_bodies(seigr_module *m, wasm_reader *r)
{
    wasm_translator t;
    wasm_validator v;
    int err;

    memset(&t, 0, sizeof(t));
    t.m = m;
    t.r = (wasm_reader){m->bytes.ptr, 0, 0, NULL};
    seigr__wasm_validator_init(&v, m, r->error);
    err = body_reserve(&t, r->end - r->at);
    if (err < 0)
        err = seigr__fail(r->error, err, r->at, "no memory");
    for (uint32_t i = m->function_imports; i < m->function_count && err == 0;
         i++)
        err = body_decode(&t, &v, r, &m->functions[i]);
    body_release(&t, &v);
    return err;
}

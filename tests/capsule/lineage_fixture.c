/* SPDX-License-Identifier: MIT */
#include "lineage_fixture.h"

#include "seigr/crypto.h"

#include <stdlib.h>
#include <string.h>

void fixture_init(struct fixture_capsule *capsule, uint8_t issuer,
                  uint64_t stream, uint64_t sequence, const seigr_id *previous)
{
    seigr_capsule *view = &capsule->verified.private_view;

    memset(capsule, 0, sizeof(*capsule));
    view->struct_size = (uint32_t)sizeof(*view);
    view->kind = SEIGR_KIND_DATA;
    memset(&view->issuer, issuer, sizeof(view->issuer));
    view->stream = stream;
    view->sequence = sequence;
    if (previous != NULL) {
        view->has_previous = 1;
        view->previous = *previous;
    }
    view->links.ptr = capsule->links;
}

void fixture_link(struct fixture_capsule *capsule, const seigr_id *id,
                  uint32_t role)
{
    static const uint8_t head[] = {0x32, 0x24, 0x0a, 0x20};
    seigr_capsule *view = &capsule->verified.private_view;
    uint8_t *at = capsule->links + view->links.len;

    assert_true(view->link_count < FIXTURE_LINK_MAX && role < 128);
    memcpy(at, head, sizeof(head));
    memcpy(at + 4, id, sizeof(*id));
    at[36] = 0x10;
    at[37] = (uint8_t)role;
    view->links.len += FIXTURE_LINK_LEN;
    view->link_count++;
}

void fixture_name(struct fixture_capsule *capsule, const char *name)
{
    seigr_capsule *view = &capsule->verified.private_view;

    assert_true(strlen(name) < sizeof(capsule->name));
    strcpy(capsule->name, name);
    view->name.ptr = (const uint8_t *)capsule->name;
    view->name.len = strlen(name);
}

const seigr_id *fixture_seal(struct fixture_capsule *capsule)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    const seigr_capsule *view = &capsule->verified.private_view;
    seigr_sha256_state state;

    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, view->issuer.bytes, 32, crypto->ctx);
    crypto->sha256_update(&state, (const uint8_t *)&view->stream, 8,
                          crypto->ctx);
    crypto->sha256_update(&state, (const uint8_t *)&view->sequence, 8,
                          crypto->ctx);
    crypto->sha256_update(&state, view->previous.bytes, 32, crypto->ctx);
    crypto->sha256_update(&state, (const uint8_t *)capsule->name,
                          sizeof(capsule->name), crypto->ctx);
    crypto->sha256_update(&state, view->links.ptr, view->links.len,
                          crypto->ctx);
    crypto->sha256_final(&state, capsule->verified.private_id.bytes,
                         crypto->ctx);
    return &capsule->verified.private_id;
}

seigr_context fixture_context(const support_memory *memory)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = &memory->allocator;
    context.crypto = seigr_crypto_sodium();
    return context;
}

int fixture_sink(const char *text, size_t len, void *ctx)
{
    struct fixture_text *out = ctx;
    char *grown = realloc(out->text, out->len + len + 1);

    assert_non_null(grown);
    memcpy(grown + out->len, text, len);
    out->text = grown;
    out->len += len;
    grown[out->len] = '\0';
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "trust_help.h"

#include "seigr/sys/crypto.h"

#include <stdlib.h>
#include <string.h>

seigr_context help_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = seigr_crypto_sodium();
    assert_non_null(context.crypto);
    return context;
}

void *help_keep(size_t len)
{
    static void **kept;
    static size_t count;
    void *block = malloc(len == 0 ? 1 : len);

    if ((count & (count - 1)) == 0)
        kept = realloc(kept, (count == 0 ? 1 : 2 * count) * sizeof(*kept));
    assert_non_null(block);
    assert_non_null(kept);
    kept[count++] = block;
    return block;
}

void help_person_init(help_person *person, unsigned seed)
{
    uint8_t bytes[SEIGR_SEED_LEN] = {0};

    memset(person, 0, sizeof(*person));
    memcpy(bytes, &seed, sizeof(seed));
    person->context = help_context();
    assert_ok(
        seigr_keypair_init_seed(&person->context, bytes, &person->keypair));
    person->signer = seigr_keypair_signer(&person->context, &person->keypair,
                                          &person->state);
    for (unsigned i = 0; i < 4; i++) {
        seigr_stream_head_first(&person->heads[i]);
        person->heads[i].stream = i;
    }
}

static void help_seal_any(help_person *person, const help_make *make,
                          int is_fork, seigr_verified *out)
{
    seigr_stream_head *head = &person->heads[make->stream];
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    uint8_t *room = help_keep(make->detail.len + 1024);
    uint8_t scratch[66000];
    seigr_id id;
    size_t len;

    draft.kind = make->kind;
    draft.detail = make->detail;
    draft.created_ms = make->created_ms;
    draft.links = make->links;
    draft.link_count = make->link_count;
    draft.labels = make->labels;
    draft.label_count = make->label_count;
    if (is_fork)
        draft.name = help_text("fork");
    assert_ok(seigr_stream_head_next(head, &draft));
    assert_ok(seigr_capsule_seal(&person->context, &draft, &person->signer,
                                 (seigr_buf){room, make->detail.len + 1024},
                                 &len, &id, NULL));
    assert_ok(seigr_capsule_decode(&person->context, (seigr_span){room, len},
                                   &capsule, NULL));
    assert_ok(seigr_capsule_verify(&person->context, &capsule,
                                   (seigr_buf){scratch, sizeof(scratch)}, out,
                                   NULL));
    if (!is_fork)
        assert_ok(seigr_stream_head_advance(head, &id));
}

void help_seal(help_person *person, const help_make *make, seigr_verified *out)
{
    help_seal_any(person, make, 0, out);
}

void help_seal_fork(help_person *person, const help_make *make,
                    seigr_verified *out)
{
    help_seal_any(person, make, 1, out);
}

seigr_span help_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

#define HELP_ENCODE(name)                                                      \
    seigr_span help_##name(const seigr_##name *message)                        \
    {                                                                          \
        seigr_error error = SEIGR_ERROR_INIT;                                  \
        uint8_t *room;                                                         \
        size_t len = 0;                                                        \
        int err = seigr_##name##_encode(message, (seigr_buf){NULL, 0}, &len,   \
                                        &error);                               \
                                                                               \
        assert_int_equal(err, len > 0 ? SEIGR_E_ROOM : 0);                     \
        room = help_keep(len);                                                 \
        err = seigr_##name##_encode(message, (seigr_buf){room, len}, &len,     \
                                    &error);                                   \
        if (err != 0)                                                          \
            fail_msg("%s", error.text);                                        \
        return (seigr_span){room, len};                                        \
    }

HELP_ENCODE(identity)
HELP_ENCODE(grant)
HELP_ENCODE(revocation)
HELP_ENCODE(attestation)

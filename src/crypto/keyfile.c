/* SPDX-License-Identifier: MIT */
/*
 * keyfile.c - key files in memory: written, looked at, opened.
 *
 * It opens no file; a port does. The layout, deterministic CBOR:
 *
 *   {0: "seigr-key", 1: 1, 2: public key,
 *    3: seed                                     as it is, or
 *    4: [1, mem_kib, passes, salt, nonce, sealed]}  with a passphrase
 *
 * sealed is the seed under XChaCha20-Poly1305; its key is Argon2id of the
 * passphrase; its additional data is every byte of the file before sealed,
 * so that nothing of the file can be exchanged.
 *
 * Invariants:
 *   (1) seeds and derived keys on our stack are wiped before returning.
 *   (2) Argon2id is never asked for more than the bounds of crypto.h.
 *   (3) outputs are written only when everything succeeded.
 */
#include "base/cbor.h"       /* the strict reader */
#include "base/cbor_write.h" /* seigr__cbor_write_* */
#include "base/error.h"      /* seigr__fail */
#include "keys.h"            /* seigr__keys_usable */
#include "seigr/crypto.h"    /* seigr_keyfile_* */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memcmp */

#define KEYFILE_NAME "seigr-key"
#define KEYFILE_VERSION 1u
#define KEYFILE_ARGON2ID_XCHACHA 1u
#define KEYFILE_SALT_LEN 16u
#define KEYFILE_SEALED_LEN (SEIGR_SEED_LEN + SEIGR_AEAD_TAG_LEN)

#define KEYFILE_LABEL_NAME 0u
#define KEYFILE_LABEL_VERSION 1u
#define KEYFILE_LABEL_PUBLIC 2u
#define KEYFILE_LABEL_SEED 3u
#define KEYFILE_LABEL_SEALED 4u

/* A key file taken apart; spans are borrowed from its bytes. */
struct keyfile_parts {
    seigr_span key;
    seigr_span seed; /* 32 bytes; empty if sealed */
    seigr_span salt;
    seigr_span nonce;
    seigr_span sealed;
    seigr_span ad; /* what stands before sealed's content */
    uint32_t mem_kib;
    uint32_t passes;
};

/* (2) */
static int keyfile_check_work(uint64_t mem_kib, uint64_t passes,
                              uint64_t offset, seigr_error *error)
{
    if (mem_kib < 8 || mem_kib > SEIGR_KEYFILE_MEM_KIB_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, offset,
                           "the key file asks for %llu KiB of memory, 8 to "
                           "%u are taken",
                           (unsigned long long)mem_kib,
                           SEIGR_KEYFILE_MEM_KIB_MAX);
    if (passes < 1 || passes > SEIGR_KEYFILE_PASSES_MAX ||
        mem_kib * passes > SEIGR_KEYFILE_WORK_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, offset,
                           "the key file asks for %llu passes over %llu KiB, "
                           "which is too much work",
                           (unsigned long long)passes,
                           (unsigned long long)mem_kib);
    return 0;
}

/* --- reading ----------------------------------------------------------- */

static int keyfile_bytes(seigr__cbor *r, size_t len, const char *what,
                         seigr_span *out)
{
    const seigr__cbor before = *r;
    const int err = seigr__cbor_bytes(r, out);

    assert(len > 0 && what != NULL);
    if (err == 0 && out->len != len)
        return seigr__fail(r->error, SEIGR_E_FORMAT, before.at,
                           "the %s of the key file has %zu bytes, not %zu",
                           what, out->len, len);
    return err;
}

/* The next label must be this one. */
static int keyfile_expect(seigr__cbor *r, uint64_t label)
{
    const size_t at = r->at;
    uint64_t found;
    const int err = seigr__cbor_uint(r, &found);

    if (err == 0 && found != label)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "label %llu stands where label %llu belongs",
                           (unsigned long long)found,
                           (unsigned long long)label);
    return err;
}

static int keyfile_version(seigr__cbor *r)
{
    const size_t at = r->at;
    uint64_t version;
    const int err = seigr__cbor_uint(r, &version);

    if (err == 0 && version != KEYFILE_VERSION)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, at,
                           "the key file is of version %llu, only %u is known",
                           (unsigned long long)version, KEYFILE_VERSION);
    return err;
}

/* {0: "seigr-key", 1: 1, 2: public key, ...: up to the third label. */
static int keyfile_read_head(seigr__cbor *r, struct keyfile_parts *parts)
{
    const seigr_span name = {(const uint8_t *)KEYFILE_NAME,
                             sizeof(KEYFILE_NAME) - 1};
    uint64_t count;
    seigr_span text;
    int err = seigr__cbor_map(r, &count);

    assert(parts != NULL);
    if (err == 0)
        err = keyfile_expect(r, KEYFILE_LABEL_NAME);
    if (err == 0)
        err = seigr__cbor_text(r, &text);
    if (err != 0)
        return err;
    if (text.len != name.len || memcmp(text.ptr, name.ptr, name.len) != 0)
        return seigr__fail(r->error, SEIGR_E_FORMAT, 2, "this is no key file");
    err = keyfile_expect(r, KEYFILE_LABEL_VERSION);
    if (err == 0)
        err = keyfile_version(r);
    if (err != 0)
        return err;
    if (count != 4)
        return seigr__fail(r->error, SEIGR_E_FORMAT, 0,
                           "a key file has 4 labels, not %llu",
                           (unsigned long long)count);
    err = keyfile_expect(r, KEYFILE_LABEL_PUBLIC);
    if (err == 0)
        err = keyfile_bytes(r, sizeof(seigr_public_key), "public key",
                            &parts->key);
    return err;
}

static int keyfile_read_work(seigr__cbor *r, struct keyfile_parts *parts)
{
    const size_t at = r->at;
    uint64_t mem_kib;
    uint64_t passes;
    int err = seigr__cbor_uint(r, &mem_kib);

    assert(parts != NULL);
    if (err == 0)
        err = seigr__cbor_uint(r, &passes);
    if (err == 0)
        err = keyfile_check_work(mem_kib, passes, at, r->error);
    if (err == 0) {
        parts->mem_kib = (uint32_t)mem_kib;
        parts->passes = (uint32_t)passes;
    }
    return err;
}

/* [1, mem_kib, passes, salt, nonce, sealed] */
static int keyfile_read_sealed(seigr__cbor *r, struct keyfile_parts *parts)
{
    const size_t at = r->at;
    uint64_t count;
    uint64_t method;
    int err = seigr__cbor_array(r, &count);

    if (err == 0)
        err = seigr__cbor_uint(r, &method);
    if (err != 0)
        return err;
    if (count != 6 || method != KEYFILE_ARGON2ID_XCHACHA)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, at,
                           "the key file is sealed in a way that is not "
                           "known here");
    err = keyfile_read_work(r, parts);
    if (err == 0)
        err = keyfile_bytes(r, KEYFILE_SALT_LEN, "salt", &parts->salt);
    if (err == 0)
        err = keyfile_bytes(r, SEIGR_XAEAD_NONCE_LEN, "nonce", &parts->nonce);
    if (err == 0)
        err =
            keyfile_bytes(r, KEYFILE_SEALED_LEN, "sealed seed", &parts->sealed);
    if (err != 0)
        return err;
    assert(parts->sealed.ptr > r->start);
    parts->ad = (seigr_span){r->start, (size_t)(parts->sealed.ptr - r->start)};
    return 0;
}

static int keyfile_read(seigr_span bytes, struct keyfile_parts *parts,
                        seigr_error *error)
{
    seigr__cbor r;
    uint64_t label = 0;
    size_t at;
    int err;

    memset(parts, 0, sizeof(*parts));
    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, error);
    err = keyfile_read_head(&r, parts);
    at = r.at;
    if (err == 0)
        err = seigr__cbor_uint(&r, &label);
    if (err != 0)
        return err;
    if (label == KEYFILE_LABEL_SEED)
        err = keyfile_bytes(&r, SEIGR_SEED_LEN, "seed", &parts->seed);
    else if (label == KEYFILE_LABEL_SEALED)
        err = keyfile_read_sealed(&r, parts);
    else
        err = seigr__fail(error, SEIGR_E_FORMAT, at,
                          "label %llu stands where the secret belongs",
                          (unsigned long long)label);
    return err != 0 ? err : seigr__cbor_done(&r);
}

int seigr_keyfile_inspect(seigr_span bytes, seigr_keyfile_info *out,
                          seigr_error *error)
{
    struct keyfile_parts parts;
    int err;

    if (out == NULL || out->struct_size < sizeof(*out) ||
        (bytes.ptr == NULL && bytes.len > 0))
        return SEIGR_E_INVAL;
    err = keyfile_read(bytes, &parts, error);
    if (err != 0)
        return err;
    memcpy(out->key.bytes, parts.key.ptr, sizeof(out->key.bytes));
    out->is_sealed = parts.seed.len == 0;
    out->mem_kib = parts.mem_kib;
    out->passes = parts.passes;
    return 0;
}

/* --- opening ----------------------------------------------------------- */

static int keyfile_unseal(const seigr_context *context,
                          const struct keyfile_parts *parts,
                          seigr_span passphrase, uint8_t seed[SEIGR_SEED_LEN],
                          seigr_error *error)
{
    const seigr_crypto *crypto = context->crypto;
    uint8_t key[SEIGR_AEAD_KEY_LEN];
    int err;

    assert(parts->sealed.len == KEYFILE_SEALED_LEN && parts->ad.len > 0);
    if (crypto->argon2id == NULL || crypto->xaead_open == NULL)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "sealed key files cannot be opened on this system");
    if (passphrase.ptr == NULL)
        return seigr__fail(error, SEIGR_E_KEY, SEIGR_NO_OFFSET,
                           "the key file is sealed: its passphrase is needed");
    err = crypto->argon2id(key, passphrase.ptr, passphrase.len, parts->salt.ptr,
                           parts->passes, parts->mem_kib, crypto->ctx);
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "%u KiB to open the key file could not be had",
                           (unsigned)parts->mem_kib);
    err = crypto->xaead_open(seed, parts->sealed.ptr, parts->sealed.len,
                             parts->ad.ptr, parts->ad.len, parts->nonce.ptr,
                             key, crypto->ctx);
    crypto->wipe(key, sizeof(key), crypto->ctx); /* (1) */
    if (err != 0)
        return seigr__fail(error, SEIGR_E_KEY, SEIGR_NO_OFFSET,
                           "the passphrase is wrong, or the key file was "
                           "changed");
    return 0;
}

/* The secret must be of the public key that the file shows. */
static int keyfile_take(const seigr_context *context,
                        const struct keyfile_parts *parts,
                        const uint8_t seed[SEIGR_SEED_LEN], seigr_keypair *pair,
                        seigr_error *error)
{
    const int err = seigr_keypair_init_seed(context, seed, pair);

    assert(parts->key.len == sizeof(seigr_public_key));
    if (err != 0)
        return err;
    if (memcmp(pair->secret + SEIGR_SEED_LEN, parts->key.ptr, parts->key.len) !=
        0)
        return seigr__fail(error, SEIGR_E_CORRUPT, SEIGR_NO_OFFSET,
                           "the secret in the key file is not of the public "
                           "key beside it");
    return 0;
}

int seigr_keyfile_decode(const seigr_context *context, seigr_span bytes,
                         seigr_span passphrase, seigr_keypair *out,
                         seigr_error *error)
{
    struct keyfile_parts parts;
    seigr_keypair pair;
    uint8_t seed[SEIGR_SEED_LEN];
    int err;

    if (!seigr__keys_usable(context) || out == NULL ||
        (bytes.ptr == NULL && bytes.len > 0))
        return SEIGR_E_INVAL;
    err = keyfile_read(bytes, &parts, error);
    if (err != 0)
        return err;
    if (parts.seed.len > 0)
        memcpy(seed, parts.seed.ptr, sizeof(seed));
    else
        err = keyfile_unseal(context, &parts, passphrase, seed, error);
    if (err == 0)
        err = keyfile_take(context, &parts, seed, &pair, error);
    if (err == 0)
        *out = pair;                                                 /* (3) */
    context->crypto->wipe(seed, sizeof(seed), context->crypto->ctx); /* (1) */
    context->crypto->wipe(&pair, sizeof(pair), context->crypto->ctx);
    return err;
}

/* --- writing ----------------------------------------------------------- */

/* What a key file is made of besides the key pair. */
struct keyfile_seal {
    seigr_span passphrase; /* ptr NULL: not sealed */
    uint32_t mem_kib;
    uint32_t passes;
    uint8_t salt[KEYFILE_SALT_LEN];
    uint8_t nonce[SEIGR_XAEAD_NONCE_LEN];
};

/* All of the file before the 32 or 48 bytes of the secret. */
static void keyfile_write_head(seigr__cbor_writer *w,
                               const seigr_keypair *keypair,
                               const struct keyfile_seal *seal)
{
    seigr__cbor_write_map(w, 4);
    seigr__cbor_write_uint(w, KEYFILE_LABEL_NAME);
    seigr__cbor_write_string(w, KEYFILE_NAME);
    seigr__cbor_write_uint(w, KEYFILE_LABEL_VERSION);
    seigr__cbor_write_uint(w, KEYFILE_VERSION);
    seigr__cbor_write_uint(w, KEYFILE_LABEL_PUBLIC);
    seigr__cbor_write_bytes(w, (seigr_span){keypair->secret + SEIGR_SEED_LEN,
                                            sizeof(seigr_public_key)});
    if (seal->passphrase.ptr == NULL) {
        seigr__cbor_write_uint(w, KEYFILE_LABEL_SEED);
        seigr__cbor_write_bytes_head(w, SEIGR_SEED_LEN);
        return;
    }
    seigr__cbor_write_uint(w, KEYFILE_LABEL_SEALED);
    seigr__cbor_write_array(w, 6);
    seigr__cbor_write_uint(w, KEYFILE_ARGON2ID_XCHACHA);
    seigr__cbor_write_uint(w, seal->mem_kib);
    seigr__cbor_write_uint(w, seal->passes);
    seigr__cbor_write_bytes(w, (seigr_span){seal->salt, sizeof(seal->salt)});
    seigr__cbor_write_bytes(w, (seigr_span){seal->nonce, sizeof(seal->nonce)});
    seigr__cbor_write_bytes_head(w, KEYFILE_SEALED_LEN);
}

/* The seed under a key made of the passphrase; ad is the file so far. */
static int keyfile_seal_seed(const seigr_context *context,
                             const seigr_keypair *keypair,
                             const struct keyfile_seal *seal, seigr_span ad,
                             uint8_t sealed[KEYFILE_SEALED_LEN],
                             seigr_error *error)
{
    const seigr_crypto *crypto = context->crypto;
    uint8_t key[SEIGR_AEAD_KEY_LEN];
    int err;

    assert(seal->passphrase.len > 0 && seal->mem_kib >= 8); /* (2) */
    err =
        crypto->argon2id(key, seal->passphrase.ptr, seal->passphrase.len,
                         seal->salt, seal->passes, seal->mem_kib, crypto->ctx);
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "%u KiB to seal the key file could not be had",
                           (unsigned)seal->mem_kib);
    err = crypto->xaead_seal(sealed, keypair->secret, SEIGR_SEED_LEN, ad.ptr,
                             ad.len, seal->nonce, key, crypto->ctx);
    crypto->wipe(key, sizeof(key), crypto->ctx); /* (1) */
    return err;
}

static int keyfile_seal_prepare(const seigr_context *context,
                                seigr_span passphrase,
                                const seigr_keyfile_options *options,
                                struct keyfile_seal *seal, seigr_error *error)
{
    memset(seal, 0, sizeof(*seal));
    seal->passphrase = passphrase;
    seal->mem_kib = SEIGR_KEYFILE_MEM_KIB;
    seal->passes = SEIGR_KEYFILE_PASSES;
    if (options != NULL && options->mem_kib != 0)
        seal->mem_kib = options->mem_kib;
    if (options != NULL && options->passes != 0)
        seal->passes = options->passes;
    if (passphrase.ptr == NULL)
        return 0;
    if (passphrase.len == 0)
        return seigr__fail(error, SEIGR_E_KEY, SEIGR_NO_OFFSET,
                           "an empty passphrase protects nothing");
    if (context->crypto->argon2id == NULL ||
        context->crypto->xaead_seal == NULL)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "key files cannot be sealed on this system");
    return keyfile_check_work(seal->mem_kib, seal->passes, SEIGR_NO_OFFSET,
                              error);
}

static int keyfile_write(const seigr_context *context,
                         const seigr_keypair *keypair,
                         struct keyfile_seal *seal, seigr__cbor_writer *w,
                         seigr_error *error)
{
    uint8_t sealed[KEYFILE_SEALED_LEN];
    int err;

    if (seal->passphrase.ptr == NULL) {
        keyfile_write_head(w, keypair, seal);
        seigr__cbor_write_raw(w, (seigr_span){keypair->secret, SEIGR_SEED_LEN});
        return 0;
    }
    err = seigr_random_fill(context, seal->salt, sizeof(seal->salt));
    if (err == 0)
        err = seigr_random_fill(context, seal->nonce, sizeof(seal->nonce));
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET, "%s",
                           seigr_strerror(err));
    keyfile_write_head(w, keypair, seal);
    err = keyfile_seal_seed(context, keypair, seal,
                            (seigr_span){w->out.ptr, w->len}, sealed, error);
    if (err == 0)
        seigr__cbor_write_raw(w, (seigr_span){sealed, sizeof(sealed)});
    return err;
}

int seigr_keyfile_encode(const seigr_context *context,
                         const seigr_keypair *keypair, seigr_span passphrase,
                         const seigr_keyfile_options *options, seigr_buf out,
                         size_t *len_out, seigr_error *error)
{
    uint8_t bytes[SEIGR_KEYFILE_LEN_MAX];
    struct keyfile_seal seal;
    seigr__cbor_writer w;
    size_t len;
    int err;

    if (!seigr__keys_usable(context) || keypair == NULL || len_out == NULL ||
        (out.ptr == NULL && out.len > 0) ||
        (options != NULL && options->struct_size < sizeof(*options)))
        return SEIGR_E_INVAL;
    err = keyfile_seal_prepare(context, passphrase, options, &seal, error);
    if (err != 0)
        return err;
    seigr__cbor_write_init(&w, (seigr_buf){NULL, 0});
    keyfile_write_head(&w, keypair, &seal);
    len =
        w.len + (passphrase.ptr == NULL ? SEIGR_SEED_LEN : KEYFILE_SEALED_LEN);
    assert(len <= sizeof(bytes));
    *len_out = len;
    if (out.len < len)
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "the key file needs %zu bytes, %zu are given", len,
                           out.len);
    seigr__cbor_write_init(&w, (seigr_buf){bytes, sizeof(bytes)});
    err = keyfile_write(context, keypair, &seal, &w, error);
    if (err == 0) {
        assert(w.len == len);
        memcpy(out.ptr, bytes, len); /* (3) */
    }
    context->crypto->wipe(bytes, sizeof(bytes), context->crypto->ctx); /* (1) */
    return err;
}

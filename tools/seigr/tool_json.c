/* SPDX-License-Identifier: MIT */
/*
 * tool_json.c - values of the library as JSON.
 *
 * What is printed is ASCII: jansson escapes the rest, so that no name in an
 * answer can act on a terminal. Running out of memory ends the program: there
 * is nothing half-made to clean up while an answer is put together.
 */
#include "tool_json.h" /* tool_json_new */

#include <assert.h> /* assert */
#include <stdlib.h> /* abort */
#include <string.h> /* memcpy */

static json_t *json_sure(json_t *json)
{
    if (json != NULL)
        return json;
    (void)fputs("seigr: memory could not be had\n", stderr);
    exit(TOOL_EXIT_FAILURE);
}

void tool_json_set(json_t *object, const char *key, json_t *value)
{
    assert(object != NULL && key != NULL);
    if (json_object_set_new(object, key, json_sure(value)) != 0)
        (void)json_sure(NULL);
}

json_t *tool_json_new(const char *name)
{
    json_t *json = json_sure(json_object());

    assert(name != NULL);
    tool_json_set(json, "schema", json_sprintf("seigr.%s/1", name));
    return json;
}

void tool_json_print(json_t *json)
{
    assert(json != NULL);
    (void)json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    (void)putchar('\n');
    json_decref(json);
}

json_t *tool_json_text(seigr_span text)
{
    json_t *json = json_stringn((const char *)text.ptr, text.len);
    char step[SEIGR_ESCAPE_LEN];
    char *shown;
    size_t len = 0;
    size_t n;

    assert(text.ptr != NULL || text.len == 0);
    if (text.len == 0)
        return json_sure(json_string(""));
    if (json != NULL)
        return json;
    shown = malloc(text.len * SEIGR_ESCAPE_LEN);
    if (shown == NULL)
        (void)json_sure(NULL);
    while ((n = seigr_escape_step(&text, 0, step)) > 0) {
        memcpy(shown + len, step, n);
        len += n;
    }
    json = json_stringn(shown, len);
    free(shown);
    return json_sure(json);
}

json_t *tool_json_number(uint64_t value)
{
    if (value <= INT64_MAX)
        return json_sure(json_integer((json_int_t)value));
    return json_sure(json_sprintf("%llu", (unsigned long long)value));
}

json_t *tool_json_hex(const uint8_t *bytes, size_t len)
{
    char text[129];

    assert(bytes != NULL);
    if (len > 64)
        len = 64;
    for (size_t i = 0; i < len; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return json_sure(json_stringn(text, 2 * len));
}

json_t *tool_json_id(const seigr_id *id)
{
    char text[SEIGR_ADDRESS_LEN + 1];

    assert(id != NULL);
    seigr_address_encode_id(id, text);
    return json_sure(json_string(text));
}

json_t *tool_json_key(const seigr_public_key *key)
{
    json_t *json = json_sure(json_object());
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];

    assert(key != NULL);
    seigr_address_encode_key(key, address);
    seigr_did_key_encode(key, did);
    tool_json_set(json, "address", json_string(address));
    tool_json_set(json, "did", json_string(did));
    return json;
}

static json_t *json_links(const seigr_capsule *capsule)
{
    json_t *json = json_sure(json_array());
    seigr_link link;
    size_t cursor = 0;

    assert(capsule != NULL);
    while (seigr_capsule_next_link(capsule, &cursor, &link) == 1) {
        const char *role = seigr_role_name(link.role);
        json_t *entry = json_sure(json_object());

        tool_json_set(entry, "role",
                      role != NULL ? json_string(role) : json_null());
        tool_json_set(entry, "role_number", tool_json_number(link.role));
        tool_json_set(entry, "address", tool_json_id(&link.id));
        (void)json_array_append_new(json, entry);
    }
    return json;
}

static json_t *json_labels(const seigr_capsule *capsule)
{
    json_t *json = json_sure(json_array());
    seigr_label label;
    size_t cursor = 0;

    assert(capsule != NULL);
    while (seigr_capsule_next_label(capsule, &cursor, &label) == 1) {
        json_t *entry = json_sure(json_object());

        tool_json_set(entry, "key", tool_json_text(label.key));
        tool_json_set(entry, "value", tool_json_text(label.value));
        (void)json_array_append_new(json, entry);
    }
    return json;
}

static json_t *json_body(const struct tool *tool, const seigr_body *body)
{
    seigr_hash sha256;
    json_t *json;

    if (body->form == SEIGR_BODY_NONE)
        return json_null();
    json = json_sure(json_object());
    tool_json_set(
        json, "form",
        json_string(body->form == SEIGR_BODY_INLINE ? "inline" : "root"));
    tool_json_set(json, "size", tool_json_number(body->size));
    tool_json_set(json, "media_type", tool_json_text(body->media_type));
    if (body->form == SEIGR_BODY_ROOT)
        tool_json_set(json, "root", tool_json_hex(body->root.bytes, 32));
    if (tool_body_sha256(tool, body, &sha256))
        tool_json_set(json, "sha256", tool_json_hex(sha256.bytes, 32));
    return json;
}

json_t *tool_json_item(const struct tool *tool, const struct tool_item *item)
{
    const seigr_capsule *capsule = item->capsule;
    json_t *json = json_sure(json_object());
    const char *kind = seigr_kind_name(capsule->kind);

    tool_json_set(json, "address",
                  item->verified != NULL
                      ? tool_json_id(seigr_verified_id(item->verified))
                      : json_null());
    tool_json_set(json, "signature",
                  json_string(item->verified != NULL ? "good" : "bad"));
    tool_json_set(json, "kind", kind != NULL ? json_string(kind) : json_null());
    tool_json_set(json, "kind_number", tool_json_number(capsule->kind));
    tool_json_set(json, "name", tool_json_text(capsule->name));
    tool_json_set(json, "signer", tool_json_key(&capsule->issuer));
    tool_json_set(json, "algorithm", json_integer(capsule->alg));
    tool_json_set(json, "sealed_in_batch",
                  json_boolean(capsule->receipt.len > 0));
    tool_json_set(json, "created_ms", tool_json_number(capsule->created_ms));
    tool_json_set(json, "stream",
                  json_sprintf("%llu", (unsigned long long)capsule->stream));
    tool_json_set(json, "sequence", tool_json_number(capsule->sequence));
    tool_json_set(json, "previous",
                  capsule->has_previous ? tool_json_id(&capsule->previous)
                                        : json_null());
    tool_json_set(json, "links", json_links(capsule));
    tool_json_set(json, "labels", json_labels(capsule));
    tool_json_set(json, "body", json_body(tool, &capsule->body));
    tool_json_set(json, "detail_field",
                  tool_json_number(capsule->detail_field));
    tool_json_set(json, "offset", tool_json_number(item->offset));
    tool_json_set(json, "bytes", tool_json_number(capsule->bytes.len));
    return json;
}

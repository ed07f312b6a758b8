/* SPDX-License-Identifier: MIT */
/*
 * native.c - calls of the library with Python's values; no policy, no state
 * beside the exception's type.
 *
 * Invariants:
 *   (1) A key pair lives in a capsule object of Python named NATIVE_KEY, and
 *       is wiped by its destructor.
 *   (2) Without the GIL nothing but the library runs, on memory that the
 *       caller's buffers or this call hold.
 */
#include "native.h" /* native_open */

#include <stdlib.h> /* malloc */
#include <string.h> /* memcpy */

#define NATIVE_KEY "seigr.native.key"

static PyObject *native_error;

static void *native_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void native_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static const seigr_allocator native_allocator = {
    .struct_size = (uint32_t)sizeof(seigr_allocator),
    .alloc = native_alloc,
    .release = native_release,
};

static seigr_context native_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = &native_allocator;
    context.crypto = seigr_crypto_default();
    return context;
}

PyObject *native_set_error(PyObject *type)
{
    Py_INCREF(type);
    native_error = type;
    Py_RETURN_NONE;
}

/* Raise code, with the sentence of error where it has one. Returns NULL. */
static PyObject *native_raise(int code, const seigr_error *error)
{
    const char *text = seigr_strerror(code);
    PyObject *args;

    if (code == SEIGR_E_NOMEM)
        return PyErr_NoMemory();
    if (error != NULL && error->code == code && error->text[0] != '\0')
        text = error->text;
    if (error != NULL && error->code == code &&
        error->offset != SEIGR_NO_OFFSET)
        args = Py_BuildValue("(iKs)", code, (unsigned long long)error->offset,
                             text);
    else
        args = Py_BuildValue("(iOs)", code, Py_None, text);
    if (args != NULL)
        PyErr_SetObject(native_error, args);
    Py_XDECREF(args);
    return NULL;
}

static PyObject *native_bytes(const void *ptr, size_t len)
{
    return PyBytes_FromStringAndSize(ptr, (Py_ssize_t)len);
}

static PyObject *native_text(seigr_span text)
{
    return PyUnicode_DecodeUTF8((const char *)text.ptr, (Py_ssize_t)text.len,
                                NULL);
}

PyObject *native_version(void)
{
    return PyUnicode_FromString(seigr_version());
}

/* --- senary, addresses, did:key ---------------------------------------- */

PyObject *native_senary_encode(seigr_span bytes)
{
    size_t len = 0;
    PyObject *out;
    int err;

    err = seigr_senary_encode(bytes, (seigr_buf){NULL, 0}, &len);
    if (err != 0 && err != SEIGR_E_ROOM)
        return native_raise(err, NULL);
    out = PyUnicode_New((Py_ssize_t)len, 127);
    if (out == NULL || len == 0)
        return out;
    err =
        seigr_senary_encode(bytes, (seigr_buf){PyUnicode_DATA(out), len}, &len);
    if (err == 0)
        return out;
    Py_DECREF(out);
    return native_raise(err, NULL);
}

PyObject *native_senary_decode(seigr_span digits)
{
    /* 25 digits are 8 bytes, so that the digits' number is room enough. */
    seigr_error error = SEIGR_ERROR_INIT;
    PyObject *out = native_bytes(NULL, digits.len);
    size_t len = 0;
    int err;

    if (out == NULL)
        return NULL;
    err = seigr_senary_decode(
        digits, (seigr_buf){(uint8_t *)PyBytes_AS_STRING(out), digits.len},
        &len, &error);
    if (err == 0) {
        _PyBytes_Resize(&out, (Py_ssize_t)len);
        return out;
    }
    Py_DECREF(out);
    return native_raise(err, &error);
}

/* 32 bytes, or an exception. */
static int native_take_32(seigr_span bytes, uint8_t out[32], const char *what)
{
    if (bytes.len != 32) {
        PyErr_Format(PyExc_ValueError, "%s has 32 bytes, not %zu", what,
                     bytes.len);
        return -1;
    }
    memcpy(out, bytes.ptr, 32);
    return 0;
}

PyObject *native_address_encode(seigr_span bytes)
{
    char text[SEIGR_ADDRESS_LEN + 1];
    seigr_id id;

    if (native_take_32(bytes, id.bytes, "an address") != 0)
        return NULL;
    seigr_address_encode_id(&id, text);
    return PyUnicode_FromString(text);
}

PyObject *native_address_decode(seigr_span text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id;
    const int err = seigr_address_decode_id(text, &id, &error);

    return err == 0 ? native_bytes(id.bytes, sizeof(id.bytes))
                    : native_raise(err, &error);
}

PyObject *native_did_key_encode(seigr_span key)
{
    char text[SEIGR_DID_KEY_LEN + 1];
    seigr_public_key public_key;

    if (native_take_32(key, public_key.bytes, "a public key") != 0)
        return NULL;
    seigr_did_key_encode(&public_key, text);
    return PyUnicode_FromString(text);
}

PyObject *native_did_key_decode(seigr_span text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_public_key key;
    const int err = seigr_did_key_decode(text, &key, &error);

    return err == 0 ? native_bytes(key.bytes, sizeof(key.bytes))
                    : native_raise(err, &error);
}

/* --- keys ---------------------------------------------------------------- */

static void native_key_free(PyObject *object)
{
    const seigr_context context = native_context();
    seigr_keypair *keypair = PyCapsule_GetPointer(object, NATIVE_KEY);

    seigr_keypair_fini(&context, keypair); /* (1) */
    free(keypair);
}

PyObject *native_key_new(seigr_span seed)
{
    const seigr_context context = native_context();
    seigr_keypair *keypair;
    uint8_t bytes[32];
    PyObject *object;
    int err;

    if (seed.len != 0 && native_take_32(seed, bytes, "a seed") != 0)
        return NULL;
    keypair = calloc(1, sizeof(*keypair));
    if (keypair == NULL)
        return PyErr_NoMemory();
    if (seed.len != 0) {
        err = seigr_keypair_init_seed(&context, bytes, keypair);
        context.crypto->wipe(bytes, sizeof(bytes), context.crypto->ctx);
    } else {
        err = seigr_keypair_init(&context, keypair);
    }
    if (err != 0) {
        free(keypair);
        return native_raise(err, NULL);
    }
    object = PyCapsule_New(keypair, NATIVE_KEY, native_key_free);
    if (object == NULL) {
        seigr_keypair_fini(&context, keypair);
        free(keypair);
    }
    return object;
}

PyObject *native_key_public(PyObject *key)
{
    const seigr_keypair *keypair = PyCapsule_GetPointer(key, NATIVE_KEY);
    seigr_public_key public_key;

    if (keypair == NULL)
        return NULL;
    public_key = seigr_keypair_public(keypair);
    return native_bytes(public_key.bytes, sizeof(public_key.bytes));
}

/* --- sealing ---------------------------------------------------------------
 */

static seigr_span native_span_of(PyObject *bytes)
{
    return (seigr_span){(const uint8_t *)PyBytes_AS_STRING(bytes),
                        (size_t)PyBytes_GET_SIZE(bytes)};
}

/* Links and labels of a draft, in memory of this call. */
struct native_lists {
    seigr_link *links;
    seigr_label *labels;
};

static int native_take_links(PyObject *list, struct native_lists *lists,
                             seigr_draft *draft)
{
    const Py_ssize_t count = PyList_Size(list);

    if (count < 0)
        return -1;
    lists->links = calloc((size_t)count + 1, sizeof(*lists->links));
    if (lists->links == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *id;
        unsigned int role;

        if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "SI", &id, &role) ||
            native_take_32(native_span_of(id), lists->links[i].id.bytes,
                           "a link") != 0)
            return -1;
        lists->links[i].role = role;
    }
    draft->links = lists->links;
    draft->link_count = (size_t)count;
    return 0;
}

static int native_take_labels(PyObject *list, struct native_lists *lists,
                              seigr_draft *draft)
{
    const Py_ssize_t count = PyList_Size(list);

    if (count < 0)
        return -1;
    lists->labels = calloc((size_t)count + 1, sizeof(*lists->labels));
    if (lists->labels == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key;
        PyObject *value;

        if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "SS", &key, &value))
            return -1;
        lists->labels[i].key = native_span_of(key);
        lists->labels[i].value = native_span_of(value);
    }
    draft->labels = lists->labels;
    draft->label_count = (size_t)count;
    return 0;
}

/* The sealed bytes of a draft that is whole. */
static PyObject *native_seal_draft(const seigr_keypair *keypair,
                                   const seigr_draft *draft)
{
    const seigr_context context = native_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_keypair_signer_state state;
    const seigr_signer signer = seigr_keypair_signer(&context, keypair, &state);
    PyObject *out;
    size_t len = 0;
    int err;

    err = seigr_capsule_seal(&context, draft, &signer, (seigr_buf){NULL, 0},
                             &len, NULL, &error);
    if (err != SEIGR_E_ROOM)
        return native_raise(err, &error);
    out = native_bytes(NULL, len);
    if (out == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS /* (2) */
        err = seigr_capsule_seal(
            &context, draft, &signer,
            (seigr_buf){(uint8_t *)PyBytes_AS_STRING(out), len}, &len, NULL,
            &error);
    Py_END_ALLOW_THREADS if (err == 0) return out;
    Py_DECREF(out);
    return native_raise(err, &error);
}

PyObject *native_seal(PyObject *key, unsigned int kind, seigr_span name,
                      unsigned long long created_ms,
                      unsigned long long sequence, unsigned long long stream,
                      seigr_span previous, PyObject *links, PyObject *labels,
                      seigr_span media_type, PyObject *body)
{
    const seigr_keypair *keypair = PyCapsule_GetPointer(key, NATIVE_KEY);
    seigr_draft draft = SEIGR_DRAFT_INIT;
    struct native_lists lists = {NULL, NULL};
    PyObject *out = NULL;
    seigr_id previous_id;

    draft.kind = kind;
    draft.name = name;
    draft.created_ms = created_ms;
    draft.sequence = sequence;
    draft.stream = stream;
    if (keypair == NULL)
        return NULL;
    if (previous.len != 0) {
        if (native_take_32(previous, previous_id.bytes, "previous") != 0)
            return NULL;
        draft.previous = &previous_id;
    }
    if (body != Py_None) {
        if (!PyBytes_Check(body)) {
            PyErr_SetString(PyExc_TypeError, "a body is bytes or None");
            return NULL;
        }
        draft.body.form = SEIGR_BODY_INLINE;
        draft.body.media_type = media_type;
        draft.body.content = native_span_of(body);
        draft.body.size = draft.body.content.len;
    }
    if (native_take_links(links, &lists, &draft) == 0 &&
        native_take_labels(labels, &lists, &draft) == 0)
        out = native_seal_draft(keypair, &draft);
    free(lists.links);
    free(lists.labels);
    return out;
}

/* --- opening
 * ------------------------------------------------------------------ */

/* Put a new reference under name. Returns 0, or -1 with an exception. */
static int native_put(PyObject *dict, const char *name, PyObject *value)
{
    const int err =
        value == NULL ? -1 : PyDict_SetItemString(dict, name, value);

    Py_XDECREF(value);
    return err;
}

static PyObject *native_links_of(const seigr_capsule *capsule)
{
    PyObject *list = PyList_New(0);
    size_t cursor = 0;
    seigr_link link;

    while (list != NULL && seigr_capsule_next_link(capsule, &cursor, &link)) {
        PyObject *item = Py_BuildValue("(y#I)", link.id.bytes,
                                       (Py_ssize_t)sizeof(link.id.bytes),
                                       (unsigned int)link.role);

        if (item == NULL || PyList_Append(list, item) != 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

static PyObject *native_labels_of(const seigr_capsule *capsule)
{
    PyObject *dict = PyDict_New();
    size_t cursor = 0;
    seigr_label label;

    while (dict != NULL && seigr_capsule_next_label(capsule, &cursor, &label)) {
        PyObject *key = native_text(label.key);
        PyObject *value = native_text(label.value);

        if (key == NULL || value == NULL ||
            PyDict_SetItem(dict, key, value) != 0)
            Py_CLEAR(dict);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return dict;
}

static PyObject *native_or_none(int there, const void *ptr, size_t len)
{
    if (!there)
        Py_RETURN_NONE;
    return native_bytes(ptr, len);
}

static int native_put_body(PyObject *dict, const seigr_body *body)
{
    return native_put(dict, "media_type", native_text(body->media_type)) ||
           native_put(dict, "size", PyLong_FromUnsignedLongLong(body->size)) ||
           native_put(dict, "content",
                      native_or_none(body->form == SEIGR_BODY_INLINE,
                                     body->content.ptr, body->content.len)) ||
           native_put(dict, "root",
                      native_or_none(body->form == SEIGR_BODY_ROOT,
                                     body->root.bytes, 32)) ||
           native_put(
               dict, "sha256",
               native_or_none(body->has_sha256 != 0, body->sha256.bytes, 32));
}

static PyObject *native_dict_of(const seigr_capsule *capsule)
{
    PyObject *dict = PyDict_New();

    if (dict == NULL)
        return NULL;
    if (native_put(dict, "issuer", native_bytes(capsule->issuer.bytes, 32)) ||
        native_put(dict, "kind", PyLong_FromUnsignedLong(capsule->kind)) ||
        native_put(dict, "name", native_text(capsule->name)) ||
        native_put(dict, "created_ms",
                   PyLong_FromUnsignedLongLong(capsule->created_ms)) ||
        native_put(dict, "sequence",
                   PyLong_FromUnsignedLongLong(capsule->sequence)) ||
        native_put(dict, "stream",
                   PyLong_FromUnsignedLongLong(capsule->stream)) ||
        native_put(dict, "previous",
                   native_or_none(capsule->has_previous != 0,
                                  capsule->previous.bytes, 32)) ||
        native_put(dict, "links", native_links_of(capsule)) ||
        native_put(dict, "labels", native_labels_of(capsule)) ||
        native_put_body(dict, &capsule->body))
        Py_CLEAR(dict);
    return dict;
}

PyObject *native_open(seigr_span bytes, int verify)
{
    const seigr_context context = native_context();
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    PyObject *dict;
    int err;

    Py_BEGIN_ALLOW_THREADS /* (2) */
        err = seigr_capsule_decode(&context, bytes, &capsule, &error);
    if (err == 0 && verify)
        err = seigr_capsule_verify(&context, &capsule, (seigr_buf){NULL, 0},
                                   &verified, &error);
    Py_END_ALLOW_THREADS if (err != 0) return native_raise(err, &error);
    dict = native_dict_of(&capsule);
    if (dict != NULL && verify &&
        native_put(dict, "id",
                   native_bytes(seigr_verified_id(&verified)->bytes, 32)) != 0)
        Py_CLEAR(dict);
    return dict;
}

/* SPDX-License-Identifier: MIT */
/*
 * native.h - what SWIG wraps: the library's calls in Python's values.
 *
 * Each function returns a new reference, or NULL with an exception set: what
 * native_set_error() was given, called with (code, offset or None, text).
 * Spans are borrowed from the caller's buffer for the call.
 */
#ifndef SEIGR_PYTHON_NATIVE_H
#define SEIGR_PYTHON_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "seigr/seigr.h" /* seigr_span */

/* The type of every refusal: borrowed for ever. Returns None. */
PyObject *native_set_error(PyObject *type);

PyObject *native_version(void);

/* Senary text: bytes to str and back. */
PyObject *native_senary_encode(seigr_span bytes);
PyObject *native_senary_decode(seigr_span digits);

/* Addresses and did:key of 32 bytes. */
PyObject *native_address_encode(seigr_span bytes);
PyObject *native_address_decode(seigr_span text);
PyObject *native_did_key_encode(seigr_span key);
PyObject *native_did_key_decode(seigr_span text);

/* A key pair, wiped when the last reference goes; an empty seed asks for
 * randomness. */
PyObject *native_key_new(seigr_span seed);
PyObject *native_key_public(PyObject *key);

/*
 * The bytes of one sealed capsule.
 *
 *   previous  32 bytes, or empty at sequence 1.
 *   links     list of (32 bytes, role).
 *   labels    list of (key, value), UTF-8 bytes, sorted by key.
 *   body      None, or the content as bytes.
 */
PyObject *native_seal(PyObject *key, unsigned int kind, seigr_span name,
                      unsigned long long created_ms,
                      unsigned long long sequence, unsigned long long stream,
                      seigr_span previous, PyObject *links, PyObject *labels,
                      seigr_span media_type, PyObject *body);

/*
 * A dictionary of what a capsule says, copied out of its bytes.
 *
 *   verify  0: claims only; else the signature is checked first, and "id" is
 *           among them.
 */
PyObject *native_open(seigr_span bytes, int verify);

#endif

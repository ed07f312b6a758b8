#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fresh cases of the kinds in tests/golden/, by an independent reference.

    golden.py --seed N FOLDER

writes the same files with other cases, made from the seed alone. The test
programs read them with SEIGR_GOLDEN=FOLDER. Nothing here calls the library:
senary, canonical protobuf, deterministic CBOR, Merkle trees and the index
are written out again from FORMATS.md, Ed25519 is python3-cryptography's.
"""
import argparse
import hashlib
import json
import pathlib
import random
import sys

import reputation
import statements
import trust
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P = 46643
L = 2**252 + 27742317777372353535851937790883648493
SMALL_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex(
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex(
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffff"
                  "ffffffff7f"),
]


def sha256(data):
    return hashlib.sha256(data).digest()


# --- senary ---------------------------------------------------------------


def digits_of(value, count):
    out = []
    for _ in range(count):
        value, d = divmod(value, 6)
        out.append("012345"[d])
    assert value == 0
    return "".join(reversed(out))


def text_of(data):
    out = ""
    for i in range(0, len(data), 8):
        block = data[i:i + 8]
        out += digits_of(int.from_bytes(block, "big"), 3 * len(block) + 1)
    return out


def base6(value):
    out = ""
    while True:
        value, d = divmod(value, 6)
        out = "012345"[d] + out
        if value == 0:
            return out


def check_digits(digits):
    v = int(digits, 6)
    return digits_of((1 - v * 6**6) % P, 6)


def address_of(data):
    digits = text_of(data)
    return "seigr:" + digits + check_digits(digits)


def cells_of(data):
    out = ""
    position = 0
    for i in range(0, len(data), 31):
        block = data[i:i + 31]
        digits = digits_of(int.from_bytes(block, "big"), 3 * (len(block) + 1))
        for j in range(0, len(digits), 3):
            d1, d2, d3 = (int(c) for c in digits[j:j + 3])
            m1, m2 = divmod(position % 36, 6)
            r = next(r for r in range(6)
                     if (d1 + 5 * d2 + d3 + 5 * r + m1 + 5 * m2) % 6 == 0)
            out += f"{d1}{d2}{d3}{r}{m1}{m2}"
            position += 1
    return out


def senary_text(rng):
    lengths = list(range(0, 42)) + [63, 64, 65, 127, 128, 129, 500, 2047]
    valid = []
    for n in lengths:
        data = rng.choice([rng.randbytes(n), rng.randbytes(n), b"\xff" * n,
                           bytes(n)])
        valid.append({"hex": data.hex(), "digits": text_of(data)})
    invalid = []
    for n in range(1, 60):
        digits = text_of(rng.randbytes(n))
        i = rng.randrange(len(digits))
        invalid.append(digits[:i] + rng.choice("6789 -/:ax\t\n") +
                       digits[i + 1:])
        short = digits[:-rng.randrange(1, 3)]
        if len(short) % 25 not in (0, 4, 7, 10, 13, 16, 19, 22):
            invalid.append(short)
    for n in range(1, 8):
        top = 256**n
        limit = 6**(3 * n + 1)
        for value in (top, limit - 1, rng.randrange(top, limit)):
            invalid.append(digits_of(value, 3 * n + 1))
    for value in (2**64, 6**25 - 1, rng.randrange(2**64, 6**25)):
        block = digits_of(value, 25)
        good = text_of(rng.randbytes(8))
        invalid += [block, good + block, block + good, good * 3 + block]
    return {"valid": valid, "invalid": invalid}


def senary_address(rng):
    valid = []
    invalid = []
    for _ in range(24):
        data = rng.randbytes(32)
        address = address_of(data)
        valid.append({"hex": data.hex(), "address": address})
        body = list(address[6:])
        i, j = rng.sample(range(106), 2)
        while body[i] == body[j]:
            i, j = rng.sample(range(106), 2)
        swapped = body[:]
        swapped[i], swapped[j] = swapped[j], swapped[i]
        invalid.append("seigr:" + "".join(swapped))
        wrong = body[:]
        wrong[i] = str((int(wrong[i]) + rng.randrange(1, 6)) % 6)
        invalid.append("seigr:" + "".join(wrong))
    # A check value that fits the congruence but is p or more.
    while True:
        data = rng.randbytes(32)
        digits = text_of(data)
        if int(check_digits(digits), 6) + P < 6**6:
            break
        # c + P < 46656 needs c < 13: look on.
    invalid.append("seigr:" + digits +
                   digits_of(int(check_digits(digits), 6) + P, 6))
    over = digits_of(2**64, 25) + text_of(rng.randbytes(24))
    invalid.append("seigr:" + over + check_digits(over))
    good = valid[0]["address"]
    invalid += ["", "seigr", "seigr:", good[1:], good[:-1], good + "0",
                "seigr:-" + good[6:], good + "-", good[:20] + "--" + good[20:],
                good[:20] + " -" + good[20:], "SEIGR:" + good[6:],
                " " + good, good + "\n", good.replace(":", "-")]
    return {"valid": valid, "invalid": invalid}


def senary_packed(rng):
    valid = []
    for n in range(0, 40):
        digits = "".join(rng.choice("012345") for _ in range(n))
        padded = digits + "0" * (-n % 3)
        data = bytes(int(padded[i:i + 3], 6) for i in range(0, len(padded), 3))
        valid.append({"digits": digits, "hex": data.hex()})
    invalid = [f"{b:02x}" for b in range(216, 256, 3)]
    invalid += [f"00{b:02x}" for b in (216, 230, 255)]
    return {"valid": valid, "invalid_hex": invalid}


def senary_cells(rng):
    lengths = list(range(1, 70)) + [93, 94, 310, 1000]
    valid = []
    for n in lengths:
        data = rng.choice([rng.randbytes(n), b"\xff" * n, bytes(n)])
        valid.append({"hex": data.hex(), "cells": cells_of(data)})
    return {"valid": valid}


def senary_integers(rng):
    cases = []
    for i in range(60):
        a = rng.randrange(6**rng.randrange(1, 400))
        b = rng.randrange(1, 6**rng.randrange(1, 400))
        if i % 10 == 0:
            b = 6**rng.randrange(1, 200)
        if i % 15 == 1:
            a = 6**rng.randrange(1, 300) - 1
        if i % 20 == 2:
            a = 0
        sa, sb = base6(a), base6(b)
        n = max(len(sa), len(sb))
        pa, pb = sa.zfill(n), sb.zfill(n)
        cases.append({
            "a": sa,
            "b": sb,
            "sum": base6(a + b),
            "difference": base6(a - b) if a >= b else None,
            "product": base6(a * b),
            "quotient": base6(a // b),
            "remainder": base6(a % b),
            "digit_add": "".join(str((int(x) + int(y)) % 6)
                                 for x, y in zip(pa, pb)),
            "digit_sub": "".join(str((int(x) - int(y)) % 6)
                                 for x, y in zip(pa, pb)),
        })
    return {"cases": cases}


# --- CBOR and protobuf ----------------------------------------------------


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 256**size:
            return bytes([major << 5 | info]) + value.to_bytes(size, "big")
    raise ValueError(value)


def cbor_bytes(data):
    return head(2, len(data)) + data


def cbor_text(text):
    return head(3, len(text)) + text.encode()


def cbor_int(value):
    return head(0, value) if value >= 0 else head(1, -1 - value)


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def link(target, role):
    return field(6, field(1, target) + field(2, role))


def label(key, value):
    return field(7, (field(1, key) if key else b"") +
                 (field(2, value) if value else b""))


# --- Merkle ---------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree_head(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + tree_head(leaves[:k]) + tree_head(leaves[k:]))


def inclusion(leaves, index):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(leaves[:k], index) + [tree_head(leaves[k:])]
    return inclusion(leaves[k:], index - k) + [tree_head(leaves[:k])]


def consistency(leaves, m, whole=True):
    n = len(leaves)
    if m == n:
        return [] if whole else [tree_head(leaves)]
    k = split(n)
    if m <= k:
        return consistency(leaves[:k], m, whole) + [tree_head(leaves[k:])]
    return consistency(leaves[k:], m - k, False) + [tree_head(leaves[:k])]


# --- capsules -------------------------------------------------------------


class Issuer:
    def __init__(self, rng):
        self.seed = rng.randbytes(32)
        self.key = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.kid = self.key.public_key().public_bytes(Encoding.Raw,
                                                      PublicFormat.Raw)

    def sign(self, message):
        return self.key.sign(message)


def protected_of(kid, alg=-8, content="application/seigr-capsule", more=b"",
                 count=3):
    return (head(5, count) + b"\x01" + cbor_int(alg) + b"\x04" +
            cbor_bytes(kid) + b"\x10" + cbor_text(content) + more)


def structure(protected, payload):
    return (b"\x84" + cbor_text("Signature1") + cbor_bytes(protected) + b"\x40"
            + cbor_bytes(payload))


def envelope(protected, payload, signature, unprotected=b"\xa0"):
    return (b"\xd2\x84" + cbor_bytes(protected) + unprotected +
            cbor_bytes(payload) + cbor_bytes(signature))


def seal(issuer, payload, alg=-8):
    protected = protected_of(issuer.kid, alg)
    message = structure(protected, payload)
    return (envelope(protected, payload, issuer.sign(message)),
            leaf_hash(message))


def payload_of(kind, sequence, previous=None, name=None, created=None,
               links=(), labels=(), body=None, stream=0, detail=b""):
    out = field(1, kind)
    if name:
        out += field(2, name)
    if created:
        out += field(3, created)
    out += field(4, sequence)
    if previous is not None:
        out += field(5, previous)
    for target, role in links:
        out += link(target, role)
    for key, value in sorted(labels, key=lambda kv: kv[0].encode()):
        out += label(key, value)
    if body is not None:
        out += field(8, body)
    if stream:
        out += field(9, stream)
    return out + detail


def body_of(content, media=None, digest=False):
    return ((field(1, media) if media else b"") +
            (field(2, len(content)) if content else b"") + field(3, content) +
            (field(5, sha256(content)) if digest else b""))


def random_payload(rng, sequence=1, previous=None):
    kind = rng.choice([1, 2])
    return payload_of(
        kind, sequence, previous,
        name=rng.choice([None, "n", "å-name", "x" * rng.randrange(1, 256)]),
        created=rng.choice([0, 1, rng.randrange(2**45), 2**64 - 1]),
        links=[(rng.randbytes(32), rng.randrange(1, 2**31))
               for _ in range(rng.randrange(4))],
        labels=[(k, rng.choice(["", "v", "wert"]))
                for k in rng.sample(["a", "b", "ab", "ä", "k1", "z"],
                                    rng.randrange(5))],
        body=rng.choice([None, body_of(rng.randbytes(rng.randrange(400)),
                                       rng.choice([None, "text/plain"]),
                                       rng.random() < .5)]),
        stream=rng.choice([0, 0, rng.randrange(2**64)]))


def capsules(rng):
    issuer = Issuer(rng)
    valid = []
    previous = None
    for i in range(1, 25):
        payload = random_payload(rng, i, previous)
        alg = rng.choice([-8, -8, -19])
        capsule, previous = seal(issuer, payload, alg)
        valid.append({"payload": payload.hex(), "alg": alg,
                      "capsule": capsule.hex(), "id": previous.hex(),
                      "address": address_of(previous)})
    payload = random_payload(rng)
    while len(payload) < 60:
        payload = random_payload(rng)
    protected = protected_of(issuer.kid)
    message = structure(protected, payload)
    signature = issuer.sign(message)
    good = envelope(protected, payload, signature)
    invalid = []

    def add(why, data):
        invalid.append({"why": why, "capsule": data.hex()})

    def flip(data, at, bit):
        return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]

    def signed(why, p, body=payload, **more):
        add(why, envelope(p, body, issuer.sign(structure(p, body)), **more))

    for _ in range(8):
        add("signature bit", flip(good, len(good) - 1 - rng.randrange(64),
                                  rng.randrange(8)))
        add("payload bit", flip(good, len(good) - 67 - rng.randrange(30),
                                rng.randrange(8)))
        add("truncated", good[:rng.randrange(len(good))])
    add("trailing byte", good + bytes([rng.randrange(256)]))
    add("twice", good + good)
    add("no tag", good[1:])
    for tag in (b"\xd1", b"\xd8\x12", b"\xd3", b"\xd8\x62"):
        add("another tag", tag + good[1:])
    add("unprotected not empty",
        envelope(protected, payload, signature, b"\xa1\x01\x27"))
    add("unprotected not a map",
        envelope(protected, payload, signature, b"\x80"))
    add("indefinite array", b"\xd2\x9f" + good[2:] + b"\xff")
    add("array of five", b"\xd2\x85" + good[2:] + b"\xf6")
    add("array of three", b"\xd2\x83" + good[2:-66])
    add("long-form length", b"\xd2\x84\x59\x00\x42" + good[4:])
    add("payload nil", b"\xd2\x84" + cbor_bytes(protected) + b"\xa0\xf6" +
        cbor_bytes(signature))
    add("payload a text", b"\xd2\x84" + cbor_bytes(protected) + b"\xa0" +
        head(3, len(payload)) + payload + cbor_bytes(signature))
    kid, text = issuer.kid, "application/seigr-capsule"
    signed("header map not sorted", b"\xa3\x10" + cbor_text(text) + b"\x01\x27"
           + b"\x04" + cbor_bytes(kid))
    for alg in (-7, -9, -48, 0, 1, -65537):
        signed("other algorithm", protected_of(kid, alg))
    signed("type header missing", b"\xa2\x01\x27\x04" + cbor_bytes(kid))
    signed("kid missing", b"\xa2\x01\x27\x10" + cbor_text(text))
    signed("kid of 31 bytes", protected_of(kid[:31]))
    signed("kid of 33 bytes", protected_of(kid + b"\0"))
    signed("another type", protected_of(kid, -8, "application/seigr-batch"))
    signed("a label more", protected_of(kid, -8, text, b"\x18\x2a\x00", 4))
    signed("crit", b"\xa4\x01\x27\x02\x81\x01\x04" + cbor_bytes(kid) + b"\x10"
           + cbor_text(text))
    signed("type as bytes", b"\xa3\x01\x27\x04" + cbor_bytes(kid) + b"\x10" +
           cbor_bytes(text.encode()))
    signed("protected empty", b"")
    signed("payload empty", protected, b"")
    add("signature of 63 bytes", envelope(protected, payload, signature[:63]))
    add("signature of 65 bytes", envelope(protected, payload,
                                          signature + b"\0"))
    s = int.from_bytes(signature[32:], "little") + L
    if s < 2**256:
        add("S not canonical", envelope(protected, payload, signature[:32] +
                                        s.to_bytes(32, "little")))
    for key in SMALL_ORDER:
        add("small-order key", envelope(protected_of(key), payload,
                                        SMALL_ORDER[1] + bytes(32)))
    add("key not canonical",
        envelope(protected_of(b"\xee" + b"\xff" * 30 + b"\x7f"), payload,
                 signature))
    other = Issuer(rng)
    add("another key's signature",
        envelope(protected, payload, other.sign(message)))
    return {"seed": issuer.seed.hex(), "kid": issuer.kid.hex(),
            "valid": valid, "invalid": invalid}


def payloads(rng):
    issuer = Issuer(rng)
    h = lambda: rng.randbytes(32)
    base = field(1, 1) + field(2, "p") + field(3, rng.randrange(1, 2**44))
    seq = field(4, 1)
    good = base + seq
    body = body_of(b"x")
    valid = {
        "plain": good + label("a", "1") + field(8, body),
        "unknown field kept": good + field(rng.randrange(32, 2**29 - 1), "zz"),
        "unknown field between": good + field(rng.randrange(10, 16), 3),
        "unknown fixed32": good + varint(40 << 3 | 5) + rng.randbytes(4),
        "unknown fixed64": good + varint(40 << 3 | 1) + rng.randbytes(8),
        "unknown repeated": good + field(40, 1) + field(40, 2),
        "unknown varint of 64 bits": good + field(40, 2**64 - 1),
        "unknown field with default": good + field(40, 0) + field(41, ""),
        "unknown content not read": good + field(40, b"\xff\x80\x0b"),
        "no name, no body": field(1, 1) + field(3, 7) + seq,
        "no time": field(1, 2) + seq,
        "stream set": good + field(9, rng.randrange(1, 2**64)),
        "previous": base + field(4, 2**64 - 1) + field(5, h()),
        "links": good + link(h(), 1) + link(h(), 2**31 - 1),
        "same link twice": good + link(SMALL_ORDER[0], 1) * 2,
        "unknown in link": good + field(6, field(1, h()) + field(2, 3) +
                                        field(9, "x")),
        "empty label key": good + label("", "v") + label("a", ""),
        "empty label": good + field(7, b""),
        "labels bytewise": good + label("Z", "1") + label("a", "2") +
        label("aa", "3") + label("ä", "4"),
        "unknown kind": field(1, rng.randrange(15, 2**31)) + seq,
        "unknown kind with detail": field(1, 99) + seq +
        field(rng.randrange(16, 32), b""),
        "empty inline body": good + field(8, field(3, b"")),
        "whole inline": good + field(8, body_of(rng.randbytes(65536))),
        "inline with sha256": good + field(8, body_of(b"abc", "text/x", True)),
        "root": good + field(8, field(2, 65537) + field(4, h())),
        "greatest root": good + field(8, field(2, 2**36) + field(4, h()) +
                                      field(5, h())),
        "name of 255 bytes": field(1, 1) + field(2, "n" * 255) + seq,
        "unknown in body": good + field(8, field(2, 1) + field(3, b"x") +
                                        field(12, 5)),
    }
    L1 = link(h(), 1)
    invalid = {
        "empty": b"",
        "kind absent": field(2, "p") + seq,
        "kind explicit 0": field(1, 0) + field(2, "p") + seq,
        "kind of 2^31": field(1, 2**31) + seq,
        "kind of 2^64-1": field(1, 2**64 - 1) + seq,
        "field twice": field(1, 1) + good,
        "name twice": field(1, 1) + field(2, "a") + field(2, "b") + seq,
        "sequence twice": good + seq,
        "fields not ascending": field(2, "p") + field(1, 1) + seq,
        "stream before body": good + field(9, 4) + field(8, body),
        "unknown out of order": good + field(41, 1) + field(40, 1),
        "unknown before known": good + field(40, 1) + field(9, 1),
        "varint not shortest": b"\x08\x81\x00" + seq,
        "length not shortest": field(1, 1) + b"\x12\x81\x00p" + seq,
        "tag not shortest": b"\x88\x00\x01" + seq,
        "unknown varint not shortest": good + varint(40 << 3) + b"\x80\x00",
        "name default written": field(1, 1) + field(2, "") + seq,
        "time default written": field(1, 1) + field(3, 0) + seq,
        "sequence 0 written": field(1, 1) + field(4, 0),
        "stream default written": good + field(9, 0),
        "body size default written": good + field(8, field(2, 0) +
                                                  field(3, b"")),
        "media type default written": good + field(8, field(1, "") + body),
        "label key default written": good + field(7, field(1, "") +
                                                  field(2, "v")),
        "label value default written": good + field(7, field(1, "v") +
                                                    field(2, "")),
        "name not UTF-8": field(1, 1) + field(2, b"\xff") + seq,
        "name a surrogate": field(1, 1) + field(2, b"\xed\xa0\x80") + seq,
        "name overlong": field(1, 1) + field(2, b"\xc0\x80") + seq,
        "name past U+10FFFF": field(1, 1) + field(2, b"\xf4\x90\x80\x80")
        + seq,
        "label not UTF-8": good + label("a", "") + field(7, field(1, b"\xc3")),
        "media type not UTF-8": good + field(8, field(1, b"\x80") + body),
        "name of 256 bytes": field(1, 1) + field(2, "n" * 256) + seq,
        "sequence absent": base,
        "previous at sequence 1": good + field(5, h()),
        "previous absent at 2": base + field(4, 2),
        "previous of 31 bytes": base + field(4, 2) + field(5, h()[:31]),
        "previous empty": base + field(4, 2) + field(5, b""),
        "link of 33 bytes": good + field(6, field(1, h() + b"\0") +
                                         field(2, 1)),
        "link without id": good + field(6, field(2, 1)),
        "link without role": good + field(6, field(1, h())),
        "link role 0": good + field(6, field(1, h()) + field(2, 0)),
        "link role 2^31": good + field(6, field(1, h()) + field(2, 2**31)),
        "link fields not ascending": good + field(6, field(2, 1) +
                                                  field(1, h())),
        "link empty": good + field(6, b""),
        "repeated not adjacent": good + L1 + label("a", "1") + L1,
        "labels not sorted": good + label("b", "") + label("a", ""),
        "labels sorted by code unit": good + label("ä", "") + label("b", ""),
        "label twice": good + label("a", "1") + label("a", "2"),
        "inline and root": good + field(8, field(2, 1) + field(3, b"x") +
                                        field(4, h())),
        "neither inline nor root": good + field(8, field(2, 1)),
        "body empty": good + field(8, b""),
        "inline length is not size": good + field(8, field(2, 2) +
                                                  field(3, b"x")),
        "inline without size": good + field(8, field(3, b"x")),
        "root with small size": good + field(8, field(2, 65536) +
                                             field(4, h())),
        "root without size": good + field(8, field(4, h())),
        "root of 31 bytes": good + field(8, field(2, 2**20) +
                                         field(4, h()[:31])),
        "root with size past 2^36": good + field(8, field(2, 2**36 + 1) +
                                                 field(4, h())),
        "inline over 64 KiB": good + field(8, body_of(bytes(65537))),
        "sha256 differs": good + field(8, body + field(5, h())),
        "sha256 of 20 bytes": good + field(8, body + field(5, h()[:20])),
        "sha256 empty": good + field(8, body + field(5, b"")),
        "detail of another kind": good + field(rng.randrange(16, 28), b""),
        "detail of none": good + field(rng.randrange(28, 32), b""),
        "task without detail": field(1, 3) + seq,
        "task with a result's": field(1, 3) + seq + field(18, b""),
        "two details": field(1, 3) + seq + field(17, b"") + field(18, b""),
        "detail twice": field(1, 3) + seq + field(17, b"") * 2,
        "two details of unknown kind": field(1, 99) + seq + field(20, b"") +
        field(21, b""),
        "group wire type": good + b"\x53\x54",
        "wire type 6": good + b"\x56",
        "wire type 7": good + b"\x57\x00",
        "known field, other wire type": field(1, 1) + field(2, 5) + seq,
        "kind as bytes": field(1, b"\x01") + seq,
        "field number 0": b"\x02\x00" + good,
        "field number 2^29": good + varint(2**29 << 3) + b"\x01",
        "tag over 32 bits": good + varint(2**33) + b"\x01",
        "cut inside a field": good[:-1],
        "length past the end": good + b"\x42\x7f",
        "length of 2^64-1": good + varint(8 << 3 | 2) + varint(2**64 - 1),
        "varint over 64 bits": base + b"\x20" + b"\xff" * 9 + b"\x02",
        "varint of 11 bytes": base + b"\x20" + b"\xff" * 10 + b"\x01",
        "fixed32 cut": good + varint(40 << 3 | 5) + b"\0\0\0",
    }
    return {
        "note": "every capsule is well formed as COSE and well signed; only "
                "the payload decides",
        "valid": [{"why": why, "capsule": seal(issuer, p)[0].hex(),
                   "id": seal(issuer, p)[1].hex()}
                  for why, p in valid.items()],
        "invalid": [{"why": why, "capsule": seal(issuer, p)[0].hex()}
                    for why, p in invalid.items()],
    }


# --- details --------------------------------------------------------------


def strings(number, values):
    return b"".join(field(number, v.encode()) for v in values)


def label_in(number, key, value):
    return field(number, field(1, key) + (field(2, value) if value else b""))


def limits_of(fuel, pages=0, depth=0, slots=0, output=0, every=0):
    return b"".join(field(n, v) for n, v in enumerate(
        (fuel, pages, depth, slots, output, every), 1) if v)


def outcome_of(status, root, output, exit_code=0, trap=0, function=0,
               offset=0, used=0, size=0, files=(), transcript=b""):
    out = b"".join(field(n, v) for n, v in enumerate(
        (status, exit_code, trap, function, offset, used), 1) if v)
    out += field(7, root)
    if size:
        out += field(8, size)
    out += field(9, output)
    for path, length, digest in files:
        out += field(10, field(1, path.encode()) +
                     (field(2, length) if length else b"") + field(3, digest))
    return out + (field(11, transcript) if transcript else b"")


def content_head(content):
    chunks = [content[i:i + 65536] for i in range(0, len(content), 65536)]
    return tree_head([leaf_hash(c) for c in chunks])


def roots_head(roots, end):
    return tree_head([leaf_hash(r) for r in list(roots) + [end]])


def result_of(outcome, end, roots, count=None, head_=None):
    count = len(roots) if count is None else count
    return (field(1, outcome) + (field(2, count) if count else b"") +
            field(3, head_ or roots_head(roots, end)) +
            (field(4, b"".join(roots)) if 0 < len(roots) <= 1024 else b""))


def claim_of(root, ended=False):
    return field(1, root) + (field(2, 1) if ended else b"")


def details(rng):
    issuer = Issuer(rng)
    h = lambda: rng.randbytes(32)
    valid, invalid = {}, {}

    def capsule(kind, number, detail, links, body=None):
        return payload_of(kind, 1, links=links, body=body,
                          detail=field(number, detail))

    # TASK
    lim = field(5, limits_of(rng.randrange(1, 2**40)))
    program = [(h(), 3)]

    def task(detail, inputs=0, more=()):
        return capsule(3, 17, detail,
                       program + [(h(), 2) for _ in range(inputs)] +
                       list(more))

    valid["task: least"] = task(lim)
    valid["task: whole"] = task(
        field(1, "run") + strings(2, ["prog", "", "-x", "å"]) +
        strings(3, ["A=", "B=c=d"]) + strings(4, ["a", "b/c", "b/d", "b.d"]) +
        field(5, limits_of(2**40, 65536, 10, 20, 2**33, 2**20)) +
        field(6, rng.randbytes(64)) + field(7, 2**64 - 1) +
        field(8, field(1, 5) + field(2, 7) + field(3, 3) +
              label_in(5, "cpu", "fast") + label_in(5, "gpu", "")),
        4, [(h(), 7), (h(), 1)])
    valid["task: target error"] = task(lim + field(8, field(4, 10**9)))
    valid["task: empty argument"] = task(field(2, b"") + lim)
    valid["task: unknown fields"] = task(lim + field(11, 1) + field(40, "x"))
    valid["task: unknown in limits"] = task(
        field(5, limits_of(1) + field(9, 1)))
    valid["task: longest part"] = task(
        field(4, "/".join(["p" * 255] * 3 + ["q" * 255])) + lim, 1)
    invalid["task: no limits"] = task(field(1, "run"))
    invalid["task: no fuel"] = task(field(5, limits_of(0, 1)))
    invalid["task: pages over 65536"] = task(field(5, limits_of(1, 65537)))
    invalid["task: too many checkpoints"] = task(
        field(5, limits_of(2**20 + 1, every=1)))
    invalid["task: default written"] = task(field(1, b"") + lim)
    invalid["task: empty service"] = task(lim + field(8, b""))
    invalid["task: priority 6"] = task(lim + field(8, field(1, 6)))
    invalid["task: both replications"] = task(
        lim + field(8, field(3, 2) + field(4, 5)))
    invalid["task: error over one"] = task(lim + field(8, field(4, 10**9 + 1)))
    invalid["task: needs not sorted"] = task(
        lim + field(8, label_in(5, "b", "") + label_in(5, "a", "")))
    invalid["task: need twice"] = task(
        lim + field(8, label_in(5, "b", "") + label_in(5, "b", "x")))
    invalid["task: need without key"] = task(
        lim + field(8, field(5, field(2, "x"))))
    invalid["task: argument with NUL"] = task(field(2, b"a\0b") + lim)
    invalid["task: argument not UTF-8"] = task(field(2, b"\xff") + lim)
    invalid["task: variable without ="] = task(field(3, "PATH") + lim)
    invalid["task: variable without name"] = task(field(3, "=x") + lim)
    invalid["task: seed of 65 bytes"] = task(lim + field(6, bytes(65)))
    invalid["task: limits as number"] = task(field(5, 4))
    invalid["task: two of 16 to 31"] = task(lim + field(16, 1) + field(17, 1))
    invalid["task: link for no path"] = task(lim, 1)
    invalid["task: path without link"] = task(field(4, "a") + lim)
    invalid["task: no program"] = capsule(3, 17, lim, [(h(), 1)])
    invalid["task: two programs"] = task(lim, 0, [(h(), 3)])
    for why, path in {"empty": "", "root": "/", "absolute": "/a",
                      "folder": "a/", "empty part": "a//b", "dot": "./a",
                      "dots": "a/..", "NUL": "a\0", "long part": "p" * 256,
                      "long": "/".join(["p" * 250] * 5)}.items():
        invalid["task: path " + why] = task(field(4, path) + lim, 1)
    for why, paths in {"not sorted": ["b", "a"], "twice": ["a", "a"],
                       "by bytes": ["a.b", "a/b"],
                       "file and folder": ["a", "a/b"]}.items():
        invalid["task: paths " + why] = task(strings(4, paths) + lim, 2)

    def end_of(name, direction, room=0):
        return field(9, (field(1, name) if name else b"") +
                     (field(2, direction) if direction else b"") +
                     (field(3, room) if room else b""))

    job = field(10, h())
    valid["task: channels"] = task(
        lim + end_of("in", 2) + end_of("out", 1, 64) +
        end_of("in", 1, 2**24) + end_of("å" * 127, 2) + job)
    valid["task: 256 channels"] = task(
        lim + b"".join(end_of(str(i), 1 + i % 2) for i in range(256)) + job)
    invalid["task: 257 channels"] = task(
        lim + b"".join(end_of(str(i), 1) for i in range(257)) + job)
    invalid["task: channels without job"] = task(lim + end_of("a", 1))
    invalid["task: job without channels"] = task(lim + job)
    invalid["task: job of 31 bytes"] = task(
        lim + end_of("a", 1) + field(10, bytes(31)))
    invalid["task: one end twice"] = task(
        lim + end_of("a", 1) + end_of("b", 1) + end_of("a", 1, 99) + job)
    for why, end in {"without name": end_of("", 1),
                     "without direction": end_of("a", 0),
                     "of direction 3": end_of("a", 3),
                     "of 63 bytes": end_of("a", 1, 63),
                     "over 2^24 bytes": end_of("a", 1, 2**24 + 1),
                     "with NUL": end_of("a\0", 1),
                     "with long name": end_of("a" * 256, 1)}.items():
        invalid["task: channel " + why] = task(lim + end + job)

    # MESSAGE
    def entry(what, handle, message=b""):
        return (bytes([what, handle]) + len(message).to_bytes(4, "big") +
                message)

    def message(entries, sent, received, digest=None, task_links=1,
                body=None, more=b""):
        found = bytes(32)
        for e in entries:
            found = sha256(b"\x13" + found + e)
        return capsule(
            6, 24, (field(1, sent) if sent else b"") +
            (field(2, received) if received else b"") +
            field(3, digest or found) + more, [(h(), 4)] * task_links,
            body or body_of(b"".join(entries)))

    talk = [entry(1, 0, b"hello"), entry(2, 255, rng.randbytes(300)),
            entry(1, 7), entry(3, 255)]
    valid["message: nothing said"] = message([], 0, 0, bytes(32))
    valid["message: a talk"] = message(talk, 2, 2, more=field(9, b"x"))
    valid["message: a long one"] = message(
        [], 5, 6, h(), body=field(2, 65537) + field(4, h()))
    valid["message: no body"] = capsule(
        6, 24, field(3, bytes(32)), [(h(), 4)])
    invalid["message: no digest"] = capsule(6, 24, field(1, 1), [(h(), 4)])
    invalid["message: other digest"] = message(talk, 2, 2, h())
    invalid["message: digest of 33"] = message(talk, 2, 2, bytes(33))
    invalid["message: another count"] = message(talk, 3, 1)
    invalid["message: no task"] = message(talk, 2, 2, task_links=0)
    invalid["message: two tasks"] = message(talk, 2, 2, task_links=2)
    for why, cut in {"kind 0": entry(0, 1), "kind 4": entry(4, 1),
                     "half a head": entry(1, 1)[:5],
                     "half a message": entry(1, 1, b"abc")[:-1],
                     "an end with bytes": entry(3, 1, b"a"),
                     "too long": b"\x01\0\x01\0\0\0"}.items():
        invalid["message: " + why] = message([cut], 1, 0)

    # RESULT
    end, nothing = h(), content_head(b"")
    least = outcome_of(1, end, nothing)
    roots = [h() for _ in range(rng.randrange(2, 1024))]

    def result(detail, links=(), body=None, task_links=1):
        return capsule(4, 18, detail,
                       [(h(), 4)] * task_links + list(links), body)

    valid["result: least"] = result(result_of(least, end, []))
    valid["result: roots"] = result(result_of(
        outcome_of(4, end, nothing, used=2**50), end, roots))
    valid["result: 1024 roots"] = result(result_of(least, end, [end] * 1024))
    valid["result: head of 1025"] = result(result_of(least, end, [end] * 1025))
    valid["result: exited"] = result(result_of(
        outcome_of(2, end, nothing, exit_code=2**32 - 1), end, []))
    valid["result: exited with 0"] = result(result_of(
        outcome_of(2, end, nothing), end, []))
    valid["result: trapped"] = result(result_of(outcome_of(
        3, end, nothing, trap=7, function=12, offset=345, used=9), end, []))
    for size in (1, 1000, 65536):
        content = rng.randbytes(size)
        valid[f"result: output of {size}"] = result(
            result_of(outcome_of(1, end, content_head(content), size=size),
                      end, roots[:3]), body=body_of(content))
    valid["result: large output"] = result(
        result_of(outcome_of(1, end, end, size=65537), end, []),
        body=field(2, 65537) + field(4, end))
    files = [("a", 0, nothing), ("b/c", 5, h()), ("b/d", 2**40, h())]
    valid["result: files"] = result(result_of(
        outcome_of(1, end, nothing, files=files), end, []),
        [(h(), 10) for _ in files] + [(h(), 5), (h(), 6)])
    valid["result: transcript"] = result(result_of(
        outcome_of(1, end, nothing, transcript=h()), end, []))
    invalid["result: no outcome"] = result(field(3, h()))
    invalid["result: no head"] = result(field(1, least))
    invalid["result: other head"] = result(
        result_of(least, end, roots[:2], head_=h()))
    invalid["result: head of nothing"] = result(
        result_of(least, end, [], head_=nothing))
    invalid["result: roots missing"] = result(
        result_of(least, end, [], count=2))
    invalid["result: roots too many"] = result(
        result_of(least, end, roots[:3], count=2))
    invalid["result: roots inline past 1024"] = result(
        result_of(least, end, roots[:2], count=1025))
    invalid["result: 2^20+1 roots"] = result(
        result_of(least, end, [], count=2**20 + 1))
    invalid["result: no task"] = result(result_of(least, end, []),
                                        task_links=0)
    invalid["result: two tasks"] = result(result_of(least, end, []),
                                          task_links=2)
    invalid["result: member without file"] = result(
        result_of(least, end, []), [(h(), 10)])
    invalid["result: body missing"] = result(result_of(
        outcome_of(1, end, h(), size=3), end, []))
    invalid["result: other body"] = result(result_of(outcome_of(
        1, end, content_head(b"abc"), size=3), end, []), body=body_of(b"abd"))
    invalid["result: other root"] = result(
        result_of(outcome_of(1, end, end, size=65537), end, []),
        body=field(2, 65537) + field(4, h()))
    for why, outcome in {
            "no status": outcome_of(0, end, nothing),
            "status 5": outcome_of(5, end, nothing),
            "exit code when done": outcome_of(1, end, nothing, exit_code=1),
            "trap when done": outcome_of(1, end, nothing, trap=1),
            "trapped without trap": outcome_of(3, end, nothing),
            "offset when done": outcome_of(1, end, nothing, offset=1),
            "root of 31 bytes": outcome_of(1, end[:31], nothing),
            "output of 33 bytes": outcome_of(1, end, nothing + b"0"),
            "no root": field(1, 1) + field(9, nothing),
            "no output": field(1, 1) + field(7, end),
            "files not sorted": outcome_of(1, end, nothing,
                                           files=files[:0:-1]),
            "file without path": outcome_of(1, end, nothing) +
            field(10, field(3, h())),
            "file without head": outcome_of(1, end, nothing) +
            field(10, field(1, "a")),
            "file in a file": outcome_of(1, end, nothing, files=[
                ("a", 1, h()), ("a/b", 1, h())])}.items():
        invalid["result: " + why] = result(
            result_of(outcome, end, []),
            [(h(), 10)] * (2 if "file" in why else 0))

    # STATE
    def state(detail, size, task_links=1):
        return capsule(5, 19, detail, [(h(), 4)] * task_links,
                       field(2, size) + field(4, h()) if size > 65536 else
                       body_of(bytes(size)))

    valid["state: no memory"] = state(field(2, h()) + field(5, 40), 40)
    valid["state: whole"] = state(
        field(1, 77) + field(2, h()) + field(3, 9) + field(4, 3) +
        field(5, 1000), 5 * 65536 + 1000)
    invalid["state: no root"] = state(field(5, 40), 40)
    invalid["state: no record"] = state(field(2, h()), 40)
    invalid["state: record past the body"] = state(
        field(2, h()) + field(5, 41), 40)
    invalid["state: no whole pages"] = state(
        field(2, h()) + field(5, 40), 41)
    invalid["state: memory past the body"] = state(
        field(2, h()) + field(4, 2) + field(5, 40), 65536 + 40)
    invalid["state: checkpoint over 2^20"] = state(
        field(2, h()) + field(3, 2**20 + 1) + field(5, 40), 40)
    invalid["state: no task"] = state(field(2, h()) + field(5, 40), 40, 0)

    # DISPUTE
    a, b, c = h(), h(), h()
    two = [(h(), 4), (h(), 6), (h(), 6)]

    def dispute(ca, cb, found, verdict, outcome=None, links=(), k=4):
        return capsule(
            14, 27, (field(1, k) if k else b"") + field(2, h()) +
            (field(3, ca) if ca else b"") + (field(4, cb) if cb else b"") +
            (field(5, found) if found else b"") +
            (field(6, outcome) if outcome else b"") +
            (field(7, verdict) if verdict else b""), links or two)

    A, B, C = claim_of(a), claim_of(b), claim_of(c)
    E = claim_of(a, True)
    ended = outcome_of(1, a, nothing)
    valid["dispute: A is wrong"] = dispute(A, B, B, 1)
    valid["dispute: B is wrong"] = dispute(A, B, A, 2, k=0)
    valid["dispute: both are wrong"] = dispute(A, B, C, 3)
    valid["dispute: ends early"] = dispute(E, A, A, 1)
    valid["dispute: goes on"] = dispute(E, A, E, 2, ended)
    valid["dispute: outcomes differ"] = dispute(E, E, E, 2, ended)
    valid["dispute: with state"] = dispute(A, B, B, 1, links=two + [
        (h(), 5), (h(), 6)])
    invalid["dispute: same claims"] = dispute(A, A, B, 3)
    for verdict in (0, 2, 3, 4):
        invalid[f"dispute: verdict {verdict}"] = dispute(A, B, B, verdict)
    invalid["dispute: right is wrong"] = dispute(A, B, C, 1)
    invalid["dispute: no claim"] = dispute(A, None, B, 1)
    invalid["dispute: nothing found"] = dispute(A, B, None, 1)
    invalid["dispute: claim without root"] = dispute(field(2, 1), B, B, 1)
    invalid["dispute: ended written as 2"] = dispute(
        field(1, a) + field(2, 2), B, B, 1)
    invalid["dispute: end without outcome"] = dispute(E, B, E, 2)
    invalid["dispute: outcome without end"] = dispute(A, B, A, 2, ended)
    invalid["dispute: outcome of another"] = dispute(
        E, B, E, 2, outcome_of(1, b, nothing))
    invalid["dispute: one result"] = dispute(A, B, B, 1, links=two[:2])
    invalid["dispute: one result twice"] = dispute(
        A, B, B, 1, links=two[:2] + two[1:2])
    invalid["dispute: no task"] = dispute(A, B, B, 1, links=two[1:])
    invalid["dispute: two states"] = dispute(A, B, B, 1, links=two + [
        (h(), 5), (h(), 5)])
    return {
        "note": "TASK, RESULT, STATE, MESSAGE and DISPUTE; every capsule passes the "
                "door, what reads the detail decides",
        "valid": [{"why": why, "capsule": seal(issuer, p)[0].hex(),
                   "id": seal(issuer, p)[1].hex()}
                  for why, p in valid.items()],
        "invalid": [{"why": why, "capsule": seal(issuer, p)[0].hex()}
                    for why, p in invalid.items()],
    }


# --- batches --------------------------------------------------------------


def receipt_protected(kid, alg=-8, content="application/seigr-batch",
                      vds=b"\x19\x01\x8b\x01", count=4):
    # Labels in the order of deterministic CBOR: 1, 4, 16, 395.
    return (head(5, count) + b"\x01" + cbor_int(alg) + b"\x04" +
            cbor_bytes(kid) + (b"\x10" + cbor_text(content) if content else
                               b"") + vds)


def proof_of(size, index, path):
    return (b"\x83" + cbor_int(size) + cbor_int(index) + head(4, len(path)) +
            b"".join(cbor_bytes(n) for n in path))


def receipt_of(protected, proofs, root, issuer, payload=b"\xf6", label=396):
    signature = issuer.sign(structure(protected, root))
    return (b"\xd2\x84" + cbor_bytes(protected) + b"\xa1" + cbor_int(label) +
            b"\xa1\x20" + head(4, len(proofs)) +
            b"".join(cbor_bytes(p) for p in proofs) + payload +
            cbor_bytes(signature))


def member(protected, payload, receipt):
    return (b"\xd9\xcf\xca\x83" + cbor_bytes(protected) + cbor_bytes(payload) +
            cbor_bytes(receipt))


def batch(rng, issuer, size, alg=-8):
    protected = protected_of(issuer.kid, alg)
    entries = []
    previous = None
    for i in range(size):
        payload = random_payload(rng, i + 1, previous)
        previous = leaf_hash(structure(protected, payload))
        entries.append((payload, previous))
    return protected, entries


def batches(rng):
    valid = []
    for size in (2, 3, 4, 5, 8, 9, 31, 64, 100, 129):
        issuer = Issuer(rng)
        alg = rng.choice([-8, -19])
        protected, entries = batch(rng, issuer, size, alg)
        leaves = [h for _, h in entries]
        root = tree_head(leaves)
        rp = receipt_protected(issuer.kid, alg)
        picks = sorted({0, size - 1} |
                       {rng.randrange(size) for _ in range(3)})
        valid.append({"size": size, "root": root.hex(), "members": [
            {"index": i, "capsule": member(
                protected, entries[i][0],
                receipt_of(rp, [proof_of(size, i, inclusion(leaves, i))],
                           root, issuer)).hex(), "id": leaves[i].hex()}
            for i in picks]})
    issuer, other = Issuer(rng), Issuer(rng)
    size = 11
    protected, entries = batch(rng, issuer, size)
    leaves = [h for _, h in entries]
    root = tree_head(leaves)
    index = rng.randrange(8)
    payload = entries[index][0]
    path = inclusion(leaves, index)
    kid = issuer.kid
    rp = receipt_protected(kid)
    proof = proof_of(size, index, path)
    good = receipt_of(rp, [proof], root, issuer)
    invalid = []

    def add(why, receipt, p=payload):
        invalid.append({"why": why,
                        "capsule": member(protected, p, receipt).hex()})

    def built(why, protected_header=rp, proofs=None, by=issuer, **more):
        add(why, receipt_of(protected_header,
                            [proof] if proofs is None else proofs, root, by,
                            **more))

    whole = member(protected, payload, good)
    for _ in range(6):
        at = rng.randrange(len(good) - 64, len(good))
        add("signature bit", good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        invalid.append({"why": "cut",
                        "capsule": whole[:rng.randrange(len(whole))].hex()})
    invalid.append({"why": "trailing byte", "capsule": (whole + b"\0").hex()})
    add("trailing byte in the receipt", good + b"\0")
    built("receipt of another key", receipt_protected(other.kid), by=other)
    built("signed by another key", by=other)
    built("receipt without type", receipt_protected(kid, content=None,
                                                    count=3))
    built("receipt of another type",
          receipt_protected(kid, content="application/seigr-capsule"))
    built("other tree algorithm",
          receipt_protected(kid, vds=b"\x19\x01\x8b\x02"))
    built("tree algorithm missing", receipt_protected(kid, vds=b"", count=3))
    built("receipt algorithm differs", receipt_protected(kid, -19))
    built("a label more", receipt_protected(
        kid, vds=b"\x19\x01\x8b\x01\x19\x02\x00\x00", count=5))
    built("unprotected label differs", label=397)
    built("index past size", proofs=[proof_of(size, size, path)])
    built("index wrong", proofs=[proof_of(size, index ^ 1, path)])
    built("path too long", proofs=[proof_of(size, index, path + [root])])
    built("path too short", proofs=[proof_of(size, index, path[:-1])])
    built("path empty", proofs=[proof_of(size, index, [])])
    built("node of 31 bytes",
          proofs=[proof_of(size, index, [path[0][:31]] + path[1:])])
    built("node of 33 bytes",
          proofs=[proof_of(size, index, [path[0] + b"\0"] + path[1:])])
    built("other leaf path",
          proofs=[proof_of(size, index, inclusion(leaves, index ^ 1))])
    built("two proofs", proofs=[proof, proof])
    built("no proof", proofs=[])
    built("trailing byte in the proof", proofs=[proof + b"\0"])
    built("root attached", payload=cbor_bytes(root))
    built("negative index", proofs=[
        b"\x83" + cbor_int(size) + b"\x20" + proof[3:]])
    built("size 0", proofs=[proof_of(0, 0, path)])
    built("size 2^64-1", proofs=[proof_of(2**64 - 1, index, path)])
    built("size not shortest", proofs=[b"\x83\x18\x0b" + proof[2:]])
    add("zero signature", good[:-64] + bytes(64))
    add("payload of another", good, entries[index ^ 1][0])
    add("no receipt", b"")
    one = leaf_hash(structure(protected, payload))
    add("batch of one", receipt_of(rp, [proof_of(1, 0, [])], one, issuer))
    add("batch of 65537", receipt_of(
        rp, [proof_of(65537, 65536, [root])],
        sha256(b"\x01" + root + one), issuer))
    invalid.append({"why": "another tag",
                    "capsule": (b"\xd9\xcf\xcb" + whole[3:]).hex()})
    return {"valid": valid, "invalid": invalid}


# --- bodies, index, log ---------------------------------------------------


def stream_of(seed, size):
    blocks = -(-size // 32)
    return b"".join(sha256(seed + i.to_bytes(4, "big"))
                    for i in range(blocks))[:size]


def bodies(rng):
    cases = []
    for size in (0, 1, 65535, 65536, 65537, 131071, 131073, 65536 * 5,
                 rng.randrange(200000, 900000)):
        seed = rng.randbytes(8)
        content = stream_of(seed, size)
        leaves = [leaf_hash(content[i:i + 65536])
                  for i in range(0, size, 65536)]
        cases.append({"seed": seed.hex(), "size": size,
                      "root": tree_head(leaves).hex(),
                      "sha256": sha256(content).hex()})
    return {"note": "content is SHA-256(seed || u32be counter) blocks, cut to "
                    "size", "cases": cases}


def index_digest(ids, prefix):
    """(count, digest) of the sorted (digits, id) pairs under prefix."""
    under = [p for p in ids if p[0].startswith(prefix)]
    if not under:
        return 0, bytes(32)
    if len(under) <= 36:
        return len(under), sha256(b"\x10" + b"".join(i for _, i in under))
    parts = b""
    for d in "012345":
        count, digest = index_digest(under, prefix + d)
        parts += count.to_bytes(8, "big") + digest
    return len(under), sha256(b"\x11" + parts)


def index(rng):
    cases = []
    for count in (0, 1, 3, 35, 36, 37, 38, 150, 400, 3000):
        seed = rng.randbytes(8)
        ids = sorted((text_of(i), i) for i in
                     (sha256(seed + n.to_bytes(4, "big"))
                      for n in range(count)))
        children = []
        for prefix in ["0", "1", "2", "3", "4", "5"] + [
                digits_of(rng.randrange(36), 2) for _ in range(5)]:
            n, digest = index_digest(ids, prefix)
            children.append({"prefix": prefix, "count": n,
                             "digest": digest.hex()})
        cases.append({"seed": seed.hex(), "count": count,
                      "root": index_digest(ids, "")[1].hex(),
                      "children": children})
    return {"note": "ids are SHA-256(seed || u32be i), i from 0",
            "cases": cases}


def log(rng):
    cases = []
    for size in (0, 1, 2, 3, 4, 7, 8, 9, 33, 200):
        seed = rng.randbytes(8)
        leaves = [leaf_hash(sha256(seed + n.to_bytes(4, "big")))
                  for n in range(size)]
        case = {"seed": seed.hex(), "size": size,
                "root": tree_head(leaves).hex()}
        if size:
            i = rng.randrange(size)
            m = rng.randrange(1, size + 1)
            case["inclusion"] = {"index": i, "path": [
                n.hex() for n in inclusion(leaves, i)]}
            case["consistency"] = {
                "first": m, "first_root": tree_head(leaves[:m]).hex(),
                "path": [n.hex() for n in consistency(leaves, m)]}
        cases.append(case)
    return {"note": "entries are the 32-byte ids SHA-256(seed || u32be i)",
            "cases": cases}


def index_proof(ids, target):
    """[1, [level, ...], leaf] for the sorted (digits, id) pairs."""
    digits = text_of(target)
    levels = []
    prefix = ""
    while len([p for p in ids if p[0].startswith(prefix)]) > 36:
        level = head(4, 12)
        for d in "012345":
            count, digest = index_digest(ids, prefix + d)
            level += cbor_int(count) + cbor_bytes(digest)
        levels.append(level)
        prefix += digits[len(prefix)]
    leaf = b"".join(i for t, i in ids if t.startswith(prefix))
    return (head(4, 3) + b"\x01" + head(4, len(levels)) + b"".join(levels) +
            cbor_bytes(leaf))


def index_proofs(rng):
    cases = []
    for count in (0, 1, 36, 37, 400, 2500):
        seed = rng.randbytes(8)
        ids = sorted((text_of(i), i) for i in
                     (sha256(seed + n.to_bytes(4, "big"))
                      for n in range(count)))
        proofs = []
        for present in (1, 0) if count else (0,):
            target = rng.choice(ids)[1] if present else rng.randbytes(32)
            proofs.append({"id": target.hex(), "present": present,
                           "proof": index_proof(ids, target).hex()})
        cases.append({"seed": seed.hex(), "count": count,
                      "root": index_digest(ids, "")[1].hex(),
                      "proofs": proofs})
    return {"note": "ids are SHA-256(seed || u32be i), i from 0; each invalid "
                    "proof leads to its root and is refused for its form",
            "cases": cases, "invalid": invalid_index_proofs(rng)}


def invalid_index_proofs(rng):
    """Proofs of tries that nobody may build, against their own roots."""
    ids = sorted(rng.randbytes(32) for _ in range(60))
    target = ids[30]
    place = int(text_of(target)[0])
    cases = []

    def add(why, sums, leaf, count=None):
        """sums: six (count, digest); None: the leaf is the root."""
        level = b""
        root = sha256(b"\x10" + leaf)
        if sums is not None:
            level = head(4, 12) + b"".join(
                cbor_int(n) + cbor_bytes(d) for n, d in sums)
            root = sha256(b"\x11" + b"".join(
                n.to_bytes(8, "big") + d for n, d in sums))
            count = sum(n for n, _ in sums) % 2**64
        proof = (head(4, 3) + b"\x01" + head(4, 1 if level else 0) + level +
                 cbor_bytes(leaf))
        cases.append({"why": why, "count": count, "root": root.hex(),
                      "id": target.hex(), "proof": proof.hex()})

    def sums_with(n, digest, other=(40, b"\x01" * 32)):
        return [(n, digest) if d == place else
                other if d == (place + 1) % 4 else (0, bytes(32))
                for d in range(6)]

    under = [i for i in ids if int(text_of(i)[0]) == place][:20]
    leaf = b"".join(under)
    n, digest = len(under), sha256(b"\x10" + leaf)
    add("inner node of 36 IDs", sums_with(n, digest, (36 - n, b"\x01" * 32)),
        leaf)
    add("leaf of 37 IDs", None, b"".join(ids[:37]), 37)
    swapped = under[1] + under[0] + b"".join(under[2:])
    add("leaf out of order", sums_with(n, sha256(b"\x10" + swapped)), swapped)
    twice = under[0] + leaf
    add("an ID twice", sums_with(n + 1, sha256(b"\x10" + twice)), twice)
    astray = b"".join(sorted(under[:-1] + [
        i for i in ids if int(text_of(i)[0]) != place][:1]))
    add("an ID of another prefix", sums_with(n, sha256(b"\x10" + astray)),
        astray)
    add("leaf of 33 bytes", None, leaf[:33], 1)
    sums = sums_with(n, digest)
    sums[5] = (0, b"\x02" * 32)
    add("count 0 with a digest", sums, leaf)
    sums[5] = (3, bytes(32))
    add("IDs with the digest of none", sums, leaf)
    sums[5] = (2**64 - 1, b"\x02" * 32)
    add("counts past 2^64", sums, leaf)
    return cases


def log_receipts(rng):
    cases = []
    for size in (1, 2, 5, 16, 17, 300):
        seed = rng.randbytes(8)
        issuer = Issuer(rng)
        leaves = [leaf_hash(sha256(seed + n.to_bytes(4, "big")))
                  for n in range(size)]
        i = rng.randrange(size)
        protected = receipt_protected(issuer.kid,
                                      content="application/seigr-log")
        cases.append({
            "seed": seed.hex(), "size": size, "index": i,
            "key_seed": issuer.seed.hex(), "root": tree_head(leaves).hex(),
            "receipt": receipt_of(
                protected, [proof_of(size, i, inclusion(leaves, i))],
                tree_head(leaves), issuer).hex()})
    return {"note": "entries are the 32-byte ids SHA-256(seed || u32be i)",
            "cases": cases}


def checkpoint_detail(size, log_root, count, index_root, more=b""):
    return ((field(1, size) if size else b"") + field(2, log_root) +
            (field(3, count) if count else b"") + field(4, index_root) + more)


def checkpoints(rng):
    issuer = Issuer(rng)
    empty = sha256(b"")
    values = [(0, empty, 0, bytes(32)), (1, rng.randbytes(32), 0, bytes(32)),
              (2**48 - 1, rng.randbytes(32), 2**48 - 1, rng.randbytes(32))]
    for _ in range(4):
        size = rng.randrange(1, 2**40)
        values.append((size, rng.randbytes(32), rng.randrange(1, size + 1),
                       rng.randbytes(32)))

    def sealed(detail):
        return seal(issuer, payload_of(11, 1, detail=field(23, detail)))

    valid = []
    for value in values:
        capsule, cid = sealed(checkpoint_detail(*value))
        valid.append({"log_size": value[0], "log_root": value[1].hex(),
                      "index_count": value[2], "index_root": value[3].hex(),
                      "capsule": capsule.hex(), "id": cid.hex()})
    a, b = rng.randbytes(32), rng.randbytes(32)
    good = checkpoint_detail(9, a, 5, b)
    invalid = {
        "nothing": b"",
        "log_root missing": field(1, 9) + field(3, 5) + field(4, b),
        "index_root missing": field(1, 9) + field(2, a) + field(3, 5),
        "log_root of 31 bytes": checkpoint_detail(9, a[:31], 5, b),
        "index_root of 33 bytes": checkpoint_detail(9, a, 5, b + b"\0"),
        "more IDs than entries": checkpoint_detail(9, a, 10, b),
        "root of an empty log": checkpoint_detail(9, empty, 5, b),
        "empty log with a root": checkpoint_detail(0, a, 0, bytes(32)),
        "root of an empty index": checkpoint_detail(9, a, 5, bytes(32)),
        "empty index with a root": checkpoint_detail(9, a, 0, b),
        "log_size of 2^48": checkpoint_detail(2**48, a, 5, b),
        "default written": b"\x08\x00" + checkpoint_detail(0, empty, 0,
                                                           bytes(32)),
        "log_size as bytes": b"\x0a\x01\x09" + good[2:],
    }
    return {
        "note": "every capsule is well formed and well signed; only the "
                "detail decides",
        "valid": valid,
        "unknown_field": sealed(good + field(5, 7))[0].hex(),
        "invalid": [{"why": why, "capsule": sealed(d)[0].hex()}
                    for why, d in invalid.items()],
    }


FAMILIES = [senary_text, senary_address, senary_packed, senary_cells,
            senary_integers, capsules, payloads, details, batches, bodies,
            index, log, index_proofs, log_receipts, checkpoints,
            statements.statements, trust.trust_cases,
            reputation.reputations]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        cases = family(random.Random(f"{args.seed}/{family.__name__}"))
        path = args.folder / f"{family.__name__}.json"
        path.write_text(json.dumps(cases, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lie.py BUNDLE OFFSET WHAT OUT: a bundle whose last capsule, the result at an
offset, says something else: a root (its number, from 1), "fuel", "status",
"output", "file" or "end".

Nobody who runs a task with the command can lie about it, so that a test of
how lies are found needs another signer. All that can be computed from a lie
is computed: heads, sizes, and the signature of the liar.
"""
import random
import sys

import golden


def fields(data):
    at, out = 0, []

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        number, wire = divmod(varint(), 8)
        value = varint()
        if wire == 2:
            value, at = data[at:at + value], at + value
        out.append([number, value])
    return out


def pack(items):
    return b"".join(golden.field(n, v) for n, v in items)


def change(items, number, to):
    for item in items:
        if item[0] == number:
            item[1] = to(item[1])


def flip(data):
    return bytes([data[0] ^ 1]) + data[1:]


def lie(payload, what):
    capsule = fields(payload)
    result = fields(dict(capsule)[18])
    outcome = fields(dict(result)[1])
    roots = dict(result).get(4, b"")
    roots = [roots[i:i + 32] for i in range(0, len(roots), 32)]
    if what == "fuel":
        change(outcome, 6, lambda n: n - 1)
    elif what == "status":
        change(outcome, 2, lambda n: n + 1)
    elif what == "end":
        change(outcome, 7, flip)
    elif what == "output":
        body = fields(dict(capsule)[8])
        change(body, 3, flip)
        change(capsule, 8, lambda _: pack(body))
        head = golden.content_head(dict(body)[3])
        change(outcome, 9, lambda _: head)
    elif what == "file":
        change(outcome, 10, lambda f: f[:-32] + flip(f[-32:]))
    else:
        roots[int(what) - 1] = flip(roots[int(what) - 1])
    change(result, 1, lambda _: pack(outcome))
    change(result, 3, lambda _: golden.roots_head(roots, dict(outcome)[7]))
    change(result, 4, lambda _: b"".join(roots))
    change(capsule, 18, lambda _: pack(result))
    change(capsule, 4, lambda _: 1)  # the first of the liar's chain
    return pack(item for item in capsule if item[0] not in (5, 9))


def main():
    path, offset, what, out = sys.argv[1:]
    with open(path, "rb") as file:
        data = file.read()
    capsule = data[int(offset):]
    length, at = {0x58: (1, 72), 0x59: (2, 72), 0x5a: (4, 72)}[capsule[71]]
    size = int.from_bytes(capsule[at:at + length], "big")
    payload = capsule[at + length:at + length + size]
    sealed, sealed_id = golden.seal(golden.Issuer(random.Random("liar")),
                                    lie(payload, what))
    header = (b"\xa3\x00" + golden.cbor_text("seigr") + b"\x01\x01\x02\x81" +
              golden.cbor_bytes(sealed_id))
    with open(out, "wb") as file:
        file.write(header + data[len(header):int(offset)] + sealed)


main()

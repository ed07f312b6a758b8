#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""witness.py BUNDLE KEYS FORK: what a witness saw, and one that lied.

BUNDLE has two capsules of an author, the second made from the first, and two
checkpoints of a witness: at 1,000 s it had seen the first, at 2,000 s both.
KEYS has the addresses of author and witness, FORK two checkpoints of one log
size with different roots.
"""
import random
import sys

import golden

rng = random.Random("witness")
author, witness = golden.Issuer(rng), golden.Issuer(rng)


def bundle(path, roots, capsules):
    with open(path, "wb") as file:
        file.write(b"\xa3\x00" + golden.cbor_text("seigr") + b"\x01\x01\x02" +
                   golden.head(4, len(roots)) +
                   b"".join(golden.cbor_bytes(r) for r in roots) +
                   b"".join(capsules))


def data(sequence, previous, name, links=()):
    return golden.seal(author, golden.payload_of(
        1, sequence, previous, name=name, links=links,
        body=golden.body_of(name.encode())))


def checkpoint(sequence, previous, seconds, size, root, links=()):
    detail = golden.checkpoint_detail(size, root, size, root)
    return golden.seal(witness, golden.payload_of(
        11, sequence, previous, created=1000 * seconds, links=links,
        detail=golden.field(23, detail)))


out, keys, fork = sys.argv[1:]
first, first_id = data(1, None, "first")
second, second_id = data(2, first_id, "second", [(first_id, 1)])
early, early_id = checkpoint(1, None, 1000, 1, b"\x01" * 32, [(first_id, 6)])
late, late_id = checkpoint(2, early_id, 2000, 2, b"\x02" * 32,
                           [(second_id, 6)])
bundle(out, [late_id], [first, early, second, late])
with open(keys, "w", encoding="ascii") as file:
    file.write("# who is trusted\n\n" + golden.address_of(author.kid) +
               "  # the author\n" + golden.address_of(witness.kid) + "\n")
one, one_id = checkpoint(1, None, 1000, 5, b"\x01" * 32)
two, two_id = checkpoint(2, one_id, 1000, 5, b"\x02" * 32)
bundle(fork, [two_id], [one, two])

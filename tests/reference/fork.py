#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fork.py FILE FILE: two bundles, each of one capsule, that prove a fork.

The command keeps a key from forking its chain, so that a test of what is said
of a fork needs a signer that does not.
"""
import random
import sys

import golden

rng = random.Random("fork")
issuer = golden.Issuer(rng)
for path in sys.argv[1:]:
    capsule, capsule_id = golden.seal(
        issuer, golden.payload_of(1, 1, name=path, body=golden.body_of(b"x")))
    with open(path, "wb") as file:
        file.write(b"\xa3\x00" + golden.cbor_text("seigr") +
                   b"\x01\x01\x02\x81" + golden.cbor_bytes(capsule_id) +
                   capsule)

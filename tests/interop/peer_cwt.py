# SPDX-License-Identifier: MIT
"""python-cwt's side of run.sh: peer_cwt.py sign|verify; lines as interop.c.

It writes tagged messages with their payload only.
"""
import sys

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cwt import COSE, COSEKey


def field(text):
    return b"" if text == "-" else bytes.fromhex(text)


def key(public, seed=None, kid=None):
    parameters = {1: 1, 3: -8, -1: 6, -2: public}
    if kid is not None:
        parameters[2] = kid
    if seed is not None:
        parameters[-4] = seed
    return COSEKey.new(parameters)


def sign(line):
    form, seed, kid, ctype, aad, payload = line.split()
    form = int(form) & 4
    seed = field(seed)
    public = Ed25519PrivateKey.from_private_bytes(
        seed).public_key().public_bytes_raw()
    protected = {1: -8}
    unprotected = {}
    if ctype != "-":
        protected[3] = ctype
    (unprotected if form & 4 else protected)[4] = field(kid)
    done = COSE.new().encode_and_sign(
        field(payload), key(public, seed), protected, unprotected,
        external_aad=field(aad))
    print(form, public.hex(), aad, payload, done.hex())


def verify(line):
    form, public, aad, payload, message = line.split()
    form = int(form)
    try:
        message = cbor2.loads(field(message))
        if form & 1:
            message = cbor2.CBORTag(18, message)  # it reads tagged ones only
        headers = {**message.value[1], **cbor2.loads(message.value[0])}
        got = COSE.new().decode(
            message, key(field(public), kid=headers[4]),
            external_aad=field(aad),
            detached_payload=field(payload) if form & 2 else None)
        print("ok" if got == field(payload) else "refused the payload")
    except Exception as why:  # whatever it raises is a refusal
        print("refused", str(why).replace("\n", " "))


for case in sys.stdin:
    {"sign": sign, "verify": verify}[sys.argv[1]](case)

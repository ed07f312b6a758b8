# SPDX-License-Identifier: MIT
"""pycose's side of run.sh: peer_pycose.py sign|verify; lines as interop.c."""
import sys

from pycose.algorithms import EdDSA
from pycose.headers import KID, Algorithm, ContentType
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import CoseMessage, Sign1Message

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def field(text):
    return b"" if text == "-" else bytes.fromhex(text)


def hexed(data):
    return data.hex() or "-"


def sign(line):
    form, seed, kid, ctype, aad, payload = line.split()
    form = int(form)
    seed = field(seed)
    public = Ed25519PrivateKey.from_private_bytes(
        seed).public_key().public_bytes_raw()
    phdr = {Algorithm: EdDSA}
    uhdr = {}
    if ctype != "-":
        phdr[ContentType] = ctype
    (uhdr if form & 4 else phdr)[KID] = field(kid)
    detached = field(payload) if form & 2 else None
    message = Sign1Message(phdr=phdr, uhdr=uhdr,
                           payload=None if form & 2 else field(payload),
                           external_aad=field(aad),
                           key=OKPKey(crv=Ed25519, x=public, d=seed))
    done = message.encode(tag=not form & 1, detached_payload=detached)
    print(form, public.hex(), aad, payload, hexed(done))


def verify(line):
    form, public, aad, payload, message = line.split()
    form = int(form)
    message = field(message)
    if form & 1:
        message = b"\xd2" + message  # it reads tagged messages only
    try:
        decoded = CoseMessage.decode(message)
        decoded.external_aad = field(aad)
        decoded.key = OKPKey(crv=Ed25519, x=field(public))
        good = decoded.verify_signature(
            detached_payload=field(payload) if form & 2 else None)
        if not form & 2 and decoded.payload != field(payload):
            good = False
        print("ok" if good else "refused the signature")
    except Exception as why:  # whatever it raises is a refusal
        print("refused", str(why).replace("\n", " "))


for case in sys.stdin:
    {"sign": sign, "verify": verify}[sys.argv[1]](case)

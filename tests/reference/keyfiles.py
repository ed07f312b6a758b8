#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Key files of docs/spec/keys.md, by an independent reference.

    keyfiles.py >tests/golden/keyfiles.json

Nothing here calls the library: CBOR and HChaCha20 are written out, the rest
is python3-cryptography's and, for Argon2id, the program argon2's.
"""
import json
import random
import struct
import subprocess

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT, LIMIT, KEY, CORRUPT, UNSUPPORTED, TRUNCATED = -4, -5, -7, -11, -16, -20


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 256**size:
            return bytes([major << 5 | info]) + n.to_bytes(size, "big")


def cbor(v):
    if isinstance(v, int):
        return head(0, v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v.encode())) + v.encode()
    if isinstance(v, list):
        return head(4, len(v)) + b"".join(map(cbor, v))
    return head(5, len(v)) + b"".join(cbor(k) + cbor(x) for k, x in v.items())


def hchacha20(key, nonce):
    x = list(struct.unpack("<4I8I4I", b"expand 32-byte k" + key + nonce))

    def quarter(a, b, c, d):
        for first, second, turn in ((a, b, 16), (c, d, 12), (a, b, 8),
                                    (c, d, 7)):
            last = {a: d, c: b}[first]
            x[first] = (x[first] + x[second if first == a else d]) % 2**32
            mixed = x[last] ^ x[first]
            x[last] = (mixed << turn | mixed >> (32 - turn)) % 2**32
    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<8I", *x[:4], *x[12:])


def xchacha_seal(key, nonce, text, ad):
    inner = ChaCha20Poly1305(hchacha20(key, nonce[:16]))
    return inner.encrypt(bytes(4) + nonce[16:], text, ad)


def argon2id(passphrase, salt, mem_kib, passes):
    done = subprocess.run(
        ["argon2", salt.decode(), "-id", "-t", str(passes), "-k", str(mem_kib),
         "-p", "1", "-l", "32", "-r"],
        input=passphrase.encode(), capture_output=True, check=True)
    return bytes.fromhex(done.stdout.decode())


def public_of(seed):
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def plain(seed):
    return {0: "seigr-key", 1: 1, 2: public_of(seed), 3: seed}


def sealed(rng, seed, passphrase, mem_kib=8, passes=1, public=None):
    salt = "".join(rng.choice("abcdefghij") for _ in range(16)).encode()
    nonce = rng.randbytes(24)
    ad = cbor({0: "seigr-key", 1: 1, 2: public or public_of(seed), 4: 0})[:-1]
    ad += head(4, 6) + cbor(1) + cbor(mem_kib) + cbor(passes) + cbor(salt)
    ad += cbor(nonce) + head(2, 48)
    key = argon2id(passphrase, salt, mem_kib, passes)
    return ad + xchacha_seal(key, nonce, seed, ad)


def shell(mem_kib, passes, method=1, salt=16, nonce=24, box=48, extra=()):
    """A sealed file whose parameters decide before its key is asked for."""
    return {0: "seigr-key", 1: 1, 2: bytes(32),
            4: [method, mem_kib, passes, bytes(salt), bytes(nonce),
                bytes(box), *extra]}


def main():
    rng = random.Random("keyfiles")
    valid = []
    for passphrase, mem_kib, passes in [
            (None, 0, 0), ("passphrase", 8, 1), ("größer als eins", 1024, 2),
            ("x" * 120, 64, 3), (None, 0, 0), ("passphrase", 300, 4)]:
        seed = rng.randbytes(32)
        file = cbor(plain(seed)) if passphrase is None else sealed(
            rng, seed, passphrase, mem_kib, passes)
        valid.append({"seed": seed.hex(), "passphrase": passphrase,
                      "file": file.hex()})

    seed = rng.randbytes(32)
    other = rng.randbytes(32)
    good = cbor(plain(seed))
    box = sealed(rng, seed, "passphrase")
    invalid = [
        ("empty", b"", TRUNCATED, 0),
        ("an array", cbor([1]), FORMAT, 0),
        ("another name", cbor({0: "seigr-kex", 1: 1, 2: b"", 3: b""}), FORMAT,
         2),
        ("no name", cbor({1: 1, 2: bytes(32), 3: seed}), FORMAT, 1),
        ("version 2", cbor({0: "seigr-key", 1: 2, 2: b"", 3: b"", 5: 1}),
         UNSUPPORTED, 13),
        ("both secrets", cbor({**plain(seed), 4: 1}), FORMAT, 0),
        ("no secret", cbor({0: "seigr-key", 1: 1, 2: public_of(seed)}), FORMAT,
         0),
        ("unknown label", cbor({0: "seigr-key", 1: 1, 2: bytes(32), 5: 1}),
         FORMAT, 49),
        ("labels out of order",
         cbor({0: "seigr-key", 2: bytes(32), 1: 1, 3: seed}), FORMAT, 12),
        ("short public key", cbor({0: "seigr-key", 1: 1, 2: bytes(31),
                                   3: seed}), FORMAT, 15),
        ("long seed", cbor({0: "seigr-key", 1: 1, 2: public_of(seed),
                            3: seed + b"\0"}), FORMAT, 50),
        ("seed of another key", cbor({0: "seigr-key", 1: 1,
                                      2: public_of(other), 3: seed}),
         CORRUPT, None),
        ("long head", good[:13] + b"\x18\x01" + good[14:], FORMAT, 13),
        ("bytes behind", good + b"\0", FORMAT, len(good)),
        ("another passphrase", sealed(rng, seed, "passphrasf"), KEY, None),
        ("public key exchanged", box.replace(public_of(seed),
                                             public_of(other)), KEY, None),
        ("sealed for another key",
         sealed(rng, seed, "passphrase", public=public_of(other)), CORRUPT,
         None),
        ("a way to seal that is not known", cbor(shell(8, 1, method=2)),
         UNSUPPORTED, 50),
        ("seven members", cbor(shell(8, 1, extra=[1])), UNSUPPORTED, 50),
        ("memory 7 KiB", cbor(shell(7, 1)), LIMIT, 52),
        ("memory 1 GiB and 1 KiB", cbor(shell(1048577, 1)), LIMIT, 52),
        ("memory 100 GB", cbor(shell(10**8, 1)), LIMIT, 52),
        ("memory 2^64 - 1", cbor(shell(2**64 - 1, 2**64 - 1)), LIMIT, 52),
        ("no pass", cbor(shell(8, 0)), LIMIT, 52),
        ("17 passes", cbor(shell(8, 17)), LIMIT, 52),
        ("2^32 passes", cbor(shell(8, 2**32)), LIMIT, 52),
        ("5 passes over 1 GiB", cbor(shell(1048576, 5)), LIMIT, 52),
        ("short salt", cbor(shell(8, 1, salt=15)), FORMAT, 54),
        ("long nonce", cbor(shell(8, 1, nonce=25)), FORMAT, 71),
        ("short box", cbor(shell(8, 1, box=47)), FORMAT, 97),
    ]
    print(json.dumps({"valid": valid, "invalid": [
        {"why": w, "file": f.hex(), "code": c, "offset": o}
        for w, f, c, o in invalid]}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()

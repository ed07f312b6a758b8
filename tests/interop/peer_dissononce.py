# SPDX-License-Identifier: MIT
"""The other side of a live link, on dissononce: peer_dissononce.py OURS COUNT.

OURS is started twice, once for each side; interop_link.c says what is sent.
It changes its own key every 150 records, and at the end a message with one
bit changed must be refused.
"""
import subprocess
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey, Ed25519PublicKey)
from dissononce.cipher.chachapoly import ChaChaPolyCipher
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.hash.sha256 import SHA256Hash
from dissononce.processing.handshakepatterns.interactive.XX import (
    XXHandshakePattern)
from dissononce.processing.impl.cipherstate import CipherState
from dissononce.processing.impl.handshakestate import HandshakeState
from dissononce.processing.impl.symmetricstate import SymmetricState


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * width:
            return bytes([major << 5 | info]) + value.to_bytes(width, "big")
    raise ValueError(value)


def uint(value):
    return head(0, value)


def bstr(value):
    return head(2, len(value)) + value


def record(*items):
    body = head(4, len(items)) + b"".join(items)
    length, value = b"", len(body)
    while value > 127:
        length += bytes([value & 127 | 128])
        value >>= 7
    return length + bytes([value]) + body


def give(i):
    size = 37 * i % 5000
    return record(uint(34), uint(2), bstr(bytes(32)),
                  bstr(bytes((i + k) & 255 for k in range(size))))


class Stream:
    def __init__(self, process):
        self.process = process

    def send(self, message):
        self.process.stdin.write(len(message).to_bytes(2, "big") + message)
        self.process.stdin.flush()

    def receive(self):
        size = int.from_bytes(self.exactly(2), "big")
        return self.exactly(size)

    def exactly(self, size):
        got = self.process.stdout.read(size)
        if len(got) != size:
            raise EOFError("the stream ended")
        return got


def certificate(static):
    identity = Ed25519PrivateKey.generate()
    until = int(time.time() * 1000) + 86400000
    signed = identity.sign(b"seigr-noise-static:" + static.public.data +
                           until.to_bytes(8, "big"))
    return head(4, 3) + bstr(identity.public_key().public_bytes_raw()) + uint(
        until) + bstr(signed)


def check_certificate(payload, static):
    assert payload[:3] == b"\x83\x58\x20" and payload[35] == 0x1B
    assert payload[44:46] == b"\x58\x40" and len(payload) == 110
    Ed25519PublicKey.from_public_bytes(payload[3:35]).verify(
        payload[46:],
        b"seigr-noise-static:" + static.data + payload[36:44])


def rekey(cipher):
    """Rekey() of Noise 4.2; dissononce's own keeps 48 bytes and begins the
    nonce anew."""
    nonce = cipher._nonce
    cipher.initialize_key(cipher._cipher.rekey(cipher._key)[:32])
    cipher.set_nonce(nonce)


def handshake(stream, initiator):
    dh = X25519DH()
    static = dh.generate_keypair()
    state = HandshakeState(
        SymmetricState(CipherState(ChaChaPolyCipher()), SHA256Hash()), dh)
    state.initialize(XXHandshakePattern(), initiator, b"seigr/1", s=static)
    ciphers = None
    for number in range(3):
        out = bytearray()
        if (number % 2 == 0) == initiator:
            ciphers = state.write_message(
                certificate(static) if number else b"", out)
            stream.send(bytes(out))
        else:
            ciphers = state.read_message(stream.receive(), out)
            if number:
                check_certificate(bytes(out), state.rs)
            else:
                assert not out
    return ciphers if initiator else ciphers[::-1]


def session(ours, role, count, spoil):
    process = subprocess.Popen([ours, role, str(count)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE if spoil else None)
    stream = Stream(process)
    initiator = role == "responder"
    send, receive = handshake(stream, initiator)
    plain, rekeys = b"", 0

    def put(data):
        stream.send(send.encrypt_with_ad(b"", data))

    def next_record():
        nonlocal plain, rekeys
        while True:
            size, shift, at = 0, 0, 0
            while at < len(plain):
                size |= (plain[at] & 127) << shift
                shift += 7
                at += 1
                if not plain[at - 1] & 128:
                    break
            if at and not plain[at - 1] & 128 and len(plain) - at >= size:
                body, plain = plain[at:at + size], plain[at + size:]
                if body != b"\x81\x00":
                    return body
                assert not plain
                rekey(receive)
                rekeys += 1
                continue
            plain += receive.decrypt_with_ad(b"", stream.receive())

    hello = record(uint(1), uint(1), uint(1), uint(65535), uint(1114112))
    if initiator:
        put(hello)
    assert next_record()[:2] == b"\x85\x01"
    if not initiator:
        put(hello)
    for i in range(count):
        put(give(i))
        if i % 150 == 149:
            put(record(uint(0)))
            rekey(send)
        body = next_record()
        assert body == give(i)[-len(body):], i
    assert rekeys >= count // 100
    if spoil:
        message = bytearray(send.encrypt_with_ad(b"", record(uint(2),
                                                             uint(1))))
        message[0] ^= 1
        stream.send(bytes(message))
        assert next_record()[:3] == b"\x83\x05\x06"  # error, signature
        process.stdin.close()
        process.stderr.read()
        assert process.wait() == 1
    else:
        put(record(uint(4)))
        assert next_record() == b"\x81\x04"
        assert process.wait() == 0


for role_of_ours in ("initiator", "responder"):
    session(sys.argv[1], role_of_ours, int(sys.argv[2]), False)
    session(sys.argv[1], role_of_ours, 10, True)

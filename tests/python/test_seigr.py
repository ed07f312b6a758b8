# SPDX-License-Identifier: MIT
"""The Python package against the golden cases, and its refusals."""
import json
import os
import unittest

import seigr

SEED = bytes(range(32))


def golden(name):
    with open(os.path.join(os.environ["SEIGR_GOLDEN"], name)) as file:
        return json.load(file)


class Senary(unittest.TestCase):
    def test_text(self):
        cases = golden("senary_text.json")
        for case in cases["valid"]:
            data = bytes.fromhex(case["hex"])
            self.assertEqual(seigr.senary_encode(data), case["digits"])
            self.assertEqual(seigr.senary_decode(case["digits"]), data)
        for digits in cases["invalid"]:
            with self.assertRaises(seigr.Error):
                seigr.senary_decode(digits)

    def test_address(self):
        cases = golden("senary_address.json")
        for case in cases["valid"]:
            data = bytes.fromhex(case["hex"])
            self.assertEqual(seigr.address_encode(data), case["address"])
            self.assertEqual(seigr.address_decode(case["address"]), data)
        for address in cases["invalid"]:
            with self.assertRaises(seigr.Error):
                seigr.address_decode(address)

    def test_any_bytes_like(self):
        for kind in (bytes, bytearray, memoryview):
            self.assertEqual(seigr.senary_encode(kind(b"\x00")), "0000")
        with self.assertRaises(TypeError):
            seigr.senary_encode("0000")

    def test_a_refusal_says_where(self):
        with self.assertRaises(seigr.FormatError) as caught:
            seigr.senary_decode("0006")
        self.assertEqual((caught.exception.code, caught.exception.offset),
                         (-4, 3))
        self.assertIn("at byte 3", str(caught.exception))

    def test_wrong_length(self):
        with self.assertRaises(ValueError):
            seigr.address_encode(b"\x00" * 31)


class Keys(unittest.TestCase):
    def test_did_key_both_ways(self):
        with seigr.Key.from_seed(SEED) as key:
            self.assertTrue(key.did.startswith("did:key:z6Mk"))
            self.assertEqual(seigr.did_key_decode(key.did), key.public)
            self.assertEqual(seigr.address_decode(key.address), key.public)

    def test_generated_keys_differ(self):
        self.assertNotEqual(seigr.Key.generate().public,
                            seigr.Key.generate().public)

    def test_closed_key(self):
        key = seigr.Key.generate()
        key.close()
        with self.assertRaises(ValueError):
            key.seal(b"")

    def test_seed_has_32_bytes(self):
        for seed in (b"", b"\x00" * 31, b"\x00" * 33):
            with self.assertRaises(ValueError):
                seigr.Key.from_seed(seed)


class Capsules(unittest.TestCase):
    def test_golden(self):
        cases = golden("capsules.json")
        for case in cases["valid"]:
            data = bytes.fromhex(case["capsule"])
            self.assertEqual(seigr.verify(data).id.hex(), case["id"])
        for case in cases["invalid"]:
            with self.assertRaises(seigr.Error, msg=case["why"]):
                seigr.verify(bytes.fromhex(case["capsule"]))

    def test_what_was_sealed_comes_back(self):
        with seigr.Key.from_seed(SEED) as key:
            first = seigr.verify(key.seal(b"one", name="first"))
            data = key.seal(b"two", name="zweite ü", media_type="text/plain",
                            created_ms=1700000000000, sequence=2,
                            previous=first.id,
                            links=[(first.id, seigr.Role.PARENT)],
                            labels={"b": "2", "a": "1"})
            second = seigr.verify(data)
            self.assertEqual(second.issuer, key.public)
        self.assertIsInstance(second, seigr.Verified)
        self.assertEqual(second.previous, first.id)
        self.assertEqual(second.links, [(first.id, seigr.Role.PARENT)])
        self.assertEqual(second.labels, {"a": "1", "b": "2"})
        self.assertEqual(
            (second.kind, second.name, second.created_ms, second.sequence,
             second.media_type, second.size, second.content, second.root),
            (seigr.Kind.DATA, "zweite ü", 1700000000000, 2, "text/plain", 3,
             b"two", None))

    def test_no_body(self):
        with seigr.Key.from_seed(SEED) as key:
            capsule = seigr.verify(key.seal(name="empty"))
        self.assertIsNone(capsule.content)

    def test_every_changed_byte_is_refused(self):
        with seigr.Key.from_seed(SEED) as key:
            data = bytearray(key.seal(b"hello"))
        for at in range(len(data)):
            data[at] ^= 1
            with self.assertRaises(seigr.Error, msg=at):
                seigr.verify(data)
            data[at] ^= 1
        self.assertEqual(seigr.verify(data).content, b"hello")

    def test_decoding_claims_nothing(self):
        with seigr.Key.from_seed(SEED) as key:
            data = bytearray(key.seal(b"hello"))
        data[-1] ^= 1
        self.assertNotIsInstance(seigr.decode(data), seigr.Verified)
        with self.assertRaises(seigr.SignatureError):
            seigr.verify(data)

    def test_a_draft_that_breaks_a_rule(self):
        with seigr.Key.from_seed(SEED) as key:
            with self.assertRaises(seigr.Error):
                key.seal(b"", name="x" * 256)
            with self.assertRaises(seigr.Error):
                key.seal(b"", sequence=2)
            with self.assertRaises(ValueError):
                key.seal(b"", links=[(b"short", seigr.Role.PARENT)])


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""Details of IDENTITY, GRANT, REVOCATION and ATTESTATION capsules."""


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


def entry(key, value):
    return ((field(1, key) if key else b"") +
            (field(2, value) if value else b""))


def last_of(rng, streams, sequence=None):
    return b"".join(s.to_bytes(8, "big") +
                    (rng.randrange(1, 1 << 40) if sequence is None
                     else sequence).to_bytes(8, "big") + rng.randbytes(32)
                    for s in streams)


def keys_of(rng, count):
    return b"".join(sorted(rng.randbytes(32) for _ in range(count)))


def statements(rng):
    """Details of IDENTITY, GRANT, REVOCATION and ATTESTATION."""
    k = rng.randbytes(32)
    keys = keys_of(rng, 3)
    approvals = b"".join(keys[i:i + 32] + rng.randbytes(64)
                         for i in range(0, 96, 32))
    last = last_of(rng, [0, 7, 1 << 63])
    name = field(1, "relay \u20ac")
    recovery = field(5, 2) + field(6, keys)
    wide = field(1, k) + field(2, 255)
    valid = [("identity", d) for d in (
        b"", name, name + field(2, "board") + field(4, k) + recovery,
        field(3, k), field(3, k) + field(4, k) + field(9, last),
        field(3, k) + recovery + field(7, approvals) + field(9, last),
        field(8, 1), field(8, 1) + field(9, last), name + field(20, 5))]
    valid += [("grant", d) for d in (
        wide, wide + field(3, "a/b") + field(4, 1 << 41) + field(5, 3) +
        field(6, 1 << 40) + field(7, 65536) + field(8, entry("a", "1")) +
        field(8, entry("b", "")) + field(9, 2),
        wide + field(9, 1), field(1, k) + field(2, 1 << 31))]
    valid += [("revocation", d) for d in (
        field(1, k), field(1, k) + field(4, last) + field(5, "stolen"),
        field(2, k), field(3, keys), field(3, keys) + field(5, "weekly"))]
    valid += [("attestation", d) for d in (
        field(1, k) + field(2, 4) + field(3, 1),
        field(1, k) + field(2, 4) + field(3, 1000) + field(4, 1 << 41) +
        field(5, "met in person"))]
    short = k[:31]
    ten = keys_of(rng, 9)
    twice = keys[:32] * 2
    fallen = keys[32:64] + keys[:32]
    invalid = [("identity", why, d) for why, d in (
        ("name of 128 bytes", field(1, "n" * 128)),
        ("name not UTF-8", field(1, b"\xff")),
        ("previous_key of 31 bytes", field(3, short)),
        ("next_hash of 31 bytes", field(4, short)),
        ("threshold without keys", field(5, 1)),
        ("keys without threshold", field(6, keys)),
        ("threshold over the keys", field(5, 4) + field(6, keys)),
        ("nine recovery keys", field(5, 1) + field(6, ten)),
        ("keys twice", field(5, 1) + field(6, twice)),
        ("keys falling", field(5, 1) + field(6, fallen)),
        ("half a key", field(5, 1) + field(6, keys[:48])),
        ("approvals without previous_key", field(7, approvals)),
        ("half an approval", field(3, k) + field(7, approvals[:100])),
        ("last of nothing", field(9, last)),
        ("last cut", field(8, 1) + field(9, last[:-1])),
        ("last with sequence 0", field(8, 1) + field(9, last_of(rng, [3], 0))),
        ("last with a stream twice",
         field(8, 1) + field(9, last_of(rng, [3, 3]))),
        ("retired with next_hash", field(4, k) + field(8, 1)),
        ("retired and rotated", field(3, k) + field(8, 1)),
        ("retired is 2", field(8, 2)),
        ("fields not ascending", field(2, "board") + name))]
    invalid += [("grant", why, d) for why, d in (
        ("no audience", field(2, 1)), ("no scope", field(1, k)),
        ("scope over 32 bits", field(1, k) + field(2, 1 << 32)),
        ("audience of 31 bytes", field(1, short) + field(2, 1)),
        ("resource begins with a slash", wide + field(3, "/a")),
        ("resource ends with a slash", wide + field(3, "a/")),
        ("resource with an empty segment", wide + field(3, "a//b")),
        ("resource of 256 bytes", wide + field(3, "r" * 256)),
        ("labels not sorted",
         wide + field(8, entry("b", "")) + field(8, entry("a", ""))),
        ("a label twice", wide + field(8, entry("b", "")) * 2),
        ("nine labels", wide + b"".join(
            field(8, entry(c, "")) for c in "abcdefghi")),
        ("default written", wide + bytes([0x20, 0])))]
    invalid += [("revocation", why, d) for why, d in (
        ("nothing", b""), ("a reason alone", field(5, "why")),
        ("key and capsule", field(1, k) + field(2, k)),
        ("capsule and set", field(2, k) + field(3, keys)),
        ("last without a key", field(2, k) + field(4, last)),
        ("set falling", field(3, fallen)), ("set twice", field(3, twice)),
        ("half an entry", field(3, keys[:33])),
        ("set of 1025", field(3, keys_of(rng, 1025))))]
    invalid += [("attestation", why, d) for why, d in (
        ("no subject", field(2, 1) + field(3, 1)),
        ("no scope", field(1, k) + field(3, 1)),
        ("no weight", field(1, k) + field(2, 1)),
        ("weight of 1001", field(1, k) + field(2, 1) + field(3, 1001)),
        ("statement of 256 bytes",
         field(1, k) + field(2, 1) + field(3, 1) + field(5, "s" * 256)))]
    return {"valid": [{"kind": kind, "detail": d.hex()} for kind, d in valid],
            "invalid": [{"kind": kind, "why": why, "detail": d.hex()}
                        for kind, why, d in invalid]}

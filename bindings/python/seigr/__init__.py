# SPDX-License-Identifier: MIT
"""Signed, content-addressed capsules of work.

    >>> import seigr
    >>> with seigr.Key.generate() as key:
    ...     data = key.seal(b"hello", name="greeting")
    >>> capsule = seigr.verify(data)
    >>> capsule.name, capsule.content
    ('greeting', b'hello')

What acts on a capsule should take a :class:`Verified`, which only
:func:`verify` returns: :func:`decode` reads claims that nobody has checked.
A refusal raises a subclass of :class:`Error`, with the library's status
code, the offset of the first bad byte and one sentence.
"""

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence, Tuple

from . import native as _native
from .codes import CODES, Kind, Role

__all__ = [
    "Capsule", "Error", "Key", "Kind", "Role", "Verified",
    "address_decode", "address_encode", "decode", "did_key_decode",
    "did_key_encode", "senary_decode", "senary_encode", "verify",
    *(name for name in CODES.values()),
]


class Error(ValueError):
    """A refusal: `code` is the library's status, `offset` the place of the
    first bad byte or None, `text` the sentence."""

    def __new__(cls, code, offset, text):
        # The library raises Error; whoever catches wants FormatError.
        return super().__new__(_types.get(code, cls), code, offset, text)

    def __init__(self, code, offset, text):
        super().__init__(code, offset, text)
        self.code = code
        self.offset = offset
        self.text = text

    def __str__(self):
        if self.offset is None:
            return self.text
        return f"{self.text} (at byte {self.offset})"


_types = {code: type(name, (Error,), {"__doc__": f"Status {code}."})
          for code, name in CODES.items()}
globals().update({kind.__name__: kind for kind in _types.values()})


_native.set_error(Error)

__version__ = _native.version()


def senary_encode(data) -> str:
    """Bytes as base-6 digits, 25 for each 8 bytes."""
    return _native.senary_encode(data)


def senary_decode(digits: str) -> bytes:
    """The bytes of base-6 digits; what no encoder wrote is refused."""
    return _native.senary_decode(digits.encode())


def address_encode(data) -> str:
    """The address, with check digits, of an ID or a public key."""
    return _native.address_encode(data)


def address_decode(text: str) -> bytes:
    """The 32 bytes of an address whose check digits are right."""
    return _native.address_decode(text.encode())


def did_key_encode(key) -> str:
    """An Ed25519 public key as did:key."""
    return _native.did_key_encode(key)


def did_key_decode(text: str) -> bytes:
    """The Ed25519 public key of a did:key."""
    return _native.did_key_decode(text.encode())


@dataclass(frozen=True)
class Capsule:
    """What a capsule says. Of itself this claims nothing."""

    issuer: bytes
    kind: int
    name: str
    created_ms: int
    sequence: int
    stream: int
    previous: Optional[bytes]
    links: Sequence[Tuple[bytes, int]]
    labels: Mapping[str, str]
    media_type: str
    size: int
    content: Optional[bytes]
    root: Optional[bytes]
    sha256: Optional[bytes]


@dataclass(frozen=True)
class Verified(Capsule):
    """A capsule whose signature was checked: its issuer signed what it says.
    Whether the issuer should be trusted is another question."""

    id: bytes


def decode(data) -> Capsule:
    """Read one capsule strictly, without checking who signed it."""
    return Capsule(**_native.open(data, 0))


def verify(data) -> Verified:
    """Read one capsule and check its signature, or its receipt in a batch."""
    return Verified(**_native.open(data, 1))


class Key:
    """An Ed25519 key pair, wiped by close() or when nobody holds it."""

    def __init__(self, pair):
        self._pair = pair

    @classmethod
    def generate(cls) -> "Key":
        """A new key from the system's randomness."""
        return cls(_native.key_new(b""))

    @classmethod
    def from_seed(cls, seed) -> "Key":
        """The key of a secret seed of 32 bytes."""
        if len(seed) == 0:
            raise ValueError("a seed has 32 bytes, not 0")
        return cls(_native.key_new(seed))

    def __enter__(self) -> "Key":
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Wipe the key. It signs nothing any more."""
        self._pair = None

    @property
    def public(self) -> bytes:
        """The 32 bytes that others know this key by."""
        if self._pair is None:
            raise ValueError("the key is closed")
        return _native.key_public(self._pair)

    @property
    def address(self) -> str:
        """The public key as an address."""
        return address_encode(self.public)

    @property
    def did(self) -> str:
        """The public key as did:key."""
        return did_key_encode(self.public)

    def seal(self, content: Optional[bytes] = None, *, name: str = "",
             kind: int = Kind.DATA, media_type: str = "", created_ms: int = 0,
             sequence: int = 1, stream: int = 0,
             previous: Optional[bytes] = None,
             links: Sequence[Tuple[bytes, int]] = (),
             labels: Optional[Mapping[str, str]] = None) -> bytes:
        """The bytes of a capsule signed by this key.

        Keeping the chain is the caller's part: sequence counts from 1 within
        a stream, and previous is the ID of the capsule before.
        """
        if self._pair is None:
            raise ValueError("the key is closed")
        encoded = sorted((key.encode(), value.encode())
                         for key, value in (labels or {}).items())
        return _native.seal(
            self._pair, int(kind), name.encode(), created_ms, sequence, stream,
            previous or b"", [(bytes(i), int(role)) for i, role in links],
            encoded, media_type.encode(),
            None if content is None else bytes(content))

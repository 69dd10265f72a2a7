"""The 2048-bit filter over addresses and topics of logs (Yellow Paper, section 4.3.1), as an integer."""

from __future__ import annotations

from struct import Struct

from indexer.proof.rlp import keccak

BLOOM_BYTES = 256

_BITS = tuple(1 << place for place in range(8 * BLOOM_BYTES))
_places = Struct(">HHH").unpack_from


def bits(entry: bytes) -> int:
    """The three bits of an address or a topic."""
    first, second, third = _places(keccak(entry))
    three: int = _BITS[first & 2047] | _BITS[second & 2047] | _BITS[third & 2047]
    return three

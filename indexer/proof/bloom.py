"""The 2048-bit filter over addresses and topics of logs (Yellow Paper, section 4.3.1), as an integer."""

from __future__ import annotations

from functools import lru_cache

from indexer.proof.rlp import keccak

BLOOM_BYTES = 256


@lru_cache(maxsize=1 << 14)
def bits(entry: bytes) -> int:
    """The three bits of an address or a topic."""
    digest = keccak(entry)
    return (
        1 << (int.from_bytes(digest[0:2], "big") & 2047)
        | 1 << (int.from_bytes(digest[2:4], "big") & 2047)
        | 1 << (int.from_bytes(digest[4:6], "big") & 2047)
    )

"""keccak256: a history is hashed hundreds of thousands of times, and a library that inspects its input takes eight times as long."""

from __future__ import annotations

from sha3 import keccak_256


def keccak(data: bytes) -> bytes:
    """keccak256, 32 bytes."""
    digest: bytes = keccak_256(data).digest()
    return digest


def keccak_text(text: str) -> bytes:
    """keccak256 of a text in UTF-8, 32 bytes."""
    return keccak(text.encode())

"""The log of events as the definition of RFC 9162 has it, by recursion over all leaves (§2.1.1, §2.1.3.1, §2.1.4.1)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Tree hash over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return node_hash(root(leaves[:half]), root(leaves[half:]))


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Path from a leaf to the root."""
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*inclusion(leaves[:half], index), root(leaves[half:])]
    return [*inclusion(leaves[half:], index - half), root(leaves[:half])]


def consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Path by which the log goes on from its first leaves; empty if there were none."""
    return _subproof(leaves, size, whole=True) if size else []


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    half = _half(len(leaves))
    if size <= half:
        return [*_subproof(leaves[:half], size, whole=whole), root(leaves[half:])]
    return [*_subproof(leaves[half:], size - half, whole=False), root(leaves[:half])]


def _half(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1

"""Append-only log hashing, RFC 9162 §2.1: roots, and proofs of inclusion and consistency.

Proofs are made from full subtrees only: `Subtrees(height, index)` is the hash over the leaves from `index << height` to
`(index + 1) << height`, which never changes once those leaves are there. So a log may keep as few or as many as it likes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from iot.errors import LogRangeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Subtrees = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf, 32 bytes (§2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, 32 bytes (§2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Hash of a full subtree from the hashes at its foot; their number is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def root(size: int, subtrees: Subtrees) -> bytes:
    """Merkle tree hash over the first `size` leaves, 32 bytes (§2.1.1)."""
    return EMPTY_ROOT if size == 0 else _span(0, size, subtrees)


def inclusion_path(index: int, size: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """Inclusion path of a leaf, lowest first (§2.1.3.1).

    Args:
        index: Place of the leaf, from 0.
        size: Leaves of the tree, over `index`.
        subtrees: Full subtrees of the log.

    Raises:
        LogRangeError: No such leaf in a tree of this size.
    """
    if not 0 <= index < size:
        raise LogRangeError(f"expected an index below {size}, got {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(_span(split, end, subtrees))
            end = split
        else:
            path.append(_span(start, split, subtrees))
            start = split
    return tuple(reversed(path))


def consistency_path(old: int, new: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """Proof that a tree of `old` leaves is the beginning of one of `new` leaves (§2.1.4.1).

    Raises:
        LogRangeError: Not 0 < old <= new.
    """
    if not 0 < old <= new:
        raise LogRangeError(f"expected 0 < from <= to, got from {old} to {new}")
    path, start, end, whole = [], 0, new, True
    while old < end:
        split = start + _split(end - start)
        if old <= split:
            path.append(_span(split, end, subtrees))
            end = split
        else:
            path.append(_span(start, split, subtrees))
            start, whole = split, False
    if not whole:
        path.append(_span(start, end, subtrees))
    return tuple(reversed(path))


def _split(width: int) -> int:
    """The largest power of two below `width`, which is over 1."""
    return 1 << (width - 1).bit_length() - 1


def _span(start: int, end: int, subtrees: Subtrees) -> bytes:
    """Hash over the leaves from `start` to `end`, where `start` is aligned as in the RFC's recursion."""
    width = end - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return subtrees(height, start >> height)
    split = start + _split(width)
    return node_hash(_span(start, split, subtrees), _span(split, end, subtrees))

"""Append-only log hashing, RFC 9162 §2.1: roots, inclusion and consistency, made and verified.

Proofs are made from full subtrees only: `Subtrees(height, index)` is the hash over the leaves from `index << height` to
`(index + 1) << height`, which never changes once those leaves are there. So a log may keep as few or as many as it likes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from iot.errors import LogRangeError, ProofInvalidError

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


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> None:
    """Checks an inclusion path (§2.1.3.2).

    Args:
        leaf: Leaf hash, 32 bytes.
        index: Place of the leaf, from 0.
        size: Leaves of the tree.
        path: Lowest first.
        expected_root: Root of the tree, 32 bytes.

    Raises:
        ProofInvalidError: The path does not lead to the root.
    """
    if not 0 <= index < size:
        raise ProofInvalidError(f"expected an index below {size}, got {index}")
    fn, sn, found = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise ProofInvalidError(f"expected a shorter path, got {len(path)} hashes")
        if fn & 1 or fn == sn:
            found = node_hash(sibling, found)
            fn, sn = _skip_lone(fn, sn)
        else:
            found = node_hash(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    _require(sn == 0 and found == expected_root, expected_root, found)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Checks a consistency path (§2.1.4.2).

    Args:
        old: Leaves of the old tree, over 0.
        new: Leaves of the new tree, at least `old`.
        old_root: Root of the old tree, 32 bytes.
        new_root: Root of the new tree, 32 bytes.
        path: As made by `consistency_path`.

    Raises:
        ProofInvalidError: The new tree does not begin with the old one.
    """
    if not 0 < old <= new:
        raise ProofInvalidError(f"expected 0 < from <= to, got from {old} to {new}")
    if old == new:
        _require(not path and old_root == new_root, old_root, new_root)
        return
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        raise ProofInvalidError("expected a path, got none")
    fn, sn = _skip_trailing_ones(old - 1, new - 1)
    found_old = found_new = hashes[0]
    for sibling in hashes[1:]:
        if sn == 0:
            raise ProofInvalidError(f"expected a shorter path, got {len(path)} hashes")
        if fn & 1 or fn == sn:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            fn, sn = _skip_lone(fn, sn)
        else:
            found_new = node_hash(found_new, sibling)
        fn, sn = fn >> 1, sn >> 1
    _require(found_old == old_root, old_root, found_old)
    _require(sn == 0 and found_new == new_root, new_root, found_new)


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


def _skip_lone(fn: int, sn: int) -> tuple[int, int]:
    while fn & 1 == 0 and fn != 0:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _skip_trailing_ones(fn: int, sn: int) -> tuple[int, int]:
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _require(holds: bool, expected: bytes, got: bytes) -> None:
    if not holds:
        raise ProofInvalidError(f"expected root {expected.hex()}, got {got.hex()}")

"""Proofs of the log, verified as RFC 9162 §2.1 says: what whoever gets one does. The auditor has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iot.log.merkle import node_hash

if TYPE_CHECKING:
    from collections.abc import Sequence


class ProofInvalidError(Exception):
    """A path of hashes does not lead to the root."""


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

"""The append-only log of signed events: tree head, inclusion and consistency (RFC 9162 §2.1), SHA-256."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf, 32 bytes (§2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, 32 bytes (§2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots(leaves: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Tree heads over the first `size` leaves, for each size, in one pass.

    Args:
        leaves: Leaf hashes, 32 bytes each.
        sizes: Up to the number of leaves.
    """
    size_set = set(sizes)
    found = {0: EMPTY_ROOT} if 0 in size_set else {}
    subtrees: list[tuple[int, bytes]] = []
    for index, leaf in enumerate(leaves):
        subtrees.append((1, leaf))
        while len(subtrees) > 1 and subtrees[-1][0] == subtrees[-2][0]:
            (size, right), (_, left) = subtrees.pop(), subtrees.pop()
            subtrees.append((2 * size, node_hash(left, right)))
        if index + 1 in size_set:
            found[index + 1] = _joined(subtrees)
    return found


def includes(root: bytes, size: int, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
    """Whether an inclusion path leads from a leaf to the root (§2.1.3.2).

    Args:
        root: Tree head over `size` leaves, 32 bytes.
        size: Number of leaves.
        leaf: Leaf hash, 32 bytes.
        index: Its place, from 0.
        path: Sibling hashes, lowest first.
    """
    if not 0 <= index < size:
        return False
    first, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if first % 2 or first == last:
            node = node_hash(sibling, node)
            while first % 2 == 0 and first:
                first, last = first // 2, last // 2
        else:
            node = node_hash(node, sibling)
        first, last = first // 2, last // 2
    return last == 0 and node == root


def goes_on(old_root: bytes, old_size: int, root: bytes, size: int, path: Sequence[bytes]) -> bool:
    """Whether a consistency path proves that the log of `size` leaves begins with that of `old_size` (§2.1.4).

    The path takes the new tree apart, largest subtrees last, until only the old tree is left; that is put together twice.

    Args:
        old_root: Tree head over `old_size` leaves, 32 bytes.
        old_size: Over 0.
        root: Tree head over `size` leaves, 32 bytes.
        size: Over `old_size`.
        path: Hashes, lowest first.
    """
    if not 0 < old_size < size:
        return False
    try:
        old, new = _both(old_size, size, [*path], old_root)
    except IndexError:
        return False
    return (old, new) == (old_root, root)


def _both(old_size: int, size: int, path: list[bytes], whole: bytes | None) -> tuple[bytes, bytes]:
    """Roots of the old and the new tree from a path that is used up; `whole` is the old root where it is a subtree."""
    if old_size == size:
        node = whole if whole is not None else path.pop()
        if path:
            raise IndexError
        return node, node
    half = 1 << (size - 1).bit_length() - 1
    last = path.pop()
    if old_size <= half:
        old, new = _both(old_size, half, path, whole)
        return old, node_hash(new, last)
    old, new = _both(old_size - half, size - half, path, None)
    return node_hash(last, old), node_hash(last, new)


def _joined(subtrees: Sequence[tuple[int, bytes]]) -> bytes:
    root = subtrees[-1][1]
    for _, left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root

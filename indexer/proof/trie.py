"""Root of the trie that commits to an ordered list (Yellow Paper, appendix D): transactions and receipts of a block.

The keys are the encoded positions. Only the root is wanted, so nodes are made, hashed and forgotten.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from indexer.proof.rlp import encode_bytes, encode_int, encode_list, keccak

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = tuple[bytes, bytes]

NOTHING = encode_bytes(b"")
EMPTY_ROOT = keccak(NOTHING)


def ordered_root(values: Sequence[bytes]) -> bytes:
    """Root of the list, 32 bytes.

    Args:
        values: The items as they are committed to, in order, none empty.
    """
    if not values:
        return EMPTY_ROOT
    items = sorted((_path(position), value) for position, value in enumerate(values))
    return keccak(_node(items, 0))


@cache
def _path(position: int) -> bytes:
    """Half bytes of the key, one per byte."""
    return bytes(int(digit, 16) for digit in encode_int(position).hex())


def _node(items: list[Item], depth: int) -> bytes:
    first, last = items[0][0], items[-1][0]
    if len(items) == 1:
        return encode_list(_packed(first[depth:], leaf=True) + encode_bytes(items[0][1]))
    shared = depth
    while first[shared] == last[shared]:
        shared += 1
    branch = _branch(items, shared)
    if shared == depth:
        return branch
    return encode_list(_packed(first[depth:shared], leaf=False) + _reference(branch))


def _branch(items: list[Item], depth: int) -> bytes:
    # No key is the beginning of another, so a branch holds no value of its own.
    children: list[list[Item]] = [[] for _ in range(16)]
    for item in items:
        children[item[0][depth]].append(item)
    return encode_list(
        b"".join(_reference(_node(child, depth + 1)) if child else NOTHING for child in children) + NOTHING
    )


def _reference(node: bytes) -> bytes:
    return node if len(node) < 32 else b"\xa0" + keccak(node)


@lru_cache(maxsize=1 << 12)
def _packed(path: bytes, *, leaf: bool) -> bytes:
    """Hex-prefix encoding of a path (Yellow Paper, appendix C), itself encoded."""
    flag = 2 * leaf + len(path) % 2
    digits = bytes([flag]) + (b"" if len(path) % 2 else b"\0") + path
    return encode_bytes(bytes(16 * digits[i] + digits[i + 1] for i in range(0, len(digits), 2)))

"""Root of the trie that commits to an ordered list (Yellow Paper, appendix D): transactions and receipts of a block.

The keys are the encoded positions, so how many items there are is all that the trie's form depends on. Only the root is
wanted: nodes are made, hashed and forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.proof.rlp import encode_bytes, encode_int, encode_list, keccak

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = encode_bytes(b"")
EMPTY_ROOT = keccak(NOTHING)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the trie holds an item.

    Attributes:
        path: What is left of its key, encoded.
        position: Of the item.
    """

    path: bytes
    position: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Where keys part.

    Attributes:
        path: What their keys share before, encoded; None if nothing.
        children: What is below, by the next half byte: sixteen, None where there is nothing.
    """

    path: bytes | None
    children: tuple[Leaf | Branch | None, ...]


def ordered_root(values: Sequence[bytes]) -> bytes:
    """Root of the list, 32 bytes.

    Args:
        values: The items as they are committed to, in order, none empty.
    """
    return keccak(_encoded(_form(len(values)), values)) if values else EMPTY_ROOT


def _encoded(node: Leaf | Branch, values: Sequence[bytes]) -> bytes:
    if isinstance(node, Leaf):
        return encode_list(node.path + encode_bytes(values[node.position]))
    below = [NOTHING if child is None else _reference(_encoded(child, values)) for child in node.children]
    # No key is the beginning of another, so a branch holds no value of its own.
    branch = encode_list(b"".join(below) + NOTHING)
    return branch if node.path is None else encode_list(node.path + _reference(branch))


def _reference(node: bytes) -> bytes:
    return node if len(node) < 32 else b"\xa0" + keccak(node)


@lru_cache(maxsize=1 << 8)
def _form(count: int) -> Leaf | Branch:
    """Form of the trie of so many items, at least one."""
    return _below(sorted((encode_int(position).hex(), position) for position in range(count)), 0)


def _below(keys: list[tuple[str, int]], depth: int) -> Leaf | Branch:
    (first, position), (last, _) = keys[0], keys[-1]
    if len(keys) == 1:
        return Leaf(_packed(first[depth:], leaf=True), position)
    shared = depth
    while first[shared] == last[shared]:
        shared += 1
    parted = [[key for key in keys if key[0][shared] == digit] for digit in "0123456789abcdef"]
    children = tuple(_below(part, shared + 1) if part else None for part in parted)
    return Branch(_packed(first[depth:shared], leaf=False) if shared > depth else None, children)


def _packed(path: str, *, leaf: bool) -> bytes:
    """Hex-prefix encoding of a path of hex digits (Yellow Paper, appendix C), itself encoded."""
    flag = 2 * leaf + len(path) % 2
    return encode_bytes(bytes.fromhex(f"{flag}{path}" if len(path) % 2 else f"{flag}0{path}"))

"""Merkle-Patricia tries (Ethereum yellow paper, appendix D): the root of a set of pairs, and proofs of one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rlp

from audit.decode.header import decode_rlp
from audit.decode.keccak import keccak
from audit.errors import DecodeError, ProofError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

EMPTY_ROOT = keccak(rlp.encode(b""))

Node = Any  # b"", or a list of 2 or 17 items: bytes, or nodes of fewer than 32 bytes in place of their hash
Pairs = list[tuple[bytes, bytes]]


def list_root(values: Iterable[bytes]) -> bytes:
    """Root of a trie that maps `rlp(index)` to each value, as for transactions and receipts; 32 bytes."""
    return root({rlp.encode(index): value for index, value in enumerate(values)})


def root(pairs: Mapping[bytes, bytes]) -> bytes:
    """Root of a trie, 32 bytes.

    Args:
        pairs: Keys, none of which begins another, and their values, none empty.
    """
    nibbles = sorted((_nibbles(key), value) for key, value in pairs.items())
    return keccak(rlp.encode(_node(nibbles))) if nibbles else EMPTY_ROOT


def prove(trie_root: bytes, key: bytes, proof: list[bytes]) -> bytes | None:
    """The value of a key, or None if the proof shows that the key is not there.

    Args:
        trie_root: 32 bytes.
        key: The key in the trie; for states and storage its keccak.
        proof: RLP of the nodes on the way, root first, and no other.

    Raises:
        ProofError: The proof does not start at the root, breaks off, or holds a node too many.
    """
    if trie_root == EMPTY_ROOT and not proof:
        return None
    nodes = iter(proof)
    value = _value(_next(nodes, trie_root), _nibbles(key), nodes)
    if next(nodes, None) is not None:
        raise ProofError("the proof holds nodes that are not on the way to the key")
    return value or None


def _value(node: Node, path: bytes, nodes: Iterator[bytes]) -> bytes:
    """The value at the end of a path below a node; empty if there is none."""
    while True:
        if not isinstance(node, list) or len(node) not in {2, 17}:
            raise ProofError("expected a node of 2 or 17 items")
        child, rest = _child(node, path)
        if rest is None or not child:
            if not isinstance(child, bytes):
                raise ProofError("expected a value, got a node")
            return child
        node, path = child if isinstance(child, list) else _next(nodes, child), rest


def _child(node: list[Node], path: bytes) -> tuple[Node, bytes | None]:
    """What a node refers to on a path, and the rest of the path; None for the rest if that is a value or nothing."""
    if len(node) == 17:
        return (node[path[0]], path[1:]) if path else (node[16], None)
    prefix, is_leaf = _unpacked(node[0])
    if not prefix and not is_leaf:
        raise ProofError("expected a node that leads on, got one with an empty path")
    if not path.startswith(prefix) or (is_leaf and path != prefix):
        return b"", None
    return node[1], None if is_leaf else path[len(prefix) :]


def _next(nodes: Iterator[bytes], digest: bytes) -> Node:
    encoded = next(nodes, None)
    if encoded is None or keccak(encoded) != digest:
        got = "nothing" if encoded is None else "0x" + keccak(encoded).hex()
        raise ProofError(f"expected a node with the hash 0x{digest.hex()}, got {got}")
    try:
        return decode_rlp(encoded, "a node")
    except DecodeError as error:
        raise ProofError(str(error)) from None


def _node(pairs: Pairs) -> Node:
    """The node above sorted pairs of nibbles and value."""
    if len(pairs) == 1:
        return [_packed(pairs[0][0], is_leaf=True), pairs[0][1]]
    if shared := _shared(pairs[0][0], pairs[-1][0]):
        below = _node([(path[shared:], value) for path, value in pairs])
        return [_packed(pairs[0][0][:shared], is_leaf=False), _reference(below)]
    branches: list[Pairs] = [[] for _ in range(16)]
    for path, value in pairs:
        if path:
            branches[path[0]].append((path[1:], value))
    own = b"" if pairs[0][0] else pairs[0][1]
    return [*(_reference(_node(b)) if b else b"" for b in branches), own]


def _reference(node: Node) -> Node:
    encoded = rlp.encode(node)
    return node if len(encoded) < 32 else keccak(encoded)


def _shared(a: bytes, b: bytes) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


def _nibbles(data: bytes) -> bytes:
    return bytes(n for byte in data for n in (byte >> 4, byte & 15))


def _packed(nibbles: bytes, *, is_leaf: bool) -> bytes:
    """Hex-prefix encoding."""
    flag = (2 if is_leaf else 0) + len(nibbles) % 2
    whole = bytes([flag]) + nibbles if len(nibbles) % 2 else bytes([flag, 0]) + nibbles
    return bytes(whole[i] << 4 | whole[i + 1] for i in range(0, len(whole), 2))


def _unpacked(data: Node) -> tuple[bytes, bool]:
    if not isinstance(data, bytes) or not data or data[0] >> 4 > 3:
        raise ProofError("expected a path in hex-prefix encoding")
    nibbles = _nibbles(data)
    return nibbles[2 - (nibbles[0] & 1) :], nibbles[0] >= 2

"""Roots and proofs of tries against a second implementation."""

from __future__ import annotations

import pytest
import rlp
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st
from trie import HexaryTrie

from audit.decode.mpt import EMPTY_ROOT, list_root, prove, root
from audit.errors import ProofError

PAIRS = st.dictionaries(
    st.binary(min_size=2, max_size=2).map(keccak), st.binary(min_size=1, max_size=40), max_size=30
)


def trie_of(pairs: dict[bytes, bytes]) -> HexaryTrie:
    trie = HexaryTrie({})
    for key, value in pairs.items():
        trie[key] = value
    return trie


def proof_of(trie: HexaryTrie, key: bytes) -> list[bytes]:
    """Nodes on the way; nodes of fewer than 32 bytes stand in the node above."""
    return [e for i, e in enumerate(map(rlp.encode, trie.get_proof(key))) if i == 0 or len(e) >= 32]


@given(PAIRS)
def test_a_root_is_that_of_another_implementation(pairs: dict[bytes, bytes]) -> None:
    assert root(pairs) == trie_of(pairs).root_hash


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=200))
def test_a_list_root_is_that_of_another_implementation(values: list[bytes]) -> None:
    expected = trie_of({rlp.encode(i): v for i, v in enumerate(values)})
    assert list_root(values) == expected.root_hash


@given(PAIRS, st.binary(min_size=2, max_size=2).map(keccak))
def test_a_proof_tells_the_value_or_that_there_is_none(pairs: dict[bytes, bytes], key: bytes) -> None:
    trie = trie_of(pairs)
    for name in (key, *pairs):
        proof = proof_of(trie, name) if pairs else []
        assert prove(trie.root_hash, name, proof) == pairs.get(name)


@given(PAIRS.filter(bool), st.data())
def test_a_proof_of_another_state_with_a_node_missing_or_too_many_is_refused(
    pairs: dict[bytes, bytes], data: st.DataObject
) -> None:
    trie, key = trie_of(pairs), data.draw(st.sampled_from(sorted(pairs)))
    proof = proof_of(trie, key)
    for wrong in (proof[:-1], [*proof, proof[-1]], [*proof, rlp.encode([b" ", b"x"])]):
        with pytest.raises(ProofError):
            prove(trie.root_hash, key, wrong)
    with pytest.raises(ProofError):
        prove(keccak(b"another"), key, proof)


@given(PAIRS.filter(bool), st.data())
def test_a_flipped_byte_in_a_proof_is_refused(pairs: dict[bytes, bytes], data: st.DataObject) -> None:
    trie, key = trie_of(pairs), data.draw(st.sampled_from(sorted(pairs)))
    proof = proof_of(trie, key)
    index = data.draw(st.integers(0, len(proof) - 1))
    place = data.draw(st.integers(0, len(proof[index]) - 1))
    node = bytearray(proof[index])
    node[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProofError):
        prove(trie.root_hash, key, [*proof[:index], bytes(node), *proof[index + 1 :]])


def test_an_empty_trie_has_nothing() -> None:
    assert root({}) == EMPTY_ROOT
    assert prove(EMPTY_ROOT, keccak(b"x"), []) is None

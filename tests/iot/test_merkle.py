"""RFC 9162 hashing against its recursive definitions, and the stored log against both."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iot.errors import LogRangeError
from iot.log.merkle import (
    consistency_path,
    fold,
    inclusion_path,
    leaf_hash,
    root,
)
from tests.iot.merkle_proofs import ProofInvalidError, verify_consistency, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.log.merkle import Subtrees

ENTRIES = [f"entry {n}".encode() for n in range(70)]
sizes = st.integers(1, len(ENTRIES))


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(entries: Sequence[bytes]) -> bytes:
    """§2.1.1, word by word."""
    n = len(entries)
    if n == 0:
        return sha(b"")
    if n == 1:
        return sha(b"\x00" + entries[0])
    k = largest_power_below(n)
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """§2.1.3.1, word by word."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_below(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: Sequence[bytes], whole: bool) -> list[bytes]:
    """§2.1.4.1, word by word."""
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def subtrees(entries: Sequence[bytes]) -> Subtrees:
    def hash_of(height: int, index: int) -> bytes:
        part = entries[index << height : (index + 1) << height]
        assert len(part) == 1 << height, "only full subtrees may be asked for"
        return fold([leaf_hash(entry) for entry in part])

    return hash_of


@pytest.mark.parametrize("size", range(len(ENTRIES) + 1))
def test_a_root_is_that_of_the_definition(size: int) -> None:
    assert root(size, subtrees(ENTRIES[:size])) == mth(ENTRIES[:size])


def test_the_root_of_nothing_and_of_one_empty_entry_are_those_of_the_rfc() -> None:
    assert mth([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert mth([b""]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(sizes, st.data())
def test_an_inclusion_path_is_that_of_the_definition_and_verifies(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    entries = ENTRIES[:size]
    found = inclusion_path(index, size, subtrees(entries))
    assert list(found) == path(index, entries)
    verify_inclusion(leaf_hash(entries[index]), index, size, found, mth(entries))


@given(sizes, sizes)
def test_a_consistency_path_is_that_of_the_definition_and_verifies(one: int, other: int) -> None:
    old, new = sorted((one, other))
    found = consistency_path(old, new, subtrees(ENTRIES[:new]))
    assert list(found) == subproof(old, ENTRIES[:new], True)
    verify_consistency(old, new, mth(ENTRIES[:old]), mth(ENTRIES[:new]), found)


@given(sizes, st.data())
@settings(max_examples=300)
def test_a_tampered_inclusion_proof_does_not_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    found = list(inclusion_path(index, size, subtrees(ENTRIES[:size])))
    leaf, expected = leaf_hash(ENTRIES[index]), mth(ENTRIES[:size])
    kind = data.draw(st.sampled_from(["leaf", "index", "longer", "shorter", "hash"]))
    if kind == "leaf":
        leaf = sha(leaf)
    elif kind == "index":
        index = data.draw(st.integers(0, size).filter(lambda other: other != index))
    elif kind == "longer":
        found.append(bytes(32))
    elif kind == "shorter" and found:
        found.pop(data.draw(st.integers(0, len(found) - 1)))
    elif found:
        at = data.draw(st.integers(0, len(found) - 1))
        found[at] = sha(found[at])
    else:
        leaf = sha(leaf)
    with pytest.raises(ProofInvalidError):
        verify_inclusion(leaf, index, size, found, expected)


@given(sizes, sizes, st.data())
@settings(max_examples=300)
def test_a_log_that_changed_its_past_has_no_consistency_proof(
    one: int, other: int, data: st.DataObject
) -> None:
    old, new = sorted((one, other))
    changed = list(ENTRIES[:new])
    changed[data.draw(st.integers(0, old - 1))] = b"changed"
    found = consistency_path(old, new, subtrees(changed))
    with pytest.raises(ProofInvalidError):
        verify_consistency(old, new, mth(ENTRIES[:old]), mth(changed), found)


def test_proofs_outside_the_log_are_refused() -> None:
    for index, size in ((1, 1), (-1, 1), (0, 0)):
        with pytest.raises(LogRangeError):
            inclusion_path(index, size, subtrees(ENTRIES))
        with pytest.raises(ProofInvalidError):
            verify_inclusion(bytes(32), index, size, [], bytes(32))
    for old, new in ((0, 1), (2, 1)):
        with pytest.raises(LogRangeError):
            consistency_path(old, new, subtrees(ENTRIES))
        with pytest.raises(ProofInvalidError):
            verify_consistency(old, new, bytes(32), bytes(32), [])

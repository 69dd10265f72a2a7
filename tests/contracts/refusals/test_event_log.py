"""The log of events: what it refuses."""

from __future__ import annotations

from functools import reduce

import pytest

from tests.conftest import signer
from tests.contracts import event_tree
from tests.contracts.evm import EvmTown, refused
from tests.contracts.visiting import (
    IN,
    LEAVES,
    OUT,
    ROOT,
    accepted,
    anchor,
    claim,
    claimed,
)


class TestEventLog:
    @pytest.mark.parametrize("size", [0, 1, 2])
    def test_head_that_has_not_grown_is_refused(self, place: EvmTown, size: int) -> None:
        anchor(place)
        with refused("EventLogNotGrown", anchored_size=2, size=size):
            anchor(place, size)

    def test_log_that_grows_by_more_than_a_million_leaves_at_once_is_refused(self, place: EvmTown) -> None:
        """After a false head of 2^64 - 1 leaves none would be larger (p04)."""
        most = place.read("EventLog", "MOST_NEW_LEAVES")
        assert most == 2**20
        anchor(place)
        for size in (2**64 - 1, 2 + most + 1):
            with refused("EventLogGrownTooFar", anchored_size=2, size=size, most=most):
                anchor(place, size)
        path = [bytes([height]) * 32 for height in range(1, 21)]
        anchor(place, 2 + most, reduce(event_tree.node_hash, path, ROOT), path)
        assert place.read("EventLog", "anchoredSize") == 2 + most

    @pytest.mark.parametrize("altered", ["a leaf", "the order", "no proof", "another proof", "too long"])
    def test_head_that_does_not_go_on_from_the_one_before_is_refused(
        self, place: EvmTown, altered: str
    ) -> None:
        anchor(place)
        path = event_tree.consistency(LEAVES, 2)
        leaves, path = {
            "a leaf": ([LEAVES[2], *LEAVES[1:]], path),
            "the order": ([LEAVES[1], LEAVES[0], *LEAVES[2:]], path),
            "no proof": (LEAVES, []),
            "another proof": (LEAVES, event_tree.consistency(LEAVES, 3)),
            "too long": (LEAVES, [*path, path[0]]),
        }[altered]
        with refused("EventLogNotContinued", anchored_size=2, size=5):
            anchor(place, 5, event_tree.root(leaves), path)

    def test_head_of_another_log_is_refused_with_the_proof_of_that_log(self, place: EvmTown) -> None:
        anchor(place, 3, event_tree.root(LEAVES[:3]))
        other = [LEAVES[4], *LEAVES[1:]]
        with refused("EventLogNotContinued", anchored_size=3, size=5):
            anchor(place, 5, event_tree.root(other), event_tree.consistency(other, 3))

    def test_head_without_a_root_is_refused(self, place: EvmTown) -> None:
        with refused("EventLogNotContinued", anchored_size=0, size=2):
            anchor(place, root=bytes(32))

    def test_event_of_an_older_head_is_used_under_a_newer_one_once(self, place: EvmTown) -> None:
        claimed(place)
        anchor(place, 5, event_tree.root(LEAVES), event_tree.consistency(LEAVES, 2))
        assert [place.read("EventLog", "isUsed", i) for i in range(5)] == [True, True, False, False, False]
        accepted(place, b"u" * 16)
        ends = [(LEAVES[i], i, event_tree.inclusion(LEAVES, i)) for i in (2, 1)]
        with refused("EventLogLeafUsed", leaf_hash=LEAVES[1]):
            claim(place, b"u" * 16, leaves=ends, size=5)

    def test_leaf_is_used_by_modules_only(self, place: EvmTown) -> None:
        anchor(place)
        with refused("EventLogModuleNotAdmitted", caller=signer("verifier").address.lower()):
            place.send(signer("verifier"), "EventLog", "use", 2, (IN, 0, [OUT]), (OUT, 1, [IN]))
        assert not place.read("EventLog", "isUsed", 0)


class TestFalseHead:
    """A stolen key of the log keeper ends the log for nobody (p04)."""

    def falsified(self, place: EvmTown) -> None:
        """A true head, and two false ones that go on from it."""
        anchor(place)
        for size in (3, 4):
            leaves = [*LEAVES[:2], b"f" * 32, b"g" * 32][:size]
            anchor(place, size, event_tree.root(leaves), event_tree.consistency(leaves, size - 1))

    def test_true_log_goes_on_once_false_heads_are_set_aside(self, place: EvmTown) -> None:
        self.falsified(place)
        path = event_tree.consistency(LEAVES, 2)
        with refused("EventLogNotContinued", anchored_size=4, size=5):
            anchor(place, 5, event_tree.root(LEAVES), event_tree.consistency(LEAVES, 4))
        place.send(signer("steward"), "EventLog", "resume", 2)
        anchor(place, 5, event_tree.root(LEAVES), path)
        assert [place.read("EventLog", "rootAt", n)[:1] for n in (3, 4)] == [b"\0", b"\0"]
        assert place.read("EventLog", "rootAt", 2) == ROOT

    def test_what_was_used_before_stays_used_and_true_leaves_in_false_places_are_free(
        self, place: EvmTown
    ) -> None:
        self.falsified(place)
        accepted(place)
        false = [*LEAVES[:2], b"f" * 32, b"g" * 32]
        claim(place, leaves=[(false[i], i, event_tree.inclusion(false, i)) for i in (0, 2)], size=4)
        place.send(signer("steward"), "EventLog", "resume", 2)
        anchor(place, 5, event_tree.root(LEAVES), event_tree.consistency(LEAVES, 2))
        assert [place.read("EventLog", "isUsed", i) for i in range(4)] == [True, False, False, False]
        accepted(place, b"u" * 16)
        true = [(LEAVES[i], i, event_tree.inclusion(LEAVES, i)) for i in (2, 3)]
        claim(place, b"u" * 16, leaves=true, size=5)

    def test_false_head_proves_nothing_any_more(self, place: EvmTown) -> None:
        self.falsified(place)
        place.send(signer("steward"), "EventLog", "resume", 2)
        accepted(place)
        false = [*LEAVES[:2], b"f" * 32, b"g" * 32]
        with refused("EventLogLeafNotAnchored", size=4):
            claim(place, leaves=[(false[i], i, event_tree.inclusion(false, i)) for i in (2, 3)], size=4)

    def test_log_whose_first_head_is_false_begins_anew(self, place: EvmTown) -> None:
        anchor(place, 3, b"f" * 32)
        place.send(signer("steward"), "EventLog", "resume", 0)
        anchor(place)
        place.send(signer("steward"), "EventLog", "resume", 0)
        assert place.read("EventLog", "rootAt", 2) == bytes(32)

    @pytest.mark.parametrize("size", [1, 4, 5])
    def test_log_goes_on_from_no_size_that_was_not_anchored(self, place: EvmTown, size: int) -> None:
        self.falsified(place)
        with refused("EventLogHeadUnknown", size=size):
            place.send(signer("steward"), "EventLog", "resume", size)

    def test_log_keeper_sets_no_head_aside(self, place: EvmTown) -> None:
        self.falsified(place)
        with refused("AccessManagedUnauthorized"):
            place.send(signer("log_keeper"), "EventLog", "resume", 2)

"""Rules of changes: what an event makes of one, where it stands in time, and which events no history can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import ChangeCancelled, ChangeExecuted, ChangeScheduled, HandoverVoteCast, VetoCast
from contracts.roles import CHANGE_OPEN_SECONDS
from indexer.projections.agreement import agreements
from indexer.projections.change import ChangePhase, changes, phase
from indexer.projections.fold import ImpossibleEventError
from indexer.projections.veto import vetoes
from tests.indexer.projections.paper_mirror import PaperMirror, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.types import Event
    from indexer.projections.noun import Noun

OPERATION, GUARDIAN = b"o" * 32, b"g" * 20
BLOCKS = 5
SCHEDULED = ChangeScheduled(
    operation_id=OPERATION, nonce=1, due_at=time_of(BLOCKS), caller=b"c" * 20, target=b"t" * 20, data=b"\x01\x02\x03\x04",
)  # fmt: skip
EXECUTED = ChangeExecuted(operation_id=OPERATION, nonce=1)
CANCELLED = ChangeCancelled(operation_id=OPERATION, nonce=1, by=GUARDIAN)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[PaperMirror]:
    opened = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    yield opened
    opened.close()


def now(mirror: PaperMirror) -> list[Any]:
    """Changes as they are, in the order in which they were scheduled."""
    return sorted(mirror.now(changes).values(), key=lambda change: change.block_number)


def test_a_change_waits_falls_due_and_is_over_by_the_second(mirror: PaperMirror) -> None:
    mirror.write([[SCHEDULED]])
    (change,) = now(mirror)
    due = time_of(BLOCKS)
    assert (change.scheduled_at, change.due_at, change.data) == (time_of(1), due, b"\x01\x02\x03\x04")
    seconds = (due - 1, due, due + CHANGE_OPEN_SECONDS - 1, due + CHANGE_OPEN_SECONDS)
    assert [phase(change, at) for at in seconds] == [
        ChangePhase.WAITING,
        ChangePhase.DUE,
        ChangePhase.DUE,
        ChangePhase.EXPIRED,
    ]


def test_what_was_carried_out_or_cancelled_stays_so(mirror: PaperMirror) -> None:
    again = replace(SCHEDULED, nonce=2, due_at=time_of(2 * BLOCKS))
    mirror.write(
        [[SCHEDULED], [CANCELLED], [again], *([[]] * (2 * BLOCKS - 4)), [replace(EXECUTED, nonce=2)]]
    )
    first, second = now(mirror)
    assert {phase(first, at) for at in (0, 2**40)} | {phase(second, at) for at in (0, 2**40)} == {
        ChangePhase.CANCELLED,
        ChangePhase.EXECUTED,
    }
    assert (first.cancelled_at, first.cancelled_by, first.executed_at) == (time_of(2), GUARDIAN, None)
    assert (second.executed_at, second.cancelled_by) == (time_of(2 * BLOCKS), None)


def test_a_rewind_takes_an_ending_back_and_a_replay_gives_the_same(mirror: PaperMirror) -> None:
    mirror.write([[SCHEDULED], [CANCELLED]])
    before = mirror.versions(changes)
    mirror.replay(changes)
    assert mirror.versions(changes) == before
    mirror.rewind(1)
    assert [phase(change, time_of(2)) for change in now(mirror)] == [ChangePhase.WAITING]


@pytest.mark.parametrize("noun", [vetoes, agreements], ids=["against a change", "for a handover"])
def test_a_seat_votes_by_whoever_holds_it_and_the_next_holder_votes_anew(
    mirror: PaperMirror, noun: Noun[Any]
) -> None:
    first, second, taken_back = (vote_of(noun, *of) for of in ((b"a", True), (b"b", True), (b"b", False)))
    mirror.write([[first], [second]])
    (vote,) = mirror.now(noun).values()
    assert vote.member == b"b" * 16
    with pytest.raises(ImpossibleEventError):
        mirror.write([[second]])
    mirror.write([[taken_back]])
    with pytest.raises(ImpossibleEventError):
        mirror.write([[taken_back]])


def vote_of(noun: Noun[Any], letter: bytes, counts: bool) -> Event:
    """What a member says for seat 0."""
    whose: dict[str, Any] = {
        "operation_id": OPERATION, "operation_nonce": 1, "committee": 1, "seat": 0, "member": letter * 16, "votes": 1,
    }  # fmt: skip
    if noun is vetoes:
        return VetoCast(against=counts, **whose)
    return HandoverVoteCast(agrees=counts, revision=0, **whose)


@pytest.mark.parametrize(
    "history",
    [
        [[], [EXECUTED]],
        [[], [CANCELLED]],
        [[SCHEDULED], [EXECUTED]],
        [[SCHEDULED], [SCHEDULED]],
        [[SCHEDULED], [CANCELLED], [CANCELLED]],
        [[], *([[]] * BLOCKS), [SCHEDULED]],
    ],
    ids=["never scheduled", "cancelled what never was", "too early", "twice", "cancelled twice", "due before it was scheduled"],
)  # fmt: skip
def test_an_event_that_no_history_can_hold_halts(mirror: PaperMirror, history: list[list[Event]]) -> None:
    mirror.write(history[:-1])
    with pytest.raises(ImpossibleEventError, match=type(history[-1][0]).__name__):
        mirror.write(history[-1:])

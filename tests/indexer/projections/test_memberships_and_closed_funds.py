"""Members who move, leave and come back, keys that are brought twice, and funds that close, as the mirror keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import Level
from contracts.events import (
    FundClosed,
    FundOpened,
    HouseholdChanged,
    KeyAdded,
    KeyEnded,
    MemberRegistered,
    MembershipEnded,
    MembershipRestored,
    RecoverySigned,
)
from indexer.projections.fold import ImpossibleEventError
from indexer.projections.fund import funds
from indexer.projections.member import keys, members, recoveries
from tests.conftest import member_id
from tests.indexer.projections.paper_mirror import PaperMirror

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHO, OTHER, KEY = member_id("who"), member_id("other"), b"k" * 20
OLD, NEW = b"o" * 16, b"n" * 16
LATER = 10**12
JOINED = MemberRegistered(member=WHO, kind=1, household=OLD)
MOVED = HouseholdChanged(member=WHO, household=NEW)
LEFT, BACK = MembershipEnded(member=WHO), MembershipRestored(member=WHO)
WAITING = KeyAdded(member=WHO, key=KEY, kind=0, valid_from=LATER, refusable_until=LATER)
ACTING = KeyAdded(member=WHO, key=KEY, kind=0, valid_from=0, refusable_until=0)
ENDED = KeyEnded(member=WHO, key=KEY)
FUND = FundOpened(fund=1, parent=0, level=Level.STREET, bank=1)
CLOSED, REOPENED = FundClosed(fund=1, closed=True), FundClosed(fund=1, closed=False)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[PaperMirror]:
    opened = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    yield opened
    opened.close()


def test_household_and_end_of_a_membership_are_those_of_now(mirror: PaperMirror) -> None:
    mirror.write([[JOINED], [MOVED], [LEFT]])
    [member] = mirror.now(members).values()
    assert (member.household, member.ended_at is None) == (NEW, False)
    mirror.write([[BACK]])
    [member] = mirror.now(members).values()
    assert member.ended_at is None


def test_key_that_ended_before_it_might_act_is_brought_again(mirror: PaperMirror) -> None:
    mirror.write([[JOINED, WAITING], [ENDED], [WAITING]])
    [key] = mirror.now(keys).values()
    assert (key.valid_from, key.ends_at, key.refused_by) == (LATER, None, None)


def test_third_signature_for_a_key_begins_its_recovery_anew(mirror: PaperMirror) -> None:
    """Though the time of the second one is not over: two sign anew for a key that was refused."""
    signed = [
        RecoverySigned(member=WHO, new_key=KEY, guardian=guardian, lapses_at=9)
        for guardian in (OLD, NEW, OTHER)
    ]
    mirror.write([[JOINED], *([one] for one in signed)])
    [recovery] = mirror.now(recoveries).values()
    assert (recovery.guardian, recovery.second_guardian) == (OTHER, None)


def test_fund_is_closed_and_open_in_turn(mirror: PaperMirror) -> None:
    mirror.write([[FUND], [CLOSED]])
    assert [fund.closed for fund in mirror.now(funds).values()] == [True]
    mirror.write([[REOPENED]])
    assert [fund.closed for fund in mirror.now(funds).values()] == [False]


@pytest.mark.parametrize(
    ("before", "impossible"),
    [
        ((JOINED,), HouseholdChanged(member=WHO, household=OLD)),
        ((JOINED,), BACK),
        ((JOINED, LEFT), LEFT),
        ((JOINED, WAITING), WAITING),
        ((JOINED, ACTING, ENDED), WAITING),
        (
            (JOINED, MemberRegistered(member=OTHER, kind=1, household=OLD), WAITING, ENDED),
            KeyAdded(member=OTHER, key=KEY, kind=0, valid_from=LATER, refusable_until=LATER),
        ),
        ((FUND,), REOPENED),
        ((FUND, CLOSED), CLOSED),
    ],
)
def test_what_no_history_holds_halts_the_mirror(
    mirror: PaperMirror, before: tuple[Any, ...], impossible: Any
) -> None:
    mirror.write([[event] for event in before])
    with pytest.raises(ImpossibleEventError, match=type(impossible).__name__):
        mirror.write([[impossible]])

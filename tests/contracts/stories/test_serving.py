"""H1: an hour of shopping for an old neighbour is stored."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind
from contracts.enums import AssuranceLevel, TaskState
from tests.conftest import GENESIS_TIME, RefusedError, member_id, signer
from tests.contracts import event_tree
from tests.contracts.neighbourhood import (
    CHALLENGE_SECONDS,
    DAY,
    DEADLINE,
    FUND,
    VISIT,
    fresh_nonce,
    held,
    later,
)
from wallets.intents import ActOnTask, OpenTask, TaskAct

if TYPE_CHECKING:
    from tests.conftest import Town

SHOPPING = b"shopping-for-one"
RULES = hashlib.sha256(b"rules").digest()
VOLUNTEER = member_id("volunteer")


def leaf(event: str) -> bytes:
    return hashlib.sha256(b"\x00" + event.encode()).digest()


async def take(place: Town, task: bytes = SHOPPING, minutes: int = 90) -> None:
    opened = OpenTask(
        task=task, fund=FUND, service=VISIT, authorised_minutes=minutes, beneficiary=b"w" * 32, expires_at=DEADLINE,
        nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    await place.carry(signer("coordinator"), opened)
    await act(place, "volunteer", TaskAct.ACCEPT, task)


async def act(place: Town, name: str, what: TaskAct, task: bytes = SHOPPING) -> None:
    intent = ActOnTask(act=what, task=task, document=bytes(32), nonce=fresh_nonce(), deadline=DEADLINE)
    await place.carry(signer(name), intent)


async def claim(
    place: Town,
    minutes: int = 60,
    level: AssuranceLevel = AssuranceLevel.A3,
    task: bytes = SHOPPING,
) -> None:
    """Anchors a log of two leaves and claims them."""
    checked_in, checked_out = leaf("check-in"), leaf("check-out")
    await place.send(
        signer("log_keeper"), "EventLog", "anchor", 2, event_tree.root([checked_in, checked_out]), RULES, [],
    )  # fmt: skip
    leaves = ((checked_in, 0, [checked_out]), (checked_out, 1, [checked_in]))
    await place.send(signer("verifier"), "TimeBank", "admitClaim", (task, minutes, level, RULES, 2, *leaves))


async def credit(place: Town) -> None:
    await place.send(signer("anyone"), "TimeBank", "credit", SHOPPING)


async def test_h1_hour_served_is_credited(place: Town) -> None:
    await take(place)
    await claim(place, 60)
    with pytest.raises(RefusedError, match="TimeChallengeRunning"):
        await credit(place)
    await later(place, CHALLENGE_SECONDS)
    await credit(place)
    assert await held(place, AccountKind.MEMBER_MINUTES, VOLUNTEER) == 60


async def test_claim_below_a2_waits_for_a_coordinator(place: Town) -> None:
    await take(place)
    await claim(place, 60, AssuranceLevel.A1)
    await later(place, CHALLENGE_SECONDS)
    with pytest.raises(RefusedError, match="TimeLevelNeedsAcknowledgement"):
        await credit(place)
    await act(place, "coordinator", TaskAct.ACKNOWLEDGE)
    await credit(place)
    assert await held(place, AccountKind.MEMBER_MINUTES, VOLUNTEER) == 60


async def test_disputed_claim_is_rejected_and_its_events_stay_used(place: Town) -> None:
    await take(place)
    await claim(place, 60)
    await act(place, "second coordinator", TaskAct.DISPUTE)
    await later(place, CHALLENGE_SECONDS)
    with pytest.raises(RefusedError, match="TimeDecisionPending"):
        await credit(place)
    await act(place, "coordinator", TaskAct.REJECT)
    assert (await place.read("TimeBank", "taskRecord", SHOPPING))[0] == TaskState.REJECTED
    assert await place.read("EventLog", "isUsed", 0)


async def test_dispute_that_nobody_decides_falls_and_the_hours_are_credited(place: Town) -> None:
    """A claim that stands by its evidence is not held back for ever (p34)."""
    await take(place)
    await claim(place, 60)
    await act(place, "second coordinator", TaskAct.DISPUTE)
    await later(place, 14 * DAY)
    with pytest.raises(RefusedError, match="TimeDecisionOver"):
        await act(place, "coordinator", TaskAct.REJECT)
    await credit(place)
    assert await held(place, AccountKind.MEMBER_MINUTES, VOLUNTEER) == 60


async def test_claim_below_a2_on_which_nobody_decides_lapses(place: Town) -> None:
    await take(place)
    await claim(place, 60, AssuranceLevel.A1)
    await later(place, CHALLENGE_SECONDS + 14 * DAY)
    with pytest.raises(RefusedError, match="TimeDecisionOver"):
        await act(place, "coordinator", TaskAct.ACKNOWLEDGE)
    await place.send(signer("anyone"), "TimeBank", "lapseClaim", SHOPPING)
    assert (await place.read("TimeBank", "taskRecord", SHOPPING))[0] == TaskState.REJECTED


async def test_accepted_task_that_nobody_serves_expires_and_is_held_no_longer(place: Town) -> None:
    """Nothing is accepted for ever (p06)."""
    await take(place)
    await later(place, DEADLINE - GENESIS_TIME + 7 * DAY)
    await place.send(signer("anyone"), "TimeBank", "expireTask", SHOPPING)
    assert (await place.read("TimeBank", "taskRecord", SHOPPING))[0] == TaskState.EXPIRED


async def test_tariff_never_credits_more_than_the_task_authorises(place: Town) -> None:
    await place.send(signer("steward"), "TimeBank", "setService", VISIT, 15, 120, 60)
    await take(place, minutes=30)
    await claim(place, 20)
    await later(place, CHALLENGE_SECONDS)
    await credit(place)
    assert await held(place, AccountKind.MEMBER_MINUTES, VOLUNTEER) == 30


async def test_credit_reversed_takes_the_minutes_back(place: Town) -> None:
    await take(place)
    await claim(place, 60)
    await later(place, CHALLENGE_SECONDS)
    await credit(place)
    await act(place, "second coordinator", TaskAct.REVERSE_CREDIT)
    assert await held(place, AccountKind.MEMBER_MINUTES, VOLUNTEER) == 0
    assert await held(place, AccountKind.ISSUED_MINUTES) == 0

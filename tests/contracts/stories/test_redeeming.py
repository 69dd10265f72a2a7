"""H1: an hour that was earned is redeemed for a haircut, and the neighbour who cuts hair has earned the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind
from contracts.enums import RedemptionState
from tests.conftest import RefusedError, member_id, signer
from tests.contracts.neighbourhood import (
    CHALLENGE_SECONDS,
    DAY,
    DEADLINE,
    FUND,
    HAIRCUT,
    fresh_nonce,
    held,
    later,
)
from tests.contracts.stories.test_serving import VOLUNTEER, claim, credit, take
from wallets.intents import ActOnRedemption, Redeem, RedemptionAct

if TYPE_CHECKING:
    from tests.conftest import Town

TODAY = b"haircut of today"
BARBER = member_id("barber")
REASONED = (RedemptionAct.DISPUTE, RedemptionAct.DECIDE_FOR_MEMBER, RedemptionAct.DECIDE_FOR_PROVIDER)


async def redeem(place: Town, provider: str = "barber") -> None:
    """The volunteer, who served an hour, redeems half of it."""
    await take(place)
    await claim(place, 60)
    await later(place, CHALLENGE_SECONDS)
    await credit(place)
    intent = Redeem(
        redemption=TODAY, provider=member_id(provider), fund=FUND, service=HAIRCUT, held_minutes=30, nonce=fresh_nonce(),
        deadline=DEADLINE,
    )  # fmt: skip
    await place.carry(signer("volunteer"), intent)


async def act(place: Town, name: str, what: RedemptionAct) -> None:
    document = b"d" * 32 if what in REASONED else bytes(32)
    intent = ActOnRedemption(
        act=what, redemption=TODAY, document=document, nonce=fresh_nonce(), deadline=DEADLINE
    )
    await place.carry(signer(name), intent)


async def state(place: Town) -> RedemptionState:
    return RedemptionState((await place.read("Redemptions", "redemptionRecord", TODAY))[0])


async def minutes(place: Town) -> tuple[int, int, int, int]:
    """Minutes of the volunteer, of the barber, in escrow, and issued."""
    return (
        await held(place, AccountKind.MEMBER_MINUTES, VOLUNTEER),
        await held(place, AccountKind.MEMBER_MINUTES, BARBER),
        await held(place, AccountKind.MINUTES_ESCROW),
        await held(place, AccountKind.ISSUED_MINUTES),
    )


async def test_h1_neighbour_who_serves_earns_what_was_redeemed(place: Town) -> None:
    """An hour for an hour (p32); and who had the haircut does not cancel it alone (p30)."""
    await redeem(place)
    assert await minutes(place) == (30, 0, 30, -60)
    await act(place, "barber", RedemptionAct.ACCEPT)
    with pytest.raises(RefusedError, match="RedemptionNotIn"):
        await act(place, "volunteer", RedemptionAct.CANCEL)
    await act(place, "barber", RedemptionAct.SERVE)
    with pytest.raises(RefusedError, match="RedemptionNotIn"):
        await act(place, "barber", RedemptionAct.DECLINE)
    await act(place, "volunteer", RedemptionAct.CONFIRM)
    assert await minutes(place) == (30, 30, 0, -60)


async def test_h1_silence_confirms_after_a_week(place: Town) -> None:
    await redeem(place)
    await act(place, "barber", RedemptionAct.ACCEPT)
    await act(place, "barber", RedemptionAct.SERVE)
    with pytest.raises(RefusedError, match="RedemptionNotOver"):
        await place.send(signer("anyone"), "Redemptions", "settleRedemption", TODAY)
    await later(place, 7 * DAY)
    with pytest.raises(RefusedError, match="RedemptionOver"):
        await act(place, "volunteer", RedemptionAct.DISPUTE)
    await place.send(signer("anyone"), "Redemptions", "settleRedemption", TODAY)
    assert await minutes(place) == (30, 30, 0, -60)


async def test_h1_disputed_haircut_is_decided_by_a_coordinator(place: Town) -> None:
    """A dispute has a second person (p30)."""
    await redeem(place)
    await act(place, "barber", RedemptionAct.ACCEPT)
    await act(place, "barber", RedemptionAct.SERVE)
    await act(place, "volunteer", RedemptionAct.DISPUTE)
    with pytest.raises(RefusedError, match="MembersRoleMissing"):
        await act(place, "barber", RedemptionAct.DECIDE_FOR_PROVIDER)
    await act(place, "coordinator", RedemptionAct.DECIDE_FOR_MEMBER)
    assert await state(place) is RedemptionState.RETURNED
    assert await minutes(place) == (60, 0, 0, -60)


async def test_h1_minutes_come_back_when_both_are_gone(place: Town) -> None:
    """Nothing stays in escrow for ever (p39)."""
    await redeem(place)
    await act(place, "barber", RedemptionAct.ACCEPT)
    await later(place, 60 * DAY)
    await place.send(signer("anyone"), "Redemptions", "lapseRedemption", TODAY)
    assert await state(place) is RedemptionState.LAPSED
    assert await minutes(place) == (60, 0, 0, -60)

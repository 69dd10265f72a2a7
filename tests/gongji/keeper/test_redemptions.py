"""The keeper ends redemptions at their dates: it settles what was served, and gives back the minutes of all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind, account_id
from contracts.enums import RedemptionState
from iot.simulator.events import VisitPlan, visit_events
from tests.conftest import member_id
from tests.contracts.neighbourhood import FUND, HAIRCUT
from tests.contracts.redeeming import ACCEPTED, DISPUTED, REASONED, SERVED
from tests.gongji.keeper.world import HOME, SERVICE, World
from wallets.intents import ActOnRedemption, ActOnTask, OpenTask, Redeem, RedemptionAct, TaskAct

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE, TASK = b"h" * 16, b"t" * 16
DAY_HOURS = 24
DIRECT = {"nonce": 0, "deadline": 0}
Steps = tuple[tuple[str, RedemptionAct], ...]


@pytest.fixture
def world() -> Iterator[World]:
    """The town in which the volunteer has earned 40 minutes and redeemed 30 of them."""
    world = World()
    try:
        _earn(world)
        redeemed = Redeem(
            redemption=ONE,
            provider=member_id("barber"),
            fund=FUND,
            service=HAIRCUT,
            held_minutes=30,
            **DIRECT,
        )
        world.block(world.act("volunteer", redeemed))
        yield world
    finally:
        world.close()


@pytest.mark.parametrize(
    ("steps", "days", "function", "after"),
    [
        ((), 60, "lapseRedemption", RedemptionState.LAPSED),
        ((ACCEPTED,), 60, "lapseRedemption", RedemptionState.LAPSED),
        (SERVED, 7, "settleRedemption", RedemptionState.DONE),
        (DISPUTED, 14, "lapseRedemption", RedemptionState.LAPSED),
    ],
    ids=["open", "accepted", "served", "disputed"],
)
def test_redemption_is_ended_at_its_date_once_and_not_an_hour_before(
    world: World, steps: Steps, days: int, function: str, after: RedemptionState
) -> None:
    """Nobody's minutes are held for ever (p39)."""
    opened_at = world.evm.now
    for name, what in steps:
        _act(world, name, what)
    until = (opened_at if len(steps) < len(SERVED) else world.evm.now) + days * DAY_HOURS * 3600
    world.hours((until - world.now) // 3600 - 1)
    assert _orders(world) == set()
    world.hours(1)
    assert _orders(world) == {f"keeper:{function}/{ONE.hex()}/{world.now // 3600}"}
    world.carry()
    assert world.evm.read("Redemptions", "redemptionRecord", ONE)[0] == after
    world.hours(2)
    assert _orders(world) == set()
    escrow = world.evm.read("Ledger", "balanceOf", account_id(AccountKind.MINUTES_ESCROW, 0))
    assert escrow == 0


def test_redemption_that_is_over_is_ended_no_more(world: World) -> None:
    _act(world, "volunteer", RedemptionAct.CANCEL)
    world.hours(61 * DAY_HOURS)
    assert _orders(world) == set()


def _earn(world: World) -> None:
    """A visit of forty minutes, claimed and credited by the keeper."""
    opened = OpenTask(
        task=TASK,
        fund=FUND,
        service=SERVICE,
        authorised_minutes=60,
        beneficiary=world.home,
        expires_at=world.now + DAY_HOURS * 3600,
        **DIRECT,
    )
    accepted = ActOnTask(act=TaskAct.ACCEPT, task=TASK, document=bytes(32), **DIRECT)
    world.block(world.act("coordinator", opened))
    world.block(world.act("volunteer", accepted))
    plan = VisitPlan(
        task=TASK, volunteer=member_id("volunteer"), place=HOME, check_in_ms=1000 * (world.now - 3000), minutes=40,
        phone=world.phones["volunteer"], pad=world.pads["volunteer"], distance_m=20,
    )  # fmt: skip
    world.log(visit_events(plan))
    for hours in (0, 0, 2 * DAY_HOURS):
        if hours:
            world.hours(hours)
        world.round()
        world.carry()


def _act(world: World, name: str, what: RedemptionAct) -> None:
    document = b"w" * 32 if what in REASONED else bytes(32)
    world.block(world.act(name, ActOnRedemption(act=what, redemption=ONE, document=document, **DIRECT)))


def _orders(world: World) -> set[str]:
    """Keys of what the keeper orders now of redemptions."""
    return {key for key in world.round() if "Redemption" in key}

"""The keeper ends lots at their dates: it frees pieces that nobody accepted, and ends disputes that nobody decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.ids import lot_id, order_id
from tests.contracts.neighbourhood import BANK, ENTERPRISE, line
from tests.gongji.keeper.world import World
from wallets.intents import (
    ActOnLot,
    AttestProceeds,
    LotAct,
    OpenWorkOrder,
    PublishRateCard,
    RateCard,
    SettleLot,
    TakeLot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDER = order_id(b"o" * 8)
LOT = lot_id(ORDER, b"l" * 8)
DAY_HOURS, HOUR = 24, 3600
# What the fixture does after it has set the date of the order, an hour each.
BLOCKS = 4
DIRECT = {"nonce": 0, "deadline": 0}


@pytest.fixture
def world() -> Iterator[World]:
    """The town in which the worker has taken all pieces of an order that is due in a day."""
    world = World()
    try:
        card = RateCard(
            enterprise=ENTERPRISE, product=3, version=1, piece_fen=117, worker_bps=6_500, reserve_bps=500, fund_bps=3_000
        )  # fmt: skip
        proceeds = AttestProceeds(
            enterprise=ENTERPRISE, bank=BANK, bank_line=line("firm"), amount_fen=10_000, **DIRECT
        )
        ordered = OpenWorkOrder(
            order=ORDER, enterprise=ENTERPRISE, product=3, pieces=10, worker_pieces=10,
            due_at=world.now + DAY_HOURS * HOUR, **DIRECT,
        )  # fmt: skip
        world.block(world.act("foreman", PublishRateCard(card=card, **DIRECT)))
        world.block(world.act("treasurer", proceeds))
        world.block(world.act("foreman", ordered))
        world.block(world.act("worker", TakeLot(lot=LOT, order=ORDER, pieces=10, **DIRECT)))
        yield world
    finally:
        world.close()


def test_lot_that_nobody_accepted_lapses_at_its_date_once_and_not_an_hour_before(world: World) -> None:
    """No pieces are held for ever (p42)."""
    world.hours(61 * DAY_HOURS - BLOCKS - 1)
    assert _orders(world) == set()
    world.hours(1)
    assert _orders(world) == {f"keeper:lapseLot/{LOT.hex()}/{world.now // HOUR}"}
    world.carry()
    world.hours(2)
    assert _orders(world) == set()


def test_dispute_that_nobody_decided_ends_and_a_settled_lot_is_left_alone(world: World) -> None:
    """No dispute runs for ever (p42)."""
    settled = SettleLot(lot=LOT, accepted_pieces=7, rejected_pieces=3, document=b"d" * 32, **DIRECT)
    world.block(world.act("foreman", settled))
    world.block(world.act("worker", ActOnLot(act=LotAct.DISPUTE, lot=LOT, document=b"w" * 32, **DIRECT)))
    world.hours(14 * DAY_HOURS - 1)
    assert _orders(world) == set()
    world.hours(1)
    assert _orders(world) == {f"keeper:lapseDispute/{LOT.hex()}/{world.now // HOUR}"}
    world.carry()
    world.hours(60 * DAY_HOURS)
    assert _orders(world) == set()


def _orders(world: World) -> set[str]:
    """Keys of what the keeper orders now of lots."""
    return {key for key in world.round() if key.startswith(("keeper:lapseLot", "keeper:lapseDispute"))}

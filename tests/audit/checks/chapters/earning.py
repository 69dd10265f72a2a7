"""Orders, lots, and wages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.ids import lot_id
from tests.audit.checks.rules_town import BEADS, FORGOTTEN, LOT, ORDER, RETURNED, SECOND_LOT, UNDECIDED
from tests.conftest import member_id
from tests.contracts.neighbourhood import BANK, DAY, ENTERPRISE
from wallets.intents import (
    ActOnLot,
    AttestProceeds,
    DecideLot,
    LotAct,
    OpenWorkOrder,
    PayOut,
    Payout,
    PublishRateCard,
    RateCard,
    RecordWageReturn,
    ReversePayout,
    ReverseProceeds,
    ReverseWageReturn,
    SettleLot,
    SettleLots,
    Settlement,
    TakeLot,
)  # fmt: skip

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def earn(story: Story) -> None:
    """A rate card, proceeds, an order with two lots, payouts, and what is taken back of both."""
    card = RateCard(
        enterprise=ENTERPRISE,
        product=BEADS,
        version=1,
        piece_fen=117,
        worker_bps=6500,
        reserve_bps=500,
        fund_bps=3000,
    )
    await story.carry("foreman", PublishRateCard, card=card)
    line = story.line("FIRM-1", 3_000_000)
    await story.carry(
        "treasurer", AttestProceeds, enterprise=ENTERPRISE, bank=BANK, bank_line=line, amount_fen=3_000_000
    )
    due_at = story.town.chain.now() + 30 * DAY
    await story.carry(
        "foreman",
        OpenWorkOrder,
        order=ORDER,
        enterprise=ENTERPRISE,
        product=BEADS,
        pieces=320,
        worker_pieces=310,
        due_at=due_at,
    )
    together = ((LOT, 97, 3), (SECOND_LOT, 90, 0))
    for lot, accepted, rejected in together:
        await story.carry("worker", TakeLot, lot=lot, order=ORDER, pieces=accepted + rejected)
    settlements = tuple(
        Settlement(lot=lot, accepted_pieces=accepted, rejected_pieces=rejected, document=document * 32)
        for (lot, accepted, rejected), document in zip(together, (b"p", b"s"), strict=True)
    )
    await story.carry("foreman", SettleLots, order=ORDER, settlements=settlements)
    await _count_anew(story)
    too_much = story.line("FIRM-2", 4_000)
    await story.carry(
        "treasurer", AttestProceeds, enterprise=ENTERPRISE, bank=BANK, bank_line=too_much, amount_fen=4_000
    )
    undo = {"enterprise": ENTERPRISE, "document": b"d" * 32}
    back = story.line("FIRM-2 back", -4_000)
    await story.carry("cashier", ReverseProceeds, bank_line=too_much, outgoing_bank_line=back, **undo)
    # Paid, by mistake recorded as 7,000; paid, come back from a closed account, and paid once more.
    paid = story.line("W-1", -7_376)
    await _pay(story, 7_000, paid)
    await story.carry("cashier", ReversePayout, bank_line=paid, incoming_bank_line=bytes(32), **undo)
    await _pay(story, 7_376, paid)
    bounced = story.line("W-1 back", 7_376)
    await story.carry("cashier", ReversePayout, bank_line=paid, incoming_bank_line=bounced, **undo)
    paid = story.line("W-2", -7_376)
    await _pay(story, 7_376, paid)
    # A part came back, first recorded with a wrong amount, and is paid once more.
    part = story.line("W-2 part", 376)
    back = {"bank_line": paid, "incoming_bank_line": part, **undo}
    await story.carry("cashier", RecordWageReturn, amount_fen=367, **back)
    await story.carry("treasurer", ReverseWageReturn, **back)
    await story.carry("cashier", RecordWageReturn, amount_fen=376, **back)
    await _pay(story, 376, story.line("W-3", -376))


async def _count_anew(story: Story) -> None:
    """Lots that come back, that a dispute brings two pieces more and are taken back whole, that nobody accepts or decides."""
    await story.carry("worker", TakeLot, lot=RETURNED, order=ORDER, pieces=10)
    await _on_lot(story, "worker", LotAct.RETURN, RETURNED, bytes(32))
    lot = lot_id(ORDER, b"day 3 ..")
    await story.carry("worker", TakeLot, lot=lot, order=ORDER, pieces=20)
    await story.carry(
        "foreman", SettleLot, lot=lot, accepted_pieces=15, rejected_pieces=5, document=b"p" * 32
    )
    await _on_lot(story, "worker", LotAct.DISPUTE, lot, b"q" * 32)
    await story.carry("treasurer", DecideLot, lot=lot, accepted_pieces=2, document=b"d" * 32)
    await _on_lot(story, "cashier", LotAct.REVERSE, lot, b"d" * 32)
    await story.carry("worker", TakeLot, lot=FORGOTTEN, order=ORDER, pieces=5)
    await story.carry("worker", TakeLot, lot=UNDECIDED, order=ORDER, pieces=4)
    await story.carry(
        "foreman", SettleLot, lot=UNDECIDED, accepted_pieces=3, rejected_pieces=1, document=b"p" * 32
    )
    await _on_lot(story, "worker", LotAct.DISPUTE, UNDECIDED, b"q" * 32)


async def forget(story: Story) -> None:
    """A lot that nobody accepted, and a dispute that nobody decided, are over by their dates."""
    await story.send("anyone", "Cooperative", "lapseLot", FORGOTTEN)
    await story.send("anyone", "Cooperative", "lapseDispute", UNDECIDED)


async def _on_lot(story: Story, name: str, what: LotAct, lot: bytes, document: bytes) -> None:
    await story.carry(name, ActOnLot, act=what, lot=lot, document=document)


async def _pay(story: Story, amount_fen: int, bank_line: bytes) -> None:
    payout = Payout(worker=member_id("worker"), amount_fen=amount_fen, bank_line=bank_line)
    await story.carry("treasurer", PayOut, enterprise=ENTERPRISE, bank=BANK, payouts=(payout,))

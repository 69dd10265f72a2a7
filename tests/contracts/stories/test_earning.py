"""E1: a mother earns CNY 60 to 80 a day stringing beads at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind, worker_account
from contracts.ids import lot_id, order_id
from tests.conftest import RefusedError, member_id, signer
from tests.contracts.neighbourhood import (
    BANK,
    DAY,
    DEADLINE,
    ENTERPRISE,
    GENERAL,
    OBJECTION_GRACE,
    REMAINDER,
    RESERVE,
    fresh_nonce,
    held,
    later,
    line,
)
from tests.contracts.stories import test_spending as spending
from wallets.intents import (
    AttestProceeds,
    OpenWorkOrder,
    PayOut,
    Payout,
    ProposalAct,
    PublishRateCard,
    RateCard,
    SettleLot,
    TakeLot,
)

if TYPE_CHECKING:
    from tests.conftest import Town

BEADS, KEPT_LINE = 3, 41
ORDER = order_id(b"of beads")
WORKER = member_id("worker")


@pytest.fixture
async def factory(place: Town) -> Town:
    """A string of beads brings CNY 1.17: 65 % to the worker, 5 % reserve, 30 % to the public fund."""
    card = RateCard(
        enterprise=ENTERPRISE,
        product=BEADS,
        version=1,
        piece_fen=117,
        worker_bps=6500,
        reserve_bps=500,
        fund_bps=3000,
    )
    foreman, treasurer = signer("foreman"), signer("treasurer")
    await place.carry(foreman, PublishRateCard(card=card, nonce=fresh_nonce(), deadline=DEADLINE))
    proceeds = AttestProceeds(
        enterprise=ENTERPRISE, bank=BANK, bank_line=line("the firm pays"), amount_fen=3_000_000,
        nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    await place.carry(treasurer, proceeds)
    order = OpenWorkOrder(
        order=ORDER, enterprise=ENTERPRISE, product=BEADS, pieces=3_000, worker_pieces=3_000, due_at=place.chain.now() + 30 * DAY,
        nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    await place.carry(foreman, order)
    return place


async def work(place: Town, lot: bytes, accepted: int, rejected: int = 0) -> None:
    await take(place, lot, accepted + rejected)
    await settle(place, lot, accepted, rejected)


async def take(place: Town, lot: bytes, pieces: int) -> None:
    taken = TakeLot(
        lot=lot_id(ORDER, lot[8:]), order=ORDER, pieces=pieces, nonce=fresh_nonce(), deadline=DEADLINE
    )
    await place.carry(signer("worker"), taken)


async def settle(place: Town, lot: bytes, accepted: int, rejected: int = 0) -> None:
    settled = SettleLot(
        lot=lot_id(ORDER, lot[8:]), accepted_pieces=accepted, rejected_pieces=rejected, document=b"p" * 32,
        nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    await place.carry(signer("foreman"), settled)


async def pay(place: Town, amount_fen: int) -> None:
    payout = Payout(worker=WORKER, amount_fen=amount_fen, bank_line=line("wages"))
    intent = PayOut(
        enterprise=ENTERPRISE, bank=BANK, payouts=(payout,), nonce=fresh_nonce(), deadline=DEADLINE
    )
    await place.carry(signer("treasurer"), intent)


async def owed_fen(place: Town) -> int:
    return int(await place.read("Ledger", "balanceOf", worker_account(ENTERPRISE, WORKER)))


async def test_e1_day_of_beads_is_split_to_the_fen_and_paid_out(factory: Town) -> None:
    await work(factory, b"lot of the day 1", accepted=97, rejected=3)
    proceeds_fen = 97 * 117
    worker_fen, reserve_fen, fund_fen = 7_376, 567, 3_404
    assert await owed_fen(factory) == worker_fen
    assert await held(factory, AccountKind.PURPOSE, RESERVE) == reserve_fen
    assert await held(factory, AccountKind.PURPOSE, GENERAL) == fund_fen
    # What is left of rounding is the enterprise's: two fen.
    rest_fen = await held(factory, AccountKind.PURPOSE, REMAINDER)
    assert rest_fen == proceeds_fen - worker_fen - reserve_fen - fund_fen == 2
    assert 6_000 <= worker_fen <= 8_000
    await pay(factory, worker_fen)
    assert await owed_fen(factory) == 0


async def test_reserve_and_remainder_leave_by_a_request_and_come_back(factory: Town) -> None:
    """The committee of the fund to which the enterprise belongs decides, as over all its purposes (p41)."""
    await work(factory, b"lot of the day 1", accepted=970)
    await factory.send(signer("steward"), "Budgets", "setBudgetLine", KEPT_LINE, RESERVE, 5_000)
    reserve_fen = await held(factory, AccountKind.PURPOSE, RESERVE)
    lamps = spending.proposal(5_000, purpose=RESERVE, budget_line=KEPT_LINE)
    await spending.submit(factory, lamps)
    await spending.approve(factory, lamps, *spending.FIVE)
    await later(factory, 3 * DAY + OBJECTION_GRACE)
    await spending.execute(factory, lamps)
    assert await held(factory, AccountKind.PURPOSE, RESERVE) == reserve_fen - 5_000
    await spending.act(factory, lamps, "treasurer", ProposalAct.PROVE_PAYMENT, line("lamps"))
    with pytest.raises(RefusedError, match="FundsSecondPersonNeeded"):
        await spending.reverse(factory, lamps, line("lamps came back"), paid="lamps")
    await spending.reverse(factory, lamps, line("lamps came back"), by="cashier", paid="lamps")
    assert await held(factory, AccountKind.PURPOSE, RESERVE) == reserve_fen


async def test_no_more_than_was_kept_leaves_by_a_request(factory: Town) -> None:
    """Two fen of rounding are two fen, whatever the budget line allows (p41)."""
    await work(factory, b"lot of the day 1", accepted=97)
    await factory.send(signer("steward"), "Budgets", "setBudgetLine", KEPT_LINE, REMAINDER, 5_000)
    too_much = spending.proposal(3, purpose=REMAINDER, budget_line=KEPT_LINE)
    await spending.submit(factory, too_much)
    await spending.approve(factory, too_much, *spending.FIVE)
    await later(factory, 3 * DAY + OBJECTION_GRACE)
    with pytest.raises(RefusedError, match="LedgerBalanceInsufficient"):
        await spending.execute(factory, too_much)


async def test_e1_month_of_beads_brings_about_two_thousand_yuan(factory: Town) -> None:
    for day in range(26):
        await work(factory, f"lot of day {day:05}".encode(), accepted=100)
    assert await owed_fen(factory) == 26 * 7_605
    assert await held(factory, AccountKind.ENTERPRISE, ENTERPRISE) == 3_000_000 - 26 * 11_700


async def test_work_taken_in_time_is_paid_though_it_is_late_and_none_is_taken_past_its_date(
    factory: Town,
) -> None:
    """Pages offer no more of it then (p43)."""
    await take(factory, b"lot of the day 1", 1)
    await factory.wait(31 * DAY)
    with pytest.raises(RefusedError, match="CooperativeOrderOver"):
        await take(factory, b"lot of day 31 ..", 1)
    await settle(factory, b"lot of the day 1", accepted=1)
    assert await owed_fen(factory) == 76


async def test_more_than_was_earned_is_not_paid_out(factory: Town) -> None:
    await work(factory, b"lot of the day 1", accepted=10)
    with pytest.raises(RefusedError, match="LedgerBalanceInsufficient"):
        await pay(factory, 761)


async def test_work_is_not_accepted_on_credit(factory: Town) -> None:
    """A lot whose proceeds the enterprise does not hold is not settled."""
    order = OpenWorkOrder(
        order=order_id(b"toolarge"), enterprise=ENTERPRISE, product=BEADS, pieces=30_000, worker_pieces=30_000,
        due_at=factory.chain.now() + DAY, nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    await factory.carry(signer("foreman"), order)
    taken = TakeLot(
        lot=lot_id(b"toolarge", b"one lot."),
        order=order.order,
        pieces=30_000,
        nonce=fresh_nonce(),
        deadline=DEADLINE,
    )
    await factory.carry(signer("worker"), taken)
    settled = SettleLot(
        lot=taken.lot, accepted_pieces=30_000, rejected_pieces=0, document=b"p" * 32, nonce=fresh_nonce(),
        deadline=DEADLINE,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="LedgerBalanceInsufficient"):
        await factory.carry(signer("foreman"), settled)
    assert await owed_fen(factory) == 0

"""Hours and piecework: tasks and their claims, redemptions, work orders and their lots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.index.stories.growth import (
    BANK,
    CHALLENGE_SECONDS,
    DAY_SECONDS,
    EARNED,
    ENTERPRISE,
    ESCROW,
    FUND_BPS,
    ISSUED,
    LEVY_PURPOSE,
    MAX_MINUTES,
    MIN_MINUTES,
    NOTHING,
    PIECE_FEN,
    PRODUCT,
    REMAINDER,
    RESERVE,
    RESERVE_BPS,
    SERVICE,
    WORKER_BPS,
    purse,
)
from contracts import events as e
from contracts.accounts import AccountKind, account_id, worker_account
from contracts.enums import AssuranceLevel, Reason, Unit
from indexer.projections.task import DECISION_SECONDS

if TYPE_CHECKING:
    from benchmarks.index.paper_town import Town
    from benchmarks.index.stories.growth import Acts
    from contracts.types import Event

LOTS_AN_ORDER, PIECES_A_LOT = 58, 125


def task(town: Town) -> Acts:
    """A task is opened, taken and claimed; nearly every claim is credited after its challenge."""
    task, volunteer = town.some_id(16), _volunteer(town)
    fund = town.chance.choice(town.purposes) >> 16
    opener, coordinator, second = [m for m in town.chance.sample(town.members, 4) if m != volunteer][:3]
    yield [e.TaskOpened(
        task=task, fund=fund, service=SERVICE, authorised_minutes=120, beneficiary=town.some_id(), coordinator=opener,
        expires_at=town.now + 30 * DAY_SECONDS,
    )]  # fmt: skip
    yield town.now + town.chance.randrange(DAY_SECONDS)
    yield [e.TaskAccepted(task=task, volunteer=volunteer)]
    minutes = town.chance.randint(MIN_MINUTES, MAX_MINUTES // 2)
    yield [e.ClaimAdmitted(
        task=task, volunteer=volunteer, served_minutes=minutes, credit_minutes=minutes, level=AssuranceLevel.A2,
        ruleset=NOTHING, check_in=town.some_id(), check_out=town.some_id(),
        creditable_at=town.now + CHALLENGE_SECONDS,
    )]  # fmt: skip
    if town.happens(1, of=98):
        yield [e.ClaimDisputed(
            task=task, coordinator=coordinator, document=town.some_id(), decide_by=town.now + DECISION_SECONDS
        )]  # fmt: skip
        yield [e.ClaimRejected(task=task, coordinator=coordinator, document=town.some_id())]
        return
    if town.happens(3, of=98):
        yield [e.ClaimAcknowledged(task=task, coordinator=coordinator)]
    yield town.now + CHALLENGE_SECONDS
    yield _credit(town, task, volunteer, minutes)
    earned = account_id(AccountKind.MEMBER_MINUTES, volunteer)
    if town.happens(1, of=96) and town.free[earned] >= minutes:
        document = town.some_id()
        town.promise(earned, minutes)
        reversal = e.CreditReversed(task=task, coordinator=second, document=document)
        yield [reversal, town.transfer(earned, ISSUED, minutes, Reason.CREDIT_REVERSAL, task, document)]


def _volunteer(town: Town) -> bytes:
    """Mostly one who served before: 12 volunteers made the 100 visits."""
    fresh = not town.volunteers or town.happens(12, of=100)
    return town.chance.choice(town.members if fresh else town.volunteers)


def _credit(town: Town, task: bytes, volunteer: bytes, minutes: int) -> list[Event]:
    earned = account_id(AccountKind.MEMBER_MINUTES, volunteer)
    credit = e.ClaimCredited(task=task, volunteer=volunteer, credited_minutes=minutes)
    opening = town.open_once(earned, Unit.MINUTE)
    if opening:
        town.volunteers.append(volunteer)
    return [credit, *opening, town.transfer(ISSUED, earned, minutes, Reason.CREDIT, task)]


def redemption(town: Town) -> Acts:
    """A volunteer redeems minutes; most get the service."""
    if not town.volunteers:
        return
    redemption, member = town.some_id(16), town.chance.choice(town.volunteers)
    provider = town.chance.choice(town.members)
    saved = account_id(AccountKind.MEMBER_MINUTES, member)
    minutes = min(town.free[saved] // 2, MAX_MINUTES)
    if minutes == 0 or provider == member:
        return
    town.promise(saved, minutes)
    opening = e.RedemptionOpened(
        redemption=redemption,
        member=member,
        provider=provider,
        fund=1,
        service=SERVICE,
        held_minutes=minutes,
        until=town.now + 60 * DAY_SECONDS,
    )
    yield [opening, town.transfer(saved, ESCROW, minutes, Reason.REDEMPTION_ESCROW, redemption)]
    yield town.now + DAY_SECONDS
    town.promise(ESCROW, minutes)
    if town.happens(1, of=8):
        cancellation = e.RedemptionCancelled(redemption=redemption)
        yield [
            cancellation,
            town.transfer(ESCROW, saved, minutes, Reason.REDEMPTION_CANCELLATION, redemption),
        ]
        return
    yield [e.RedemptionAccepted(redemption=redemption)]
    yield town.now + DAY_SECONDS
    earned = account_id(AccountKind.MEMBER_MINUTES, provider)
    confirmation = e.RedemptionConfirmed(redemption=redemption, earned_minutes=minutes)
    yield [
        confirmation,
        *town.open_once(earned, Unit.MINUTE),
        town.transfer(ESCROW, earned, minutes, Reason.REDEMPTION, redemption),
    ]


def work_order(town: Town) -> Acts:
    """A partner pays for an order; workers take its lots, which are accepted and split; two of them are paid out."""
    order, pieces = town.some_id(16), LOTS_AN_ORDER * PIECES_A_LOT
    line, price_fen = town.some_id(), pieces * PIECE_FEN
    receipt = e.ProceedsAttested(
        enterprise=ENTERPRISE, bank_line=line, amount_fen=price_fen, treasurer=bytes(16)
    )
    yield [receipt, town.transfer(BANK, EARNED, price_fen, Reason.PROCEEDS, line)]
    town.promise(EARNED, price_fen)
    yield [e.WorkOrderOpened(
        order=order, enterprise=ENTERPRISE, product=PRODUCT, version=1, pieces=pieces, worker_pieces=pieces,
        due_at=town.now + 90 * DAY_SECONDS,
    )]  # fmt: skip
    workers = town.chance.sample(town.members, 5)
    for _ in range(LOTS_AN_ORDER):
        lot, worker = town.some_id(16), town.chance.choice(workers)
        until = town.now + 150 * DAY_SECONDS
        yield [e.LotTaken(lot=lot, order=order, worker=worker, pieces=PIECES_A_LOT, until=until)]
        yield _settlement(town, lot, worker)
    for worker in workers[:2]:
        yield from _payout(town, worker)


def _settlement(town: Town, lot: bytes, worker: bytes) -> list[Event]:
    wages, document, proceeds_fen = (
        worker_account(ENTERPRISE, worker),
        town.some_id(),
        PIECES_A_LOT * PIECE_FEN,
    )
    worker_fen, reserve_fen, fund_fen = (
        proceeds_fen * bps // 10_000 for bps in (WORKER_BPS, RESERVE_BPS, FUND_BPS)
    )
    remainder_fen = proceeds_fen - worker_fen - reserve_fen - fund_fen
    parts = (
        (wages, worker_fen, Reason.WAGE), (RESERVE, reserve_fen, Reason.RESERVE),
        (purse(LEVY_PURPOSE), fund_fen, Reason.LEVY), (REMAINDER, remainder_fen, Reason.REMAINDER),
    )  # fmt: skip
    settlement = e.LotSettled(
        lot=lot, worker=worker, enterprise=ENTERPRISE, accepted_pieces=PIECES_A_LOT, rejected_pieces=0, proceeds_fen=proceeds_fen,
        worker_fen=worker_fen, reserve_fen=reserve_fen, fund_fen=fund_fen, remainder_fen=remainder_fen, document=document,
        foreman=town.some_id(16), until=town.now + 7 * DAY_SECONDS,
    )  # fmt: skip
    transfers = [town.transfer(EARNED, payee, fen, reason, lot, document) for payee, fen, reason in parts]
    return [settlement, *town.open_once(wages, Unit.CNY), *transfers]


def _payout(town: Town, worker: bytes) -> Acts:
    wages, line = worker_account(ENTERPRISE, worker), town.some_id()
    amount_fen = town.free[wages]
    if amount_fen:
        town.promise(wages, amount_fen)
        proof = e.PayoutProven(
            enterprise=ENTERPRISE, worker=worker, bank_line=line, amount_fen=amount_fen, treasurer=bytes(16)
        )
        yield [proof, town.transfer(wages, BANK, amount_fen, Reason.PAYOUT, line)]

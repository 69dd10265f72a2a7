"""Rules of money and work: what an event makes of a thing, and which events no history can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind, account_id
from contracts.enums import CampaignState, Reason, Unit
from contracts.events import (
    AccountOpened,
    BudgetLineSet,
    CampaignOpened,
    CampaignSettled,
    DonationReversed,
    EnterpriseOpened,
    FeeRecorded,
    FeeReversed,
    FundFrozen,
    GiftAttested,
    GiftRefunded,
    GiftReversed,
    HouseholdsListed,
    LotDecided,
    LotDisputed,
    LotDisputeLapsed,
    LotLapsed,
    LotReturned,
    LotReversed,
    LotSettled,
    LotTaken,
    PayoutProven,
    PayoutReversed,
    ProceedsAttested,
    Transferred,
    WorkOrderOpened,
)
from indexer.calendar import DAY_SECONDS, china_day, month_of
from indexer.projections.bank_line_use import Use, bank_line_uses
from indexer.projections.budget_line import budget_lines
from indexer.projections.campaign import Campaign, Phase, campaigns, gifts, phase
from indexer.projections.earning import worker_days, worker_months
from indexer.projections.fold import ImpossibleEventError
from indexer.projections.purpose_day import purpose_days
from indexer.projections.work import order_progress
from tests.indexer.projections.small_mirror import SmallMirror

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.types import Event

LINE, OTHER, ZERO, ORDER, LOT, WORKER = b"l" * 32, b"m" * 32, bytes(32), b"o" * 16, b"t" * 16, b"w" * 16
FOREMAN, TREASURER = b"f" * 16, b"r" * 16
PURPOSE = 1 << 16 | 1
SUMMER_MIDNIGHT = 1_751_299_200  # 1 July 2025 in China, still 30 June in Greenwich.
DONATION = Transferred(
    sequence=1, payer=account_id(AccountKind.BANK, 1), payee=account_id(AccountKind.PURPOSE, PURPOSE), unit=Unit.CNY,
    amount=500, reason=Reason.DONATION, cause=LINE, document=ZERO,
)  # fmt: skip
REVERSED = DonationReversed(
    bank_line=LINE, outgoing_bank_line=ZERO, purpose=0, document=ZERO, treasurer=bytes(16)
)
SOLD = ProceedsAttested(enterprise=1, bank_line=LINE, amount_fen=1, treasurer=bytes(16))
OPENED = CampaignOpened(
    campaign=1, purpose=PURPOSE, target_fen=100, min_households=0, building=bytes(16), closes_at=1_000, match_purpose=0,
    match_lock_fen=0, match_bps=0, match_per_giver_fen=0, per_household=False,
)  # fmt: skip
GIFT = GiftAttested(
    campaign=1, bank_line=LINE, donor=OTHER, household=1, amount_fen=60, booked_on=20_000, matched_fen=0, gifts_fen=60, households=1, treasurer=bytes(16),
)  # fmt: skip
MISSED = CampaignSettled(campaign=1, state=CampaignState.MISSED, gifts_fen=60, matched_fen=0, returned_fen=0)
REFUNDED = GiftRefunded(campaign=1, bank_line=LINE, outgoing_bank_line=OTHER, amount_fen=60)
BACK = GiftReversed(
    campaign=1, bank_line=LINE, outgoing_bank_line=OTHER, document=ZERO, amount_fen=60, matched_fen=0, gifts_fen=0,
    households=0, treasurer=bytes(16),
)  # fmt: skip
LISTED = HouseholdsListed(campaign=1, root=OTHER, households=3)
ENTERPRISE = EnterpriseOpened(
    enterprise=1,
    levy_purpose=PURPOSE,
    reserve_purpose=PURPOSE + 1,
    remainder_purpose=PURPOSE + 2,
    min_fund_bps=0,
)
ORDERED = WorkOrderOpened(
    order=ORDER, enterprise=1, product=7, version=1, pieces=10, worker_pieces=10, due_at=2**40
)
TAKEN = LotTaken(lot=LOT, order=ORDER, worker=WORKER, pieces=10, until=2**41)
SETTLED = LotSettled(
    lot=LOT, worker=WORKER, enterprise=1, accepted_pieces=7, rejected_pieces=3, proceeds_fen=700, worker_fen=400, reserve_fen=0,
    fund_fen=200, remainder_fen=100, document=ZERO, foreman=FOREMAN, until=2**41,
)  # fmt: skip
RETURNED, LAPSED = LotReturned(lot=LOT), LotLapsed(lot=LOT)
DISPUTED = LotDisputed(lot=LOT, document=OTHER, until=2**42)
DECIDED = LotDecided(
    lot=LOT, worker=WORKER, enterprise=1, treasurer=TREASURER, accepted_pieces=2, proceeds_fen=200, worker_fen=120,
    reserve_fen=0, fund_fen=60, remainder_fen=20, document=OTHER,
)  # fmt: skip
UNDONE = LotReversed(
    lot=LOT, worker=WORKER, enterprise=1, treasurer=TREASURER, accepted_pieces=0, free_pieces=7, proceeds_fen=700,
    worker_fen=400, reserve_fen=0, fund_fen=200, remainder_fen=100, document=OTHER,
)  # fmt: skip
PAID = PayoutProven(enterprise=1, worker=WORKER, bank_line=LINE, amount_fen=400, treasurer=bytes(16))
BOUNCED = PayoutReversed(
    enterprise=1,
    worker=WORKER,
    bank_line=LINE,
    incoming_bank_line=OTHER,
    amount_fen=400,
    document=ZERO,
    treasurer=bytes(16),
)
WORK = (ENTERPRISE, ORDERED, TAKEN)


@pytest.fixture
def mirror() -> Iterator[SmallMirror]:
    small = SmallMirror()
    yield small
    small.connection.close()


def test_a_thing_that_changed_twice_in_one_batch_is_open_as_it_was_last(mirror: SmallMirror) -> None:
    mirror.add([DONATION], [REVERSED])
    (line,) = mirror.versions(bank_line_uses)
    assert (line.use, line.from_block) == (Use.UNUSED, 1)


def test_a_line_attested_by_mistake_is_free_and_may_be_attested_again(mirror: SmallMirror) -> None:
    mirror.add([DONATION], [REVERSED], [replace(DONATION, sequence=3)])
    assert [line.use for at in range(3) for line in mirror.versions(bank_line_uses, at)] == [
        Use.DONATION,
        Use.UNUSED,
        Use.DONATION,
    ]


def test_a_donation_that_was_returned_uses_two_lines(mirror: SmallMirror) -> None:
    mirror.add([DONATION, replace(REVERSED, outgoing_bank_line=OTHER)])
    assert {line.bank_line: line.use for line in mirror.versions(bank_line_uses)} == {
        LINE: Use.DONATION_RETURNED,
        OTHER: Use.DONATION_RETURN,
    }


def test_a_budget_line_without_a_limit_may_be_spent(mirror: SmallMirror) -> None:
    mirror.add([BudgetLineSet(budget_line=1, purpose=PURPOSE, limit_fen=2**64 - 1)])
    (line,) = mirror.versions(budget_lines)
    assert (line.limit_fen, line.spent_fen) == (2**64 - 1, 0)


def test_a_gift_that_was_returned_names_the_line(mirror: SmallMirror) -> None:
    mirror.add([OPENED, GIFT], [MISSED, REFUNDED])
    assert [gift.refunded_by for at in (0, 1) for gift in mirror.versions(gifts, at)] == [None, OTHER]
    (campaign,) = mirror.versions(campaigns)
    assert (campaign.state, campaign.gifts, campaign.refunded_fen) == (CampaignState.MISSED, 1, 60)


def test_a_gift_that_bounced_is_out_of_the_sums_and_names_the_line(mirror: SmallMirror) -> None:
    """(p42)"""
    mirror.add([OPENED, LISTED, GIFT], [BACK])
    (campaign,) = mirror.versions(campaigns)
    assert (campaign.gifts, campaign.gifts_fen, campaign.households, campaign.listed_households) == (
        0,
        0,
        0,
        3,
    )
    assert [gift.reversed_by for gift in mirror.versions(gifts)] == [OTHER]


def test_a_gift_attested_by_mistake_is_there_no_more_and_may_be_attested_anew(mirror: SmallMirror) -> None:
    """(p42)"""
    mirror.add([OPENED, GIFT], [replace(BACK, outgoing_bank_line=ZERO)])
    assert list(mirror.versions(gifts)) == []
    mirror.add([replace(GIFT, amount_fen=50, gifts_fen=50)])
    assert [gift.amount_fen for gift in mirror.versions(gifts)] == [50]


def test_rejected_pieces_are_free_again(mirror: SmallMirror) -> None:
    mirror.add([*WORK, SETTLED])
    (progress,) = mirror.versions(order_progress)
    assert (progress.free_pieces, progress.taken_pieces, progress.accepted_pieces) == (3, 7, 7)


def test_days_and_months_are_those_of_china(mirror: SmallMirror) -> None:
    lots = [bytes([number]) * 16 for number in range(4)]
    mirror.add([ENTERPRISE, replace(ORDERED, pieces=40), *(replace(TAKEN, lot=lot) for lot in lots)])
    for lot, seconds in zip(lots, (-1, 0, 1, DAY_SECONDS), strict=True):
        mirror.add([replace(SETTLED, lot=lot)], at=SUMMER_MIDNIGHT + seconds)
    mirror.add([PAID], at=SUMMER_MIDNIGHT + 31 * DAY_SECONDS)
    first, july = china_day(SUMMER_MIDNIGHT), month_of(china_day(SUMMER_MIDNIGHT))
    days = [(day.day - first, day.lots) for day in mirror.versions(worker_days)]
    months = [(m.month - july, m.lots, m.paid_fen) for m in mirror.versions(worker_months)]
    assert (sorted(days), sorted(months)) == ([(-1, 1), (0, 2), (1, 1)], [(-1, 1, 0), (0, 3, 0), (1, 0, 400)])


@pytest.mark.parametrize(
    ("before", "impossible"),
    [
        ((DONATION,), DONATION),
        ((OPENED, DONATION), GIFT),
        ((), REVERSED),
        ((DONATION, REVERSED), REVERSED),
        ((DONATION,), SOLD),
        ((SOLD,), SOLD),
        ((*WORK, SETTLED), BOUNCED),
        ((*WORK, SETTLED, PAID, BOUNCED), BOUNCED),
        ((*WORK, SETTLED, PAID, BOUNCED), PAID),
        ((), FundFrozen(fund=1, frozen=True)),
        (
            (AccountOpened(account=LINE, unit=Unit.CNY, world=False, fund=0),),
            AccountOpened(account=LINE, unit=Unit.CNY, world=False, fund=0),
        ),
        (
            (BudgetLineSet(budget_line=1, purpose=PURPOSE, limit_fen=9),),
            BudgetLineSet(budget_line=1, purpose=PURPOSE + 1, limit_fen=9),
        ),
        ((OPENED, MISSED), GIFT),
        ((OPENED,), replace(GIFT, gifts_fen=61)),
        ((OPENED, MISSED), MISSED),
        ((OPENED, GIFT), REFUNDED),
        ((OPENED, LISTED), LISTED),
        ((OPENED, MISSED), LISTED),
        ((OPENED,), BACK),
        ((OPENED, GIFT, BACK), replace(BACK, outgoing_bank_line=b"n" * 32)),
        ((OPENED, GIFT), replace(BACK, gifts_fen=1)),
        ((OPENED, GIFT, MISSED, REFUNDED), BACK),
        ((OPENED, GIFT, MISSED, REFUNDED), replace(REFUNDED, outgoing_bank_line=b"n" * 32)),
        ((ENTERPRISE, ORDERED), replace(TAKEN, pieces=11)),
        ((ENTERPRISE, replace(ORDERED, due_at=2_000)), TAKEN),
        (WORK, LAPSED),
        (WORK, DISPUTED),
        (WORK, UNDONE),
        ((*WORK, RETURNED), SETTLED),
        ((*WORK, SETTLED), RETURNED),
        ((*WORK, SETTLED), DECIDED),
        ((*WORK, replace(SETTLED, until=2_000)), DISPUTED),
        ((*WORK, SETTLED, DISPUTED), UNDONE),
        ((*WORK, SETTLED, DISPUTED), LotDisputeLapsed(lot=LOT)),
        ((*WORK, SETTLED, DISPUTED), replace(DECIDED, treasurer=FOREMAN)),
        ((*WORK, SETTLED, DISPUTED), replace(DECIDED, accepted_pieces=4)),
        ((*WORK, SETTLED, DISPUTED, DECIDED), UNDONE),
        ((*WORK, SETTLED, PAID), UNDONE),
        ((*WORK, SETTLED), replace(UNDONE, treasurer=WORKER)),
        ((*WORK, SETTLED), replace(UNDONE, worker_fen=399)),
        ((*WORK, SETTLED, UNDONE), UNDONE),
        (WORK, replace(SETTLED, foreman=WORKER)),
        (WORK, replace(SETTLED, enterprise=2)),
        ((ENTERPRISE, ORDERED, replace(TAKEN, until=2_000)), SETTLED),
        (WORK, replace(SETTLED, rejected_pieces=4)),
        (WORK, replace(SETTLED, worker=b"x" * 16)),
        (WORK, replace(SETTLED, remainder_fen=99)),
        ((*WORK, SETTLED), SETTLED),
        ((*WORK, SETTLED), replace(PAID, amount_fen=401)),
    ],
)
def test_an_event_that_no_history_can_hold_halts(
    mirror: SmallMirror, before: tuple[Event, ...], impossible: Event
) -> None:
    mirror.add(before)
    with pytest.raises(ImpossibleEventError, match=type(impossible).__name__):
        mirror.add([impossible])


def test_a_campaign_that_is_settled_stays_what_it_became() -> None:
    fields: dict[str, Any] = {p.name: getattr(OPENED, p.name) for p in OPENED.params()}
    sums = dict.fromkeys(("gifts", "gifts_fen", "matched_fen", "households", "refunded_fen"), 0)
    for state, expected in ((CampaignState.REACHED, Phase.REACHED), (CampaignState.MISSED, Phase.MISSED)):
        campaign = Campaign(
            **fields, **sums, settles_at=0, listed_households=0, households_root=None, state=state
        )
        assert phase(campaign, OPENED.closes_at - 1) is phase(campaign, OPENED.closes_at) is expected


FEE = FeeRecorded(purpose=PURPOSE, bank_line=LINE, amount_fen=150, treasurer=TREASURER)
FEE_BACK = FeeReversed(
    purpose=PURPOSE, bank_line=LINE, incoming_bank_line=ZERO, amount_fen=150, document=ZERO, treasurer=FOREMAN
)


def test_a_fee_is_a_use_of_its_line_until_it_was_a_mistake_or_the_bank_returned_it(
    mirror: SmallMirror,
) -> None:
    mirror.add([FEE], [FEE_BACK], [FEE], [replace(FEE_BACK, incoming_bank_line=OTHER)])
    assert [
        {line.bank_line: line.use for line in mirror.versions(bank_line_uses, at)} for at in range(4)
    ] == [
        {LINE: Use.FEE},
        {LINE: Use.UNUSED},
        {LINE: Use.FEE},
        {LINE: Use.FEE_RETURNED, OTHER: Use.FEE_RETURN},
    ]
    with pytest.raises(ImpossibleEventError):
        mirror.add([replace(FEE, bank_line=OTHER)])


def test_what_the_bank_took_and_paid_and_gave_back_counts_on_the_side_where_it_stood(
    mirror: SmallMirror,
) -> None:
    bank, purpose = account_id(AccountKind.BANK, 1), account_id(AccountKind.PURPOSE, PURPOSE)
    moves = (
        (purpose, bank, 100, Reason.FEE), (bank, purpose, 40, Reason.FEE_REVERSAL),
        (bank, purpose, 500, Reason.INTEREST), (purpose, bank, 200, Reason.INTEREST_REVERSAL),
        (purpose, bank, 1_000, Reason.DISBURSEMENT), (bank, purpose, 300, Reason.DISBURSEMENT_RETURN),
        (purpose, bank, 50, Reason.DISBURSEMENT_RETURN_REVERSAL),
    )  # fmt: skip
    mirror.add(
        [
            replace(
                DONATION, sequence=number, payer=payer, payee=payee, amount=amount, reason=reason, cause=ZERO
            )
            for number, (payer, payee, amount, reason) in enumerate(moves, 1)
        ]
    )
    table = purpose_days.table
    (row,) = mirror.connection.execute(table.select())
    assert (row.in_fen, row.out_fen) == (500 - 200, 100 - 40 + 1_000 - 300 + 50)

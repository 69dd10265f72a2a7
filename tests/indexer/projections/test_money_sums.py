"""Totals are the sums of what they count, in one batch or in many, and after blocks were taken back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.accounts import AccountKind
from contracts.enums import ProposalState
from contracts.events import Transferred
from indexer.calendar import china_day
from indexer.projections.budget_line import budget_lines
from indexer.projections.campaign import campaigns, gifts
from indexer.projections.earning import PARTS, enterprises, worker_days, worker_months, workers
from indexer.projections.purpose_day import TAKING_BACK, purpose_days
from indexer.projections.request import requests
from indexer.projections.work import lot_settlements
from tests.indexer.projections.histories_money import PURPOSE, histories
from tests.indexer.projections.paper_mirror import time_of
from tests.indexer.projections.small_mirror import SmallMirror

if TYPE_CHECKING:
    from contracts.types import Event

MIRRORS: list[SmallMirror] = []


def empty() -> SmallMirror:
    """One mirror for all examples: to make its tables takes longer than to fold a history."""
    if not MIRRORS:
        MIRRORS.append(SmallMirror())
    MIRRORS[0].clear()
    return MIRRORS[0]


@settings(deadline=None, max_examples=25)
@given(histories(), st.data())
def test_in_and_out_of_a_purpose_are_the_sums_of_its_transfers(
    history: list[list[Event]], data: st.DataObject
) -> None:
    mirror, first = empty(), data.draw(st.integers(1, len(history)))
    mirror.add(*history[:first])
    mirror.rewind(data.draw(st.integers(-1, first - 1)))
    for block in history[mirror.height + 1 :]:
        mirror.add(block)
    assert mirror.rows(purpose_days) == sorted(running_totals(history), key=repr)


def running_totals(history: list[list[Event]]) -> Any:
    in_fen = out_fen = 0
    for number, events in enumerate(history):
        transfers = [event for event in events if isinstance(event, Transferred)]
        for transfer in transfers:
            back = transfer.reason in TAKING_BACK
            if transfer.payee[0] == AccountKind.PURPOSE:
                in_fen, out_fen = (
                    (in_fen, out_fen - transfer.amount) if back else (in_fen + transfer.amount, out_fen)
                )
            else:
                in_fen, out_fen = (
                    (in_fen - transfer.amount, out_fen) if back else (in_fen, out_fen + transfer.amount)
                )
        if transfers:
            yield PURPOSE, china_day(time_of(number)), number, in_fen, out_fen


@settings(deadline=None, max_examples=25)
@given(histories())
def test_what_is_earned_by_day_month_worker_and_enterprise_is_what_its_lots_brought(
    history: list[list[Event]],
) -> None:
    mirror = empty()
    mirror.add(*history)
    (enterprise,) = mirror.versions(enterprises)
    lots = [lot for lot in mirror.versions(lot_settlements) if not lot.taken_back]
    for part in PARTS:
        assert getattr(enterprise, part) == sum(getattr(lot, part) for lot in lots)
    earned = sums((worker.worker, worker.earned_fen) for worker in mirror.versions(workers))
    assert earned == sums((lot.worker, lot.worker_fen) for lot in lots)
    for projection in (worker_days, worker_months):
        rows = mirror.versions(projection)
        assert earned == sums((row.worker, row.earned_fen) for row in rows)
        assert sum(row.lots for row in rows) == enterprise.lots == len(lots)
    paid = sums((month.worker, month.paid_fen) for month in mirror.versions(worker_months))
    assert paid == sums((worker.worker, worker.paid_fen) for worker in mirror.versions(workers))
    assert enterprise.paid_fen == paid.total()


@settings(deadline=None, max_examples=25)
@given(histories())
def test_what_was_spent_and_given_is_the_sum_of_requests_and_gifts(history: list[list[Event]]) -> None:
    mirror = empty()
    mirror.add(*history)
    (line,) = mirror.versions(budget_lines)
    states = ProposalState.EXECUTED, ProposalState.CLOSED
    spent = (r.amount_fen - r.returns_fen for r in mirror.versions(requests) if r.state in states)
    assert line.spent_fen == sum(spent)
    for campaign in mirror.versions(campaigns):
        campaign_gifts = [
            gift
            for gift in mirror.versions(gifts)
            if gift.campaign == campaign.campaign and gift.reversed_by is None
        ]
        assert (campaign.gifts, campaign.gifts_fen) == (
            len(campaign_gifts),
            sum(gift.amount_fen for gift in campaign_gifts),
        )
        assert campaign.refunded_fen == sum(gift.amount_fen for gift in campaign_gifts if gift.refunded_by)


def sums(pairs: Any) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for worker, amount_fen in pairs:
        found[worker] += amount_fen
    return found

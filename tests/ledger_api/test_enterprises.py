from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from contracts.acts import acts
from indexer.projections.work import work_orders
from ledger_api.enterprises.bands import bands_of, hidden_bands
from ledger_api.enterprises.schemas import WorkOrder
from ledger_api.mirror import read
from ledger_api.portal.acting.lookup import find
from ledger_api.portal.acting.offers import is_open
from ledger_api.portal.static_files import static
from tests.conftest import member_id
from tests.ledger_api.owners import signed_in
from tests.ledger_api.portal_town import shown
from tests.ledger_api.story import ORDER, line

if TYPE_CHECKING:
    from tests.ledger_api.client import House

PARTS = ("worker_fen", "reserve_fen", "fund_fen", "remainder_fen")


@dataclass(frozen=True)
class Earned:
    """What somebody earned at an enterprise in the month of a test."""

    worker: bytes
    enterprise: int
    earned_fen: int


def earned(by_enterprise: dict[int, list[int]]) -> list[Earned]:
    """Earnings of workers of whom none is at two enterprises."""
    return [
        Earned(bytes([enterprise, i]), enterprise, fen)
        for enterprise, earnings in by_enterprise.items()
        for i, fen in enumerate(earnings)
    ]


def workers(month: list[Earned], enterprise: int | None = None) -> list[int | None]:
    return [band.workers for band in bands_of(month, enterprise)]


async def test_the_parts_of_every_lot_add_up_to_its_proceeds(story: House) -> None:
    lots = (await story.http.get("/v1/enterprises/1/lots")).json()["items"]
    assert len(lots) == 6
    for lot in lots:
        assert lot["proceeds_fen"] == 99 * 333 == sum(lot[part] for part in PARTS)


async def test_an_enterprise_tells_the_sums_of_its_lots(story: House) -> None:
    lots = (await story.http.get("/v1/enterprises/1/lots")).json()["items"]
    body = (await story.http.get("/v1/enterprises/1")).json()
    for name in ("proceeds_fen", *PARTS):
        assert body["enterprise"][name] == sum(lot[name] for lot in lots)
    assert (body["enterprise"]["lots"], body["enterprise"]["paid_fen"]) == (6, 10_000)
    order = body["orders"][0]
    assert (order["order"], order["accepted_pieces"], order["taken_pieces"]) == (
        "0x" + ORDER.hex(),
        594,
        594,
    )


async def test_a_worker_sees_days_months_and_the_line_that_paid(story: House) -> None:
    worker = (await signed_in(story, "worker0")).http
    body = (await worker.get(f"/v1/workers/0x{member_id('worker0').hex()}")).json()
    assert (body["earned_fen"], body["paid_fen"], body["owed_fen"]) == (19_780, 10_000, 9_780)
    assert [(d["accepted_pieces"], d["rejected_pieces"], d["earned_fen"]) for d in body["days"]] == [
        (99, 1, 19_780)
    ]
    assert [(m["earned_fen"], m["paid_fen"]) for m in body["months"]] == [(19_780, 10_000)]
    assert [p["bank_line"] for p in body["payouts"]] == ["0x" + line("payout").hex()]


@pytest.mark.parametrize("address", ["/v1/enterprises/1", "/v1/overview"])
async def test_earnings_are_told_in_bands_only(story: House, address: str) -> None:
    (month,) = (await story.http.get(address)).json()["earnings"]
    assert [band["workers"] for band in month["bands"]] == [6, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([6, 0, 9], set()),
        ([6, 4, 9], {0, 1}),
        ([6, 4, 3], {1, 2}),
        ([4, 0, 0], {0}),
        ([12, 5, 1], {1, 2}),
    ],
)
def test_a_small_group_is_hidden_and_cannot_be_told_from_the_rest(
    counts: list[int], hidden: set[int]
) -> None:
    assert hidden_bands(counts) == hidden


def test_an_edge_belongs_to_the_band_above_it() -> None:
    assert workers(earned({1: [50_000] * 5 + [49_999] * 6})) == [6, 5, 0, 0, 0]


def test_a_band_that_one_enterprise_hides_is_told_nowhere() -> None:
    month = earned({1: [1_000] * 3, 2: [1_000] * 6 + [60_000] * 7})
    # The town less the other enterprise would be the three; and all workers less those of one hidden band, it.
    for number in (None, 1, 2):
        assert workers(month, number) == [None, None, 0, 0, 0]


def test_two_enterprises_that_hide_one_band_each_do_not_give_each_other_away() -> None:
    month = earned({1: [60_000], 2: [1_000] * 5 + [60_000] * 5})
    assert [workers(month, number)[:2] for number in (None, 1, 2)] == [
        [None, None],
        [None, None],
        [None, None],
    ]


def test_a_band_that_the_town_hides_is_not_told_by_its_enterprises() -> None:
    # Six earn little at each of two; one of them is above the edge only by both together.
    both = [Earned(b"0", 1, 30_000), Earned(b"0", 2, 30_000)]
    month = both + [Earned(bytes([65 + i]), 1 + i % 2, 1_000) for i in range(10)]
    assert workers(month) == [None, None, 0, 0, 0]
    assert workers(month, 1) == workers(month, 2) == [None, None, 0, 0, 0]


def test_a_worker_of_two_enterprises_is_one_person_of_the_town() -> None:
    month = [Earned(bytes([i]), enterprise, 40_000) for i in range(6) for enterprise in (1, 2)]
    assert workers(month) == [0, 6, 0, 0, 0]
    assert workers(month, 1) == [6, 0, 0, 0, 0]


def test_an_enterprise_without_earnings_in_a_month_has_no_bands() -> None:
    assert workers(earned({1: [1_000] * 5}), 2) == []


@pytest.mark.parametrize("seed", range(30))
def test_no_hidden_band_is_what_the_town_has_less_what_is_told(seed: int) -> None:
    chance = random.Random(seed)
    sizes = {enterprise: chance.randrange(1, 25) for enterprise in range(1, chance.randrange(2, 5))}
    month = earned(
        {number: [chance.randrange(400_000) for _ in range(size)] for number, size in sizes.items()}
    )
    by_enterprise = [workers(month, number) for number in sizes]
    for town, *each in zip(workers(month), *by_enterprise, strict=True):
        assert {town is None} == {count is None for count in each}
        assert all(count == 0 or count >= 5 for count in (town, *each) if count is not None)


async def test_an_unknown_enterprise_is_not_found(story: House) -> None:
    assert (await story.http.get("/v1/enterprises/9")).status_code == 404


def test_an_order_is_past_due_from_the_second_on_at_which_its_pieces_were_wanted() -> None:
    order = WorkOrder.model_construct(due_at=100)
    assert [order.is_past_due(now) for now in (99, 100)] == [False, True]


async def test_an_order_past_its_day_offers_no_more_work_and_says_why(
    story: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = await signed_in(story, "worker0")
    take = f'href="/acts/TakeLot?order=0x{ORDER.hex()}"'
    on_time = await shown(worker, "/enterprises/1")
    assert ("已过交货日期" in on_time, take in on_time) == (False, True)
    monkeypatch.setattr(WorkOrder, "is_past_due", lambda *_: True)
    late = await shown(worker, "/enterprises/1", size="large")
    assert "已过交货日期，不再领活" in late
    assert take not in late


async def test_the_sheet_for_work_is_open_until_the_second_of_its_order(story: House) -> None:
    async with read(story.context.mirror) as reading:
        order = await find(reading, work_orders, ORDER)
    act = acts()["TakeLot"]
    assert [is_open(act, order, now) for now in (order.due_at - 1, order.due_at)] == [True, False]


async def test_a_workers_statement_leads_on_and_only_the_worker_signs_out_there(story: House) -> None:
    me = f"0x{member_id('worker0').hex()}"
    own, paying = [
        (await (await signed_in(story, name)).http.get(f"/workers/{me}")).text
        for name in ("worker0", "treasurer")
    ]
    for way in (
        f'href="/volunteers/{me}"',
        'href="/acts"',
        'href="/enterprises"',
        'id="sign-out"',
        static("sign_out.js"),
    ):
        assert way in own
    assert 'href="/me/day"' in paying
    assert "2025年7月" in own
    assert not re.search(r"2025-[0-9]{2}", own)
    assert 'id="sign-out"' not in paying

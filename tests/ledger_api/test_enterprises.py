from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger_api.enterprises.bands import bands_of, hidden_bands
from tests.conftest import member_id
from tests.ledger_api.owners import signed_in
from tests.ledger_api.story import line, named_id

if TYPE_CHECKING:
    from tests.ledger_api.client import House

PARTS = ("worker_fen", "reserve_fen", "fund_fen", "remainder_fen")


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
        "0x" + named_id("order").hex(),
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


async def test_earnings_are_told_in_bands_only(story: House) -> None:
    month = (await story.http.get("/v1/enterprises/1")).json()["earnings"][0]
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
    bands = bands_of([50_000] * 5 + [49_999] * 6)
    assert [band.workers for band in bands] == [6, 5, 0, 0, 0]


async def test_an_unknown_enterprise_is_not_found(story: House) -> None:
    assert (await story.http.get("/v1/enterprises/9")).status_code == 404

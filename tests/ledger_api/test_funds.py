from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from contracts.abi import decode_result, encode_call
from contracts.accounts import AccountKind, account_id
from indexer.projections.request import EXECUTION_SECONDS, Phase, Request, phase, requests
from indexer.schema import MIRROR
from kit.reader import open_reader
from ledger_api.funds.months import months
from ledger_api.funds.service import all_funds, budget_lines
from ledger_api.members.schemas import Seat
from ledger_api.mirror import open_rows, read
from tests.ledger_api.client import furnished_house
from tests.ledger_api.portal_town import RequestDriver
from tests.ledger_api.story import (
    CARE,
    COMMUNITY,
    LINE,
    OBJECTED,
    POT,
    REMAINDER,
    RESERVE,
    STAIRS,
    STREET,
    UNPROVEN,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.conftest import Town
    from tests.ledger_api.client import House
    from wallets.intents import Proposal

# In London it is still August.
AUGUST_ENDS = datetime.fromisoformat("2025-09-01T00:00:00+08:00")


async def funds(story: House) -> dict[int, dict[str, Any]]:
    items = (await story.http.get("/v1/funds")).json()["items"]
    return {item["fund"]: item for item in items}


async def test_the_balance_of_each_purpose_is_what_its_account_holds(story: House) -> None:
    by_fund = await funds(story)
    purposes = {p["purpose"]: p for fund in by_fund.values() for p in fund["purposes"]}
    assert set(purposes) == {POT, STAIRS, CARE, RESERVE, REMAINDER}
    for number, purpose in purposes.items():
        held = await story.town.read("Ledger", "balanceOf", account_id(AccountKind.PURPOSE, number))
        assert purpose["balance_fen"] == held == purpose["in_fen"] - purpose["out_fen"]


async def test_a_donation_taken_back_is_not_income(story: House) -> None:
    stairs = next(p for p in (await funds(story))[COMMUNITY]["purposes"] if p["purpose"] == STAIRS)
    # 1,150 yuan of gifts and their match of 1,050; the 70 yuan attested by mistake are not counted.
    assert (stairs["in_fen"], stairs["out_fen"]) == (220_000, 0)


async def test_match_that_came_back_is_not_spent(story: House) -> None:
    pot = (await funds(story))[STREET]["purposes"][0]
    assert (pot["in_fen"], pot["out_fen"], pot["balance_fen"]) == (500_000, 105_000, 395_000)


async def test_what_is_approved_and_not_paid_is_committed(story: House) -> None:
    by_fund = await funds(story)
    assert by_fund[COMMUNITY]["committed_fen"] == 60_000
    assert by_fund[STREET]["committed_fen"] == 0


async def test_a_street_counts_its_communities(story: House) -> None:
    by_fund = await funds(story)
    assert (
        by_fund[STREET]["tree_balance_fen"]
        == by_fund[STREET]["balance_fen"] + by_fund[COMMUNITY]["balance_fen"]
    )
    assert by_fund[COMMUNITY]["tree_balance_fen"] == by_fund[COMMUNITY]["balance_fen"]


async def test_a_budget_line_tells_what_the_contract_has(story: House) -> None:
    line = (await story.http.get("/v1/budget-lines")).json()["items"][0]
    purpose, limit_fen, spent_fen, blocked = await story.town.read("Budgets", "budgetLineRecord", LINE)
    assert (line["purpose"], line["limit_fen"], line["spent_fen"], line["blocked"]) == (
        purpose, limit_fen, spent_fen, blocked,
    )  # fmt: skip
    assert (line["budget_line"], line["open_proofs"], line["committed_fen"]) == (LINE, 1, 60_000)


async def test_the_months_end_at_the_balance(story: House) -> None:
    body = (await story.http.get(f"/v1/funds/{COMMUNITY}")).json()
    assert body["months"][-1]["balance_fen"] == body["fund"]["balance_fen"]
    assert sum(m["in_fen"] for m in body["months"]) == body["fund"]["in_fen"]


async def test_the_months_run_from_the_first_gift_to_the_month_that_has_begun_in_china(
    tmp_path: Path,
) -> None:
    async with furnished_house(tmp_path) as house:
        await RequestDriver(house).fill()
        await house.town.wait(int(AUGUST_ENDS.timestamp()) + 60 - house.town.chain.now())
        await house.syncer.catch_up()
        months = (await house.http.get("/v1/funds/1")).json()["months"]
    assert [(m["month"], m["in_fen"], m["balance_fen"]) for m in months] == [
        ("2025-06", 500_000, 500_000), ("2025-07", 0, 500_000), ("2025-08", 0, 500_000), ("2025-09", 0, 500_000),
    ]  # fmt: skip


async def test_a_fund_has_its_own_budget_lines_and_no_other_s(story: House) -> None:
    details = {fund: (await story.http.get(f"/v1/funds/{fund}")).json() for fund in (STREET, COMMUNITY)}
    lines = {
        fund: [line["budget_line"] for line in detail["budget_lines"]] for fund, detail in details.items()
    }
    assert lines == {STREET: [], COMMUNITY: [LINE]}


async def test_an_unknown_fund_is_not_found(story: House) -> None:
    assert (await story.http.get("/v1/funds/999")).status_code == 404


async def test_the_town_at_a_glance_is_the_sum_of_its_parts(story: House) -> None:
    body = (await story.http.get("/v1/overview")).json()
    assert body["money"]["balance_fen"] == sum(f["balance_fen"] for f in (await funds(story)).values())
    hours = body["hours"]
    assert (hours["credited_minutes"], hours["outstanding_minutes"], hours["redeemed_minutes"]) == (
        60,
        # The neighbour who served for half an hour is owed it now.
        60,
        30,
    )
    assert (hours["verified_bps"], hours["pending_minutes"], hours["coverage_bps"]) == (10_000, 45, 10_000)
    work = body["work"]
    assert work["proceeds_fen"] == sum(
        work[p] for p in ("worker_fen", "reserve_fen", "fund_fen", "remainder_fen")
    )


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2025-08-31T23:59:59+08:00", ["2025-06", "2025-07", "2025-08"]),
        ("2025-09-01T00:00:00+08:00", ["2025-06", "2025-07", "2025-08", "2025-09"]),
    ],
)
async def test_a_fund_shows_the_months_from_its_first_transfer_to_that_of_the_block(
    story: House, moment: str, expected: list[str]
) -> None:
    shown = await at(story, seconds_of(moment), months, COMMUNITY)
    assert [month.month for month in shown] == expected
    assert (shown[0].in_fen > 0, shown[-1].in_fen, shown[-1].out_fen) == (True, 0, 0)
    balance_fen = 0
    for month in shown:
        balance_fen += month.in_fen - month.out_fen
        assert month.balance_fen == balance_fen


async def test_a_fund_shows_two_years_of_months_and_its_balance_of_before(story: House) -> None:
    shown = await at(story, seconds_of("2030-02-28T12:00:00+08:00"), months, COMMUNITY)
    assert [shown[0].month, shown[-1].month, len(shown)] == ["2028-03", "2030-02", 24]
    assert shown[0].balance_fen == (await funds(story))[COMMUNITY]["balance_fen"]


async def test_what_was_approved_is_committed_until_it_lapses(story: House) -> None:
    request = await request_of(story, OBJECTED)
    lapses_at = int(request.notice_ends_at or 0) + EXECUTION_SECONDS
    for now in (lapses_at - 1, lapses_at):
        lapsed = phase(request, now) is Phase.LAPSED
        line = (await at(story, now, budget_lines))[0]
        by_fund = {fund.fund: fund for fund in await at(story, now, all_funds)}
        assert (
            line.committed_fen == by_fund[COMMUNITY].committed_fen == (0 if lapsed else OBJECTED.amount_fen)
        )


async def test_a_budget_line_is_blocked_when_the_contract_says_that_a_proof_is_overdue(story: House) -> None:
    due_at = int((await request_of(story, UNPROVEN)).proof_due_at or 0)
    for now in (due_at, due_at + 1):
        line = (await at(story, now, budget_lines))[0]
        assert line.blocked == await is_overdue(story.town, now)


async def is_overdue(town: Town, now: int) -> bool:
    """What the contract would say in a block of this time."""
    data = "0x" + encode_call("Budgets", "budgetLineRecord", LINE).hex()
    call = {"to": town.deployment.address("Budgets"), "data": data}
    answer = await town.web3.provider.make_request("eth_call", [call, "latest", {}, {"time": hex(now)}])
    record = decode_result("Budgets", "budgetLineRecord", bytes.fromhex(answer["result"][2:]))
    return bool(record[3])


async def at(story: House, now: int, question: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    """The answer to a question if the last block were of this time."""
    engine = open_reader(story.config.mirror_url, MIRROR)
    async with read(engine) as reading:
        reading.head = replace(reading.head, time=now)
        answer = await question(reading, *args)
    await engine.dispose()
    return answer


async def request_of(story: House, proposal: Proposal) -> Request:
    query = open_rows(requests).where(requests.table.c.proposal_id == proposal.proposal_id())
    (request,) = await at(story, 0, lambda reading: reading.versions(requests, query))
    return request


def seconds_of(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


async def test_the_page_of_a_fund_says_who_decides_and_until_when(story: House) -> None:
    shown = (await story.http.get("/funds/2?lang=zh")).text
    card = shown[shown.index('id="committee"') :].split("</section>")[0]
    committee = (await story.http.get("/v1/committees/1")).json()
    assert "春晖基金管委会" in card
    assert f"{committee['committee']['seats']} 个能投票的席位" in card
    assert card.count("任期到") == sum(seat["member"] is not None for seat in committee["seats"])
    assert "还没有管委会" in (await story.http.get("/funds/1?lang=zh")).text


def test_a_seat_is_free_from_the_second_on_at_which_its_term_ends() -> None:
    seat = Seat(
        committee=1,
        seat=0,
        seat_class=None,
        member=b"m" * 16,
        held_since=1,
        valid_until=100,
        membership_ended_at=None,
    )
    assert [seat.holder(now) for now in (99, 100)] == [b"m" * 16, None]

"""A request that recusals sent up: where its page, its sheet and the inboxes say who decides it now (ADR 0042)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import Level, SeatClass
from tests.conftest import member_id
from tests.ledger_api.client import (
    BANK,
    COMMITTEE,
    FOREVER,
    FUND,
    TIER,
    House,
    ProblemError,
    furnished_house,
    proposal,
)
from tests.ledger_api.portal_town import NAMES, RequestDriver, draft_of, person, shown
from tests.ledger_api.register_entries import write_names

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

COMMUNITY, BELOW, PAYS, LINE = 2, 2, 0x20001, 202
# Five of the community; the donor of the street sits there as well.
SEATED = ("seat0", "neighbour1", "neighbour2", "coordinator", "volunteer")
REQUEST = proposal(20250720, 50_000) | {"committee": BELOW, "purpose": PAYS, "budgetLine": LINE}
ADDRESS = "/proposals/20250720"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house with a community below the fund; two of its five members recused from a request that one approved."""
    folder = tmp_path_factory.mktemp("referred")
    names = {group: dict(entries) for group, entries in NAMES.items()}
    names["committees"][str(BELOW)] = ("槐树社区管委会", "Committee of Huaishu")
    write_names(folder, names)
    async with furnished_house(folder) as opened:
        await _open_community(opened)
        driver = RequestDriver(opened)
        await driver.ask(REQUEST)
        await driver.act("neighbour1", "ApproveProposal", REQUEST, round=1)
        for name in ("seat0", "volunteer"):
            await driver.act(name, "Recuse", REQUEST)
        yield opened


async def _open_community(house: House) -> None:
    for contract, function, *args in (
        ("Funds", "openFund", COMMUNITY, FUND, Level.COMMUNITY, BANK),
        ("Funds", "openPurpose", PAYS),
        ("Committees", "openCommittee", BELOW, COMMUNITY, [SeatClass.RESIDENT] * 5),
        ("Committees", "setRules", BELOW, [(*TIER[:3], 0, 0, 0, *TIER[6:])]),
        ("Budgets", "setBudgetLine", LINE, PAYS, 400_000),
    ):
        await house.serve("steward", contract, function, *args)
    for seat, name in enumerate(SEATED):
        await house.serve("steward", "Committees", "fillSeat", BELOW, seat, member_id(name), FOREVER)
    await house.settle()


async def detail(house: House) -> dict[str, Any]:
    answer: dict[str, Any] = (await house.http.get("/v1/proposals/20250720")).json()
    return answer


async def test_the_record_has_who_was_asked_and_who_decides(house: House) -> None:
    found = await detail(house)
    first, decides = found["proposal"]["committee"], found["proposal"]["deciding_committee"]
    assert (first, decides, found["proposal"]["round"]) == (BELOW, COMMITTEE, 2)
    assert found["tally"]["approvals"] == 0
    votes = {seat["seat"]: seat["vote"] for seat in found["tally"]["seats"]}
    assert votes == {0: "recused"} | dict.fromkeys(range(1, 5), "none"), "the donor sits in both"


async def test_each_step_has_the_committee_that_decided_then(house: House) -> None:
    steps = [(step["kind"], step["committee"]) for step in (await detail(house))["timeline"]]
    assert steps == [
        ("submitted", BELOW), ("approved", BELOW), ("recused", BELOW), ("recused", BELOW), ("referred", COMMITTEE),
    ]  # fmt: skip


async def test_its_page_says_who_decides_and_why_and_names_seats_of_before_rightly(house: House) -> None:
    text = await shown(await person(house, "seat1"), ADDRESS)
    assert "槐树社区管委会的委员回避以后，剩下的席位不够了：改由东城基金管委会表决。" in text
    assert text.count("回避以后剩下的席位不够，转到上级基金的管委会，重新表决") == 1
    approved = text[text.index('<li class="approved">') :].partition("</li>")[0]
    assert "居民" in approved, "of the seat below; the same number above is a donor's"


async def test_it_waits_in_the_inbox_of_the_street_and_no_more_in_that_of_the_community(house: House) -> None:
    street = await shown(await person(house, "seat2"), "/committee")
    assert "从槐树社区管委会转来" in street
    assert "等您表态：1 项" in street
    community = await shown(await person(house, "neighbour2"), "/committee")
    assert "没有等待审批的申请。" in community


async def test_sheet_of_a_member_above_is_for_the_second_round_and_says_where_it_comes_from(
    house: House,
) -> None:
    sheet = await shown(await person(house, "seat3"), f"/proposals/{await _id(house)}/sign")
    assert "由谁表决" in sheet
    assert "从槐树社区管委会转来" in sheet
    drafted = draft_of(sheet)
    assert (drafted["fields"]["round"], drafted["fields"]["proposal"]["committee"]) == (2, BELOW)


@pytest.mark.parametrize(("name", "offers"), [("seat1", True), ("neighbour2", False), ("seat0", False)])
async def test_votes_are_offered_to_those_above_who_have_not_recused(
    house: House, name: str, offers: bool
) -> None:
    text = await shown(await person(house, name), ADDRESS)
    assert ("sign?act=APPROVE" in text) is offers


async def test_member_below_is_refused_by_the_rule(house: House) -> None:
    with pytest.raises(ProblemError) as refused:
        await (await person(house, "coordinator")).act("RejectProposal", {"proposal": REQUEST})
    assert "CommitteeSeatMissing" in str(refused.value)


async def _id(house: House) -> str:
    return str((await detail(house))["proposal"]["proposal_id"])

"""A redemption from its acceptance to a coordinator's decision: who is offered what, who reads whose it is and why it is disputed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import member_id
from tests.ledger_api.portal_town import person, shown
from tests.ledger_api.story import COMMUNITY, named_id
from tests.ledger_api.story_town import story_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ledger_api.client import House

REPAIR = "0x" + named_id("repair").hex()
WHY_DISPUTED, WHY_DECIDED = "约好的那天没有人来。", "师傅记错了日子。"
IN_CARE = "/me/redemptions-in-care"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The town of the story, in which a repair is disputed."""
    async with disputed(tmp_path_factory.mktemp("redemptions")) as opened:
        yield opened


@asynccontextmanager
async def disputed(folder: Path) -> AsyncIterator[House]:
    async with story_house(folder, {"coordinator": "协调员"}) as opened:
        await act(opened, "elder", "AcceptRedemption")
        await act(opened, "elder", "ServeRedemption")
        await act(opened, "volunteer", "DisputeRedemption", WHY_DISPUTED)
        yield opened


async def act(house: House, name: str, what: str, reasons: str = "") -> None:
    """Somebody does something to the redemption, with reasons of the own, and it is recorded."""
    by = await person(house, name)
    fields: dict[str, Any] = {"redemption": REPAIR}
    if reasons:
        fields["document"] = await written(house, name, reasons)
    await by.act(what, fields)
    await house.settle()


async def written(house: House, name: str, text: str) -> str:
    file = {"file": ("reasons.txt", text.encode(), "text/plain")}
    answer = await (await person(house, name)).http.post(
        "/v1/documents", files=file, data={"public": "false"}
    )
    return str(answer.json()["commitment"])


async def of_state(house: House, name: str, state: str) -> list[dict[str, Any]]:
    """The redemptions in a state, as somebody reads them."""
    query = {"state": state, "fund": COMMUNITY}
    items: list[dict[str, Any]] = (
        (await (await person(house, name)).http.get("/v1/redemptions", params=query)).json()
    )["items"]
    return items


def own(name: str) -> str:
    """Address of somebody's own page."""
    return f"/volunteers/0x{member_id(name).hex()}"


async def test_disputed_redemption_waits_on_the_coordinators_page_with_its_reasons(house: House) -> None:
    coordinator = await person(house, "coordinator")
    for address in (own("coordinator"), IN_CARE):
        text = await shown(coordinator, address)
        assert "有争议，等判定" in text
        assert WHY_DISPUTED in text
        assert ("判定服务已做" in text, "判定服务没做" in text, "作废兑换" in text) == (True, True, False)


@pytest.mark.parametrize("name", ["volunteer", "elder"])
async def test_both_sides_read_why_and_neither_is_offered_to_decide(house: House, name: str) -> None:
    text = await shown(await person(house, name), own(name))
    assert WHY_DISPUTED in text
    assert ("判定服务" in text, "确认已得到服务" in text) == (False, name == "volunteer")


async def test_a_neighbour_finds_nothing_to_look_after(house: House) -> None:
    text = await shown(await person(house, "neighbour1"), IN_CARE)
    assert ("还没有兑换" in text, "等判定" in text, WHY_DISPUTED in text) == (True, False, False)


async def test_coordinators_of_the_fund_read_whose_redemption_it_is_and_a_neighbour_does_not(
    house: House,
) -> None:
    sides = ["0x" + member_id(name).hex() for name in ("volunteer", "elder")]
    for name, read in (("coordinator", sides), ("neighbour1", [None, None]), ("treasurer", [None, None])):
        (one,) = await of_state(house, name, "DISPUTED")
        assert [one["member"], one["provider"]] == read
        assert (one["fund"], one["held_minutes"], one["judge"]) == (COMMUNITY, 10, None)
    assert await of_state(house, "coordinator", "OPEN") == []
    other = await house.http.get("/v1/redemptions", params={"state": "DISPUTED", "fund": 1})
    assert other.json()["items"] == []
    assert (await house.http.get("/v1/redemptions?state=GONE")).status_code == 422


@pytest.mark.parametrize(
    ("name", "status"), [("volunteer", 200), ("elder", 200), ("coordinator", 200), ("neighbour1", 403)]
)
async def test_why_a_redemption_is_disputed_is_downloaded_by_its_sides_and_the_coordinators_alone(
    house: House, name: str, status: int
) -> None:
    (one,) = await of_state(house, "coordinator", "DISPUTED")
    address = f"/v1/documents/{one['dispute']}/content"
    assert (await (await person(house, name)).http.get(address)).status_code == status


async def test_a_side_is_not_let_to_decide(house: House) -> None:
    text = await shown(await person(house, "elder"), f"/acts/DecideForProvider?redemption={REPAIR}")
    assert "这件事不归您做" in text


async def test_the_decision_gives_the_minutes_back_and_says_why_to_both_sides(tmp_path: Path) -> None:
    async with disputed(tmp_path) as house:
        await act(house, "coordinator", "DecideForMember", WHY_DECIDED)
        (one,) = await of_state(house, "volunteer", "RETURNED")
        assert one["judge"] == "0x" + member_id("coordinator").hex()
        for name in ("volunteer", "elder"):
            text = await shown(await person(house, name), own(name))
            assert "判定没做，时长退回" in text
            assert WHY_DISPUTED in text
            assert WHY_DECIDED in text
        minutes = (await (await person(house, "volunteer")).http.get(f"/v1{own('volunteer')}")).json()
        assert (minutes["balance_minutes"], minutes["escrow_minutes"]) == (30, 0)
        elder = (await (await person(house, "elder")).http.get(f"/v1{own('elder')}")).json()
        assert (elder["balance_minutes"], elder["provided_minutes"]) == (30, 30)
        text = await shown(await person(house, "coordinator"), IN_CARE)
        assert "等判定" not in text


async def test_words_of_somebody_else_are_not_opened_by_naming_them_as_reasons(tmp_path: Path) -> None:
    async with story_house(tmp_path, {"coordinator": "协调员"}) as house:
        for what in ("AcceptRedemption", "ServeRedemption"):
            await act(house, "elder", what)
        secret = await written(house, "seat0", "只给管委会看的话")
        volunteer = await person(house, "volunteer")
        await volunteer.act("DisputeRedemption", {"redemption": REPAIR, "document": secret})
        await house.settle()
        for name in ("volunteer", "elder", "coordinator"):
            answer = await (await person(house, name)).http.get(f"/v1/documents/{secret}/content")
            assert answer.status_code == 403

"""The service desk: whom its clerks see, what they sign for a person, and how the person sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.roles import AuthorityRole
from tests.conftest import member_id, signer
from tests.ledger_api.client import Person, ProblemError
from tests.ledger_api.portal_town import person, shown
from tests.ledger_api.story import named_id
from wallets.desk import desk_arguments
from wallets.show import show

if TYPE_CHECKING:
    from tests.ledger_api.client import House

CLERK, WHOM = "supervisor", "volunteer"
DELEGATION = "0x" + named_id("delegation").hex()
REPAIR = "0x" + named_id("repair").hex()
ADDRESS = f"/v1/delegations/{DELEGATION}"


async def drafted(reader: Person, act: str, **fields: Any) -> dict[str, Any]:
    """What a clerk is asked to sign."""
    response = await reader.http.post(f"{ADDRESS}/acts/{act}/drafts", json=fields)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_clerk_finds_for_whom_to_act_and_what(story: House) -> None:
    clerk = await person(story, CLERK)
    listed = (await clerk.http.get("/v1/delegations")).json()["items"]
    assert [(one["delegation"], one["area"], one["phase"], one["acts"]) for one in listed] == [
        (DELEGATION, "HOURS", "NEW", 1)
    ]
    assert f"/desk/{DELEGATION}" in await shown(clerk, "/desk")
    page = await shown(clerk, f"/desk/{DELEGATION}")
    assert f"/desk/{DELEGATION}/CancelRedemption?redemption={REPAIR}" in page
    assert f"/desk/{DELEGATION}/Redeem" in page
    sheet = await shown(clerk, f"/desk/{DELEGATION}/CancelRedemption", redemption=REPAIR)
    assert "替" in sheet
    assert f"{ADDRESS}/acts/CancelRedemption/drafts" in sheet


@pytest.mark.parametrize(
    ("reader", "status"), [(None, 401), ("coordinator", 403), ("elder", 403), (WHOM, 200), (CLERK, 200)]
)
async def test_delegation_is_read_by_the_person_the_clerks_and_offices(
    story: House, reader: str | None, status: int
) -> None:
    asking = Person(story, signer(reader or "nobody"))
    if reader:
        await asking.sign_in()
    assert (await asking.http.get(ADDRESS)).status_code == status
    assert (await asking.http.get(f"/desk/{DELEGATION}")).status_code == status


async def test_sheet_of_an_act_that_is_none_of_the_area_is_not_found(story: House) -> None:
    clerk = await person(story, CLERK)
    for act in ("TakeLot", "ApproveProposal", "Nothing"):
        assert (await clerk.http.get(f"/desk/{DELEGATION}/{act}")).status_code == 404


async def test_what_the_clerk_signs_names_the_act_in_words_on_page_and_command_line(story: House) -> None:
    clerk = await person(story, CLERK)
    draft = await drafted(clerk, "CancelRedemption", redemption=REPAIR)
    message = draft["typed_data"]["message"]
    found = desk_arguments(bytes.fromhex(message["data"][2:]))
    assert found is not None
    act, arguments = found
    assert (act.act, arguments) == ("CancelRedemption", {"redemption": REPAIR})
    assert message["target"].lower() == story.town.deployment.address("Redemptions").lower()
    assert ("data.act", act.action) in show(draft["typed_data"]).lines
    words = await clerk.http.post("/sign/words?lang=zh", json={"typed_data": draft["typed_data"]})
    assert act.action in words.text


async def test_who_is_no_clerk_is_told_before_anything_is_kept(story: House) -> None:
    stranger = await person(story, "coordinator")
    draft = await drafted(stranger, "CancelRedemption", redemption=REPAIR)
    with pytest.raises(ProblemError) as refused:
        await stranger.submit(draft["typed_data"], [stranger.sign(draft["typed_data"])])
    assert "MembersRoleMissing" in str(refused.value)


async def test_person_sees_what_the_desk_did_and_may_stop_it(story: House) -> None:
    whom = await person(story, WHOM)
    account = (await whom.http.get(ADDRESS)).json()["delegation"]["account"]
    own = await shown(whom, f"/volunteers/0x{member_id(WHOM).hex()}")
    assert "服务台替我办的事" in own
    assert "确认已得到服务" in own
    keys = await shown(whom, "/me/keys")
    assert f"/acts/RefuseKey?key={account}" in keys
    acts = (await whom.http.get(ADDRESS)).json()["acts"]
    assert [(one["act"], one["clerk"]) for one in acts] == [
        ("ConfirmRedemption", "0x" + member_id(CLERK).hex())
    ]


async def test_who_is_named_to_end_it_sees_what_the_desk_did_and_may_stop_it(story: House) -> None:
    named, stranger = await person(story, "neighbour1"), await person(story, "neighbour2")
    found = (await named.http.get(ADDRESS)).json()
    assert found["delegation"]["guardian"] == "0x" + member_id("neighbour1").hex()
    keys = await shown(named, "/me/keys")
    assert f"/acts/RefuseKey?key={found['delegation']['account']}" in keys
    assert "确认已得到服务" in keys
    assert found["delegation"]["account"] not in await shown(stranger, "/me/keys")


async def test_registrar_sees_it_on_the_members_page_and_everybody_how_much_the_desk_did(
    story: House,
) -> None:
    registrar = await person(story, AuthorityRole.REGISTRAR.name.lower())
    page = await shown(registrar, f"/members/0x{member_id(WHOM).hex()}")
    assert "兑换服务" in page
    assert "确认已得到服务" in page
    public = await shown(Person(story, signer("nobody")), "/funds/2")
    assert "替他们办事 1 次" in public

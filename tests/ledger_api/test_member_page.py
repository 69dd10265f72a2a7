"""The page of a member: what an office needs to know to go on, for offices alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from contracts.enums import Algorithm, DeviceClass, KeyClass, Role
from tests.conftest import member_id
from tests.ledger_api.client import FOREVER, FUND
from tests.ledger_api.portal_town import busy_house, person, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

DEVICE = bytes.fromhex("00112233445566aa")


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("members")) as opened:
        await enrol(opened, "volunteer")
        yield opened


async def enrol(house: House, owner: str) -> None:
    """A telephone is enrolled as somebody's."""
    record = (
        DeviceClass.PHONE, Algorithm.ESP256, KeyClass.K2, b"\x12" * 32, b"\x34" * 32, member_id(owner), bytes(32),
        house.town.chain.now(), FOREVER,
    )  # fmt: skip
    await house.serve("device_registrar", "DeviceRegistry", "enrol", DEVICE, record)
    await house.settle()


def page_of(name: str) -> str:
    return f"/members/0x{member_id(name).hex()}"


@pytest.mark.parametrize("office", ["registrar", "steward", "device_registrar", "guardian", "admin"])
async def test_an_office_reads_what_is_held_of_a_member(house: House, office: str) -> None:
    reader = await person(house, office)
    volunteer = await shown(reader, page_of("volunteer"))
    assert DEVICE.hex() in volunteer
    assert "没有公开姓名" in volunteer
    # The busy town gave the volunteer the second seat.
    assert re.search("东城基金管委会.*第 2 席（捐赠人代表）", volunteer)
    treasurer = await shown(reader, page_of("treasurer"))
    assert "出纳：东城街道互助基金" in treasurer
    assert DEVICE.hex() not in treasurer
    public = await shown(reader, page_of("requester"))
    assert ("何家栋" in public, "He Jiadong" in public) == (True, True)


@pytest.mark.parametrize("name", ["volunteer", "treasurer", "coordinator", "seat1"])
async def test_no_member_reads_the_page_of_a_member_not_even_the_own(house: House, name: str) -> None:
    reader = await person(house, name)
    for whose in ("volunteer", name):
        answer = await reader.http.get(page_of(whose))
        assert (answer.status_code, DEVICE.hex() in answer.text) == (403, False)


async def test_who_is_signed_out_is_asked_to_sign_in(house: House) -> None:
    answer = await house.http.get(page_of("volunteer"))
    assert (answer.status_code, 'id="sign-in"' in answer.text) == (401, True)


async def test_who_is_no_member_has_no_page(house: House) -> None:
    assert (await (await person(house, "registrar")).http.get("/members/0x" + "77" * 16)).status_code == 404


async def test_an_office_is_led_on_to_what_it_may_do_with_the_member(house: House) -> None:
    member = "0x" + member_id("volunteer").hex()
    acts = {
        office: set(
            re.findall(r'href="/acts/(\w+)\?', await shown(await person(house, office), page_of("volunteer")))
        )
        for office in ("registrar", "steward", "guardian")
    }
    assert acts == {
        "registrar": {"GrantRole", "AddKey", "EndKey", "ChangeHousehold", "EndMembership", "OpenDelegation"},
        "steward": {"FillSeat", "VacateSeat"},
        "guardian": set(),
    }
    text = await shown(await person(house, "registrar"), page_of("treasurer"))
    treasurer = "0x" + member_id("treasurer").hex()
    assert f"/acts/EndRole?member={treasurer}&amp;role=2&amp;scope={FUND}" in text
    text = await shown(await person(house, "steward"), page_of("volunteer"))
    assert f"/acts/VacateSeat?committee=1&amp;member={member}" in text


async def test_after_an_act_on_a_member_offices_are_led_to_the_page_and_nobody_else(house: House) -> None:
    again = member_id("neighbour1"), Role.RESIDENT, FUND, FOREVER - 1
    command = await house.serve("registrar", "Members", "grantRole", *again)
    await house.settle()
    address = f"/signed/{command}"
    assert re.search(
        'href="/members/0x[0-9a-f]{32}">看这位成员', await shown(await person(house, "registrar"), address)
    )
    for reader in (house, await person(house, "volunteer")):
        assert "/members/0x" not in await shown(reader, address)


async def test_the_register_leads_from_a_name_to_the_page(house: House) -> None:
    entry = f"/register/members/0x{member_id('requester').hex()}"
    assert f'href="{page_of("requester")}"' in await shown(await person(house, "registrar"), entry)


async def test_who_has_left_is_shown_so_with_the_seat_and_may_be_restored(house: House) -> None:
    member = member_id("seat0")
    await house.serve("registrar", "Members", "changeHousehold", member, b"h" * 16)
    await house.settle()
    await house.serve("registrar", "Members", "endMembership", member)
    await house.settle()
    registrar = await person(house, "registrar")
    text = await shown(registrar, page_of("seat0"))
    assert "资格已经终止" in text
    assert text.count("<span>6868</span>") == 8, "the household, in groups of four"
    assert "/acts/RestoreMembership?" in text
    assert "/acts/EndMembership?" not in text
    assert "已离开，不能投票" in await shown(house, f"/funds/{FUND}")
    committee = (await house.http.get("/v1/committees/1")).json()
    left = [seat["member"] for seat in committee["seats"] if seat["membership_ended_at"]]
    assert left == ["0x" + member.hex()]
    detail = (await registrar.http.get(f"/v1/members/0x{member.hex()}")).json()
    assert detail["member"]["ended_at"] is not None
    assert {key["phase"] for key in detail["keys"]} == {"OVER"}

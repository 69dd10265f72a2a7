"""The page of a phone that is not enrolled: its owner signs for it, the device registrar may, and nobody else is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.roles import AuthorityRole
from ledger_api.phones.service import Phone
from tests.conftest import member_id
from tests.ledger_api.portal_town import person, shown

if TYPE_CHECKING:
    from tests.ledger_api.client import House

OWN, BY_OFFICE = "/acts/EnrolPhone?", "/acts/EnrolDevice?"
PHONE = Phone(point=bytes(range(1, 65)), owner=member_id("volunteer"), possession=bytes(range(64)))


async def test_owner_is_led_to_sign_for_the_own_phone_and_others_are_not(story: House) -> None:
    for name, sheets in (
        ("volunteer", {OWN}),
        ("coordinator", set()),
        (AuthorityRole.DEVICE_REGISTRAR.name.lower(), {BY_OFFICE}),
    ):
        page = await shown(await person(story, name), PHONE.address)
        assert {sheet for sheet in (OWN, BY_OFFICE) if sheet in page} == sheets, name


async def test_owner_on_another_device_is_sent_to_the_phone_which_alone_can_prove_itself(
    story: House,
) -> None:
    page = await shown(await person(story, "volunteer"), replace(PHONE, possession=b"").address)
    assert OWN not in page
    assert "要由这部手机自己来证明" in page


async def test_sheet_of_the_own_phone_names_what_is_signed(story: House) -> None:
    volunteer = await person(story, "volunteer")
    sheet = await shown(volunteer, PHONE.own_sheet(story.town.chain.now()))
    assert "登记自己的手机" in sheet
    assert "头十五天的服务最高只算 A1" in sheet

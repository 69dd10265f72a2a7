"""A phone's page gives the device registrar a sheet and a command; both enrol the same phone for the same time."""

from __future__ import annotations

import shlex
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.acts import acts
from gongji.acts.options import options_of
from ledger_api.phones.service import ENROL, Phone
from ledger_api.portal.acting.fields import entered_values, inputs_of
from ledger_api.portal.acting.values import read

NOW_SECONDS = 1_764_300_000


@pytest.mark.parametrize("waits", [False, True])
def test_sheet_and_command_say_the_same_of_a_phone(waits: bool) -> None:
    phone, act = Phone(point=bytes(range(64)), owner=b"o" * 16), acts()[ENROL]
    written = shlex.split(phone.command(NOW_SECONDS, waits=waits))[3:]
    by_flag = dict(zip(written[::2], written[1::2], strict=True))
    by_command = {option.field.name: option.read(by_flag[option.flag]) for option in options_of(act)}
    entered = entered_values(act, dict(parse_qsl(urlsplit(phone.sheet(NOW_SECONDS, waits=waits)).query)))
    by_sheet = {one.field.name: read(one, entered[one.name]) for one in inputs_of(act)}
    for name, value in by_sheet.items():
        said = by_command[name]
        assert value == (f"0x{said.hex()}" if isinstance(said, bytes) else said), name
    begin = by_sheet["validFrom"] if "validFrom" in by_sheet else by_command["valid_from"]
    assert (int(begin) >= NOW_SECONDS + 15 * 86_400) is waits


def test_own_sheet_of_a_phone_asks_for_nothing_more() -> None:
    """For the rest of the day a year from now: within what the registry takes."""
    act = acts()["EnrolPhone"]
    phone = Phone(point=bytes(range(64)), owner=b"o" * 16, possession=bytes(range(64, 128)))
    entered = entered_values(act, dict(parse_qsl(urlsplit(phone.own_sheet(NOW_SECONDS)).query)))
    key_x, key_y, until, proof = (read(one, entered[one.name]) for one in inputs_of(act))
    assert proof == "0x" + phone.possession.hex()
    assert (key_x, key_y) == ("0x" + phone.point[:32].hex(), "0x" + phone.point[32:].hex())
    assert NOW_SECONDS + 365 * 86_400 <= until <= NOW_SECONDS + 366 * 86_400

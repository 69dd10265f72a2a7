"""A phone's page gives the device registrar a sheet and a command; both enrol the same phone for the same time."""

from __future__ import annotations

import shlex
from urllib.parse import parse_qsl, urlsplit

from contracts.acts import acts
from gongji.acts.options import options_of
from ledger_api.phones.service import ENROL, Phone
from ledger_api.portal.acting.fields import entered_values, inputs_of
from ledger_api.portal.acting.values import read

NOW_SECONDS = 1_764_300_000


def test_sheet_and_command_say_the_same_of_a_phone() -> None:
    phone, act = Phone(point=bytes(range(64)), owner=b"o" * 16), acts()[ENROL]
    written = shlex.split(phone.command(NOW_SECONDS))[3:]
    by_flag = dict(zip(written[::2], written[1::2], strict=True))
    by_command = {option.field.name: option.read(by_flag[option.flag]) for option in options_of(act)}
    entered = entered_values(act, dict(parse_qsl(urlsplit(phone.sheet(NOW_SECONDS)).query)))
    by_sheet = {one.field.name: read(one, entered[one.name]) for one in inputs_of(act)}
    for name, value in by_sheet.items():
        said = by_command[name]
        assert value == (f"0x{said.hex()}" if isinstance(said, bytes) else said), name

"""A name that turns the direction of writing turns nothing on a page, in a file's name or in a sentence; data stays data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from ledger_api.locale import Locale
from ledger_api.portal.render import link, templates
from register.names import Names
from tests.ledger_api.client import ACCOUNT, BANK, furnished_house
from tests.ledger_api.owners import signed_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

# Shown as it is, it reads 王001元.
TURNED = "王\u202e元100"
RIGHT_TO_LEFT = "ئەركىن"
MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("hidden")) as opened:
        yield opened


def statement(counterparty: str, text: str) -> bytes:
    head = "本方账号,记账日期,流水号,收入金额,支出金额,余额,对方户名,摘要"
    return f"{head}\n{ACCOUNT},2025-06-16,R1,1.00,,1.00,{counterparty},{text}\n".encode()


async def test_a_counterparty_that_turns_the_writing_is_shown_written_out_and_stays_as_it_is_in_data(
    house: House,
) -> None:
    treasurer = await signed_in(house, "treasurer")
    imported = await treasurer.import_statement(statement(TURNED, f"捐\x1b[2J{MARKS}"), BANK, "generic")
    (line,) = await treasurer.lines(imported["id"])
    assert (line["counterparty"], line["text"]) == (TURNED, f"捐\x1b[2J{MARKS}")
    for address in (f"/statements/{imported['id']}", f"/statements/{imported['id']}/lines/1/sign"):
        page = (await treasurer.http.get(address)).text
        assert set(page) & set(MARKS + "\x1b") == set(), address
        assert "<bdi>王\\u202e元100</bdi>" in page, address


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("invoice\u202egpj.exe", "invoicegpj.exe"), ("a\x00b\r\n.pdf", "ab.pdf"), (MARKS, "document"), ("报价 👩\u200d🌾.pdf", "报价 👩\u200d🌾.pdf"),
    ],
    ids=ascii,
)  # fmt: skip
async def test_what_is_hidden_in_the_name_of_a_file_is_left_out_when_it_is_kept(
    house: House, sent: str, kept: str
) -> None:
    requester = await signed_in(house, "requester")
    # As a program sends it; a client that escapes would hide from us what a stranger does not.
    quoted = sent.encode().replace(b"\r\n", b"")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + quoted
        + b'"\r\n\r\n'
        + sent.encode()
        + b"\r\n"
    )
    body += b'--x\r\nContent-Disposition: form-data; name="public"\r\n\r\ntrue\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await requester.http.post("/v1/documents", content=body, headers=headers)
    assert (answer.status_code, answer.json()["name"]) == (201, kept)
    content = await house.http.get(f"/v1/documents/{answer.json()['commitment']}/content")
    name = re.fullmatch(r"attachment; filename\*=UTF-8''([!-~]+)", content.headers["content-disposition"])
    assert name is not None
    assert unquote(name[1]) == kept


async def test_an_address_that_turns_the_writing_is_shown_written_out(house: House) -> None:
    for address in ("/verify", "/ledger"):
        query = {"code" if address == "/verify" else "reason": f"x{MARKS}"}
        page = (await house.http.get(address, params=query, headers={"accept": "text/html"})).text
        assert set(page) & set(MARKS) == set(), address


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_within_a_sentence_a_name_turns_nothing_and_one_from_right_to_left_is_isolated(lang: str) -> None:
    locale = Locale(lang=lang, size="normal", names=Names())
    sentence = locale.gettext("您好，{name}", name=TURNED)
    assert "王\\u202e元100" in sentence
    sentence = locale.gettext("您好，{name}", name=RIGHT_TO_LEFT)
    assert f"\u2068{RIGHT_TO_LEFT}\u2069" in sentence
    linked = locale.gettext("您好，{name}", name=link("/x", TURNED))
    assert "王\\u202e元100</a>" in linked
    # A sentence within a sentence is isolated once, and stays so on a page.
    twice = locale.gettext("您好，{name}", name=sentence)
    assert twice.count("\u2068") == 1
    assert templates.from_string("{{ text }}").render(text=twice) == twice


def test_data_in_a_page_is_the_same_data() -> None:
    page = templates.from_string("{{ data|tojson }}").render(data={"name": TURNED})
    assert json.loads(page) == {"name": TURNED}

"""What the treasurer's pages show and offer of bank statements, and to nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import escape

from ledger_api.statements import pages as statement_pages
from tests.conftest import member_id
from tests.ledger_api.client import BANK, PURPOSE, House, statement_csv
from tests.ledger_api.portal_town import HOSTILE, busy_house, draft_of, hostile_csv, named_csv, person, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("statements")) as opened:
        yield opened


async def test_a_line_is_attested_to_a_purpose_of_the_treasurer_by_a_named_donor_or_a_private_one(
    house: House,
) -> None:
    treasurer = await person(house, "treasurer")
    statement = await treasurer.import_statement(hostile_csv(("GIFT", 700), ("OUT", -100)), BANK, "generic")
    (line, _) = await treasurer.lines(statement["id"])
    sheet = f"/statements/{statement['id']}/lines/1/sign"
    form = await shown(treasurer, sheet)
    assert "data-draft" not in form
    assert "海川公司" in form
    public = "0x" + member_id("seat0").hex()
    expected = {
        "bankLine": line["bank_line"],
        "purpose": PURPOSE,
        "amountFen": 700,
        "donor": public + "00" * 16,
    }
    text = await shown(treasurer, sheet, purpose=PURPOSE, donor=public)
    assert "<dd>海川公司</dd>" in text
    draft = draft_of(text)
    assert (draft["fields"]["bank"], draft["fields"]["donations"]) == (BANK, [expected])
    private = await shown(treasurer, sheet, purpose=PURPOSE, donor="private")
    assert 'data-name="donor.txt"' in private
    assert "data-public" not in private
    assert HOSTILE not in private
    assert str(escape(HOSTILE)) in private


async def test_lines_of_the_statement_that_was_imported_last_are_offered_first(house: House) -> None:
    treasurer, clock = await person(house, "treasurer"), house.town.chain
    await treasurer.import_statement(statement_csv(("BEFORE", 777)), BANK, "generic")
    clock.set_clock(clock.now() + 1)
    old_days = statement_csv(("AFTER", 778)).replace(b"2025-06-16", b"2024-02-03")
    await treasurer.import_statement(old_days, BANK, "generic")
    offered = re.findall(
        "<option[^>]*>([^<]*¥7[.]7[^<]*)<", await shown(treasurer, "/acts/AttestProceeds", bank=BANK)
    )
    assert [text.split()[:2] for text in offered] == [["2024年2月3日", "¥7.78"], ["2025年6月16日", "¥7.77"]]


async def test_the_public_member_whom_the_bank_names_comes_first(house: House) -> None:
    treasurer = await person(house, "treasurer")
    for name in ("何家栋", "海川公司"):
        content = named_csv(name, (f"BY-{name}", 100))
        statement = await treasurer.import_statement(content, BANK, "generic")
        text = await shown(treasurer, f"/statements/{statement['id']}/lines/1/sign")
        assert re.findall("公开姓名：([^<]*)<", text)[0] == name


@pytest.mark.parametrize(
    "params",
    [
        {"purpose": PURPOSE + 1}, {"purpose": PURPOSE, "donor": "0x" + "77" * 16}, {"purpose": PURPOSE, "donor": ""},
        {"purpose": 0, "donor": "private"},
    ],
)  # fmt: skip
async def test_a_purpose_or_donor_that_is_not_on_the_list_is_asked_for_again(
    house: House, params: dict[str, Any]
) -> None:
    treasurer = await person(house, "treasurer")
    statement = await treasurer.import_statement(statement_csv(("LIST", 800)), BANK, "generic")
    text = await shown(treasurer, f"/statements/{statement['id']}/lines/1/sign", **params)
    assert "data-draft" not in text
    assert 'name="purpose"' in text


async def test_money_that_went_out_is_not_offered_as_a_donation(house: House) -> None:
    treasurer = await person(house, "treasurer")
    statement = await treasurer.import_statement(
        statement_csv(("WENT", -900), opening_fen=900), BANK, "generic"
    )
    assert "/sign" not in await shown(treasurer, f"/statements/{statement['id']}")
    text = await shown(treasurer, f"/statements/{statement['id']}/lines/1/sign", purpose=PURPOSE)
    assert "它是支出" in text
    assert "data-draft" not in text


async def test_statements_are_for_their_treasurer_alone(house: House) -> None:
    treasurer = await person(house, "treasurer")
    statement = await treasurer.import_statement(hostile_csv(("MINE", 100)), BANK, "generic")
    pages = [f"/statements/{statement['id']}", f"/statements/{statement['id']}/lines/1/sign"]
    other = await person(house, "seat0")
    assert 'id="import"' not in await shown(other, "/statements")
    for address in pages:
        assert (await other.http.get(address)).status_code == 403
        unsigned = (await house.http.get(address)).text
        assert 'id="sign-in"' in unsigned
        assert "王某" not in unsigned
        text = await shown(treasurer, address)
        assert HOSTILE not in text
        assert str(escape(HOSTILE)) in text
    for address in (f"/statements/{statement['id']}/lines/2/sign", "/statements/none"):
        assert (await treasurer.http.get(address)).status_code == 404


async def test_a_line_with_an_attestation_on_its_way_is_not_offered_again(house: House) -> None:
    treasurer = await person(house, "treasurer")
    statement = await treasurer.import_statement(
        statement_csv(("TWICE", 600), ("OTHER", 500)), BANK, "generic"
    )
    sheet, page = f"/statements/{statement['id']}/lines/1/sign", f"/statements/{statement['id']}"
    draft = draft_of(await shown(treasurer, sheet, purpose=PURPOSE, donor="0x" + member_id("seat0").hex()))
    await treasurer.act(draft["act"], draft["fields"])
    assert "lines/1/sign" not in await shown(treasurer, page)
    assert "lines/2/sign" in await shown(treasurer, page)
    assert "data-draft" not in await shown(treasurer, sheet, purpose=PURPOSE, donor="private")
    await house.settle()
    assert "捐赠" in await shown(treasurer, page)


async def test_statements_go_on_where_the_page_ends_and_miss_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    treasurer, clock = await person(house, "treasurer"), house.town.chain
    for name in ("L1", "L2", "L3", "L4", "L5"):
        await treasurer.import_statement(statement_csv((name, 5)), BANK, "generic")
        clock.set_clock(clock.now() + int(name[1]) % 2)
    known = (await treasurer.http.get("/v1/statements")).json()
    assert known["next_cursor"] is None
    monkeypatch.setattr(statement_pages, "STATEMENTS", 2)
    found, address = [], "/statements"
    while address:
        text = await shown(treasurer, address)
        found += re.findall('href="/statements/([0-9a-f]{32})"', text)
        older = re.search('href="(/statements[?][^"]+)">更早的', text)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(found) >= 5
    assert found == [statement["id"] for statement in known["items"]]
    items, cursor = [], None
    while cursor or not items:
        body = (
            await treasurer.http.get(
                "/v1/statements", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
            )
        ).json()
        items, cursor = items + body["items"], body["next_cursor"]
    assert items == known["items"]

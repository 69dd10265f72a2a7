"""The pages on which money is asked for, and on which a committee approves before anything is sent."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from contracts.abi import encode_call
from contracts.acts import acts
from ledger_api.commands.called import Called
from ledger_api.locale import Locale
from ledger_api.portal.acting.facts import facts
from ledger_api.proposals import pages as proposal_pages
from ledger_api.proposals.asking import amount_fen
from ledger_api.proposals.form import request_in
from register.names import Names
from register.nouns import Name
from tests.conftest import member_id
from tests.ledger_api.client import LINE, House, furnished_house, proposal
from tests.ledger_api.draft_client import DRAFTS, ENOUGH, approve, draft, hand_in, send
from tests.ledger_api.portal_town import NAMES, draft_of, person, shown
from tests.ledger_api.register_entries import write_names
from wallets.intents import Proposal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("asking")
    write_names(folder, NAMES)
    async with furnished_house(folder) as opened:
        yield opened


def page_of(address: str) -> str:
    """Page of a draft by its address in the API."""
    return address.replace(DRAFTS, "/drafts")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1200", 120_000), ("1,200.5", 120_050), ("¥１２００．５０元", 120_050), (" 0.01 ", 1), ("0", None), ("", None),
        ("-5", None), ("1.234", None), ("1e3", None), ("12 万", None), ("9" * 13, None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it_or_not_at_all(text: str, fen: int | None) -> None:
    assert amount_fen(text) == fen


async def test_money_is_asked_for_from_a_budget_line_with_what_is_left_on_it(house: House) -> None:
    requester = await person(house, "requester")
    assert "长者关怀" in await shown(requester, "/ask")
    composed = draft_of(await shown(requester, "/ask", budget_line=LINE, amount="600"))
    fields = composed["fields"]["proposal"]
    assert (fields["amountFen"], fields["requester"]) == (60_000, "0x" + member_id("requester").hex())
    # What is signed names payee and documents only when they are kept.
    assert {fields["payee"], fields["documents"]} == {"0x" + "00" * 32}


@pytest.mark.parametrize(
    ("amount", "reason"), [("viel", "看不懂这个金额"), ("0", "看不懂这个金额"), ("99999999", "只剩")]
)
async def test_an_amount_that_is_none_or_too_much_is_told_before_anything_is_signed(
    house: House, amount: str, reason: str
) -> None:
    text = await shown(await person(house, "requester"), "/ask", budget_line=LINE, amount=amount)
    assert reason in text
    assert "data-draft" not in text
    assert f'value="{amount}"' in text


async def test_two_requests_of_a_day_have_two_numbers(house: House) -> None:
    requester, numbers = await person(house, "requester"), []
    for _ in range(2):
        composed = draft_of(await shown(requester, "/ask", budget_line=LINE, amount="7"))
        composed["fields"]["proposal"] |= {"payee": "0x" + "aa" * 32, "documents": "0x" + "bb" * 32}
        typed_data = (await requester.draft(composed["act"], composed["fields"]))["typed_data"]
        await hand_in(house, DRAFTS, typed_data, requester.sign(typed_data))
        numbers.append(composed["fields"]["proposal"]["number"])
    assert numbers[1] == numbers[0] + 1


async def test_money_is_asked_for_by_who_is_signed_in(house: House) -> None:
    assert 'id="sign-in"' in (await house.http.get("/ask")).text


async def test_a_draft_offers_each_what_belongs_to_them(house: House) -> None:
    address = await draft(house, 20251101, 60_000)
    page = page_of(address)
    seat, stranger = await person(house, "seat0"), await person(house, "volunteer")
    assert composed_of(await shown(seat, page)) == (await shown_by_api(house, address))["approval"]
    for name in ("requester", "volunteer", "supervisor"):
        assert "data-composed" not in await shown(await person(house, name), page)
    assert orders(await shown(seat, page)) == set()
    for name in ENOUGH:
        await approve(house, address, name)
    assert orders(await shown(seat, page)) == {
        ("POST", f"{address}/command"),
        ("DELETE", f"{address}/approvals/mine"),
    }
    assert orders(await shown(await person(house, "requester"), page)) == {("POST", f"{address}/command")}
    assert orders(await shown(stranger, page)) == set()
    assert "20251101" in await shown(seat, "/committee")
    await send(house, address, "requester")
    assert orders(text := await shown(seat, page)) == set()
    assert "正在入账" in text
    await house.settle()
    assert "看这项申请" in await shown(seat, page)
    assert "20251101" not in await shown(seat, "/committee")


async def test_papers_of_a_request_are_read_by_its_committee_and_by_no_stranger(house: House) -> None:
    papers = await store(house, "requester", b"600 yuan")
    assert await read_by(house, "seat0", papers) == 403
    address = await ask_with(house, 20251102, papers)
    page = (await house.http.get(page_of(address))).text
    assert papers in page
    assert "报价单" not in page
    assert [await read_by(house, name, papers) for name in ("seat0", "supervisor", "volunteer")] == [
        200,
        200,
        403,
    ]
    for name in ENOUGH:
        await approve(house, address, name)
    await send(house, address, "seat0")
    await house.settle()
    assert [await read_by(house, name, papers) for name in ("seat0", "volunteer")] == [200, 403]


async def test_a_request_says_in_public_what_for_and_why_and_its_committee_reads_its_papers(
    house: House,
) -> None:
    paper, requester = await store(house, "requester", b"quote"), await person(house, "requester")
    reason = "六十位老人，每人一份。\n<b>食堂</b>当天不收费。"
    body = {"title": "重阳节长者午餐", "reason": reason, "papers": [paper]}
    text = (await requester.http.post("/v1/proposals/texts", json=body)).json()["commitment"]
    page = (await house.http.get(page_of(await ask_with(house, 20251104, text)))).text
    assert "<h1>重阳节长者午餐</h1>" in page
    assert "&lt;b&gt;食堂&lt;/b&gt;当天不收费。" in page
    assert paper in page
    public = (await house.http.get(f"/v1/documents/{text}/content")).text
    assert public == f"重阳节长者午餐\n\n{reason}\n\n附件 Paper: {paper}\n"
    assert [await read_by(house, name, paper) for name in ("seat0", "volunteer")] == [200, 403]


async def test_a_paper_of_a_request_stays_readable_when_it_becomes_one_of_another(house: House) -> None:
    paper, requester = await store(house, "requester", b"quote"), await person(house, "requester")
    body = {"title": "楼道灯", "reason": "楼道太暗了。", "papers": [paper]}
    text = (await requester.http.post("/v1/proposals/texts", json=body)).json()["commitment"]
    await ask_with(house, 20251105, text)
    assert await read_by(house, "seat0", paper) == 200
    assert (await requester.http.post("/v1/proposals/texts", json=body)).status_code == 201
    assert await read_by(house, "seat0", paper) == 200


def test_no_name_of_the_town_stands_on_a_derived_sheet_above_the_title_that_was_signed() -> None:
    act, asks = (
        acts()["ReverseDisbursement"],
        {"number": "7", "amountFen": "100", "documents": f"0x{'74' * 32}"},
    )
    name, title = Name(zh="别的事", en="Something else"), Name(zh="重阳节长者午餐", en="Lunch")
    groups = {"proposals": {"7": name}, "titles": {asks["documents"]: title}}
    reader = Locale(lang="zh", size="normal", names=Names(groups=groups))
    assert [value for _, value in facts(reader, act, {"proposal": asks}, [], {})] == ["重阳节长者午餐 ¥1.00"]


def test_what_a_command_says_of_a_request_is_read_of_those_alone_that_name_one() -> None:
    asks = tuple(
        bytes([7] * 32) if abi == "bytes32" else bytes([7] * 16) if abi == "bytes16" else 7
        for _, abi in Proposal.layout()
    )
    command: Any = None
    withdraw = encode_call("Disbursements", "withdraw", asks, (0, 0, bytes(65)))
    budget = encode_call("Budgets", "setBudgetLine", 1, 0x10001, 100)
    found = [
        request_in(Called(command=command, contract="Disbursements", function=function, data=data))
        for function, data in (("withdraw", withdraw), ("setBudgetLine", budget))
    ]
    assert found == [(7, bytes([7]) * 32), None]


def test_no_name_of_the_town_stands_above_the_title_that_was_signed() -> None:
    text, older = b"t" * 32, b"o" * 32
    name, title = Name(zh="别的事", en="Something else"), Name(zh="重阳节长者午餐", en="Lunch")
    groups = {"proposals": {"7": name}, "titles": {f"0x{text.hex()}": title}}
    reader = Locale(lang="zh", size="normal", names=Names(groups=groups))
    assert [reader.request(7, documents) for documents in (text, older)] == ["重阳节长者午餐", "别的事"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "长" * 81), ("title", "两\n行"), ("title", "\u202e反过来"), ("reason", "短"),
        ("reason", "长" * 2001), ("reason", "看不见的\u200b字在里面"), ("reason", f"给六十位老人\n附件 Paper: 0x{'12' * 32}"), ("papers", ["0x12"]), ("papers", ["0x" + "12" * 32] * 6),
    ],
)  # fmt: skip
async def test_a_title_or_a_reason_that_misleads_or_is_none_is_refused(
    house: House, field: str, value: object
) -> None:
    requester = await person(house, "requester")
    body = {"title": "午餐", "reason": "给六十位老人", "papers": []} | {field: value}
    assert (await requester.http.post("/v1/proposals/texts", json=body)).status_code == 422


async def test_nobody_opens_somebody_else_s_secret_as_a_paper_of_their_request(house: House) -> None:
    secret, requester = await store(house, "treasurer", "李先生".encode()), await person(house, "requester")
    body = {"title": "午餐", "reason": "给六十位老人", "papers": [secret]}
    assert (await requester.http.post("/v1/proposals/texts", json=body)).status_code == 403
    assert (await house.http.post("/v1/proposals/texts", json=body)).status_code == 401


async def test_a_request_that_names_somebody_else_s_secret_does_not_open_it(house: House) -> None:
    donor = await store(house, "treasurer", "王先生".encode())
    await ask_with(house, 20251103, donor)
    assert await read_by(house, "seat0", donor) == 403


async def test_an_unknown_draft_is_told_as_a_page(house: House) -> None:
    answer = await house.http.get(f"/drafts/0x{'12' * 32}")
    assert (answer.status_code, "<!doctype html>" in answer.text) == (404, True)


def composed_of(text: str) -> dict[str, Any]:
    """What a sheet has to be signed."""
    found = re.search(r"data-composed='([^']*)'", text)
    assert found
    composed: dict[str, Any] = json.loads(unescape(found[1]))
    return composed


def orders(text: str) -> set[tuple[str, str]]:
    """Method and address of each button."""
    return set(re.findall(r'data-method="(\w+)" data-address="([^"]+)"', text))


async def shown_by_api(house: House, address: str) -> dict[str, Any]:
    """The draft as the API tells it."""
    body: dict[str, Any] = (await house.http.get(address)).json()
    return body


async def store(house: House, name: str, content: bytes) -> str:
    """Somebody stores a document that is not public; its commitment."""
    file, by = {"file": ("报价单.txt", content)}, await person(house, name)
    kept = (await by.http.post("/v1/documents", files=file, data={"public": "false"})).json()
    return str(kept["commitment"])


async def read_by(house: House, name: str, commitment: str) -> int:
    """Status of the answer when somebody reads a document."""
    by = await person(house, name)
    return (await by.http.get(f"/v1/documents/{commitment}/content")).status_code


async def ask_with(house: House, number: int, papers: str) -> str:
    """The applicant drafts a request with papers; gives the address of the draft."""
    requester = await person(house, "requester")
    request = proposal(number, 1_000) | {"documents": papers}
    typed_data = (await requester.draft("SubmitProposal", {"proposal": request}))["typed_data"]
    answer = await hand_in(house, DRAFTS, typed_data, requester.sign(typed_data))
    return f"{DRAFTS}/{answer['draft']['proposal_id']}"


async def test_drafts_go_on_where_the_page_ends_and_miss_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20260101, 20260106):
        await draft(house, number)
    member = await person(house, "seat0")
    monkeypatch.setattr(proposal_pages, "ROWS", 100)
    whole = re.findall('href="(/drafts/[^"]+)"', await shown(member, "/committee"))
    monkeypatch.setattr(proposal_pages, "ROWS", 2)
    found, address = [], "/committee"
    while address:
        text = await shown(member, address)
        found += re.findall('href="(/drafts/[^"]+)"', text)
        older = re.search('href="(/committee/drafts[?][^"]+)">更早的', text)
        address = unescape(older[1]) if older else ""
    assert len(whole) >= 5
    assert found == whole
    assert "回到最近的" in text


async def test_an_own_draft_is_not_lost_among_many_later_ones_of_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour = await person(house, "neighbour1")
    fields = {"proposal": proposal(20260201, 1_000) | {"requester": "0x" + member_id("neighbour1").hex()}}
    typed_data = (await neighbour.draft("SubmitProposal", fields))["typed_data"]
    kept = await hand_in(house, DRAFTS, typed_data, neighbour.sign(typed_data))
    house.town.chain.set_clock(house.town.chain.now() + 1)
    for number in range(20260202, 20260205):
        await draft(house, number)
    monkeypatch.setattr(proposal_pages, "ROWS", 2)
    text = await shown(neighbour, "/committee")
    assert re.findall('href="/drafts/([^"]+)"', text) == [kept["draft"]["proposal_id"]]
    assert "更早的" not in text

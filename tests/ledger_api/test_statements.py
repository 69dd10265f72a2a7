"""Bank statements are imported whole or not at all, and their lines are known by their keys."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger_api.errors import StatementError, StatementMalformedError, StatementUnbalancedError
from ledger_api.statements import camt, csv_file
from ledger_api.statements.exhibit import export_exhibit
from ledger_api.statements.keys import bank_account, bank_accounts, normalised, open_bank_account
from ledger_api.statements.parsed import fen, yuan
from register import KEY_FILE
from register.register import Register
from tests.conftest import member_id, signer
from tests.ledger_api.client import (
    ACCOUNT,
    BANK,
    FUND,
    House,
    Person,
    ProblemError,
    donation,
    furnished_house,
    statement_csv,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ASSETS = Path(__file__).parents[1] / "assets" / "statements"
# File, error, and what its message must name.
BROKEN_XML = [
    ("unbalanced.xml", StatementUnbalancedError, "1,520.50"),
    ("pending_counted.xml", StatementUnbalancedError, "920.00"),
    ("not_well_formed.xml", StatementMalformedError, "line 27"),
    ("cut_off.xml", StatementMalformedError, "line 31"),
    ("entity_bomb.xml", StatementMalformedError, "expected no document type, got <!DOCTYPE Document>"),
    ("external_entity.xml", StatementMalformedError, "expected no document type, got <!DOCTYPE Document>"),
    ("no_reference.xml", StatementMalformedError, "line 17: expected the bank's reference"),
    ("same_reference_twice.xml", StatementMalformedError, "'CAMT-0001' of line 17"),
    ("other_currency.xml", StatementMalformedError, "line 18: expected CNY, got 'EUR'"),
    ("amount_with_words.xml", StatementMalformedError, "line 18: expected an amount"),
    ("amount_beyond_fen.xml", StatementMalformedError, "line 18: expected an amount"),
    ("no_direction.xml", StatementMalformedError, "line 28: expected CRDT or DBIT"),
    ("no_date.xml", StatementMalformedError, "line 17: expected a booking date"),
    ("no_closing_balance.xml", StatementMalformedError, "CLBD"),
    ("no_lines.xml", StatementMalformedError, "got 0"),
    ("two_statements.xml", StatementMalformedError, "got 2"),
    ("other_message.xml", StatementMalformedError, "camt.053"),
    ("deep.xml", StatementMalformedError, "levels"),
    ("page.html", StatementMalformedError, "expected no document type, got <!DOCTYPE html>"),
]
BROKEN_CSV = [
    ("line_taken_out.csv", StatementUnbalancedError, "line 3: expected a balance of 1,605.50"),
    ("amount_changed.csv", StatementUnbalancedError, "line 3"),
    ("no_headings.csv", StatementMalformedError, "headings"),
    ("both_in_and_out.csv", StatementMalformedError, "line 3"),
    ("unreadable_date.csv", StatementMalformedError, "line 3: expected a date, got '昨天'"),
    ("open_quote.csv", StatementMalformedError, "line 3"),
    ("spreadsheet.xlsx", StatementMalformedError, "UTF-8 or GB18030"),
]


def asset(name: str) -> bytes:
    return (ASSETS / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "error", "message"), BROKEN_XML, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_broken_camt_file_is_refused_and_its_line_named(
    name: str, error: type[StatementError], message: str
) -> None:
    with pytest.raises(error, match=message.replace("(", r"\(")):
        camt.parse(asset(name))


@pytest.mark.parametrize(
    ("name", "error", "message"), BROKEN_CSV, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_broken_csv_file_is_refused_and_its_line_named(
    name: str, error: type[StatementError], message: str
) -> None:
    with pytest.raises(error, match=message):
        csv_file.parse(asset(name), "generic")


def test_a_camt_statement_is_read() -> None:
    parsed = camt.parse(asset("good.xml"))
    assert (parsed.opening_fen, parsed.closing_fen) == (100_000, 152_050)
    lines = [(line.reference, line.amount_fen, line.booked_on, line.counterparty) for line in parsed.lines]
    assert lines == [
        ("CAMT-0001", 60_050, "2025-06-16", "王某"), ("CAMT-0002", -8_000, "2025-06-16", "某维修公司"),
    ]  # fmt: skip


@pytest.mark.parametrize("moment", ["2025-06-16T00:00:00", "2025-06-16T23:59:59.999+08:00"])
def test_the_day_of_a_line_is_that_of_its_booking_time(moment: str) -> None:
    content = asset("good.xml").decode()
    with_times = content.replace("<BookgDt><Dt>2025-06-16</Dt>", f"<BookgDt><DtTm>{moment}</DtTm>")
    assert with_times != content
    assert [line.booked_on for line in camt.parse(with_times.encode()).lines] == ["2025-06-16"] * 2


@pytest.mark.parametrize("name", ["ccb_gb18030.csv", "icbc_gb18030.csv", "abc_utf8.csv"])
def test_a_bank_export_is_read_by_its_mapping(name: str) -> None:
    parsed = csv_file.parse(asset(name), name.split("_", maxsplit=1)[0])
    assert (parsed.account_number or "").replace(" ", "") == "6222000011112222"
    assert (parsed.opening_fen, parsed.closing_fen) == (100_000, 152_050)
    lines = [(line.amount_fen, line.booked_on, line.counterparty) for line in parsed.lines]
    assert lines == [(60_050, "2025-06-16", "王某"), (-8_000, "2025-06-17", "某维修公司")]


@given(st.integers(-(10**14), 10**14))
def test_an_amount_survives_its_text(amount_fen: int) -> None:
    assert fen(yuan(amount_fen), 1) == amount_fen


@given(st.text(min_size=1, max_size=40))
def test_a_normalised_reference_stays_as_it_is(text: str) -> None:
    try:
        once = normalised(text)
    except StatementMalformedError:
        return
    assert normalised(once) == once
    assert normalised(f" {text.upper()}\t") == normalised(text.upper())


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with closing(Register.open(f"sqlite:///{tmp_path}/town.db", tmp_path / KEY_FILE)) as opened:
        yield opened


def test_the_key_of_a_line_is_that_of_the_contract_s_text(register: Register) -> None:
    account = open_bank_account(register, 7, ACCOUNT, "steward")
    expected = keccak(encode(["string", "bytes32", "string"], ["gongji.bank-line.v1", account.salt, "AB12"]))
    assert account.line_key(" ab　１2 ") == expected


def test_an_account_keeps_its_salt_and_number(register: Register) -> None:
    first = open_bank_account(register, 7, ACCOUNT, "steward")
    second = open_bank_account(register, 8, "1111", "steward")
    assert open_bank_account(register, 7, "another number", "steward") == first == bank_account(register, 7)
    assert first.salt != second.salt
    assert bank_accounts(register) == [7, 8]


def test_the_salt_and_number_of_an_account_are_nowhere_in_clear(register: Register, tmp_path: Path) -> None:
    account = open_bank_account(register, 7, ACCOUNT, "steward")
    content = b"".join(path.read_bytes() for path in tmp_path.glob("town.db*"))
    assert b"bank_accounts" in content
    assert account.number.encode() not in content
    assert account.salt.hex().encode() not in content


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("statements")) as opened:
        yield opened


@pytest.fixture
async def treasurer(house: House) -> Person:
    person = Person(house, signer("treasurer"))
    await person.sign_in()
    return person


async def cashier_of(house: House) -> Person:
    """Who takes back what the treasurer attested."""
    person = Person(house, signer("cashier"))
    await person.sign_in()
    return person


async def imported(treasurer: Person) -> int:
    return len((await treasurer.http.get("/v1/statements")).json()["items"])


async def test_a_camt_statement_is_imported_once(treasurer: Person) -> None:
    before = await imported(treasurer)
    first = await treasurer.import_statement(asset("good.xml"), BANK)
    again = await treasurer.import_statement(asset("good.xml"), BANK)
    assert first["id"] == again["id"]
    assert await imported(treasurer) == before + 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("unbalanced.xml", "StatementUnbalancedError"), ("not_well_formed.xml", "StatementMalformedError"),
        ("entity_bomb.xml", "StatementMalformedError"), ("other_account.xml", "BankAccountForeignError"),
    ],
)  # fmt: skip
async def test_a_refused_statement_leaves_nothing(treasurer: Person, name: str, code: str) -> None:
    before = await imported(treasurer)
    with pytest.raises(ProblemError) as refused:
        await treasurer.import_statement(asset(name), BANK)
    assert (refused.value.status, refused.value.code) == (422, code)
    assert await imported(treasurer) == before


async def test_an_unknown_format_is_refused(treasurer: Person) -> None:
    with pytest.raises(ProblemError) as refused:
        await treasurer.import_statement(asset("good.csv"), BANK, "boc")
    assert refused.value.code == "QueryInvalidError"


async def test_only_a_treasurer_of_the_account_imports_and_reads(house: House, treasurer: Person) -> None:
    statement = await treasurer.import_statement(statement_csv(("O-1", 100)), BANK, "generic")
    other = Person(house, signer("seat0"))
    await other.sign_in()
    with pytest.raises(ProblemError) as refused:
        await other.import_statement(statement_csv(("O-2", 100)), BANK, "generic")
    assert refused.value.code == "SessionForbiddenError"
    for path in ("", "/lines"):
        answer = await other.http.get(f"/v1/statements/{statement['id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "SessionForbiddenError")
        assert (await house.http.get(f"/v1/statements/{statement['id']}{path}")).status_code == 401


async def test_a_line_used_twice_is_refused_even_in_other_case_and_with_spaces(
    house: House, treasurer: Person
) -> None:
    first = await treasurer.import_statement(statement_csv(("wx-2025 001", 100)), BANK, "generic")
    second = await treasurer.import_statement(statement_csv((" WX-2025001", 100)), BANK, "generic")
    (line,), (twin,) = await treasurer.lines(first["id"]), await treasurer.lines(second["id"])
    assert line["bank_line"] == twin["bank_line"]
    fields = {"fund": FUND, "bank": BANK, "donations": [donation(line["bank_line"], 100)]}
    await treasurer.act("AttestDonations", fields)
    await house.settle()
    with pytest.raises(ProblemError) as refused:
        await treasurer.act("AttestDonations", {**fields, "donations": [donation(twin["bank_line"], 100)]})
    assert (refused.value.status, refused.value.code) == (409, "FundsBankLineUsed")
    assert (await treasurer.lines(second["id"]))[0]["use"] == "donation"


async def test_a_donation_taken_back_as_a_mistake_frees_its_line(house: House, treasurer: Person) -> None:
    statement = await treasurer.import_statement(statement_csv(("M-1", 100)), BANK, "generic")
    (line,) = await treasurer.lines(statement["id"])
    await treasurer.act(
        "AttestDonations", {"fund": FUND, "bank": BANK, "donations": [donation(line["bank_line"], 100)]}
    )
    await house.settle()
    mistake = {
        "fund": FUND,
        "bankLine": line["bank_line"],
        "outgoingBankLine": "0x" + "00" * 32,
        "newPurpose": 0,
        "document": "0x" + "77" * 32,
    }
    with pytest.raises(ProblemError) as refused:
        await treasurer.act("ReverseDonation", mistake)
    assert "另一位出纳" in str(refused.value.problem)
    await (await cashier_of(house)).act("ReverseDonation", mistake)
    await house.settle()
    (line,) = await treasurer.lines(statement["id"])
    assert (line["use"], line["used_in_block"]) == ("unused", None)


async def test_the_line_that_returns_a_donation_amounts_to_what_it_brought(
    house: House, treasurer: Person
) -> None:
    content = statement_csv(("R-1", 300), ("R-2", -100), ("R-3", -300))
    statement = await treasurer.import_statement(content, BANK, "generic")
    keys = [line["bank_line"] for line in await treasurer.lines(statement["id"])]
    await treasurer.act(
        "AttestDonations", {"fund": FUND, "bank": BANK, "donations": [donation(keys[0], 300)]}
    )
    await house.settle()
    returned = {"fund": FUND, "bankLine": keys[0], "newPurpose": 0, "document": "0x" + "77" * 32}
    cashier = await cashier_of(house)
    with pytest.raises(ProblemError) as refused:
        await cashier.act("ReverseDonation", {**returned, "outgoingBankLine": keys[1]})
    assert refused.value.code == "BankLineMismatchError"
    await cashier.act("ReverseDonation", {**returned, "outgoingBankLine": keys[2]})
    await house.settle()
    used = await treasurer.lines(statement["id"])
    assert [line["use"] == "unused" for line in used] == [False, True, False]


@pytest.mark.parametrize(
    ("bank_line", "amount_fen", "bank", "code"),
    [
        ("0x" + "ee" * 32, 100, BANK, "BankLineUnknownError"), (None, 101, BANK, "BankLineMismatchError"),
        (None, 100, 2, "BankLineMismatchError"),
    ],
    ids=["unknown line", "another amount", "another account"],
)  # fmt: skip
async def test_a_donation_must_be_what_the_statement_says(
    treasurer: Person, bank_line: str | None, amount_fen: int, bank: int, code: str
) -> None:
    statement = await treasurer.import_statement(statement_csv(("S-1", 100)), BANK, "generic")
    key = bank_line or (await treasurer.lines(statement["id"]))[0]["bank_line"]
    with pytest.raises(ProblemError) as refused:
        await treasurer.act(
            "AttestDonations", {"fund": FUND, "bank": bank, "donations": [donation(key, amount_fen)]}
        )
    assert refused.value.code == code


async def test_money_that_went_out_is_no_donation(treasurer: Person) -> None:
    statement = await treasurer.import_statement(
        statement_csv(("G-1", -100), opening_fen=500), BANK, "generic"
    )
    (line,) = await treasurer.lines(statement["id"])
    with pytest.raises(ProblemError) as refused:
        await treasurer.act(
            "AttestDonations", {"fund": FUND, "bank": BANK, "donations": [donation(line["bank_line"], 100)]}
        )
    assert refused.value.code == "BankLineMismatchError"


async def test_lines_come_in_pages(treasurer: Person) -> None:
    statement = await treasurer.import_statement(
        statement_csv(*((f"N-{i}", 100 + i) for i in range(7))), BANK, "generic"
    )
    path, seen, after = f"/v1/statements/{statement['id']}/lines", [], 0
    while after is not None:
        page = (await treasurer.http.get(path, params={"after": after, "limit": 3})).json()
        seen += [line["reference"] for line in page["items"]]
        after = page["next_after"]
    assert seen == [f"N-{i}" for i in range(7)]


async def test_the_exhibit_of_an_account_opens_every_key(house: House, treasurer: Person) -> None:
    await treasurer.import_statement(statement_csv(("E-1", 100), ("E-2", -50)), BANK, "generic")
    account = bank_account(house.context.register, BANK)
    paid = account.line_key("E-2")
    exhibit = await export_exhibit(house.context.app_engine, account, [paid])
    salt = bytes.fromhex(exhibit["salt"][2:])
    lines = [line for statement in exhibit["statements"] for line in statement["lines"]]
    assert {"E-1", "E-2"} <= {line["reference"] for line in lines}
    for line in lines:
        digest = keccak(
            encode(["string", "bytes32", "string"], ["gongji.bank-line.v1", salt, line["reference"]])
        )
        assert line["key"] == "0x" + digest.hex()
        assert ("counterparty" in line) == (digest == paid), "of other lines it is nobody's to read"


async def test_a_treasurer_whose_role_is_over_sees_nothing(house: House, treasurer: Person) -> None:
    await treasurer.import_statement(statement_csv(("RO-1", 100)), BANK, "generic")
    await house.serve(
        "registrar", "Members", "grantRole", member_id("requester"), 2, FUND, house.town.chain.now() + 60
    )
    await house.settle()
    brief = Person(house, signer("requester"))
    await brief.sign_in()
    assert (await brief.http.get("/v1/statements")).json()["items"]
    await house.town.wait(120)
    assert (await brief.http.get("/v1/statements")).json()["items"] == []

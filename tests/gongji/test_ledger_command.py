"""`gongji ledger`: the records of a running town as its pages say them."""

from __future__ import annotations

import html
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from contracts.accounts import AccountKind, account_id, worker_account

if TYPE_CHECKING:
    from tests.gongji.running import Running

NOBODYS = "0x" + account_id(AccountKind.PURPOSE, 0xFFFF_FFFF).hex()
THREE_LINES = ["错误", "原因", "办法"]


def rows(running: Running, *arguments: str) -> list[str]:
    """The lines of a list, without its headings."""
    result = running.gongji("ledger", "list", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()[1:]


def data(running: Running, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(running.gongji("ledger", "list", *arguments, "--json").stdout))


def worker(running: Running) -> str:
    """Somebody who earned wages, of those whom `/demo` lets one be."""
    with sqlite3.connect(running.folder / "mirror.db") as connection:
        workers = {f"0x{row[0].hex()}" for row in connection.execute("select worker from workers")}
    return min(workers & set(running.people()))


def account_of(member: str) -> str:
    return "0x" + worker_account(1, bytes.fromhex(member[2:])).hex()


@pytest.mark.parametrize("reason", ["DONATION", "DISBURSEMENT", "CREDIT", "WAGE"])
def test_a_row_has_the_sentence_of_the_page_with_day_amount_and_receipt(
    running: Running, reason: str
) -> None:
    (row,) = rows(running, "--reason", reason, "--limit", "1")
    (item,) = data(running, "--reason", reason, "--limit", "1")["items"]
    day, *_, code = row.split()
    assert (day[:4], code) == (item["time"][:4], item["code"])
    for lang in ("zh", "en"):
        page = httpx2.get(f"{running.url}/ledger", params={"reason": reason, "lang": lang}).text
        assert item[f"text_{lang}"] in row
        assert html.escape(item[f"text_{lang}"], quote=False) in page


def test_an_amount_has_the_sign_of_the_fund_that_is_looked_at(running: Running) -> None:
    signs = {"DONATION": "+¥", "DISBURSEMENT": "-¥"}
    for reason, sign in signs.items():
        assert all(sign in row for row in rows(running, "--fund", "1", "--reason", reason))


def test_what_is_earlier_goes_on_where_the_page_before_ended(running: Running) -> None:
    whole, first = data(running, "--limit", "4"), data(running, "--limit", "2")
    rest = data(running, "--limit", "2", "--cursor", first["next_cursor"])
    assert first["items"] + rest["items"] == whole["items"]


def test_a_list_without_a_record_says_so_and_is_no_error(running: Running) -> None:
    result = running.gongji("ledger", "list", "--account", NOBODYS)
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 1)
    assert "There is nothing to list" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--account", "0x12"), 2, "64 位十六进制数字 hex digits"),
        (("--reason", "GIFT"), 2, "DONATION"),
        (("--limit", "0"), 2, "1 – 1000"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_call_is_told_in_three_lines(
    running: Running, arguments: tuple[str, ...], status: int, said: str
) -> None:
    result = running.gongji("ledger", "list", *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert [line[:2] for line in result.stderr.splitlines()] == THREE_LINES
    assert said in result.stderr


@pytest.mark.parametrize("text", ["hello", "../members", "12-5A", "12-"])
def test_what_is_no_receipt_number_is_asked_of_nobody(running: Running, text: str) -> None:
    result = running.gongji("ledger", "show", text)
    assert (result.returncode, result.stdout) == (2, "")
    assert "128-9f3a01bc" in result.stderr


def test_a_personal_account_is_listed_for_whose_it_is(running: Running) -> None:
    member = worker(running)
    refused = running.gongji("ledger", "list", "--account", account_of(member))
    assert refused.returncode == 4
    assert "--key" in refused.stderr
    own = rows(running, "--account", account_of(member), "--reason", "WAGE", *running.key_of(member))
    assert own
    assert all("+¥" in row for row in own)


def test_a_record_is_shown_by_the_code_of_its_receipt(running: Running) -> None:
    (item,) = data(running, "--limit", "1")["items"]
    for code in (item["code"], str(item["sequence"])):
        shown = running.gongji("ledger", "show", code).stdout
        assert item["text_zh"] in shown
        assert item["text_en"] in shown
    forged = running.gongji("ledger", "show", f"{item['sequence']}-00000000")
    assert (forged.returncode, forged.stdout) == (1, "")
    assert [line[:2] for line in forged.stderr.splitlines()] == THREE_LINES

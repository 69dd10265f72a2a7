from __future__ import annotations

import csv
import io
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from contracts.accounts import AccountKind, account_id
from ledger_api.paging import encode_cursor
from tests.conftest import member_id
from tests.ledger_api.story import CARE, COMMUNITY, PAID, STREET, line

if TYPE_CHECKING:
    from tests.ledger_api.client import House


async def transfers(story: House, query: str = "") -> list[dict[str, Any]]:
    """Records, without their sign, which depends on what is asked for."""
    response = await story.http.get(f"/v1/transfers?limit=1000{query}")
    assert response.status_code == 200, response.text
    items = response.json()["items"]
    return [{name: value for name, value in item.items() if name != "sign"} for item in items]


async def test_the_ledger_is_numbered_without_a_gap_newest_first(story: House) -> None:
    numbers = [item["sequence"] for item in await transfers(story)]
    assert numbers == list(range(await story.town.read("Ledger", "sequence"), 0, -1))


async def test_a_donation_names_its_bank_line_and_its_public_donor(story: House) -> None:
    transfer = next(
        t for t in await transfers(story, "&reason=DONATION") if t["cause"] == "0x" + line("a").hex()
    )
    assert (transfer["amount"], transfer["unit"]) == (300_000, "CNY")
    assert transfer["document"] == "0x" + member_id("donor").hex() + 32 * "0"
    receipt = await story.town.web3.eth.get_transaction_receipt(transfer["transaction_hash"])
    assert (receipt["blockNumber"], "0x" + receipt["blockHash"].hex().removeprefix("0x")) == (
        transfer["block_number"],
        transfer["block_hash"],
    )


async def test_pages_stay_what_they_are_while_the_ledger_grows(story: House) -> None:
    first = (await story.http.get("/v1/transfers?limit=5")).json()
    second = (await story.http.get(f"/v1/transfers?limit=5&cursor={first['next_cursor']}")).json()
    await story.town.chain.mine(empty=True)
    await story.syncer.catch_up()
    again = (await story.http.get(f"/v1/transfers?limit=5&cursor={first['next_cursor']}")).json()
    assert again["items"] == second["items"]
    numbers = [t["sequence"] for t in first["items"] + second["items"]]
    assert numbers == list(range(numbers[0], numbers[0] - 10, -1))


async def test_the_filter_for_a_fund_takes_only_its_purposes(story: House) -> None:
    def funds(item: dict[str, Any]) -> set[int]:
        accounts = [bytes.fromhex(item[side][2:]) for side in ("payer", "payee")]
        return {int.from_bytes(a[28:30], "big") for a in accounts if a[0] == AccountKind.PURPOSE}

    everything = await transfers(story)
    for fund in (STREET, COMMUNITY):
        expected = [t["sequence"] for t in everything if fund in funds(t)]
        assert [t["sequence"] for t in await transfers(story, f"&fund={fund}")] == expected
        assert 0 < len(expected) < len(everything)


async def test_of_an_account_and_a_fund_only_what_went_between_them(story: House) -> None:
    everything = await transfers(story)
    own = await transfers(story, f"&fund={STREET}")
    for account in {t[side] for t in everything for side in ("payer", "payee")}:
        expected = [t for t in own if account in (t["payer"], t["payee"])]
        assert await transfers(story, f"&fund={STREET}&account={account}") == expected


async def test_filters_for_account_cause_and_time(story: House) -> None:
    everything = await transfers(story)
    care = "0x" + account_id(AccountKind.PURPOSE, CARE).hex()
    of_care = [t for t in everything if care in (t["payer"], t["payee"])]
    assert await transfers(story, f"&account={care}") == of_care
    cause = "0x" + PAID.proposal_id().hex()
    assert [t["reason"] for t in await transfers(story, f"&cause={cause}")] == ["DISBURSEMENT"]
    moment = everything[10]["time"]
    later = [t for t in everything if t["time"] >= moment]
    assert await transfers(story, f"&since={moment}") == later
    earlier = [t for t in everything if t["time"] <= moment]
    assert await transfers(story, f"&until={moment}") == earlier


async def test_a_cursor_whose_transfer_is_gone_still_finds_what_was_before_it(story: House) -> None:
    for where in ("", "&fund=2"):
        latest = (await story.http.get(f"/v1/transfers?limit=5{where}")).json()["items"]
        cursor = encode_cursor(10**6)
        assert (await story.http.get(f"/v1/transfers?limit=5{where}&cursor={cursor}")).json()[
            "items"
        ] == latest


@pytest.mark.parametrize("by", ["address", "accept"])
async def test_the_csv_twin_has_the_same_rows_and_names_the_next_page(story: House, by: str) -> None:
    body = (await story.http.get("/v1/transfers?limit=3")).json()
    address = "/v1/transfers.csv?limit=3" if by == "address" else "/v1/transfers?limit=3"
    response = await story.http.get(address, headers={"accept": "text/csv" if by == "accept" else "*/*"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert rows == [{name: str(value) for name, value in item.items()} for item in body["items"]]
    assert f"cursor={body['next_cursor']}" in response.headers["link"]


@pytest.mark.parametrize(
    "query",
    ["reason=GIFT", "since=2026-01-01T00:00:00", "since=yesterday", "fund=70000", "account=0x1", "cause=1"],
)
async def test_a_filter_that_means_nothing_is_refused(story: House, query: str) -> None:
    assert (await story.http.get(f"/v1/transfers?{query}")).status_code == 422


async def test_one_transfer_by_its_number(story: House) -> None:
    (last,) = (await story.http.get("/v1/transfers?limit=1")).json()["items"]
    assert (await story.http.get(f"/v1/transfers/{last['sequence']}")).json() == last
    assert (await story.http.get("/v1/transfers/99999")).status_code == 404


async def test_descriptions_come_from_the_contracts_and_name_the_unit(story: House) -> None:
    schema = (await story.http.get("/openapi.json")).json()["components"]["schemas"]["LedgerLine"]
    assert schema["properties"]["amount"]["description"].startswith("In fen for CNY, minutes for MINUTE")


@pytest.mark.parametrize("key", [[2**63], [-1], [1.5], [True], ["1"], [1, 1], [], {"a": 1}, 7])
async def test_a_cursor_that_was_not_made_here_is_refused(story: House, key: Any) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(key)).decode()
    response = await story.http.get(f"/v1/transfers?cursor={cursor}")
    assert (response.status_code, response.json()["code"]) == (422, "CursorInvalidError")

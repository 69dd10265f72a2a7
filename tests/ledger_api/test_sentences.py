"""What a line of the ledger says to people."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind, account_id, worker_account
from contracts.enums import Reason, Unit
from ledger_api.finality import Finality
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.schemas import Transfer
from ledger_api.transfers.sentences import SENTENCES, sign
from tests.conftest import member_id
from tests.ledger_api.owners import signed_in
from tests.ledger_api.story import CARE, STAIRS, STREET

if TYPE_CHECKING:
    from tests.ledger_api.client import House

WORKER = worker_account(1, member_id("worker0"))
BANK, PURPOSE, OTHER = (
    account_id(AccountKind.BANK, 1),
    account_id(AccountKind.PURPOSE, CARE),
    account_id(AccountKind.PURPOSE, STAIRS),
)
TOWN = TransferFilter()


async def line(story: House, reason: str, http: Any = None) -> dict[str, Any]:
    """The latest line of a reason."""
    items = (await (http or story.http).get("/v1/transfers", params={"reason": reason, "limit": 1})).json()[
        "items"
    ]
    return dict(items[0])


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason) - {Reason.NONE}


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (
            "DONATION",
            "海川公司捐给春晖社区基金（楼道更新）",
            "Haichuan company gave to Chunhui community fund (Stairwells)",
        ),
        (
            "CAMPAIGN_GIFT",
            "一位不公开姓名的捐赠人捐给众筹“社区图书角”",
            "An anonymous donor gave to the campaign “Reading corner”",
        ),
        (
            "DISBURSEMENT",
            "春晖社区基金（长者关怀）拨款给福满社区食堂：防滑垫采购",
            "Chunhui community fund (Care for the old) paid Fuman canteen: Non-slip mats",
        ),
        (
            "CREDIT",
            "一位志愿者做了服务：陪伴购物",
            "A volunteer gave their time: Shopping with an old neighbour",
        ),
        ("WAGE", "一位工友在巧手微工厂挣得工钱：产品 7", "A worker earned wages at Nimble hands: Product 7"),
        ("PAYOUT", "给一位工友发工钱", "A worker was paid wages"),
    ],
)
async def test_a_line_says_who_gave_paid_or_earned_what_for_what(
    story: House, reason: str, zh: str, en: str
) -> None:
    found = await line(story, reason)
    assert (found["text_zh"], found["text_en"]) == (zh, en)


async def test_no_line_of_the_story_leaves_out_what_it_was_for(story: House) -> None:
    items = (await story.http.get("/v1/transfers?limit=500")).json()["items"]
    assert len({item["reason"] for item in items}) > 15
    assert [item["text_zh"] for item in items if "—" in item["text_zh"] + item["text_en"]] == []


async def test_a_worker_reads_the_own_name_and_nobody_elses(story: House) -> None:
    worker = (await signed_in(story, "worker0")).http
    mine = member_id("worker0").hex()[:6]
    assert (await line(story, "PAYOUT", worker))["text_en"] == f"{mine} was paid wages"
    latest = await line(story, "WAGE", worker)
    assert latest["text_en"].startswith("A worker earned")


async def test_pages_and_receipts_say_what_the_data_says(story: House) -> None:
    found = await line(story, "DISBURSEMENT")
    for address in ("/ledger?reason=DISBURSEMENT", f"/ledger/{found['sequence']}"):
        assert found["text_zh"] in (await story.http.get(address)).text
    # The page of the fund has the latest alone, which are those of lots.
    assert (await line(story, "LEVY"))["text_zh"] in (await story.http.get("/funds/2")).text
    table = (await story.http.get("/v1/transfers.csv?reason=DISBURSEMENT")).text
    assert found["text_en"] in table


async def test_data_and_table_have_the_sign_of_the_fund_that_was_asked_for(story: House) -> None:
    query = "reason=MATCH_LOCK&limit=1"
    signs = []
    for filters in (query, f"{query}&fund={STREET}"):
        (item,) = (await story.http.get(f"/v1/transfers?{filters}")).json()["items"]
        (row,) = csv.DictReader(io.StringIO((await story.http.get(f"/v1/transfers.csv?{filters}")).text))
        assert row["sign"] == str(item["sign"])
        signs.append(item["sign"])
    # Within the town it changes hands; the fund has it no more.
    assert signs == [0, -1]


@pytest.mark.parametrize(
    ("payer", "payee", "looked_at", "expected"),
    [
        (BANK, PURPOSE, TOWN, 1),
        (PURPOSE, BANK, TOWN, -1),
        (PURPOSE, OTHER, TOWN, 0),
        (PURPOSE, OTHER, TransferFilter(fund=2), 0),
        (WORKER, BANK, TOWN, -1),
        (WORKER, BANK, TransferFilter(account=WORKER), -1),
        (account_id(AccountKind.ENTERPRISE, 1), WORKER, TransferFilter(account=WORKER), 1),
        (account_id(AccountKind.CAMPAIGN, 1), PURPOSE, TransferFilter(fund=2), 1),
        (account_id(AccountKind.ISSUED_MINUTES), account_id(AccountKind.MEMBER_MINUTES), TOWN, 1),
    ],
)  # fmt: skip
def test_an_amount_has_the_sign_of_whose_side_is_taken(
    payer: bytes, payee: bytes, looked_at: TransferFilter, expected: int
) -> None:
    transfer = Transfer(
        sequence=1, payer=payer, payee=payee, unit=Unit.CNY, amount=1, reason=Reason.DONATION, cause=bytes(32),
        document=bytes(32), log_index=0, block_number=1, block_hash=bytes(32), transaction_hash=bytes(32), time=0,
        finality=Finality.FINAL,
    )  # fmt: skip
    assert sign(transfer, looked_at) == expected

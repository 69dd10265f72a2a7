"""From a line of the ledger a reader goes on to what is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import Reason
from ledger_api.finality import Finality
from ledger_api.locale import Locale, words
from ledger_api.portal.cause import CAUSE_KINDS, CauseKind
from ledger_api.portal.render import templates
from register.names import Names
from tests.ledger_api.owners import signed_in
from tests.ledger_api.story import PAID, named_id

if TYPE_CHECKING:
    from tests.ledger_api.client import House

VISIT, REQUEST = f"0x{named_id('visit').hex()}", f"0x{PAID.proposal_id().hex()}"


@pytest.mark.parametrize(
    ("reason", "cause", "address", "title"),
    [
        ("CREDIT", VISIT + 32 * "0", f"/visits/{VISIT}", "一次服务"),
        ("DISBURSEMENT", REQUEST, f"/proposals/{REQUEST}", "20250601"),
        ("MATCH", f"0x{1:064x}", "/campaigns/1", "众筹"),
    ],
    ids=["visit", "request", "campaign"],
)
async def test_hours_and_money_lead_to_their_visit_request_and_campaign(
    story: House, reason: str, cause: str, address: str, title: str
) -> None:
    items = (await story.http.get("/v1/transfers", params={"reason": reason, "cause": cause})).json()["items"]
    for page in ("/ledger", f"/ledger/{items[0]['sequence']}"):
        assert f'href="{address}"' in (await story.http.get(page)).text
    assert title in (await story.http.get(address)).text


async def test_a_receipt_of_a_gift_names_a_public_donor_and_no_other(story: House) -> None:
    gifts = (await story.http.get("/v1/transfers", params={"reason": "DONATION"})).json()["items"]
    shown = {g["document"]: (await story.http.get(f"/ledger/{g['sequence']}")).text for g in gifts}
    private = [text for document, text in shown.items() if int(document[34:], 16)]
    public = [text for document, text in shown.items() if not int(document[34:], 16)]
    assert private
    assert public
    assert all("<dd>不公开</dd>" in text for text in private)
    assert not any("<dd>不公开</dd>" in text for text in public)
    assert all("银行流水" in text for text in shown.values())


async def test_a_donation_that_was_taken_back_says_so_and_is_not_taken_back_again(story: House) -> None:
    treasurer = await signed_in(story, "treasurer")
    mistake = next(iter((await story.http.get("/v1/transfers?reason=DONATION_REVERSAL")).json()["items"]))
    gifts = (await story.http.get("/v1/transfers", params={"reason": "DONATION"})).json()["items"]
    pages = [
        (gift["cause"], (await treasurer.http.get(f"/ledger/{gift['sequence']}?lang=zh")).text)
        for gift in gifts
    ]
    for cause, text in pages:
        is_reversed = cause == mistake["cause"]
        assert ("已撤销" in text) is is_reversed
        assert (f'href="/ledger/{mistake["sequence"]}"' in text) is is_reversed
    of_community = [cause for cause, text in pages if "/acts/ReverseDonation" in text]
    assert of_community
    assert mistake["cause"] not in of_community


@pytest.mark.parametrize(("finality", "said"), [(Finality.CONFIRMED, "已入账"), (Finality.FINAL, "")])
def test_a_row_says_where_it_stands_only_while_that_may_change(finality: Finality, said: str) -> None:
    reader = Locale(lang="zh", size="normal", names=Names())
    shown = templates.get_template("parts.html").make_module({"r": reader}).unsettled(finality)
    assert (said in shown, bool(shown.strip())) == (True, bool(said))


async def test_the_ledger_says_once_that_all_of_it_is_final_and_a_receipt_says_it_of_its_own(
    story: House,
) -> None:
    counts = [(await story.http.get(page)).text.count("tag final") for page in ("/ledger", "/ledger/1")]
    assert counts == [1, 2]


def test_each_reason_has_something_behind_it_and_each_kind_a_word() -> None:
    assert set(CAUSE_KINDS) == set(Reason) - {Reason.NONE}
    assert set(words()["cause"]) == set(CauseKind)

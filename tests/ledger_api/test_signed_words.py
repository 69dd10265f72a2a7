"""What is signed, in names: what the sheet shows of a message before anybody signs it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acts import acts
from ledger_api.locale import Locale
from ledger_api.portal.acting.signed import signed_words
from register.names import Names
from register.nouns import Name
from tests.conftest import member_id, signer
from tests.ledger_api.client import LINE, PURPOSE, House, Person
from tests.ledger_api.portal_town import AGAIN, NOTICE, VOTING, busy_house, person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ZERO = "0x" + "00" * 32
DONATIONS = [
    {"bankLine": ZERO, "purpose": PURPOSE, "amountFen": 12_300, "donor": "0x" + member_id("seat0").hex() + "00" * 16},
    {"bankLine": ZERO, "purpose": PURPOSE, "amountFen": 45_600, "donor": "0x" + "ab" * 32},
]  # fmt: skip


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("words")) as opened:
        yield opened


def locale(house: House, lang: str = "zh") -> Locale:
    return Locale(lang=lang, size="normal", names=house.context.names.current())


async def message(house: House, act: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What somebody would sign."""
    typed_data = (await Person(house, signer("seat0")).draft(act, fields))["typed_data"]
    return dict(typed_data["message"])


@pytest.mark.parametrize("act", ["Object", "Answer", "WithdrawProposal"])
@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("zh", {"事项": "防滑垫采购", "基金": "东城街道互助基金", "预算项": "2025 年长者关怀预算", "用途": "长者关怀", "申请人": "何家栋", "金额": "¥400.00"}),
        ("en", {"Request": "Non-slip mats", "Fund": "Dongcheng street fund", "Budget line": "Care for the old 2025", "Requested by": "He Jiadong", "Amount": "¥400.00"}),
    ],
)  # fmt: skip
async def test_an_act_on_a_request_shows_its_title_and_names_instead_of_numbers(
    house: House, act: str, lang: str, expected: dict[str, str]
) -> None:
    fields = {"proposal": NOTICE} | ({} if act == "WithdrawProposal" else {"statement": ZERO})
    words = signed_words(locale(house, lang), await message(house, act, fields))
    assert expected.items() <= dict(words.facts).items()
    assert words.total == "¥400.00"


async def test_a_budget_line_is_told_even_if_somebody_renamed_it_like_its_purpose(house: House) -> None:
    typed = await message(house, "WithdrawProposal", {"proposal": NOTICE})
    named = {"purposes": typed["proposal"]["purpose"], "budget_lines": typed["proposal"]["budgetLine"]}
    groups = {group: {str(number): Name(zh="长者关怀", en="Care")} for group, number in named.items()}
    locale = Locale(lang="zh", size="normal", names=Names(groups=groups))
    facts = dict(signed_words(locale, typed).facts)
    assert (facts["用途"], facts["预算项"]) == ("长者关怀", "长者关怀")


async def test_an_approval_says_of_which_round_it_is(house: House) -> None:
    words = signed_words(
        locale(house), await message(house, "ApproveProposal", {"proposal": AGAIN, "round": 2})
    )
    assert dict(words.facts)["第几轮审批"] == "2"


async def test_donations_are_told_one_by_one_with_fund_purpose_donor_and_their_sum(house: House) -> None:
    fields = {"fund": 1, "bank": 1, "donations": DONATIONS}
    words = signed_words(locale(house), await message(house, "AttestDonations", fields))
    facts = dict(words.facts)
    assert words.total == facts["合计"] == "¥579.00"
    assert (facts["基金"], facts["第 2 笔 用途"]) == ("东城街道互助基金", "长者关怀")
    assert (facts["第 1 笔 捐赠人"], facts["第 2 笔 捐赠人"]) == ("海川公司", "不公开")


async def test_a_date_a_share_and_minutes_are_told_as_people_say_them(house: House) -> None:
    card = {"enterprise": 1, "product": 7, "version": 1, "pieceFen": 333, "workerBps": 6_050, "reserveBps": 500, "fundBps": 3_000}  # fmt: skip
    facts = dict(signed_words(locale(house), await message(house, "PublishRateCard", {"card": card})).facts)
    assert (facts["归工友"], facts["每件多少钱"]) == ("60.5%", "¥3.33")
    visit = {"task": "0x" + "01" * 16, "fund": 1, "service": 1, "authorisedMinutes": 90, "beneficiary": ZERO, "expiresAt": 1_800_000_000}  # fmt: skip
    facts = dict(signed_words(locale(house), await message(house, "OpenTask", visit)).facts)
    assert facts["最长时间"] == "1 小时 30 分钟"
    assert re.fullmatch(r"20\d\d年\d+月\d+日 \d\d:\d\d", facts["签名有效至"])


def test_no_word_of_the_city_changes_what_is_signed() -> None:
    words = {"金额": Name(zh="退款", en="Refund"), "出纳": Name(zh="别的", en="Other")}
    city = Locale(lang="zh", size="normal", names=Names(groups={"words": words}))
    plain = replace(city, names=Names())
    assert city.word("field", "amountFen") == "退款"
    for record in acts().values():
        message = dict.fromkeys(re.findall(r"uint\d+ (\w+)", record.message or ""), 1)
        assert signed_words(city, message) == signed_words(plain, message)


def test_every_field_of_every_message_has_a_word_or_stays_among_the_codes() -> None:
    plain = Locale(lang="zh", size="normal", names=Names())
    for record in acts().values():
        if record.message is None:
            continue
        names = re.findall(r"(?:uint\d+|bytes\d+|string|address) (\w+)", record.message)
        words = signed_words(
            plain, {name: "0x" + "00" * 32 if _is_bytes(record.message, name) else 1 for name in names}
        )
        assert [label for label, _ in words.facts if re.search("[A-Za-z]", label)] == [], record.act
        assert [value for _, value in words.facts if "0x" in value] == [], record.act


def _is_bytes(message: str, name: str) -> bool:
    return re.search(rf"(?:bytes\d+|address) {name}\b", message) is not None


async def test_a_message_is_told_in_words_only_if_it_reads_as_what_it_says(house: House) -> None:
    seat = await person(house, "seat0")
    typed_data = (await seat.draft("ApproveProposal", {"proposal": VOTING, "round": 1}))["typed_data"]
    answer = await seat.http.post("/sign/words?lang=zh", json={"typed_data": typed_data})
    assert (answer.status_code, "助浴椅采购" in answer.text, str(LINE) in answer.text) == (200, True, False)
    typed_data["message"]["amount"] = "CNY 1.00"
    answer = await seat.http.post("/sign/words?lang=zh", json={"typed_data": typed_data})
    assert (answer.status_code, answer.json()["code"]) == (422, "AmountTextMismatchError")

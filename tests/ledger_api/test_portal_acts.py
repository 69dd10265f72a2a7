"""What a page offers: each act to whom it belongs, at its time; and what the sheet asks before it is signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ledger_api.forms import hexed
from ledger_api.mirror import read
from ledger_api.statements.service import unused_lines
from tests.conftest import member_id, signer
from tests.ledger_api.client import BANK, House, Person, statement_csv
from tests.ledger_api.portal_town import (
    AGAIN,
    LATE,
    NOTICE,
    PAYABLE,
    REGRETTED,
    SUSPENDED,
    UNPROVEN,
    VOTING,
    busy_house,
    draft_of,
    person,
    shown,
)
from wallets.intents import Proposal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OFFERS = {
    SUSPENDED["number"]: {"requester": {"ANSWER", "WITHDRAW"}, "supervisor": {"GIVE_OPINION"}},
    UNPROVEN["number"]: {"treasurer": {"PROVE_PAYMENT"}, "supervisor": {"GIVE_OPINION"}},
    PAYABLE["number"]: {"requester": {"WITHDRAW"}, "treasurer": {"EXECUTE_PROVEN"}, "supervisor": {"GIVE_OPINION"}},
    VOTING["number"]: {
        "requester": {"WITHDRAW"}, "supervisor": {"GIVE_OPINION"}, "seat0": {"APPROVE", "REJECT", "RECUSE"},
        "seat3": {"REJECT", "RETRACT_VOTE", "RECUSE"}, "seat4": {"APPROVE", "REJECT", "RECUSE"},
    },
    NOTICE["number"]: {"requester": {"WITHDRAW"}, "supervisor": {"GIVE_OPINION"}, "neighbour2": {"OBJECT"}},
    # Objected to, answered, and on notice again: who objected then may not object once more.
    AGAIN["number"]: {"requester": {"WITHDRAW"}, "supervisor": {"GIVE_OPINION"}},
    # Asked after a seat went from seat1 to the volunteer, who has no vote in the rounds of before.
    LATE["number"]: {
        "requester": {"WITHDRAW"}, "supervisor": {"GIVE_OPINION"}, "volunteer": {"APPROVE", "REJECT", "RECUSE"},
        "seat0": {"APPROVE", "REJECT", "RECUSE"}, "seat3": {"APPROVE", "REJECT", "RECUSE"},
        "seat4": {"APPROVE", "REJECT", "RECUSE"},
    },
}  # fmt: skip
READERS = (
    "requester", "supervisor", "treasurer", "seat0", "seat1", "seat3", "seat4", "neighbour1", "neighbour2", "volunteer",
)  # fmt: skip


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("acts")) as opened:
        yield opened


def offers(text: str) -> set[str]:
    return set(re.findall(r"sign\?act=([A-Z_]+)", text))


def sheet_of(request: dict[str, Any]) -> str:
    return f"/proposals/0x{Proposal.from_json(request).proposal_id().hex()}/sign"


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("number", OFFERS)
async def test_an_act_is_offered_exactly_to_whom_it_belongs_in_this_state(
    house: House, name: str, number: int
) -> None:
    text = await shown(await person(house, name), f"/proposals/{number}")
    assert offers(text) == OFFERS[number].get(name, set())


async def test_whoever_is_not_signed_in_sees_what_many_may_do(house: House) -> None:
    stranger = Person(house, signer("a stranger"))
    assert offers(await shown(stranger, f"/proposals/{VOTING['number']}")) == {"APPROVE"}
    assert offers(await shown(stranger, f"/proposals/{NOTICE['number']}")) == {"OBJECT"}
    assert offers(await shown(stranger, f"/proposals/{UNPROVEN['number']}")) == set()


@pytest.mark.parametrize(
    ("proposal", "act", "reason"),
    [
        (UNPROVEN, "APPROVE", "不在审批期"), (UNPROVEN, "WITHDRAW", "不能撤回"), (VOTING, "OBJECT", "不在公示期"),
        (VOTING, "ANSWER", "不用答复"), (VOTING, "PROVE_PAYMENT", "现在不用交付款凭证"),
        (NOTICE, "EXECUTE_PROVEN", "现在不能付款"),
    ],
)  # fmt: skip
async def test_a_sheet_that_is_not_open_says_why_and_has_nothing_to_sign(
    house: House, proposal: dict[str, Any], act: str, reason: str
) -> None:
    text = await shown(await person(house, "treasurer"), sheet_of(proposal), act=act)
    assert reason in text
    assert "data-draft" not in text


async def test_an_unknown_act_is_a_problem_that_names_the_known_ones(house: House) -> None:
    answer = await house.http.get(sheet_of(VOTING), params={"act": "<b>BURN</b>"})
    assert (answer.status_code, "GIVE_OPINION" in answer.text) == (422, True)
    assert "<b>BURN" not in answer.text


@pytest.mark.parametrize("act", ["OBJECT", "ANSWER", "GIVE_OPINION", "PROVE_PAYMENT", "EXECUTE_PROVEN"])
async def test_what_needs_a_session_asks_for_it_first(house: House, act: str) -> None:
    text = (await house.http.get(sheet_of(NOTICE), params={"act": act, "lang": "zh"})).text
    assert 'id="sign-in"' in text
    assert "data-draft" not in text


async def test_only_the_treasurer_of_the_fund_is_shown_bank_lines_for_a_proof(house: House) -> None:
    for name in ("requester", "seat0"):
        answer = await (await person(house, name)).http.get(
            sheet_of(UNPROVEN), params={"act": "PROVE_PAYMENT"}
        )
        assert (answer.status_code, "SessionForbiddenError" in answer.text) == (403, True)


async def test_a_proof_is_chosen_among_unused_payments_of_exactly_the_amount(house: House) -> None:
    treasurer = await person(house, "treasurer")
    paid = UNPROVEN["amountFen"]
    rows = (("TOO-MUCH", -paid - 1), ("EXACT", -paid), ("CAME-IN", paid))
    statement = await treasurer.import_statement(statement_csv(*rows, opening_fen=900_000), BANK, "generic")
    keys = {line["reference"]: line["bank_line"] for line in await treasurer.lines(statement["id"])}
    text = await shown(treasurer, sheet_of(UNPROVEN), act="PROVE_PAYMENT")
    assert set(re.findall(r"bank_line=(0x[0-9a-f]{64})", text)) == {keys["EXACT"]}
    for reference, is_ready in (("EXACT", True), ("TOO-MUCH", False), ("CAME-IN", False)):
        text = await shown(treasurer, sheet_of(UNPROVEN), act="PROVE_PAYMENT", bank_line=keys[reference])
        assert ("data-draft" in text) is is_ready
        if is_ready:
            assert draft_of(text)["fields"]["bankLine"] == keys[reference]


async def test_what_is_pending_is_told_where_it_belongs_and_not_offered_twice(busy: House) -> None:
    requester, address = await person(busy, "requester"), f"/proposals/{REGRETTED['number']}"
    mine = f"/volunteers/0x{member_id('requester').hex()}"
    await requester.act("WithdrawProposal", {"proposal": REGRETTED})
    text = await shown(requester, address)
    assert "正在入账" in text
    assert "处理中" in text
    assert "WITHDRAW" not in offers(text)
    again = await shown(requester, sheet_of(REGRETTED), act="WITHDRAW")
    assert "您已经签过" in again
    assert "data-draft" not in again
    assert "data-draft" in await shown(await person(busy, "seat0"), sheet_of(REGRETTED))
    assert "正在入账" not in await shown(requester, f"/proposals/{VOTING['number']}")
    assert "处理中" in await shown(requester, mine)
    assert (await (await person(busy, "seat0")).http.get(mine)).status_code == 403
    await busy.settle()
    settled = await shown(requester, address)
    assert "正在入账" not in settled
    assert "已撤回" in settled
    text = await shown(requester, mine)
    assert "处理中" not in text
    assert "办理编号" in text[text.index("我签过的事") :].split("</section>")[0]


async def test_a_refusal_stays_on_the_page_of_whoever_signed(busy: House) -> None:
    neighbour = await person(busy, "neighbour2")
    fields = {"proposal": NOTICE, "statement": "0x" + "45" * 32}
    for _ in range(2):
        await neighbour.act("Object", fields)
    await busy.settle()
    text = await shown(neighbour, f"/volunteers/0x{member_id('neighbour2').hex()}")
    # The first of the two was the second household's: it suspended the request, so the other came too late.
    assert re.findall(r"Proposal[A-Z]\w+", text) == ["ProposalNotIn"]


async def test_what_the_bank_has_paid_is_executed_and_proven_by_one_signature(busy: House) -> None:
    treasurer, paid = await person(busy, "treasurer"), PAYABLE["amountFen"]
    statement = await treasurer.import_statement(
        statement_csv(("PAID-FIRST", -paid), opening_fen=paid), BANK, "generic"
    )
    (line,) = await treasurer.lines(statement["id"])
    sheet = await shown(treasurer, sheet_of(PAYABLE), act="EXECUTE_PROVEN", bank_line=line["bank_line"])
    draft = draft_of(sheet)
    await treasurer.act(draft["act"], draft["fields"])
    assert "先拨款，再付款" not in await shown(treasurer, f"/proposals/{PAYABLE['number']}")
    await busy.settle()
    assert "已结案" in await shown(treasurer, f"/proposals/{PAYABLE['number']}")
    assert [line["use"] for line in await treasurer.lines(statement["id"])] == ["payment"]


async def test_one_transfer_for_two_requests_is_chosen_and_closes_both_by_one_signature(busy: House) -> None:
    treasurer, paid = await person(busy, "treasurer"), UNPROVEN["amountFen"] + PAYABLE["amountFen"]
    rows = (("TOGETHER", -paid), ("OTHER", -paid - 1))
    statement = await treasurer.import_statement(
        statement_csv(*rows, opening_fen=2 * paid + 1), BANK, "generic"
    )
    keys = {line["reference"]: line["bank_line"] for line in await treasurer.lines(statement["id"])}
    of_fund = {"fund": str(UNPROVEN["purpose"] >> 16)}
    boxes = re.findall(
        r'name="(request\.\d+)" value="(0x[0-9a-f]{64})"', await shown(treasurer, "/joint-payment", **of_fund)
    )
    both = {hexed(Proposal.from_json(one).proposal_id()) for one in (UNPROVEN, PAYABLE)}
    chosen = of_fund | {name: value for name, value in boxes if value in both}
    assert len(chosen) == 3
    text = await shown(treasurer, "/joint-payment", **chosen, bank_line=keys["OTHER"])
    assert re.search("比选中的申请多[^<]*0[.]01", text)
    assert "data-draft" not in text
    draft = draft_of(await shown(treasurer, "/joint-payment", **chosen, bank_line=keys["TOGETHER"]))
    await treasurer.act(draft["act"], draft["fields"])
    await busy.settle()
    for request in (UNPROVEN, PAYABLE):
        assert "已结案" in await shown(treasurer, f"/proposals/{request['number']}")
    uses = {line["reference"]: line["use"] for line in await treasurer.lines(statement["id"])}
    assert uses == {"TOGETHER": "joint_payment", "OTHER": "unused"}
    stranger = await (await person(busy, "requester")).http.get("/joint-payment", params=of_fund)
    assert (stranger.status_code, "SessionForbiddenError" in stranger.text) == (403, True)


async def test_a_line_that_proved_a_payment_is_offered_for_no_other(busy: House) -> None:
    treasurer, paid = await person(busy, "treasurer"), UNPROVEN["amountFen"]
    statement = await treasurer.import_statement(
        statement_csv(("PROOF", -paid), opening_fen=paid), BANK, "generic"
    )
    (line,) = await treasurer.lines(statement["id"])
    fields = {"proposal": UNPROVEN, "bankLine": line["bank_line"]}
    assert line["bank_line"] in await offered_proofs(busy, -paid)
    await treasurer.act("ProvePayment", fields)
    await busy.settle()
    assert line["bank_line"] not in await offered_proofs(busy, -paid)


async def offered_proofs(house: House, amount_fen: int) -> set[str]:
    """Keys of the lines that a proof of such a payment is chosen among."""
    async with read(house.context.mirror) as reading:
        lines = await unused_lines(house.context.app_engine, reading, BANK, amount_fen)
    return {hexed(line.bank_line) for line in lines}

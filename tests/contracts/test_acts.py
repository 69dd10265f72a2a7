"""Every act is defined once, beside its function, and the build fails where a definition is not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.abi import artifact
from contracts.acts import acts
from contracts.build.acts import read_acts
from contracts.build.compiler import DEPLOYED, compile_sources
from contracts.build.intents import intents_module
from contracts.build.kinds import OFFICES
from contracts.errors import BuildError
from contracts.roles import GUARDED
from tests.contracts import toy
from tests.contracts.emitted import Emitted
from tests.contracts.guards import GOLDEN

if TYPE_CHECKING:
    from contracts.acts import ActField

# What changes something and is nobody's act: modules among themselves, two acts in one call, and the authority itself.
NO_ACTS = {
    "Ledger.openAccount", "Ledger.ensureAccount", "Ledger.setFrozen", "Ledger.post", "Ledger.postFrom", "Funds.recordDonations", "Funds.reverseDonation",
    "Funds.reverseBankLine", "Funds.useBankLine", "Funds.recordEntry", "Funds.reverseEntry", "Funds.recordGifts", "Funds.returnGift", "Funds.recordPayment", "Funds.recordJointPayment", "Funds.reversePayment",
    "Funds.recordReturn", "Funds.reverseReturn", "EventLog.use", "Campaigns.discountGift", "Disbursements.submitApproved",
    "Disbursements.objectAcknowledged",
    "Members.useIntent", "Members.useMemberIntent", "Members.useRoleIntent", "Members.addDeskKey", "Members.noteDeskAct",
    *(f"Rounds.{name}" for name in (
        "submit", "approve", "reject", "retract", "recuse", "object", "answer", "recordOpinion", "withdraw", "execute", "executeProven", "prove",
        "proveInstalment", "undo", "reverse", "reopen", "addReturn", "removeReturn", "releaseRest", "reclaimRest",
    )),
    "Budgets.spend", "Budgets.prove", "Budgets.giveBack", "Budgets.takeAgain", "Enterprises.recordBankLine", "Enterprises.reverseBankLine",
    "Enterprises.recordReturn", "Enterprises.reverseReturn",
    *(f"{name}.setAuthority" for name in set(DEPLOYED) - {"BankCharges", "Disbursements", "Donations", "Offices", "PartPayments", "Rounds", "Vetoes"}),
    # Of the authority's library: how an act of an office waits, and the administrator's own.
    *(f"Authority.{name}" for name in (
        "schedule", "execute", "cancel", "consumeScheduledOp", "multicall", "grantRole", "revokeRole", "renounceRole", "labelRole",
        "setRoleAdmin", "setRoleGuardian", "setGrantDelay", "setTargetAdminDelay", "setTargetClosed", "setTargetFunctionRole",
    )),
}  # fmt: skip
MESSAGE = toy.SOURCE[toy.SOURCE.index("PaintWall(string") :].partition("\n")[0]

# Situation: a passage of the toy's tags, what stands in its place, where the error points, what it says.
FUNCTION = "function paintWall"
FAILURES = {
    "a function without an act": ("@custom:act PaintWall", "", FUNCTION, "no @custom:act"),
    "an act without a message": (f"@custom:message {MESSAGE}", "", FUNCTION, "no @custom:message"),
    "an act without an action": ("@custom:action 刷墙 Paint a wall", "", FUNCTION, "no @custom:action"),
    "an act that does not say in Chinese what it does": ("@custom:notice-zh 刷一面墙。", "", FUNCTION, "no @custom:notice-zh"),
    "an act of nobody": ("@custom:by", "", FUNCTION, "no @custom:by"),
    "an act without events": ("@custom:emits WallPainted", "", FUNCTION, "no @custom:emits"),
    "an act that does not say what undoes it": ("@custom:undo none", "", FUNCTION, "no @custom:undo"),
    "an act with an empty tag": ("@custom:undo none", "@custom:undo", FUNCTION, "no @custom:undo"),
    "an act with two ids": ("@custom:undo none", "@custom:undo none\n@custom:act Wash", FUNCTION, "second"),
    "a parameter without a tag": ("@custom:field wall id", "", FUNCTION, "the field wall has no tag"),
    "a field without a kind": ("field wall id", "field wall", "@custom:field wall", "the field wall has no kind"),
    "a field of an unknown kind": ("field wall id", "field wall brick", "@custom:field wall", "unknown kind brick"),
    "a tag of no field": ("field wall id", "field walls id", "@custom:field wall", "there is no field walls"),
    "a field of a struct without a tag": ("@custom:field paidFen money", "", "struct Paint", "paidFen has no tag"),
    "a message that the contract does not check": ("uint32 wall,", "uint64 wall,", "@custom:message", "PaintWall"),
    "an action that the contract does not check": ("刷墙 Paint", "刷墙 Wash", "@custom:action", "'刷墙 Wash a wall'"),
    "a message that could be carried twice": ("uint256 nonce,", "", "@custom:message", "PaintWall does not end"),
    "an action in one language": ("刷墙 Paint a wall", "Paint a wall", "@custom:action", "the action is 'Paint a wall'"),
    "an event that nobody declares": ("emits WallPainted", "emits Painted", "@custom:emits", "no event Painted"),
    "an undo that is no act": ("undo none", "undo WashWall", "@custom:undo", "no act WashWall"),
    "somebody unknown": ("by treasurer", "by painter", "@custom:by", "nobody is called 'painter'"),
    "a role in what is no parameter": ("of wall", "of fund", "@custom:by", "there is no parameter fund"),
    "a function that is no act any more": ("@custom:no-act", "@dev", "function count", "no @custom:act"),
    "two acts of one id": (
        "@custom:no-act Only the wall itself.",
        "@custom:act PaintWall",
        "@custom:act PaintWall",
        "two acts are called PaintWall",
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", FAILURES)
def test_the_build_fails_on(situation: str) -> None:
    old, new, where, what = FAILURES[situation]
    with pytest.raises(BuildError) as raised:
        read_acts(toy.output(old, new))
    assert what in raised.value.what
    assert raised.value.what.startswith(f"{toy.line_of(where)}: "), raised.value.what
    assert raised.value.why
    assert raised.value.remedy


def test_an_act_whose_signatures_stand_alone_needs_a_message_too() -> None:
    output = toy.output(f"@custom:message {MESSAGE}")
    (paint,) = (e for e in output["contracts"][toy.PATH]["IToy"]["abi"] if e["name"] == "paintWall")
    paint["inputs"][2] |= {"type": "bytes[]", "internalType": "bytes[]"}
    with pytest.raises(BuildError, match="no @custom:message"):
        read_acts(output)


def test_an_act_is_what_its_tags_say() -> None:
    (act,) = read_acts(toy.output())
    assert (act.act, act.contract, act.function) == ("PaintWall", "Toy", "paintWall")
    assert act.signature == "paintWall(uint32,(uint64),(uint256,uint48,bytes))"
    assert (act.message, act.action) == (MESSAGE, "刷墙 Paint a wall")
    assert (act.notice_zh, act.notice) == ("刷一面墙。", "Paints a wall.")
    assert (act.by, act.emits, act.undo) == (("treasurer of wall", "member"), ("WallPainted",), None)
    wall, paint, authorization = act.fields
    assert (wall.type, wall.kind, wall.doc) == ("uint32", "id", "Id of the wall."), "explained by the event"
    assert (paint.type, paint.doc) == ("Paint", "What with.")
    assert [(f.name, f.type, f.kind, f.doc) for f in paint.fields] == [
        ("paidFen", "uint64", "money", "In fen, over zero.")
    ]
    assert authorization.fields == ()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("Paint paint,", "uint64 paint,", "paint is not signed"), ("uint32 wall,", "uint32 wall,uint8 coats,", "coats"),
     ("uint32 wall,", "uint32 wall,string price,", "priceFen")],
    ids=["a parameter is not signed", "nobody fills a field", "a text is made of nothing"],
)  # fmt: skip
def test_no_class_is_written_when(old: str, new: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.build.checks._holds", lambda *_: True)
    monkeypatch.setattr("contracts.build.intents.DEPLOYED", ("Toy",))
    with pytest.raises(BuildError, match=what):
        intents_module(read_acts(toy.output(old, new)))


def test_every_function_that_changes_something_is_an_act_or_a_stated_exception() -> None:
    changing = {
        f"{name}.{entry['name']}"
        for name in DEPLOYED
        for entry in artifact(name)["abi"]
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert {f"{act.contract}.{act.function}" for act in acts().values()} == changing - NO_ACTS


def test_an_act_of_an_office_is_guarded_by_that_office_and_no_other_act_is() -> None:
    said = {(a.contract, a.function): by for a in acts().values() for by in a.by if by in OFFICES}
    guarded = {
        (contract, function): role.name.lower().replace("_", "-")
        for contract, functions in GUARDED.items()
        for function, role in functions.items()
    }
    assert said == guarded


def test_an_act_is_signed_where_a_members_key_is_what_guards_it() -> None:
    signed = {f"{act.contract}.{act.function}" for act in acts().values() if act.message}
    guarded = {line.partition(":")[0] for line in GOLDEN.read_text().splitlines() if ": intent," in line}
    assert signed == guarded - NO_ACTS


def test_an_act_emits_the_events_that_it_says_and_no_others() -> None:
    emitted = Emitted(compile_sources())
    said = {act.act: set(act.emits) for act in acts().values()}
    found = {act.act: emitted.by(act.contract, act.function) for act in acts().values()}
    # One that is submitted alone has no approvals; the same function of `Rounds` judges those of one that has.
    found["SubmitProposal"] -= emitted.by("Rounds", "approve")
    assert said == found


def test_every_act_says_in_whole_sentences_what_it_and_its_fields_are() -> None:
    def docs(fields: tuple[ActField, ...]) -> list[str]:
        return [doc for field in fields for doc in (field.doc, *docs(field.fields))]

    sentences = [
        doc for act in acts().values() for doc in (act.notice, *docs((*act.fields, *act.signed_only)))
    ]
    assert [doc for doc in sentences if not doc.endswith(".")] == []


def test_what_brings_money_or_sends_it_names_a_bank_line() -> None:
    def kinds(fields: tuple[ActField, ...]) -> set[str]:
        return {kind for field in fields for kind in (field.kind, *kinds(field.fields))}

    lines = {a.act: sorted(k for k in kinds(a.fields) if k.startswith("bank-line")) for a in acts().values()}
    assert {act: found for act, found in lines.items() if found} == {
        "AttestDonations": ["bank-line-in"], "AttestGifts": ["bank-line-in"], "AttestProceeds": ["bank-line-in"],
        "ExecuteProven": ["bank-line-out"], "PayOut": ["bank-line-out"], "ProvePayment": ["bank-line-out"],
        "RefundGift": ["bank-line-out", "bank-line-recorded"], "ReverseGift": ["bank-line-out", "bank-line-recorded"], "ReverseDonation": ["bank-line-out", "bank-line-recorded"],
        "ReversePayout": ["bank-line-in", "bank-line-recorded"], "ReverseProceeds": ["bank-line-out", "bank-line-recorded"],
        "ReverseDisbursement": ["bank-line-in", "bank-line-recorded"], "RecordReturn": ["bank-line-in", "bank-line-recorded"], "ReverseReturn": ["bank-line-recorded"],
        "ProveInstalment": ["bank-line-out"], "ReverseProof": ["bank-line-in", "bank-line-recorded"],
        "ProveJointPayment": ["bank-line-out"], "RecordWageReturn": ["bank-line-in", "bank-line-recorded"], "ReverseWageReturn": ["bank-line-recorded"],
        "RecordFee": ["bank-line-out"], "ReverseFee": ["bank-line-in", "bank-line-recorded"],
        "RecordInterest": ["bank-line-in"], "ReverseInterest": ["bank-line-out", "bank-line-recorded"],
    }  # fmt: skip

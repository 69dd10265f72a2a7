"""Receipts that people kept: what was acknowledged stands on the chain, or was kept back by who acknowledged it (p28)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import to_canonical_address

from audit.chain.history import History
from audit.receipts import Became, Judged, Receipts, judge, judge_file
from tests.conftest import signer
from tests.contracts.neighbourhood import DAY, DEADLINE, FAR, fresh_nonce
from wallets.intents import ActOnProposal, CancelIntent, Proposal, ProposalAct
from wallets.receipt import Receipt, file_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.chain.history import Log, Transaction
    from tests.audit.checks.conftest import Evidence
    from wallets.intents import Intent

LATE = "Disbursements.objectAcknowledged"


def late_call(evidence: Evidence) -> Transaction:
    return next(evidence.history.transactions(LATE))


def noticed(evidence: Evidence) -> Log:
    """The notice within which the late objection was acknowledged."""
    raised = next(
        log
        for log in evidence.history.logs("Rounds.ObjectionRaised")
        if evidence.history.transaction_of(log).function == "objectAcknowledged"
    )
    return next(
        log
        for log in evidence.history.logs("Rounds.NoticeStarted")
        if log.values["proposal_id"] == raised.values["proposal_id"]
    )


def receipt_of(
    evidence: Evidence, intent: Intent, name: str, received_at: int, *, by: str = "receipts"
) -> dict[str, Any]:
    """The file that somebody kept."""
    domain, receipts = evidence.domain(intent.CONTRACT), evidence.domain("Receipts")
    receipt = Receipt(
        digest=intent.digest(domain),
        signer=to_canonical_address(signer(name).address),
        received_at=received_at,
    )
    signature = signer(name).sign_intent(intent, domain).signature
    return file_of(
        intent.typed_data(domain),
        ["0x" + signature.hex()],
        receipt.typed_data(receipts),
        receipt.sign(signer(by), receipts),
    )


def objection(evidence: Evidence, **changes: Any) -> ActOnProposal:
    """What was signed late in the story, or another objection to the same request."""
    call = late_call(evidence)
    fields = {
        "act": ProposalAct.OBJECT, "proposal": Proposal(**call.args["proposal"]), "evidence": call.args["statement"],
        "nonce": call.args["authorization"]["nonce"], "deadline": call.args["authorization"]["deadline"],
    }  # fmt: skip
    return ActOnProposal(**fields | changes)


def judged(evidence: Evidence, file: dict[str, Any], history: History | None = None) -> Judged:
    return judge_file(json.dumps(file).encode(), "receipt.json", history or evidence.history, evidence.trust)


def unsuspended(evidence: Evidence) -> History:
    """The history of a town in which the late objection never came: neither the call nor what it did."""
    call = late_call(evidence)
    place = call.block.number, call.tx_index
    logs = [log for log in evidence.history.all_logs if (log.block.number, log.tx_index) != place]
    calls = [t for t in evidence.history.all_transactions if t is not call]
    withdrawn = call.args["proposal"]["number"]
    gone = [
        (t.block.number, t.tx_index)
        for t in calls
        if t.function == "withdraw" and t.args["proposal"]["number"] == withdrawn
    ]
    logs = [log for log in logs if (log.block.number, log.tx_index) not in gone]
    return History(blocks=evidence.history.blocks, all_transactions=calls, all_logs=logs)


def received(evidence: Evidence) -> int:
    return int(late_call(evidence).args["acknowledgement"]["received_at"])


def test_what_reached_the_chain_is_carried(evidence: Evidence) -> None:
    file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence))
    assert judged(evidence, file) == Judged(
        file="receipt.json", became=Became.CARRIED, where=late_call(evidence).where
    )


@pytest.mark.parametrize(
    ("seconds", "became"), [(0, Became.CARRIED), (-300, Became.CARRIED), (-301, Became.DATED_BACK)]
)
def test_what_stands_in_a_block_dated_before_it_was_received_is_found(
    evidence: Evidence, seconds: int, became: Became
) -> None:
    """Row "a year of notices made in a minute passes": who kept the receipt knows when it was."""
    call, received_at = late_call(evidence), received(evidence)
    dated = replace(call, block=replace(call.block, time=received_at + seconds))
    calls = [dated if one is call else one for one in evidence.history.all_transactions]
    file = receipt_of(evidence, objection(evidence), "neighbour two", received_at)
    found = judged(evidence, file, replace(evidence.history, all_transactions=calls))
    assert found.became is became
    assert Receipts(all=(found,)).exit_status == (1 if became is Became.DATED_BACK else 0)


def test_objection_that_was_acknowledged_and_kept_back_is_found(evidence: Evidence) -> None:
    """Row "objections left out" of a chain that contradicts itself nowhere (p28)."""
    file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence))
    found = judged(evidence, file, unsuspended(evidence))
    assert found.became is Became.MISSING
    assert Receipts(all=(found,)).exit_status == 1


def test_objection_may_still_arrive_until_the_grace_is_over(evidence: Evidence) -> None:
    file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence))
    history, ends_at = unsuspended(evidence), noticed(evidence).values["notice_ends_at"] + DAY
    for time, became in ((ends_at - 1, Became.OPEN), (ends_at, Became.MISSING)):
        head = replace(history.head, time=time)
        cut = replace(history, blocks=[*history.blocks[:-1], head])
        assert judged(evidence, file, cut).became is became


def test_objection_that_failed_on_the_chain_was_refused(evidence: Evidence) -> None:
    file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence))
    history = unsuspended(evidence)
    failed = replace(late_call(evidence), status=0, gas_used=50_000, gas_limit=500_000)
    history.all_transactions.append(failed)
    assert judged(evidence, file, history).became is Became.REFUSED


@pytest.mark.parametrize("how", ["without gas", "in other words"])
def test_objection_that_was_carried_so_that_it_had_to_fail_was_kept_back(
    evidence: Evidence, how: str
) -> None:
    """Row "objections left out": whoever carries a signature can have the chain refuse it."""
    file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence))
    history, call = unsuspended(evidence), late_call(evidence)
    failed = replace(call, status=0, gas_used=50_000, gas_limit=50_500 if how == "without gas" else 500_000)
    if how == "in other words":
        failed = replace(failed, args=call.args | {"statement": b"x" * 32})
    history.all_transactions.append(failed)
    found = judged(evidence, file, history)
    assert found.became is Became.MISSING
    assert Receipts(all=(found,)).exit_status == 1


def test_objection_to_what_others_had_suspended_was_needless(evidence: Evidence) -> None:
    other = objection(evidence, nonce=fresh_nonce())
    file = receipt_of(evidence, other, "neighbour two", received(evidence))
    assert judged(evidence, file).became is Became.NEEDLESS


def test_objection_that_was_acknowledged_outside_a_notice_is_for_the_operator_to_explain(
    evidence: Evidence,
) -> None:
    other = objection(evidence, nonce=fresh_nonce())
    late = noticed(evidence).values["notice_ends_at"]
    file = receipt_of(evidence, other, "neighbour two", late)
    assert judged(evidence, file).became is Became.UNEXPLAINED


def test_what_was_called_back_is_not_missed(evidence: Evidence) -> None:
    intent = objection(evidence, nonce=fresh_nonce())
    history = evidence.altered(
        "Members.IntentCancelled", 0, key=to_canonical_address(signer("neighbour two").address),
        taker=evidence.trust.address("Disbursements"), nonce=intent.nonce.to_bytes(32, "big"),
    )  # fmt: skip
    file = receipt_of(evidence, intent, "neighbour two", received(evidence))
    assert judged(evidence, file, history).became is Became.CALLED_BACK


def test_other_acts_are_for_the_operator_to_explain_once_they_cannot_arrive(evidence: Evidence) -> None:
    for deadline, became in ((FAR, Became.OPEN), (received(evidence) + 60, Became.UNEXPLAINED)):
        intent = CancelIntent(taker=b"t" * 20, cancelled_nonce=1, nonce=fresh_nonce(), deadline=deadline)
        file = receipt_of(evidence, intent, "volunteer", received(evidence))
        assert judged(evidence, file).became is became


@pytest.mark.parametrize("spoil", ["key", "time", "signature", "message", "signer", "json", "format"])
def test_what_is_no_receipt_of_this_town_proves_nothing(evidence: Evidence, spoil: str) -> None:
    file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence))
    if spoil == "key":
        file = receipt_of(evidence, objection(evidence), "neighbour two", received(evidence), by="relayer")
    elif spoil == "time":
        file["receipt"]["message"]["receivedAt"] += 1
    elif spoil == "signature":
        file["receipt_signature"] = "0x" + "11" * 65
    elif spoil == "message":
        file["typed_data"]["message"]["deadline"] = DEADLINE + 1
    elif spoil == "signer":
        file["receipt"]["message"]["signer"] = signer("worker").address
    elif spoil == "format":
        file["format"] = "gongji.receipt.v2"
    if spoil == "json":
        found = judge_file(b"{", "receipt.json", evidence.history, evidence.trust)
    else:
        found = judged(evidence, file)
    assert found.became is Became.INVALID
    assert Receipts(all=(found,)).exit_status == 2


def test_files_are_judged_by_a_bundle(evidence: Evidence, tmp_path: Path) -> None:
    good, absent = tmp_path / "good.json", tmp_path / "absent.json"
    good.write_text(
        json.dumps(receipt_of(evidence, objection(evidence), "neighbour two", received(evidence)))
    )
    found = judge(evidence.folder, evidence.trust, [good, absent])
    assert [one.became for one in found.all] == [Became.CARRIED, Became.INVALID]
    assert "已入账" in found.text_lines()[0]
    assert found.to_json()["exit_status"] == 2

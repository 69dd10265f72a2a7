"""What the checks of members and of signed acts find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import to_checksum_address

from audit.checks.members import acts
from audit.report.findings import State
from audit.rules.intents import ACTS, RECORDS
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import DAY, DEADLINE
from wallets.intents import CancelIntent, Domain

if TYPE_CHECKING:
    from audit.chain.history import History, Log, Transaction
    from tests.audit.checks.conftest import Evidence

ATTEST = "Donations.attestDonations"


def test_a_key_given_out_twice_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.doubled("Members.KeyAdded", 0)) == {"C14"}


def test_a_member_registered_twice_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.doubled("Members.MemberRegistered", 0)) == {"C14"}


def test_a_role_for_a_stranger_is_told(evidence: Evidence) -> None:
    # The last but one is that of the foreman; without it the foreman's acts are not allowed either.
    assert evidence.red(evidence.altered("Members.RoleGranted", -2, member=b"a stranger to us")) == {
        "C14",
        "C15.1",
    }


def test_an_act_after_the_role_was_over_is_told(evidence: Evidence) -> None:
    number = _grant_of(evidence, "treasurer")
    assert evidence.red(evidence.altered("Members.RoleGranted", number, valid_until=1)) == {"C15.1"}


@pytest.mark.parametrize(("seconds", "is_late"), [(15 * DAY - 1, False), (15 * DAY, True)])
def test_an_objection_longer_after_the_role_was_over_than_a_notice_is_told(
    evidence: Evidence, seconds: int, is_late: bool
) -> None:
    """Until then a registrar who ends a resident silences nobody (p60)."""
    objection = evidence.log("Rounds.ObjectionRaised")
    grants = enumerate(evidence.history.logs("Members.RoleGranted"))
    number = next(i for i, log in grants if log.values["member"] == objection.values["member"])
    history = evidence.altered("Members.RoleGranted", number, valid_until=objection.block.time - seconds)
    found = evidence.run(acts, history).findings
    where = evidence.history.transaction_of(objection).where
    assert (where in {one.where for one in found}) is is_late


def test_an_act_by_a_key_of_nobody_is_told(evidence: Evidence) -> None:
    key = bytes.fromhex(signer("coordinator").address[2:])
    number = next(
        i for i, log in enumerate(evidence.history.logs("Members.KeyAdded")) if log.values["key"] == key
    )
    # The coordinator has a seat above as well.
    assert evidence.red(evidence.without("Members.KeyAdded", number)) == {"C15.1", "C15.2", "C15.3"}


def test_an_act_by_a_key_that_ended_before_is_told(evidence: Evidence) -> None:
    """The barber's, moved to just before the barber accepted a redemption: there, and at the time of that block."""
    ended, accepted = evidence.log("Members.KeyEnded"), evidence.log("Redemptions.RedemptionAccepted")
    found = evidence.run(acts, _ended_before(evidence, ended, accepted)).findings
    assert {f"0x{ended.values['key'].hex()} is not a key in force" in one.what for one in found} == {True}
    assert evidence.history.transaction_of(accepted).where in {one.where for one in found}


@pytest.mark.parametrize(("days", "counts"), [(0, True), (11, True), (16, False)])
def test_an_objection_counts_for_fifteen_days_after_the_key_ended(
    evidence: Evidence, days: int, counts: bool
) -> None:
    ended = evidence.log("Members.KeyEnded", -1)
    objected = next(
        log
        for log in evidence.history.logs("Rounds.ObjectionRaised")
        if log.values["member"] == member_id("neighbour two")
    )
    found = evidence.run(acts, _ended_before(evidence, ended, objected, days)).findings
    assert (evidence.history.transaction_of(objected).where not in {one.where for one in found}) == counts


def test_the_auditor_has_a_rule_for_every_act_that_members_sign() -> None:
    # Approvals are judged by seats and rounds, with the decision that they lead to (C15.2, C15.3).
    signed = {name for name, record in RECORDS.items() if record["message"]} - {"Disbursements.approve"}
    assert signed == set(ACTS) - {"Disbursements.submitApproved", "Disbursements.objectAcknowledged"}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_kind_of_act_was_judged_and_a_false_signature_is_told(evidence: Evidence, name: str) -> None:
    history = evidence.called(name, 0, _with_signature(signer("anyone").sign_transaction(_TRANSFER)[:65]))
    assert "C15.1" in evidence.red(history)


def test_a_total_that_was_not_signed_is_told(evidence: Evidence) -> None:
    def change(call: Transaction) -> Transaction:
        first, *rest = call.args["donations"]
        return replace(call, args=call.args | {"donations": [first | {"amount_fen": 1}, *rest]})

    assert "C15.1" in evidence.red(evidence.called(ATTEST, 0, change))


def test_an_intent_used_twice_is_told(evidence: Evidence) -> None:
    call = next(evidence.history.transactions(ATTEST))
    again = replace(evidence.history, all_transactions=[*evidence.history.all_transactions, call])
    assert evidence.red(again) == {"C15.1"}


def test_an_intent_carried_after_it_was_called_back_is_told(evidence: Evidence) -> None:
    """(p52)"""
    attested = next(evidence.history.transactions(ATTEST))
    contract = evidence.trust.contracts
    back = CancelIntent(
        taker=contract["Donations"].address, cancelled_nonce=attested.args["authorization"]["nonce"], nonce=1, deadline=DEADLINE
    )  # fmt: skip
    members = to_checksum_address(contract["Members"].address)
    domain = Domain(contract="Members", chain_id=evidence.trust.chain_id, address=members)
    signed = {
        "nonce": 1,
        "deadline": DEADLINE,
        "signature": signer("treasurer").sign_intent(back, domain).signature,
    }
    args = {"taker": back.taker, "cancelled_nonce": back.cancelled_nonce, "authorization": signed}
    history = evidence.called("Members.cancelIntent", 0, lambda call: replace(call, args=call.args | args))
    assert evidence.red(history) == {"C15.1"}
    assert any("已收回" in finding.what for finding in evidence.run(acts, history).findings)


def test_a_signature_called_back_twice_is_told(evidence: Evidence) -> None:
    call = next(evidence.history.transactions("Members.cancelIntent"))
    again = replace(evidence.history, all_transactions=[*evidence.history.all_transactions, call])
    assert evidence.red(again) == {"C15.1"}


def test_an_intent_that_arrived_too_late_is_told(evidence: Evidence) -> None:
    def later(call: Transaction) -> Transaction:
        return replace(call, block=replace(call.block, time=call.args["authorization"]["deadline"] + 1))

    assert evidence.red(evidence.called("TimeBank.openTask", 0, later)) == {"C15.1"}


def test_an_act_that_no_visible_call_made_is_told(evidence: Evidence) -> None:
    def hidden(call: Transaction) -> Transaction:
        return replace(call, target=None, function=None)

    assert evidence.red(evidence.called("TimeBank.openTask", 0, hidden)) == {"C15.1"}


def test_a_chain_without_acts_is_not_judged_right(evidence: Evidence) -> None:
    empty = replace(evidence.history, all_logs=[], all_transactions=[], _by_place=None)
    assert evidence.run(acts, empty).state is not State.PASSED


_TRANSFER: Any = {
    "chainId": 1, "nonce": 0, "gas": 21_000, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "value": 0, "data": b"",
    "to": "0x" + "11" * 20,
}  # fmt: skip


def _with_signature(signature: bytes) -> Any:
    def change(call: Transaction) -> Transaction:
        authorization = call.args["authorization"] | {"signature": signature[:64] + b"\x1b"}
        return replace(call, args=call.args | {"authorization": authorization})

    return change


def _grant_of(evidence: Evidence, name: str) -> int:
    grants = evidence.history.logs("Members.RoleGranted")
    return next(i for i, log in enumerate(grants) if log.values["member"] == member_id(name))


def _ended_before(evidence: Evidence, ended: Log, act: Log, days: int = 0) -> History:
    """A history in which a key ended just before an act, by a block that says some days before."""
    logs = [log for log in evidence.history.all_logs if log is not ended]
    before = next(log for log in reversed(logs) if log.block.number < act.block.number)
    block = replace(before.block, time=before.block.time - days * DAY)
    early = replace(ended, block=block, tx_index=before.tx_index, log_index=before.log_index)
    place = logs.index(before) + 1
    return replace(evidence.history, all_logs=[*logs[:place], early, *logs[place:]], _by_place=None)

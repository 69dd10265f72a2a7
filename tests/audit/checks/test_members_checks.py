"""What the checks of members and of signed acts find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.report.findings import State
from audit.rules.intents import ACTS, RECORDS
from tests.conftest import member_id, signer

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from tests.audit.checks.conftest import Told

ATTEST = "Funds.attestDonations"


def test_a_key_given_out_twice_is_told(told: Told) -> None:
    assert told.red(told.doubled("Members.KeyAdded", 0)) == {"C14"}


def test_a_member_registered_twice_is_told(told: Told) -> None:
    assert told.red(told.doubled("Members.MemberRegistered", 0)) == {"C14"}


def test_a_role_for_a_stranger_is_told(told: Told) -> None:
    # The last grant is that of the foreman; without it the foreman's acts are not allowed either.
    assert told.red(told.altered("Members.RoleGranted", -1, member=b"a stranger to us")) == {"C14", "C15.1"}


def test_an_act_after_the_role_was_over_is_told(told: Told) -> None:
    number = _grant_of(told, "treasurer")
    assert told.red(told.altered("Members.RoleGranted", number, valid_until=1)) == {"C15.1"}


def test_an_act_by_a_key_of_nobody_is_told(told: Told) -> None:
    key = bytes.fromhex(signer("coordinator").address[2:])
    number = next(
        i for i, log in enumerate(told.history.logs("Members.KeyAdded")) if log.values["key"] == key
    )
    assert told.red(told.without("Members.KeyAdded", number)) == {"C15.1"}


def test_an_act_by_a_key_that_ended_before_is_told(told: Told) -> None:
    ended = told.log("Members.KeyEnded")
    early = replace(
        ended, block=replace(ended.block, number=told.log("TimeBank.RedemptionOpened").block.number - 1)
    )
    logs = [log for log in told.history.all_logs if log is not ended]
    place = next(i for i, log in enumerate(logs) if log.block.number > early.block.number)
    history = replace(told.history, all_logs=[*logs[:place], early, *logs[place:]], _by_place=None)
    history.all_transactions.append(
        replace(told.history.all_transactions[-1], block=early.block, tx_index=early.tx_index)
    )
    try:
        assert "C15.1" in told.red(history)
    finally:
        history.all_transactions.pop()


def test_the_auditor_has_a_rule_for_every_act_that_members_sign() -> None:
    # Approvals are judged by seats and rounds, with the decision that they lead to (C15.2, C15.3).
    signed = {name for name, record in RECORDS.items() if record["message"]} - {"Disbursements.approve"}
    assert signed == set(ACTS) - {"Disbursements.submitApproved"}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_kind_of_act_was_judged_and_a_false_signature_is_told(told: Told, name: str) -> None:
    history = told.called(name, 0, _with_signature(signer("anyone").sign_transaction(_TRANSFER)[:65]))
    assert "C15.1" in told.red(history)


def test_a_total_that_was_not_signed_is_told(told: Told) -> None:
    def change(call: Transaction) -> Transaction:
        first, *rest = call.args["donations"]
        return replace(call, args=call.args | {"donations": [first | {"amount_fen": 1}, *rest]})

    assert "C15.1" in told.red(told.called(ATTEST, 0, change))


def test_an_intent_used_twice_is_told(told: Told) -> None:
    call = next(told.history.transactions(ATTEST))
    again = replace(told.history, all_transactions=[*told.history.all_transactions, call])
    assert told.red(again) == {"C15.1"}


def test_an_intent_that_arrived_too_late_is_told(told: Told) -> None:
    def later(call: Transaction) -> Transaction:
        return replace(call, block=replace(call.block, time=call.args["authorization"]["deadline"] + 1))

    assert told.red(told.called("TimeBank.openTask", 0, later)) == {"C15.1"}


def test_an_act_that_no_visible_call_made_is_told(told: Told) -> None:
    def hidden(call: Transaction) -> Transaction:
        return replace(call, target=None, function=None)

    assert told.red(told.called("TimeBank.openTask", 0, hidden)) == {"C15.1"}


def test_a_chain_without_acts_is_not_judged_right(told: Told) -> None:
    from audit.checks.members import acts

    empty = replace(told.history, all_logs=[], all_transactions=[], _by_place=None)
    assert told.run(acts, empty).state is not State.PASSED


_TRANSFER: Any = {
    "chainId": 1, "nonce": 0, "gas": 21_000, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "value": 0, "data": b"",
    "to": "0x" + "11" * 20,
}  # fmt: skip


def _with_signature(signature: bytes) -> Any:
    def change(call: Transaction) -> Transaction:
        authorization = call.args["authorization"] | {"signature": signature[:64] + b"\x1b"}
        return replace(call, args=call.args | {"authorization": authorization})

    return change


def _grant_of(told: Told, name: str) -> int:
    grants = told.history.logs("Members.RoleGranted")
    return next(i for i, log in enumerate(grants) if log.values["member"] == member_id(name))

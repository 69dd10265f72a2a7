"""What an operator who writes the chain alone can make up, and no contract would have emitted: each has its finding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi import encode

from audit.checks.authority import offices
from audit.checks.call_effects import effects_follow_calls
from audit.checks.causes import causes
from audit.checks.changes import changes
from audit.checks.cooperative import settlements
from audit.checks.creation import created_by_code
from audit.checks.decisions import floors
from audit.checks.ledger import accounts
from audit.checks.members import acts
from audit.decode.abi import artifact
from audit.decode.accounts import ISSUED_MINUTES, PURPOSE, kind_of
from audit.report.findings import State
from tests.conftest import member_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import History, Log, Transaction
    from audit.checks.check import Check
    from tests.audit.checks.conftest import Evidence

STRANGER = b"\x51" * 20
SCHEDULED, CANCELLED = "Authority.OperationScheduled", "Authority.ChangeCancelled"


def assert_red(evidence: Evidence, check: Check, history: History, what: str) -> None:
    result = evidence.run(check, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def by_stranger(evidence: Evidence, log: Log) -> History:
    """The event came of a transaction of somebody's to somewhere, and no office signed."""
    place = log.block.number, log.tx_index

    def other(call: Transaction) -> Transaction:
        of_it = (call.block.number, call.tx_index) == place
        return replace(call, sender=STRANGER, to=STRANGER, target=None, function=None, args={}, carried=None) if of_it else call  # fmt: skip

    calls = [other(call) for call in evidence.history.all_transactions]
    logs = [
        one for one in evidence.history.all_logs
        if one.name != "Offices.ActedForOffice" or (one.block.number, one.tx_index) != place
    ]  # fmt: skip
    return replace(evidence.history, all_transactions=calls, all_logs=logs, _by_place=None)


def with_twin(evidence: Evidence, name: str, **values: Any) -> History:
    """The event of a signature comes a second time, and says something else."""
    first = evidence.log(name)
    twin = replace(first, values=first.values | values)
    logs = [copy for log in evidence.history.all_logs for copy in ([twin, log] if log is first else [log])]
    return replace(evidence.history, all_logs=logs)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Rounds.ObjectionRaised", "member"), ("Rounds.ProposalRejected", "member"), ("Vetoes.VetoCast", "member"),
        ("Committees.HandoverVoteCast", "member"), ("Donations.DonationsAttested", "treasurer"), ("Campaigns.GiftAttested", "treasurer"),
    ],
)  # fmt: skip
def test_nobody_votes_objects_or_records_with_the_signature_of_another(
    evidence: Evidence, name: str, person: str
) -> None:
    """One signature, and an event for each whose word is wanted."""
    neighbour = member_id("official")
    assert_red(evidence, acts, with_twin(evidence, name, **{person: neighbour}), f"not by {neighbour.hex()}")


def test_one_signature_does_one_thing(evidence: Evidence) -> None:
    history = with_twin(evidence, "Donations.DonationsAttested")
    assert_red(evidence, acts, history, "2 events Donations.DonationsAttested came of one signature")


def test_a_change_that_a_stranger_announced_in_an_offices_name_is_found(evidence: Evidence) -> None:
    """What is announced anybody may carry out when it is due: the announcement is what the office signs."""
    assert_red(evidence, changes, by_stranger(evidence, evidence.log(SCHEDULED)), "was announced by another")


@pytest.mark.parametrize("number", [0, 1, 2], ids=["the guardian's", "the office's own", "the committee's"])
def test_a_change_that_a_stranger_stopped_is_found(evidence: Evidence, number: int) -> None:
    assert_red(evidence, changes, by_stranger(evidence, evidence.log(CANCELLED, number)), "did not stop it")


@pytest.mark.parametrize("event", ["ChangeScheduled", "ChangeExecuted"])
def test_a_change_that_the_public_was_not_shown_is_found(evidence: Evidence, event: str) -> None:
    """Pages, mirror and API show `Change…`; what is carried out is what the library was told."""
    assert_red(evidence, changes, evidence.without(f"Authority.{event}", 0), "1 hidden, 0 beside")


@pytest.mark.parametrize(
    "shown",
    [{"data": b""}, {"target": STRANGER}, {"caller": STRANGER}, {"due_at": 1}],
    ids=lambda v: next(iter(v)),
)
def test_a_change_that_the_public_was_shown_in_other_words_is_found(
    evidence: Evidence, shown: dict[str, Any]
) -> None:
    history = evidence.altered("Authority.ChangeScheduled", 0, **shown)
    assert_red(evidence, changes, history, "1 hidden, 1 beside")


def test_a_change_that_the_public_was_shown_and_nobody_announced_is_found(evidence: Evidence) -> None:
    assert_red(evidence, changes, evidence.without(SCHEDULED, 0), "0 hidden, 1 beside")


@pytest.mark.parametrize(
    ("values", "what"),
    [({"operation_id": bytes(32)}, "id of the change"), ({"nonce": 2}, "how often it was announced")],
)
def test_a_change_under_another_number_is_found(
    evidence: Evidence, values: dict[str, Any], what: str
) -> None:
    assert_red(evidence, changes, evidence.altered(SCHEDULED, 0, **values), what)


def test_a_change_carried_out_after_its_week_is_found(evidence: Evidence) -> None:
    week = 7 * 86_400
    done, due_at = evidence.log("Authority.OperationExecuted"), evidence.log(SCHEDULED).values["schedule"]
    late = evidence.moved("Authority.OperationExecuted", 0, due_at + week - done.block.time)
    assert_red(evidence, changes, late, "outside of the week")


@pytest.mark.parametrize(
    "event",
    [
        "Funds.FundFrozen", "Members.KeyEnded", "DeviceRegistry.DeviceRevoked", "Members.RoleGranted",
        CANCELLED, "TimeBank.ChallengeSet", "EventLog.HeadAnchored", "Members.MembershipEnded",
    ],
)  # fmt: skip
def test_an_act_of_office_whose_event_was_left_out_is_found(evidence: Evidence, event: str) -> None:
    assert_red(evidence, offices, evidence.without(event, 0), "was done, and no event says so")


def test_a_contract_that_listens_to_another_authority_is_found(evidence: Evidence) -> None:
    history = evidence.altered("Funds.AuthorityUpdated", 0, authority=STRANGER)
    assert_red(evidence, offices, history, "another authority was set over Funds")


@pytest.mark.parametrize(
    ("kind", "values"),
    [(PURPOSE, {"world": True}), (PURPOSE, {"unit": 2}), (ISSUED_MINUTES, {"world": False})],
)
def test_an_account_that_may_fall_below_zero_by_its_own_word_is_found(
    evidence: Evidence, kind: int, values: dict[str, Any]
) -> None:
    opened = list(evidence.history.logs("Ledger.AccountOpened"))
    number = next(i for i, log in enumerate(opened) if kind_of(log.values["account"]) == kind)
    history = evidence.altered("Ledger.AccountOpened", number, **values)
    assert_red(evidence, accounts, history, "whether it is the world's")


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("BankCharges.FeeReversed", {"purpose": 99}), ("BankCharges.FeeReversed", {"amount_fen": 1}),
        ("BankCharges.InterestReversed", {"purpose": 99}), ("Cooperative.ProceedsReversed", {"enterprise": 99}),
        ("Cooperative.ProceedsReversed", {"amount_fen": 1}), ("Cooperative.PayoutReversed", {"worker": b"w" * 16}),
        ("PartPayments.WageReturned", {"worker": b"w" * 16}), ("PartPayments.WageReturnReversed", {"amount_fen": 1}), ("Campaigns.GiftReversed", {"campaign": 99}),
        ("Campaigns.GiftRefunded", {"amount_fen": 1}),
    ],
)  # fmt: skip
def test_what_is_undone_elsewhere_or_for_another_sum_than_it_was_done_is_found(
    evidence: Evidence, event: str, values: dict[str, Any]
) -> None:
    """A treasurer signs for one fund or enterprise, and undoes nothing of another."""
    assert_red(evidence, causes, evidence.altered(event, 0, **values), "no event explains the transfer")


def test_a_lot_taken_back_of_another_enterprise_is_found(evidence: Evidence) -> None:
    assert_red(
        evidence, settlements, evidence.altered("Cooperative.LotReversed", -1, enterprise=99), "enterprise"
    )


def test_a_line_is_undone_only_as_what_it_was(evidence: Evidence) -> None:
    """A gift that is taken back as a fee would need no second look at it as a gift."""
    gift = evidence.log("Ledger.Transferred").values
    fee = evidence.log("BankCharges.FeeReversed")
    said = {
        "bank_line": gift["cause"],
        "amount_fen": gift["amount"],
        "purpose": int.from_bytes(gift["payee"][1:], "big"),
    }
    moved = {"payer": gift["payee"], "payee": gift["payer"], "amount": gift["amount"], "reason": 28, "cause": gift["cause"], "document": fee.values["document"]}  # fmt: skip
    place = fee.block.number, fee.tx_index

    def other(log: Log) -> Log:
        if log is fee:
            return replace(log, values=log.values | said)
        is_posting = log.name == "Ledger.Transferred" and (log.block.number, log.tx_index) == place
        return replace(log, values=log.values | moved) if is_posting else log

    history = replace(evidence.history, all_logs=[other(log) for log in evidence.history.all_logs])
    assert_red(evidence, causes, history, "no event explains the transfer")


def test_a_treasurer_gives_nothing_to_another_fund(evidence: Evidence) -> None:
    def of_another(call: Transaction) -> Transaction:
        return replace(call, args=call.args | {"fund": 99})

    for name in ("Donations.attestDonations", "Donations.reverseDonation"):
        assert_red(evidence, causes, evidence.called(name, 0, of_another), "no event explains the transfer")


def with_creation(evidence: Evidence, contract: str, change: Callable[[Transaction], Transaction]) -> History:
    address = evidence.trust.contracts[contract].address
    calls = [change(t) if t.created == address else t for t in evidence.history.all_transactions]
    return replace(evidence.history, all_transactions=calls, _by_place=None)


def test_a_contract_that_other_code_created_is_found(evidence: Evidence) -> None:
    """It has the published code, and whatever its creation wrote into its storage beside."""
    history = with_creation(evidence, "Authority", lambda t: replace(t, code=b"\x60\x00" + t.code))
    assert_red(evidence, created_by_code, history, "was not created by the code of this checkout")


def test_a_contract_that_nobody_saw_created_is_found(evidence: Evidence) -> None:
    history = with_creation(evidence, "Ledger", lambda t: replace(t, created=STRANGER))
    assert_red(evidence, created_by_code, history, "no transaction created Ledger")


@pytest.mark.parametrize(
    ("contract", "argument"), [("Rounds", 1), ("Authority", 0), ("TimeBank", 4), ("Members", 1)]
)
def test_a_contract_that_was_given_another_than_the_pinned_ones_is_found(
    evidence: Evidence, contract: str, argument: int
) -> None:
    """Its code is the published one, immutables aside: it would believe whom the operator made for it."""
    size = len(bytes.fromhex(artifact(contract)["bytecode"][2:]))
    word = encode(["address"], ["0x" + STRANGER.hex()])

    def with_stranger(creation: Transaction) -> Transaction:
        at = size + 32 * argument
        return replace(creation, code=creation.code[:at] + word + creation.code[at + 32 :])

    assert_red(
        evidence,
        created_by_code,
        with_creation(evidence, contract, with_stranger),
        f"was given 0x{STRANGER.hex()}",
    )


def test_an_office_that_was_granted_in_silence_is_found(evidence: Evidence) -> None:
    assert_red(evidence, changes, evidence.without("Authority.RoleGranted", -1), "and no event says so")


@pytest.mark.parametrize("values", [{"delay": 1}, {"since": 1}])
def test_a_grant_in_other_words_than_those_of_the_call_is_found(
    evidence: Evidence, values: dict[str, Any]
) -> None:
    history = evidence.altered("Authority.RoleGranted", -1, **values)
    assert_red(evidence, effects_follow_calls, history, f"{next(iter(values))} of grantRole")


@pytest.mark.parametrize("event", ["Members.IntentCancelled", "Members.KeyReplaced"])
def test_a_key_calls_back_and_is_replaced_by_itself_alone(evidence: Evidence, event: str) -> None:
    """(p26) Called back in the name of another key, a seat's approval would be left out of those collected."""
    assert_red(evidence, acts, evidence.altered(event, -1, key=STRANGER), "key that signed, about itself")


@pytest.mark.parametrize("values", [{"version": 2}, {"tier": 0}])
def test_rules_that_add_to_a_version_in_force_are_found(evidence: Evidence, values: dict[str, Any]) -> None:
    sets = list(evidence.history.logs("Committees.TierSet"))
    number = next(i for i, log in enumerate(sets) if log.values["tier"])
    assert_red(
        evidence, floors, evidence.altered("Committees.TierSet", number, **values), "version of the rules"
    )


@pytest.mark.parametrize("event", ["Budgets.BudgetLineSet", "Funds.FundFrozen", "Members.RoleGranted"])
def test_an_event_that_comes_twice_is_found(evidence: Evidence, event: str) -> None:
    assert_red(evidence, effects_follow_calls, evidence.doubled(event, 0), "came twice in one transaction")


@pytest.mark.parametrize("event", ["TimeBank.TaskExpired", "TimeBank.ClaimLapsed", "Cooperative.LotLapsed"])
def test_what_anybody_may_do_and_no_event_tells_is_found(evidence: Evidence, event: str) -> None:
    assert_red(evidence, effects_follow_calls, evidence.without(event, 0), "was done, and no event says so")

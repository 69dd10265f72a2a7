"""Changes waited in public: what the auditor sees of a town whose founding has ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import CHECKS
from audit.checks.changes import changes
from audit.report.findings import State
from audit.rules.changes import CHANGES
from contracts.roles import GUARDED, WAITING, AuthorityRole

if TYPE_CHECKING:
    from audit.chain.history import History, Transaction
    from tests.audit.checks.conftest import Evidence

SCHEDULED, EXECUTED = "Authority.OperationScheduled", "Authority.OperationExecuted"


def assert_red(evidence: Evidence, history: History, what: str) -> None:
    result = evidence.run(changes, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def test_a_town_whose_changes_waited_passes(evidence: Evidence) -> None:
    result = evidence.run(changes)
    assert result.state is State.PASSED, result.findings
    assert result.counted > 10


def test_the_auditors_own_list_is_all_that_waits_by_the_table_of_roles() -> None:
    waiting = {f"{contract}.{name}" for contract, names in WAITING.items() for name in names}
    admin = {
        f"{c}.{name}" for c, names in GUARDED.items() for name, o in names.items() if o is AuthorityRole.ADMIN
    }
    assert {name for name in CHANGES if not name.startswith("Authority.")} == waiting | admin - {
        "Authority.endFounding"
    }


def test_a_town_whose_founding_never_ends_is_not_passed_once_money_moves(evidence: Evidence) -> None:
    """Whoever holds its offices need not wait for anything, nor have done it yet."""
    unfounded = evidence.without("Authority.FoundingEnded", 0)
    still = replace(unfounded, all_logs=[log for log in unfounded.all_logs if log.contract != "Ledger"])
    for history, state in ((unfounded, State.UNDECIDED), (still, State.NOT_APPLICABLE)):
        result = evidence.run(changes, history)
        assert result.state is state
        assert "the founding has not ended" in result.findings[0].what


def test_a_change_that_nobody_scheduled_is_found(evidence: Evidence) -> None:
    assert_red(
        evidence,
        evidence.without(SCHEDULED, 0),
        "TimeBank.setChallenge was carried out without being scheduled",
    )


def test_a_change_of_the_authority_that_nobody_scheduled_is_found(evidence: Evidence) -> None:
    assert_red(
        evidence,
        evidence.without(SCHEDULED, 1),
        "Authority.grantRole was carried out without being scheduled",
    )


def test_a_change_without_its_operation_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.without(EXECUTED, 0), "without being scheduled")


def test_a_change_a_second_too_early_is_found(evidence: Evidence) -> None:
    """The operation that was waited for was seen later than it says; an hour and some blocks are to spare."""
    waited = evidence.log(EXECUTED).block.time - evidence.log(SCHEDULED).block.time
    spare = waited - 15 * 86_400
    assert evidence.run(changes, evidence.moved(SCHEDULED, 0, spare)).state is State.PASSED
    assert_red(evidence, evidence.moved(SCHEDULED, 0, spare + 1), "没有等满")


def test_a_change_scheduled_while_the_founding_lasted_is_found(evidence: Evidence) -> None:
    ended = evidence.log("Authority.FoundingEnded").block.time
    early = ended - 1 - evidence.log(SCHEDULED).block.time
    assert_red(evidence, evidence.moved(SCHEDULED, 0, early), "since the founding ended")


def test_a_cancelled_change_that_was_carried_out_is_found(evidence: Evidence) -> None:
    scheduled = evidence.log(SCHEDULED).values
    cancelled = evidence.log("Authority.ChangeCancelled")
    history = evidence.altered("Authority.ChangeCancelled", 0, operation_id=scheduled["operation_id"])
    assert cancelled.values["operation_id"] != scheduled["operation_id"]
    assert_red(evidence, history, "after it was cancelled")


@pytest.mark.parametrize("field", ["caller", "data"])
def test_a_change_scheduled_for_another_caller_or_with_other_words_is_found(
    evidence: Evidence, field: str
) -> None:
    other = evidence.log(SCHEDULED, 1).values[field]
    assert_red(evidence, evidence.altered(SCHEDULED, 0, **{field: other}), "without being scheduled")


def test_a_role_that_was_changed_by_several_calls_in_one_is_found(evidence: Evidence) -> None:
    def bundled(call: Transaction) -> Transaction:
        return replace(call, function="multicall", args={"data": []})

    assert_red(evidence, evidence.called("Authority.execute", 1, bundled), "came from no call that waits")


def test_an_office_that_is_given_up_at_once_is_found(evidence: Evidence) -> None:
    """Since the founding ended its end waits as any other change."""

    def given_up(call: Transaction) -> Transaction:
        return replace(call, function="renounceRole", args={})

    history = evidence.called("Authority.execute", 1, given_up)
    logs = [
        replace(log, event="RoleRevoked") if log is granted(evidence) else log for log in history.all_logs
    ]
    assert_red(evidence, replace(history, all_logs=logs), "came from no call that waits")


def granted(evidence: Evidence) -> Any:
    return evidence.log("Authority.RoleGranted", -1)


@pytest.mark.parametrize("role", [2, 2**64 - 1], ids=["a role that acts at once", "everybody"])
def test_a_function_wired_so_that_it_does_not_wait_is_found(evidence: Evidence, role: int) -> None:
    wired = list(evidence.history.logs("Authority.TargetFunctionRoleUpdated"))
    number = next(i for i, log in enumerate(wired) if log.values["role_id"] == 0x82)
    history = evidence.altered("Authority.TargetFunctionRoleUpdated", number, role_id=role)
    assert_red(evidence, history, "whose acts do not wait")


def test_a_change_at_once_turns_this_check_red_and_no_other(evidence: Evidence) -> None:
    history = evidence.moved(SCHEDULED, 0, 15 * 86_400)
    assert {c.check_id for c in CHECKS if evidence.run(c, history).state is State.FAILED} == {"C14.3"}

"""Acts of office: who may do them, and which calls their events come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audit.checks import CHECKS
from audit.checks.authority import _OFFICIAL, offices
from audit.report.findings import State
from contracts.roles import GUARDED, AuthorityRole

if TYPE_CHECKING:
    from audit.chain.history import History, Transaction
    from tests.audit.checks.conftest import Evidence


def assert_red(evidence: Evidence, history: History, what: str) -> None:
    result = evidence.run(offices, history)
    assert result.state is State.FAILED
    assert any(what in f.what for f in result.findings), result.findings


def by(sender: bytes) -> Any:
    def change(call: Transaction) -> Transaction:
        return replace(call, sender=sender)

    return change


def grant_of(evidence: Evidence, role: AuthorityRole) -> int:
    """Number of the authority's event that granted a role."""
    grants = list(evidence.history.logs("Authority.RoleGranted"))
    return next(i for i, log in enumerate(grants) if log.values["role_id"] == role)


def test_every_act_of_office_of_an_honest_town_passes(evidence: Evidence) -> None:
    result = evidence.run(offices)
    assert result.state is State.PASSED, result.findings
    assert result.counted > 100


def test_every_guarded_function_is_known_to_the_check() -> None:
    known = {(event.split(".")[0], name) for event, names in _OFFICIAL.items() for name in names}
    guarded = {(contract, name) for contract, names in GUARDED.items() for name in names}
    by_intent = {("Members", name) for name in ("rotateKey", "recoverKey", "refuseKey")}
    by_intent |= {("DeviceRegistry", "enrolPhone")}
    assert known - by_intent | {("Authority", "stop")} == guarded


def test_act_of_a_stranger_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.called("Committees.fillSeat", 0, by(b"\x51" * 20)), "did not hold role 130")


def test_act_of_the_deployer_who_gave_all_power_away_is_found(evidence: Evidence) -> None:
    deployer = next(evidence.history.transactions("Authority.renounceRole")).sender
    assert_red(evidence, evidence.called("Funds.openFund", 0, by(deployer)), "did not hold role 2")


def test_act_of_another_office_is_found(evidence: Evidence) -> None:
    registrar = next(evidence.history.transactions("Members.register")).sender
    assert_red(evidence, evidence.called("TimeBank.admitClaim", 0, by(registrar)), "did not hold role 6")


def test_office_that_was_never_granted_is_found(evidence: Evidence) -> None:
    number = grant_of(evidence, AuthorityRole.LOG_KEEPER)
    assert_red(evidence, evidence.without("Authority.RoleGranted", number), "did not hold role 5")


def test_office_that_must_wait_and_did_not_is_found(evidence: Evidence) -> None:
    number = grant_of(evidence, AuthorityRole.STEWARD)
    history = evidence.altered("Authority.RoleGranted", number, delay=3600)
    assert_red(evidence, history, "did not wait out its delay")


def test_office_held_from_later_on_is_found(evidence: Evidence) -> None:
    number = grant_of(evidence, AuthorityRole.STEWARD)
    history = evidence.altered("Authority.RoleGranted", number, since=evidence.history.head.time + 1)
    assert_red(evidence, history, "did not hold role 2")


def test_change_of_the_authority_by_a_stranger_is_found(evidence: Evidence) -> None:
    assert_red(evidence, evidence.called("Authority.grantRole", -1, by(b"\x51" * 20)), "is not its ADMIN")


def test_event_of_office_out_of_another_call_is_found(evidence: Evidence) -> None:
    def relabel(call: Transaction) -> Transaction:
        return replace(call, function="vacateSeat")

    assert_red(evidence, evidence.called("Committees.fillSeat", 0, relabel), "expected a call of fillSeat")


def test_stranger_turns_this_check_red_and_no_other(evidence: Evidence) -> None:
    history = evidence.called("TimeBank.setService", 0, by(b"\x51" * 20))
    failed = {c.check_id for c in CHECKS if evidence.run(c, history).state is State.FAILED}
    assert failed == {"C14.2"}

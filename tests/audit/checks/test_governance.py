"""Who governs, as the report says it: offices and their holders, changes with their delay, and who shares offices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from eth_utils import to_canonical_address

from audit.rules.governance import governance_of
from contracts.abi import encode_call
from contracts.roles import CHANGES, HOLDER, AuthorityRole
from tests.audit.checks.rules_town import JOINT, MERGED
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import COMMITTEE, FUND, SEATS

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.report.governance import Governance
    from tests.audit.checks.conftest import Evidence


def address(name: str) -> bytes:
    return to_canonical_address(signer(name).address)


def governance(evidence: Evidence, history: History | None = None) -> Governance:
    names = {c.address: name for name, c in evidence.trust.contracts.items()}
    return governance_of(history or evidence.history, names)


def test_every_office_is_named_with_its_holders_and_the_deployer_with_none(evidence: Evidence) -> None:
    found = governance(evidence)
    assert {
        office: found.holders[office] for office in AuthorityRole if office is not AuthorityRole.VERIFIER
    } == {role: (address(role.name.lower()),) for role in AuthorityRole if role is not AuthorityRole.VERIFIER}
    assert set(found.holders[AuthorityRole.VERIFIER]) == {address("verifier"), address("worker")}, (
        "granted by a change"
    )
    assert found.founded_at == evidence.log("Authority.FoundingEnded").block.time
    assert found.shared == {}


def test_every_change_is_named_with_its_delay_and_who_could_have_stopped_it(evidence: Evidence) -> None:
    found = governance(evidence)
    assert [(c.name, c.state, c.delay_seconds) for c in found.changes] == [
        ("TimeBank.setChallenge", "executed", 15 * 86_400), ("Authority.grantRole", "executed", 15 * 86_400),
        ("Members.addKey", "cancelled", 15 * 86_400), ("Members.addKey", "cancelled", 15 * 86_400),
        ("TimeBank.setService", "cancelled", 15 * 86_400), ("Committees.vacateSeat", "executed", 15 * 86_400),
        ("Committees.fillSeat", "executed", 15 * 86_400), ("Committees.handOver", "executed", 15 * 86_400),
        ("Funds.unfreeze", "waiting", 15 * 86_400),
        ("Committees.setRules", "cancelled", 15 * 86_400),
    ]  # fmt: skip
    listed = found.to_json()["changes"]
    guardian, steward = ("0x" + address(name).hex() for name in ("guardian", "steward"))
    committees = "0x" + evidence.trust.contracts["Vetoes"].address.hex()
    assert listed[0]["may_be_stopped_by"] == sorted([guardian, committees])
    assert listed[0]["key"] == steward, "which key signed, and not the account alone"
    assert listed[8]["may_be_stopped_by"] == [committees], "not by who announced it"
    assert listed[0]["words"] == "new_challenge_seconds=259200"
    assert f"account=0x{address('worker').hex()}" in listed[1]["words"], "who gets which office"
    lines = list(found.lines())
    assert sum("15 天 days" in line for line in lines) == 10
    assert any("Members.addKey" in line and "已叫停 cancelled" in line for line in lines)


def test_offices_with_one_holder_are_told(evidence: Evidence) -> None:
    """Row "offices": nobody was told that one machine holds all ten service keys."""
    granted = list(evidence.history.logs("Authority.RoleGranted"))
    held = HOLDER | AuthorityRole.STEWARD
    steward = next(i for i, log in enumerate(granted) if log.values["role_id"] == held)
    found = governance(
        evidence, evidence.altered("Authority.RoleGranted", steward, account=address("guardian"))
    )
    assert found.shared == {address("guardian"): (AuthorityRole.STEWARD, AuthorityRole.GUARDIAN)}
    assert any(
        "one holder of several offices" in line and "街道经办 steward" in line for line in found.lines()
    )


def test_an_office_that_was_given_up_has_no_holder(evidence: Evidence) -> None:
    first = evidence.log("Authority.RoleRevoked")
    assert first.values["account"] == address("deployer")
    history = evidence.without("Authority.RoleRevoked", 0)
    assert address("deployer") in governance(evidence, history).holders[AuthorityRole.ADMIN]


def test_a_change_that_nobody_carried_out_within_a_week_is_over(evidence: Evidence) -> None:
    head = evidence.history.head
    late = replace(head, time=head.time + 22 * 86_400)
    history = replace(evidence.history, blocks=[*evidence.history.blocks[:-1], late])
    unfrozen = next(c for c in governance(evidence, history).changes if c.name == "Funds.unfreeze")
    assert unfrozen.state == "over"


@pytest.mark.parametrize(
    "role", [AuthorityRole.GUARDIAN, AuthorityRole.GUARDIAN | CHANGES, AuthorityRole.GUARDIAN | HOLDER]
)
def test_the_guardian_is_not_named_among_those_who_stop_a_change_of_the_guardian(
    evidence: Evidence, role: int
) -> None:
    data = encode_call("Authority", "grantRole", role, "0x" + "51" * 20, 0)
    found = governance(evidence, evidence.altered("Authority.OperationScheduled", 1, data=data))
    committees = "0x" + evidence.trust.contracts["Vetoes"].address.hex()
    assert found.to_json()["changes"][1]["may_be_stopped_by"] == [committees]


def test_while_the_founding_lasts_the_report_says_so(evidence: Evidence) -> None:
    found = governance(evidence, evidence.without("Authority.FoundingEnded", 0))
    assert next(iter(found.lines())) == "治理 governance: 筹建 founding 尚未结束 lasts"


def test_who_could_decide_what_is_told(evidence: Evidence) -> None:
    found = governance(evidence)
    [committee] = [c for c in found.committees if c.number == COMMITTEE]
    assert (committee.fund, committee.seats) == (FUND, len(SEATS))
    voting = [h for h in committee.holders if h.number != 255]
    assert [h.member for h in voting] == [member_id(name) for name, _ in SEATS]
    tiers = [
        log.values["rule"] for log in evidence.history.logs("Committees.TierSet")
        if (log.values["committee"], log.values["version"]) == (COMMITTEE, committee.version)
    ]  # fmt: skip
    assert [t[0] for t in committee.tiers] == [rule["up_to_fen"] for rule in tiers]
    assert all(2 * votes > committee.seats for _, votes, _, _ in committee.tiers)
    at_once, waiting = (
        {f for p in found.powers if (p.office, p.waits) == (AuthorityRole.STEWARD, w) for f in p.functions}
        for w in (False, True)
    )
    admin = {f for p in found.powers if p.office == AuthorityRole.ADMIN for f in p.functions}
    assert {"Authority.grantRole", "Authority.setTargetFunctionRole", "Ledger.admitModule"} <= admin
    assert "Funds.openFund" in at_once
    assert "Committees.setRules" in waiting
    text = "\n".join(found.lines())
    assert f"管委会 committee {COMMITTEE}: 基金 fund {FUND}, 7 席 seats" in text
    assert "街道经办可办 steward may do 等待后 after waiting: " in text
    tenures = {c.number: (c.since, c.until) for c in found.committees}
    handed = evidence.log("Committees.FundHandedOver").values["since"]
    assert (tenures[MERGED][1], tenures[JOINT]) == (handed, (handed, 0))
    assert "决定自 decides since" in text
    assert found.to_json()["committees"][0]["holders"][0]["member"] == "0x" + voting[0].member.hex()


def test_a_seat_that_was_vacated_is_held_by_nobody(evidence: Evidence) -> None:
    first = evidence.log("Committees.SeatFilled", 0).values
    history = evidence.without("Committees.SeatFilled", 0)
    [committee] = [c for c in governance(evidence, history).committees if c.number == first["committee"]]
    assert first["member"] not in {h.member for h in committee.holders}


def test_who_got_the_guardians_office_later_could_not_have_stopped_what_was_over(evidence: Evidence) -> None:
    """The office of the verifier was granted after the changes before it had been carried out."""
    granted = list(evidence.history.logs("Authority.RoleGranted"))
    last = granted.index(granted[-1])
    history = evidence.altered("Authority.RoleGranted", last, role_id=HOLDER | AuthorityRole.GUARDIAN)
    worker, changes = address("worker"), governance(evidence, history).changes
    assert granted[-1].values["account"] == worker
    executed, waiting = (c for c in changes if c.name in ("TimeBank.setChallenge", "Funds.unfreeze"))
    assert worker not in executed.stoppers
    assert worker in waiting.stoppers


def test_from_the_pinned_block_on_changes_are_told_that_were_scheduled_or_ended_since(
    evidence: Evidence,
) -> None:
    names = {c.address: name for name, c in evidence.trust.contracts.items()}
    done = evidence.log("Authority.OperationExecuted", 0).block.number
    assert [c.name for c in governance_of(evidence.history, names, done).changes] == [
        "Authority.grantRole",
        "Committees.vacateSeat",
        "Committees.fillSeat",
        "Committees.handOver",
        "Funds.unfreeze",
        "Committees.setRules",
    ]

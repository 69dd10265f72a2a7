"""Who governs, as the report says it: offices and their holders, changes with their delay, and who shares offices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eth_utils import to_canonical_address

from audit.rules.governance import governance_of
from contracts.roles import AuthorityRole
from tests.conftest import signer

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
        ("Members.addKey", "cancelled", 15 * 86_400), ("Funds.unfreeze", "waiting", 15 * 86_400),
    ]  # fmt: skip
    listed = found.to_json()["changes"]
    guardian, admin = ("0x" + address(name).hex() for name in ("guardian", "admin"))
    assert listed[0]["may_be_stopped_by"] == sorted([guardian, admin])
    assert listed[1]["may_be_stopped_by"] == [guardian], "not by who scheduled it"
    lines = list(found.lines())
    assert sum("15 天 days" in line for line in lines) == 4
    assert any("Members.addKey" in line and "已叫停 cancelled" in line for line in lines)


def test_offices_with_one_holder_are_told(evidence: Evidence) -> None:
    granted = list(evidence.history.logs("Authority.RoleGranted"))
    steward = next(i for i, log in enumerate(granted) if log.values["role_id"] == AuthorityRole.STEWARD)
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
    assert [c.state for c in governance(evidence, history).changes][-1] == "over"


def test_while_the_founding_lasts_the_report_says_so(evidence: Evidence) -> None:
    found = governance(evidence, evidence.without("Authority.FoundingEnded", 0))
    assert next(iter(found.lines())) == "治理 governance: 筹建 founding 尚未结束 lasts"

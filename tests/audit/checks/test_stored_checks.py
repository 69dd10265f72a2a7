"""C17.4: what the events come to is what is proven to stand in the contracts, thing by thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.chain.history import Block, Log
from audit.checks.state import proofs_hold, things_equal_state
from audit.errors import StateError
from audit.report.findings import State
from audit.rules import stored
from audit.rules.figures import figures_of
from audit.rules.stored import fold_stored, kinds_of, sample, things_of
from audit.rules.stored.things import Stored, Thing

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence

RULES = {name for module in stored.MODULES for name in module.RULES}
# In the story, what came later left nothing of it.
WITHOUT_TRACE = {"Rounds.ObjectionRaised", "Rounds.ProposalSuspended", "TimeBank.TaskReleased"}


def test_the_true_story_is_that_of_the_state(evidence: Evidence) -> None:
    result = evidence.run(things_equal_state)
    assert (result.state, result.findings) == (State.PASSED, ())
    assert result.counted == len(fold_stored(evidence.history))


def test_the_story_has_every_event_that_the_fold_knows(evidence: Evidence) -> None:
    assert RULES - {log.name for log in evidence.history.logs()} == set()


@pytest.mark.parametrize("name", sorted(RULES - WITHOUT_TRACE))
def test_a_story_that_leaves_out_an_event_is_not_that_of_the_state(evidence: Evidence, name: str) -> None:
    """Row "state": authority, members, committees, disbursements and time bank rested on events."""
    count = sum(1 for _ in evidence.history.logs(name))
    results = (
        evidence.run(check, evidence.without(name, number))
        for number in range(count)
        for check in (proofs_hold, things_equal_state)
    )
    assert any(result.state is State.FAILED for result in results)


def test_a_role_that_is_said_to_last_longer_is_told_with_both_dates(evidence: Evidence) -> None:
    log = evidence.log("Members.RoleGranted", -1)
    until = log.values["valid_until"]
    history = evidence.altered("Members.RoleGranted", -1, valid_until=until + 1)
    [found] = evidence.run(things_equal_state, history).findings
    assert found.where.startswith("Members._grants[0x")
    assert found.what.endswith(f"the state holds something else: value: {until + 1} → {until}")


def test_an_event_about_what_no_event_began_is_a_finding(evidence: Evidence) -> None:
    history = evidence.without("TimeBank.TaskOpened", 0)
    with pytest.raises(StateError, match=r"expected TimeBank\.taskRecord\[0x"):
        fold_stored(history)
    with pytest.raises(StateError, match="expected the request 0x00"):
        Stored().request(bytes(32))


def test_of_many_things_the_head_chooses_which_are_proven(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "SAMPLED", 3)
    things = things_of(evidence.history)
    chosen = sample(things, b"\1" * 32)
    assert {kind: len(found) for kind, found in kinds_of(chosen).items()} == {
        kind: min(3, len(found)) for kind, found in kinds_of(things).items()
    }
    assert chosen == sample(reversed(things), b"\1" * 32), "who collects chooses nothing"
    assert chosen != sample(things, b"\2" * 32)
    assert {thing for seed in range(99) for thing in sample(things, bytes([seed]) * 32)} == set(things)
    proven = {p.kind: (p.compared, p.things) for p in figures_of(evidence.history, None).proven}
    assert proven["Authority._targets.allowedRoles"] == (3, 43)
    assert "Authority._targets.allowedRoles: 3 / 43" in "\n".join(figures_of(evidence.history, None).lines())


def test_a_bundle_that_proves_other_things_than_the_head_chose_fails(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "SAMPLED", 3)
    found = evidence.run(proofs_hold, replace(evidence.history)).findings
    assert {finding.where for finding in found} >= {"Authority", "Committees", "Rounds", "TimeBank"}


def test_a_shorter_delay_stands_in_storage_with_the_former_one_and_its_date(evidence: Evidence) -> None:
    """The library packs them; a shorter delay takes effect when the difference is over, a longer one at once."""
    role, account = 5, b"\7" * 20
    block = Block(number=1, hash=bytes(32), parent_hash=bytes(32), time=1_000, state_root=bytes(32))

    def granted(time: int, delay: int, since: int, *, new: bool) -> Log:
        values = {"role_id": role, "account": account, "delay": delay, "since": since, "new_member": new}
        return Log(
            block=replace(block, time=time), tx_index=0, log_index=0, contract="Authority", address=bytes(20), event="RoleGranted", values=values
        )  # fmt: skip

    history = evidence.history
    logs = [granted(1_000, 100, 1_000, new=True), granted(2_000, 40, 2_060, new=False)]
    thing = Thing("Authority", "_roles", (role, "members", account))
    shorter = fold_stored(replace(history, all_logs=logs))[thing]
    assert shorter == {"since": 1_000, "delay": 2_060 << 64 | 100 << 32 | 40}
    in_time = fold_stored(replace(history, all_logs=[*logs, granted(2_050, 70, 2_080, new=False)]))[thing]
    assert in_time["delay"] == 2_080 << 64 | 100 << 32 | 70
    later = fold_stored(replace(history, all_logs=[*logs, granted(2_060, 70, 2_060, new=False)]))[thing]
    assert later["delay"] == 2_060 << 64 | 40 << 32 | 70

"""The auditor's own limits, and the rules of visits that the auditor knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.checks.own_floors import own_floors, rulesets
from audit.errors import BundleError
from audit.evidence.floors import Floors
from audit.evidence.pinned import Pin
from audit.evidence.trust import Trust
from audit.report.findings import State
from audit.rules.own_floors import _figures

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.report.findings import Result
    from tests.audit.checks.conftest import Evidence

DAY = 24 * 3600
CLAIM, HEAD = "TimeBank.ClaimAdmitted", "EventLog.HeadAnchored"
MOST = ("objections_to_suspend", "match_bps")


def judged(
    evidence: Evidence, floors: Floors, history: History | None = None, pinned: int | None = None
) -> Result:
    pin = None if pinned is None else Pin(number=pinned, hash=bytes(32), time=0, bundle=bytes(32))
    trust = replace(evidence.trust, floors=floors, pin=pin)
    return own_floors(history or evidence.history, evidence.bundle, trust)


def strictest(evidence: Evidence, name: str) -> int:
    """The floor that the town just keeps."""
    figures = [figure for _, of, figure in _figures(evidence.history, -1) if of == name]
    return max(figures) if name in MOST else min(figures)


@pytest.mark.parametrize("name", list(Floors.__dataclass_fields__))
def test_a_town_keeps_its_auditors_floor_or_fails_by_one_though_its_contracts_allow_it(
    evidence: Evidence, name: str
) -> None:
    """Row "rules": every `setRules` and `setChallenge` was right by definition."""
    kept = strictest(evidence, name)
    assert judged(evidence, Floors(**{name: kept})).state is State.PASSED
    broken = judged(evidence, Floors(**{name: kept - 1 if name in MOST else kept + 1}))
    assert broken.state is State.FAILED
    assert name in broken.findings[0].what


def test_the_figures_are_those_that_the_town_has(evidence: Evidence) -> None:
    assert {name: strictest(evidence, name) for name in Floors.__dataclass_fields__} == {
        "notice_seconds": 3 * DAY, "approval_bps": 6_000, "objections_to_suspend": 3, "challenge_seconds": 2 * DAY,
        "change_delay_seconds": 15 * DAY, "match_bps": 10_000,
    }  # fmt: skip


def test_without_floors_there_is_nothing_to_compare(evidence: Evidence) -> None:
    assert judged(evidence, Floors()).state is State.NOT_APPLICABLE


def test_what_was_replaced_before_the_pinned_block_was_judged_before(evidence: Evidence) -> None:
    first, last = (evidence.log("TimeBank.ChallengeSet", n) for n in (0, -1))
    shortest, since = first.values["challenge_seconds"], last.block.number
    assert shortest < last.values["challenge_seconds"]
    floors = Floors(challenge_seconds=shortest + 1)
    assert judged(evidence, floors, pinned=since - 1).state is State.FAILED, (
        "still in force at the pinned block"
    )
    assert judged(evidence, floors, pinned=since).state is State.PASSED


def test_rules_that_are_in_force_at_the_pinned_block_are_judged_again(evidence: Evidence) -> None:
    floors = Floors(notice_seconds=strictest(evidence, "notice_seconds") + 1)
    assert judged(evidence, floors, pinned=evidence.history.head.number).state is State.FAILED


@pytest.mark.parametrize("change", [{"notice": 1}, {"notice_seconds": -1}, {"match_bps": "1"}, []])
def test_floors_of_another_shape_are_refused(evidence: Evidence, change: object) -> None:
    with pytest.raises(BundleError):
        Trust.from_json(evidence.trust.to_json() | {"floors": change})


def test_floors_and_rulesets_are_read_back_as_they_were_written(evidence: Evidence) -> None:
    trust = replace(evidence.trust, floors=Floors(match_bps=1), rulesets=frozenset({b"r" * 32}))
    assert Trust.from_json(trust.to_json()) == trust
    assert trust.digest != evidence.trust.digest


def test_the_standard_rules_of_visits_are_known(evidence: Evidence) -> None:
    result = evidence.run(rulesets)
    assert result.state is State.PASSED, result.findings
    assert result.counted == 2 * len(list(evidence.history.logs(CLAIM))) + len(
        list(evidence.history.logs(HEAD))
    )


def test_rules_of_visits_that_the_auditor_does_not_pin_are_told(evidence: Evidence) -> None:
    """Row "devices, rulesets"."""
    own = b"r" * 32
    history = evidence.altered(HEAD, 0, ruleset=own)
    assert evidence.run(rulesets, history).state is State.FAILED
    pinned = replace(evidence.trust, rulesets=frozenset({own}))
    assert rulesets(history, evidence.bundle, pinned).state is State.PASSED


def test_rules_of_visits_that_were_not_in_force_are_told(evidence: Evidence) -> None:
    """Row "the ruleset named by the anchored head is never compared with the one a claim uses"."""
    own = b"r" * 32
    pinned = replace(evidence.trust, rulesets=frozenset({own}))
    found = rulesets(evidence.altered(CLAIM, 0, ruleset=own), evidence.bundle, pinned)
    assert found.state is State.FAILED
    assert "was not in force" in found.findings[0].what
    last = rulesets(evidence.altered(CLAIM, -1, ruleset=own), evidence.bundle, pinned)
    assert last.state is State.UNDECIDED, "the next head will say"


@pytest.mark.parametrize(
    ("anchored", "state"), [(1, State.FAILED), (2, State.PASSED), (3, State.PASSED), (4, State.FAILED)]
)
def test_rules_of_visits_are_in_force_from_the_head_that_a_claim_names_until_the_first_after_it(
    evidence: Evidence, anchored: int, state: State
) -> None:
    own = b"r" * 32
    assert len(list(evidence.history.logs(HEAD))) > 4
    claim = evidence.log(CLAIM, 2)
    named = evidence.history.transaction_of(claim).args["claim"]["log_size"]
    assert named == evidence.log(HEAD, 2).values["size"]
    history = evidence.then(evidence.altered(HEAD, anchored, ruleset=own)).altered(CLAIM, 2, ruleset=own)
    others = evidence.then(history).without(CLAIM, 4)
    for number in (3, 1, 0):
        others = evidence.then(others).without(CLAIM, number)
    trust = replace(evidence.trust, rulesets=frozenset({own}))
    assert rulesets(others, evidence.bundle, trust).state is state

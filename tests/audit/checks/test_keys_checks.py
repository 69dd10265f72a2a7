"""What the auditor finds of keys and guardians: each event that says what the rules do not give (p56)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.keys import new_keys
from audit.report.findings import State
from tests.conftest import member_id, signer
from tests.contracts.desk import KIN

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence

DAY = 24 * 3600


def key_of(name: str) -> bytes:
    return bytes.fromhex(signer(name).address[2:])


def number_of(evidence: Evidence, name: str, **values: Any) -> int:
    """Which event of a name has these values."""
    found = enumerate(evidence.history.logs(name))
    return next(i for i, log in found if all(log.values[n] == v for n, v in values.items()))


def test_keys_of_an_honest_town_keep_the_rules(evidence: Evidence) -> None:
    result = evidence.run(new_keys)
    assert result.state is State.PASSED, result.findings
    assert result.counted > 50


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        ("KeyReplaced", {"ends_at": 15 * DAY - 1}),
        ("KeyReplaced", {"new_key": b"n" * 20}),
        ("KeyReplaced", {"key": b"n" * 20}),
        ("KeyRefused", {"refuser": member_id("worker")}),
        ("KeyKept", {"key": key_of("barber")}),
        ("GuardianNamed", {"guardian": member_id("volunteer")}),
        ("GuardianDismissed", {"ends_at": 1}),
        ("GuardianDismissed", {"guardian": member_id("worker")}),
        ("RecoverySigned", {"guardian": member_id("worker")}),
        ("RecoverySigned", {"lapses_at": 1}),
    ],
)
def test_event_of_keys_that_the_rules_do_not_give_is_found(
    evidence: Evidence, event: str, changes: dict[str, Any]
) -> None:
    assert "C14.5" in evidence.red(evidence.altered(f"Members.{event}", 0, **changes))


@pytest.mark.parametrize(
    ("event", "check"), [("KeyReplaced", "C15.1"), ("KeyKept", "C14.5"), ("GuardianNamed", "C14.5")]
)
def test_event_of_keys_that_is_kept_back_is_found(evidence: Evidence, event: str, check: str) -> None:
    assert check in evidence.red(evidence.without(f"Members.{event}", 0))


@pytest.mark.parametrize("key", ["second phone of worker", "new phone of volunteer"])
def test_brought_key_that_does_not_wait_is_found(evidence: Evidence, key: str) -> None:
    number = number_of(evidence, "Members.KeyAdded", key=key_of(key))
    for name in ("valid_from", "refusable_until"):
        assert "C14.5" in evidence.red(evidence.altered("Members.KeyAdded", number, **{name: 0}))


def test_key_that_one_guardian_alone_brought_is_found(evidence: Evidence) -> None:
    assert "C14.5" in evidence.red(evidence.without("Members.RecoverySigned", 0))


def test_key_that_two_guardians_brought_and_nobody_added_is_found(evidence: Evidence) -> None:
    number = number_of(evidence, "Members.KeyAdded", key=key_of("new phone of volunteer"))
    assert "C14.5" in evidence.red(evidence.without("Members.KeyAdded", number))


def test_who_is_named_refuses_the_key_of_the_delegation_and_no_other(evidence: Evidence) -> None:
    """A guardian of that key alone is none of the person's (C14.7 has the delegation)."""
    account = evidence.log("Delegations.DelegationOpened").values["account"]
    number = number_of(evidence, "Members.KeyRefused", member=member_id("volunteer"))

    def is_none(**changes: Any) -> bool:
        history = evidence.altered("Members.KeyRefused", number, **changes)
        return any("不是守护人" in finding.what for finding in evidence.run(new_keys, history).findings)

    assert not is_none(key=account, refuser=member_id(KIN))
    assert is_none(key=account, refuser=member_id("worker"))
    assert is_none(refuser=member_id(KIN))


def test_key_that_ended_and_refused_one_that_acts_is_found(evidence: Evidence) -> None:
    """It refuses what others bring while that waits, and nothing else (p61)."""
    number = number_of(evidence, "Members.KeyAdded", key=key_of("third phone of barber"))
    history = evidence.moved("Members.KeyAdded", number, -15 * DAY)
    found = evidence.run(new_keys, history).findings
    assert any("refused a key that does not wait" in finding.what for finding in found)

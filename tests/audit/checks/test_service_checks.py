"""What the checks of service events, claims and credits find."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import service
from audit.checks.check import BREAKDOWN
from audit.evidence.bundle import Bundle
from audit.evidence.canonical import encode
from audit.evidence.signed_events import DEFAULT_RULESET, RULESETS
from audit.report.findings import State
from audit.rules import claims
from tests.audit.bundles import resealed
from tests.conftest import member_id
from tests.contracts.neighbourhood import DAY

if TYPE_CHECKING:
    from audit.chain.history import History, Transaction
    from tests.audit.checks.conftest import Evidence

LEAVES = "events/leaves.jsonl"
ADMITTED, ANCHORED, ENROLLED = (
    "TimeBank.ClaimAdmitted",
    "EventLog.HeadAnchored",
    "DeviceRegistry.DeviceEnrolled",
)
CLEANING, READING = 2, 3
VOLUNTEER, COORDINATOR = member_id("volunteer"), member_id("coordinator")
SECOND_COORDINATOR = member_id("second coordinator")


def claimed(evidence: Evidence, number: int, **values: Any) -> History:
    """A history in which a claim was admitted with other values, in its call and in its event."""

    def change(call: Transaction) -> Transaction:
        return replace(call, args={"claim": call.args["claim"] | values})

    called = evidence.then(evidence.called("TimeBank.admitClaim", number, change))
    return called.altered(ADMITTED, number, **values)


class TestEvents:
    @pytest.mark.parametrize(
        "position", [4, 40, 120, -3], ids=["header", "event", "event later", "signature"]
    )
    def test_a_flipped_byte_of_an_event_is_told(
        self, evidence: Evidence, tmp_path: Path, position: int
    ) -> None:
        def flip(lines: list[Any]) -> None:
            data = bytearray.fromhex(lines[0][2:])
            data[position] ^= 1
            lines[0] = "0x" + data.hex()

        assert {"C23", "C25", "C27.1"} <= evidence.red(
            bundle=evidence.rewritten(tmp_path / "b", LEAVES, flip)
        )

    def test_an_event_signed_by_another_key_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(
            evidence.altered(ENROLLED, 0, key_x=evidence.log(ENROLLED, 1).values["key_x"])
        ) == {"C23"}

    def test_an_event_for_another_town_is_told(self, evidence: Evidence) -> None:
        elsewhere = replace(evidence, trust=replace(evidence.trust, chain_id=1))
        assert "C23" in elsewhere.red()

    def test_an_event_of_a_device_enrolled_too_late_is_told(self, evidence: Evidence) -> None:
        assert "C23" in evidence.red(evidence.altered(ENROLLED, 1, valid_from=2**40, valid_until=2**41))

    @pytest.mark.parametrize(
        "changes",
        [
            {"settled_from": 0},
            {"valid_from": 1},
            {"valid_until": 2**40},
            {"key_class": 3},
            {"device_class": 1},
            {"device": b"8 bytes."},
        ],
    )
    def test_own_phone_that_counts_otherwise_than_the_rules_give_is_told(
        self, evidence: Evidence, changes: dict[str, Any]
    ) -> None:
        [number] = [
            i for i, log in enumerate(evidence.history.logs(ENROLLED)) if log.values["key_class"] == 2
        ]
        assert "C23" in evidence.red(evidence.altered(ENROLLED, number, **changes))

    @pytest.mark.parametrize("possession", [b"", bytes(64)])
    def test_own_phone_whose_key_did_not_sign_for_its_owner_is_told(
        self, evidence: Evidence, possession: bytes
    ) -> None:
        """No signature, or not by it; nor for another owner, whose the enrolment is then."""

        def change(call: Transaction) -> Transaction:
            return replace(call, args=call.args | {"possession": possession})

        results = [
            evidence.run(service.signatures, history)
            for history in (
                evidence.called("DeviceRegistry.enrolPhone", 0, change),
                evidence.altered(ENROLLED, 3, owner=member_id("barber")),
            )
        ]
        assert all(any("没有证明归本人" in one.what for one in result.findings) for result in results)

    def test_own_phone_that_was_another_s_is_told(self, evidence: Evidence) -> None:
        own = evidence.log(ENROLLED, 3)
        before = replace(own, values=own.values | {"owner": member_id("barber")})
        logs = [one for log in evidence.history.all_logs for one in ([before, log] if log is own else [log])]
        result = evidence.run(service.signatures, replace(evidence.history, all_logs=logs))
        assert any("登记过别人的手机" in finding.what for finding in result.findings)

    def test_device_of_the_office_that_counts_in_full_before_it_was_seen_is_told(
        self, evidence: Evidence
    ) -> None:
        """All of them were enrolled in the founding: here it had ended before (p51)."""
        assert "C23" in evidence.red(evidence.altered(ENROLLED, 0, settled_from=0))
        ended, first = evidence.log("Authority.FoundingEnded"), evidence.history.all_logs[0]
        early = replace(ended, block=first.block, tx_index=first.tx_index)
        logs = [early, *(log for log in evidence.history.all_logs if log is not ended)]
        result = evidence.run(service.signatures, replace(evidence.history, all_logs=logs))
        assert sum("没有公示" in finding.what for finding in result.findings) == 3

    def test_an_event_that_comes_twice_is_told(self, evidence: Evidence, tmp_path: Path) -> None:
        bundle = evidence.rewritten(tmp_path / "b", LEAVES, lambda lines: [*lines, lines[0]])
        assert evidence.red(bundle=bundle) == {"C24"}

    def test_events_in_another_order_are_told(self, evidence: Evidence, tmp_path: Path) -> None:
        bundle = evidence.rewritten(tmp_path / "b", LEAVES, lambda lines: [lines[1], lines[0], *lines[2:]])
        assert {"C25", "C27.1"} <= evidence.red(bundle=bundle)

    def test_a_last_event_left_out_is_told(self, evidence: Evidence, tmp_path: Path) -> None:
        assert "C25" in evidence.red(
            bundle=evidence.rewritten(tmp_path / "b", LEAVES, lambda lines: lines[:-1])
        )

    def test_another_root_is_told(self, evidence: Evidence) -> None:
        assert {"C25", "C26", "C27.1"} == evidence.red(evidence.altered(ANCHORED, 0, root=b"r" * 32))

    @pytest.mark.parametrize("path", [[], [b"x" * 32], None])
    def test_a_head_that_is_not_proven_to_go_on_is_told(
        self, evidence: Evidence, path: list[bytes] | None
    ) -> None:
        def change(call: Transaction) -> Transaction:
            altered = [*call.args["path"], b"x" * 32] if path is None else path
            return replace(call, args=call.args | {"path": altered})

        assert evidence.red(evidence.called("EventLog.anchor", -1, change)) == {"C26"}

    @pytest.mark.parametrize(("number", "reds"), [(-2, {"C27.1"}), (-1, {"C26"})])
    def test_heads_are_set_aside_down_to_one_that_held(
        self, evidence: Evidence, number: int, reds: set[str]
    ) -> None:
        """What was claimed under a false head is told; a size that is none before the latest, too."""
        last = evidence.log(ANCHORED, -1)
        resumed = replace(
            last,
            event="LogResumed",
            log_index=last.log_index + 1,
            values={"size": evidence.log(ANCHORED, number).values["size"]},
        )
        logs = list(evidence.history.all_logs)
        logs.insert(logs.index(last) + 1, resumed)
        history = replace(evidence.history, all_logs=logs)
        checks = {"C26": service.growth, "C27.1": service.evidence}
        failed = {name for name, one in checks.items() if evidence.run(one, history).state is State.FAILED}
        assert failed == reds

    def test_a_head_that_grew_too_far_is_told(self, evidence: Evidence) -> None:
        before = evidence.log(ANCHORED, -2).values["size"]
        for growth, is_told in ((2**20, False), (2**20 + 1, True)):
            grown = evidence.altered(ANCHORED, -1, size=before + growth)
            findings = evidence.run(service.growth, grown).findings
            assert any("at most" in finding.what for finding in findings) == is_told

    def test_a_key_that_counts_from_long_before_its_enrolment_is_told(self, evidence: Evidence) -> None:
        enrolled = evidence.log(ENROLLED)
        day_before = enrolled.block.time - DAY
        for seconds, red in ((day_before, set()), (day_before - 1, {"C23"})):
            moved = evidence.altered(ENROLLED, 0, valid_from=seconds, settled_from=seconds)
            assert evidence.red(moved) == red

    def test_a_head_that_did_not_grow_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.doubled(ANCHORED, 0)) == {"C26"}

    @pytest.mark.parametrize("check", [service.signatures, service.once, service.log_roots, service.minutes])
    def test_without_events_nothing_is_decided(self, evidence: Evidence, tmp_path: Path, check: Any) -> None:
        assert evidence.run(check, bundle=evidence.lacking(tmp_path / "b", LEAVES)).state is State.UNDECIDED


class TestClaims:
    def test_a_leaf_used_for_two_claims_is_told(self, evidence: Evidence) -> None:
        first = next(evidence.history.transactions("TimeBank.admitClaim")).args["claim"]
        used = {"check_in": first["check_in"], "check_out": first["check_out"]}

        def change(call: Transaction) -> Transaction:
            return replace(call, args={"claim": call.args["claim"] | used | {"log_size": first["log_size"]}})

        assert "C27.1" in evidence.red(evidence.called("TimeBank.admitClaim", CLEANING, change))

    def test_a_claim_under_a_head_never_anchored_is_told(self, evidence: Evidence) -> None:
        assert "C27.1" in evidence.red(evidence.without(ANCHORED, -1))

    @pytest.mark.parametrize("path", [[], [b"x" * 32] * 3])
    def test_a_false_inclusion_path_is_told(self, evidence: Evidence, path: list[bytes]) -> None:
        def change(call: Transaction) -> Transaction:
            claim = call.args["claim"]
            return replace(call, args={"claim": claim | {"check_in": claim["check_in"] | {"path": path}}})

        assert evidence.red(evidence.called("TimeBank.admitClaim", 0, change)) == {"C27.1"}

    def test_one_minute_too_many_is_told(self, evidence: Evidence) -> None:
        minutes = evidence.log(ADMITTED, READING).values["served_minutes"] + 1
        evidence = evidence.then(claimed(evidence, READING, served_minutes=minutes))
        assert evidence.red(evidence.altered(ADMITTED, READING, credit_minutes=minutes)) == {"C27.2"}

    @pytest.mark.parametrize("level", [2, 4])
    def test_another_level_than_the_events_give_is_told(self, evidence: Evidence, level: int) -> None:
        assert evidence.red(claimed(evidence, CLEANING, level=level)) == {"C27.2"}

    def test_a_visit_of_a_suspended_device_is_told(self, evidence: Evidence) -> None:
        enrolled = evidence.log(ENROLLED, 1)
        suspended = replace(
            enrolled, event="DeviceSuspended", values={"device": enrolled.values["device"], "suspended": True}
        )
        logs = list(evidence.history.all_logs)
        logs.insert(logs.index(enrolled) + 1, suspended)
        assert evidence.red(replace(evidence.history, all_logs=logs)) == {"C27.2"}

    def test_a_visit_of_a_volunteer_who_had_not_taken_the_task_is_told(self, evidence: Evidence) -> None:
        assert {"C27.2", "C27.3"} <= evidence.red(
            evidence.altered("TimeBank.TaskAccepted", 0, volunteer=b"somebody else 16")
        )

    @pytest.mark.parametrize(("seconds", "is_told"), [(0, False), (1_800, False), (7_200, True)])
    def test_a_visit_before_its_task_was_opened_is_told(
        self, evidence: Evidence, seconds: int, *, is_told: bool
    ) -> None:
        """Row "7 visits dated before their tasks were opened"."""
        task = evidence.log("TimeBank.ClaimAdmitted").values["task"]
        tasks = [log.values["task"] for log in evidence.history.logs("TimeBank.TaskOpened")]
        history = evidence.moved("TimeBank.TaskOpened", tasks.index(task), seconds)
        told = [f for f in evidence.run(service.minutes, history).findings if "服务早于任务发布" in f.what]
        assert bool(told) == is_told

    def test_rules_that_the_bundle_does_not_have_decide_nothing(self, evidence: Evidence) -> None:
        history = claimed(evidence, READING, ruleset=b"r" * 32)
        assert evidence.run(service.minutes, history).state is State.UNDECIDED

    @pytest.mark.parametrize(
        ("field", "value"),
        [("gps_radius_m", "150"), ("max_visit_minutes", True), ("confirm_channels", 4), ("confirm_channels", ["1"]), ("version", None)],
    )  # fmt: skip
    def test_rules_with_a_field_of_another_type_are_a_finding(
        self, evidence: Evidence, tmp_path: Path, field: str, value: object
    ) -> None:
        """Row "crash instead of a finding": typed fields of a ruleset."""
        folder = Path(shutil.copytree(evidence.folder, tmp_path / "b"))
        line = encode(DEFAULT_RULESET | {"max_visit_minutes": 60, field: value})
        (folder / RULESETS).write_bytes(line + b"\n")
        [found] = evidence.run(service.minutes, bundle=Bundle(resealed(folder))).findings
        assert "expected" in found.what
        assert BREAKDOWN not in found.what

    def test_a_level_that_rests_on_a_missing_binding_is_undecided(
        self, evidence: Evidence, tmp_path: Path
    ) -> None:
        """Row "devices, rulesets": bindings of places may be left out."""
        bundle = evidence.lacking(tmp_path / "b", "exhibits/bindings.jsonl")
        assert evidence.run(service.minutes, bundle=bundle).state is State.UNDECIDED

    def test_a_binding_that_its_salt_does_not_open_is_told(self, evidence: Evidence, tmp_path: Path) -> None:
        def change(lines: list[Any]) -> None:
            lines[0]["place"] = "0x" + b"somewhere else 1".hex()

        bundle = evidence.rewritten(tmp_path / "b", "exhibits/bindings.jsonl", change)
        assert evidence.red(bundle=bundle) == {"C27.2"}

    def test_two_visits_at_once_are_told(self, evidence: Evidence) -> None:
        """(p36)"""
        last = evidence.log(ADMITTED, CLEANING).values["check_out"]
        assert "C28" in evidence.red(evidence.altered(ADMITTED, 0, check_out=last))


class TestCredits:
    @pytest.mark.parametrize(
        ("name", "number", "seconds", "reason"),
        [
            ("TimeBank.TaskOpened", 0, -300 * DAY, "is not within a year"),
            ("TimeBank.TaskAccepted", 0, 101 * DAY, "taken after its date"),
            ("TimeBank.ClaimAdmitted", 0, 108 * DAY, "claimed more than a week after its date"),
            ("TimeBank.ClaimAcknowledged", 0, 20 * DAY, "acknowledged after the date to decide"),
            ("TimeBank.ClaimRejected", 0, 15 * DAY, "rejected after the date to decide"),
            ("TimeBank.CreditReversed", 0, 366 * DAY, "reversed after a year"),
            ("TimeBank.TaskExpired", 0, -30 * DAY, "expired before its date"),
            ("TimeBank.ClaimLapsed", 0, -DAY, "lapsed before the date to decide"),
        ],
    )
    def test_an_act_out_of_its_time_is_told(
        self, evidence: Evidence, name: str, number: int, seconds: int, reason: str
    ) -> None:
        assert not any(reason in finding.what for finding in evidence.run(service.credits_).findings)
        found = evidence.run(service.credits_, evidence.moved(name, number, seconds)).findings
        assert any(reason in finding.what for finding in found)

    @pytest.mark.parametrize(
        ("name", "values", "reason"),
        [
            ("TimeBank.TaskOpened", {"coordinator": VOLUNTEER}, "taken by who opened it"),
            ("TimeBank.CreditReversed", {"coordinator": COORDINATOR}, "reversed by who opened or judged it"),
            ("TimeBank.ClaimDisputed", {"decide_by": 2**40}, "date to decide the dispute"),
            ("TimeBank.ClaimDisputed", {"coordinator": COORDINATOR}, "decided by who disputed it"),
            ("TimeBank.ClaimRejected", {"coordinator": SECOND_COORDINATOR}, "decided by who disputed it"),
            ("TimeBank.ClaimAdmitted", {"level": 3}, "a claim that stands lapsed"),
        ],
    )
    def test_an_act_of_the_wrong_person_or_on_the_wrong_claim_is_told(
        self, evidence: Evidence, name: str, values: dict[str, Any], reason: str
    ) -> None:
        number = -1 if name == "TimeBank.ClaimAdmitted" else 0
        assert not any(reason in finding.what for finding in evidence.run(service.credits_).findings)
        found = evidence.run(service.credits_, evidence.altered(name, number, **values)).findings
        assert any(reason in finding.what for finding in found)

    def test_more_tasks_at_once_than_anybody_may_hold_are_told(
        self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(claims, "MOST_ACCEPTED_TASKS", 2)
        found = evidence.run(service.credits_).findings
        assert any("more than 2 tasks at once" in finding.what for finding in found)

    @pytest.mark.parametrize("seconds", [0, DAY - 1, 30 * DAY + 1])
    def test_a_challenge_window_out_of_bounds_is_told(self, evidence: Evidence, seconds: int) -> None:
        result = evidence.run(
            service.credits_, evidence.altered("TimeBank.ChallengeSet", 0, challenge_seconds=seconds)
        )
        assert any("is not 1 to 30 days" in finding.what for finding in result.findings)

    def test_a_credit_within_the_challenge_window_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.moved("TimeBank.ClaimCredited", 0, -3 * DAY)) == {"C27.3"}

    def test_a_credit_below_a2_without_acknowledgement_is_told(self, evidence: Evidence) -> None:
        acknowledged = list(evidence.history.logs("TimeBank.ClaimAcknowledged"))
        walking = evidence.log(ADMITTED, 1).values["task"]
        number = next(i for i, log in enumerate(acknowledged) if log.values["task"] == walking)
        assert evidence.red(evidence.without("TimeBank.ClaimAcknowledged", number)) == {"C15.1", "C27.3"}

    def test_more_minutes_than_claimed_are_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.altered("TimeBank.ClaimCredited", 0, credited_minutes=62)) == {
            "C27.3",
            "C18",
        }

    def test_a_credit_without_a_claim_is_told(self, evidence: Evidence) -> None:
        assert "C27.3" in evidence.red(evidence.without(ADMITTED, 0))

    def test_a_claim_credited_twice_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.doubled("TimeBank.ClaimCredited", 0)) == {"C27.3", "C18"}

    def test_a_tariff_that_was_not_applied_is_told(self, evidence: Evidence) -> None:
        assert evidence.red(evidence.altered("TimeBank.ServiceSet", 0, tariff_minutes=50)) == {"C27.3"}

    def test_a_credit_of_a_rejected_claim_is_told(self, evidence: Evidence) -> None:
        rejected = evidence.log("TimeBank.ClaimRejected", 0).values["task"]
        assert "C27.3" in evidence.red(evidence.altered("TimeBank.ClaimCredited", 0, task=rejected))

    def test_a_coordinator_who_settled_the_own_dispute_is_told(self, evidence: Evidence) -> None:
        """(p58)"""
        disputed = {log.values["task"] for log in evidence.history.logs("TimeBank.ClaimDisputed")}
        acknowledged = list(evidence.history.logs("TimeBank.ClaimAcknowledged"))
        number = next(i for i, log in enumerate(acknowledged) if log.values["task"] in disputed)
        history = evidence.altered("TimeBank.ClaimAcknowledged", number, coordinator=SECOND_COORDINATOR)
        found = evidence.run(service.credits_, history).findings
        assert any("decided by who disputed it" in finding.what for finding in found)

    def test_a_volunteer_who_judged_the_own_claim_is_told(self, evidence: Evidence) -> None:
        volunteer = evidence.log(ADMITTED, 0).values["volunteer"]
        assert "C27.3" in evidence.red(
            evidence.altered("TimeBank.ClaimAcknowledged", 0, coordinator=volunteer)
        )

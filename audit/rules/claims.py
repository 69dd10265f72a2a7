"""The life of every task, from its opening to its credit, replayed by the rules of `ITimeBank`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from audit.rules.visit_evidence import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History, Log
    from audit.report.findings import Tally

A2 = 2
LEAST_CHALLENGE_SECONDS, MOST_CHALLENGE_SECONDS = 86_400, 30 * 86_400

Values = dict[str, Any]


class State(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CLAIMED = "claimed"
    DISPUTED = "disputed"
    CREDITED = "credited"
    REJECTED = "rejected"
    REVERSED = "reversed"


@dataclass(kw_only=True, slots=True)
class Progress:
    """A task as far as it has come.

    Attributes:
        opened: Values of `TaskOpened`.
        state: Where it stands.
        volunteer: Member who took it, or None.
        claim: Values of `ClaimAdmitted`, once there are.
        acknowledged: Whether a coordinator acknowledged the claim.
    """

    opened: Values
    state: State = State.OPEN
    volunteer: bytes | None = None
    claim: Values | None = None
    acknowledged: bool = False


class Claims:
    """Replays the tasks; breaches of the rules go to the tally."""

    def __init__(self, history: History, tally: Tally) -> None:
        self._history, self._tally = history, tally
        self._services: dict[int, Values] = {}
        self._challenge_seconds = LEAST_CHALLENGE_SECONDS
        self.tasks: dict[bytes, Progress] = {}

    def replay(self) -> Iterator[tuple[Log, Task, bytes]]:
        """Each admitted claim in order, with its task as it was then and the commitment to who was served."""
        for log in self._history.logs(*self._RULES, *_STEPS, "TimeBank.TaskOpened"):
            if log.name in self._RULES:
                self._RULES[log.name](self, log)
            elif log.event == "TaskOpened":
                new = log.values["task"] not in self.tasks
                self._tally.expect(new, log.where, "应为新任务 expected a new task")
                self.tasks.setdefault(log.values["task"], Progress(opened=log.values))
            elif self._tally.expect(
                log.values["task"] in self.tasks,
                log.where,
                "应为已发布的任务 expected a task that was opened",
            ):
                yield from self._step(log, self.tasks[log.values["task"]])

    def _step(self, log: Log, task: Progress) -> Iterator[tuple[Log, Task, bytes]]:
        needed, becomes = _STEPS[log.name]
        states = ", ".join(sorted(needed))
        self._tally.expect(
            task.state in needed, log.where, f"任务状态不符 expected a task {states}, got one {task.state}"
        )
        if log.event in ("TaskAccepted", "TaskReleased"):
            task.volunteer = log.values["volunteer"] if log.event == "TaskAccepted" else None
        elif log.event == "ClaimAdmitted":
            yield log, self._task(task), task.opened["beneficiary"]
            self._admitted(log, task)
        elif log.event == "ClaimCredited":
            self._credited(log, task)
        elif log.event == "ClaimDisputed" and task.claim:
            in_time = log.block.time < task.claim["creditable_at"]
            self._tally.expect(in_time, log.where, "异议期过后才提出争议 disputed after the challenge window")
        if log.event in _JUDGED:
            own = log.values["coordinator"] == task.volunteer
            self._tally.expect(
                not own, log.where, "志愿者判定了自己的申报 the volunteer judged their own claim"
            )
        task.acknowledged |= log.event == "ClaimAcknowledged"
        task.state = becomes

    def _task(self, task: Progress) -> Task:
        rule = self._services.get(task.opened["service"], {"min_minutes": 0})
        return Task(
            id=task.opened["task"], volunteer=task.volunteer or bytes(16), min_minutes=rule["min_minutes"],
            authorised_minutes=task.opened["authorised_minutes"], place=None,
        )  # fmt: skip

    def _admitted(self, log: Log, task: Progress) -> None:
        v, equal = log.values, self._tally.expect_equal
        task.claim = v
        rule = self._services.get(task.opened["service"], {"min_minutes": 0, "tariff_minutes": 0})
        authorised = task.opened["authorised_minutes"]
        within = v["served_minutes"] > 0 and rule["min_minutes"] <= v["served_minutes"] <= authorised
        self._tally.expect(
            within,
            log.where,
            f"服务时长超过批准 served {v['served_minutes']} minutes of {authorised} authorised",
        )
        credit = min(rule["tariff_minutes"] or v["served_minutes"], authorised)
        equal(log.where, "minutes to be credited", expected=credit, got=v["credit_minutes"])
        equal(log.where, "volunteer", expected=task.volunteer, got=v["volunteer"])
        ends = log.block.time + self._challenge_seconds
        equal(log.where, "end of the challenge window", expected=ends, got=v["creditable_at"])

    def _credited(self, log: Log, task: Progress) -> None:
        claim = task.claim
        if (
            not self._tally.expect(
                claim is not None, log.where, "没有申报却记入时长 credited without a claim"
            )
            or claim is None
        ):
            return
        v, equal = log.values, self._tally.expect_equal
        equal(
            log.where,
            "记入时长 minutes credited",
            expected=claim["credit_minutes"],
            got=v["credited_minutes"],
        )
        equal(log.where, "volunteer", expected=claim["volunteer"], got=v["volunteer"])
        over = log.block.time >= claim["creditable_at"]
        self._tally.expect(
            over, log.where, f"异议期未满 the challenge window runs until {claim['creditable_at']}"
        )
        sure = claim["level"] >= A2 or task.acknowledged
        self._tally.expect(
            sure, log.where, f"没有协调员认可 level A{claim['level']} was not acknowledged by a coordinator"
        )

    def _set_service(self, log: Log) -> None:
        self._services[log.values["service"]] = log.values

    def _set_challenge(self, log: Log) -> None:
        seconds = self._challenge_seconds = log.values["challenge_seconds"]
        within = LEAST_CHALLENGE_SECONDS <= seconds <= MOST_CHALLENGE_SECONDS
        self._tally.expect(
            within,
            log.where,
            f"异议期应为 1 到 30 天 a challenge window of {seconds} seconds is not 1 to 30 days",
        )

    _RULES: ClassVar[dict[str, Any]] = {
        "TimeBank.ServiceSet": _set_service,
        "TimeBank.ChallengeSet": _set_challenge,
    }


_JUDGED = {"ClaimAcknowledged", "ClaimDisputed", "ClaimRejected", "CreditReversed"}
_STEPS = {
    "TimeBank.TaskAccepted": ({State.OPEN}, State.ACCEPTED),
    "TimeBank.TaskReleased": ({State.ACCEPTED}, State.OPEN),
    "TimeBank.ClaimAdmitted": ({State.ACCEPTED}, State.CLAIMED),
    "TimeBank.ClaimAcknowledged": ({State.CLAIMED, State.DISPUTED}, State.CLAIMED),
    "TimeBank.ClaimDisputed": ({State.CLAIMED}, State.DISPUTED),
    "TimeBank.ClaimRejected": ({State.DISPUTED}, State.REJECTED),
    "TimeBank.ClaimCredited": ({State.CLAIMED}, State.CREDITED),
    "TimeBank.CreditReversed": ({State.CREDITED}, State.REVERSED),
}
"""By event: the states in which it may come, and the state after it."""

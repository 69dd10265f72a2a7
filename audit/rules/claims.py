"""The life of every task, from its opening to its credit, replayed by the rules of `ITimeBank`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from audit.rules.visit_evidence import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History, Log
    from audit.report.findings import Tally

A2 = 2
DAY_SECONDS = 86_400
LEAST_CHALLENGE_SECONDS, MOST_CHALLENGE_SECONDS = DAY_SECONDS, 30 * DAY_SECONDS
CLAIM_SECONDS, DECISION_SECONDS = 7 * DAY_SECONDS, 14 * DAY_SECONDS
REVERSAL_SECONDS = MOST_TASK_SECONDS = 365 * DAY_SECONDS
MOST_ACCEPTED_TASKS = 20

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
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(kw_only=True, slots=True)
class Progress:
    """A task as far as it has come.

    Attributes:
        opened: Values of `TaskOpened`.
        state: Where it stands.
        volunteer: Member who took it, or None.
        claim: Values of `ClaimAdmitted`, once there are.
        acknowledged: Whether a coordinator acknowledged the claim.
        judge: Coordinator who last acknowledged or disputed the claim, or None.
        until: When the present state ends, seconds since 1970.
    """

    opened: Values
    state: State = State.OPEN
    volunteer: bytes | None = None
    claim: Values | None = None
    acknowledged: bool = False
    judge: bytes | None = None
    until: int

    @property
    def is_sure(self) -> bool:
        """Whether the claim stands by its evidence, or by a coordinator's word."""
        return self.acknowledged or (self.claim is not None and self.claim["level"] >= A2)

    @property
    def decide_by(self) -> int:
        """When no coordinator may decide on the claim any more, seconds since 1970."""
        return self.until + (0 if self.state is State.DISPUTED else DECISION_SECONDS)


class Claims:
    """Replays the tasks; breaches of the rules go to the tally."""

    def __init__(self, history: History, tally: Tally) -> None:
        self._history, self._tally = history, tally
        self._services: dict[int, Values] = {}
        self._challenge_seconds = LEAST_CHALLENGE_SECONDS
        self._held: Counter[bytes] = Counter()
        self.tasks: dict[bytes, Progress] = {}

    def replay(self) -> Iterator[tuple[Log, Task, bytes]]:
        """Each admitted claim in order, with its task as it was then and the commitment to who was served."""
        for log in self._history.logs(*self._RULES, *_STEPS, "TimeBank.TaskOpened"):
            if log.name in self._RULES:
                self._RULES[log.name](self, log)
            elif log.event == "TaskOpened":
                new = log.values["task"] not in self.tasks
                self._tally.expect(new, log.where, "应为新任务 expected a new task")
                self._opened(log)
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
        if log.event == "ClaimAdmitted":
            yield log, self._task(task), task.opened["beneficiary"]
        if rule := self._OF_EVENT.get(log.event):
            rule(self, log, task)
        if task.state is State.ACCEPTED and becomes is not State.ACCEPTED:
            self._held[task.volunteer or b""] -= 1
        if log.event in _JUDGED:
            own = log.values["coordinator"] == task.volunteer
            self._tally.expect(
                not own, log.where, "志愿者判定了自己的申报 the volunteer judged their own claim"
            )
        if log.event in ("ClaimAcknowledged", "ClaimDisputed"):
            task.judge = log.values["coordinator"]
        task.acknowledged |= log.event == "ClaimAcknowledged"
        task.state = becomes

    def _opened(self, log: Log) -> None:
        ahead = log.values["expires_at"] - log.block.time
        within = 0 < ahead <= MOST_TASK_SECONDS
        self._tally.expect(
            within, log.where, f"任务日期超出一年 a date {ahead} seconds ahead is not within a year"
        )
        new = Progress(opened=log.values, until=log.values["expires_at"])
        self.tasks.setdefault(log.values["task"], new)

    def _accepted(self, log: Log, task: Progress) -> None:
        self._before(log, task.until, "任务已过期 taken after its date")
        task.volunteer = log.values["volunteer"]
        own = task.volunteer == task.opened["coordinator"]
        self._tally.expect(not own, log.where, "发布的人自己接了任务 taken by who opened it")
        self._held[task.volunteer] += 1
        few = self._held[task.volunteer] <= MOST_ACCEPTED_TASKS
        self._tally.expect(few, log.where, f"接的任务太多 more than {MOST_ACCEPTED_TASKS} tasks at once")

    def _expired(self, log: Log, task: Progress) -> None:
        ends = task.until + (CLAIM_SECONDS if task.state is State.ACCEPTED else 0)
        self._from(log, ends, "任务还没有过期 expired before its date")

    def _acknowledged(self, log: Log, task: Progress) -> None:
        self._before(log, task.decide_by, "过了期限才认可 acknowledged after the date to decide")
        if task.state is State.DISPUTED:
            self._second(log, task)
            task.until = log.block.time

    def _disputed(self, log: Log, task: Progress) -> None:
        self._before(log, task.until, "异议期过后才提出争议 disputed after the challenge window")
        task.until = log.block.time + DECISION_SECONDS
        self._tally.expect_equal(
            log.where,
            "争议最晚何时决定 date to decide the dispute",
            expected=task.until,
            got=log.values["decide_by"],
        )

    def _rejected(self, log: Log, task: Progress) -> None:
        self._before(log, task.decide_by, "过了期限才驳回 rejected after the date to decide")
        self._second(log, task)

    def _lapsed(self, log: Log, task: Progress) -> None:
        self._from(log, task.decide_by, "期限未到就作废 lapsed before the date to decide")
        self._tally.expect(not task.is_sure, log.where, "有依据的时长作废了 a claim that stands lapsed")

    def _reversed(self, log: Log, task: Progress) -> None:
        self._before(log, task.until, "一年后才撤销 reversed after a year")
        alone = log.values["coordinator"] in (task.opened["coordinator"], task.judge)
        self._tally.expect(not alone, log.where, "没有第二个人 reversed by who opened or judged it")

    def _second(self, log: Log, task: Progress) -> None:
        """Alone a coordinator would end the challenge window, or take hours, by a dispute of the own."""
        alone = log.values["coordinator"] == task.judge
        self._tally.expect(not alone, log.where, "提出争议的人自己作了决定 decided by who disputed it")

    def _before(self, log: Log, until: int, what: str) -> None:
        self._tally.expect(log.block.time < until, log.where, f"{what}: {until}")

    def _from(self, log: Log, since: int, what: str) -> None:
        self._tally.expect(log.block.time >= since, log.where, f"{what}: {since}")

    def _task(self, task: Progress) -> Task:
        rule = self._services.get(task.opened["service"], {"min_minutes": 0})
        return Task(
            id=task.opened["task"], volunteer=task.volunteer or bytes(16), min_minutes=rule["min_minutes"],
            authorised_minutes=task.opened["authorised_minutes"], place=None,
        )  # fmt: skip

    def _admitted(self, log: Log, task: Progress) -> None:
        v, equal = log.values, self._tally.expect_equal
        self._before(log, task.until + CLAIM_SECONDS, "任务已过期 claimed more than a week after its date")
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
        task.until = ends

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
        self._from(
            log, task.until, "异议期或争议期未满 credited before the end of the challenge window or dispute"
        )
        task.until = log.block.time + REVERSAL_SECONDS
        self._tally.expect(
            task.is_sure,
            log.where,
            f"没有协调员认可 level A{claim['level']} was not acknowledged by a coordinator",
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

    _OF_EVENT: ClassVar[dict[str, Any]] = {
        "TaskAccepted": _accepted,
        "TaskExpired": _expired,
        "ClaimAdmitted": _admitted,
        "ClaimAcknowledged": _acknowledged,
        "ClaimDisputed": _disputed,
        "ClaimRejected": _rejected,
        "ClaimLapsed": _lapsed,
        "ClaimCredited": _credited,
        "CreditReversed": _reversed,
    }
    _RULES: ClassVar[dict[str, Any]] = {
        "TimeBank.ServiceSet": _set_service,
        "TimeBank.ChallengeSet": _set_challenge,
    }


_UNSERVED, _UNDECIDED = {State.OPEN, State.ACCEPTED}, {State.CLAIMED, State.DISPUTED}
_JUDGED = {"TaskCancelled", "ClaimAcknowledged", "ClaimDisputed", "ClaimRejected", "CreditReversed"}
_STEPS = {
    "TimeBank.TaskAccepted": ({State.OPEN}, State.ACCEPTED),
    "TimeBank.TaskReleased": ({State.ACCEPTED}, State.OPEN),
    "TimeBank.TaskCancelled": (_UNSERVED, State.CANCELLED),
    "TimeBank.TaskExpired": (_UNSERVED, State.EXPIRED),
    "TimeBank.ClaimAdmitted": ({State.ACCEPTED}, State.CLAIMED),
    "TimeBank.ClaimAcknowledged": (_UNDECIDED, State.CLAIMED),
    "TimeBank.ClaimLapsed": (_UNDECIDED, State.REJECTED),
    "TimeBank.ClaimDisputed": ({State.CLAIMED}, State.DISPUTED),
    "TimeBank.ClaimRejected": ({State.DISPUTED}, State.REJECTED),
    "TimeBank.ClaimCredited": (_UNDECIDED, State.CREDITED),
    "TimeBank.CreditReversed": ({State.CREDITED}, State.REVERSED),
}
"""By event: the states in which it may come, and the state after it."""

"""The life of every redemption, from its opening to its end, replayed by the rules of `IRedemptions`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.report.findings import Tally

DAY_SECONDS = 86_400
HELD_SECONDS, CONFIRMATION_SECONDS, DECISION_SECONDS = 60 * DAY_SECONDS, 7 * DAY_SECONDS, 14 * DAY_SECONDS
REVERSAL_SECONDS = 365 * DAY_SECONDS
PERSON = 1
NO_RULE = {"min_minutes": 0, "max_minutes": 0, "tariff_minutes": 0}

Values = dict[str, Any]


class State(StrEnum):
    """Where a redemption stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    SERVED = "served"
    DISPUTED = "disputed"
    DONE = "done"
    OVER = "over"


@dataclass(kw_only=True, slots=True)
class Progress:
    """A redemption as far as it has come.

    Attributes:
        opened: Values of `RedemptionOpened`.
        state: Where it stands.
        until: When that state ends by itself, or may not be reversed any more, seconds since 1970.
        judge: Coordinator who decided that the service was given, 16 bytes; empty without one.
    """

    opened: Values
    state: State = State.OPEN
    until: int
    judge: bytes = b""


class Redemptions:
    """Replays the redemptions; breaches of the rules go to the tally.

    Attributes:
        known: Those that were opened, by their ids.
    """

    def __init__(self, history: History, tally: Tally) -> None:
        self._history, self._tally = history, tally
        self._services: dict[int, Values] = {}
        self._funds: set[int] = set()
        self._kinds: dict[bytes, int] = {}
        self.known: dict[bytes, Progress] = {}

    def replay(self) -> None:
        """Judges every event of a redemption by what came before it."""
        for log in self._history.logs(*self._RULES, *_STEPS):
            if log.name in self._RULES:
                self._RULES[log.name](self, log)
            elif self._expect(log.values["redemption"] in self.known, log, "没有这次兑换 was never opened"):
                self._step(log, self.known[log.values["redemption"]])

    def _step(self, log: Log, redemption: Progress) -> None:
        step, v = _STEPS[log.name], log.values
        states = ", ".join(sorted(step.needed))
        self._expect(
            redemption.state in step.needed,
            log,
            f"兑换状态不符 expected one {states}, got one {redemption.state}",
        )
        if step.before_its_date:
            self._expect(log.block.time < redemption.until, log, f"过了日期 done from {redemption.until} on")
        if step.from_its_date:
            self._expect(log.block.time >= redemption.until, log, f"日期未到 done before {redemption.until}")
        if "coordinator" in v:
            self._by_coordinator(log, redemption)
        if "earned_minutes" in v:
            self._earned(log, redemption)
        if step.lasts_seconds:
            redemption.until = log.block.time + step.lasts_seconds
        if "until" in v:
            self._equal(log, "最晚何时 date on which it ends", redemption.until, v["until"])
        redemption.state = step.becomes

    def _by_coordinator(self, log: Log, redemption: Progress) -> None:
        """Neither side decides, and who decided does not take it back."""
        coordinator = log.values["coordinator"]
        sides = (redemption.opened["member"], redemption.opened["provider"])
        self._expect(coordinator not in sides, log, "当事人自己判定 decided by one of its two sides")
        is_second = coordinator != redemption.judge
        self._expect(is_second, log, "同一个人判定又撤销 decided and reversed by the same coordinator")
        redemption.judge = coordinator

    def _earned(self, log: Log, redemption: Progress) -> None:
        """A person who served earns what was held; an organisation nothing."""
        is_person = self._kinds.get(redemption.opened["provider"]) == PERSON
        earned = redemption.opened["held_minutes"] if is_person else 0
        self._equal(log, "服务的人所得 minutes of who served", earned, log.values["earned_minutes"])

    def _opened(self, log: Log) -> None:
        v = log.values
        self._expect(v["redemption"] not in self.known, log, "应为新的兑换 expected a new redemption")
        stranger = v["provider"] not in self._kinds or v["provider"] == v["member"]
        self._expect(not stranger, log, "服务的人不对 the provider is no other member")
        self._expect(v["fund"] in self._funds, log, f"没有这个基金 there is no fund {v['fund']}")
        rule, minutes = self._services.get(v["service"], NO_RULE), v["held_minutes"]
        within = minutes > 0 and rule["min_minutes"] <= minutes <= rule["max_minutes"]
        fits = minutes == rule["tariff_minutes"] if rule["tariff_minutes"] else within
        self._expect(fits, log, f"时长不合服务的规则 {minutes} minutes are not what the service is worth")
        until = log.block.time + HELD_SECONDS
        self._equal(log, "最晚何时 date on which it ends", until, v["until"])
        self.known.setdefault(v["redemption"], Progress(opened=v, until=until))

    def _set_service(self, log: Log) -> None:
        self._services[log.values["service"]] = log.values

    def _registered(self, log: Log) -> None:
        self._kinds.setdefault(log.values["member"], log.values["kind"])

    def _fund_opened(self, log: Log) -> None:
        self._funds.add(log.values["fund"])

    def _expect(self, condition: bool, log: Log, what: str) -> bool:
        return self._tally.expect(condition, log.where, what)

    def _equal(self, log: Log, what: str, expected: int, got: int) -> None:
        self._tally.expect_equal(log.where, what, expected=expected, got=got)

    _RULES: ClassVar[dict[str, Any]] = {
        "Members.MemberRegistered": _registered,
        "Funds.FundOpened": _fund_opened,
        "TimeBank.ServiceSet": _set_service,
        "Redemptions.RedemptionOpened": _opened,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """What an event does to a redemption.

    Attributes:
        needed: States in which it may come.
        becomes: The state after it.
        before_its_date: Whether it comes before the date on which the state ends.
        from_its_date: Whether it comes from that date on.
        lasts_seconds: How long the state after it lasts; 0 if its date stays.
    """

    needed: set[State]
    becomes: State = State.OVER
    before_its_date: bool = False
    from_its_date: bool = False
    lasts_seconds: int = 0


_UNSERVED = {State.OPEN, State.ACCEPTED}
_DONE: dict[str, Any] = {"becomes": State.DONE, "lasts_seconds": REVERSAL_SECONDS}
_STEPS = {
    "Redemptions.RedemptionAccepted": _Step(
        needed={State.OPEN}, becomes=State.ACCEPTED, before_its_date=True
    ),
    "Redemptions.RedemptionServed": _Step(
        needed={State.ACCEPTED},
        becomes=State.SERVED,
        before_its_date=True,
        lasts_seconds=CONFIRMATION_SECONDS,
    ),
    "Redemptions.RedemptionDisputed": _Step(
        needed={State.SERVED}, becomes=State.DISPUTED, before_its_date=True, lasts_seconds=DECISION_SECONDS
    ),
    "Redemptions.RedemptionConfirmed": _Step(needed={State.ACCEPTED, State.SERVED, State.DISPUTED}, **_DONE),
    "Redemptions.RedemptionSettled": _Step(needed={State.SERVED}, from_its_date=True, **_DONE),
    "Redemptions.DecidedForProvider": _Step(needed={State.DISPUTED}, before_its_date=True, **_DONE),
    "Redemptions.RedemptionReversed": _Step(needed={State.DONE}, before_its_date=True),
    "Redemptions.DecidedForMember": _Step(needed={State.DISPUTED}, before_its_date=True),
    "Redemptions.RedemptionCancelled": _Step(needed={State.OPEN}),
    "Redemptions.RedemptionDeclined": _Step(needed=_UNSERVED),
    "Redemptions.RedemptionVoided": _Step(needed=_UNSERVED),
    "Redemptions.RedemptionLapsed": _Step(needed=_UNSERVED | {State.DISPUTED}, from_its_date=True),
}

"""Visits assembled again from the signed events, to compare with what was claimed for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audit.decode.cose import Message
from audit.decode.merkle_log import leaf_hash
from audit.evidence.signed_events import read_bindings, read_leaves, read_messages, read_rulesets
from audit.rules.claims import Claims
from audit.rules.devices import Devices
from audit.rules.event_log import EventLog, heads
from audit.rules.membership import place_of
from audit.rules.visits import Assembler

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.signed_events import Unreadable
    from audit.report.findings import Tally
    from audit.rules.visit_evidence import Task, Visit


# By which the clock of a device may be behind that of the chain, beside what it says of itself.
CLOCK_SECONDS = 3600


class Recomputed:
    """Every claim again, from the events.

    Attributes:
        missing: What would be needed to judge some of them, and is not in the bundle.
    """

    def __init__(self, history: History, bundle: Bundle, tally: Tally) -> None:
        """Reads the events.

        Args:
            history: The verified history.
            bundle: The bundle with the signed events.
            tally: Gets what is found.
        """
        self._history, self._tally = history, tally
        self._leaves = read_leaves(bundle)
        messages: list[Message | Unreadable] = read_messages(self._leaves)
        events = [m.event for m in messages if isinstance(m, Message)]
        self._log = EventLog(events, heads(history))
        self._devices, self._bindings = Devices(history), read_bindings(bundle)
        self._rulesets = read_rulesets(bundle)
        self._opened_at = {log.values["task"]: log.block.time for log in history.logs("TimeBank.TaskOpened")}
        self.missing: set[str] = set()

    def judge_all(self) -> None:
        """Compares minutes, events and level of each claim with those of its visit."""
        from audit.report.findings import Tally as Scratch

        for log, task, beneficiary in Claims(self._history, Scratch("", "", "")).replay():
            ruleset = self._rulesets.get(log.values["ruleset"])
            claim = self._history.transaction_of(log).args.get("claim")
            if ruleset is None:
                self.missing.add(
                    f"没有这个哈希的规则 no ruleset with the hash 0x{log.values['ruleset'].hex()}"
                )
            elif (
                self._tally.expect(
                    claim is not None, log.where, "应为受理时长的调用 expected a call of admitClaim"
                )
                and claim
            ):
                self._judge(
                    log, replace(task, place=self._bindings.get(beneficiary)), claim["log_size"], ruleset
                )

    def _judge(self, log: Log, task: Task, size: int, ruleset: dict[str, Any]) -> None:
        devices = self._devices.until(place_of(log))
        visit = Assembler(self._log, size, devices, self._bindings, ruleset).assemble(task)
        if not self._tally.expect(
            not visit.holds, log.where, f"该次服务被搁置 the visit is held: {sorted(visit.holds)}"
        ):
            return
        self._judge_beginning(log, visit)
        v, equal = log.values, self._tally.expect_equal
        equal(log.where, "服务时长 minutes served", expected=visit.minutes, got=v["served_minutes"])
        for name, event in zip(("check_in", "check_out"), visit.ends, strict=True):
            equal(
                log.where, f"leaf of the {name}", expected=leaf_hash(self._leaves[event.index]), got=v[name]
            )
        self._judge_level(log, task, visit)

    def _judge_beginning(self, log: Log, visit: Visit) -> None:
        """Nobody serves for a task that there is not yet, whatever the clock of a device may say."""
        begin, opened_at = visit.check_in, self._opened_at.get(log.values["task"])
        if begin is None or opened_at is None:
            return
        latest = begin.captured_ms // 1000 + begin.clock_uncertainty_seconds + CLOCK_SECONDS
        what = f"服务早于任务发布 the visit began at {begin.captured_ms // 1000}, and its task was opened at {opened_at}"
        self._tally.expect(latest >= opened_at, log.where, what)

    def _judge_level(self, log: Log, task: Task, visit: Visit) -> None:
        if task.place is None and visit.level < log.values["level"]:
            self.missing.add(
                f"没有任务的住所对应 no binding for task {task.id.hex()}, on which its level rests"
            )
            return
        self._tally.expect_equal(log.where, "等级 level", expected=visit.level, got=log.values["level"])

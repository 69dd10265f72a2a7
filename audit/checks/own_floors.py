"""C13, C29: a town's rules keep the limits of its auditor, and visits were judged by rules that the auditor knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.evidence.floors import Floors
from audit.evidence.signed_events import STANDARD_RULESET
from audit.rules.event_log import heads
from audit.rules.own_floors import require_own_floors

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.event_log import Head


@check("C13", "规则守住审计人的底线", "The rules keep the auditor's own limits")
def own_floors(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Rules in force since the pinned block, and what was done by them, keep the floors of the trust file."""
    del bundle
    if trust.floors == Floors():
        return tally.not_applicable("信任文件没有定底线 the trust file has no floors")
    require_own_floors(tally, history, trust.floors, trust.pin.number if trust.pin else -1)
    return (
        tally.result()
        if tally.counted
        else tally.not_applicable("没有要比的规则 there are no rules to compare")
    )


@check(
    "C29",
    "所据规则为审计人所知，且当时有效",
    "Visits were judged by rules that the auditor pins and that were in force",
)
def rulesets(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Anchored heads and claims name the standard ruleset or one of the trust file; claims name one that was in force then."""
    del bundle
    anchored, missing = heads(history), []
    for log in history.logs("EventLog.HeadAnchored", "TimeBank.ClaimAdmitted"):
        ruleset = log.values["ruleset"]
        known = ruleset == STANDARD_RULESET or ruleset in trust.rulesets
        tally.expect(known, log.where, f"审计人没有固定这套规则 ruleset 0x{ruleset.hex()} is not pinned")
        if log.event == "ClaimAdmitted":
            size = history.transaction_of(log).args.get("claim", {}).get("log_size", 0)
            in_force = _in_force(anchored, size, log)
            if ruleset not in in_force and not any(head.block > log.block.number for head in anchored):
                missing.append(log.where)
            else:
                tally.expect(
                    ruleset in in_force, log.where, f"当时无效 ruleset 0x{ruleset.hex()} was not in force"
                )
    if missing:
        return tally.undecided(
            f"还没有锚定说明这些申报的规则有效 no head says yet that the rules of these were in force: {missing}"
        )
    return tally.result() if tally.counted else tally.not_applicable("没有锚定过事件 no head was anchored")


def _in_force(anchored: list[Head], size: int, log: Log) -> set[bytes]:
    """Rulesets in force from the head that a claim names until the first one after the claim."""
    later = next((i for i, head in enumerate(anchored) if head.block > log.block.number), len(anchored))
    return {head.ruleset for head in anchored[: later + 1] if head.size >= size}

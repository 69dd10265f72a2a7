"""Whether a town's rules keep the limits of its auditor. What was replaced before the pinned block was judged before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.evidence.floors import WHOLE_BPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.chain.history import History, Log
    from audit.evidence.floors import Floors
    from audit.report.findings import Tally

Values = dict[str, Any]
LEAST, MOST = "低于审计人的底线 expected at least", "超过审计人的上限 expected at most"


def require_own_floors(tally: Tally, history: History, floors: Floors, since: int) -> None:
    """Goes through all rules that were in force, and all acts that were done, after a block.

    Args:
        tally: Gets an expectation for each.
        history: All events.
        floors: What the auditor asks.
        since: Number of the block; -1 for the whole history.
    """
    for log, name, got in _figures(history, since):
        limit = getattr(floors, name)
        if limit is not None:
            is_most = name in ("objections_to_suspend", "match_bps")
            what = f"{MOST if is_most else LEAST} {limit} {name}, got {got}"
            tally.expect(got <= limit if is_most else got >= limit, log.where, what)


def _figures(history: History, since: int) -> Iterator[tuple[Log, str, int]]:
    """Every figure that a floor may be about, where it was said, and which floor."""
    seats = {
        log.values["committee"]: log.values["seats"] for log in history.logs("Committees.CommitteeOpened")
    }
    for log in _in_force(history.logs("Committees.TierSet"), "committee", since):
        rule = log.values["rule"]
        yield log, "notice_seconds", rule["notice_seconds"]
        yield log, "objections_to_suspend", rule["objections_to_suspend"]
        of = seats.get(log.values["committee"], 0)
        votes = -(-of * rule["yes_numerator"] // rule["yes_denominator"]) if rule["yes_denominator"] else 0
        yield log, "approval_bps", votes * WHOLE_BPS // of if of else 0
    for log in _in_force(history.logs("TimeBank.ChallengeSet"), None, since):
        yield log, "challenge_seconds", log.values["challenge_seconds"]
    founded = next((log.block.number for log in history.logs("Authority.FoundingEnded")), None)
    for log in history.logs(
        "TimeBank.ClaimAdmitted", "Campaigns.CampaignOpened", "Authority.OperationScheduled"
    ):
        if log.block.number <= since:
            continue
        if log.event == "ClaimAdmitted":
            yield log, "challenge_seconds", log.values["creditable_at"] - log.block.time
        elif log.event == "CampaignOpened":
            yield log, "match_bps", log.values["terms"]["match_bps"]
        elif founded is not None and log.block.number > founded:
            yield log, "change_delay_seconds", log.values["schedule"] - log.block.time


def _in_force(logs: Iterable[Log], key: str | None, since: int) -> Iterator[Log]:
    """Rules that were not yet replaced at a block, or were set after it. Those that are set in one transaction go together."""
    sets: dict[Any, list[list[Log]]] = {}
    for log in logs:
        found = sets.setdefault(log.values[key] if key else None, [])
        place = log.block.number, log.tx_index
        if found and (found[-1][-1].block.number, found[-1][-1].tx_index) == place:
            found[-1].append(log)
        else:
            found.append([log])
    for versions in sets.values():
        last = max((i for i, one in enumerate(versions) if one[0].block.number <= since), default=0)
        for version in versions[last:]:
            yield from version

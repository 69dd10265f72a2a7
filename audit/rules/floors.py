"""What no rules of a committee may go beyond (`Floors` of the contracts), one committee to a fund, and since when seats are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.membership import CLASSES, Membership

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.report.findings import Tally

DAY = 24 * 3600
NOTICE_SECONDS, DECIDE_SECONDS, OBJECTIONS = (3 * DAY, 15 * DAY), (DAY, 90 * DAY), (1, 50)

Values = dict[str, Any]


def require_terms(tally: Tally, history: History) -> None:
    """Goes through all terms: one goes on from the one before only without a break.

    Args:
        tally: Gets an expectation for each term.
        history: All events.
    """
    for log, since in Membership(history).terms:
        tally.expect_equal(log.where, "任期起算 seat held since", expected=since, got=log.values["since"])


def require_floors(tally: Tally, history: History) -> None:
    """Goes through all committees and all rules that were ever set.

    Args:
        tally: Gets an expectation for each limit.
        history: All events.
    """
    committees: dict[int, Values] = {}
    tiers: dict[int, list[Values]] = {}
    for log in history.logs("Committees.CommitteeOpened", "Committees.TierSet"):
        if log.event == "CommitteeOpened":
            taken = any(c["fund"] == log.values["fund"] for c in committees.values())
            since = 0 if taken else log.block.time
            what = f"基金只有一个管委会决定 expected the committee to decide since {since}, got {log.values['since']}"
            tally.expect(log.values["since"] == since, log.where, what)
            committees[log.values["committee"]] = log.values
        elif committee := committees.get(log.values["committee"]):
            _require_next(tally, log, tiers.setdefault(log.values["committee"], []))
            _require_tier(tally, log, committee, log.values["rule"])
        else:
            tally.fail(log.where, "管委会没有设立 rules of a committee that was never opened")


def _require_next(tally: Tally, log: Log, tiers: list[Values]) -> None:
    """Tiers rise within a version, and versions by one: rules that were in force are not added to."""
    v = log.values
    before: Values = tiers[-1] if tiers else {"version": 0, "tier": -1}
    begins = v["tier"] == 0
    expected = (before["version"] + 1, 0) if begins else (before["version"], before["tier"] + 1)
    what = "规则的版本与档位 version of the rules and tier"
    tally.expect_equal(log.where, what, expected=expected, got=(v["version"], v["tier"]))
    rises = begins or v["rule"]["up_to_fen"] > before["rule"]["up_to_fen"]
    tally.expect(rises, log.where, "档位没有递增 the tier reaches no higher than the one before")
    tiers.append(v)


def _require_tier(tally: Tally, log: Log, committee: Values, rule: Values) -> None:
    for name, (least, most) in (
        ("notice_seconds", NOTICE_SECONDS),
        ("decide_seconds", DECIDE_SECONDS),
        ("objections_to_suspend", OBJECTIONS),
    ):
        what = f"超出底线 expected {name} of {least} to {most}, got {rule[name]}"
        tally.expect(least <= rule[name] <= most, log.where, what)
    yes = -(-committee["seats"] * rule["yes_numerator"] // rule["yes_denominator"])
    what = f"不到半数 {yes} of {committee['seats']} seats decide, which is no majority"
    tally.expect(2 * yes > committee["seats"], log.where, what)
    for name in CLASSES:
        seats, least = committee[f"{name}_seats"].bit_count(), rule[f"min_{name}"]
        tally.expect(least <= seats, log.where, f"席位不够 {least} of {seats} {name} seats must agree")

"""Redemptions: minutes held for a service, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

OPEN, ACCEPTED, SERVED, DISPUTED, DONE, CANCELLED, DECLINED, VOIDED, RETURNED, LAPSED, REVERSED = range(1, 12)
REVERSAL_SECONDS = 365 * 86_400

KEYS = {"redemptions": ("redemption",)}


def _opened(town: Town, log: Log, v: Values) -> None:
    town["redemptions"].begin(
        log, **v, state=OPEN, dispute=None, judge=None, decision=None, reversible_until=None, reverser=None, reversal=None,
    )  # fmt: skip


def _becomes(state: int, **columns: str) -> Rule:
    """A rule by which a redemption comes to a state.

    Args:
        state: Its number.
        columns: Columns that the event sets, each with the parameter that it takes.
    """

    def rule(town: Town, log: Log, v: Values) -> None:
        row = town["redemptions"].change(log, v["redemption"])
        row.update({column: v[parameter] for column, parameter in columns.items()}, state=state)

    return rule


def _done(**columns: str) -> Rule:
    """A rule by which a redemption is done, and may be reversed for a year."""
    becomes = _becomes(DONE, **columns)

    def rule(town: Town, log: Log, v: Values) -> None:
        becomes(town, log, v)
        town["redemptions"].change(log, v["redemption"])["reversible_until"] = (
            log.block.time + REVERSAL_SECONDS
        )

    return rule


_DECISION = {"judge": "coordinator", "decision": "document"}
RULES: dict[str, Rule] = {
    "Redemptions.RedemptionOpened": _opened,
    "Redemptions.RedemptionAccepted": _becomes(ACCEPTED),
    "Redemptions.RedemptionServed": _becomes(SERVED, until="until"),
    "Redemptions.RedemptionDisputed": _becomes(DISPUTED, until="until", dispute="document"),
    "Redemptions.RedemptionConfirmed": _done(),
    "Redemptions.RedemptionSettled": _done(),
    "Redemptions.DecidedForProvider": _done(**_DECISION),
    "Redemptions.RedemptionReversed": _becomes(REVERSED, reverser="coordinator", reversal="document"),
    "Redemptions.DecidedForMember": _becomes(RETURNED, **_DECISION),
    "Redemptions.RedemptionCancelled": _becomes(CANCELLED),
    "Redemptions.RedemptionDeclined": _becomes(DECLINED),
    "Redemptions.RedemptionVoided": _becomes(VOIDED, **_DECISION),
    "Redemptions.RedemptionLapsed": _becomes(LAPSED),
}

"""Redemptions of hours, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.state.redemptions import (
    ACCEPTED,
    CANCELLED,
    DECLINED,
    DISPUTED,
    DONE,
    LAPSED,
    OPEN,
    RETURNED,
    REVERSAL_SECONDS,
    REVERSED,
    SERVED,
    VOIDED,
)
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log


def _redemption(v: Values) -> Thing:
    return Thing("Redemptions", "redemptionRecord", (v["redemption"],))


BEGINS: dict[str, Begin] = {"Redemptions.RedemptionOpened": lambda v: [_redemption(v)]}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_redemption(v)] = {
        "state": OPEN, "heldMinutes": v["held_minutes"], "fund": v["fund"], "until": v["until"], "member": v["member"],
        "provider": v["provider"], "judge": bytes(16),
    }  # fmt: skip


def _becomes(state: int, *columns: str) -> Rule:
    """A rule by which a redemption comes to a state, and takes these parameters of the event."""
    return lambda stored, _log, v: stored[_redemption(v)].update({c: v[c] for c in columns}, state=state)


def _done(stored: Stored, log: Log, v: Values) -> None:
    """Served, and to be reversed for a year."""
    stored[_redemption(v)].update(state=DONE, until=log.block.time + REVERSAL_SECONDS)


def _decided(stored: Stored, log: Log, v: Values) -> None:
    """Served, as a coordinator decided, who reverses it no more."""
    _done(stored, log, v)
    stored[_redemption(v)]["judge"] = v["coordinator"]


RULES: dict[str, Rule] = {
    "Redemptions.RedemptionOpened": _opened,
    "Redemptions.RedemptionAccepted": _becomes(ACCEPTED),
    "Redemptions.RedemptionServed": _becomes(SERVED, "until"),
    "Redemptions.RedemptionDisputed": _becomes(DISPUTED, "until"),
    "Redemptions.RedemptionConfirmed": _done,
    "Redemptions.RedemptionSettled": _done,
    "Redemptions.RedemptionReversed": _becomes(REVERSED),
    "Redemptions.DecidedForProvider": _decided,
    "Redemptions.DecidedForMember": _becomes(RETURNED),
    "Redemptions.RedemptionCancelled": _becomes(CANCELLED),
    "Redemptions.RedemptionDeclined": _becomes(DECLINED),
    "Redemptions.RedemptionVoided": _becomes(VOIDED),
    "Redemptions.RedemptionLapsed": _becomes(LAPSED),
}

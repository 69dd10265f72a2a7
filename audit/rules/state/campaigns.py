"""Campaigns, how each ended, and their gifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.state.tables import add

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

OPEN = 1
GRACE_SECONDS = 7 * 24 * 3600
OF_GIFT = ("bank_line", "campaign", "donor", "household", "amount_fen", "booked_on", "matched_fen")
TOTALS = ("gifts", "gifts_fen", "matched_fen", "households", "refunded_fen")

KEYS = {"campaigns": ("campaign",), "campaign_settlements": ("campaign",), "gifts": ("bank_line",)}


def _opened(town: Town, log: Log, v: Values) -> None:
    settles_at = v["closes_at"] + GRACE_SECONDS
    unlisted = {"listed_households": 0, "households_root": None}
    town["campaigns"].begin(
        log, **v, **unlisted, settles_at=settles_at, **dict.fromkeys(TOTALS, 0), state=OPEN
    )


def _attested(town: Town, log: Log, v: Values) -> None:
    town["gifts"].begin(log, **{name: v[name] for name in OF_GIFT}, refunded_by=None, reversed_by=None)
    campaign = town["campaigns"].change(log, v["campaign"])
    add(campaign, gifts=1, gifts_fen=v["amount_fen"], matched_fen=v["matched_fen"])
    campaign["households"] = v["households"]


def _listed(town: Town, log: Log, v: Values) -> None:
    campaign = town["campaigns"].change(log, v["campaign"])
    campaign |= {"listed_households": v["households"], "households_root": v["root"]}


def _reversed(town: Town, log: Log, v: Values) -> None:
    campaign = town["campaigns"].change(log, v["campaign"])
    add(campaign, gifts=-1, gifts_fen=-v["amount_fen"], matched_fen=-v["matched_fen"])
    campaign["households"] = v["households"]
    if any(v["outgoing_bank_line"]):
        town["gifts"].change(log, v["bank_line"])["reversed_by"] = v["outgoing_bank_line"]
    else:
        town["gifts"].end(log, v["bank_line"])


def _settled(town: Town, log: Log, v: Values) -> None:
    town["campaign_settlements"].begin(log, **v)
    town["campaigns"].change(log, v["campaign"])["state"] = v["state"]


def _refunded(town: Town, log: Log, v: Values) -> None:
    town["gifts"].change(log, v["bank_line"])["refunded_by"] = v["outgoing_bank_line"]
    add(town["campaigns"].change(log, v["campaign"]), refunded_fen=v["amount_fen"])


RULES: dict[str, Rule] = {
    "Campaigns.CampaignOpened": _opened,
    "Campaigns.GiftAttested": _attested,
    "Campaigns.HouseholdsListed": _listed,
    "Campaigns.GiftReversed": _reversed,
    "Campaigns.CampaignSettled": _settled,
    "Campaigns.GiftRefunded": _refunded,
}

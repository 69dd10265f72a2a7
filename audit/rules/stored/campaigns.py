"""Campaigns, and what each giver gave and was matched with, as storage holds them. Their gifts stand with their bank lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.state.campaigns import OPEN
from audit.rules.stored.things import Begin, Fields, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log

# Fields of `ICampaigns.Terms` by the event's parameter.
_TERMS = {
    "purpose": "purpose", "target_fen": "targetFen", "min_households": "minHouseholds", "building": "building",
    "closes_at": "closesAt", "match_purpose": "matchPurpose", "match_lock_fen": "matchLockFen", "match_bps": "matchBps",
    "match_per_giver_fen": "matchPerGiverFen", "per_household": "perHousehold",
}  # fmt: skip


def _terms(v: Values) -> Thing:
    return Thing("Campaigns", "_terms", (v["campaign"],))


def _progress(v: Values) -> Thing:
    return Thing("Campaigns", "campaignRecord", (v["campaign"],))


def _giver(v: Values) -> Thing:
    """Whoever gave: the household by its number in the list of the campaign, else the donor as the gift names it.

    Only an organisation is matched without a household, so that a person's or a private donor's matches stay at zero.
    """
    household = v["household"]
    giver = household.to_bytes(32, "big") if household else v["donor"]
    return Thing("Campaigns", "_givers", (v["campaign"], giver))


BEGINS: dict[str, Begin] = {
    "Campaigns.CampaignOpened": lambda v: [_terms(v), _progress(v)],
    "Campaigns.GiftAttested": lambda v: [_giver(v)],
}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_terms(v)] = {field: v["terms"][name] for name, field in _TERMS.items()}
    stored[_progress(v)] = {
        "state": OPEN, "giftsFen": 0, "matchedFen": 0, "households": 0, "listedHouseholds": 0,
    }  # fmt: skip


def _listed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_progress(v)]["listedHouseholds"] = v["households"]


def _attested(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored.gifts[v["bank_line"]] = v
    _sum(stored[_progress(v)], v)
    # How often an organisation gave is counted for nothing, and is not compared.
    giver = stored.setdefault(
        _giver(v), {"gifts": 0, "matchedFen": 0} if v["household"] else {"matchedFen": 0}
    )
    giver["matchedFen"] += v["matched_fen"]
    if v["household"]:
        giver["gifts"] += 1


def _reversed(stored: Stored, log: Log, v: Values) -> None:
    del log
    gift = stored.take_gift(v["bank_line"])
    _sum(stored[_progress(v)], v, sign=-1)
    if gift["household"]:
        giver = stored[_giver(gift)]
        giver["gifts"] -= 1
        giver["matchedFen"] -= gift["matched_fen"]


def _settled(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_progress(v)]["state"] = v["state"]


def _sum(progress: Fields, v: Values, sign: int = 1) -> None:
    progress["giftsFen"] += sign * v["amount_fen"]
    progress["matchedFen"] += sign * v["matched_fen"]
    progress["households"] = v["households"]


RULES: dict[str, Rule] = {
    "Campaigns.CampaignOpened": _opened,
    "Campaigns.HouseholdsListed": _listed,
    "Campaigns.GiftAttested": _attested,
    "Campaigns.GiftReversed": _reversed,
    "Campaigns.CampaignSettled": _settled,
}

"""Committees with the rules in force, and each tier of rules that ever was: a request keeps the rules of its first day."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import CommitteeOpened, FundHandedOver, SeatFilled, SeatVacated, TierSet
from contracts.types import Uint64
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Tier(Version):
    """Rules of a committee for requests up to an amount. It never changes; a new version of rules has tiers of its own."""

    committee: int = column("Number of the committee.")
    rules_version: int = column("Version of its rules, from 1.")
    tier: int = column("Place among the tiers of this version, from 0.")
    up_to_fen: Uint64 = column("Largest amount, in fen.")
    yes_numerator: int = column("Share of the seats that must approve, above the line.")
    yes_denominator: int = column("Below the line.")
    min_donor: int = column("At least so many of the donors' seats must approve.")
    min_resident: int = column("Of the residents' seats.")
    min_official: int = column("Of the officials' seats.")
    min_enterprise: int = column("Of the enterprises' seats.")
    decide_seconds: int = column("Length of a round of voting.")
    notice_seconds: int = column("Length of the public notice.")
    objections_to_suspend: int = column("So many objections suspend.")
    proof_seconds: int = column("So long after payment the proof is due.")


@dataclass(kw_only=True)
class Committee(Version):
    """A committee. Each mask has a bit for each seat that speaks for a class."""

    committee: int = column("Number of the committee.")
    fund: int = column("Fund on whose requests it decides.")
    seats: int = column("Number of seats with a vote.")
    donor_seats: int = column("Seats of donors.")
    resident_seats: int = column("Seats of residents.")
    official_seats: int = column("Seats of officials.")
    enterprise_seats: int = column("Seats of enterprises.")
    rules_version: int = column(
        "Version of the rules that judge a request submitted now; 0 before the first."
    )
    revision: int = column("How often its seats and rules were changed.")
    decides_since: int | None = column("Since when it decides, seconds since 1970; null if it does not yet.")
    decides_until: int | None = column("First second at which it decides no more; null if none is known.")
    former: int | None = column("Committee that decided before it; null if none did.")


def decides(committee: Committee, time: int) -> bool:
    """Whether a committee decides over its fund at a time, seconds since 1970, by the comparison of `Committees`."""
    since, until = committee.decides_since, committee.decides_until
    return since is not None and since <= time and (until is None or time < until)


tiers = Noun("tiers", Tier, key=("committee", "rules_version", "tier"))
committees = Noun("committees", Committee, key=("committee",))


@tiers.begins(TierSet, key={"rules_version": "version"})
def _tier_set(event: TierSet, _: Block) -> Tier:
    return Tier(
        committee=event.committee,
        rules_version=event.version,
        tier=event.tier,
        up_to_fen=event.up_to_fen,
        yes_numerator=event.yes_numerator,
        yes_denominator=event.yes_denominator,
        min_donor=event.min_donor,
        min_resident=event.min_resident,
        min_official=event.min_official,
        min_enterprise=event.min_enterprise,
        decide_seconds=event.decide_seconds,
        notice_seconds=event.notice_seconds,
        objections_to_suspend=event.objections_to_suspend,
        proof_seconds=event.proof_seconds,
    )


@committees.begins(CommitteeOpened)
def _opened(event: CommitteeOpened, _: Block) -> Committee:
    return Committee(
        committee=event.committee,
        fund=event.fund,
        seats=event.seats,
        donor_seats=event.donor_seats,
        resident_seats=event.resident_seats,
        official_seats=event.official_seats,
        enterprise_seats=event.enterprise_seats,
        rules_version=0,
        revision=0,
        decides_since=event.since or None,
        decides_until=None,
        former=None,
    )


@committees.changes(TierSet)
def _ruled(committee: Committee, event: TierSet, _: Block) -> None:
    committee.rules_version = event.version
    # Rules of several tiers are one change.
    committee.revision += event.tier == 0


@committees.changes(SeatFilled)
def _seat_filled(committee: Committee, _: SeatFilled, __: Block) -> None:
    committee.revision += 1


@committees.changes(SeatVacated)
def _seat_vacated(committee: Committee, _: SeatVacated, __: Block) -> None:
    committee.revision += 1


@committees.changes(FundHandedOver, key={"committee": "successor"})
def _took_over(committee: Committee, event: FundHandedOver, _: Block) -> None:
    committee.decides_since, committee.former = event.since, event.former


@committees.changes(FundHandedOver, key={"committee": "former"})
def _handed_over(committee: Committee, event: FundHandedOver, _: Block) -> None:
    committee.decides_until = event.since

"""Which committee decided over a fund when, how often its seats and rules were changed, and which one may hand the fund over."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audit.rules.membership import MAX_GAP_SECONDS, Timeline, place_of

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.rules.membership import Membership, Place

Values = dict[str, Any]
_CHANGED = ("Committees.TierSet", "Committees.SeatFilled", "Committees.SeatVacated")


class Tenures:
    """Replays which committee a fund had.

    Args:
        history: All events.
        membership: Who held which seat.
    """

    def __init__(self, history: History, membership: Membership) -> None:
        self._membership = membership
        self._parents = {log.values["fund"]: log.values["parent"] for log in history.logs("Funds.FundOpened")}
        self._began: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._latest: dict[int, Timeline] = defaultdict(Timeline)
        self._revisions: dict[int, list[Place]] = defaultdict(list)
        for log in history.logs("Committees.CommitteeOpened", "Committees.FundHandedOver"):
            if log.values["since"]:
                self._begin(log, log.values["successor" if log.event == "FundHandedOver" else "committee"])
        for log in history.logs(*_CHANGED):
            # Rules of several tiers are one change.
            if log.values.get("tier", 0) == 0:
                self._revisions[log.values["committee"]].append(place_of(log))

    def _begin(self, log: Log, committee: int) -> None:
        self._began[log.values["fund"]].append((log.values["since"], committee))
        self._latest[log.values["fund"]].set(place_of(log), committee)

    def committee_at(self, fund: int, time: int) -> int:
        """The committee that decided over a fund at a time, seconds since 1970; 0 if none did."""
        return next((number for since, number in reversed(self._began[fund]) if since <= time), 0)

    def latest(self, fund: int, place: Place) -> int:
        """The committee that got a fund last before the transaction at a place, in force from the next second at the latest; 0 if none."""
        return self._latest[fund].before(place) or 0

    def is_in_force(self, committee: int, time: int) -> bool:
        """Whether a committee decided over its fund at a time."""
        opened = self._membership.committees.get(committee)
        return opened is not None and self.committee_at(opened.values["fund"], time) == committee

    def since(self, committee: int) -> int:
        """Since when a committee decides, seconds since 1970; 0 if it never did."""
        found = (since for began in self._began.values() for since, number in began if number == committee)
        return next(found, 0)

    def until(self, committee: int) -> int:
        """First second at which a committee decided no more; 0 if none."""
        for began in self._began.values():
            for (_, number), (until, _) in itertools.pairwise(began):
                if number == committee:
                    return until
        return 0

    def revision(self, committee: int, place: Place) -> int:
        """How often seats and rules of a committee had been changed before the transaction at a place."""
        return sum(changed < place for changed in self._revisions[committee])

    def agreeing(self, fund: int, place: Place, time: int) -> int:
        """The committee that had to agree to a handover: the fund's, or the nearest above in which somebody has sat lately.

        Args:
            fund: The fund.
            place: Of the transaction that asks.
            time: Of its block, seconds since 1970.
        """
        seen = set[int]()
        while fund and fund not in seen:
            latest = self.latest(fund, place)
            if latest and not self._is_deserted(latest, place, time):
                return latest
            seen.add(fund)
            fund = self._parents.get(fund, 0)
        return 0

    def _is_deserted(self, committee: int, place: Place, time: int) -> bool:
        ends = [end + MAX_GAP_SECONDS for end in self._membership.ends_of_seats(committee, place)]
        return all(end < time for end in (self.since(committee) + MAX_GAP_SECONDS, *ends))

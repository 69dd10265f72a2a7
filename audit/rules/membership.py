"""Who might act when: keys and roles by time, seats of committees, households; replayed from the events.

A *place* is a block number and the index of a transaction in it: what was said at an earlier place holds at a later one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from audit.rules.signatures import KeyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import History, Log, Transaction

Place = tuple[int, int]
RESIDENT, TREASURER, COORDINATOR, FOREMAN, CLERK = 1, 2, 3, 4, 5
ORGANISATION = 2
SUPERVISOR = 255
# Of a key without an end: no block is so late.
NO_END = 2**63
OBJECTOR_SECONDS = 15 * 24 * 3600
"""So long after its end a key may still object, or who held a role: as long as changes wait."""
MAX_GAP_SECONDS = 30 * 24 * 3600
CLASSES = ("donor", "resident", "official", "enterprise")


def place_of(item: Log | Transaction) -> Place:
    """Where a log or a transaction stands in the chain."""
    return item.block.number, item.tx_index


class Timeline:
    """The values that something had, each from a place on."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._values: list[Any] = []

    def set(self, place: Place, value: Any) -> None:
        """The value from the transaction at a place on. Places come in order."""
        self._places.append(place)
        self._values.append(value)

    def before(self, place: Place) -> Any:
        """The value that the transaction at a place found, or None."""
        index = bisect_left(self._places, place)
        return self._values[index - 1] if index else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """A seat that a member holds.

    Attributes:
        number: From 0; 255 for a supervisor.
        since: Since when without a break, seconds since 1970.
        valid_until: First second at which it is over.
    """

    number: int
    since: int
    valid_until: int


class Membership:
    """What the events tell of members and committees.

    Attributes:
        committees: Where each committee was opened, by its number.
        terms: Where each term began, and since when its member then held the seat without a break, seconds since 1970.
    """

    def __init__(self, history: History) -> None:
        self._keys: dict[bytes, Timeline] = defaultdict(Timeline)
        self._owners: dict[bytes, bytes] = {}
        self._valid_from: dict[bytes, int] = {}
        self._settled_at: dict[bytes, int] = {}
        self._holders: dict[tuple[int, int], Timeline] = defaultdict(Timeline)
        self._last: dict[tuple[int, int], bytes] = {}
        self._ended: dict[tuple[int, bytes], tuple[Seat, int]] = {}
        self._ends: dict[tuple[int, bytes], Timeline] = defaultdict(Timeline)
        self.terms: list[tuple[Log, int]] = []
        self._roles: dict[tuple[bytes, int, int], Timeline] = defaultdict(Timeline)
        self._buildings: dict[bytes, Timeline] = defaultdict(Timeline)
        self._organisations: dict[bytes, Place] = {}
        self._seats: dict[tuple[int, bytes], Timeline] = defaultdict(Timeline)
        self._rules: dict[int, Timeline] = defaultdict(Timeline)
        self._tiers: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.committees: dict[int, Log] = {}
        for log in history.logs():
            handler = self._HANDLERS.get(log.name)
            if handler:
                handler(self, place_of(log), log)

    def member_of(self, key: bytes, place: Place, time: int) -> bytes | None:
        """The member whose key may act in the transaction at a place, 16 bytes, or None.

        Args:
            key: 20 bytes.
            place: Of the transaction.
            time: Of its block, seconds since 1970.
        """
        ends_at: int | None = self._keys[key].before(place) if key in self._keys else None
        if ends_at is None or not self._valid_from[key] <= time < ends_at:
            return None
        return self._owners[key]

    def objector_of(self, key: bytes, place: Place, time: int) -> bytes | None:
        """The member for whom a key may object in the transaction at a place, 16 bytes, or None.

        One that may act, and for 15 days after its end one that nobody could refuse any more; that of a desk may not.
        """
        ends_at = self._keys[key].before(place) if key in self._keys else None
        if ends_at is not None and self._settled_at[key] <= ends_at <= time < ends_at + OBJECTOR_SECONDS:
            return self._owners[key]
        return self.member_of(key, place, time)

    def owner_of(self, key: bytes, place: Place) -> bytes:
        """The member whose key it is or was, as the transaction at a place found it, 16 bytes; zeros if nobody's."""
        is_known = key in self._keys and self._keys[key].before(place) is not None
        return self._owners[key] if is_known else bytes(16)

    def valid_from(self, key: bytes) -> int | None:
        """First second at which a key might act, since 1970; None if it never was added."""
        return self._valid_from.get(key)

    def has_role(self, member: bytes, role: int, scope: int, place: Place, time: int) -> bool:
        """Whether a member holds a role in the transaction at a place.

        Args:
            member: 16 bytes.
            role: Number of the role.
            scope: Fund or enterprise.
            place: Of the transaction.
            time: Of its block, seconds since 1970.
        """
        grants = self._roles.get((member, role, scope))
        return grants is not None and time < (grants.before(place) or 0)

    def building_of(self, household: bytes, place: Place) -> bytes:
        """Building of a household, 16 bytes; zeros if none."""
        found: bytes | None = (
            self._buildings[household].before(place) if household in self._buildings else None
        )
        return found or bytes(16)

    def seat_of(self, committee: int, member: bytes, place: Place, time: int) -> Seat | None:
        """The seat in force that a member holds in the transaction at a place, or None."""
        held = self._seats.get((committee, member))
        seat: Seat | None = held.before(place) if held else None
        return seat if seat is not None and time < seat.valid_until else None

    def holds_seat(self, committee: int, member: bytes, place: Place) -> bool:
        """Whether a member has a seat at a place that was not vacated, its term over or not."""
        held = self._seats.get((committee, member))
        return held is not None and held.before(place) is not None

    def last_holders(self, committee: int, place: Place) -> list[bytes]:
        """Who held each voting seat last, as the transaction at a place found it; empty where nobody ever did."""
        opened = self.committees.get(committee)
        seats = range(opened.values["seats"] if opened else 0)
        return [self._holders[committee, seat].before(place) or b"" for seat in seats]

    def ends_of_seats(self, committee: int, place: Place) -> list[int]:
        """When each voting seat ends or ended of whoever held it last and has no other one since, in seconds since 1970."""
        lasts = enumerate(self.last_holders(committee, place))
        ends = [(seat, self._ends[committee, member].before(place)) for seat, member in lasts if member]
        return [end[1] for seat, end in ends if end and end[0] == seat]

    def seats_in_force(
        self, committee: int, members: Mapping[int, bytes], place: Place, time: int
    ) -> set[int]:
        """The seats in force that are held by these members, for each seat who may hold it, in the transaction at a place."""
        seats = {number: self.seat_of(committee, member, place, time) for number, member in members.items()}
        return {number for number, seat in seats.items() if seat is not None and seat.number == number}

    def seats_held_by(self, members: set[bytes], committee: int, place: Place) -> set[int]:
        """The voting seats of which some members are the last holders, as the transaction at a place found them."""
        holders = self.last_holders(committee, place)
        return {seat for seat, member in enumerate(holders) if member in members}

    def rules_version(self, committee: int, place: Place) -> int:
        """Version of a committee's rules in force at a place; 0 before the first."""
        return (self._rules[committee].before(place) if committee in self._rules else None) or 0

    def tiers(self, committee: int, version: int) -> list[Any]:
        """The tiers of a version of a committee's rules, lowest first."""
        return self._tiers.get((committee, version), [])

    def _key_added(self, place: Place, log: Log) -> None:
        v = log.values
        self._keys[v["key"]].set(place, v["refusable_until"] if v["kind"] == KeyKind.DESK else NO_END)
        self._owners[v["key"]], self._valid_from[v["key"]] = v["member"], v["valid_from"]
        self._settled_at[v["key"]] = NO_END if v["kind"] == KeyKind.DESK else v["refusable_until"]

    def _key_replaced(self, place: Place, log: Log) -> None:
        self._keys[log.values["key"]].set(place, log.values["ends_at"])

    def _key_kept(self, place: Place, log: Log) -> None:
        self._keys[log.values["key"]].set(place, NO_END)

    def households_in(self, building: bytes, place: Place) -> int:
        """How many households stood in a building before a transaction; of zeros, in any."""
        homes = [timeline.before(place) or bytes(16) for timeline in self._buildings.values()]
        return sum(home == building if any(building) else any(home) for home in homes)

    def is_organisation(self, member: bytes, place: Place) -> bool:
        """Whether a member was registered as an organisation before a transaction."""
        return member in self._organisations and self._organisations[member] < place

    def _member_registered(self, place: Place, log: Log) -> None:
        if log.values["kind"] == ORGANISATION:
            self._organisations[log.values["member"]] = place

    def _key_ended(self, place: Place, log: Log) -> None:
        self._keys[log.values["key"]].set(place, log.block.time)

    def _role_granted(self, place: Place, log: Log) -> None:
        v = log.values
        self._roles[v["member"], v["role"], v["scope"]].set(place, v["valid_until"])

    def _household_placed(self, place: Place, log: Log) -> None:
        self._buildings[log.values["household"]].set(place, log.values["building"])

    def _committee_opened(self, place: Place, log: Log) -> None:
        del place
        self.committees[log.values["committee"]] = log

    def _tier_set(self, place: Place, log: Log) -> None:
        v = log.values
        self._rules[v["committee"]].set(place, v["version"])
        self._tiers[v["committee"], v["version"]].append(v["rule"])

    def _seat_filled(self, place: Place, log: Log) -> None:
        v = log.values
        seat = Seat(number=v["seat"], since=self._since(log), valid_until=v["valid_until"])
        self.terms.append((log, seat.since))
        self._seats[v["committee"], v["member"]].set(place, seat)
        self._ended[v["committee"], v["member"]] = seat, seat.valid_until
        self._ends[v["committee"], v["member"]].set(place, (seat.number, seat.valid_until))
        self._holders[v["committee"], v["seat"]].set(place, v["member"])
        self._last[v["committee"], v["seat"]] = v["member"]

    def _since(self, log: Log) -> int:
        """Since when a member holds a seat: a term goes on from the last one of the same member in the same seat."""
        v, now = log.values, log.block.time
        before, ended = self._ended.get((v["committee"], v["member"]), (None, 0))
        is_last = v["seat"] == SUPERVISOR or self._last.get((v["committee"], v["seat"])) == v["member"]
        is_soon = now <= ended + MAX_GAP_SECONDS
        return before.since if before and before.number == v["seat"] and is_last and is_soon else now

    def _seat_vacated(self, place: Place, log: Log) -> None:
        who = log.values["committee"], log.values["member"]
        self._seats[who].set(place, None)
        if who in self._ended:
            seat, ended = self._ended[who]
            self._ended[who] = seat, min(ended, log.block.time)
            self._ends[who].set(place, (seat.number, min(ended, log.block.time)))

    _HANDLERS: ClassVar[dict[str, Any]] = {
        "Members.KeyAdded": _key_added,
        "Members.KeyReplaced": _key_replaced,
        "Members.KeyKept": _key_kept,
        "Members.KeyEnded": _key_ended,
        "Members.RoleGranted": _role_granted,
        "Members.HouseholdPlaced": _household_placed,
        "Members.MemberRegistered": _member_registered,
        "Committees.CommitteeOpened": _committee_opened,
        "Committees.TierSet": _tier_set,
        "Committees.SeatFilled": _seat_filled,
        "Committees.SeatVacated": _seat_vacated,
    }

"""Members with their keys, roles and seats (`Members`, `Committees`)."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import MemberKind, Role
from contracts.events import (
    HouseholdPlaced,
    KeyAdded,
    KeyEnded,
    MemberRegistered,
    RoleGranted,
    SeatFilled,
    SeatVacated,
)
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Member(Version):
    """A person or organisation."""

    member: bytes = column("Its id, 16 bytes.")
    kind: MemberKind = column("Person or organisation.")
    household: bytes = column("Household of a person, 16 bytes; zero for none.")


@dataclass(kw_only=True)
class PlacedHousehold(Version):
    """Where a household stands."""

    household: bytes = column("Its id, 16 bytes.")
    building: bytes = column("Its building, 16 bytes; zero if it has left.")


@dataclass(kw_only=True)
class Key(Version):
    """A key of a member. Added once and ended once; it never comes back."""

    key: bytes = column("Its address, 20 bytes.")
    member: bytes = column("Whose it is, 16 bytes.")
    added_at: int = column("When it was added, seconds since 1970. It has no part in rounds begun before.")
    ended_at_block: int | None = column("First block at which it may not act any more; null while it may.")


@dataclass(kw_only=True)
class RoleHeld(Version):
    """The last grant of a role."""

    member: bytes = column("Who holds it, 16 bytes.")
    role: Role = column("Which role.")
    scope: int = column("Fund or enterprise that it is for.")
    valid_until: int = column("First second at which it is over, since 1970; 0 if it was taken away.")


@dataclass(kw_only=True)
class Seat(Version):
    """A seat that a member holds; when the seat is vacated the row ends."""

    committee: int = column("Number of the committee.")
    member: bytes = column("Who holds it, 16 bytes.")
    seat: int = column("Number of the seat; 255 for a supervisor's, which has no vote.")
    held_since: int = column(
        "Since when without a break, seconds since 1970. It has no vote in rounds begun before."
    )
    valid_until: int = column("First second at which it has no vote any more, since 1970.")


def is_in_force(held: RoleHeld | Seat, block_time: int) -> bool:
    """Whether a role or seat counts at a moment, by the comparison that `Members` and `Committees` make.

    Args:
        held: The role or seat.
        block_time: Time of a block, seconds since 1970.
    """
    return block_time < held.valid_until


members = Noun("members", Member, key=("member",), open_indexes=[("block_number", "log_index")])
placed_households = Noun("placed_households", PlacedHousehold, key=("household",))
keys = Noun("keys", Key, key=("key",), open_indexes=[("member",)])
roles = Noun("roles", RoleHeld, key=("member", "role", "scope"))
seats = Noun("seats", Seat, key=("committee", "member"), open_indexes=[("member",)])


@members.begins(MemberRegistered)
def _registered(event: MemberRegistered, _: Block) -> Member:
    return Member(member=event.member, kind=MemberKind(event.kind), household=event.household)


@placed_households.sets(HouseholdPlaced)
def _placed(held: PlacedHousehold | None, event: HouseholdPlaced, _: Block) -> PlacedHousehold:
    held = held or PlacedHousehold(household=event.household, building=event.building)
    held.building = event.building
    return held


@keys.begins(KeyAdded, look_up=members)
def _key_added(event: KeyAdded, block: Block, _member: Member) -> Key:
    return Key(key=event.key, member=event.member, added_at=block.time, ended_at_block=None)


@keys.changes(KeyEnded)
def _key_ended(key: Key, event: KeyEnded, block: Block) -> None:
    require(event.member == key.member, event, f"member 0x{key.member.hex()}", f"0x{event.member.hex()}")
    require(
        key.ended_at_block is None, event, "a key in force", f"one that ended at block {key.ended_at_block}"
    )
    key.ended_at_block = block.number


@roles.sets(RoleGranted, look_up=members)
def _role_granted(held: RoleHeld | None, event: RoleGranted, _block: Block, _member: Member) -> RoleHeld:
    held = held or RoleHeld(member=event.member, role=Role(event.role), scope=event.scope, valid_until=0)
    held.valid_until = event.valid_until
    return held


@seats.sets(SeatFilled)
def _seat_filled(seat: Seat | None, event: SeatFilled, _: Block) -> Seat:
    seat = seat or Seat(
        committee=event.committee, member=event.member, seat=event.seat, held_since=0, valid_until=0
    )
    require(seat.seat == event.seat, event, f"seat {seat.seat}", event.seat)
    seat.held_since, seat.valid_until = event.since, event.valid_until
    return seat


@seats.ends(SeatVacated)
def _seat_vacated(seat: Seat, event: SeatVacated, _: Block) -> None:
    require(seat.seat == event.seat, event, f"seat {seat.seat}", event.seat)

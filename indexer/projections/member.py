"""Members with their keys, roles and seats (`Members`, `Committees`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from contracts.enums import KeyKind, MemberKind, Role
from contracts.events import (
    GuardianDismissed,
    GuardianNamed,
    HouseholdChanged,
    HouseholdPlaced,
    KeyAdded,
    KeyEnded,
    KeyKept,
    KeyRefused,
    KeyReplaced,
    MemberRegistered,
    MembershipEnded,
    MembershipRestored,
    RecoverySigned,
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
    ended_at: int | None = column("When the membership ended, seconds since 1970; null while it goes on.")


@dataclass(kw_only=True)
class PlacedHousehold(Version):
    """Where a household stands."""

    household: bytes = column("Its id, 16 bytes.")
    building: bytes = column("Its building, 16 bytes; zero if it has left.")


@dataclass(kw_only=True)
class Key(Version):
    """A key of a member. Once over it never comes back, but for one that ended before it might act for the first time."""

    key: bytes = column("Its address, 20 bytes.")
    member: bytes = column("Whose it is, 16 bytes.")
    kind: KeyKind = column("How it signs.")
    valid_from: int = column(
        "First second at which it may act, since 1970. It has no part in rounds begun before."
    )
    refusable_until: int = column(
        "First second at which nobody can refuse it any more, since 1970; 0 if nobody could."
    )
    ends_at: int | None = column("First second at which it may not act any more; null while no end is set.")
    replaced_by: bytes | None = column("The key that replaced it, 20 bytes; null for none that is not over.")
    refused_by: bytes | None = column("The member who refused it, 16 bytes; null if nobody did.")


class KeyPhase(IntEnum):
    """Where a key stands at a moment."""

    WAITING = 0
    NEW = 1
    SETTLED = 2
    ENDING = 3
    OVER = 4


def key_phase(key: Key, block_time: int) -> KeyPhase:
    """Where a key stands at a moment, by the comparisons that `Members` makes.

    One that is new may act, and be refused; one that is ending may act as well. That of a desk is new until it is over.

    Args:
        key: The key.
        block_time: Time of a block, seconds since 1970.
    """
    if key.ends_at is not None and block_time >= key.ends_at:
        return KeyPhase.OVER
    if key.ends_at is not None and key.kind is not KeyKind.DESK:
        return KeyPhase.ENDING
    if block_time < key.valid_from:
        return KeyPhase.WAITING
    return KeyPhase.NEW if block_time < key.refusable_until else KeyPhase.SETTLED


@dataclass(kw_only=True)
class Guardian(Version):
    """A guardian of a member: may refuse a new key, and with another one bring one."""

    member: bytes = column("Who named the guardian, 16 bytes.")
    guardian: bytes = column("The member who is it, 16 bytes.")
    ends_at: int | None = column("First second at which it is none any more; null while no end is set.")


@dataclass(kw_only=True)
class Recovery(Version):
    """What guardians signed for a new key of a member."""

    member: bytes = column("Whose key it is to be, 16 bytes.")
    new_key: bytes = column("Address of the key, 20 bytes.")
    guardian: bytes = column("The guardian who signed first, 16 bytes.")
    lapses_at: int = column("First second at which a second guardian comes too late, since 1970.")
    second_guardian: bytes | None = column("The second one, who added the key, 16 bytes; null before.")


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
guardians = Noun("guardians", Guardian, key=("member", "guardian"), open_indexes=[("guardian",)])
recoveries = Noun("recoveries", Recovery, key=("member", "new_key"))
roles = Noun("roles", RoleHeld, key=("member", "role", "scope"))
seats = Noun("seats", Seat, key=("committee", "member"), open_indexes=[("member",)])


@members.begins(MemberRegistered)
def _registered(event: MemberRegistered, _: Block) -> Member:
    return Member(member=event.member, kind=MemberKind(event.kind), household=event.household, ended_at=None)


@members.changes(HouseholdChanged)
def _household_changed(member: Member, event: HouseholdChanged, _: Block) -> None:
    require(member.household != event.household, event, "another household", "the same")
    member.household = event.household


@members.changes(MembershipEnded)
def _membership_ended(member: Member, event: MembershipEnded, block: Block) -> None:
    require(
        member.ended_at is None, event, "a membership that goes on", f"one that ended at {member.ended_at}"
    )
    member.ended_at = block.time


@members.changes(MembershipRestored)
def _membership_restored(member: Member, event: MembershipRestored, _: Block) -> None:
    require(member.ended_at is not None, event, "a membership that ended", "one that goes on")
    member.ended_at = None


@placed_households.sets(HouseholdPlaced)
def _placed(held: PlacedHousehold | None, event: HouseholdPlaced, _: Block) -> PlacedHousehold:
    held = held or PlacedHousehold(household=event.household, building=event.building)
    held.building = event.building
    return held


@keys.sets(KeyAdded, look_up=members)
def _key_added(held: Key | None, event: KeyAdded, _block: Block, _member: Member) -> Key:
    kind = KeyKind(event.kind)
    if held is None:
        return Key(
            key=event.key, member=event.member, kind=kind, valid_from=event.valid_from,
            refusable_until=event.refusable_until, ends_at=event.refusable_until if kind is KeyKind.DESK else None, replaced_by=None, refused_by=None,
        )  # fmt: skip
    never_acted = held.ends_at is not None and held.ends_at < held.valid_from
    require(held.member == event.member and never_acted, event, "a key that is free", "one that was used")
    held.valid_from, held.refusable_until = event.valid_from, event.refusable_until
    held.ends_at, held.refused_by = None, None
    return held


@keys.changes(KeyReplaced)
def _key_replaced(key: Key, event: KeyReplaced, block: Block) -> None:
    _require_going_on(key, event, block)
    require(key.ends_at is None, event, "a key without an end", f"one that ends at {key.ends_at}")
    key.ends_at, key.replaced_by = event.ends_at, event.new_key


@keys.changes(KeyRefused)
def _key_refused(key: Key, event: KeyRefused, block: Block) -> None:
    _require_going_on(key, event, block)
    key.refused_by = event.refuser


@keys.changes(KeyEnded)
def _key_ended(key: Key, event: KeyEnded, block: Block) -> None:
    _require_going_on(key, event, block)
    key.ends_at = block.time


@keys.changes(KeyKept)
def _key_kept(key: Key, event: KeyKept, block: Block) -> None:
    _require_going_on(key, event, block)
    require(key.replaced_by is not None, event, "a key that was replaced", "one that was not")
    key.ends_at, key.replaced_by = None, None


def _require_going_on(key: Key, event: KeyReplaced | KeyRefused | KeyEnded | KeyKept, block: Block) -> None:
    require(event.member == key.member, event, f"member 0x{key.member.hex()}", f"0x{event.member.hex()}")
    is_over = key_phase(key, block.time) is KeyPhase.OVER
    require(not is_over, event, "a key that is not over", f"one that ended at {key.ends_at}")


@guardians.sets(GuardianNamed, look_up=members)
def _guardian_named(held: Guardian | None, event: GuardianNamed, _block: Block, _member: Member) -> Guardian:
    held = held or Guardian(member=event.member, guardian=event.guardian, ends_at=None)
    held.ends_at = None
    return held


@guardians.changes(GuardianDismissed)
def _guardian_dismissed(guardian: Guardian, event: GuardianDismissed, _: Block) -> None:
    require(guardian.ends_at is None, event, "a guardian without an end", f"an end at {guardian.ends_at}")
    guardian.ends_at = event.ends_at


@recoveries.sets(RecoverySigned, look_up=members)
def _recovery_signed(
    held: Recovery | None, event: RecoverySigned, _block: Block, _member: Member
) -> Recovery:
    held = held or Recovery(
        member=event.member, new_key=event.new_key, guardian=event.guardian, lapses_at=0, second_guardian=None
    )
    if event.lapses_at != held.lapses_at or held.second_guardian is not None:
        held.guardian, held.lapses_at, held.second_guardian = event.guardian, event.lapses_at, None
    else:
        held.second_guardian = event.guardian
    return held


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

"""Who is a member, and who sits where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import KeyKind, MemberKind, Role, SeatClass
from indexer.projections import committee as committee_noun
from indexer.projections import member as member_noun
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.members import queries
from ledger_api.members.rules import SUPERVISOR, upper_end
from ledger_api.members.schemas import (
    Committee,
    CommitteeDetail,
    Guardian,
    Key,
    Member,
    MemberDetail,
    RoleHeld,
    Seat,
    Tier,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ledger_api.mirror import Placed, Reading


async def member_detail(mirror: Reading, member: bytes) -> MemberDetail:
    """A member with keys, guardians, roles and seats.

    Raises:
        NotFoundError: There is no such member.
    """
    found = await mirror.placed(member_noun.members, queries.member_called(member))
    if not found:
        raise NotFoundError("member", hexed(member))
    guardians = await mirror.versions(member_noun.guardians, queries.guardians_of(member))
    left = await left_at(mirror, {one.guardian for one in guardians})
    roles = await mirror.versions(member_noun.roles, queries.roles_of(member))
    return MemberDetail(
        member=mirror.placed_record(Member, found[0]),
        keys=await keys_of(mirror, member),
        guardians=[
            Guardian(guardian=g.guardian, ends_at=g.ends_at, membership_ended_at=left.get(g.guardian))
            for g in guardians
        ],
        roles=[RoleHeld(role=r.role, scope=r.scope, valid_until=r.valid_until) for r in roles],
        seats=await seats_held(mirror, member),
        **mirror.head.stands(),
    )


async def keys_of(mirror: Reading, member: bytes) -> list[Key]:
    """Keys of a member as they stand at the head, in the order in which they were added."""
    return [
        Key(
            key=k.key, kind=k.kind, phase=member_noun.key_phase(k, mirror.head.time), valid_from=k.valid_from,
            refusable_until=k.refusable_until, ends_at=k.ends_at, replaced_by=k.replaced_by, refused_by=k.refused_by,
        )
        for k in await mirror.versions(member_noun.keys, queries.keys_of(member))
    ]  # fmt: skip


async def new_keys(mirror: Reading, member: bytes) -> list[tuple[bytes, Key]]:
    """The new keys that a member may refuse, own ones and those of members who named them guardian: whose, and which.

    Keys of desks stand with their delegations.
    """
    return [
        (owner, key)
        for owner in (member, *await guarded_by(mirror, member))
        for key in await keys_of(mirror, owner)
        if key.phase in (member_noun.KeyPhase.WAITING, member_noun.KeyPhase.NEW)
        and key.kind is not KeyKind.DESK
    ]


async def guarded_by(mirror: Reading, guardian: bytes) -> list[bytes]:
    """The members whose guardian somebody is now, 16 bytes each."""
    named = await mirror.versions(member_noun.guardians, queries.guarded_by(guardian))
    return [one.member for one in named if one.ends_at is None or mirror.head.time < one.ends_at]


async def household_of(mirror: Reading, member: bytes) -> bytes | None:
    """The household of a member as it is now, 16 bytes; None of who has none."""
    found = await mirror.placed(member_noun.members, queries.member_called(member))
    return next((one.version.household for one in found if any(one.version.household)), None)


async def left_at(mirror: Reading, among: Collection[bytes]) -> dict[bytes, int | None]:
    """Those of some members whose membership has ended: when, in seconds since 1970."""
    return {
        one.member: one.ended_at
        for one in await mirror.versions(member_noun.members, queries.who_left(among))
    }


async def is_a_person(mirror: Reading, member: bytes) -> bool:
    """Whether a member is a person: organisations take no tasks."""
    found = await mirror.placed(member_noun.members, queries.member_called(member))
    return any(one.version.kind is MemberKind.PERSON for one in found)


async def organisations(mirror: Reading) -> set[bytes]:
    """Members who are no persons, 16 bytes each."""
    found = await mirror.versions(member_noun.members, queries.organisations())
    return {one.member for one in found}


async def service_accounts(mirror: Reading) -> set[bytes]:
    """Members that are a service of the town, such as the keeper, which opens visits as a coordinator: nobody means them as a neighbour."""
    query = queries.holders(Role.COORDINATOR, await organisations(mirror))
    return {held.member for held in await mirror.versions(member_noun.roles, query)}


async def committee_detail(mirror: Reading, committee: int) -> CommitteeDetail:
    """A committee with its seats.

    Raises:
        NotFoundError: There is no such committee.
    """
    found = await mirror.placed(committee_noun.committees, queries.committees_numbered([committee]))
    if not found:
        raise NotFoundError("committee", committee)
    return await _detail(mirror, found[0])


async def committees_of(mirror: Reading, fund: int) -> list[CommitteeDetail]:
    """The committees of a fund, each with its seats: the one that decides, then who decided before, then who may once."""
    found = await mirror.placed(committee_noun.committees, queries.committees_of(fund))
    found.sort(key=lambda placed: placed.version.decides_since or 0, reverse=True)
    return [await _detail(mirror, committee) for committee in found]


async def _detail(mirror: Reading, found: Placed[committee_noun.Committee]) -> CommitteeDetail:
    held = await mirror.versions(member_noun.seats, queries.seats_of([found.version.committee]))
    of_version = queries.tiers_of(found.version.committee, found.version.rules_version)
    tiers = await mirror.versions(committee_noun.tiers, of_version)
    return CommitteeDetail(
        committee=mirror.placed_record(Committee, found),
        seats=all_seats(found.version, held, await left_at(mirror, {seat.member for seat in held})),
        rules=[_tier(tier) for tier in tiers],
        **mirror.head.stands(),
    )


def _tier(tier: committee_noun.Tier) -> Tier:
    values = {name: getattr(tier, name) for name in Tier.model_fields}
    return Tier(**values | {"up_to_fen": upper_end(tier.up_to_fen)})


def all_seats(
    committee: committee_noun.Committee, held: list[member_noun.Seat], left: Mapping[bytes, int | None]
) -> list[Seat]:
    """Voting seats of a committee by number, free ones too, then supervisors.

    Args:
        committee: The committee.
        held: Its seats that somebody holds.
        left: When the membership of holders ended who have left.
    """
    holders = {seat.seat: seat for seat in held if seat.seat != SUPERVISOR}
    voting = [
        _seat(committee.committee, number, cls, holders.get(number), left)
        for number, cls in enumerate(seat_classes(committee))
    ]
    supervisors = [
        _seat(committee.committee, SUPERVISOR, None, seat, left) for seat in held if seat.seat == SUPERVISOR
    ]
    return voting + supervisors


async def seats_held(mirror: Reading, member: bytes) -> list[Seat]:
    """Seats that a member holds."""
    held = await mirror.versions(member_noun.seats, queries.seats_held_by(member))
    query = queries.committees_numbered({seat.committee for seat in held})
    found = await mirror.placed(committee_noun.committees, query)
    classes = {placed.version.committee: seat_classes(placed.version) for placed in found}
    left = await left_at(mirror, [member])
    return [
        _seat(s.committee, s.seat, None if s.seat == SUPERVISOR else classes[s.committee][s.seat], s, left)
        for s in held
    ]


def seat_classes(committee: committee_noun.Committee) -> list[SeatClass]:
    """Whom each voting seat speaks for, seat 0 first."""
    masks = (
        committee.donor_seats,
        committee.resident_seats,
        committee.official_seats,
        committee.enterprise_seats,
    )
    return [
        next(SeatClass(i) for i, mask in enumerate(masks) if mask >> seat & 1)
        for seat in range(committee.seats)
    ]


def _seat(
    committee: int,
    seat: int,
    seat_class: SeatClass | None,
    held: member_noun.Seat | None,
    left: Mapping[bytes, int | None],
) -> Seat:
    return Seat(
        committee=committee,
        seat=seat,
        seat_class=seat_class,
        member=held.member if held else None,
        held_since=held.held_since if held else None,
        valid_until=held.valid_until if held else None,
        membership_ended_at=left.get(held.member) if held else None,
    )

"""Who is a member, and who sits where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import SeatClass
from contracts.events import SeatFilled, SeatVacated
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.members import repository
from ledger_api.members.schemas import Committee, CommitteeDetail, Key, Member, MemberDetail, RoleHeld, Seat

if TYPE_CHECKING:
    from ledger_api.mirror import Reading

SUPERVISOR = 255


async def member_detail(mirror: Reading, member: bytes) -> MemberDetail:
    """A member with keys, roles and seats.

    Raises:
        NotFoundError: There is no such member.
    """
    row = await mirror.first(repository.members().where(repository.registered.c.member == member))
    if row is None:
        raise NotFoundError("member", hexed(member))
    keys = [
        Key(key=k.key, valid_from_block=k.block_number, ended_at_block=k.ended_at_block)
        for k in await mirror.rows(repository.keys(member))
    ]
    return MemberDetail(
        member=mirror.record(Member, row),
        keys=keys,
        roles=await _roles(mirror, member),
        seats=await seats_held(mirror, member),
        **mirror.head.stands(),
    )


async def committee_detail(mirror: Reading, committee: int) -> CommitteeDetail:
    """A committee with its seats.

    Raises:
        NotFoundError: There is no such committee.
    """
    opened = repository.committees().where(repository.committees_opened.c.committee == committee)
    row = await mirror.first(opened)
    if row is None:
        raise NotFoundError("committee", committee)
    held = await _held(mirror, committee=committee)
    classes = seat_classes(row)
    voting = [
        _seat(committee, number, cls, held.get((committee, number, b"")))
        for number, cls in enumerate(classes)
    ]
    supervisors = [_seat(committee, SUPERVISOR, None, r) for (_, n, _), r in held.items() if n == SUPERVISOR]
    return CommitteeDetail(
        committee=mirror.record(Committee, row), seats=voting + supervisors, **mirror.head.stands()
    )


async def seats_held(mirror: Reading, member: bytes) -> list[Seat]:
    """Seats that a member holds."""
    classes = {r.committee: seat_classes(r) for r in await mirror.rows(repository.committees())}
    held = await _held(mirror, member=member)
    return [
        _seat(committee, seat, None if seat == SUPERVISOR else classes[committee][seat], row)
        for (committee, seat, _), row in held.items()
    ]


def seat_classes(committee: Any) -> list[SeatClass]:
    """Whom each voting seat speaks for, seat 0 first.

    Args:
        committee: A row with `seats` and the four masks.
    """
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


async def _roles(mirror: Reading, member: bytes) -> list[RoleHeld]:
    last = {(row.role, row.scope): row for row in await mirror.rows(repository.roles(member))}
    return [RoleHeld(role=r.role, scope=r.scope, valid_until=r.valid_until) for r in last.values()]


async def _held(mirror: Reading, **of: Any) -> dict[tuple[int, int, bytes], Any]:
    """Who holds each seat. Supervisors share a number, so their member is part of the key."""
    filled = await mirror.rows(repository.seat_changes(SeatFilled, **of))
    vacated = await mirror.rows(repository.seat_changes(SeatVacated, **of))
    held: dict[tuple[int, int, bytes], Any] = {}
    for row in sorted([*filled, *vacated], key=lambda r: (r.block_number, r.log_index)):
        key = (row.committee, row.seat, row.member if row.seat == SUPERVISOR else b"")
        if "valid_until" in row._mapping:  # noqa: SLF001
            held[key] = row
        # Whose time was over may be vacated after the seat was given to somebody else.
        elif key in held and held[key].member == row.member:
            del held[key]
    return held


def _seat(committee: int, seat: int, seat_class: SeatClass | None, row: Any) -> Seat:
    return Seat(
        committee=committee,
        seat=seat,
        seat_class=seat_class,
        member=row.member if row else None,
        held_since=row.time if row else None,
        valid_until=row.valid_until if row else None,
    )

"""Queries for members and committees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import MemberKind
from indexer.projections.committee import committees, tiers
from indexer.projections.member import guardians, keys, members, roles, seats
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from contracts.enums import Role


def all_members() -> Select[Any]:
    """All members in the order in which they joined."""
    return placed_rows(members).order_by(members.table.c.block_number, members.table.c.log_index)


@prepared
def keys_of(member: bytes) -> Select[Any]:
    """Keys of a member, in the order in which they were added."""
    return open_rows(keys).where(keys.table.c.member == member).order_by(*_place(keys.table.c))


@prepared
def guardians_of(member: bytes) -> Select[Any]:
    """Guardians of a member, in the order in which they were named first."""
    return open_rows(guardians).where(guardians.table.c.member == member).order_by(*_place(guardians.table.c))


@prepared
def guarded_by(guardian: bytes) -> Select[Any]:
    """Whose guardian a member is or was, in the order in which they were named first."""
    return (
        open_rows(guardians)
        .where(guardians.table.c.guardian == guardian)
        .order_by(*_place(guardians.table.c))
    )


@prepared
def roles_of(member: bytes) -> Select[Any]:
    """The last grant of each role to a member, in the order of the first."""
    return open_rows(roles).where(roles.table.c.member == member).order_by(*_place(roles.table.c))


@prepared
def organisations() -> Select[Any]:
    """Members who are no persons."""
    return open_rows(members).where(members.table.c.kind == MemberKind.ORGANISATION)


@prepared
def holders(role: Role, among: Collection[bytes]) -> Select[Any]:
    """Grants of a role to some members."""
    columns = roles.table.c
    return open_rows(roles).where(columns.role == role, columns.member.in_(among))


@prepared
def member_called(member: bytes) -> Select[Any]:
    """The member of an id."""
    return placed_rows(members).where(members.table.c.member == member)


@prepared
def who_left(among: Collection[bytes]) -> Select[Any]:
    """Those of some members whose membership has ended."""
    columns = members.table.c
    return open_rows(members).where(columns.member.in_(among), columns.ended_at.is_not(None))


@prepared
def all_committees() -> Select[Any]:
    """All committees by number."""
    return placed_rows(committees).order_by(committees.table.c.committee)


@prepared
def committees_numbered(numbers: Collection[int]) -> Select[Any]:
    """The committees of some numbers."""
    return placed_rows(committees).where(committees.table.c.committee.in_(numbers))


@prepared
def committees_of(fund: int) -> Select[Any]:
    """The committees that decide for a fund, by number."""
    return (
        placed_rows(committees).where(committees.table.c.fund == fund).order_by(committees.table.c.committee)
    )


@prepared
def tiers_of(committee: int, rules_version: int) -> Select[Any]:
    """The tiers of a version of a committee's rules, the lowest amount first."""
    columns = tiers.table.c
    of_version = columns.committee == committee, columns.rules_version == rules_version
    return open_rows(tiers).where(*of_version).order_by(columns.tier)


@prepared
def seats_of(committees: Collection[int]) -> Select[Any]:
    """Seats of committees that somebody holds, in the order in which they were filled."""
    return open_rows(seats).where(seats.table.c.committee.in_(committees)).order_by(*_place(seats.table.c))


@prepared
def seats_held_by(member: bytes) -> Select[Any]:
    """Seats that a member holds, in the order in which they were filled."""
    return open_rows(seats).where(seats.table.c.member == member).order_by(*_place(seats.table.c))


def _place(columns: Any) -> tuple[Any, Any]:
    return columns.block_number, columns.log_index

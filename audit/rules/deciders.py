"""Who could decide what at the end of a history: acts of offices, and committees with their seats and tiers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.decode.abi import functions
from audit.report.deciders import CommitteeSeen, Power, SeatHolder
from audit.rules.authority import ADMIN
from audit.rules.changes import OF_AUTHORITY, PUBLIC, WAITING_BIT, waits
from audit.rules.membership import SUPERVISOR, Membership
from audit.rules.tenures import Tenures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.chain.history import History


def powers_of(history: History, names: Mapping[bytes, str]) -> Iterator[Power]:
    """Every role that may call something, with what it may call.

    Args:
        history: The verified history.
        names: Pinned contracts by address.
    """
    roles: dict[tuple[bytes, bytes], int] = {}
    for log in history.logs("Authority.TargetFunctionRoleUpdated"):
        roles[log.values["target"], log.values["selector"]] = log.values["role_id"]
    found: dict[int, set[str]] = defaultdict(set)
    # No event gives the administrator what is its by the library: who holds which office, and which office may call what.
    found[ADMIN] |= {f"Authority.{name}" for name in OF_AUTHORITY}
    for log in history.logs("Authority.RoleAdminChanged"):
        found[log.values["admin"]].add(f"Authority.grantRole({log.values['role_id']})")
    for (target, selector), role in roles.items():
        contract = names.get(target)
        entry = functions(contract).get(selector) if contract else None
        found[role].add(f"{contract}.{entry.name}" if entry else f"0x{target.hex()}.{selector.hex()}")
    for role, called in sorted(found.items()):
        office = role if role == PUBLIC else role & ~WAITING_BIT
        yield Power(office=office, waits=waits(role), functions=tuple(sorted(called)))


def committees_of(history: History) -> Iterator[CommitteeSeen]:
    """Every committee as it is at the end.

    Args:
        history: The verified history.
    """
    membership, now, place = Membership(history), history.head.time, (history.head.number + 1, 0)
    tenures = Tenures(history, membership)
    members: dict[int, set[bytes]] = defaultdict(set)
    for log in history.logs("Committees.SeatFilled"):
        members[log.values["committee"]].add(log.values["member"])
    for number, opened in sorted(membership.committees.items()):
        seats, version = opened.values["seats"], membership.rules_version(number, place)
        held = {m: membership.seat_of(number, m, place, now) for m in members[number]}
        holders = [
            SeatHolder(number=seat.number, member=member, valid_until=seat.valid_until)
            for member, seat in held.items()
            if seat is not None
        ]
        yield CommitteeSeen(
            number=number, fund=opened.values["fund"], seats=seats, version=version,
            since=tenures.since(number), until=tenures.until(number),
            holders=tuple(sorted(holders, key=lambda h: (h.number == SUPERVISOR, h.number, h.member))),
            tiers=tuple(
                (
                    t["up_to_fen"], -(-seats * t["yes_numerator"] // t["yes_denominator"]) if t["yes_denominator"] else 0,
                    t["notice_seconds"], t["objections_to_suspend"],
                )
                for t in membership.tiers(number, version)
            ),
        )  # fmt: skip

"""What holds now of that which a change would set: as the arguments of the call that would set it so, from the mirror.

One declaration for each act; pages, API and command line compare the two calls and know of no act.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_

from indexer.projections.budget_line import budget_lines
from indexer.projections.committee import committees, tiers
from indexer.projections.member import members, roles, seats
from indexer.projections.service import services
from ledger_api.changes.history import latest_challenge
from ledger_api.forms import hexed
from ledger_api.mirror import open_rows
from wallets.intents.struct import camel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select

    from contracts.acts import Act, ActField
    from ledger_api.mirror import Reading

# `Tasks.challengeSeconds` before anybody set it.
FIRST_CHALLENGE = {"challengeSeconds": 24 * 3600}
UINT64 = 2**64


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """Where the mirror keeps what an act sets. A column is called as its argument, unless `columns` has it.

    Attributes:
        rows: Rows as they are now; where several count, in order.
        key: Arguments that name the thing.
        columns: Column by argument.
        entries: Argument of which the rows are the entries; empty if one row has all.
        otherwise: What holds while there is no row.
    """

    rows: Select[Any]
    key: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    entries: str = ""
    otherwise: Mapping[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, str]:
        """The column of each argument."""
        return {camel(column.name): column.name for column in self.rows.selected_columns} | dict(self.columns)


def _rules_in_force() -> Select[Any]:
    ruled, tier = committees.table.c, tiers.table.c
    is_in_force = and_(ruled.committee == tier.committee, ruled.rules_version == tier.rules_version)
    return (
        open_rows(tiers)
        .join(committees.table, and_(is_in_force, ruled.to_block.is_(None)))
        .order_by(tier.tier)
    )


def _deciding() -> Select[Any]:
    columns = committees.table.c
    return open_rows(committees).where(columns.decides_since.is_not(None), columns.decides_until.is_(None))


def _roles_given() -> Select[Any]:
    return open_rows(roles).where(roles.table.c.valid_until != 0)


KEPT = {
    "ChangeHousehold": _Kept(rows=open_rows(members), key=("member",)),
    "FillSeat": _Kept(rows=open_rows(seats), key=("committee", "seat")),
    "GrantRole": _Kept(rows=_roles_given(), key=("member", "role", "scope")),
    "HandOver": _Kept(rows=_deciding(), key=("fund",), columns={"successor": "committee"}),
    "SetBudgetLine": _Kept(rows=open_rows(budget_lines), key=("budgetLine",)),
    "SetChallenge": _Kept(rows=latest_challenge(), otherwise=FIRST_CHALLENGE),
    "SetRules": _Kept(rows=_rules_in_force(), key=("committee",), entries="tiers"),
    "SetService": _Kept(rows=open_rows(services), key=("service",)),
}


async def present_values(mirror: Reading, act: Act | None, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What holds now, by the names of arguments; none of what the mirror does not know, or whose reader may not know it.

    Args:
        mirror: A snapshot.
        act: The act; None if the function is none.
        arguments: What it would be called with, in JSON.
    """
    kept = KEPT.get(act.act) if act else None
    if act is None or kept is None or any(arguments.get(name) is None for name in kept.key):
        return {}
    columns, names = kept.rows.selected_columns, kept.names()
    is_it = [columns[names[name]] == _key(arguments[name]) for name in kept.key]
    rows = await mirror.rows(kept.rows.where(*is_it))
    if not rows:
        return dict(kept.otherwise)
    own = [one for one in act.input_fields if one.name not in kept.key]
    if not kept.entries:
        return _values(own, names, rows[0])
    of_entry = next(one.fields for one in own if one.name == kept.entries)
    return {kept.entries: [_values(of_entry, names, row) for row in rows]}


def _key(value: Any) -> int | bytes:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else int(value)


def _values(fields: Sequence[ActField], names: Mapping[str, str], row: Any) -> dict[str, Any]:
    values = {one.name: getattr(row, names[one.name]) for one in fields}
    # The mirror holds a number from 2^63 up as a negative one.
    return {name: hexed(v) if isinstance(v, bytes) else v % UINT64 for name, v in values.items()}

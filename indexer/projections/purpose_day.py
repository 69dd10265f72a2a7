"""What came into and went out of each purpose since the beginning, after each block that changed it.

Rows are only added. The last row of a purpose, its last row up to a day and its last row up to a block are one seek each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Index, Table, delete

from contracts.accounts import AccountKind
from contracts.enums import Reason
from contracts.events import Transferred
from indexer.calendar import china_day
from indexer.history import EVENT_TABLES
from indexer.projections.projection import Folding
from indexer.tables import key_column, mirror
from kit.sql import Question, ask, plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from contracts.types import Event
    from indexer.batch import Batch, Row
    from indexer.projections.handler import Block
    from indexer.projections.open_rows import OpenRows

# A transfer that takes an earlier one back lessens the side on which that stood.
TAKING_BACK = {
    Reason.DONATION_REVERSAL,
    Reason.DISBURSEMENT_REVERSAL,
    Reason.MATCH_RETURN,
    Reason.LOT_REVERSAL,
    Reason.DISBURSEMENT_RETURN,
    Reason.FEE_REVERSAL,
    Reason.INTEREST_REVERSAL,
}
_PURPOSE = int(AccountKind.PURPOSE)
_COLUMNS = [column.name for column in EVENT_TABLES[Transferred].columns]
_BLOCK, _PAYER, _PAYEE, _AMOUNT, _REASON = map(
    _COLUMNS.index, ("block_number", "payer", "payee", "amount", "reason")
)


class PurposeDayFold(Folding):
    """One batch of transfers."""

    def __init__(self, transfers: Sequence[Row], blocks: Mapping[int, Block]) -> None:
        self._moves, self._blocks = list(_moves(transfers)), blocks
        self._rows: dict[tuple[int, int], Row] = {}

    def prepare(self, open_rows: OpenRows) -> None:
        """Needs no things."""

    def refuse_beginning(self, open_rows: OpenRows) -> None:
        """Nothing begins."""

    def run(self, open_rows: OpenRows) -> None:
        """Adds up what each block changed."""
        totals = _last_totals(open_rows.connection, sorted({purpose for _, purpose, *_ in self._moves}))
        days = {number: china_day(block.time) for number, block in self._blocks.items()}
        for number, purpose, in_fen, out_fen in self._moves:
            before_in_fen, before_out_fen = totals[purpose]
            totals[purpose] = total = before_in_fen + in_fen, before_out_fen + out_fen
            self._rows[purpose, number] = (purpose, days[number], number, *total)

    def rows(self) -> list[Row]:
        """One for each purpose and block."""
        return list(self._rows.values())


class PurposeDays:
    """The running totals of all purposes."""

    name, module = "purpose_days", __name__
    events: Sequence[type[Event]] = (Transferred,)
    table = Table(
        name, mirror, key_column("purpose"), key_column("day"), key_column("block_number"),
        Column("in_fen", BigInteger, nullable=False, doc="Came in since the beginning, less what was taken back, in fen."),
        Column("out_fen", BigInteger, nullable=False, doc="Went out since the beginning, less what came back, in fen."),
        sqlite_with_rowid=False,
    )  # fmt: skip

    def fold(self, batch: Batch, blocks: Mapping[int, Block]) -> PurposeDayFold:
        """The rows of the blocks of a batch that changed a purpose, as `Projection.fold`."""
        return PurposeDayFold(batch.events.get(EVENT_TABLES[Transferred].name, ()), blocks)

    def rewind(self, connection: Connection, number: int) -> None:
        """Takes back all rows above a block."""
        connection.execute(delete(self.table).where(self.table.c.block_number > number))


def _moves(transfers: Iterable[Row]) -> Iterator[tuple[int, int, int, int]]:
    """Block, purpose, and what a transfer adds to its in and its out, for each side of it that is a purpose."""
    for row in transfers:
        amount_fen, back = row[_AMOUNT], row[_REASON] in TAKING_BACK
        if row[_PAYEE][0] == _PURPOSE:
            yield row[_BLOCK], _number(row[_PAYEE]), *((0, -amount_fen) if back else (amount_fen, 0))
        if row[_PAYER][0] == _PURPOSE:
            yield row[_BLOCK], _number(row[_PAYER]), *((-amount_fen, 0) if back else (0, amount_fen))


def _number(account: bytes) -> int:
    return int.from_bytes(account[1:], "big")


purpose_days = PurposeDays()
# A rewind looks for the rows above a block.
Index(None, purpose_days.table.c.block_number)


def _last_totals(connection: Connection, purposes: Sequence[int]) -> dict[int, tuple[int, int]]:
    """In and out of purposes since the beginning."""
    last = ", ".join(f"({_last(connection, name)})" for name in ("in_fen", "out_fen"))
    rows, query = [(purpose,) for purpose in purposes], f"SELECT purpose, {last} FROM lookup"  # noqa: S608
    found = ask(connection, Question(["purpose"], rows, query)) if rows else ()
    return {purpose: (in_fen or 0, out_fen or 0) for purpose, in_fen, out_fen in found}


def _last(connection: Connection, name: str) -> str:
    table = plain_name(connection, purpose_days.table)
    of = f"SELECT {name} FROM {table} t WHERE t.purpose = lookup.purpose"  # noqa: S608 - our own names
    return f"{of} ORDER BY day DESC, block_number DESC LIMIT 1"

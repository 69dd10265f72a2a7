"""Writes proven blocks: rows, balances, projections and cursor in one database transaction; and takes them back."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, case, delete, insert, select, update

from contracts.events import Transferred
from indexer import projections
from indexer.balances import balance_rows
from indexer.batch import Head
from indexer.errors import ForkError, MirrorBusyError, VerificationError
from indexer.history import EVENT_TABLES
from indexer.tables import balances, blocks, cursor, emitters, transactions, validators
from indexer.validators import validator_rows
from indexer.versions import first_difference, keep_record
from kit.sql import insert_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.deployment import Deployment
    from indexer.batch import Batch, Row

TRANSFERRED = EVENT_TABLES[Transferred]
_SEQUENCE = list(TRANSFERRED.columns).index(TRANSFERRED.c.sequence)


class Writer:
    """The one writer of a mirror."""

    def __init__(self, engine: Engine, *, finality_blocks: int, epoch_blocks: int) -> None:
        self._engine = engine
        self._finality_blocks = finality_blocks
        self._epoch_blocks = epoch_blocks

    def cursor(self) -> Head | None:
        """The last mirrored block; None before the first."""
        with self._engine.connect() as connection:
            row = connection.execute(select(cursor.c.number, cursor.c.hash)).one_or_none()
        return row and Head(number=row.number, hash=bytes(row.hash))

    def final_number(self) -> int:
        """Number of the last final block; -1 before the first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(cursor.c.final_number)).scalar_one_or_none()
        return -1 if found is None else found

    def block_hash(self, number: int) -> bytes | None:
        """Hash of a mirrored block, 32 bytes; None if it is not mirrored."""
        with self._engine.connect() as connection:
            query = select(blocks.c.hash).where(blocks.c.number == number)
            found = connection.execute(query).scalar_one_or_none()
        return found and bytes(found)

    def write(self, batch: Batch, after: Head | None) -> None:
        """Writes a batch, all or nothing.

        Args:
            batch: Proven blocks that follow `after`.
            after: The last mirrored block; None for an empty mirror.

        Raises:
            ForkError: The batch does not follow `after`.
            VerificationError: A transfer is missing or doubled, an event cannot follow on those before it, or a block is
                not sealed as it must be.
            MirrorBusyError: Someone else moved the cursor.
        """
        if after is not None and batch.parent_hash != after.hash:
            raise ForkError("parent hash", batch.first, after.hash, batch.parent_hash)
        transfers = batch.events.get(TRANSFERRED.name, [])
        with _uncollected(), self._engine.begin() as connection:
            self._move_cursor(connection, batch.head, after)
            _check_sequence(connection, transfers)
            new_validators = validator_rows(connection, batch, self._epoch_blocks)
            new_balances = balance_rows(connection, transfers)
            insert_all(connection, [(blocks, batch.blocks)])
            insert_all(connection, [
                (validators, new_validators),
                (transactions, batch.transactions),
                *((table, batch.events.get(table.name, ())) for table in (*EVENT_TABLES.values(), emitters)),
                (balances, new_balances),
            ])  # fmt: skip
            projections.write(connection, batch)

    def rewind(self, to: Head) -> None:
        """Takes back all blocks above `to`, with everything that hangs on them."""
        with self._engine.begin() as connection:
            _rewind(connection, to)

    def take_record(self, deployment: Deployment) -> int:
        """Goes on by a record of contracts: what was read by another one is taken back from where the two differ.

        Returns:
            How many blocks were taken back, to be read again.
        """
        with self._engine.begin() as connection:
            first = first_difference(connection, deployment)
            if first is None:
                return 0
            keep_record(connection, deployment)
            here = connection.execute(select(cursor.c.number)).scalar_one_or_none()
            before = select(blocks.c.number, blocks.c.hash).where(blocks.c.number == max(first - 1, 0))
            to = connection.execute(before).one_or_none()
            if here is None or to is None or to.number >= here:
                return 0
            _rewind(connection, Head(number=to.number, hash=bytes(to.hash)))
            # Nobody may take for final, and for missing, what is only read again.
            final = case((cursor.c.final_number > to.number, to.number), else_=cursor.c.final_number)
            connection.execute(update(cursor).values(final_number=final))
            return int(here - to.number)

    def _move_cursor(self, connection: Connection, head: Head, after: Head | None) -> None:
        final = max(0, head.number - self._finality_blocks)
        if after is None:
            first = insert(cursor).values(id=1, number=head.number, hash=head.hash, final_number=final)
            connection.execute(first)
            return
        here = (cursor.c.number == after.number) & (cursor.c.hash == after.hash)
        never_back = case((cursor.c.final_number > final, cursor.c.final_number), else_=final)
        values = {"number": head.number, "hash": head.hash, "final_number": never_back}
        if connection.execute(update(cursor).where(here).values(values)).rowcount != 1:
            raise MirrorBusyError(f"expected the mirror at block {after.number}; another writer moved it")


def _rewind(connection: Connection, to: Head) -> None:
    connection.execute(delete(blocks).where(blocks.c.number > to.number))
    projections.rewind(connection, to.number)
    connection.execute(update(cursor).values(number=to.number, hash=to.hash))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps the garbage collector still: rows and versions hold no cycles, and it would look at all of them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_sequence(connection: Connection, transfers: list[Row]) -> None:
    if not transfers:
        return
    last = select(TRANSFERRED.c.sequence).order_by(TRANSFERRED.c.sequence.desc()).limit(1)
    before = connection.execute(last).scalar_one_or_none() or 0
    for expected, row in enumerate(transfers, before + 1):
        if row[_SEQUENCE] != expected:
            raise VerificationError("sequence of transfers", row[0], expected, row[_SEQUENCE])

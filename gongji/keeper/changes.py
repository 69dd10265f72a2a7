"""Carries out changes of offices whose time has come; anybody may, so the relayer does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events import FoundingEnded
from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.change import Change, ChangePhase, changes, phase
from ledger_api.changes.history import signed_for, signed_for_offices
from ledger_api.history import recorded
from ledger_api.relayer.outbox import RELAYER
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from indexer.projections.change import Place


class Changes(Duty):
    """Carries out changes whose time has come. What no office announced is its caller's to carry out."""

    def orders(self) -> Iterator[Order]:
        """Changes that are due."""
        hour, mirror = self._context.hour(), self._context.mirror
        for change, office in due_of_offices(mirror, self._context.clock()):
            call = Call(
                contract="Offices", function="runForOffice", args=(office, change.target, change.data)
            )
            key = f"keeper:change/{change.operation_id.hex()}/{change.nonce}/{hour}"
            yield Order(sender=RELAYER, key=key, call=call)


def due_of_offices(mirror: Engine, now: int) -> Iterator[tuple[Change, int]]:
    """Changes whose time has come and is not over, each with the office that announced it.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    found = due(mirror, now)
    if not found:
        return
    with mirror.connect() as connection:
        rows = connection.execute(signed_for_offices({change.block_number for change in found})).all()
    for change in found:
        if signed := signed_for(change, rows):
            yield change, signed.office


def due(mirror: Engine, now: int) -> list[Change]:
    """Changes whose time has come and is not over.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    columns = changes.table.c
    open_ones = current_versions(
        mirror, changes, columns.executed_at.is_(None), columns.cancelled_at.is_(None), columns.due_at <= now
    )
    founded = _founded(mirror) if open_ones else None
    return [change for change in open_ones if phase(change, now, founded) is ChangePhase.DUE]


def _founded(mirror: Engine) -> Place | None:
    """Where the founding ended; None while it has not."""
    with mirror.connect() as connection:
        row = connection.execute(recorded(FoundingEnded)).first()
    return None if row is None else (row.block_number, row.log_index)

"""Carries out changes whose time has come, with the key that scheduled them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.events import FoundingEnded
from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.change import Change, ChangePhase, changes, phase
from ledger_api.history import recorded
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from indexer.projections.change import Place


class Changes(Duty):
    """Carries out changes whose time has come. What a key of somebody else scheduled is that key's to carry out."""

    def orders(self) -> Iterator[Order]:
        """Changes that are due."""
        hour = self._context.hour()
        for change in due(self._context.mirror, self._context.clock()):
            if sender := self._context.senders.get(change.caller):
                call = Call(contract="Authority", function="execute", args=(change.target, change.data))
                key = f"keeper:change/{change.operation_id.hex()}/{change.nonce}/{hour}"
                yield Order(sender=sender, key=key, call=call)


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

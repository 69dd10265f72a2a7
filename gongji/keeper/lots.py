"""Frees pieces that nobody accepted by their date, and ends disputes that nobody decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import LotState
from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.work import lots
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

# What ends a lot that is past the date of its state.
FUNCTIONS = {LotState.TAKEN: "lapseLot", LotState.DISPUTED: "lapseDispute"}


class Lots(Duty):
    """Ends lots that are past their date, so that no pieces are held for ever."""

    def orders(self) -> Iterator[Order]:
        """Endings that are due."""
        hour = self._context.hour()
        for function, lot in due(self._context.mirror, self._context.clock()):
            call = Call(contract="Cooperative", function=function, args=(lot,))
            yield Order(sender="relayer", key=f"keeper:{function}/{lot.hex()}/{hour}", call=call)


def due(mirror: Engine, now: int) -> list[tuple[str, bytes]]:
    """Functions to call, each with the lot.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    columns = lots.table.c
    over = current_versions(mirror, lots, columns.state.in_(FUNCTIONS), columns.until <= now)
    return [(FUNCTIONS[one.state], one.lot) for one in over]

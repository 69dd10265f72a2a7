"""Settles services that nobody disputed by the date, and gives back minutes of what nobody accepted, served or decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.redemption import HELD, SERVED, redemptions
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


class Redemptions(Duty):
    """Ends redemptions that are past their date, so that no minutes are held for ever."""

    def orders(self) -> Iterator[Order]:
        """Endings that are due."""
        hour = self._context.hour()
        for function, redemption in due(self._context.mirror, self._context.clock()):
            call = Call(contract="Redemptions", function=function, args=(redemption,))
            yield Order(sender="relayer", key=f"keeper:{function}/{redemption.hex()}/{hour}", call=call)


def due(mirror: Engine, now: int) -> list[tuple[str, bytes]]:
    """Functions to call, each with the redemption.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    columns = redemptions.table.c
    over = current_versions(mirror, redemptions, columns.state.in_(HELD), columns.until <= now)
    return [
        ("settleRedemption" if one.state == SERVED else "lapseRedemption", one.redemption) for one in over
    ]

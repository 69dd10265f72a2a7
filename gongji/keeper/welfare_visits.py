"""Opens the visits that the watch over the water meters asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.keeper.duty import Duty, Order

if TYPE_CHECKING:
    from collections.abc import Iterator


class WelfareVisits(Duty):
    """Has somebody look in where a tap stays dry."""

    def orders(self) -> Iterator[Order]:
        """Visits to open."""
        for name, call in self._context.welfare.calls(self._context.clock()):
            yield Order(sender="relayer", key=f"keeper:{name}", call=call)

"""Credits claims that have waited out their challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.task import UNDECIDED, TaskPhase, phase, tasks
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


class Credits(Duty):
    """Credits claims against which nothing was said in time, or nothing was decided."""

    def orders(self) -> Iterator[Order]:
        """Credits that are due."""
        hour = self._context.hour()
        for task in due(self._context.mirror, self._context.clock()):
            call = Call(contract="TimeBank", function="credit", args=(task,))
            yield Order(sender="relayer", key=f"keeper:credit/{task.hex()}/{hour}", call=call)


def due(mirror: Engine, now: int) -> list[bytes]:
    """Tasks whose claims may be credited.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    undecided = current_versions(mirror, tasks, tasks.table.c.state.in_(UNDECIDED))
    return [task.task for task in undecided if phase(task, now) is TaskPhase.CREDITABLE]

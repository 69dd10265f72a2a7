"""Ends tasks that nobody served by their date, and claims on which nobody decided by theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.task import UNDECIDED, UNSERVED, TaskPhase, phase, tasks
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

# What ends a task that has come there.
FUNCTIONS = {TaskPhase.EXPIRED: "expireTask", TaskPhase.LAPSED: "lapseClaim"}


class Endings(Duty):
    """Ends what is past its date, so that nothing waits for ever."""

    def orders(self) -> Iterator[Order]:
        """Endings that are due."""
        hour = self._context.hour()
        for function, task in due(self._context.mirror, self._context.clock()):
            call = Call(contract="TimeBank", function=function, args=(task,))
            yield Order(sender="relayer", key=f"keeper:{function}/{task.hex()}/{hour}", call=call)


def due(mirror: Engine, now: int) -> list[tuple[str, bytes]]:
    """Functions to call, each with the task.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    running = current_versions(mirror, tasks, tasks.table.c.state.in_((*UNSERVED, *UNDECIDED)))
    phases = ((task.task, phase(task, now)) for task in running)
    return [(FUNCTIONS[found], task) for task, found in phases if found in FUNCTIONS]

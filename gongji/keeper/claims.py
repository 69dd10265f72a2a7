"""Turns visits into claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from contracts.enums import TaskState
from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections.task import TaskPhase, phase, tasks
from iot.visits.claims import claim
from iot.visits.evidence import gather, tasks_in_log
from iot.visits.visits import assemble
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from gongji.keeper.duty import DutyContext
    from indexer.projections.task import Task

log = structlog.get_logger(__name__)


class Claims(Duty):
    """Claims of the visits of accepted tasks, whether their events were anchored before or after the acceptance.

    A visit is judged once for each acceptance, head and hour, so that one that was held or refused comes again. The
    order is named by acceptance and hour alone: under another head it would be another call for the same visit.
    """

    def __init__(self, context: DutyContext) -> None:
        super().__init__(context)
        self._judged: set[tuple[bytes, int | None, int, int]] = set()

    def orders(self) -> Iterator[Order]:
        """Claims of visits that are whole."""
        context, hour = self._context, self._context.hour()
        head = context.directory.last_anchor()
        if head is None:
            return
        attempts = {(t.task, t.accepted_at, head.size, hour) for t in due(context.mirror, context.clock())}
        new = {task: accepted_at for task, accepted_at, *_ in attempts - self._judged}
        with context.store.log() as reader, context.store.reading() as connection:
            for task in tasks_in_log(connection, new, head.size):
                visit = assemble(gather(connection, context.directory, task, head), context.config.ruleset)
                if visit.holds or visit.level is None:
                    log.info("visit_held", task=task.hex(), codes=[hold.code.value for hold in visit.holds])
                    continue
                args = (claim(visit, reader, size=head.size, ruleset=context.config.ruleset),)
                call = Call(contract="TimeBank", function="admitClaim", args=args)
                key = f"keeper:claim/{task.hex()}/{new[task]}/{hour}"
                yield Order(sender="verifier", key=key, call=call)
        self._judged = attempts


def due(mirror: Engine, now: int) -> list[Task]:
    """Tasks that somebody has: the only ones of which a claim may be admitted.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    accepted = current_versions(mirror, tasks, tasks.table.c.state == TaskState.ACCEPTED)
    return [task for task in accepted if phase(task, now) is TaskPhase.ACCEPTED]

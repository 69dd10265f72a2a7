"""The keeper: sees to what nobody must forget.

It anchors the event log, turns visits into claims, credits what has waited out its challenge, settles closed campaigns,
and raises welfare visits. It decides nothing: each act follows from the mirror and the event log, and the contracts check
it again. All it does goes through the relayer's outbox under an idempotency key, so that two keepers, or one killed
anywhere, act once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from gongji import due
from iot.anchor import next_anchor
from iot.claims import claim
from iot.evidence import gather, tasks_in_log
from iot.visits import assemble
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from gongji.welfare import Welfare
    from iot.config import IotConfig
    from iot.directory import Directory
    from iot.store import EventStore
    from kit.clock import Clock
    from ledger_api.relayer.outbox import Outbox

log = structlog.get_logger(__name__)

ROUND_SECONDS = 2.0
# What a contract refused, because a clock or a fund was not ready, is asked again so much later.
RETRY_SECONDS = 3600


class Keeper:
    """The keeper of one town."""

    def __init__(
        self,
        *,
        store: EventStore,
        directory: Directory,
        config: IotConfig,
        mirror: Engine,
        outbox: Outbox,
        welfare: Welfare,
        clock: Clock,
    ) -> None:
        """Remembers whom to ask.

        Args:
            store: The event log.
            directory: What the chain says about devices, tasks and anchors.
            config: Settings of service events.
            mirror: Reads the mirror.
            outbox: Where orders go.
            welfare: Watches the water meters.
            clock: Seconds since 1970.
        """
        self._welfare = welfare
        self._store, self._directory, self._config = store, directory, config
        self._mirror, self._outbox, self._clock = mirror, outbox, clock
        self._judged_size = 0
        self._held: set[bytes] = set()

    async def run(self) -> None:
        """Makes rounds until cancelled."""
        while True:
            await self.round()
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> int:
        """Looks at everything once.

        Returns:
            Number of new orders.
        """
        orders = await asyncio.to_thread(
            lambda: [
                *self._anchors(),
                *self._claims(),
                *self._credits(),
                *self._settlements(),
                *self._visits(),
            ]
        )
        accepted = await asyncio.gather(*(self._outbox.enqueue(call, key, by) for by, key, call in orders))
        for (by, key, _), order in zip(orders, accepted, strict=True):
            if order.created:
                log.info("keeper_ordered", key=key, service=by)
        return sum(order.created for order in accepted)

    def _anchors(self) -> Iterator[tuple[str, str, Call]]:
        anchors = self._directory.anchors()
        with self._store.log() as reader:
            last = anchors[-1] if anchors else None
            head = next_anchor(reader, last, self._config, now_seconds=self._clock())
        if head is not None:
            args = (head.size, head.root, self._config.ruleset.hash())
            yield (
                "log_keeper",
                f"keeper:anchor/{head.size}",
                Call(contract="EventLog", function="anchor", args=args),
            )

    def _claims(self) -> Iterator[tuple[str, str, Call]]:
        """Claims of visits whose events are under the latest head. A held one is judged again under the next head."""
        anchors = self._directory.anchors()
        size = anchors[-1].size if anchors else 0
        if size == self._judged_size:
            return
        with self._store.log() as reader, self._store.reading() as connection:
            tasks, self._held = self._held.union(tasks_in_log(connection, self._judged_size)), set()
            for task in sorted(tasks):
                if not due.may_be_claimed(self._mirror, task):
                    continue
                visit = assemble(gather(connection, self._directory, task, anchors), self._config.ruleset)
                if visit.holds or visit.level is None:
                    self._held.add(task)
                    log.info("visit_held", task=task.hex(), codes=[hold.code.value for hold in visit.holds])
                    continue
                args = (claim(visit, reader, size=size, ruleset=self._config.ruleset),)
                key = f"keeper:claim/{task.hex()}/{size}"
                yield "verifier", key, Call(contract="TimeBank", function="admitClaim", args=args)
        self._judged_size = size

    def _credits(self) -> Iterator[tuple[str, str, Call]]:
        for task, acknowledgements in due.credits(self._mirror, self._clock()):
            key = f"keeper:credit/{task.hex()}/{acknowledgements}/{self._hour()}"
            yield "relayer", key, Call(contract="TimeBank", function="credit", args=(task,))

    def _settlements(self) -> Iterator[tuple[str, str, Call]]:
        for campaign in due.settlements(self._mirror, self._clock()):
            key = f"keeper:settle/{campaign}/{self._hour()}"
            yield "relayer", key, Call(contract="Campaigns", function="settle", args=(campaign,))

    def _hour(self) -> int:
        return self._clock() // RETRY_SECONDS

    def _visits(self) -> Iterator[tuple[str, str, Call]]:
        for name, call in self._welfare.calls(self._clock()):
            yield "relayer", f"keeper:{name}", call

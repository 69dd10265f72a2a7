"""The keeper: sees to what nobody must forget.

It anchors the event log, turns visits into claims, credits what has waited out its challenge, settles closed campaigns,
and raises welfare visits. It decides nothing: each act follows from the mirror and the event log, and the contracts check
it again. All it does goes through the relayer's outbox under an idempotency key, so that two keepers, or one killed
anywhere, act once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from gongji import due
from iot.anchor import next_anchor
from iot.claims import claim
from iot.evidence import gather, tasks_in_log
from iot.visits import assemble
from ledger_api.errors import IdempotencyKeyReusedError
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be done on the chain.

    Attributes:
        sender: Service whose key sends it.
        key: Idempotency key: names the act, so that it is done once.
        call: What to call.
    """

    sender: str
    key: str
    call: Call


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
        self._judged: set[tuple[bytes, int | None, int, int]] = set()

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
        return sum(await asyncio.gather(*map(self._place, orders)))

    async def _place(self, order: Order) -> bool:
        """Whether the order is new."""
        try:
            accepted = await self._outbox.enqueue(order.call, order.key, order.sender)
        except IdempotencyKeyReusedError:
            # The same claim is on its way under another head.
            return False
        if accepted.created:
            log.info("keeper_ordered", key=order.key, service=order.sender)
        return accepted.created

    def _anchors(self) -> Iterator[Order]:
        with self._store.log() as reader:
            last = self._directory.last_anchor()
            head = next_anchor(reader, last, self._config, now_seconds=self._clock())
        if head is not None:
            args = (head.size, head.root, self._config.ruleset.hash())
            call = Call(contract="EventLog", function="anchor", args=args)
            yield Order(sender="log_keeper", key=f"keeper:anchor/{head.size}", call=call)

    def _claims(self) -> Iterator[Order]:
        """Claims of the visits of accepted tasks, whether their events were anchored before or after the acceptance.

        A visit is judged once for each acceptance, head and hour, so that one that was held or refused comes again. The
        order is named by acceptance and hour alone: under another head it would be another call for the same visit.
        """
        head = self._directory.last_anchor()
        if head is None:
            return
        attempts = {(t.task, t.accepted_at, head.size, self._hour()) for t in due.claims(self._mirror)}
        new = {task: accepted_at for task, accepted_at, *_ in attempts - self._judged}
        with self._store.log() as reader, self._store.reading() as connection:
            for task in tasks_in_log(connection, new, head.size):
                visit = assemble(gather(connection, self._directory, task, head), self._config.ruleset)
                if visit.holds or visit.level is None:
                    log.info("visit_held", task=task.hex(), codes=[hold.code.value for hold in visit.holds])
                    continue
                args = (claim(visit, reader, size=head.size, ruleset=self._config.ruleset),)
                call = Call(contract="TimeBank", function="admitClaim", args=args)
                key = f"keeper:claim/{task.hex()}/{new[task]}/{self._hour()}"
                yield Order(sender="verifier", key=key, call=call)
        self._judged = attempts

    def _credits(self) -> Iterator[Order]:
        for task in due.credits(self._mirror, self._clock()):
            call = Call(contract="TimeBank", function="credit", args=(task,))
            yield Order(sender="relayer", key=f"keeper:credit/{task.hex()}/{self._hour()}", call=call)

    def _settlements(self) -> Iterator[Order]:
        for campaign in due.settlements(self._mirror, self._clock()):
            call = Call(contract="Campaigns", function="settle", args=(campaign,))
            yield Order(sender="relayer", key=f"keeper:settle/{campaign}/{self._hour()}", call=call)

    def _hour(self) -> int:
        return self._clock() // RETRY_SECONDS

    def _visits(self) -> Iterator[Order]:
        for name, call in self._welfare.calls(self._clock()):
            yield Order(sender="relayer", key=f"keeper:{name}", call=call)

"""Takes in messages: verify, commit, then the receipt.

Many receives share one transaction (group commit): while one is being committed, the next gathers. A receipt for an
accepted event is given only after its commit.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iot.codes import Code
from iot.errors import EventRefusedError
from iot.event.clock import is_future, is_late
from iot.event.message import message_hash, verify
from iot.ingest.rate import RateLimit
from iot.ingest.receipts import Outcome, Receipt
from iot.log.append import Candidate
from iot.log.store import UnloggedMessage
from iot.metrics import BATCH_EVENTS, COMMIT_SECONDS, MESSAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.config import IotConfig
    from iot.directory import DeviceRecord, Directory
    from iot.event.event import Event
    from iot.log.append import AppendResult
    from iot.log.store import EventStore
    from kit.clock import Clock

PARKED = frozenset({Code.E_VERSION, Code.E_KID_UNKNOWN})
NOT_KEPT = frozenset({Code.E_RATE})


@dataclass(kw_only=True, slots=True)
class _PendingMessage:
    message: bytes
    receipt: asyncio.Future[Receipt]


class Ingest:
    """The one way into the log, for MQTT, HTTPS and the simulator alike.

    Args:
        store: Where events go.
        directory: Who knows about devices.
        config: Settings.
        clock: Seconds since 1970.
    """

    def __init__(self, store: EventStore, directory: Directory, config: IotConfig, *, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._config = config
        self._clock = clock
        self._rate = RateLimit(config.rate_per_minute)
        self._devices: dict[bytes, tuple[float, DeviceRecord]] = {}
        self._queue: deque[_PendingMessage] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def receive(self, message: bytes) -> Receipt:
        """Takes in one message.

        Args:
            message: COSE message as it came in.

        Returns:
            What became of it. If it is accepted, it is committed.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The database did not commit; the message is not acknowledged.
        """
        return (await self.receive_many([message]))[0]

    async def receive_many(self, messages: Sequence[bytes]) -> list[Receipt]:
        """Takes in messages in order; see `receive`."""
        loop = asyncio.get_running_loop()
        pending = [_PendingMessage(message=m, receipt=loop.create_future()) for m in messages]
        self._queue.extend(pending)
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work())
        return list(await asyncio.gather(*(one.receipt for one in pending)))

    async def retry_parked(self) -> list[Receipt]:
        """Tries again the messages whose device was unknown; it may have been enrolled meanwhile."""
        self._devices.clear()
        return await self.receive_many(await asyncio.to_thread(self._store.parked, self._config.batch_events))

    async def _work(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._config.batch_events))]
            try:
                receipts = await asyncio.to_thread(self._commit_batch, [one.message for one in batch])
            except Exception as error:  # noqa: BLE001 whoever waits gets it
                for one in batch:
                    if not one.receipt.done():
                        one.receipt.set_exception(error)
            else:
                for one, receipt in zip(batch, receipts, strict=True):
                    if not one.receipt.done():
                        one.receipt.set_result(receipt)

    def _commit_batch(self, messages: Sequence[bytes]) -> list[Receipt]:
        now = self._clock()
        verdicts = [self._judge(message, now) for message in messages]
        candidates = [one for one in verdicts if isinstance(one, Candidate)]
        unlogged = [one for one in verdicts if isinstance(one, UnloggedMessage) and one.code not in NOT_KEPT]
        began = time.perf_counter()
        results = iter(
            self._store.write(
                candidates,
                now_seconds=now,
                refusals=[one for one in unlogged if one.code not in PARKED],
                parkings=[one for one in unlogged if one.code in PARKED],
            )
        )
        COMMIT_SECONDS.observe(time.perf_counter() - began)
        BATCH_EVENTS.observe(len(messages))
        receipts = [
            _accepted(o, next(results)) if isinstance(o, Candidate) else _not_logged(o) for o in verdicts
        ]
        for receipt in receipts:
            MESSAGES.labels(receipt.outcome.name.lower(), ",".join(receipt.codes)).inc()
        return receipts

    def _judge(self, message: bytes, now: int) -> Candidate | UnloggedMessage:
        try:
            verified = verify(
                message,
                device=self._device,
                domain=self._config.domain,
                other_domains=self._config.other_domains,
            )
        except EventRefusedError as error:
            return UnloggedMessage(message=message, code=error.code, why=error.why)
        if not self._rate.allows(verified.event.device, now):
            why = f"expected at most {self._config.rate_per_minute} events a minute, got more; send it again"
            return UnloggedMessage(message=message, code=Code.E_RATE, why=why)
        return Candidate(verified=verified, notes=_clock_notes(verified.event, now))

    def _device(self, device: bytes) -> DeviceRecord | None:
        """Asks the directory, at most every few seconds; the time is real, because the town's clock may stand still."""
        until, known = self._devices.get(device, (0.0, None))
        if time.monotonic() < until:
            return known
        record = self._directory.device(device)
        if record is not None:
            self._devices[device] = (time.monotonic() + self._config.device_cache_seconds, record)
        return record


def _clock_notes(event: Event, now: int) -> tuple[Code, ...]:
    if is_future(event, now):
        return (Code.E_CLOCK_FUTURE,)
    return (Code.E_LATE,) if is_late(event, now) else ()


def _accepted(candidate: Candidate, result: AppendResult) -> Receipt:
    return Receipt(
        message_hash=message_hash(candidate.verified.message),
        outcome=Outcome.ACCEPTED if result.is_new else Outcome.DUPLICATE,
        codes=result.codes,
        event_hash=candidate.verified.event_hash,
        index=result.index,
    )


def _not_logged(one: UnloggedMessage) -> Receipt:
    return Receipt(
        message_hash=message_hash(one.message),
        outcome=Outcome.PARKED if one.code in PARKED else Outcome.REFUSED,
        codes=(one.code,),
        why=one.why,
    )

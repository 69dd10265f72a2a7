"""Sees to all duties, round after round."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from gongji.keeper.duty import Duty, DutyContext
from kit.scan import modules_of
from ledger_api.errors import IdempotencyKeyReusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gongji.keeper.duty import Order
    from gongji.keeper.welfare import Welfare
    from iot.config import IotConfig
    from iot.directory import Directory
    from iot.log.store import EventStore
    from kit.clock import Clock
    from ledger_api.health.duties import DutyBoard
    from ledger_api.relayer.outbox import Outbox

log = structlog.get_logger(__name__)

ROUND_SECONDS = 2.0


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
        board: DutyBoard,
        welfare: Welfare,
        clock: Clock,
    ) -> None:
        """Takes up all duties.

        Args:
            store: The event log.
            directory: What the chain says about devices, tasks and anchors.
            config: Settings of service events.
            mirror: Reads the mirror.
            outbox: Where orders go.
            board: Where it is noted how the duties go.
            welfare: Watches the water meters.
            clock: Seconds since 1970.
        """
        context = DutyContext(
            store=store, directory=directory, config=config, mirror=mirror, welfare=welfare, clock=clock,
        )  # fmt: skip
        self._duties = [duty(context) for duty in duties()]
        self._outbox, self._board = outbox, board

    async def run(self) -> None:
        """Makes rounds until cancelled."""
        while True:
            await self.round()
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> int:
        """Looks at everything once.

        Returns:
            Number of new orders.

        Raises:
            ExceptionGroup: Duties failed. What the others ordered is placed: one household must not hold up all claims.
        """
        orders, faults = await asyncio.to_thread(self._due)
        placed = sum(await asyncio.gather(*map(self._place, orders)))
        await self._board.note(faults)
        if raised := [fault for fault in faults.values() if fault is not None]:
            raise ExceptionGroup("duties of the keeper", raised)
        return placed

    def _due(self) -> tuple[list[Order], dict[str, Exception | None]]:
        """Orders of all duties, and by duty why one has none or not all."""
        orders: list[Order] = []
        faults: dict[str, Exception | None] = {}
        for duty in self._duties:
            name = type(duty).__name__
            faults[name] = None
            try:
                orders += duty.orders()
            except Exception as fault:  # noqa: BLE001 - raised as soon as the others are seen to
                faults[name] = fault
        return orders, faults

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


def duties() -> list[type[Duty]]:
    """All duties of this package, by the names of their modules."""
    found = (value for module in modules_of("gongji.keeper") for value in vars(module).values())
    return [one for one in found if isinstance(one, type) and issubclass(one, Duty) and one is not Duty]

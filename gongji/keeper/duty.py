"""What a duty of the keeper is: it looks at the town, and orders what is to be done on the chain."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from gongji.keeper.welfare import Welfare
    from iot.config import IotConfig
    from iot.directory import Directory
    from iot.log.store import EventStore
    from kit.clock import Clock
    from wallets.intents import Call

# What a contract refused, because a clock or a fund was not ready, is asked again so much later.
ORDER_AGAIN_SECONDS = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be done on the chain.

    Attributes:
        sender: Process whose key sends it.
        key: Idempotency key: names the act, so that it is done once.
        call: What to call.
    """

    sender: str
    key: str
    call: Call


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyContext:
    """What duties look at.

    Attributes:
        store: The event log.
        directory: What the chain says about devices, tasks and anchors.
        config: Settings of service events.
        mirror: Reads the mirror.
        welfare: Watches the water meters.
        clock: Seconds since 1970.
    """

    store: EventStore
    directory: Directory
    config: IotConfig
    mirror: Engine
    welfare: Welfare
    clock: Clock

    def hour(self) -> int:
        """Number of the hour, by which what is asked again is named."""
        return self.clock() // ORDER_AGAIN_SECONDS


class Duty(ABC):
    """A duty of the keeper of one town. One that stands in a module of this package is seen to."""

    def __init__(self, context: DutyContext) -> None:
        self._context = context

    @abstractmethod
    def orders(self) -> Iterator[Order]:
        """What is to be done now; what was ordered before may be ordered again under its key."""

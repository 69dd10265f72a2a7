"""The composition root: which part of a town gets which others. Its processes use it, and the town that is one process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from gongji.run import configs
from gongji.run.directory import MirrorDirectory
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from kit.clock import Clock, system_clock
from register.places import PlaceRegister

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from fastapi import FastAPI
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from gongji.keeper.keeper import Keeper
    from gongji.settings import Settings
    from iot.config import IotConfig
    from ledger_api.context import Context
    from register.register import Register


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """The parts of one town that ask each other. What only one process needs is imported when it is asked for.

    Attributes:
        settings: Settings of the town.
        clock: Seconds since 1970.
        config: Configuration of service events.
        mirror: Reads the mirror and blocks meanwhile.
        register: The town's own data.
        places: The places in it.
        directory: What the chain says about devices, tasks and anchors.
        events: The event log.
        ingest: The way into it.
    """

    settings: Settings
    clock: Clock
    config: IotConfig
    mirror: Engine
    register: Register
    places: PlaceRegister
    directory: MirrorDirectory
    events: EventStore
    ingest: Ingest

    @classmethod
    def open(cls, settings: Settings, stack: AsyncExitStack, clock: Clock = system_clock) -> Self:
        """Opens mirror, register and event log; the stack closes them."""
        config, register = configs.iot_config(settings), configs.open_register(settings, clock)
        stack.callback(register.close)
        mirror = configs.mirror_reader(settings)
        stack.callback(mirror.dispose)
        events = EventStore.open(config)
        stack.callback(events.close)
        places = PlaceRegister(register)
        directory = MirrorDirectory(mirror, places)
        return cls(
            settings=settings, clock=clock, config=config, mirror=mirror, register=register, places=places,
            directory=directory, events=events, ingest=Ingest(events, directory, config, clock=clock),
        )  # fmt: skip

    def context(self) -> Context:
        """What the endpoints of the portal share."""
        from gongji.keys import service_key
        from gongji.run.visit_source import LogVisitSource
        from ledger_api.context import Context

        visits = LogVisitSource(self.events, self.directory, self.config.ruleset, self.clock)
        receipts = service_key(self.settings, "receipts")
        return Context.open(
            configs.api_config(self.settings), clock=self.clock, visits=visits, receipts=receipts
        )

    def portal(self, context: Context) -> FastAPI:
        """API, pages, and device events over HTTPS; it closes the context when it ends."""
        from iot.ingest.http import events_router
        from iot.log.http import log_router
        from ledger_api.app import create_app

        routers = [events_router(self.ingest), log_router(self.events, self.config.ruleset)]
        return create_app(context, routers)

    def keeper(self, engine: AsyncEngine) -> Keeper:
        """The keeper, whose orders go to the outbox of the schema `app`, with the watch over the water meters."""
        from gongji.keeper.keeper import Keeper
        from gongji.keeper.welfare import Welfare
        from gongji.keys import service_key
        from gongji.rulesets import keep_ruleset
        from ledger_api.health.duties import DutyBoard
        from ledger_api.relayer.outbox import Outbox

        # Before the first claim that they judge.
        keep_ruleset(self.settings.path("rulesets.jsonl"), self.config.ruleset)
        welfare = Welfare(
            register=self.register, store=self.events, directory=self.directory,
            places=self.places, mirror=self.mirror, deployment=configs.deployment(self.settings),
            signer=service_key(self.settings, "duty"),
        )  # fmt: skip
        return Keeper(
            store=self.events, directory=self.directory, config=self.config, mirror=self.mirror,
            outbox=Outbox(engine, self.clock), board=DutyBoard(engine, self.clock), welfare=welfare, clock=self.clock,
        )  # fmt: skip

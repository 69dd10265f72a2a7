"""The town of the story with its event log: phones send to it, and their visits are judged."""

from __future__ import annotations

import contextlib
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.acts import acts
from gongji.acts.entered import arguments, entered, nested
from gongji.acts.names import kebab
from gongji.acts.options import options_of
from gongji.commands.performing import sender_of
from gongji.run.directory import MirrorDirectory
from gongji.run.visit_source import LogVisitSource
from indexer.schema import MIRROR
from iot.config import IotConfig
from iot.directory import Anchor
from iot.event.cose import Domain, parse
from iot.event.event import decode
from iot.ingest.http import events_router
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from iot.ruleset import Ruleset
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from kit.database import open_engine
from register.places import PlaceRegister

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from iot.event.event import Event
    from iot.visits.visits import Visit
    from tests.ledger_api.client import House


@dataclass(frozen=True, kw_only=True)
class EventLog:
    """What takes in events in a house.

    Attributes:
        house: The house.
        store: The log.
        directory: What the chain tells the log.
        ingest: The way into it.
    """

    house: House
    store: EventStore
    directory: MirrorDirectory
    ingest: Ingest

    def events(self, task: bytes) -> list[Event]:
        """Events of a task in the log, in its order."""
        return [event for event in self._all() if event.task == task]

    def numbers(self, task: bytes) -> list[int]:
        """Their numbers in the log."""
        return [number for number, event in enumerate(self._all()) if event.task == task]

    def _all(self) -> list[Event]:
        with self.store.log() as log:
            return [decode(parse(entry).payload) for entry in log.entries(0, 1000)]

    def visit(self, task: bytes) -> Visit:
        """What the events of a task come to, as if they were anchored now."""
        with self.store.log() as reader:
            head = reader.head()
        now = Anchor(size=head.size, root=head.root, block_number=0, time_seconds=self.house.context.clock())
        with self.store.reading() as connection:
            return assemble(gather(connection, self.directory, task, now), Ruleset())

    async def run(self, command: str) -> None:
        """Does what a command `gongji act …` says, as the office whose act it is."""
        program, group, name, *options = shlex.split(command)
        assert (program, group) == ("gongji", "act")
        act = next(act for act in acts().values() if kebab(act.act) == name)
        texts = dict(zip(options[::2], options[1::2], strict=True))
        values = entered(act, {option.name: texts.pop(option.flag) for option in options_of(act)})
        assert not texts
        args = arguments(act.fields, nested(act, values))
        await self.house.serve(sender_of(act), act.contract, act.function, *args)


@contextlib.asynccontextmanager
async def event_log(house: House, folder: Path) -> AsyncIterator[EventLog]:
    """Gives a house its event log, as the portal of a town has it; its pages show the visits."""
    deployment = house.config.deployment
    registry = bytes.fromhex(deployment.address("DeviceRegistry")[2:])
    limits: dict[str, Any] = {"device_cache_seconds": 0, "rate_per_minute": 600}
    config = IotConfig(
        database_url=f"sqlite:///{folder}/events.db", other_domains=(),
        domain=Domain(chain_id=deployment.chain_id, registry=registry), **limits,
    )  # fmt: skip
    mirror = open_engine(house.config.mirror_url, MIRROR, read_only=True)
    store, directory = (
        EventStore.open(config),
        MirrorDirectory(mirror, PlaceRegister(house.context.register)),
    )
    ingest = Ingest(store, directory, config, clock=house.context.clock)
    house.app.include_router(events_router(ingest))
    house.replace_in_context(visits=LogVisitSource(store, directory, config.ruleset, house.context.clock))
    yield EventLog(house=house, store=store, directory=directory, ingest=ingest)
    store.close()
    mirror.dispose()

"""A small town around the keeper: real contracts in this process, the mirror of their events, a real event log and outbox.

A block is an hour. What the keeper orders waits in the outbox until the town carries it to the contracts, or loses it.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from eth_utils import keccak
from sqlalchemy import select

from contracts.deployment import DeployedContract, Deployment
from contracts.enums import DeviceClass
from contracts.events import EVENTS
from gongji.keeper.keeper import Keeper
from gongji.keeper.welfare import Welfare
from gongji.run.directory import MirrorDirectory
from indexer.decode import reader
from iot.config import IotConfig
from iot.event.cose import Domain
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Outcome
from iot.log.store import EventStore
from iot.simulator.device import SimulatedDevice
from kit.database import open_async_engine
from kit.migrations import upgrade
from ledger_api.health.duties import DutyBoard, DutyState, read_duties
from ledger_api.relayer.outbox import Outbox
from ledger_api.schema import APP
from ledger_api.tables import commands
from register import KEY_FILE
from register.nouns import HOUSEHOLDS, Household
from register.places import PlaceRegister
from register.register import Register
from tests.conftest import CHAIN_ID, RefusedError, member_id, signer
from tests.contracts.evm import EvmTown
from tests.contracts.neighbourhood import FUND, found
from tests.indexer.projections.paper_mirror import PaperMirror, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row

    from contracts.types import Event
    from iot.simulator.device import EmittedEvent

VOLUNTEERS, HOME, SALT = ("volunteer", "worker"), keccak(text="home")[:16], b"s" * 32
READERS = {event.TOPIC: (event, reader(event)) for event in EVENTS}
CHALLENGE_SECONDS = 24 * 3600
SERVICE = 7


class EventfulTown(EvmTown):
    """Keeps the events of what was done."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        super().__init__()

    def call(self, caller: str, contract: str, data: bytes) -> bytes:
        output = super().call(caller, contract, data)
        for log in self.evm.result.logs:  # type: ignore[union-attr] # there is one after a call
            topics, words = log.data
            if topics[0] in READERS:
                event, read = READERS[topics[0]]
                fields = read(b"".join(b"\xa0" + topic for topic in topics) + words)
                self.events.append(event(**dict(zip((p.name for p in event.params()), fields, strict=True))))
        return output


class World:
    """The town, from its founding on.

    Attributes:
        evm: The contracts.
        now: The clock of keeper and devices, seconds since 1970.
        phones: By volunteer.
        pads: One for each volunteer's visits.
        meter: Of the household at `HOME`.
        register: The register.
        home: Commitment to `HOME`, 32 bytes.
    """

    def __init__(self) -> None:
        self.evm, self._events = founded()
        self._snapshot = self.evm.evm.snapshot()
        self._born = self.evm.now, self.evm._height
        self._folder = Path(mkdtemp())
        shutil.copytree(databases(), self._folder, dirs_exist_ok=True)
        self._runner = asyncio.Runner()
        self.now, self._done = 0, 0
        registry = bytes.fromhex(self.evm.address("DeviceRegistry")[2:])
        domain = Domain(chain_id=CHAIN_ID, registry=registry)
        self.config = IotConfig(
            database_url=self._url("events"), domain=domain, other_domains=(), device_cache_seconds=0, rate_per_minute=10**6
        )  # fmt: skip
        self.mirror, self.store = PaperMirror(self._url("mirror")), EventStore.open(self.config)
        self.register = Register.open(self._url("town"), self._folder / KEY_FILE, self.clock)
        self.places = PlaceRegister(self.register)
        self._app = open_async_engine(self._url("app"), APP)
        self.restart()
        self._furnish(domain)

    def restart(self) -> None:
        """A new keeper, which remembers nothing."""
        directory = MirrorDirectory(self.mirror.engine, self.places)
        self._ingest = Ingest(self.store, directory, self.config, clock=self.clock)
        places = {
            n: DeployedContract(address=self.evm.address(n), block=0, code_hash="") for n in ("TimeBank",)
        }
        welfare = Welfare(
            register=self.register, store=self.store, directory=directory, places=self.places, mirror=self.mirror.engine,
            signer=signer("coordinator"), deployment=Deployment(chain_id=CHAIN_ID, genesis_hash="", contracts=places),
        )  # fmt: skip
        self.keeper = Keeper(
            store=self.store, directory=directory, config=self.config, mirror=self.mirror.engine, welfare=welfare,
            outbox=Outbox(self._app, self.clock), board=DutyBoard(self._app, self.clock), clock=self.clock,
        )  # fmt: skip

    def clock(self) -> int:
        """Seconds since 1970."""
        return self.now

    def hours(self, count: int) -> None:
        """Lets hours pass, each with an empty block."""
        self.mirror.write([[]] * count)
        self._tick()

    def block(self, *acts: Any) -> None:
        """Does acts on the contracts, each a call without arguments, in the next block."""
        self.evm.wait(time_of(self.mirror.height + 1) - self.evm.now)
        for act in acts:
            act()
        events, self.evm.events = self.evm.events, []
        self.mirror.write([events])
        self._tick()

    def send(self, name: str, contract: str, function: str, *args: Any) -> Any:
        """An act for `block`: a call by a named person."""
        return lambda: self.evm.send(signer(name), contract, function, *args)

    def act(self, name: str, intent: Any) -> Any:
        """An act for `block`: an intent of a named person."""
        return lambda: self.evm.act(signer(name), intent)

    def watch(self, *, is_away: bool) -> None:
        """Has the meter watched, of a household that is away or not."""
        household = Household(fund=FUND, service=SERVICE, window_seconds=12 * 3600, is_away=is_away)
        self.register.put(HOUSEHOLDS, f"0x{self.meter.id.hex()}", household, "steward")

    def log(self, messages: Iterable[EmittedEvent]) -> None:
        """Takes signed events into the log."""
        receipts = self._runner.run(self._ingest.receive_many([one.message for one in messages]))
        assert {receipt.outcome for receipt in receipts} <= {Outcome.ACCEPTED}, receipts

    def round(self) -> set[str]:
        """A round of the keeper: keys of the new orders."""
        before = {row.idempotency_key for row in self.orders()}
        count = self._runner.run(self.keeper.round())
        new = {row.idempotency_key for row in self.orders()} - before
        assert count == len(new)
        return new

    def carry(self, *, lost: bool = False) -> None:
        """Carries waiting orders to the contracts in one block, or has the chain refuse them all."""
        waiting = self.orders()[self._done :]
        self._done += len(waiting)
        self.block(*(() if lost else (lambda row=row: self._call(row) for row in waiting)))

    def duties(self) -> list[DutyState]:
        """How the keeper's duties go."""

        return self._runner.run(self._duties())

    async def _duties(self) -> list[DutyState]:
        async with self._app.connect() as connection:
            return await read_duties(connection)

    def orders(self) -> Sequence[Row[Any]]:
        """All orders that the keeper ever gave."""
        return self._runner.run(self._orders())

    async def _orders(self) -> Sequence[Row[Any]]:
        async with self._app.connect() as connection:
            return (await connection.execute(select(commands).order_by(commands.c.number))).all()

    def close(self) -> None:
        """Closes everything and takes the contracts back to their founding."""
        self._runner.run(self._app.dispose())
        self._runner.close()
        self.store.close()
        self.register.close()
        self.mirror.close()
        self.evm.evm.revert(self._snapshot)
        self.evm.now, self.evm._height = self._born
        self.evm.events = []
        shutil.rmtree(self._folder)

    def _call(self, row: Row[Any]) -> None:
        with suppress(RefusedError):
            self.evm.call(signer(row.sender).address, row.contract, row.data)

    def _tick(self) -> None:
        self.now = time_of(self.mirror.height)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._folder}/{name}.db"

    def _furnish(self, domain: Domain) -> None:
        self.home = place = self.places.bind(HOME, SALT)
        since = self.evm.now
        self.phones = {
            n: SimulatedDevice(
                f"phone of {n}", domain, DeviceClass.PHONE, owner=member_id(n), valid_from_seconds=since
            )
            for n in VOLUNTEERS
        }
        self.pads = {
            n: SimulatedDevice(
                f"pad for {n}", domain, DeviceClass.PLACE_PAD, place=place, valid_from_seconds=since
            )
            for n in VOLUNTEERS
        }
        self.meter = SimulatedDevice(
            "meter", domain, DeviceClass.METER, place=place, valid_from_seconds=since
        )
        self.watch(is_away=False)
        devices = [*self.phones.values(), *self.pads.values(), self.meter]
        self.mirror.write([self._events])
        self.block(
            self.send("steward", "TimeBank", "setService", SERVICE, 10, 120, 0),
            self.send("steward", "TimeBank", "setChallenge", CHALLENGE_SECONDS),
            *(self.send("device_registrar", "DeviceRegistry", "enrol", d.id, d.registry_record()) for d in devices),
        )  # fmt: skip


@cache
def founded() -> tuple[EventfulTown, list[Event]]:
    """The neighbourhood, founded once, and the events of that."""
    town = EventfulTown()
    found(town)
    events, town.events = town.events, []
    return town, events


@cache
def databases() -> Path:
    """A folder with empty databases, to copy."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    PaperMirror(f"sqlite:///{folder}/mirror.db").close()
    upgrade(f"sqlite:///{folder}/app.db", APP)
    Register.open(f"sqlite:///{folder}/town.db", folder / KEY_FILE).close()
    return folder

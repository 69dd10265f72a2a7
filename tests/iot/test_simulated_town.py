"""The simulated town: the same day from the same seed, clean without faults, and each switch does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from iot.directory import Anchor
from iot.event.cose import parse
from iot.event.event import decode
from iot.ingest.receipts import Outcome
from iot.simulator.faults import MESSAGE_FAULTS, VISIT_FAULTS
from iot.visits.evidence import gather, tasks_in_log
from iot.visits.visits import assemble
from tests.iot.simulated_town import SimulatedTown
from tests.iot.town import DOMAIN, NOW, OTHER_DOMAIN, MemoryDirectory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iot.codes import Code
    from iot.config import IotConfig
    from iot.ingest.ingest import Ingest
    from iot.ingest.receipts import Receipt
    from iot.log.store import EventStore
    from iot.visits.visits import Visit
    from tests.iot.simulated_town import SentMessage
    from tests.iot.town import Clock

MIDNIGHT = NOW - NOW % 86_400


def simulated(seed: int = 1) -> SimulatedTown:
    return SimulatedTown(seed=seed, domain=DOMAIN, homes=5, volunteers=8, elsewhere=OTHER_DOMAIN)


@pytest.fixture
def directory() -> MemoryDirectory:
    return MemoryDirectory()


async def live(
    simulation: SimulatedTown,
    faults: Mapping[Code, float],
    ingest: Ingest,
    directory: MemoryDirectory,
    clock: Clock,
) -> list[tuple[SentMessage, Receipt]]:
    """Sends a day's messages, each at its time."""
    directory.enrol(*simulation.devices)
    directory.places = simulation.places
    deliveries = []
    for sent in simulation.day(MIDNIGHT, faults):
        clock.now = max(clock.now, sent.at_seconds)
        deliveries.append((sent, await ingest.receive(sent.message)))
    directory.tasks = simulation.tasks
    return deliveries


def visits(
    store: EventStore, directory: MemoryDirectory, clock: Clock, config: IotConfig
) -> dict[bytes, Visit]:
    with store.reading() as connection, store.log() as log:
        head = log.head()
        anchor = Anchor(size=head.size, root=head.root, block_number=1, time_seconds=clock.now)
        tasks = tasks_in_log(connection, directory.tasks, head.size)
        return {t: assemble(gather(connection, directory, t, anchor), config.ruleset) for t in tasks}


async def test_a_day_without_faults_is_all_accepted_and_every_visit_is_a4(
    ingest: Ingest, store: EventStore, directory: MemoryDirectory, clock: Clock, config: IotConfig
) -> None:
    clock.now = MIDNIGHT
    deliveries = await live(simulation := simulated(), {}, ingest, directory, clock)
    assert {(receipt.outcome, receipt.codes) for _, receipt in deliveries} == {(Outcome.ACCEPTED, ())}
    found = visits(store, directory, clock, config)
    assert found.keys() == simulation.tasks.keys()
    assert [(visit.level, visit.holds) for visit in found.values()] == [(4, ())] * 5


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    def events(seed: int) -> list[object]:
        return [decode(parse(sent.message).payload) for sent in simulated(seed).day(MIDNIGHT, {})]

    assert events(1) == events(1)
    assert events(1) != events(2)


@pytest.mark.parametrize("fault", sorted(MESSAGE_FAULTS))
async def test_a_switched_on_fault_of_messages_shows_in_the_receipts(
    fault: Code, ingest: Ingest, directory: MemoryDirectory, clock: Clock
) -> None:
    clock.now = MIDNIGHT
    deliveries = await live(simulated(), {fault: 0.3}, ingest, directory, clock)
    assert any(sent.fault is fault and fault in receipt.codes for sent, receipt in deliveries)


@pytest.mark.parametrize("fault", sorted(VISIT_FAULTS))
async def test_a_switched_on_fault_of_visits_shows_in_the_visits(
    fault: Code,
    ingest: Ingest,
    store: EventStore,
    directory: MemoryDirectory,
    clock: Clock,
    config: IotConfig,
) -> None:
    clock.now = MIDNIGHT
    await live(simulated(), {fault: 1.0}, ingest, directory, clock)
    clock.now += 24 * 3600
    codes = {
        code
        for visit in visits(store, directory, clock, config).values()
        for code in (*(h.code.value for h in visit.holds), *(e.because.value for e in visit.elements))
    }
    assert fault.value in codes

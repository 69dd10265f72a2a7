"""The stored log: roots and proofs of every size agree with the definitions, across tile borders and restarts."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete

from iot.errors import LeafUnknownError, LogBrokenError, LogRangeError
from iot.event.event import EventType
from iot.event.message import VerifiedMessage
from iot.log.append import Candidate
from iot.log.merkle import leaf_hash
from iot.log.schema import EVENTS
from iot.log.store import EventStore
from iot.log.tables import SCHEMA, leaves, metadata
from kit.database import open_engine, writing
from tests.iot.merkle_proofs import verify_consistency, verify_inclusion
from tests.iot.test_merkle import mth

if TYPE_CHECKING:
    from iot.config import IotConfig
    from iot.simulator.device import SimulatedDevice

SIZE = 65_800  # over 256 tiles, so that there is a tile of tiles


def candidates(pad: SimulatedDevice, start: int, count: int) -> list[Candidate]:
    """Events that nobody signed; here only their place in the tree matters."""
    event = pad.next_event(EventType.DEVICE_STATUS, 0)
    batch = []
    for n in range(start, start + count):
        message = f"message {n}".encode()
        verified = VerifiedMessage(
            message=message, event=replace(event, seq=n), event_hash=leaf_hash(message)
        )
        batch.append(Candidate(verified=verified))
    return batch


def test_the_log_has_the_roots_and_proofs_of_the_definition_across_tile_borders(
    database_url: str, config: IotConfig, pad: SimulatedDevice
) -> None:
    store = EventStore.open(replace(config, database_url=database_url))
    chosen, size = random.Random(7), 0
    entries = [f"message {n}".encode() for n in range(1500)]
    heads = {}
    while size < 1500:
        step = min(chosen.choice([1, 3, 100, 255, 256, 300]), 1500 - size)
        store.write(_chained(candidates(pad, size, step)), now_seconds=0)
        size += step
        with store.log() as log:
            heads[size] = log.head()
        assert heads[size].root == mth(entries[:size])
    with store.log() as log:
        for old, head in heads.items():
            verify_consistency(old, 1500, head.root, heads[1500].root, log.consistency(old, 1500))
        for index in chosen.sample(range(1500), 60):
            for size in (s for s in heads if s > index):
                proof = log.inclusion(leaf_hash(entries[index]), size)
                verify_inclusion(proof.leaf_hash, index, size, proof.path, heads[size].root)
    store.close()


def _chained(batch: list[Candidate]) -> list[Candidate]:
    """Each linked to the one before, so that nothing has to be looked up."""
    linked, prev = [], None
    for one in batch:
        seq = one.verified.event.seq
        before = leaf_hash(f"message {seq - 1}".encode()) if seq else None
        event = replace(one.verified.event, prev=prev or before)
        linked.append(Candidate(verified=replace(one.verified, event=event)))
        prev = one.verified.event_hash
    return linked


def test_a_large_log_proves_through_tiles_of_tiles(config: IotConfig, pad: SimulatedDevice) -> None:
    store = EventStore.open(config)
    for start in range(0, SIZE, 9_400):
        store.write(_chained(candidates(pad, start, 9_400)), now_seconds=0)
    entries = [f"message {n}".encode() for n in range(SIZE)]
    expected = mth(entries)
    with store.log() as log:
        assert log.head().root == expected
        for index in (0, 255, 256, 65_535, 65_536, SIZE - 1):
            proof = log.inclusion(leaf_hash(entries[index]), SIZE)
            verify_inclusion(proof.leaf_hash, index, SIZE, proof.path, expected)
    store.close()


def test_questions_outside_the_log_are_refused(store: EventStore, pad: SimulatedDevice) -> None:
    store.write(_chained(candidates(pad, 0, 3)), now_seconds=0)
    with store.log() as log:
        with pytest.raises(LogRangeError):
            log.head(4)
        with pytest.raises(LogRangeError):
            log.consistency(1, 4)
        with pytest.raises(LeafUnknownError):
            log.inclusion(bytes(32), 3)
        with pytest.raises(LeafUnknownError):
            log.inclusion(leaf_hash(b"message 2"), 2)
        assert log.entries(1, 10) == (b"message 1", b"message 2")


def test_a_log_that_lost_a_leaf_says_so_and_takes_no_more(store: EventStore, pad: SimulatedDevice) -> None:
    store.write(_chained(candidates(pad, 0, 200)), now_seconds=0)
    with writing(store._engine) as connection:
        connection.execute(delete(leaves).where(leaves.c.position == 100))
    with store.log() as log, pytest.raises(LogBrokenError):
        log.head()
    with pytest.raises(LogBrokenError):
        store.write(_chained(candidates(pad, 200, 100)), now_seconds=0)


def test_the_migrations_make_the_tables_that_the_code_names(database_url: str, config: IotConfig) -> None:
    settings = replace(config, database_url=database_url)
    EventStore.open(settings).close()
    EventStore.open(settings).close()  # twice changes nothing
    engine = open_engine(database_url, EVENTS)
    is_postgresql = engine.dialect.name == "postgresql"
    if not is_postgresql:
        metadata_here = type(metadata)()
        for table in metadata.sorted_tables:
            table.to_metadata(metadata_here, schema=None)  # type: ignore[arg-type]
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": is_postgresql,
                "version_table": "events_version",
                "version_table_schema": SCHEMA if is_postgresql else None,
                "compare_type": True,
            },
        )
        differences = compare_metadata(context, metadata if is_postgresql else metadata_here)
    engine.dispose()
    assert differences == []

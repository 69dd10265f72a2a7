"""A killed ingest loses nothing that it acknowledged, and leaves a log without holes."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from iot.event.cose import parse
from iot.event.event import event_hash
from iot.log.merkle import leaf_hash
from iot.log.store import EventStore
from iot.log.tables import devices, leaves
from tests.iot.test_merkle import mth

if TYPE_CHECKING:
    from iot.config import IotConfig

ROOT = Path(__file__).parents[2]
ROUNDS = 4


def acknowledged_before_a_kill(url: str, round_number: int, chance: random.Random) -> dict[int, str]:
    """Starts an ingest, kills it somewhere in the middle of its work, and returns what it had acknowledged."""
    command = [sys.executable, "-m", "tests.iot.ingesting", url, str(round_number)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randrange(50, 400))]
        time.sleep(chance.random() / 50)
        process.kill()
        lines += process.stdout.read().splitlines(keepends=True)
    assert process.returncode == -9
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {int(index): name for index, name in whole}


def test_a_killed_ingest_loses_nothing_acknowledged(database_url: str, config: IotConfig) -> None:
    chance = random.Random(11)
    acknowledged: dict[int, str] = {}
    for round_number in range(ROUNDS):
        receipts = acknowledged_before_a_kill(database_url, round_number, chance)
        assert not acknowledged.keys() & receipts.keys()
        acknowledged |= receipts
    assert len(acknowledged) > 50 * ROUNDS
    store = EventStore.open(replace(config, database_url=database_url))
    with store.reading() as connection:
        rows = connection.execute(select(leaves).order_by(leaves.c.position)).all()
        states = connection.execute(select(devices)).all()
    with store.log() as log:
        head = log.head()
    store.close()
    assert [row.position for row in rows] == list(range(head.size))
    assert {i: rows[i].event_hash.hex() for i in acknowledged} == acknowledged
    for row in rows:
        assert row.leaf_hash == leaf_hash(row.message)
        assert row.event_hash == event_hash(parse(row.message).payload)
        assert row.notes == ""
    assert head.root == mth([row.message for row in rows])
    for state in states:
        assert state.seq == max(row.seq for row in rows if row.device == state.device)

"""One process has the right to write, until it gives it back or ends."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kit.database import open_engine
from kit.errors import LockHeldError
from kit.lease import Lease
from tests.kit.notes import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

HOLDER = """
import sys
from kit.database import open_engine
from kit.lease import Lease
from tests.kit.notes import NOTES
lease = Lease(open_engine(sys.argv[1], NOTES), NOTES.name)
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url, NOTES)
    yield engine
    engine.dispose()


def test_a_second_holder_is_refused_until_the_first_gives_it_back(engine: Engine) -> None:
    lease = Lease(engine, "notes")
    with pytest.raises(LockHeldError):
        Lease(engine, "notes")
    lease.check()
    lease.release()
    Lease(engine, "notes").release()


def test_a_killed_holder_has_it_no_more(engine: Engine, database_url: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLDER, database_url], stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"taken\n"
        with pytest.raises(LockHeldError):
            Lease(engine, "notes")
        holder.kill()
    _soon(engine).release()


def _soon(engine: Engine) -> Lease:
    """Takes it as soon as the server has noticed that the holder is gone."""
    end = time.monotonic() + 10
    while True:
        try:
            return Lease(engine, "notes")
        except LockHeldError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def test_a_lease_whose_session_the_server_ended_is_found_lost(postgres_url: str) -> None:
    engine = open_engine(postgres_url, NOTES)
    lease = Lease(engine, "notes")
    with engine.connect() as connection:
        ended = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        assert connection.execute(ended).scalars().all() == [True]
    with pytest.raises(OperationalError):
        lease.check()
    lease.release()
    engine.dispose()

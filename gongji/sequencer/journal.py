"""The append-only journal of the embedded chain.

One record a line: eight hex digits of CRC-32, a space, JSON. A line that is cut off or damaged at the very end was never
acknowledged and is cut away when the journal is opened; one in the middle is damage and is refused. Kinds of records:

    {"chain": {...}}                                  first line: what the chain is
    {"tx": "0x…"}                                     an accepted transaction
    {"block": 7, "time": 1700000000, "txs": ["0x…"]}  a block about to be mined
    {"sealed": 7, "hash": "0x…"}                      the hash that it got
"""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING, Any

from gongji.errors import GongjiError
from gongji.sequencer.errors import JournalDamagedError, JournalInUseError
from kit.errors import LockHeldError
from kit.lock import lock_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Record = dict[str, Any]


class Journal:
    """An open journal. Only one process may have it open."""

    def __init__(self, path: Path) -> None:
        """Opens the journal, or begins one, and cuts off a torn last line.

        Args:
            path: File of the journal.

        Raises:
            JournalDamagedError: A line before the last one is damaged.
            JournalInUseError: Another process has it open.
        """
        self._path = path
        self._file = path.open("ab")
        try:
            lock_file(self._file)
            self._cut_torn_end()
        except LockHeldError:
            self._file.close()
            raise JournalInUseError(path) from None
        except GongjiError:
            self._file.close()
            raise
        _sync_folder(path)

    def append(self, records: Sequence[Record]) -> None:
        """Writes records and returns when they are on the disk."""
        self._file.write(b"".join(_line(r) for r in records))
        self._file.flush()
        os.fsync(self._file.fileno())

    def records(self) -> Iterator[Record]:
        """All records, oldest first."""
        with self._path.open("rb") as file:
            for line in file:
                yield json.loads(line[9:])

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _cut_torn_end(self) -> None:
        good = self._good_bytes()
        if good != self._file.tell():
            os.ftruncate(self._file.fileno(), good)
            os.fsync(self._file.fileno())

    def _good_bytes(self) -> int:
        good = 0
        with self._path.open("rb") as file:
            for line in file:
                if _is_whole(line):
                    good += len(line)
                elif file.read(1):
                    raise JournalDamagedError(self._path, good)
        return good


def _line(record: Record) -> bytes:
    text = json.dumps(record, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"\n") and line[:8] == b"%08x" % zlib.crc32(line[9:-1])


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)

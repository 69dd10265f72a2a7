"""The register of places: which place stands behind a commitment on chain. The operator's, and an auditor's exhibit.

A task's beneficiary and a device's place are known on chain by commitments only:
`SHA-256("gongji.place.v1" || salt (32 bytes) || place (16 bytes))`, each with a salt of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TAG = b"gongji.place.v1"


def place_commitment(place: bytes, salt: bytes) -> bytes:
    """Commitment to a place, 32 bytes.

    Args:
        place: Pseudonym of the place, 16 bytes.
        salt: 32 random bytes.
    """
    return hashlib.sha256(TAG + salt + place).digest()


class PlaceRegister:
    """The file of all bindings, one JSON object a line; it only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[bytes, bytes] = {}
        self._read_bytes = 0
        self._read()

    def bind(self, place: bytes, salt: bytes) -> bytes:
        """Registers a place under a new commitment and returns the commitment; on the disk when this returns."""
        commitment = place_commitment(place, salt)
        if self.place_of(commitment) is None:
            line = json.dumps({"commitment": commitment.hex(), "place": place.hex(), "salt": salt.hex()})
            with self._path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._read()
                # What a writer that was killed left of a line: nobody was given its commitment.
                file.truncate(self._read_bytes)
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            self._read()
        return commitment

    def place_of(self, commitment: bytes) -> bytes | None:
        """The place behind a commitment, 16 bytes, or None."""
        if commitment not in self._places:
            self._read()
        return self._places.get(commitment)

    def _read(self) -> None:
        """Takes up what another process has added; a last line still being written waits for the next time."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._read_bytes += len(line)
                entry = json.loads(line)
                self._places[bytes.fromhex(entry["commitment"])] = bytes.fromhex(entry["place"])

"""Places: which one stands behind a commitment on chain. The operator's, and an auditor's exhibit.

A task's beneficiary and a device's place are known on chain by commitments only, each with a salt of its own.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from register.nouns import HOMES, PLACES, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from register.register import Register

# The service that gives each task and device a commitment of its own.
EDITOR = "keeper"


class PlaceRegister:
    """The places in a register.

    What was found is kept until `reread`: the place behind a commitment never changes. One that is forgotten meanwhile is
    known to this program until then.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._places: dict[bytes, bytes] = {}

    def bind_home(self, home: str, editor: str) -> bytes:
        """Registers a home under a new commitment with a salt of its own, and returns the commitment.

        Args:
            home: Its id, 0x and hex.
            editor: Who has it registered.

        Raises:
            EditRefusedError: The home was taken away or forgotten; no commitment may outlive it.
        """
        entry = Place(place=home, salt=f"0x{secrets.token_hex(32)}")
        self._register.put(PLACES, entry.commitment, entry, editor, beside=(HOMES, home))
        return bytes.fromhex(entry.commitment[2:])

    def bind(self, place: bytes, salt: bytes) -> bytes:
        """Registers a place under a new commitment and returns the commitment; on the disk when this returns.

        Args:
            place: Pseudonym of the place, 16 bytes.
            salt: 32 random bytes.
        """
        entry = Place(place=f"0x{place.hex()}", salt=f"0x{salt.hex()}")
        # Looked for without what was found before: it may have been forgotten meanwhile.
        if self._register.get(PLACES, entry.commitment) is None:
            self._register.put(PLACES, entry.commitment, entry, EDITOR)
        return bytes.fromhex(entry.commitment[2:])

    def place_of(self, commitment: bytes) -> bytes | None:
        """The place behind a commitment, 16 bytes, or None."""
        if commitment not in self._places:
            entry = self._register.get(PLACES, f"0x{commitment.hex()}")
            if entry is None:
                return None
            self._places[commitment] = bytes.fromhex(entry.place[2:])
        return self._places[commitment]

    def reread(self) -> None:
        """Lets go of what was found, since something may have been forgotten."""
        self._places.clear()

    def exhibit(self) -> Iterator[str]:
        """Lines of the file that an auditor gets: a binding each, as JSON, hex without 0x."""
        for commitment, entry in self._register.entries(PLACES).items():
            yield (
                json.dumps({"commitment": commitment[2:], "place": entry.place[2:], "salt": entry.salt[2:]})
                + "\n"
            )

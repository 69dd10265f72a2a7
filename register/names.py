"""Names that are not on chain: of funds, purposes, services, public members; and words that a city wants otherwise."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import exc

from kit.translation import english
from register.nouns import NAMED, NAMES, TITLES, WORDS, Name
from register.overlay import Overlay

if TYPE_CHECKING:
    from register.register import Register

SHOWN_HEX = 6
# What another process has edited is seen so much later at most.
LOOK_SECONDS = 1.0
NOUNS = (*NAMED.values(), WORDS, TITLES)
# What a database that is away or too busy looks like.
UNANSWERED = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of a town at one time.

    Attributes:
        groups: Names by noun and key.
        revision: Number of the last edit of the register.
    """

    groups: dict[str, dict[str, Name]] = field(default_factory=dict)
    revision: int = 0

    def of(self, noun: str, key: int | bytes) -> Name:
        """Name of a thing; "基金 3 Fund 3" if it has none.

        Args:
            noun: One of `NAMES`.
            key: Its number or id.
        """
        named = self.groups.get(noun, {}).get(entry_key(key))
        if named is not None:
            return named
        kind, label = NAMES[noun], short(noun, key)
        return Name(zh=f"{kind} {label}", en=f"{english(kind)} {label}")

    def has(self, noun: str, key: int | bytes) -> bool:
        """Whether a thing has a name."""
        return entry_key(key) in self.groups.get(noun, {})

    def named(self, noun: str) -> dict[str, Name]:
        """All names of a noun, by number or by 0x and hex of the id."""
        return self.groups.get(noun, {})

    def title(self, documents: bytes) -> Name | None:
        """Title of a request as its applicant wrote it; None if it has none.

        Args:
            documents: Commitment of its text, 32 bytes.
        """
        return self.groups.get(TITLES.name, {}).get(entry_key(documents))

    def in_usual_words(self) -> Names:
        """The same names without the city's words: for what is signed, whose words no office may change."""
        return replace(self, groups=self.groups | {WORDS.name: {}})

    @cached_property
    def overlay(self) -> Overlay:
        """Words that the city wants otherwise."""
        return Overlay(self.named(WORDS.name))


class NameBook:
    """The names of a town as they stand now; what was read stays until it is edited, and while the database does not answer.

    Args:
        register: The register.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._names, self._looking = Names(), threading.Lock()
        self.look()

    def current(self) -> Names:
        """The names as they were when they were last looked at. Asks no database, so that no page waits for a disk."""
        return self._names

    async def follow(self) -> None:
        """Looks again and again, on a thread of its own, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look(self) -> Names:
        """Reads what was edited since, and blocks meanwhile; for whoever has just edited a name.

        Returns:
            The names as they stand now.
        """
        with self._looking:
            try:
                if self._register.last_number() != self._names.revision:
                    self._names = self._read()
            except UNANSWERED as error:
                log.warning("names_unread", reason=str(getattr(error, "orig", error)))
            return self._names

    def _read(self) -> Names:
        groups = {noun: dict(named) for noun, named in self._names.groups.items()}
        revision = self._register.last_number()
        for noun, edit in self._register.changes(NOUNS, self._names.revision):
            group = groups.setdefault(noun.name, {})
            if edit.value is None:
                group.pop(edit.key, None)
            else:
                group[edit.key] = edit.value
        return Names(groups=groups, revision=revision)


def entry_key(key: int | bytes) -> str:
    """Key of an entry of the register: a number, or 0x and hex of an id."""
    return "0x" + key.hex() if isinstance(key, bytes) else str(key)


def short(noun: str, key: int | bytes) -> str:
    """A number or an id as people read it, such as 2-1 for the first purpose of fund 2."""
    if isinstance(key, bytes):
        return key.hex()[:SHOWN_HEX]
    # People count the purposes of a fund from 1.
    return f"{key >> 16}-{key & 0xFFFF}" if noun == "purposes" else str(key)

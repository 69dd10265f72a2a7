"""Values of the API as people read them, in both languages: names beside ids, yuan instead of fen, words instead of codes."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from kit.translation import LANGUAGES
from ledger_api.locale import Locale
from register.names import NameBook, Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.settings import Settings

NOTHING = "—"


def flag(reader: Locale, is_so: bool) -> str:
    """Yes or no.

    Args:
        reader: Who reads.
        is_so: Which of them.
    """
    return reader.gettext("是") if is_so else reader.gettext("否")


class Shown:
    """How this town's pages show things, for the command line.

    Args:
        names: Names of the town.
    """

    def __init__(self, names: Names) -> None:
        self._readers = [Locale(lang=lang, size="normal", names=names) for lang in LANGUAGES]
        self._names = names

    def both(self, text: Callable[[Locale], str]) -> str:
        """What a Chinese and an English reader see; once where it is the same."""
        return " ".join(dict.fromkeys(text(reader) for reader in self._readers))

    def name(self, noun: str, key: int) -> str:
        """Name of a thing.

        Args:
            noun: Kind of thing, as in the register, such as "funds".
            key: Its number.
        """
        return self.both(lambda reader: reader.name(noun, key))

    def member(self, member: str) -> str:
        """Name of a member whose name is public.

        Args:
            member: Its id, 0x and hex.
        """
        key = bytes.fromhex(member[2:])
        return self.both(lambda reader: reader.person(key)) if self._names.has("members", key) else NOTHING

    def title(self, number: int, documents: str) -> str:
        """What a request asks for.

        Args:
            number: Number that people use.
            documents: Commitment of its text, 0x and hex.
        """
        return self.both(lambda reader: reader.request(number, bytes.fromhex(documents[2:])))

    def word(self, group: str, code: str) -> str:
        """Word for a code, such as that of a state."""
        return self.both(lambda reader: reader.word(group, code))

    def flag(self, is_so: bool) -> str:
        """Yes or no."""
        return self.both(lambda reader: flag(reader, is_so))

    def minutes(self, minutes: int) -> str:
        """A time of service."""
        return self.both(lambda reader: reader.minutes(minutes))


def shown(settings: Settings) -> Shown:
    """How this town's pages show things; without its register things have numbers only.

    Args:
        settings: Settings of the town.
    """
    from gongji.run.configs import open_register

    # Where no register is, opening it would make one: the portal of another machine is asked.
    if settings.town_url is None and not settings.path("town.db").exists():
        return Shown(Names())
    with closing(open_register(settings)) as register:
        return Shown(NameBook(register).current())

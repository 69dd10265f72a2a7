"""The register: a list of edits that only grows. The last edit of an entry stands; those before it are its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from sqlalchemy import func, insert, select

from kit.clock import Clock, system_clock
from kit.database import open_engine, writing
from kit.migrations import upgrade
from register.errors import EditRefusedError
from register.nouns import Value
from register.schema import TOWN
from register.tables import edits
from register.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Row, Select

    from register.nouns import Noun

T = TypeVar("T", bound=Value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit(Generic[T]):
    """An edit of an entry.

    Attributes:
        number: Its number among all edits.
        key: Of what.
        value: What it says from then on; None if it was taken away, or its subject was forgotten.
        editor: Member, office or service that made it.
        edited_at: Seconds since 1970.
    """

    number: int
    key: str
    value: T | None
    editor: str
    edited_at: int


class Register:
    """The register of one town. It blocks; several processes may have it open.

    Attributes:
        engine: Engine of the schema `town`.
        vault: Encrypts what is personal.
        clock: Seconds since 1970.
    """

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self.engine, self.vault, self.clock = engine, vault, clock

    @classmethod
    def open(cls, database_url: str, key_file: Path, clock: Clock = system_clock) -> Self:
        """Brings the schema `town` up to date and opens it.

        Args:
            database_url: SQLAlchemy URL of the database.
            key_file: File of the register's key; made where nothing is encrypted yet.
            clock: Seconds since 1970.

        Raises:
            DatabaseNewerError: A later version of the program migrated it.
            RegisterKeyError: The key is missing.
        """
        upgrade(database_url, TOWN)
        engine = open_engine(database_url, TOWN)
        try:
            with writing(engine) as connection:
                vault = Vault.open(key_file, connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, vault, clock)

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def get(self, noun: Noun[T], key: str) -> T | None:
        """What stands under a key; None if nothing does."""
        with self.engine.connect() as connection:
            return self._current(connection, noun, key)

    def entries(self, noun: Noun[T]) -> dict[str, T]:
        """All that stands of a noun, by key."""
        last = select(func.max(edits.c.number)).where(edits.c.noun == noun.name).group_by(edits.c.key)
        query = select(edits).where(edits.c.number.in_(last)).order_by(edits.c.number)
        return {edit.key: edit.value for edit in self._edits(noun, query) if edit.value is not None}

    def history(self, noun: Noun[T], key: str) -> list[Edit[T]]:
        """All edits of an entry, oldest first."""
        return self._edits(noun, _of(noun, key).order_by(edits.c.number))

    def put(
        self,
        noun: Noun[T],
        key: str,
        value: T | None,
        editor: str,
        *,
        beside: tuple[Noun[Any], str] | None = None,
    ) -> None:
        """Writes an entry, or takes it away. What stands already is no edit.

        Args:
            noun: Its kind.
            key: Of what.
            value: What it is to say; None takes it away.
            editor: Member, office or service.
            beside: Noun and key of another entry without which it is not written: that one may be forgotten this moment.

        Raises:
            EditRefusedError: It would contradict what stands on chain, or the other entry does not stand.
        """
        with writing(self.engine) as connection:
            if beside is not None and self._current(connection, *beside) is None:
                raise EditRefusedError(
                    noun.place(key), f"{beside[0].place(beside[1])} is gone", "register it anew"
                )
            self._replace(connection, noun, key, value, editor)

    def put_all(self, noun: Noun[T], values: Iterable[tuple[str, T]], editor: str) -> None:
        """Writes many entries of a noun, all or none.

        Raises:
            EditRefusedError: As for `put`.
        """
        self.put_entries(((noun, key, value) for key, value in values), editor)

    def put_entries(self, entries: Iterable[tuple[Noun[Any], str, Value]], editor: str) -> None:
        """Writes entries of several nouns, with noun, key and value, all or none.

        Raises:
            EditRefusedError: As for `put`.
        """
        with writing(self.engine) as connection:
            for noun, key, value in entries:
                self._replace(connection, noun, key, value, editor)

    def setdefault(self, noun: Noun[T], key: str, make: Callable[[], T], editor: str) -> T:
        """What stands under a key; if nothing does, it is made and written. Of two who do so at once, one makes it.

        Raises:
            EditRefusedError: As for `put`.
        """
        with writing(self.engine) as connection:
            current = self._current(connection, noun, key)
            if current is None:
                current = make()
                noun.check(key, None, current)
                self._write(connection, noun, key, current, editor)
        return current

    def forget(self, subject: str, editor: str) -> bool:
        """Destroys the key of a subject: nothing that is personal of it can be read again, its history neither.

        Args:
            subject: Such as members/0x and hex of an id.
            editor: Member, office or service; that they did so is an edit.

        Returns:
            Whether there was anything.
        """
        with writing(self.engine) as connection:
            last = select(func.max(edits.c.number)).group_by(edits.c.noun, edits.c.key)
            query = select(edits.c.noun, edits.c.key).where(
                edits.c.subject == subject, edits.c.number.in_(last)
            )
            for row in connection.execute(query).all():
                connection.execute(insert(edits), self._row(row.noun, row.key, editor))
            return self.vault.forget(connection, subject)

    def last_number(self) -> int:
        """Number of the last edit; 0 if there is none."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.max(edits.c.number))) or 0

    def changes(self, nouns: Sequence[Noun[T]], after: int) -> list[tuple[Noun[T], Edit[T]]]:
        """The edits of some nouns after one that is known, oldest first."""
        by_name = {noun.name: noun for noun in nouns}
        query = (
            select(edits).where(edits.c.number > after, edits.c.noun.in_(by_name)).order_by(edits.c.number)
        )
        with self.engine.connect() as connection:
            return [
                (noun := by_name[row.noun], self._edit(connection, noun, row))
                for row in connection.execute(query).all()
            ]

    def _current(self, connection: Connection, noun: Noun[T], key: str) -> T | None:
        row = connection.execute(_of(noun, key).order_by(edits.c.number.desc()).limit(1)).first()
        return None if row is None else self._value(connection, noun, row)

    def _replace(self, connection: Connection, noun: Noun[T], key: str, value: T | None, editor: str) -> None:
        current = self._current(connection, noun, key)
        if current != value:
            noun.check(key, current, value)
            self._write(connection, noun, key, value, editor)

    def _write(self, connection: Connection, noun: Noun[T], key: str, value: T | None, editor: str) -> None:
        row = self._row(noun.name, key, editor)
        if value is not None:
            row["value"] = text = value.model_dump_json().encode()
            if noun.subject is not None:
                row["subject"] = subject = noun.subject(key, value)
                row["value"] = self.vault.seal(connection, subject, noun.place(key), text)
        connection.execute(insert(edits), row)

    def _row(self, noun: str, key: str, editor: str) -> dict[str, Any]:
        """An edit that takes an entry away, as far as nothing is added."""
        empty = {"subject": None, "value": None}
        return empty | {"noun": noun, "key": key, "editor": editor, "edited_at": self.clock()}

    def _edits(self, noun: Noun[T], query: Select[Any]) -> list[Edit[T]]:
        with self.engine.connect() as connection:
            return [self._edit(connection, noun, row) for row in connection.execute(query).all()]

    def _edit(self, connection: Connection, noun: Noun[T], row: Row[Any]) -> Edit[T]:
        value = self._value(connection, noun, row)
        return Edit(number=row.number, key=row.key, value=value, editor=row.editor, edited_at=row.edited_at)

    def _value(self, connection: Connection, noun: Noun[T], row: Row[Any]) -> T | None:
        text: bytes | None = row.value
        if text is not None and row.subject is not None:
            text = self.vault.unseal(connection, row.subject, noun.place(row.key), text)
        return None if text is None else noun.value.model_validate_json(text)


def _of(noun: Noun[Any], key: str) -> Select[Any]:
    return select(edits).where(edits.c.noun == noun.name, edits.c.key == key)

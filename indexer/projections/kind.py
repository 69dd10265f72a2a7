"""A kind of thing with its table: names of columns, keys, and how a row becomes a version. The rules are the noun's."""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from indexer.projections.version import Version, converters, version_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


V = TypeVar("V", bound=Version)
Key = Any  # The value of the key's field, or a tuple where it has several.


class Kind(Generic[V]):
    """A kind of thing and the table of its versions.

    Attributes:
        name: Name of its table.
        key: Fields that name a thing.
        module: Module of its columns and rules; when its source changes, the table is made anew.
        table: A row for each version.
        past_is_read: Whether readers ask what things were. All others ask open rows only; of these the auditor proves
            every version.
        key_of: Key of a version, or of an event that names the thing by fields of the same names.
    """

    def __init__(
        self,
        name: str,
        version: type[V],
        key: Sequence[str],
        *,
        open_indexes: Sequence[Sequence[str]] = (),
        past_is_read: bool = False,
    ) -> None:
        """Makes the kind with its table.

        Args:
            name: Name of its table.
            version: Dataclass of its versions.
            key: Fields that name a thing.
            open_indexes: Columns of further indexes over open rows.
            past_is_read: Whether readers ask what things were.
        """
        self.name, self.key, self.module = name, tuple(key), version.__module__
        self.past_is_read = past_is_read
        self.table = version_table(version, name, key, open_indexes)
        self.key_of: Callable[[Any], Key] = attrgetter(*key)
        self._class, self._names = version, [column.name for column in self.table.columns]
        self._values = itemgetter(*self._names[1:])
        self._converters = converters(version)

    def version(self, row: Sequence[Any]) -> V:
        """A version from a row of its table, in the order of the columns."""
        version = object.__new__(self._class)
        fields = version.__dict__ = dict(zip(self._names, row, strict=True))
        for name, convert in self._converters:
            if fields[name] is not None:
                fields[name] = convert(fields[name])
        return version

    def rows(self, versions: Iterable[V]) -> list[tuple[Any, ...]]:
        """Rows of its table from versions, without their numbers."""
        return list(map(self._values, map(vars, versions)))

    @cached_property
    def sql_columns(self) -> str:
        """Its columns in plain SQL, of a table called t."""
        return ", ".join(f't."{name}"' for name in self._names)

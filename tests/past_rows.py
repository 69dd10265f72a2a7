"""Whoever reads what things were says so at the noun, because the auditor proves only the open rows of all others.

While tests run, every question to a mirror in SQLite that is opened for reading is looked at. There tables have the name
of their schema, as on PostgreSQL; where tests write and look for themselves they have none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event

from indexer import projections
from indexer.projections.noun import Noun

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONED = {noun.name: noun.past_is_read for noun in projections.NOUNS if isinstance(noun, Noun)}
# A table where it is read from, which no column of it follows.
_READ = re.compile(r'\bmirror\."?(\w+)"?(?![\w".])')
_OPEN = re.compile(r'\b"?(\w+?)"?(?:_\d+)?\.to_block IS NULL')


@cache
def past_read_by(statement: str) -> frozenset[str]:
    """Nouns of which a statement may read rows that are not open.

    Args:
        statement: SQL with the names of schemas. A noun counts as often as it is read from: each time asks for its own
            open rows.
    """
    read, opened = _READ.findall(statement), _OPEN.findall(statement)
    return frozenset(name for name in VERSIONED if read.count(name) > opened.count(name))


def refuse_undeclared(
    connection: Any, cursor: object, statement: str, values: object, context: object, many: object
) -> None:
    """Refuses a statement that reads the past of a noun that does not say so."""
    del cursor, values, context, many
    if connection.dialect.name == "sqlite":
        undeclared = {name for name in past_read_by(statement) if not VERSIONED[name]}
        assert not undeclared, f"past_is_read is not declared by {undeclared}, which is read by {statement}"


@pytest.fixture(scope="session", autouse=True)
def the_past_is_read_where_it_is_declared() -> Iterator[None]:
    event.listen(Engine, "before_cursor_execute", refuse_undeclared)
    yield
    event.remove(Engine, "before_cursor_execute", refuse_undeclared)

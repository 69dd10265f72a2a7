"""Statements that are built once: each answer is that of the values it is asked with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, create_engine, select, type_coerce

from kit.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Executable

notes = Table("notes", MetaData(), Column("number", BigInteger), Column("writer", LargeBinary))
ROWS = [(number, b"anna" if number % 2 else b"ben") for number in range(1, 7)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    writer: bytes | None = None
    least: int | None = None


@prepared
def among(numbers: Collection[int]) -> Executable:
    """Notes of some numbers."""
    return select(notes.c.number).where(notes.c.number.in_(numbers)).order_by(notes.c.number)


@prepared
def matching_notes(filtered: Filter, limit: int) -> Executable:
    """Notes that a filter lets through."""
    query = select(notes.c.number)
    if filtered.writer is not None:
        query = query.where(notes.c.writer == filtered.writer)
    if filtered.least is not None:
        query = query.where(notes.c.number > filtered.least - 1)
    return query.order_by(notes.c.number).limit(limit)


@prepared
def ends(numbers: tuple[int, ...]) -> Executable:
    """The numbers themselves, each in a column."""
    return select(*(type_coerce(number, BigInteger).label(f"n{i}") for i, number in enumerate(numbers)))


def rows(query: Any) -> list[Any]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        notes.create(connection)
        connection.execute(notes.insert(), [{"number": n, "writer": w} for n, w in ROWS])
        found = connection.execute(query.statement, query.values).all()
    engine.dispose()
    return [row[0] if len(row) == 1 else tuple(row) for row in found]


def test_a_statement_is_built_once_and_answers_for_other_values() -> None:
    first, second = matching_notes(Filter(writer=b"anna"), 2), matching_notes(Filter(writer=b"ben"), limit=9)
    assert first.statement is second.statement
    assert (rows(first), rows(second)) == ([1, 3], [2, 4, 6])


def test_what_is_not_asked_for_makes_another_statement() -> None:
    everything, least = matching_notes(Filter(), 9), matching_notes(Filter(least=5), 9)
    assert everything.statement is not least.statement
    assert (rows(everything), rows(least)) == ([1, 2, 3, 4, 5, 6], [5, 6])
    assert rows(matching_notes(Filter(writer=b"ben", least=0), 9)) == [2, 4, 6]


@pytest.mark.parametrize("numbers", [[], [2], {2, 5}, {6: "six", 1: "one"}])
def test_a_collection_may_be_of_any_length(numbers: Collection[int]) -> None:
    assert among(numbers).statement is among([1, 2, 3]).statement
    assert rows(among(numbers)) == sorted(numbers)


def test_a_tuple_has_a_parameter_for_each_member() -> None:
    assert rows(ends((7, 8))) == [(7, 8)]
    assert rows(ends((9, 10))) == [(9, 10)]
    assert rows(ends((1, 2, 3))) == [(1, 2, 3)]

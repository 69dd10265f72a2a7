"""Lists of the portal's API for people: columns with headings in both languages. Programs take `--json`, as the API gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gongji.output import put_json, put_table, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gongji.commands.values import Shown
    from gongji.settings import Settings

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        heading: What it is called, in both languages.
        cell: What an item has there.
    """

    heading: str
    cell: Callable[[Shown, Item], Any]


def plain(field: str, heading: str) -> Column:
    """A column of ids, numbers and what else is written as it is."""
    return Column(heading, lambda _, item: item[field])


def name(field: str, noun: str, heading: str) -> Column:
    """A column of names of things that a field has the numbers of."""
    return Column(heading, lambda shown, item: shown.name(noun, item[field]))


def money(field: str, heading: str) -> Column:
    """A column of amounts, which are in fen, in yuan."""
    return Column(heading, lambda _, item: _yuan(item[field]))


def word(field: str, group: str, heading: str) -> Column:
    """A column of words for codes."""
    return Column(heading, lambda shown, item: shown.word(group, item[field]) if item[field] else None)


def minutes(field: str, heading: str) -> Column:
    """A column of times of service."""
    return Column(heading, lambda shown, item: None if item[field] is None else shown.minutes(item[field]))


def when(field: str, heading: str) -> Column:
    """A column of moments."""
    return Column(heading, lambda _, item: _moment(item[field]))


def _yuan(amount_fen: int) -> str:
    from ledger_api.formats import yuan

    return yuan(amount_fen)


def _moment(text: str) -> str | None:
    from gongji.commands.fields import moment

    return moment(int(datetime.fromisoformat(text).timestamp()))


def put_list(settings: Settings, page: dict[str, Any], columns: Sequence[Column], *, json: bool) -> None:
    """Prints a page of items as JSON or as a table of some columns.

    Args:
        settings: Settings of the town, whose names stand in the table.
        page: What the API answered.
        columns: Columns of the table.
        json: Whether to print JSON.
    """
    if json:
        put_json(page)
        return
    from gongji.commands.values import NOTHING, shown

    view, items = shown(settings), page["items"]
    cells = ([column.cell(view, item) for column in columns] for item in items)
    put_table(
        [column.heading for column in columns],
        [[NOTHING if cell is None else cell for cell in row] for row in cells],
    )
    if not items:
        tell("没有记录 There is nothing to list")
    tell_rest(page)


def tell_rest(page: dict[str, Any]) -> None:
    """Tells how a list goes on that does not end with its page.

    Args:
        page: What the API answered.
    """
    if following := page.get("next_cursor"):
        tell(f"后面还有，接着列出请加 There are more; to go on, add: --cursor {following}")

"""What the command line prints: JSON or a table on standard output, talk on standard error."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from kit.visible import visible, visible_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

# Wider than any row.
PIPE_COLUMNS = 10_000


@cache
def talk() -> Console:
    """Where people are told something. What draws it takes long to import, and help needs none of it."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def tell(text: str, style: str | None = None) -> None:
    """A line for people: folded on a terminal, whole in a file or a pipe.

    Args:
        text: The line.
        style: Colour on a terminal, as rich names it.
    """
    talk().print(visible(text), style=style, soft_wrap=not sys.stderr.isatty())


def tell_error(what: str, why: str, remedy: str) -> None:
    """An error in three lines: what, why, what to do."""
    for label, text in (("错误 error:", what), ("原因 why:  ", why), ("办法 do:   ", remedy)):
        tell(f"{label} {' '.join(text.split())}", style="red")


def put_json(value: Any) -> None:
    """Data as JSON on standard output."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
    sys.stdout.write(f"{visible_json(text)}\n")


def put_line(text: str) -> None:
    """A line of data for people, on standard output."""
    sys.stdout.write(f"{visible(text)}\n")


def put_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Data as a table on standard output, nothing cut off: folded on a terminal, one line a row in a file or a pipe."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(visible(str(cell)) for cell in row))
    if sys.stdout.isatty():
        Console(highlight=False, markup=False, emoji=False).print(table)
        return
    console = Console(width=PIPE_COLUMNS, no_color=True, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())

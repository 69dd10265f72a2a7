"""C39: what the mirror says that things are now, and were where pages show it, is what the proven events come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from audit.checks.check import check
from audit.checks.mirror import CURSOR, column, last_block
from audit.evidence.canonical import encode
from audit.rules.state import fold_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.state import StateTable

STATE, VERSIONS = "mirror/state/", "mirror/versions/"
# Rows that are wrong stay so, because the mirror makes a table anew only where its rules have changed.
ADVICE = (
    "若 C30 通过，停止同步，运行 gongji index rebuild --only {0}；否则运行 gongji index rebuild。 "
    "If C30 passed, stop the indexer and run: gongji index rebuild --only {0}; else run: gongji index rebuild"
)

Row = dict[str, Any]


class Expected(NamedTuple):
    """A file of the bundle as it must be.

    Attributes:
        path: Its path.
        key: Columns that name a row.
        rows: Its rows as the mirror has them, in order.
    """

    path: str
    key: tuple[str, ...]
    rows: list[Row]


@check("C39", "镜像状态等于事件之和", "The mirror's state is what its events come to")
def state_is_right(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each thing of each kind as it is after the mirror's last block, column by column, none more and none less.

    So is each earlier version of a kind whose past is shown.
    """
    del trust
    dumped = {*bundle.paths(STATE), *bundle.paths(VERSIONS)}
    if not dumped or not bundle.has(CURSOR):
        return tally.undecided(f"证据包里没有 the bundle has no {STATE} or no {CURSOR}")
    folded = fold_state(history, last_block(tally, history, bundle))
    known = {name: list(_files(table)) for name, table in folded.items()}
    for name, files in known.items():
        _compare_kind(tally, bundle, name, [file for file in files if file.path in dumped])
    paths = {file.path for files in known.values() for file in files}
    if dumped != paths:
        missing, unknown = sorted(paths - dumped), sorted(dumped - paths)
        return tally.undecided(
            f"证据包里没有 the bundle has no {missing}; 核账程序没有规则 the auditor has no rules for {unknown}"
        )
    return tally.result()


def _files(table: StateTable) -> Iterator[Expected]:
    yield _expected(STATE, table.name, table.key, table.rows.values())
    if table.keeps_versions:
        yield _expected(VERSIONS, table.name, (*table.key, "from_block"), table.versions())


def _expected(folder: str, name: str, key: tuple[str, ...], rows: Iterable[Row]) -> Expected:
    ordered = sorted(rows, key=lambda row: tuple(_rank(row[part]) for part in key))
    dump_rows = [{name: column(value) for name, value in row.items()} for row in ordered]
    return Expected(f"{folder}{name}.jsonl", key, dump_rows)


def _rank(value: Any) -> tuple[bool, Any]:
    """Orders values of one column. Only in events that no contract emits is a key without a value."""
    return value is not None, value


def _compare_kind(tally: Tally, bundle: Bundle, name: str, files: list[Expected]) -> None:
    before = tally.failed
    for file in files:
        _compare(tally, bundle, file)
    if tally.failed > before:
        tally.note(name, ADVICE.format(name))


def _compare(tally: Tally, bundle: Bundle, file: Expected) -> None:
    """Compares each row with that of the same key, whatever the order; then the order."""
    left = {_key(file, row): row for row in file.rows}
    order, got = list(left), []
    for number, row in enumerate(bundle.lines(file.path), 1):
        key = _key(file, row)
        where = f"{file.path} line {number}, {key.decode()}"
        if tally.expect(
            key in left, where, "不应有这一行，或重复的一行 expected no such row, or no second one"
        ):
            _compare_columns(tally, where, left.pop(key), row)
        got.append(key)
    for key in left:
        tally.expect(False, file.path, f"缺少一行 expected a row {key.decode()}, got none")
    in_order = got == order or len(got) != len(order)
    tally.expect(in_order, file.path, "各行没有按键排序 the rows are not in the order of their key")


def _compare_columns(tally: Tally, where: str, expected: Row, got: Row) -> None:
    for name in sorted(expected.keys() | got.keys()):
        tally.expect_equal(where, name, expected=_cell(expected, name), got=_cell(got, name))


def _cell(row: Row, name: str) -> str:
    return encode(row[name]).decode() if name in row else "no such column"


def _key(file: Expected, row: Any) -> bytes:
    """The columns that name a row, as they stand in the bundle; what is no row has the key of none."""
    return encode([row.get(name) for name in file.key] if isinstance(row, dict) else {"no row": row})

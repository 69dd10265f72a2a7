"""C39: what the mirror says that things are now is what the proven events come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.canonical import encode
from audit.checks.mirror import CURSOR, column, last_block
from audit.numbered import numbered
from audit.state import fold_state

if TYPE_CHECKING:
    from audit.bundle import Bundle
    from audit.findings import Result, Tally
    from audit.history import History
    from audit.state import Things
    from audit.trust import Trust

FOLDER = "mirror/state/"

Row = dict[str, Any]


@numbered("C39", "镜像状态等于事件之和", "The mirror's state is what its events come to")
def state_is_right(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each thing of each kind as it is after the mirror's last block, column by column, none more and none less."""
    del trust
    dumped = {path.removeprefix(FOLDER).removesuffix(".jsonl") for path in bundle.paths(FOLDER)}
    if not dumped or not bundle.has(CURSOR):
        return tally.undecided(f"the bundle has no {FOLDER} or no {CURSOR}")
    folded = fold_state(history, last_block(tally, history, bundle))
    for name in sorted(dumped & folded.keys()):
        _compare(tally, bundle, folded[name])
    if dumped != folded.keys():
        missing, unknown = sorted(folded.keys() - dumped), sorted(dumped - folded.keys())
        return tally.undecided(
            f"the bundle has no state of {missing}; the auditor has no rules for {unknown}"
        )
    return tally.result()


def _compare(tally: Tally, bundle: Bundle, things: Things) -> None:
    """Compares each row with that of the same key, whatever the order; then the order."""
    path = f"{FOLDER}{things.name}.jsonl"
    expected = {_key(things, row): row for row in _expected(things)}
    order, left = list(expected), dict(expected)
    got = []
    for number, row in enumerate(bundle.lines(path), 1):
        key = _key(things, row)
        where = f"{path} line {number}, {key.decode()}"
        if tally.expect(key in left, where, "expected no such row, or no second one"):
            _compare_columns(tally, where, left.pop(key), row)
        got.append(key)
    for key in left:
        tally.expect(False, path, f"expected a row {key.decode()}, got none")
    tally.expect(got == order or len(got) != len(order), path, "the rows are not in the order of their key")


def _compare_columns(tally: Tally, where: str, expected: Row, got: Row) -> None:
    for name in sorted(expected.keys() | got.keys()):
        tally.expect_equal(where, name, expected=_cell(expected, name), got=_cell(got, name))


def _cell(row: Row, name: str) -> str:
    return encode(row[name]).decode() if name in row else "no such column"


def _expected(things: Things) -> list[Row]:
    """The rows as the mirror has them, in the order of their key."""
    return [
        {name: column(value) for name, value in row.items()}
        for _, row in sorted(things.rows.items(), key=lambda item: item[0])
    ]


def _key(things: Things, row: Any) -> bytes:
    """The columns that name a thing, as they stand in the bundle."""
    return encode([row.get(name) for name in things.key] if isinstance(row, dict) else row)

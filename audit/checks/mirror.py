"""C17.2, C30: the SQL mirror says what the chain says: balances as they add up, and every row of every table."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from audit.chain.versions import former_logs
from audit.checks.check import check
from audit.decode.abi import event_tables, flat
from audit.evidence.canonical import encode, hexed, integer, record, unhexed
from audit.rules.freshness import due_block
from audit.rules.ledger_fold import fold

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

FOLDER = "mirror/"
CURSOR = FOLDER + "cursor.jsonl"
BLOCK_COLUMNS = ("hash", "number", "parent_hash", "time")

Row = dict[str, Any]


@check("C17.2", "镜像余额等于流水累加", "Balances in the mirror are what the transfers add up to")
def balances_are_right(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each row of `balances`: one for each account and block that changed it."""
    del trust
    if not bundle.has(FOLDER + "balances.jsonl"):
        return tally.undecided("证据包里没有 the bundle has no mirror/balances.jsonl")
    end = last_block(tally, history, bundle)
    expected = (
        {"account": hexed(account), "balance": balance, "block_number": block}
        for account, book in sorted(fold(history).books.items())
        for block, balance in book.balances.items()
        if block <= end
    )
    _compare(tally, bundle, "balances", expected)
    return tally.result()


@check("C30", "镜像逐行等于链上记录", "Every row of the mirror is what the chain says")
def rows_are_right(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each row of `blocks`, `transactions`, `emitters` and the tables of events, none more and none less."""
    tables = event_tables()
    missing = [
        n
        for n in ("blocks", "cursor", "emitters", "transactions", *tables)
        if not bundle.has(f"{FOLDER}{n}.jsonl")
    ]
    if missing:
        return tally.undecided(f"证据包里没有这些表 the bundle has no mirror of {', '.join(missing)}")
    end = last_block(tally, history, bundle)
    begin = _begin(tally, history, bundle)
    _compare(tally, bundle, "blocks", (_block_row(history, n) for n in range(begin, end + 1)))
    _compare(tally, bundle, "transactions", _transaction_rows(history, begin, end))
    logs: dict[str, list[Log]] = {name: [] for name in tables.values()}
    for log in history.logs(*logs):
        if log.block.number <= end:
            logs[log.name].append(log)
    for table, name in sorted(tables.items()):
        _compare(tally, bundle, table, map(_event_row, logs[name]))
    _compare(tally, bundle, "emitters", _emitter_rows(history, trust, logs, end))
    return tally.result()


def last_block(tally: Tally, history: History, bundle: Bundle) -> int:
    """Number of the block that the mirror ends with. Its cursor is compared with the chain."""
    row = record(bundle.json(CURSOR), ("hash", "number"))
    number = min(integer(row["number"]), history.head.number)
    tally.expect_equal(CURSOR, "编号 number", expected=number, got=row["number"])
    tally.expect_equal(
        CURSOR, "哈希 hash", expected=history.blocks[number].hash, got=unhexed(row["hash"], 32)
    )
    due = due_block(history)
    what = f"镜像落后一小时以上 it ends at block {number}, and block {due} has events an hour older than the head"
    tally.expect(number >= due, CURSOR, what)
    return number


def _begin(tally: Tally, history: History, bundle: Bundle) -> int:
    """The block that the mirror begins with, which is not after the first event of ours."""
    first = next(bundle.lines(FOLDER + "blocks.jsonl"), None)
    none = history.head.number + 1
    number = none if first is None else integer(record(first, BLOCK_COLUMNS)["number"])
    ours = next((log.block.number for log in history.logs(*event_tables().values())), 0)
    tally.expect(
        number <= ours, "mirror/blocks.jsonl", f"起始区块太晚 expected to begin by block {ours}, got {number}"
    )
    return number


def _compare(tally: Tally, bundle: Bundle, table: str, expected: Iterator[Row]) -> None:
    """Compares rows one by one; after the first difference in their number or order the rest says nothing.

    They are compared as they are written, because Python takes 1 and true for equal.
    """
    path = f"{FOLDER}{table}.jsonl"
    for number, rows in enumerate(zip_longest(bundle.lines(path), expected), 1):
        row, expected_row = map(_row_text, rows)
        if not tally.expect(
            row == expected_row, f"{path} line {number}", f"不符 expected {expected_row}, got {row}"
        ):
            return


def _row_text(row: Row | None) -> str:
    return "no row" if row is None else encode(row).decode()


def _block_row(history: History, number: int) -> Row:
    block = history.blocks[number]
    parent = hexed(block.parent_hash)
    return {"hash": hexed(block.hash), "number": number, "parent_hash": parent, "time": block.time}


def _transaction_rows(history: History, begin: int, end: int) -> Iterator[Row]:
    for t in history.all_transactions:
        if begin <= t.block.number <= end:
            yield {
                "block_number": t.block.number, "gas_used": t.gas_used, "hash": hexed(t.hash), "status": t.status,
                "target": None if t.to is None else hexed(t.to), "tx_index": t.tx_index,
            }  # fmt: skip


def _emitter_rows(history: History, trust: Trust, names: Container[str], end: int) -> Iterator[Row]:
    """Who emitted an event, where that was not the latest version of its contract."""
    for log in former_logs(history, trust):
        if log.name in names and log.block.number <= end:
            yield {
                "address": hexed(log.address),
                "block_number": log.block.number,
                "log_index": log.log_index,
            }


def _event_row(log: Log) -> Row:
    place = {"block_number": log.block.number, "log_index": log.log_index, "tx_index": log.tx_index}
    return place | {name: column(value) for name, value in flat(log.values).items()}


def column(value: Any) -> Any:
    """A value as the mirror's dump has it: bytes in hex, and a number of 2^63 or more is 2^64 less, as SQL has it."""
    if isinstance(value, bytes):
        return hexed(value)
    return value - 2**64 if type(value) is int and value >= 2**63 else value

"""Receipt keys of portals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {"receipt_keys": ("key",)}


def _admitted(town: Town, log: Log, v: Values) -> None:
    town["receipt_keys"].begin(log, **v, since=log.block.time, ended_at=None)


def _ended(town: Town, log: Log, v: Values) -> None:
    town["receipt_keys"].change(log, v["key"])["ended_at"] = log.block.time


RULES: dict[str, Rule] = {
    "Receipts.ReceiptKeyAdmitted": _admitted,
    "Receipts.ReceiptKeyEnded": _ended,
}

"""Changes that were scheduled at the authority, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {"changes": ("operation_id", "nonce")}
ENDINGS = dict.fromkeys(("executed_at", "cancelled_at", "cancelled_by"))


def _scheduled(town: Town, log: Log, v: Values) -> None:
    town["changes"].begin(log, **v, **ENDINGS, scheduled_at=log.block.time)


def _executed(town: Town, log: Log, v: Values) -> None:
    town["changes"].change(log, v["operation_id"], v["nonce"])["executed_at"] = log.block.time


def _cancelled(town: Town, log: Log, v: Values) -> None:
    change = town["changes"].change(log, v["operation_id"], v["nonce"])
    change.update(cancelled_at=log.block.time, cancelled_by=v["by"])


RULES: dict[str, Rule] = {
    "Authority.ChangeScheduled": _scheduled,
    "Authority.ChangeExecuted": _executed,
    "Authority.ChangeCancelled": _cancelled,
}

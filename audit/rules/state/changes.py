"""Changes that were scheduled at the authority, what became of each, and the votes of committees against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {
    "changes": ("operation_id", "nonce"),
    "vetoes": ("operation_id", "operation_nonce", "committee", "seat"),
}
ENDINGS = dict.fromkeys(("executed_at", "cancelled_at", "cancelled_by"))


def _scheduled(town: Town, log: Log, v: Values) -> None:
    town["changes"].begin(log, **v, **ENDINGS, scheduled_at=log.block.time)


def _executed(town: Town, log: Log, v: Values) -> None:
    town["changes"].change(log, v["operation_id"], v["nonce"])["executed_at"] = log.block.time


def _cancelled(town: Town, log: Log, v: Values) -> None:
    change = town["changes"].change(log, v["operation_id"], v["nonce"])
    change.update(cancelled_at=log.block.time, cancelled_by=v["by"])


def _cast(town: Town, log: Log, v: Values) -> None:
    said = {name: v[name] for name in ("member", "against")} | {"cast_at": log.block.time}
    town["vetoes"].ensure(log, **{name: v[name] for name in KEYS["vetoes"]}, **said).update(said)


RULES: dict[str, Rule] = {
    "Authority.ChangeScheduled": _scheduled,
    "Authority.ChangeExecuted": _executed,
    "Authority.ChangeCancelled": _cancelled,
    "Vetoes.VetoCast": _cast,
}

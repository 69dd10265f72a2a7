"""Devices with every enrolment that they ever had, and the anchored heads of the log of their events, with what set some aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

KEYS = {
    "devices": ("device",),
    "enrolments": ("device", "block_number", "log_index"),
    "anchors": ("block_number", "log_index"),
}


def _enrolled(town: Town, log: Log, v: Values) -> None:
    town["enrolments"].begin(log, **v)
    town["devices"].ensure(
        log, device=v["device"], suspended=False, compromised_from=None, revoked_block=None
    )


def _suspended(town: Town, log: Log, v: Values) -> None:
    town["devices"].change(log, v["device"])["suspended"] = v["suspended"]


def _revoked(town: Town, log: Log, v: Values) -> None:
    row = town["devices"].change(log, v["device"])
    row.update(compromised_from=v["compromised_from"], revoked_block=log.block.number)


def _anchored(town: Town, log: Log, v: Values) -> None:
    town["anchors"].begin(log, **v, anchored_at=log.block.time)


def _resumed(town: Town, log: Log, v: Values) -> None:
    town["anchors"].begin(log, **v, root=bytes(32), ruleset=bytes(32), anchored_at=log.block.time)


RULES: dict[str, Rule] = {
    "DeviceRegistry.DeviceEnrolled": _enrolled,
    "DeviceRegistry.DeviceSuspended": _suspended,
    "DeviceRegistry.DeviceRevoked": _revoked,
    "EventLog.HeadAnchored": _anchored,
    "EventLog.LogResumed": _resumed,
}

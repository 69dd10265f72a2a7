"""Devices, as storage holds them: the hash of what was enrolled, and whether they are suspended or revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import encode

from audit.decode.keccak import keccak
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log

# Fields of `IDeviceRegistry.Device`, in order.
_RECORD = {
    "device_class": "uint8", "algorithm": "uint8", "key_class": "uint8", "key_x": "bytes32", "key_y": "bytes32",
    "owner": "bytes16", "place": "bytes32", "valid_from": "uint48", "valid_until": "uint48",
}  # fmt: skip


def _hash(v: Values) -> Thing:
    return Thing("DeviceRegistry", "recordHash", (v["device"],))


def _phone(v: Values) -> Thing:
    return Thing("DeviceRegistry", "phoneOf", (v["device"],))


def _suspension(v: Values) -> Thing:
    return Thing("DeviceRegistry", "_suspended", (v["device"],))


def _revocation(v: Values) -> Thing:
    return Thing("DeviceRegistry", "_revoked", (v["device"],))


BEGINS: dict[str, Begin] = {
    "DeviceRegistry.DeviceEnrolled": lambda v: [_hash(v), _phone(v), _suspension(v), _revocation(v)]
}


def _enrolled(stored: Stored, log: Log, v: Values) -> None:
    del log
    record = encode(list(_RECORD.values()), [v[name] for name in _RECORD])
    stored[_hash(v)] = {"": keccak(record)}
    stored[_phone(v)] = {"owner": v["owner"], "settledFrom": v["settled_from"]}
    stored.setdefault(_suspension(v), {"": 0})
    stored.setdefault(_revocation(v), {"": 0})


def _suspended(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_suspension(v)][""] = int(v["suspended"])


def _revoked(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_hash(v)][""] = 0
    stored[_revocation(v)][""] = 1


RULES: dict[str, Rule] = {
    "DeviceRegistry.DeviceEnrolled": _enrolled,
    "DeviceRegistry.DeviceSuspended": _suspended,
    "DeviceRegistry.DeviceRevoked": _revoked,
}

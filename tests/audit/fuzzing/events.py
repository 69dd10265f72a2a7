"""Signed events as no device would write them: CBOR with another value, type, key or length somewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import cbor2

from audit.evidence.canonical import encode
from audit.evidence.signed_events import LEAVES

if TYPE_CHECKING:
    import random

    from tests.audit.fuzzing.files import Mutant

PROTECTED, PAYLOAD = 0, 2
# Encoded one by one: some cannot stand in one map or list with others.
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1.0, 1.5, float("nan"), float("inf"), 2**63 - 1, 2**63, 2**64, 2**300, -(2**300), "", "text", b"", bytes(8),
    bytes(16), bytes(32), b"x" * 600, [], [[]], [0] * 50, {}, {1: 1}, {1.0: 1}, {True: 1}, {"1": 1}, {(1,): 1}, Decimal("1E+100"), Decimal("NaN"),
    cbor2.CBORTag(999, 1), cbor2.CBORTag(18, []), cbor2.CBORSimpleValue(99), cbor2.undefined, 101, 102, 103, [bytes(32)] * 12, 2**62,
]  # fmt: skip
RAW = [
    "c4821b7fffffffffffffff01", "d81c81d81d00", "5b7fffffffffffffff", "9b7fffffffffffffff", "bb7fffffffffffffff", "81" * 700 + "00", "d9010080",
    "d2" * 300 + "00", "fb7ff8000000000000", "c24100", "1800", "5f4101ff", "bf0101ff", "a2010101 02", "a201010101", "d9d9f700", "f97e00", "ff", "",
]  # fmt: skip


def spoil_event(mutant: Mutant) -> None:
    """Something in one leaf of the log, or the whole of it."""
    chance = mutant.chance
    leaves = mutant.files[LEAVES].splitlines()
    at = chance.randrange(len(leaves))
    data = _spoilt(chance, bytes.fromhex(leaves[at].decode()[3:-1]))
    leaves[at] = encode("0x" + data.hex())
    mutant.files[LEAVES] = b"".join(line + b"\n" for line in leaves)
    mutant.note(f"event {at}")


def _spoilt(chance: random.Random, data: bytes) -> bytes:
    if chance.random() < 0.15:
        return bytes.fromhex(chance.choice(RAW))
    parts = list(cbor2.loads(data).value)
    place = chance.choice((PAYLOAD, PAYLOAD, PAYLOAD, PROTECTED))
    if chance.random() < 0.8:
        parts[place] = _with_other(chance, parts[place])
    else:
        parts[chance.randrange(4)] = chance.choice(HOSTILE)
    message: Any = cbor2.CBORTag(chance.choice((18, 18, 18, 18, 17)), parts)
    return cbor2.dumps(message, canonical=chance.random() < 0.9)


def _with_other(chance: random.Random, encoded: bytes) -> bytes:
    """A map in which one key has another value, is missing, or is spelled in another way."""
    fields = dict(cbor2.loads(encoded))
    key = chance.choice(sorted(fields))
    kind = chance.choice(("value", "value", "value", "missing", "key", "more", "float keys", "raw"))
    if kind == "value":
        fields[key] = chance.choice(HOSTILE)
    elif kind == "missing":
        del fields[key]
    elif kind == "key":
        fields[chance.choice((float(key), -key, key + 1, 99, "1", 2**64))] = fields.pop(key)
    elif kind == "more":
        fields[chance.choice((14, 16, 17, 18, 19))] = chance.choice(HOSTILE)
    elif kind == "float keys":
        fields = {float(name): value for name, value in fields.items()}
    else:
        raw = bytes.fromhex(chance.choice(RAW).replace(" ", ""))
        return cbor2.dumps(fields, canonical=True)[: -len(raw) or None] + raw
    return cbor2.dumps(fields, canonical=True)

"""JSON as nobody should write it: one value of a line replaced, moved, doubled or taken out, well formed or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from audit.evidence.canonical import encode

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

HOLE = "a hole in the value"
DEEP = 10_000
# What stands in the place of a value, as bytes: some of it is no JSON.
HOSTILE = [
    b"null", b"true", b"false", b"[]", b"{}", b'""', b"0", b"-0", b"1", b"-1", b"2", b"65", b"255", b"999999999999",
    b"9223372036854775807", b"9223372036854775808", b"18446744073709551615", b"18446744073709551616",
    str(2**256).encode(), b"-9223372036854775808", b"-9223372036854775809", b"9" * 5_000, b"1.5", b"1.0", b"1e400",
    b"NaN", b"Infinity", b"[null]", b"[[]]", b"[{}]", b'{"a":1,"a":2}', b'{"":{}}', b"[0,0]", b'["0x"]',
    b"[" * 300 + b"]" * 300, b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP, b"[" * DEEP,
    b'"0x"', b'"0x0"', b'"0x00"', b'"0X00"', b'"0xAB"', b'"0xzz"', b'"00"', b'"0x' + b"00" * 20 + b'"',
    b'"0x' + b"00" * 32 + b'"', b'"0x' + b"ff" * 32 + b'"', b'"0x' + b"ab" * 100_000 + b'"', b'"0x' + b"c0" * 3 + b'"',
    b'"0x' + b"c1" * 2_000 + b'"', b'"0x' + b"81" * 700 + b'"', b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"',
    b'"\\u0041"', b'"\\u202e\\u2066"', b'"\\u001b[2J"', b'"\xff\xfe"', b'"\xed\xa0\x80"', b"'0x00'", b'"unended',
    '"一千元"'.encode(), '"٣"'.encode(), b'"' + b"a" * 1_000_000 + b'"', b"undefined", b"0x10", b"1_000", b"+1", b"01",
    b"C99", b'"C99"', b'"embedded"', b'"gongji.bundle.v2"', b'"../../etc/passwd"', b'"/etc/passwd"',
]  # fmt: skip


def altered(chance: random.Random, line: bytes) -> bytes:
    """A line of JSON with one thing changed; what is no JSON any more is changed as bytes."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return flipped(chance, line)
    return chance.choice((_replaced, _replaced, _nudged, _nudged, _reshaped, _key_twice))(chance, value)


def flipped(chance: random.Random, data: bytes) -> bytes:
    """Bytes with one of them changed, put in or taken out."""
    if not data:
        return b"\0"
    place = chance.randrange(len(data))
    middle: Callable[[], bytes] = chance.choice((
        lambda: bytes([data[place] ^ 1 << chance.randrange(8)]), lambda: bytes([data[place], chance.randrange(256)]),
        lambda: b"", lambda: b"\0", lambda: b"\xff",
    ))  # fmt: skip
    return data[:place] + middle() + data[place + 1 :]


def _replaced(chance: random.Random, value: Any) -> bytes:
    """Something else in the place of a value."""
    document = [value]
    holder, key = _place(chance, document)
    holder[key] = HOLE
    return _written(document[0]).replace(_written(HOLE), chance.choice(HOSTILE), 1)


def _nudged(chance: random.Random, value: Any) -> bytes:
    """A value of the same kind that is another one: what only its content can tell."""
    document = [value]
    holder, key = _place(chance, document, leaf=True)
    holder[key] = nudged(chance, holder[key])
    return _written(document[0])


def nudged(chance: random.Random, value: Any) -> Any:
    """A value of the same kind and another content."""
    if isinstance(value, bool) or value is None:
        return chance.choice((not value, int(bool(value)), None))
    if isinstance(value, int):
        return chance.choice((value + 1, value - 1, -value, 0, value + 2**32, value * 2))
    if isinstance(value, str) and value.startswith("0x") and len(value) > 2:
        data = bytearray.fromhex(value[2:]) if len(value) % 2 == 0 else bytearray(b"\0")
        place = chance.randrange(len(data))
        data[place] ^= 1 << chance.randrange(8)
        return (
            "0x" + chance.choice((data, data, data[:-1], data + b"\0", data[place:], bytes(len(data)))).hex()
        )
    if isinstance(value, str):
        return chance.choice((value + " ", value.swapcase(), value[::-1], "", value * 2, value[:-1]))
    return value


def _reshaped(chance: random.Random, value: Any) -> bytes:
    """A list or object with an item more, less, doubled or moved."""
    document = [value]
    holder, key = _place(chance, document)
    found = holder[key]
    if isinstance(found, list) and found:
        at = chance.randrange(len(found))
        chance.choice((
            lambda: found.pop(at), lambda: found.insert(at, found[at]), found.reverse, found.clear,
            lambda: found.append(found[at]), lambda: found.insert(at, None),
        ))()  # fmt: skip
    elif isinstance(found, dict) and found:
        name = chance.choice(sorted(found))
        chance.choice((
            lambda: found.pop(name), lambda: found.update({name + "x": found.pop(name)}),
            lambda: found.update({"extra": found[name]}), lambda: found.update({"": None}), found.clear,
        ))()  # fmt: skip
    else:
        holder[key] = [found]
    return _written(document[0])


def _key_twice(chance: random.Random, value: Any) -> bytes:
    """An object that says one thing twice, the same or another."""
    if not isinstance(value, dict) or not value:
        return _replaced(chance, value)
    name = chance.choice(sorted(value))
    again = chance.choice((_written(value[name]), _written(nudged(chance, value[name])), b"null"))
    first = _written(name) + b":" + again + b","
    return b"{" + first + _written(value)[1:]


def _place(chance: random.Random, document: list[Any], *, leaf: bool = False) -> tuple[Any, Any]:
    """A list or object, and the place in it, of any value in a document."""
    holder: Any = document
    key: Any = 0
    while isinstance(holder[key], dict | list) and holder[key] and (leaf or chance.random() < 0.7):
        holder = holder[key]
        key = chance.choice(sorted(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    return holder, key


def _written(value: Any) -> bytes:
    try:
        return encode(value)
    except Exception:  # noqa: BLE001 what no bundle can hold is written as other programs write it
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode("utf-8", "surrogatepass")

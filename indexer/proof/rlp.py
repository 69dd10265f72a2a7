"""Recursive Length Prefix (Ethereum Yellow Paper, appendix B), and keccak256.

Small on purpose: a general library inspects every item, and catching up encodes a dozen for every transaction; and it
takes more memory and time to load than all else that a process needs to prove blocks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sha3 import keccak_256 as _keccak_256

Item = Any  # A byte string, or a list of items.


def keccak(data: bytes) -> bytes:
    """keccak256, 32 bytes."""
    digest: bytes = _keccak_256(data).digest()
    return digest


def encode_bytes(data: bytes) -> bytes:
    """The encoding of a byte string."""
    size = len(data)
    if size == 1 and data[0] < 0x80:
        return data
    if size < 56:
        return bytes((0x80 + size,)) + data
    return _long(0xB7, size) + data


def encode_list(items: bytes) -> bytes:
    """The encoding of a list.

    Args:
        items: The encodings of its items, joined.
    """
    size = len(items)
    return (bytes((0xC0 + size,)) if size < 56 else _long(0xF7, size)) + items


@lru_cache(maxsize=1 << 10)
def encode_int(number: int) -> bytes:
    """The encoding of a number not below zero: its shortest big-endian bytes, none for 0."""
    return encode_bytes(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def encode(item: Item) -> bytes:
    """The encoding of a byte string or of a list of such items."""
    return encode_bytes(item) if isinstance(item, bytes) else encode_list(b"".join(map(encode, item)))


def decode(data: bytes) -> Item:
    """What was encoded.

    Raises:
        ValueError: The data is not exactly one item.
    """
    item, end = _decode_at(data, 0)
    if end != len(data):
        raise ValueError(f"encoded item: expected {len(data)} bytes, got {end}")
    return item


def hex_bytes(text: str) -> bytes:
    """Bytes of JSON-RPC data: 0x and hex digits."""
    return bytes.fromhex(text[2:])


def encode_data(text: str) -> bytes:
    """The encoding of JSON-RPC data."""
    return encode_bytes(bytes.fromhex(text[2:]))


def encode_quantity(text: str) -> bytes:
    """The encoding of a JSON-RPC quantity."""
    return encode_int(int(text, 16))


def _long(base: int, size: int) -> bytes:
    if size < 1 << 8:
        return bytes((base + 1, size))
    if size < 1 << 16:
        return bytes((base + 2, size >> 8, size & 255))
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((base + len(length),)) + length


def _decode_at(data: bytes, at: int) -> tuple[Item, int]:
    """The item that begins at a place, and the place after it."""
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    begin, size, is_list = at + 1, (first - 0x80) % 0x40, first >= 0xC0
    if size > 55:
        begin, size = begin + size - 55, int.from_bytes(data[begin : begin + size - 55], "big")
    end = begin + size
    if end > len(data):
        raise ValueError(f"encoded item: expected {end} bytes, got {len(data)}")
    if not is_list:
        return data[begin:end], end
    items: list[Item] = []
    while begin < end:
        item, begin = _decode_at(data, begin)
        items.append(item)
    return items, end

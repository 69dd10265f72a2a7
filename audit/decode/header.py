"""Block headers: their fields, from the RLP that is hashed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp
from eth_utils import big_endian_to_int
from rlp.exceptions import RLPException

from audit.decode.keccak import keccak
from audit.errors import DecodeError

EMPTY_OMMERS = keccak(rlp.encode([]))
FIELDS = 15
MOST_FIELDS = 23
EXTRA_DATA = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """A header.

    Attributes:
        parent_hash: 32 bytes.
        ommers_hash: 32 bytes.
        coinbase: Who proposed the block, 20 bytes.
        state_root: 32 bytes.
        transactions_root: 32 bytes.
        receipts_root: 32 bytes.
        bloom: 256 bytes.
        difficulty: 1 on a QBFT chain.
        number: From 0.
        gas_used: Gas.
        time: Seconds since 1970.
        extra_data: As it was sealed.
        mix_hash: 32 bytes.
        fields: All fields as they were encoded, in order.
    """

    parent_hash: bytes
    ommers_hash: bytes
    coinbase: bytes
    state_root: bytes
    transactions_root: bytes
    receipts_root: bytes
    bloom: bytes
    difficulty: int
    number: int
    gas_used: int
    time: int
    extra_data: bytes
    mix_hash: bytes
    fields: tuple[bytes, ...]

    def keccak(self, extra_data: bytes | None = None) -> bytes:
        """keccak-256 of the header, 32 bytes.

        Args:
            extra_data: What to put in the place of the header's own; None for its own.
        """
        fields = list(self.fields)
        if extra_data is not None:
            fields[EXTRA_DATA] = extra_data
        return keccak(rlp.encode(fields))


def decode_header(data: bytes) -> Header:
    """Reads a header.

    Raises:
        DecodeError: It is not the RLP of one.
    """
    f = unpack(data, "a header")
    if not FIELDS <= len(f) <= MOST_FIELDS or not all(isinstance(x, bytes) for x in f):
        raise DecodeError(f"expected a header of {FIELDS} to {MOST_FIELDS} fields, got {len(f)}")
    return Header(
        parent_hash=sized(f[0], 32), ommers_hash=sized(f[1], 32), coinbase=sized(f[2], 20),
        state_root=sized(f[3], 32), transactions_root=sized(f[4], 32), receipts_root=sized(f[5], 32),
        bloom=sized(f[6], 256), difficulty=scalar(f[7]), number=scalar(f[8]), gas_used=scalar(f[10]),
        time=scalar(f[11]), extra_data=f[12], mix_hash=sized(f[13], 32), fields=tuple(f),
    )  # fmt: skip


def decode_rlp(data: bytes, what: str) -> Any:
    """Bytes, or a list of such.

    Raises:
        DecodeError: It is not the one encoding of anything, or lists in lists are nested as nothing of a chain is.
    """
    try:
        return rlp.decode(data)
    except (RLPException, RecursionError) as error:
        raise DecodeError(f"expected the RLP of {what}: {error}") from None


def unpack(data: bytes, what: str) -> list[Any]:
    """The items of an RLP list.

    Raises:
        DecodeError: It is not the one encoding of a list.
    """
    items = decode_rlp(data, what)
    if not isinstance(items, list):
        raise DecodeError(f"expected the RLP of {what}, got that of bytes")
    return items


def sized(data: Any, size: int) -> bytes:
    """Bytes of one length.

    Raises:
        DecodeError: They have another one.
    """
    if not isinstance(data, bytes) or len(data) != size:
        raise DecodeError(f"expected {size} bytes, got {data!r:.80}")
    return data


def scalar(data: Any) -> int:
    """A number below 2^256 in its shortest form.

    Raises:
        DecodeError: It is none.
    """
    if not isinstance(data, bytes) or len(data) > 32 or data[:1] == b"\0":
        raise DecodeError(f"expected a number in its shortest form, got {data!r:.80}")
    return int(big_endian_to_int(data))

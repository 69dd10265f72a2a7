"""Receipts of a block as the receipts root commits to them (Yellow Paper, section 4.3.1; EIP-2718), with their blooms.

The bloom is made from the logs; the one that the node tells for a receipt is not looked at. What the root does not
commit to (positions, hashes, addresses of senders) is not taken from a receipt either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from indexer.proof.bloom import BLOOM_BYTES, bits
from indexer.proof.rlp import encode_bytes, encode_int, encode_list, hex_bytes

Json = dict[str, Any]

_BLOOM_PREFIX = b"\xb9\x01\x00"
_TOPICS_PREFIX = tuple(encode_list(bytes(33 * count))[: -33 * count or None] for count in range(5))


class Log(NamedTuple):
    """One log.

    Attributes:
        address: Contract that wrote it, 20 bytes.
        topics: Its topics, each with the prefix byte 0xa0 that encoding gives it, joined.
        data: Its data.
    """

    address: bytes
    topics: bytes
    data: bytes


class Receipt(NamedTuple):
    """A receipt, recomputed.

    Attributes:
        encoded: What the receipts root commits to.
        bloom: Bloom of its logs.
        status: 1 done, 0 reverted.
        cumulative_gas: Gas used in the block up to and with this transaction.
        logs: Its logs, in order.
    """

    encoded: bytes
    bloom: int
    status: int
    cumulative_gas: int
    logs: list[Log]


def recompute(receipt: Json) -> Receipt:
    """A receipt from its JSON.

    Args:
        receipt: One of the answers of `eth_getBlockReceipts`.
    """
    logs, bloom, encoded_logs = [], 0, []
    for entry in receipt["logs"]:
        log, encoded, its_bloom = _recompute_log(entry["address"], entry["topics"], entry["data"])
        logs.append(log)
        encoded_logs.append(encoded)
        bloom |= its_bloom
    status, gas = int(receipt["status"], 16), int(receipt["cumulativeGasUsed"], 16)
    kind = int(receipt["type"], 16)
    encoded = encode_list(
        encode_int(status)
        + encode_int(gas)
        + _BLOOM_PREFIX
        + bloom.to_bytes(BLOOM_BYTES, "big")
        + encode_list(b"".join(encoded_logs))
    )
    return Receipt(bytes([kind]) + encoded if kind else encoded, bloom, status, gas, logs)


def _recompute_log(address_text: str, topic_texts: list[str], data_text: str) -> tuple[Log, bytes, int]:
    address, bloom = _address(address_text)
    topics = b""
    for text in topic_texts:
        topic, its_bits = _topic(text)
        topics += topic
        bloom |= its_bits
    data = bytes.fromhex(data_text[2:])
    encoded = encode_list(b"\x94" + address + _TOPICS_PREFIX[len(topic_texts)] + topics + encode_bytes(data))
    return Log(address, topics, data), encoded, bloom


# The same contracts, events and accounts come again and again.
@lru_cache(maxsize=1 << 8)
def _address(text: str) -> tuple[bytes, int]:
    address = hex_bytes(text)
    return address, bits(address)


@lru_cache(maxsize=1 << 13)
def _topic(text: str) -> tuple[bytes, int]:
    topic = hex_bytes(text)
    return b"\xa0" + topic, bits(topic)

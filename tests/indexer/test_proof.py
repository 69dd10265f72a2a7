"""Encodings, roots and blooms agree with other implementations."""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from eth_account import Account
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st
from trie.hexary import HexaryTrie

from contracts.events import EVENTS
from indexer.decode import reader
from indexer.proof import receipts, transactions
from indexer.proof.bloom import bits
from indexer.proof.rlp import decode, encode, encode_bytes, encode_int, encode_list
from indexer.proof.trie import ordered_root

SIZES = st.one_of(st.integers(0, 60), st.sampled_from([255, 256, 65_535, 65_536]))


@given(size=SIZES, first=st.integers(0, 255))
def test_byte_strings_and_lists_are_encoded_as_the_library_does(size: int, first: int) -> None:
    data = bytes([first]) * size
    assert encode_bytes(data) == rlp.encode(data)
    assert encode_list(encode_bytes(data) + encode_bytes(b"x")) == rlp.encode([data, b"x"])


ITEMS = st.recursive(st.binary(max_size=80), lambda inner: st.lists(inner, max_size=6), max_leaves=40)


@given(item=ITEMS)
def test_nested_items_are_encoded_as_the_library_does_and_come_back(item: Any) -> None:
    assert encode(item) == rlp.encode(item)
    assert decode(encode(item)) == item


@pytest.mark.parametrize("data", ["83aabb", "80 80", "c3 80", "b9 ffff", "f9"])
def test_a_cut_or_overlong_encoding_is_refused(data: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        decode(bytes.fromhex(data))


@given(number=st.integers(0, 2**256 - 1))
def test_integers_are_encoded_as_the_library_does(number: int) -> None:
    assert encode_int(number) == rlp.encode(number)


@given(values=st.lists(st.binary(min_size=1, max_size=80), max_size=300))
def test_the_root_of_a_list_is_the_library_s(values: list[bytes]) -> None:
    trie = HexaryTrie({})
    for position, value in enumerate(values):
        trie[rlp.encode(position)] = value
    assert ordered_root(values) == trie.root_hash


@given(entry=st.binary(min_size=20, max_size=32))
def test_a_bloom_has_the_bits_that_the_yellow_paper_gives_it(entry: bytes) -> None:
    digest = keccak(entry)
    expected = 0
    for i in (0, 2, 4):
        expected |= 1 << ((digest[i] << 8 | digest[i + 1]) % 2048)
    assert bits(entry) == expected


LEGACY: dict[str, Any] = {
    "nonce": 5,
    "gasPrice": 7,
    "gas": 21000,
    "to": "0x" + "12" * 20,
    "value": 1,
    "data": "0xabcd",
}
ACCESS = [{"address": "0x" + "34" * 20, "storageKeys": ["0x" + "56" * 32, "0x" + "78" * 32]}]
FEES: dict[str, Any] = {"maxFeePerGas": 9, "maxPriorityFeePerGas": 2}
TYPED = {k: v for k, v in LEGACY.items() if k != "gasPrice"}
KINDS: dict[str, dict[str, Any]] = {
    "before EIP-155": LEGACY,
    "EIP-155": LEGACY | {"chainId": 77001},
    "EIP-155, creation": LEGACY | {"chainId": 77001, "to": b""},
    "EIP-2930": LEGACY | {"chainId": 77001, "type": 1, "accessList": ACCESS},
    "EIP-1559": TYPED | FEES | {"chainId": 77001, "type": 2, "accessList": ACCESS},
    "EIP-1559, creation": TYPED | FEES | {"chainId": 77001, "type": 2, "to": b"", "accessList": []},
    "EIP-4844": TYPED | FEES | {
        "chainId": 77001, "type": 3, "accessList": ACCESS, "maxFeePerBlobGas": 3, "blobVersionedHashes": ["0x01" + "9a" * 31],
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_transaction_has_the_hash_that_its_wallet_gave_it(kind: str) -> None:
    fields = KINDS[kind]
    signed = Account.from_key(keccak(text="test key of somebody")).sign_transaction(fields)
    transaction = {
        "type": hex(fields.get("type", 0)), "chainId": hex(77001), "v": hex(signed.v), "r": hex(signed.r), "s": hex(signed.s),
        "to": fields["to"] or None, "input": fields["data"], "accessList": fields.get("accessList", []),
        "blobVersionedHashes": fields.get("blobVersionedHashes"),
    } | {k: hex(v) for k, v in fields.items() if k not in ("type", "chainId") and isinstance(v, int)}  # fmt: skip
    recomputed = transactions.recompute(transaction)
    assert recomputed.hash == bytes(signed.hash)
    assert recomputed.target == (bytes.fromhex(fields["to"][2:]) if fields["to"] else None)


def test_a_transaction_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(ValueError, match=r"transaction type: expected 0 to 3, got 4"):
        transactions.recompute({"type": "0x4"})


@pytest.mark.parametrize("topics", [0, 1, 4])
def test_a_receipt_is_encoded_as_the_library_does(topics: int) -> None:
    log = {
        "address": "0x" + "11" * 20,
        "topics": ["0x" + f"{n:02x}" * 32 for n in range(topics)],
        "data": "0x" + "22" * 70,
    }
    receipt = {"type": "0x2", "status": "0x1", "cumulativeGasUsed": "0x5208", "logs": [log, log]}
    recomputed = receipts.recompute(receipt)
    plain = [b"\x11" * 20, [bytes([n]) * 32 for n in range(topics)], b"\x22" * 70]
    bloom = bits(b"\x11" * 20)
    for n in range(topics):
        bloom |= bits(bytes([n]) * 32)
    assert recomputed.encoded == b"\x02" + rlp.encode([1, 21000, bloom.to_bytes(256, "big"), [plain, plain]])


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.__name__)
def test_each_field_of_an_event_is_read_from_its_own_bytes(event: Any) -> None:
    """Each field has its own bytes, so that a reader that mixed two up would be seen."""
    read, params = reader(event), event.params()
    indexed = [p for p in params if p.indexed]
    topics = b"".join(b"\xa0" + _word(p, params.index(p)) for p in indexed)
    data = b"".join(_word(p, i) for i, p in enumerate(params) if not p.indexed)
    if params and params[-1].scalar.abi == "bytes":
        data += (32).to_bytes(32, "big") + _value(params[-1], len(params) - 1)
    fields = read(b"\xa0" + event.TOPIC + topics + data)
    assert fields == tuple(_value(p, i) for i, p in enumerate(params))
    with pytest.raises(Exception, match=r"unpack(_from)? requires a buffer"):
        read(b"\xa0" + event.TOPIC + topics + data[:-1] if data else b"")


def _value(param: Any, place: int) -> Any:
    kind = param.scalar.abi
    if kind == "bool":
        return True
    if kind.startswith("uint"):
        return place + 1
    size = 20 if kind == "address" else int(kind.removeprefix("bytes") or 32)
    return bytes([place + 1]) * size


def _word(param: Any, place: int) -> bytes:
    value = _value(param, place)
    if isinstance(value, bytes):
        return value.rjust(32, b"\0") if param.scalar.abi == "address" else value.ljust(32, b"\0")
    return int(value).to_bytes(32, "big")

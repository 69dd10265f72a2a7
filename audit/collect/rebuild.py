"""RLP of headers, transactions and receipts from what JSON-RPC tells of them. Their hashes say whether it told the truth."""

from __future__ import annotations

from typing import Any

import rlp

from audit.chain.qbft import block_hash, decode_extra_data
from audit.collect.answers import array, data, field, quantity
from audit.decode.header import Header, decode_header
from audit.decode.mpt import list_root
from audit.errors import CollectError
from audit.evidence.canonical import shown

Json = dict[str, Any]

# In the order of the header; scalars in their shortest form, the rest as the node gives it.
_SCALARS = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp"}
_FIELDS = (
    "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
    "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce",
)  # fmt: skip
_LATER_SCALARS = {"baseFeePerGas", "blobGasUsed", "excessBlobGas", "slotNumber"}
_LATER_FIELDS = (
    "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash",
    "blockAccessListHash", "slotNumber",
)  # fmt: skip
_TRANSACTION_FIELDS = {
    0: ("nonce", "gasPrice", "gas", "to", "value", "input", "v", "r", "s"),
    1: ("chainId", "nonce", "gasPrice", "gas", "to", "value", "input", "accessList", "v", "r", "s"),
    2: (
        "chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input", "accessList", "v",
        "r", "s",
    ),
}  # fmt: skip


def header_rlp(block: Json) -> bytes:
    """RLP of a block's header.

    Raises:
        CollectError: It does not have the hash that the node tells.
    """
    fields = [
        quantity(field(block, name)) if name in _SCALARS else data(field(block, name)) for name in _FIELDS
    ]
    for name in _LATER_FIELDS:
        if block.get(name) is None:
            break
        fields.append(quantity(field(block, name)) if name in _LATER_SCALARS else data(field(block, name)))
    encoded = bytes(rlp.encode(fields))
    header = decode_header(encoded)
    if data(field(block, "hash")) not in _hashes(header):
        raise CollectError(f"block {header.number}: the header does not have the hash {block['hash']}")
    return encoded


def transactions_rlp(block: Json) -> list[bytes]:
    """The transactions of a block in their envelopes.

    Raises:
        CollectError: They do not make the root in the header.
    """
    raw = [_transaction(_object(t)) for t in array(field(block, "transactions"))]
    if list_root(raw) != data(field(block, "transactionsRoot")):
        raise CollectError(
            f"block {quantity(field(block, 'number'))}: the transactions do not make the root of the header"
        )
    return raw


def receipts_rlp(block: Json, receipts: Any) -> list[bytes]:
    """The receipts of a block in their envelopes.

    Raises:
        CollectError: They do not make the root in the header.
    """
    raw = [_receipt(_object(r)) for r in array(receipts)]
    if list_root(raw) != data(field(block, "receiptsRoot")):
        raise CollectError(
            f"block {quantity(field(block, 'number'))}: the receipts do not make the root of the header"
        )
    return raw


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise CollectError(f"expected an object, got {shown(value)}")
    return value


def _hashes(header: Header) -> set[bytes]:
    """The hash that the header has on an embedded chain, and that on a QBFT chain."""
    hashes = {header.keccak()}
    if header.number and header.extra_data[:1] >= b"\xf7":
        hashes.add(block_hash(header, decode_extra_data(header.extra_data)))
    return hashes


def _transaction(transaction: Json) -> bytes:
    kind = quantity(transaction.get("type", "0x0"))
    if kind not in _TRANSACTION_FIELDS:
        raise CollectError(
            f"expected a transaction of type 0, 1 or 2, got {kind}: {shown(transaction.get('hash'))}"
        )
    fields = [_field(transaction, name) for name in _TRANSACTION_FIELDS[kind]]
    return (bytes([kind]) if kind else b"") + bytes(rlp.encode(fields))


def _field(transaction: Json, name: str) -> Any:
    if name == "accessList":
        return [
            [data(field(e, "address")), [data(k) for k in array(field(e, "storageKeys"))]]
            for e in array(transaction.get(name) or [])
        ]
    if name in {"to", "input"}:
        return data(transaction.get(name) or "0x")
    if name == "v" and transaction.get("yParity") is not None:
        return quantity(transaction["yParity"])
    return quantity(field(transaction, name))


def _receipt(receipt: Json) -> bytes:
    kind = quantity(receipt.get("type", "0x0"))
    if kind not in _TRANSACTION_FIELDS:
        raise CollectError(f"expected a receipt of type 0, 1 or 2, got {kind}")
    logs = [
        [data(field(e, "address")), [data(t) for t in array(field(e, "topics"))], data(field(e, "data"))]
        for e in array(field(receipt, "logs"))
    ]
    status, gas = (quantity(field(receipt, name)) for name in ("status", "cumulativeGasUsed"))
    body = bytes(rlp.encode([status, gas, data(field(receipt, "logsBloom")), logs]))
    return (bytes([kind]) if kind else b"") + body

"""A chain for the benchmark, made on paper: real headers, roots, blooms and signatures around the events of a town.

No node could make a million events in the time that a benchmark may take, and none should be what limits the two
sides. So the answers of a node are made beforehand, kept in one file, and served to both sides by `serve`.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.index.abi_log import ADDRESSES, log_of
from benchmarks.index.paper_town import Town
from contracts.deployment import DeployedContract, Deployment
from indexer.proof.bloom import BLOOM_BYTES
from indexer.proof.header import block_hash
from indexer.proof.receipts import recompute as recompute_receipt
from indexer.proof.rlp import keccak
from indexer.proof.transactions import recompute as recompute_transaction
from indexer.proof.trie import ordered_root

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.types import Event

CHAIN_ID = 31337
GENESIS_TIME = 1_750_000_000
# A million events are the first four years of a city.
SECONDS_AN_EVENT = 126
TXS_PER_BLOCK = 5
PARTS = ("full", "light", "receipts", "logs")
RELAYER = "0x" + "f0" * 20
# Any message has a signer for them: r is the x of a point of the curve, its generator.
R = "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
S = "0x" + "33" * 32
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a chain is like.

    Attributes:
        name: Its name.
        logs_per_tx: Events in each transaction, or a few more: an act is not cut.
        calldata_bytes: Of each transaction.
    """

    name: str
    logs_per_tx: int
    calldata_bytes: int


DENSE = Shape(name="dense", logs_per_tx=20, calldata_bytes=2_800)
SPARSE = Shape(name="sparse", logs_per_tx=2, calldata_bytes=500)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """What was made.

    Attributes:
        events: How many events it holds.
        last_block: Number of its last block.
    """

    events: int
    last_block: int


def deployment() -> Deployment:
    """Where the contracts are that the chain pretends to have."""
    nothing = "0x" + keccak(b"").hex()
    contracts = {
        name: DeployedContract(address=address, block=0, code_hash=nothing)
        for name, address in ADDRESSES.items()
    }
    return Deployment(
        chain_id=CHAIN_ID, genesis_hash=_block(0, "0x" + "00" * 32, [], [], 0)["hash"], contracts=contracts
    )


def build(folder: Path, shape: Shape, events: int, *, with_logs: bool) -> Chain:
    """Writes the answers of a chain: `blocks.bin` and where each begins, `offsets.bin`; hashes in `hashes.bin`.

    Args:
        folder: Gets the files.
        shape: What the chain is like.
        events: How many events at least; the last block is whole.
        with_logs: Whether to write answers of `eth_getLogs` too; only the other sides ask for them.
    """
    town, offsets, parent = Town(seed=7, now=GENESIS_TIME), array("Q", [0]), "0x" + "00" * 32
    transactions, count, number = _group(town.acts(), shape.logs_per_tx), 0, 0
    with (folder / "blocks.bin").open("wb") as file, (folder / "hashes.bin").open("wb") as hashes:
        while True:
            txs, receipts = [], []
            for position in range(TXS_PER_BLOCK if number else 0):
                logs = next(transactions)
                count += len(logs)
                txs.append(_transaction(town.chance, shape, number * TXS_PER_BLOCK + position))
                receipts.append(_receipt(position, logs))
            block = _finish(number, parent, txs, receipts, town.now)
            parent = block["hash"]
            hashes.write(bytes.fromhex(parent[2:]))
            for part in _parts(block, receipts, with_logs=with_logs):
                file.write(part)
                offsets.append(offsets[-1] + len(part))
            if count >= events:
                break
            number += 1
            town.now += SECONDS_AN_EVENT * shape.logs_per_tx * TXS_PER_BLOCK
    (folder / "offsets.bin").write_bytes(offsets.tobytes())
    return Chain(events=count, last_block=number)


def _group(acts: Iterator[list[Event]], logs_per_tx: int) -> Iterator[list[Json]]:
    logs: list[Json] = []
    for act in acts:
        logs += map(log_of, act)
        if len(logs) >= logs_per_tx:
            yield logs
            logs = []


def _parts(block: Json, receipts: list[Json], *, with_logs: bool) -> list[bytes]:
    light = block | {"transactions": [tx["hash"] for tx in block["transactions"]]}
    logs = [log for receipt in receipts for log in receipt["logs"]] if with_logs else []
    inner = json.dumps(logs, separators=(",", ":"))[1:-1]
    return [json.dumps(part, separators=(",", ":")).encode() for part in (block, light, receipts)] + [
        inner.encode()
    ]


def _finish(number: int, parent: str, txs: list[Json], receipts: list[Json], time: int) -> Json:
    transactions = [recompute_transaction(tx) for tx in txs]
    proven = [recompute_receipt(receipt) for receipt in receipts]
    bloom = 0
    for tx, recomputed, receipt, its in zip(txs, transactions, receipts, proven, strict=True):
        tx.update({"hash": "0x" + recomputed.hash.hex(), "from": RELAYER})
        receipt.update({"logsBloom": _hexed(its.bloom), "transactionHash": tx["hash"], "from": tx["from"]})
        bloom |= its.bloom
    roots = (ordered_root([t.encoded for t in transactions]), ordered_root([r.encoded for r in proven]))
    block = _block(number, parent, txs, ["0x" + root.hex() for root in roots], bloom, time)
    _place(block, txs, receipts)
    return block


def _place(block: Json, txs: list[Json], receipts: list[Json]) -> None:
    index = 0
    for position, (tx, receipt) in enumerate(zip(txs, receipts, strict=True)):
        where = {
            "blockHash": block["hash"],
            "blockNumber": block["number"],
            "transactionIndex": hex(position),
        }
        tx.update(where)
        receipt.update(where)
        for log in receipt["logs"]:
            log.update(where | {"transactionHash": tx["hash"], "logIndex": hex(index), "removed": False})
            index += 1


def _block(
    number: int, parent: str, txs: list[Json], roots: list[str], bloom: int, time: int = GENESIS_TIME
) -> Json:
    empty = "0x" + ordered_root([]).hex()
    block = {
        "number": hex(number), "parentHash": parent, "nonce": "0x" + "00" * 8, "mixHash": "0x" + "00" * 32,
        "sha3Uncles": "0x" + keccak(b"\xc0").hex(), "logsBloom": _hexed(bloom), "stateRoot": empty,
        "transactionsRoot": roots[0] if roots else empty, "receiptsRoot": roots[1] if roots else empty,
        "miner": "0x" + "00" * 20, "difficulty": "0x0", "totalDifficulty": "0x0", "extraData": "0x", "size": "0x400",
        "gasLimit": "0x5f5e100", "gasUsed": hex(21_000 * len(txs)), "timestamp": hex(time),
        "baseFeePerGas": "0x0", "uncles": [], "transactions": txs,
    }  # fmt: skip
    return block | {"hash": "0x" + block_hash(block).hex()}


def _transaction(chance: random.Random, shape: Shape, nonce: int) -> Json:
    return {
        "type": "0x2", "chainId": hex(CHAIN_ID), "nonce": hex(nonce), "gas": "0x7a1200", "maxFeePerGas": "0x0",
        "maxPriorityFeePerGas": "0x0", "gasPrice": "0x0", "to": RELAYER, "value": "0x0", "accessList": [],
        "input": "0x" + chance.randbytes(shape.calldata_bytes).hex(), "v": "0x0", "yParity": "0x0", "r": R, "s": S,
    }  # fmt: skip


def _receipt(position: int, logs: list[Json]) -> Json:
    return {
        "type": "0x2", "status": "0x1", "cumulativeGasUsed": hex(21_000 * (position + 1)), "gasUsed": "0x5208", "to": RELAYER,
        "contractAddress": None, "effectiveGasPrice": "0x0", "logs": logs,
    }  # fmt: skip


def _hexed(bloom: int) -> str:
    return "0x" + bloom.to_bytes(BLOOM_BYTES, "big").hex()

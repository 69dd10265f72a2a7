"""A chain for the benchmark, made on paper: real headers, roots, blooms and signatures around transfers of our ledger.

No node could make a million events in the time that a benchmark may take, and none should be what limits the two
sides. So the answers of a node are made beforehand, kept in one file, and served to both sides by `serve`.
"""

from __future__ import annotations

import json
import random
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.deployment import DeployedContract, Deployment
from contracts.events import EVENTS, Transferred
from indexer.proof.bloom import BLOOM_BYTES
from indexer.proof.header import block_hash
from indexer.proof.receipts import recompute as recompute_receipt
from indexer.proof.rlp import keccak
from indexer.proof.transactions import recompute as recompute_transaction
from indexer.proof.trie import ordered_root

if TYPE_CHECKING:
    from pathlib import Path

CHAIN_ID = 31337
LEDGER, FUNDS = "0x" + "1e" * 20, "0x" + "f0" * 20
ACCOUNTS = 2_000
TXS_PER_BLOCK = 5
PARTS = ("full", "light", "receipts", "logs")
TOPIC = "0x" + Transferred.TOPIC.hex()
# Any message has a signer for them: r is the x of a point of the curve, its generator.
R = "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
S = "0x" + "33" * 32
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a chain is like.

    Attributes:
        name: Its name.
        logs_per_tx: Transfers in each transaction.
        calldata_bytes: Of each transaction.
    """

    name: str
    logs_per_tx: int
    calldata_bytes: int


DENSE = Shape(name="dense", logs_per_tx=20, calldata_bytes=2_800)
SPARSE = Shape(name="sparse", logs_per_tx=2, calldata_bytes=500)


def deployment() -> Deployment:
    """Where the contracts are that the chain pretends to have."""
    nothing = "0x" + keccak(b"").hex()
    names = sorted({event.CONTRACT for event in EVENTS})
    addresses = {name: "0x" + bytes([number] * 20).hex() for number, name in enumerate(names, 1)} | {
        "Ledger": LEDGER
    }
    contracts = {n: DeployedContract(address=a, block=0, code_hash=nothing) for n, a in addresses.items()}
    return Deployment(
        chain_id=CHAIN_ID, genesis_hash=_block(0, "0x" + "00" * 32, [], [], 0)["hash"], contracts=contracts
    )


def build(folder: Path, shape: Shape, events: int, *, with_logs: bool) -> None:
    """Writes the answers of a chain: `blocks.bin` and where each begins, `offsets.bin`; hashes in `hashes.bin`.

    Args:
        folder: Gets the files.
        shape: What the chain is like.
        events: How many transfers.
        with_logs: Whether to write answers of `eth_getLogs` too; only the other sides ask for them.
    """
    chance, offsets, sequence, parent = random.Random(7), array("Q", [0]), 0, "0x" + "00" * 32
    accounts = ["0x" + chance.randbytes(32).hex() for _ in range(ACCOUNTS)]
    with (folder / "blocks.bin").open("wb") as file, (folder / "hashes.bin").open("wb") as hashes:
        for number in range(1 + -(-events // (shape.logs_per_tx * TXS_PER_BLOCK))):
            txs, receipts = [], []
            for position in range(TXS_PER_BLOCK if number else 0):
                count = min(shape.logs_per_tx, events - sequence)
                if count <= 0:
                    break
                logs = [_log(chance, accounts, sequence + i) for i in range(1, count + 1)]
                sequence += count
                txs.append(_transaction(chance, shape, number * TXS_PER_BLOCK + position))
                receipts.append(_receipt(position, logs))
            block = _finish(number, parent, txs, receipts)
            parent = block["hash"]
            hashes.write(bytes.fromhex(parent[2:]))
            for part in _parts(block, receipts, with_logs=with_logs):
                file.write(part)
                offsets.append(offsets[-1] + len(part))
    (folder / "offsets.bin").write_bytes(offsets.tobytes())


def _parts(block: Json, receipts: list[Json], *, with_logs: bool) -> list[bytes]:
    light = block | {"transactions": [tx["hash"] for tx in block["transactions"]]}
    logs = [log for receipt in receipts for log in receipt["logs"]] if with_logs else []
    inner = json.dumps(logs, separators=(",", ":"))[1:-1]
    return [json.dumps(part, separators=(",", ":")).encode() for part in (block, light, receipts)] + [
        inner.encode()
    ]


def _finish(number: int, parent: str, txs: list[Json], receipts: list[Json]) -> Json:
    transactions = [recompute_transaction(tx) for tx in txs]
    proven = [recompute_receipt(receipt) for receipt in receipts]
    bloom = 0
    for tx, made, receipt, its in zip(txs, transactions, receipts, proven, strict=True):
        tx.update({"hash": "0x" + made.hash.hex(), "from": FUNDS})
        receipt.update({"logsBloom": _hexed(its.bloom), "transactionHash": tx["hash"], "from": tx["from"]})
        bloom |= its.bloom
    roots = (ordered_root([t.encoded for t in transactions]), ordered_root([r.encoded for r in proven]))
    block = _block(number, parent, txs, ["0x" + root.hex() for root in roots], bloom)
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


def _block(number: int, parent: str, txs: list[Json], roots: list[str], bloom: int) -> Json:
    empty = "0x" + ordered_root([]).hex()
    block = {
        "number": hex(number), "parentHash": parent, "nonce": "0x" + "00" * 8, "mixHash": "0x" + "00" * 32,
        "sha3Uncles": "0x" + keccak(b"\xc0").hex(), "logsBloom": _hexed(bloom), "stateRoot": empty,
        "transactionsRoot": roots[0] if roots else empty, "receiptsRoot": roots[1] if roots else empty,
        "miner": "0x" + "00" * 20, "difficulty": "0x0", "totalDifficulty": "0x0", "extraData": "0x", "size": "0x400",
        "gasLimit": "0x5f5e100", "gasUsed": hex(21_000 * len(txs)), "timestamp": hex(1_750_000_000 + number),
        "baseFeePerGas": "0x0", "uncles": [], "transactions": txs,
    }  # fmt: skip
    return block | {"hash": "0x" + block_hash(block).hex()}


def _transaction(chance: random.Random, shape: Shape, nonce: int) -> Json:
    return {
        "type": "0x2", "chainId": hex(CHAIN_ID), "nonce": hex(nonce), "gas": "0x7a1200", "maxFeePerGas": "0x0",
        "maxPriorityFeePerGas": "0x0", "gasPrice": "0x0", "to": FUNDS, "value": "0x0", "accessList": [],
        "input": "0x" + chance.randbytes(shape.calldata_bytes).hex(), "v": "0x0", "yParity": "0x0", "r": R, "s": S,
    }  # fmt: skip


def _receipt(position: int, logs: list[Json]) -> Json:
    return {
        "type": "0x2", "status": "0x1", "cumulativeGasUsed": hex(21_000 * (position + 1)), "gasUsed": "0x5208", "to": FUNDS,
        "contractAddress": None, "effectiveGasPrice": "0x0", "logs": logs,
    }  # fmt: skip


def _log(chance: random.Random, accounts: list[str], sequence: int) -> Json:
    payer, payee = chance.choice(accounts), chance.choice(accounts)
    words = (sequence, 1, chance.randrange(1, 10**7), 1)
    data = "".join(f"{word:064x}" for word in words) + chance.randbytes(32).hex()
    return {
        "address": LEDGER,
        "topics": [TOPIC, payer, payee, "0x" + chance.randbytes(32).hex()],
        "data": "0x" + data,
    }


def _hexed(bloom: int) -> str:
    return "0x" + bloom.to_bytes(BLOOM_BYTES, "big").hex()

"""Proves one block from what the node told about it, and turns it into rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.decode import log_key
from indexer.errors import VerificationError
from indexer.names import EMITTERS
from indexer.proof import receipts as receipt_proof
from indexer.proof import transactions as transaction_proof
from indexer.proof.bloom import BLOOM_BYTES
from indexer.proof.header import block_hash, is_qbft
from indexer.proof.rlp import hex_bytes
from indexer.proof.seals import read_seal
from indexer.proof.trie import ordered_root

if TYPE_CHECKING:
    from indexer.batch import Batch
    from indexer.decode import Decoders
    from indexer.proof.receipts import Receipt
    from indexer.proof.transactions import Transaction

Json = dict[str, Any]


def add_block(batch: Batch, number: int, block: Json, receipts: list[Json], decoders: Decoders) -> None:
    """Proves a block and adds its rows.

    What is proven: the header has the hash it was told with, and its transactions root, receipts root and bloom are
    those of the transactions and receipts told. What is not: that it follows the block before it, which `Batch` and
    the writer check, and its seals.

    Args:
        batch: Gets the rows; unchanged if the proof fails.
        number: Number that was asked for.
        block: The answer of `eth_getBlockByNumber` with full transactions.
        receipts: The answer of `eth_getBlockReceipts`.
        decoders: Of the deployed contracts.

    Raises:
        VerificationError: Something does not match, or is missing from the answer.
    """
    try:
        transactions, recomputed = prove(number, block, receipts)
        rows = list(_event_rows(number, recomputed, decoders))
        header = (
            number,
            hex_bytes(block["hash"]),
            hex_bytes(block["parentHash"]),
            int(block["timestamp"], 16),
        )
        seal = read_seal(block) if is_qbft(block) else None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise VerificationError(
            "form of the answer", number, "JSON-RPC's", f"{type(error).__name__}: {error}"
        ) from None
    batch.blocks.append(header)
    batch.seals.extend([seal] if seal else [])
    batch.transactions.extend(_transaction_rows(number, transactions, recomputed))
    for table, row in rows:
        batch.events.setdefault(table, []).append(row)


def prove(number: int, block: Json, receipts: list[Json]) -> tuple[list[Transaction], list[Receipt]]:
    """Transactions and receipts of a block, recomputed and equal to what its header commits to.

    Raises:
        VerificationError: Something does not match.
    """
    _expect("number", number, number, int(block["number"], 16))
    _expect("hash of the header", number, hex_bytes(block["hash"]), block_hash(block))
    transactions = [transaction_proof.recompute(tx) for tx in block["transactions"]]
    root = ordered_root([tx.encoded for tx in transactions])
    _expect("transactions root", number, hex_bytes(block["transactionsRoot"]), root)
    _expect("number of receipts", number, len(transactions), len(receipts))
    recomputed = [receipt_proof.recompute(receipt) for receipt in receipts]
    root = ordered_root([receipt.encoded for receipt in recomputed])
    _expect("receipts root", number, hex_bytes(block["receiptsRoot"]), root)
    bloom = 0
    for receipt in recomputed:
        bloom |= receipt.bloom
    _expect("logs bloom", number, hex_bytes(block["logsBloom"]), bloom.to_bytes(BLOOM_BYTES, "big"))
    return transactions, recomputed


def _expect(what: str, number: int, expected: object, got: object) -> None:
    if expected != got:
        raise VerificationError(what, number, expected, got)


def _transaction_rows(number: int, transactions: list[Transaction], receipts: list[Receipt]) -> Any:
    gas_before = 0
    for position, (tx, receipt) in enumerate(zip(transactions, receipts, strict=True)):
        gas = receipt.cumulative_gas - gas_before
        yield (number, position, tx.hash, tx.target, receipt.status, gas)
        gas_before = receipt.cumulative_gas


def _event_rows(number: int, receipts: list[Receipt], decoders: Decoders) -> Any:
    log_index = 0
    for tx_index, receipt in enumerate(receipts):
        for log in receipt.logs:
            known = decoders.get(log_key(log))
            if known is not None and known.first <= number < known.end:
                yield known.table, (number, log_index, tx_index, *known.read(log.topics + log.data))
                if number >= known.succeeded:
                    yield EMITTERS, (number, log_index, log.address)
            log_index += 1

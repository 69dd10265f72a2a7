"""C07, C08: the transactions and receipts are those that each header commits to, and fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.envelope import bloom_of
from audit.decode.mpt import list_root
from audit.errors import DecodeError
from audit.report.findings import Tally

if TYPE_CHECKING:
    from audit.chain.decoded_block import DecodedBlock
    from audit.decode.envelope import Receipt
    from audit.evidence.trust import Trust
    from audit.report.findings import Result


class RootChecks:
    """Rebuilds the roots of each block. A block without transactions counts too: its roots say that it has none."""

    def __init__(self, trust: Trust) -> None:
        self._chain_id = trust.chain_id
        self._transactions = Tally(
            "C07", "交易与区块头一致，签名有效", "Transactions are those of the header, validly signed"
        )
        self._receipts = Tally(
            "C08", "收据、日志与区块头一致", "Receipts and their logs are those of the header"
        )

    def take(self, block: DecodedBlock) -> None:
        """Examines the next block."""
        self._take_transactions(block)
        self._take_receipts(block)

    def results(self) -> list[Result]:
        """C07 and C08."""
        return [self._transactions.result(), self._receipts.result()]

    def _take_transactions(self, block: DecodedBlock) -> None:
        found = list_root(block.raw.transactions)
        self._transactions.expect_equal(
            block.where, "交易根 transactions root", expected=block.header.transactions_root, got=found
        )
        try:
            chain_ids = [t.chain_id for t in block.transactions]
        except DecodeError as error:
            self._transactions.fail(block.where, str(error))
            return
        for index, got in enumerate(chain_ids):
            where = f"{block.where} transaction {index}"
            self._transactions.expect_equal(where, "链编号 chain id", expected=self._chain_id, got=got)

    def _take_receipts(self, block: DecodedBlock) -> None:
        found = list_root(block.raw.receipts)
        root = block.header.receipts_root
        self._receipts.expect_equal(block.where, "收据根 receipts root", expected=root, got=found)
        try:
            receipts = block.receipts
        except DecodeError as error:
            self._receipts.fail(block.where, str(error))
            return
        self._take_totals(block, receipts)
        for index, receipt in enumerate(receipts):
            where = f"{block.where} receipt {index}"
            # All later checks judge what was done: logs of what was not done would be judged by none.
            silent = receipt.status == 1 or not receipt.logs
            self._receipts.expect(silent, where, "没有做成的交易却有日志 it was reverted, and has logs")
            got, bits = int.from_bytes(receipt.bloom, "big"), bloom_of(receipt.logs)
            self._receipts.expect(
                got == bits, where, "布隆过滤器与日志不符 its bloom is not that of its logs"
            )

    def _take_totals(self, block: DecodedBlock, receipts: list[Receipt]) -> None:
        kinds, got = (
            [t[0] if t[0] < 0xC0 else 0 for t in block.raw.transactions if t],
            [r.kind for r in receipts],
        )
        self._receipts.expect_equal(block.where, "收据类型 types of receipts", expected=kinds, got=got)
        gas = [0, *(r.cumulative_gas for r in receipts)]
        self._receipts.expect(
            gas == sorted(gas), block.where, f"收据的 gas 倒退 gas of receipts falls: {gas}"
        )
        self._receipts.expect_equal(
            block.where, "已用 gas gas used", expected=block.header.gas_used, got=gas[-1]
        )
        bits = 0
        for receipt in receipts:
            bits |= int.from_bytes(receipt.bloom, "big")
        self._receipts.expect(
            bits == int.from_bytes(block.header.bloom, "big"), block.where, "布隆过滤器与收据不符 its bloom is not that of its receipts"
        )  # fmt: skip

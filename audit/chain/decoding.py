"""C09: every log of a pinned contract is one that its ABI knows. Makes the history on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audit.chain.desks import Desks
from audit.chain.history import History, Log, Transaction
from audit.chain.offices import carried_for_office
from audit.chain.versions import VersionsCounting
from audit.decode.abi import UNMIRRORED_EVENTS, decode_call, decode_log
from audit.errors import DecodeError
from audit.report.findings import Tally

if TYPE_CHECKING:
    from audit.chain.decoded_block import DecodedBlock
    from audit.decode.envelope import RawLog, Receipt, SignedTransaction
    from audit.evidence.trust import Trust
    from audit.report.findings import Result


class Decoder:
    """Decodes the transactions and logs of each block.

    Attributes:
        history: What was decoded so far.
    """

    def __init__(self, trust: Trust) -> None:
        self._names, self._counting = trust.names, VersionsCounting(trust)
        self._desks = Desks(trust.names)
        self._tally = Tally("C09", "合约日志逐条解读，无一遗漏", "Every log of the contracts is decoded")
        self.history = History()

    def take(self, block: DecodedBlock) -> None:
        """Decodes the next block. One whose transactions or receipts cannot be read is left to C07 and C08."""
        self.history.blocks.append(block.block)
        self._take_validators(block)
        try:
            pairs = list(zip(block.transactions, block.receipts, strict=False))
        except DecodeError:
            return
        self._counting.begin(raw for _, receipt in pairs for raw in receipt.logs)
        logs = 0
        gas = 0
        for index, (transaction, receipt) in enumerate(pairs):
            gas_used = receipt.cumulative_gas - gas
            gas = receipt.cumulative_gas
            self.history.all_transactions.append(
                self._transaction(block, index, transaction, receipt, gas_used)
            )
            for raw in receipt.logs:
                self._take_log(block, index, logs, raw)
                logs += 1

    def _take_validators(self, block: DecodedBlock) -> None:
        """C04 compares what headers list with what votes leave."""
        if block.extra is None:
            return
        listed, known = tuple(sorted(block.extra.validators)), self.history.validators
        if not known or known[-1][1] != listed:
            known.append((block.block, listed))

    def results(self) -> list[Result]:
        """C09."""
        if not self._names:
            return [self._tally.not_applicable("信任文件没有固定任何合约 the trust file pins no contract")]
        return [self._tally.result()]

    def _transaction(
        self, block: DecodedBlock, index: int, signed: SignedTransaction, receipt: Receipt, gas_used: int
    ) -> Transaction:
        counts = signed.to is not None and signed.to in self._counting
        target = self._names.get(signed.to) if signed.to and counts else None
        function, args = _call(target, signed.data)
        decoded = Transaction(
            block=block.block, tx_index=index, hash=signed.hash, sender=signed.sender, to=signed.to, target=target,
            function=function, args=args, status=receipt.status, gas_used=gas_used, created=signed.created,
            code=signed.data if signed.created else b"", gas_limit=signed.gas_limit,
        )  # fmt: skip
        carried = self._desks.carried_by(decoded) or carried_for_office(decoded, self._names)
        return decoded if carried is None else replace(decoded, carried=carried)

    def _take_log(self, block: DecodedBlock, tx_index: int, log_index: int, raw: RawLog) -> None:
        contract = self._names.get(raw.address)
        if contract is None:
            return
        try:
            event, values = decode_log(contract, raw.topics, raw.data)
        except DecodeError as error:
            self._tally.fail(f"{block.where} log {log_index}", str(error))
            return
        self._tally.counted += 1
        log = Log(
            block=block.block, tx_index=tx_index, log_index=log_index, contract=contract, address=raw.address,
            event=event, values=values,
        )  # fmt: skip
        if raw.address in self._counting:
            self.history.all_logs.append(log)
            self._desks.take(log)
        elif event not in UNMIRRORED_EVENTS:
            self.history.uncounted.append(log)


def _call(target: str | None, calldata: bytes) -> tuple[str | None, dict[str, Any]]:
    if target is None:
        return None, {}
    try:
        return decode_call(target, calldata)
    except DecodeError:  # a call that no function answers; it was reverted
        return None, {}

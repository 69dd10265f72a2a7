"""Transactions accepted and not yet mined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp
from eth_account import Account
from eth_utils import keccak

from gongji.errors import GongjiError
from gongji.exit_status import ExitStatus

MAX_BYTES = 128 * 1024
NONCE_WINDOW = 64


class TransactionRefusedError(GongjiError):
    """The chain does not take this transaction."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__("transaction refused", why, remedy)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """One transaction.

    Attributes:
        raw: Signed bytes.
        hash: keccak256 of them, 32 bytes.
        sender: Lower-case address, 0x and 40 hex digits.
        nonce: Account nonce.
        gas: Gas limit.
    """

    raw: bytes
    hash: bytes
    sender: str
    nonce: int
    gas: int

    def as_record(self) -> dict[str, Any]:
        """The line of the journal; what was recovered once from the signature is not recovered at each replay."""
        return {"tx": "0x" + self.raw.hex(), "sender": self.sender, "nonce": self.nonce, "gas": self.gas}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Pending:
        """Reads a line of the journal."""
        raw = bytes.fromhex(record["tx"][2:])
        return cls(
            raw=raw, hash=keccak(raw), sender=record["sender"], nonce=record["nonce"], gas=record["gas"]
        )


class Pool:
    """Accepts each transaction once, in nonce order per sender, a bounded window ahead."""

    def __init__(self, chain_id: int, gas_limit: int) -> None:
        self._chain_id = chain_id
        self._gas_limit = gas_limit
        self._waiting: dict[str, dict[int, Pending]] = {}
        self._arrival: dict[bytes, Pending] = {}
        self._next_nonce: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._arrival)

    def parse(self, raw: bytes) -> Pending:
        """Decodes a transaction and checks what needs no state.

        Raises:
            TransactionRefusedError: It is malformed, of another chain, or costs what nobody here has.
        """
        if len(raw) > MAX_BYTES:
            raise TransactionRefusedError(f"{len(raw)} bytes are more than {MAX_BYTES}", "split it")
        try:
            fields = _fields(raw)
            sender = Account.recover_transaction(raw).lower()
        except Exception as error:  # noqa: BLE001 whatever a stranger's bytes do to the decoders, it is one refusal
            raise TransactionRefusedError(
                f"malformed: {error}", "sign it again with a current library"
            ) from None
        if fields["chain_id"] != self._chain_id:
            raise TransactionRefusedError(
                f"chain id {fields['chain_id']}, expected {self._chain_id}", "sign it for this chain"
            )
        if fields["gas"] > self._gas_limit or fields["gas"] < _intrinsic_gas(
            fields["data"], creates=not fields["to"]
        ):
            raise TransactionRefusedError(
                f"gas limit {fields['gas']} is out of range", "estimate the gas again"
            )
        if fields["price"] or fields["value"]:
            raise TransactionRefusedError(
                "gas price or value is not zero", "this chain has no coin; set both to zero"
            )
        return Pending(raw=raw, hash=keccak(raw), sender=sender, nonce=fields["nonce"], gas=fields["gas"])

    def knows(self, transaction_hash: bytes) -> bool:
        """Whether it waits here."""
        return transaction_hash in self._arrival

    def check(self, pending: Pending) -> None:
        """Checks the nonce.

        Raises:
            TransactionRefusedError: It is used, taken by another transaction, or too far ahead.
        """
        expected = self._next_nonce.get(pending.sender, 0)
        if pending.nonce < expected:
            raise TransactionRefusedError(
                f"nonce too low: expected {expected}, got {pending.nonce}", "read the nonce again"
            )
        if pending.nonce in self._waiting.get(pending.sender, {}):
            raise TransactionRefusedError(
                f"nonce {pending.nonce} is taken by a waiting transaction", "wait for it"
            )
        if pending.nonce >= expected + NONCE_WINDOW:
            raise TransactionRefusedError(
                f"nonce is too distant: expected {expected}, got {pending.nonce}",
                "send the transactions before it first",
            )

    def add(self, pending: Pending) -> None:
        """Takes a checked transaction in."""
        self._waiting.setdefault(pending.sender, {})[pending.nonce] = pending
        self._arrival[pending.hash] = pending

    def take(self) -> list[Pending]:
        """Transactions for the next block: in order of arrival, without nonce gaps, within the gas limit. Keeps them."""
        chosen: list[Pending] = []
        nonces = dict(self._next_nonce)
        gas = 0
        for pending in self._executable_order():
            if pending.nonce != nonces.get(pending.sender, 0) or gas + pending.gas > self._gas_limit:
                continue
            nonces[pending.sender] = pending.nonce + 1
            gas += pending.gas
            chosen.append(pending)
        return chosen

    def mined(self, sender: str, nonce: int, transaction_hash: bytes) -> None:
        """Forgets a transaction that is in a block."""
        self._next_nonce[sender] = nonce + 1
        self._waiting.get(sender, {}).pop(nonce, None)
        self._arrival.pop(transaction_hash, None)

    def next_nonce(self, sender: str) -> int:
        """Nonce after the transactions of `sender` that are mined or wait without a gap."""
        nonce = self._next_nonce.get(sender, 0)
        while nonce in self._waiting.get(sender, {}):
            nonce += 1
        return nonce

    def _executable_order(self) -> list[Pending]:
        """Arrival order, but never a nonce before a lower one of the same sender."""
        queues = {sender: iter(sorted(waiting)) for sender, waiting in self._waiting.items()}
        return [self._waiting[p.sender][next(queues[p.sender])] for p in self._arrival.values()]


def _fields(raw: bytes) -> dict[str, Any]:
    if raw[0] >= 0xC0:
        nonce, price, gas, to, value, data, v, _r, _s = rlp.decode(raw)
        number = int.from_bytes(v, "big")
        return _named(number >= 35 and (number - 35) // 2, nonce, [price], gas, to, value, data)
    parts = rlp.decode(raw[1:])
    chain_id = int.from_bytes(parts[0], "big")
    if raw[0] == 1:
        _, nonce, price, gas, to, value, data, *_ = parts
        return _named(chain_id, nonce, [price], gas, to, value, data)
    if raw[0] == 2:
        _, nonce, tip, cap, gas, to, value, data, *_ = parts
        return _named(chain_id, nonce, [tip, cap], gas, to, value, data)
    raise ValueError(f"transaction type {raw[0]} is not taken, only 0, 1 and 2")


def _named(
    chain_id: int, nonce: bytes, prices: list[bytes], gas: bytes, to: bytes, value: bytes, data: bytes
) -> dict[str, Any]:
    return {
        "chain_id": int(chain_id), "nonce": int.from_bytes(nonce, "big"), "price": any(prices),
        "gas": int.from_bytes(gas, "big"), "to": to, "value": any(value), "data": data,
    }  # fmt: skip


def _intrinsic_gas(data: bytes, *, creates: bool) -> int:
    zeros = data.count(0)
    words = (len(data) + 31) // 32
    return 21_000 + 4 * zeros + 16 * (len(data) - zeros) + (32_000 + 2 * words if creates else 0)

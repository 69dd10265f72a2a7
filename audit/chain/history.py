"""What the verified chain tells, decoded: blocks, transactions to the pinned contracts, and their logs, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Values = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A block whose hash, seals, transactions and receipts were verified.

    Attributes:
        number: From 0.
        hash: 32 bytes.
        parent_hash: 32 bytes.
        time: Seconds since 1970.
        state_root: 32 bytes.
    """

    number: int
    hash: bytes
    parent_hash: bytes
    time: int
    state_root: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Transaction:
    """A transaction, whoever it is to.

    Attributes:
        block: Its block.
        tx_index: Its place in the block, from 0.
        hash: 32 bytes.
        sender: Address recovered from its signature, 20 bytes.
        to: Address called, 20 bytes; None for a creation.
        target: Name of the pinned contract that it calls, or None.
        function: Name of the function, or None if it calls none that the ABI knows.
        args: Arguments by name in snake case: structs are dicts, lists are lists, `bytesN` and addresses are bytes.
        status: 1 done, 0 reverted.
        gas_used: Gas.
        carried: The call that a desk carried out in it for a person, whose key is the sender of that, or an office by its
            account; None in all others.
        created: Address of the contract that it creates, 20 bytes; empty in all others.
        code: What creates it, with its arguments; empty in all others.
        gas_limit: Gas that it might use.
    """

    block: Block
    tx_index: int
    hash: bytes
    sender: bytes
    to: bytes | None
    target: str | None
    function: str | None
    args: Values
    status: int
    gas_used: int
    carried: Transaction | None = None
    created: bytes = b""
    code: bytes = b""
    gas_limit: int = 0

    @property
    def where(self) -> str:
        """Its place, for a finding."""
        return f"block {self.block.number} transaction {self.tx_index}"

    @property
    def is_starved(self) -> bool:
        """Whether it was reverted as it used up its gas, or all that a call inside may have of it (EIP-150)."""
        return not self.status and self.gas_used * 64 >= self.gas_limit * 62

    @property
    def of_office(self) -> Transaction | None:
        """The call inside where an office acts by its account; None otherwise."""
        return self.carried if self.target == "Offices" else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """A log of a pinned contract.

    Attributes:
        block: Its block.
        tx_index: Place of its transaction in the block, from 0.
        log_index: Its place in the block, over all logs of the block, from 0.
        contract: Name of the contract.
        address: Of the version that emitted it, 20 bytes.
        event: Name of the event.
        values: Parameters by name in snake case: structs are dicts, `bytesN` and addresses are bytes, enums are integers.
    """

    block: Block
    tx_index: int
    log_index: int
    contract: str
    address: bytes
    event: str
    values: Values

    @property
    def name(self) -> str:
        """Contract and event, such as "Ledger.Transferred"."""
        return f"{self.contract}.{self.event}"

    @property
    def where(self) -> str:
        """Its place, for a finding."""
        return f"block {self.block.number} log {self.log_index} ({self.event})"


@dataclass(kw_only=True, slots=True)
class History:
    """The chain from block 0 to the head.

    Attributes:
        blocks: All blocks; the index is the number.
        all_transactions: Every transaction, in order.
        all_logs: Every log of a version that counts then, in order.
        uncounted: Every log of a later version before the ledger admitted it, and of any after it was retired.
        validators: Who might seal, 20 bytes each, from which block on, in order; empty where nobody seals.
        results: What functions under `once` came to.
    """

    blocks: list[Block] = field(default_factory=list)
    all_transactions: list[Transaction] = field(default_factory=list)
    all_logs: list[Log] = field(default_factory=list)
    uncounted: list[Log] = field(default_factory=list)
    validators: list[tuple[Block, tuple[bytes, ...]]] = field(default_factory=list)
    results: dict[tuple[Any, ...], tuple[Any, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def head(self) -> Block:
        """The last block."""
        return self.blocks[-1]

    def logs(self, *names: str) -> Iterator[Log]:
        """Logs with one of these names, such as "Ledger.Transferred", in order; every log if none is named.

        By name only of a complete history.
        """
        if not names:
            return iter(self.all_logs)
        places = sorted(place for name in set(names) for place in self._places_by_name.get(name, ()))
        return (self.all_logs[place] for place in places)

    def transactions(self, *names: str) -> Iterator[Transaction]:
        """Calls that were done, with one of these names, such as "Disbursements.approve", in order; those of desks and offices, too."""
        calls = (c for t in self.all_transactions if t.status for c in (t, t.carried) if c is not None)
        return (c for c in calls if f"{c.target}.{c.function}" in names)

    def done(self) -> Iterator[tuple[Transaction, list[Log]]]:
        """Every transaction that was done, in order, each with its logs of pinned contracts; an office's is that of its account."""
        logs: dict[tuple[int, int], list[Log]] = {}
        for log in self.all_logs:
            logs.setdefault((log.block.number, log.tx_index), []).append(log)
        done = (t for t in self.all_transactions if t.status)
        return ((t.of_office or t, logs.get((t.block.number, t.tx_index), [])) for t in done)

    def admitted_at(self, module: bytes) -> int | None:
        """Number of the block in which the ledger admitted a module, the first time; None if it never did.

        Args:
            module: Its address, 20 bytes.
        """
        found = (
            log.block.number for log in self.logs("Ledger.ModuleAdmitted") if log.values["module"] == module
        )
        return next(found, None)

    def transaction_of(self, log: Log) -> Transaction:
        """The transaction that emitted a log; where a desk or an office acted, what came of it is of the call inside."""
        transaction = self._transactions_by_place[log.block.number, log.tx_index]
        is_inside = transaction.carried is not None and log.contract != transaction.target
        return transaction.carried if transaction.carried and is_inside else transaction

    @property
    def _places_by_name(self) -> dict[str, list[int]]:
        """Where in `all_logs` those of each name are: all checks go through them, and most names are few."""
        if self._by_name is None:
            self._by_name = {}
            for place, log in enumerate(self.all_logs):
                self._by_name.setdefault(log.name, []).append(place)
        return self._by_name

    _by_name: dict[str, list[int]] | None = field(default=None, init=False, repr=False, compare=False)
    _by_place: dict[tuple[int, int], Transaction] | None = None

    @property
    def _transactions_by_place(self) -> dict[tuple[int, int], Transaction]:
        if self._by_place is None:
            self._by_place = {(t.block.number, t.tx_index): t for t in self.all_transactions}
        return self._by_place


def once(function: Callable[Concatenate[History, P], T]) -> Callable[Concatenate[History, P], T]:
    """A function of a complete history, which several checks ask: each answer is computed once, and goes with the history."""

    @wraps(function)
    def answer(history: History, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (function, *map(id, args))
        if key not in history.results:
            # With the arguments, so that no other object gets the id of one of them.
            history.results[key] = (args, function(history, *args, **kwargs))
        found: T = history.results[key][1]
        return found

    return answer

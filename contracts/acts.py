"""The acts: every single thing that a person or an office does on chain, as the interfaces of the contracts define it.

`acts.json` is written by `python -m contracts.build`. An act is one function; members sign for theirs, offices call.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is added to the fields of an act when it is drafted and signed.
ADDED = ("authorization", "deadline", "signatures")
# Functions that do the act of another one, with more at the end of their arguments.
SAME_ACT = {("Disbursements", "objectAcknowledged"): ("Disbursements", "object")}


@dataclass(frozen=True, kw_only=True, slots=True)
class ActField:
    """One field of an act.

    Attributes:
        name: Its name in Solidity.
        type: ABI type, such as "uint64", or a struct's name, such as "Proposal" or "Donation[]".
        kind: What it is, such as "money" or "bank-line-in"; one of `contracts.build.kinds.KINDS`.
        doc: What it means, unit included.
        fields: The fields of a struct.
        id: Name of a struct's EIP-712 hash, where that is an id, such as "proposalId".
        optional: Whether it may be zero, which says that there is none.
    """

    name: str
    type: str
    kind: str
    doc: str
    fields: tuple[ActField, ...] = ()
    id: str | None = None
    optional: bool = False

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Reads a field of `acts.json`."""
        return cls(**record | {"fields": tuple(map(cls.from_json, record.get("fields", ())))})


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One act.

    Attributes:
        act: Its id, such as "RefundGift".
        contract: Contract that carries it out.
        function: Function of that contract.
        signature: The function with the canonical types of its parameters.
        message: EIP-712 type of what a member signs for it; None where an office or anyone calls.
        action: What it is called, Chinese and English, such as "退回众筹款 Refund a gift"; signed with the message.
        notice: What it does, one or two sentences in English.
        notice_zh: The same in Chinese.
        by: Who may do it, such as "steward" or "treasurer of fund"; any one of them.
        fields: Parameters of the function, in order.
        signed_only: Fields of the message that the contract knows by itself.
        emits: Events that it emits, those of the ledger included.
        undo: Act that takes it back; None if there is none.
        desk: Area of the delegations by which a service desk does it for a person, such as "HOURS"; None if none does.
    """

    act: str
    contract: str
    function: str
    signature: str
    message: str | None
    action: str
    notice: str
    notice_zh: str
    by: tuple[str, ...]
    fields: tuple[ActField, ...]
    signed_only: tuple[ActField, ...]
    emits: tuple[str, ...]
    undo: str | None
    desk: str | None = None

    @property
    def input_fields(self) -> tuple[ActField, ...]:
        """What whoever does it has to tell: its fields, but for deadline, nonce and signatures, which drafting adds."""
        return tuple(field for field in (*self.fields, *self.signed_only) if field.name not in ADDED)

    @property
    def names(self) -> tuple[str, str]:
        """What it is called, in Chinese and in English; its action text has a space between."""
        zh, _, en = self.action.partition(" ")
        return zh, en

    def named(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What its function is called with, by the names of its fields: the code may have others than the interface.

        Args:
            arguments: By the names that the code has, in order.
        """
        # A function that does the same with more, such as a receipt, takes that at its end.
        return {one.name: value for one, value in zip(self.fields, arguments.values(), strict=False)}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Reads a record of `acts.json`."""
        read = {
            name: tuple(map(ActField.from_json, record.get(name, ()))) for name in ("fields", "signed_only")
        }
        return cls(**record | read | {"by": tuple(record["by"]), "emits": tuple(record["emits"])})


@cache
def acts() -> dict[str, Act]:
    """All acts, by their ids."""
    records = json.loads((files("contracts") / "acts.json").read_text("utf-8"))
    return {record["act"]: Act.from_json(record) for record in records}


def act_of(contract: str, function: str) -> Act | None:
    """The act that a function of a contract is; None if it is none."""
    return _by_call().get((contract, function))


@cache
def _by_call() -> dict[tuple[str, str], Act]:
    by_call = {(act.contract, act.function): act for act in acts().values()}
    return by_call | {call: by_call[act] for call, act in SAME_ACT.items()}

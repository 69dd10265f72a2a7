"""What an office did through its account (contract `Offices`): the call inside, of which the account is the sender."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audit.decode.abi import decode_call
from audit.decode.keccak import keccak
from audit.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import Transaction

# The offices that persons hold are the roles up to this one; processes hold the others themselves.
LAST_OFFICE = 4


def office_account(offices: bytes, office: int) -> bytes:
    """The account of an office, 20 bytes: what `Offices` creates when it is created is named by its address and a count from 1.

    Args:
        offices: Address of `Offices`, 20 bytes.
        office: Number of the office, up to `LAST_OFFICE`.
    """
    # RLP of a list of 22 bytes: an address, and a number of one byte.
    return keccak(b"\xd6\x94" + offices + bytes([1 + office]))[12:]


def carried_for_office(transaction: Transaction, names: Mapping[bytes, str]) -> Transaction | None:
    """What the account of an office called in a transaction; None if it is no act of an office, or calls nothing that is known.

    Args:
        transaction: The transaction.
        names: Pinned contracts by address.
    """
    if transaction.target != "Offices" or transaction.function not in ("actForOffice", *_OF_AUTHORITY):
        return None
    args = transaction.args
    account = office_account(transaction.to or b"", args["office"])
    if transaction.function == "actForOffice":
        target, called = args["target"], _decoded(names.get(args["target"], ""), args["data"])
    else:
        target = next((address for address, name in names.items() if name == "Authority"), b"")
        function, fixed = _OF_AUTHORITY[transaction.function]
        named = {"caller": account} if function == "cancel" else {}
        called = function, named | {"target": args["target"], "data": args["data"]} | fixed
    if called is None:
        return None
    return replace(
        transaction, sender=account, to=target, target=names.get(target), function=called[0], args=called[1]
    )


# What the account asks of the authority for the other acts: a change is due as early as may be.
_OF_AUTHORITY: dict[str, tuple[str, dict[str, Any]]] = {
    "scheduleForOffice": ("schedule", {"when": 0}),
    "cancelForOffice": ("cancel", {}),
    "runForOffice": ("execute", {}),
}


def _decoded(contract: str, data: bytes) -> tuple[str, dict[str, Any]] | None:
    try:
        return decode_call(contract, data)
    except DecodeError:
        return None

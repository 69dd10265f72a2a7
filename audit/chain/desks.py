"""What a service desk called for a person: the call inside, of which the key that the delegation holds is the sender."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audit.decode.abi import decode_call
from audit.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import Log, Transaction

ACT, OPENED = "Delegations.actForPerson", "Delegations.DelegationOpened"
WORD = 32


class Desks:
    """The accounts of the delegations that were opened so far.

    Args:
        names: Pinned contracts by address.
    """

    def __init__(self, names: Mapping[bytes, str]) -> None:
        self._names = names
        self._accounts: dict[bytes, bytes] = {}

    def take(self, log: Log) -> None:
        """Notes which account a delegation holds."""
        if log.name == OPENED:
            self._accounts.setdefault(log.values["delegation"], log.values["account"])

    def carried_by(self, transaction: Transaction) -> Transaction | None:
        """The call that a desk carried out in a transaction; None if it is no act of a desk, or calls nothing that is known."""
        account = self._accounts.get(transaction.args.get("delegation", b""))
        if f"{transaction.target}.{transaction.function}" != ACT or account is None:
            return None
        target = transaction.args["target"]
        try:
            function, args = decode_call(self._names.get(target, ""), direct(transaction.args["data"]))
        except DecodeError:
            return None
        return replace(
            transaction, sender=account, to=target, target=self._names[target], function=function, args=args
        )


def direct(call: bytes) -> bytes:
    """A call with the empty authorization at its end, as the contract adds it: where it begins, nonce, deadline, no signature."""
    words = (len(call) - 4 + WORD, 0, 0, 3 * WORD, 0)
    return call + b"".join((word % 2**256).to_bytes(WORD, "big") for word in words)

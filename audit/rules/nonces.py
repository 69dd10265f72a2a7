"""Which collected approvals the chain leaves out for their nonce, as `Members.signersOf` does."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.errors import DecodeError
from audit.rules.intents import ACTS
from audit.rules.membership import place_of
from audit.rules.signing import signing_key

if TYPE_CHECKING:
    from audit.chain.history import History, Log, Transaction
    from audit.evidence.trust import Trust
    from audit.rules.membership import Place

# A contract, 20 bytes, and a nonce there, 32 bytes.
Nonce = tuple[bytes, bytes]


class Nonces:
    """Who called nonces back, and who used those up otherwise."""

    def __init__(self, history: History, trust: Trust) -> None:
        """Makes it.

        Args:
            history: The verified history.
            trust: Tells the chain that was signed for.
        """
        self._trust = trust
        self._cancellations: dict[Nonce, list[Log]] = defaultdict(list)
        for log in history.logs("Members.IntentCancelled"):
            self._cancellations[log.values["taker"], log.values["nonce"]].append(log)
        self._uses: dict[Nonce, list[Transaction]] = defaultdict(list)
        # Of the others nobody asks: whose signatures they carry is costly to find.
        for call in _with_nonce(history):
            nonce = bytes(call.to or b""), call.args["authorization"]["nonce"].to_bytes(32, "big")
            if nonce in self._cancellations:
                self._uses[nonce].append(call)

    def leave_out(self, key: bytes, taker: bytes, nonce: bytes, place: Place) -> bool:
        """Whether an approval did not count for its nonce, as the transaction at a place found it.

        It is out if anybody had called the nonce back, and its own key had called it back or used it for another act.

        Args:
            key: That signed it, 20 bytes.
            taker: Address of the contract that takes it, 20 bytes.
            nonce: 32 bytes.
            place: Of the transaction.
        """
        cancelled = [log for log in self._cancellations.get((taker, nonce), ()) if place_of(log) < place]
        if not cancelled or any(log.values["key"] == key for log in cancelled):
            return bool(cancelled)
        uses = (call for call in self._uses.get((taker, nonce), ()) if place_of(call) < place)
        return any(self._is_by(key, call) for call in uses)

    def _is_by(self, key: bytes, call: Transaction) -> bool:
        try:
            return signing_key(call, self._trust) == key
        except (DecodeError, KeyError, TypeError):
            # C15.1 tells of it.
            return False


def _with_nonce(history: History) -> list[Transaction]:
    """The calls that used a nonce up: those with a signature, unless they found the act done by another."""
    optional = {name: act.event for name, act in ACTS.items() if not act.needs_event}
    done = {(log.name, place_of(log)) for log in history.logs(*optional.values())}
    signed = (call for call in history.transactions(*ACTS) if call.args["authorization"]["signature"])
    return [
        call
        for call in signed
        if (event := optional.get(f"{call.target}.{call.function}")) is None
        or (event, place_of(call)) in done
    ]

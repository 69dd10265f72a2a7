"""Which versions of contracts count in a block: what the ledger admitted and retired, whatever the operator's record says.

A later version of a module counts from the block in which the ledger admitted it, and any one to the end of the block in
which the ledger retired it. What a version emits outside is no event of the town.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from audit.decode.abi import decode_log, events
from audit.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.chain.history import History, Log
    from audit.decode.envelope import RawLog
    from audit.evidence.trust import Trust

LEDGER = "Ledger"


class VersionsCounting:
    """The addresses of a trust file that count, block by block.

    Args:
        trust: What is pinned.
    """

    def __init__(self, trust: Trust) -> None:
        versions = trust.versions
        self._ledger = versions[LEDGER][0] if LEDGER in versions else None
        self._known = {address for addresses in versions.values() for address in addresses}
        self._counting = {addresses[0] for addresses in versions.values()}
        self._ending: set[bytes] = set()

    def begin(self, logs: Iterable[RawLog]) -> None:
        """Goes on to the next block.

        Args:
            logs: All its logs.
        """
        self._counting -= self._ending
        self._ending = set()
        for event, address in self._said(logs):
            if event == "ModuleAdmitted" and address in self._known:
                self._counting.add(address)
                self._ending.discard(address)
            elif event == "ModuleRetired":
                self._ending.add(address)

    def __contains__(self, address: bytes) -> bool:
        """Whether the version at an address counts in this block."""
        return address in self._counting

    def _said(self, logs: Iterable[RawLog]) -> Iterator[tuple[str, bytes]]:
        for raw in logs:
            entry = events(LEDGER).get(raw.topics[0]) if raw.address == self._ledger and raw.topics else None
            if entry is None or entry.name not in ("ModuleAdmitted", "ModuleRetired"):
                continue
            try:
                yield entry.name, decode_log(LEDGER, raw.topics, raw.data)[1]["module"]
            except DecodeError:
                continue


def former_logs(history: History, trust: Trust) -> Iterator[Log]:
    """The logs of versions of their contracts that were not the latest when they emitted them.

    Args:
        history: The verified history.
        trust: What is pinned.
    """
    succeeded: dict[bytes, int] = {}
    for addresses in trust.versions.values():
        for former, later in pairwise(addresses):
            block = history.admitted_at(later)
            if block is not None:
                succeeded[former] = block
    never = history.head.number + 1
    return (log for log in history.logs() if log.block.number >= succeeded.get(log.address, never))

"""What went the same way lately: approved amounts by budget line, requester and payee, by the auditor's own reckoning.

Rule: `IRounds`. What was approved counts in its period of 30 days, counted from 1970, and in the next one, unless it was
suspended, withdrawn or brought back since.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audit.decode.accounts import fund_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PERIOD_SECONDS = 30 * 24 * 3600

Values = dict[str, Any]
Way = tuple[int, str, Any]


class RecentApprovals:
    """Approved amounts that add up."""

    def __init__(self) -> None:
        self._fen: dict[Way, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._periods: dict[bytes, int] = {}

    def add(self, proposal_id: bytes, request: Values, time: int) -> None:
        """A request was approved at a time, in seconds since 1970."""
        self._periods[proposal_id] = time // PERIOD_SECONDS
        self._count(proposal_id, request, 1)

    def remove(self, proposal_id: bytes, request: Values) -> None:
        """A request is no longer approved; nothing happens if it was not."""
        if proposal_id in self._periods:
            self._count(proposal_id, request, -1)
            del self._periods[proposal_id]

    def fen(self, request: Values, time: int) -> int:
        """What the line, the requester or the payee of a request got until a time, in fen: the largest of the three."""
        now = time // PERIOD_SECONDS
        return max(self._fen[way][now] + self._fen[way][now - 1] for way in _ways(request))

    def _count(self, proposal_id: bytes, request: Values, sign: int) -> None:
        for way in _ways(request):
            self._fen[way][self._periods[proposal_id]] += sign * request["amount_fen"]


def _ways(request: Values) -> Iterator[Way]:
    for name in ("budget_line", "requester", "payee"):
        yield fund_of(request["purpose"]), name, request[name]

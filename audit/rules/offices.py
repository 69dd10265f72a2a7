"""Which keys acted for an office when, replayed from the authority's events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.rules.changes import HOLDER_BIT
from audit.rules.membership import Timeline, place_of

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.rules.membership import Place


class Holders:
    """The keys that hold offices of persons.

    Args:
        history: The verified history.
    """

    def __init__(self, history: History) -> None:
        self._held: dict[tuple[int, bytes], Timeline] = defaultdict(Timeline)
        for log in history.logs("Authority.RoleGranted", "Authority.RoleRevoked"):
            who = log.values["role_id"], log.values["account"]
            self._held[who].set(place_of(log), log.event == "RoleGranted")

    def holds(self, office: int, key: bytes, place: Place) -> bool:
        """Whether a key acts for an office in the transaction at a place.

        Args:
            office: Its number.
            key: 20 bytes.
            place: Of the transaction.
        """
        held = self._held.get((HOLDER_BIT | office, key))
        return held is not None and bool(held.before(place))

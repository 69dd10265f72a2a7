"""The end of the founding, from which on changes wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import FoundingEnded
from kit.prepared import prepared
from ledger_api.history import recorded

if TYPE_CHECKING:
    from sqlalchemy import Select


@prepared
def founding_ended() -> Select[Any]:
    """The record that the founding ended; no row while it has not."""
    return recorded(FoundingEnded)

"""Which transfers are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.enums import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferFilter:
    """Which transfers are wanted; None takes all.

    Attributes:
        account: Payer or payee, 32 bytes.
        fund: Fund of a purpose that is payer or payee.
        reason: Why it was made.
        since: First second, since 1970.
        until: Last second, since 1970.
        cause: Workflow object behind it, 32 bytes.
    """

    account: bytes | None = None
    fund: int | None = None
    reason: Reason | None = None
    since: int | None = None
    until: int | None = None
    cause: bytes | None = None

"""The lines of a statement as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.statements.donations import is_gift
from ledger_api.statements.usage import UNUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.commands.called import Called
    from ledger_api.statements.schemas import StatementLineAnswer


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownLine:
    """A line.

    Attributes:
        line: What the bank says.
        is_waiting: Whether something that uses it is on its way.
        is_free: Whether it may still be used.
        is_gift: Whether it may be recorded as a donation.
    """

    line: StatementLineAnswer
    is_waiting: bool
    is_free: bool
    is_gift: bool


def shown_line(line: StatementLineAnswer, waiting: Sequence[Called]) -> ShownLine:
    """A line as the page shows it.

    Args:
        line: The line.
        waiting: Commands that are in no verified block yet.
    """
    is_waiting = any(called.names(line.bank_line) for called in waiting)
    return ShownLine(
        line=line,
        is_waiting=is_waiting,
        is_free=line.use == UNUSED and not is_waiting,
        is_gift=is_gift(line) and not is_waiting,
    )

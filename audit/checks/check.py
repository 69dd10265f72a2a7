"""What a numbered check is: its id, what it proves, and the function that examines the evidence."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit.errors import AuditError
from audit.report.findings import Result, Tally

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust

BREAKDOWN = "证据使检查中断 the evidence brought the check down"

Examine = Callable[[Tally, "History", "Bundle", "Trust"], Result]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A numbered check.

    Attributes:
        check_id: Such as "C17.2".
        title_zh: What it proves, in Chinese.
        title_en: The same in English.
        examine: Examines the evidence and gives the result of the tally that it is handed.
    """

    check_id: str
    title_zh: str
    title_en: str
    examine: Examine

    def __call__(self, history: History, bundle: Bundle, trust: Trust) -> Result:
        """Runs the check. Evidence that cannot be read, or that brings the check down, makes it fail."""
        tally = self.tally()
        try:
            return self.examine(tally, history, bundle, trust)
        except Exception as error:  # noqa: BLE001 whoever made the bundle chooses the bytes
            tally.fail("bundle", breakdown(error))
            return tally.result()

    def tally(self) -> Tally:
        """An empty tally of this check."""
        return Tally(self.check_id, self.title_zh, self.title_en)


def breakdown(error: Exception) -> str:
    """What a finding says of an error: that of the auditor speaks for itself, any other one is named with its place."""
    if isinstance(error, AuditError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"{BREAKDOWN}: {type(error).__name__} at {place}: {error!s:.200}"


def check(check_id: str, title_zh: str, title_en: str) -> Callable[[Examine], Check]:
    """Makes a check of a function that takes `(tally, history, bundle, trust)`.

    Args:
        check_id: Such as "C17.2".
        title_zh: What it proves, in Chinese.
        title_en: The same in English.
    """

    def make(examine: Examine) -> Check:
        return Check(check_id=check_id, title_zh=title_zh, title_en=title_en, examine=examine)

    return make

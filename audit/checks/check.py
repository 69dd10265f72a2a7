"""What a numbered check is: its id, what it proves, and the function that examines the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.errors import AuditError
from audit.report.findings import Result, Tally

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust

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
        """Runs the check. Evidence that cannot be read makes it fail."""
        tally = self.tally()
        try:
            return self.examine(tally, history, bundle, trust)
        except AuditError as error:
            tally.fail("bundle", str(error))
            return tally.result()

    def tally(self) -> Tally:
        """An empty tally of this check."""
        return Tally(self.check_id, self.title_zh, self.title_en)


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

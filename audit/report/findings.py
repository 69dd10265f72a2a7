"""What a check says: findings, not exceptions, so that an audit tells everything that it found.

Missing evidence never passes, and a check that examined nothing never passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MAX_FINDINGS = 100
# What is found may be as long as a line of a bundle, which is more than anybody reads.
MAX_FINDING_CHARS = 2_000


class State(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong, or missing.

    Attributes:
        check: Id of the check, such as "C08".
        where: Place, such as "block 12 log 3" or "api/accounts.jsonl line 4".
        what: What was expected and what was got.
    """

    check: str
    where: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one check said.

    Attributes:
        check_id: Such as "C08".
        title_zh: What it proves, in Chinese.
        title_en: The same in English.
        state: What became of it.
        counted: Items examined.
        findings: The first `MAX_FINDINGS` things found, and what to do about them.
    """

    check_id: str
    title_zh: str
    title_en: str
    state: State
    counted: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Tally:
    """Counts what a check examines and keeps what it finds.

    Attributes:
        check_id: Such as "C08".
        title_zh: What it proves, in Chinese.
        title_en: The same in English.
        counted: Items examined so far.
        failed: How often something was found so far, whether it was kept or not.
        findings: What was found so far.
    """

    check_id: str
    title_zh: str
    title_en: str
    counted: int = 0
    failed: int = 0
    findings: list[Finding] = field(default_factory=list)

    def expect(self, holds: bool, where: str, what: str) -> bool:
        """Counts one item, and keeps a finding if it does not hold; returns whether it holds."""
        self.counted += 1
        if not holds:
            self.fail(where, what)
        return holds

    def expect_equal(self, where: str, what: str, *, expected: object, got: object) -> bool:
        """Counts one comparison, and keeps a finding if the two differ; returns whether they are equal."""
        self.counted += 1
        if expected != got:
            self.fail(where, f"{what}: 应为 expected {_shown(expected)}，实为 got {_shown(got)}")
        return expected == got

    def fail(self, where: str, what: str) -> None:
        """Keeps a finding that makes the check fail."""
        self.failed += 1
        if len(self.findings) < MAX_FINDINGS:
            self.note(where, what)

    def add(self, other: Tally) -> None:
        """Takes over what another tally of the same check counted and found."""
        self.counted += other.counted
        self.failed += other.failed
        self.findings += other.findings[: max(0, MAX_FINDINGS - len(self.findings))]

    def note(self, where: str, what: str) -> None:
        """Keeps what must be reported however much was found, such as what to do about it."""
        self.findings.append(Finding(check=self.check_id, where=_printable(where), what=_printable(what)))

    def result(self) -> Result:
        """Failed if anything was found; passed if something was examined; else undecided."""
        if self.findings:
            return self._result(State.FAILED)
        if self.counted:
            return self._result(State.PASSED)
        return self.undecided("没有可查的内容 there was nothing to examine")

    def undecided(self, why: str) -> Result:
        """Evidence is missing. What was found nevertheless stands."""
        if self.findings:
            return self._result(State.FAILED)
        return self._noted(State.UNDECIDED, why)

    def not_applicable(self, why: str) -> Result:
        """The verified chain, or the trust file, says that there is nothing to check. What was found nevertheless stands."""
        if self.findings:
            return self._result(State.FAILED)
        return self._noted(State.NOT_APPLICABLE, why)

    def _noted(self, state: State, why: str) -> Result:
        self.note("bundle", why)
        return self._result(state)

    def _result(self, state: State) -> Result:
        return Result(
            check_id=self.check_id, title_zh=self.title_zh, title_en=self.title_en, state=state,
            counted=self.counted, findings=tuple(self.findings),
        )  # fmt: skip


def _printable(text: str) -> str:
    """What a terminal can show as it is: names of files, and texts of a bundle, may hold anything."""
    cut = text if len(text) <= MAX_FINDING_CHARS else f"{text[:MAX_FINDING_CHARS]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def _shown(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)

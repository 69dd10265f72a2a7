"""What all checks of an audit said, and the verdict that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.findings import State

if TYPE_CHECKING:
    from audit.report.findings import Result
    from audit.report.governance import Governance

# What became of a check, and of the whole by exit status, in Chinese and English.
STATES = {
    State.PASSED: ("通过", "passed"),
    State.FAILED: ("不通过", "failed"),
    State.UNDECIDED: ("未判定", "undecided"),
    State.NOT_APPLICABLE: ("不适用", "not-applicable"),
}
VERDICTS = {0: State.PASSED, 1: State.FAILED, 2: State.UNDECIDED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The block up to which a bundle reaches.

    Attributes:
        number: Its number.
        hash: 32 bytes.
    """

    number: int
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What all checks said.

    Attributes:
        results: In the order of the checks.
        waives: Checks that may be undecided without making the whole so.
        head: The block up to which the bundle says that it reaches; None if the bundle cannot be read.
        governance: Who governs the town; None if the chain could not be verified.
    """

    results: tuple[Result, ...]
    waives: frozenset[str] = frozenset()
    head: Head | None = None
    governance: Governance | None = None

    @property
    def exit_status(self) -> int:
        """0 if nothing failed and nothing is undecided and something passed, 1 if a check failed, else 2."""
        if any(r.state is State.FAILED for r in self.results):
            return 1
        open_ = any(r.state is State.UNDECIDED and r.check_id not in self.waives for r in self.results)
        passed = any(r.state is State.PASSED for r in self.results)
        return 0 if passed and not open_ else 2

    def result(self, check_id: str) -> Result:
        """What one check said.

        Raises:
            KeyError: There is no such check.
        """
        for result in self.results:
            if result.check_id == check_id:
                return result
        raise KeyError(check_id)

    def failed(self) -> tuple[str, ...]:
        """Ids of the checks that failed, in order."""
        return tuple(r.check_id for r in self.results if r.state is State.FAILED)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON; the same for the same bundle and trust file."""
        return {
            "format": "gongji.report.v1",
            "exit_status": self.exit_status,
            "waives": sorted(self.waives),
            "head": {"number": self.head.number, "hash": f"0x{self.head.hash.hex()}"} if self.head else None,
            "checks": [_result_json(r) for r in self.results],
            "governance": self.governance.to_json() if self.governance else None,
        }

    def lines(self) -> list[str]:
        """The report for people: a line per check, and below it what was found; who governs; the verdict last."""
        checks = [line for r in self.results for line in _result_lines(r, waived=r.check_id in self.waives)]
        return [*checks, *(self.governance.lines() if self.governance else ()), self.verdict()]

    def verdict(self) -> str:
        """One line: what the whole comes to, how many checks came to what, up to which block, and the exit status."""
        zh, en = STATES[VERDICTS[self.exit_status]]
        counts = (f"{self._count(state)} {both[0]} {both[1]}" for state, both in STATES.items())
        head = f"{self.head.number} 0x{self.head.hash.hex()}" if self.head else "未知 unknown"
        decisive = " ".join(r.check_id for r in self.results if self._decides(r))
        return (
            f"结论 verdict: {zh} {en}{f' ({decisive})' if decisive else ''} · {len(self.results)} 项检查 checks: {', '.join(counts)}"
            f" · 末块 head {head} · 退出码 exit status {self.exit_status}"
        )

    def _count(self, state: State) -> int:
        return sum(r.state is state for r in self.results)

    def _decides(self, result: Result) -> bool:
        """Whether a check is why the whole did not pass."""
        if self.exit_status == 1:
            return result.state is State.FAILED
        return result.state is State.UNDECIDED and result.check_id not in self.waives


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "check": result.check_id, "title_zh": result.title_zh, "title_en": result.title_en,
        "state": result.state.value, "counted": result.counted,
        "findings": [{"where": f.where, "what": f.what} for f in result.findings],
    }  # fmt: skip


def _result_lines(result: Result, *, waived: bool) -> list[str]:
    zh, en = STATES[result.state]
    # Three Chinese letters are as wide everywhere.
    state = f"{zh:　<3} {en + (' (豁免 waived)' if waived and result.state is State.UNDECIDED else ''):<14}"
    head = f"{result.check_id:<6} {state} {result.counted:>8}  {result.title_zh} {result.title_en}"
    return [head, *(f"       {f.where}: {f.what}" for f in result.findings)]

"""What all checks of an audit said, and the verdict that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.findings import State
from audit.report.subject import Head, Subject, head_text

if TYPE_CHECKING:
    from audit.report.figures import Figures
    from audit.report.findings import Result
    from audit.report.governance import Governance

# What became of a check, and of the whole by exit status, in Chinese and English.
STATES = {
    State.PASSED: ("通过", "passed"),
    State.FAILED: ("不通过", "failed"),
    State.UNDECIDED: ("未判定", "undecided"),
    State.NOT_APPLICABLE: ("不适用", "not-applicable"),
}
# The check that a history continues what the auditor pinned.
ANCHOR = "C06"
# Those that the code is the one of this checkout, and that it is what the sources compile to.
CODE, REBUILT = "C12", "C12.2"
VERDICTS = {0: State.PASSED, 1: State.FAILED, 2: State.UNDECIDED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What all checks said.

    Attributes:
        results: In the order of the checks.
        waives: Checks that may be undecided without making the whole so.
        head: The block up to which the bundle says that it reaches; None if the bundle cannot be read.
        subject: What was verified, by what.
        pin: The block that the auditor pinned, which is known from elsewhere than the operator; None if there is none.
        unanchored: Whether the auditor says that it will do without a pin.
        governance: Who governs the town; None if the chain could not be verified, or no contract is pinned.
        figures: What the accounts come to, what is open, and what is unusual; None likewise.
        on_trust: What is taken on trust, a line each.
        untold: Why neither can be told of a chain that was verified; else empty.
    """

    results: tuple[Result, ...]
    waives: frozenset[str] = frozenset()
    head: Head | None = None
    subject: Subject | None = None
    pin: Head | None = None
    unanchored: bool = False
    governance: Governance | None = None
    figures: Figures | None = None
    on_trust: tuple[str, ...] = ()
    untold: str = ""

    @property
    def exit_status(self) -> int:
        """0 if nothing failed, nothing is undecided and something passed, 1 if a check failed, else 2.

        A history that was written anew from its beginning contradicts nothing in a bundle, so that without a pin nothing is decided.
        """
        if any(r.state is State.FAILED for r in self.results):
            return 1
        open_ = any(r.state is State.UNDECIDED and r.check_id not in self.waives for r in self.results)
        passed = any(r.state is State.PASSED for r in self.results)
        return 0 if passed and not open_ and (self._is_anchored or self.unanchored) else 2

    @property
    def _is_anchored(self) -> bool:
        """Whether the history is shown to continue a block that the auditor pinned."""
        continues = any(r.check_id == ANCHOR and r.state is State.PASSED for r in self.results)
        return self.pin is not None and continues

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
            "head": self.head.to_json() if self.head else None,
            "subject": self.subject.to_json() if self.subject else None,
            "anchor": {
                "anchored": self._is_anchored,
                "pin": self.pin.to_json() if self.pin else None,
                "unanchored": self.unanchored,
            },
            "on_trust": list(self.on_trust),
            "checks": [_result_json(r) for r in self.results],
            "governance": self.governance.to_json() if self.governance else None,
            "figures": self.figures.to_json() if self.figures else None,
        }

    def lines(self) -> list[str]:
        """The report for people: the verdict; what was verified; what is taken on trust; a line per check, and below it what was found; figures; who governs."""
        checks = [line for r in self.results for line in _result_lines(r, waived=r.check_id in self.waives)]
        subject = self.subject.lines() if self.subject else ()
        untold = (
            (f"账目与治理无法得出 figures and governance cannot be told: {self.untold}",)
            if self.untold
            else ()
        )
        figures = self.figures.lines() if self.figures else untold
        return [
            self.verdict(),
            *subject,
            *(f"凭信任 on trust: {line}" for line in self.on_trust),
            *checks,
            *figures,
            *(self.governance.lines() if self.governance else ()),
        ]

    def verdict(self) -> str:
        """One line: what the whole comes to, how many checks came to what, up to which block, what anchors it, and the exit status."""
        zh, en = STATES[VERDICTS[self.exit_status]]
        counts = (f"{self._count(state)} {both[0]} {both[1]}" for state, both in STATES.items())
        decisive = " ".join(r.check_id for r in self.results if self._decides(r))
        return (
            f"结论 verdict: {zh} {en}{f' ({decisive})' if decisive else ''} · {self._anchor_text()}{self._build_text()}"
            f" · {len(self.results)} 项检查 checks: {', '.join(counts)} · 末块 head {head_text(self.head)}"
            f" · 退出码 exit status {self.exit_status}"
        )

    def _anchor_text(self) -> str:
        """What keeps the history from having been written anew."""
        if self._is_anchored:
            return f"锚定到固定的区块 anchored up to the pinned block {head_text(self.pin)}"
        if self.pin:
            return f"没有证明延续固定的区块 not shown to continue the pinned block {head_text(self.pin)}"
        if self.unanchored:
            return "未锚定，审计人接受 not anchored, which the auditor accepts"
        return "未锚定，不能排除整条链是重写的 not anchored: the whole history may have been written anew"

    def _build_text(self) -> str:
        """Whether the code was compared with a build of the auditor's own, where code was compared at all."""
        states = {r.check_id: r.state for r in self.results}
        if states.get(CODE) in {None, State.NOT_APPLICABLE}:
            return ""
        if states.get(REBUILT) is State.PASSED:
            return " · 合约由源码重新编译 contracts compiled anew from their sources"
        return " · 合约未由源码重新编译 contracts not compiled anew from their sources"

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

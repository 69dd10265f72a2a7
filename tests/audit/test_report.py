"""What a report says to people: every finding in both languages, and one line at the top that says what it comes to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from audit.report.findings import Result, State, Tally
from audit.report.subject import Head, Subject
from audit.report.verdict import Report

CHINESE, WORDS = re.compile("[\u4e00-\u9fff]"), re.compile("[a-z]+ [a-z]+")
FINDING = {"expect", "expect_equal", "fail", "undecided", "not_applicable"}
HEAD = Head(number=409, hash=bytes(31) + b"\x01", time=1_796_000_400)
PIN = Head(number=400, hash=bytes(31) + b"\x02", time=1_795_996_800)


def result(check: str, state: State) -> Result:
    return Result(check_id=check, title_zh="标题", title_en="Title", state=state, counted=1, findings=())


@pytest.mark.parametrize(
    ("states", "waives", "verdict"),
    [
        ((State.PASSED, State.NOT_APPLICABLE), (), "通过 passed · 2 项检查 checks: 1 通过 passed, 0 不通过 failed, 0 未判定 undecided, 1 不适用 not-applicable"),
        ((State.PASSED, State.FAILED, State.UNDECIDED), (), "不通过 failed (C01) · 3 项检查 checks: 1 通过 passed, 1 不通过 failed, 1 未判定 undecided, 0 不适用 not-applicable"),
        ((State.PASSED, State.UNDECIDED), (), "未判定 undecided (C01) · 2 项检查 checks: 1 通过 passed, 0 不通过 failed, 1 未判定 undecided, 0 不适用 not-applicable"),
        ((State.PASSED, State.UNDECIDED), ("C01",), "通过 passed · 2 项检查 checks: 1 通过 passed, 0 不通过 failed, 1 未判定 undecided, 0 不适用 not-applicable"),
    ],
    ids=["passed", "failed", "undecided", "waived"],
)  # fmt: skip
def test_a_report_begins_with_its_verdict(
    states: tuple[State, ...], waives: tuple[str, ...], verdict: str
) -> None:
    results = tuple(result(check, state) for check, state in zip(("C06", "C01", "C02"), states, strict=False))
    report = Report(results=results, waives=frozenset(waives), head=HEAD, pin=PIN)
    came_to, counts = verdict.split(" · ")
    assert report.lines()[0] == (
        f"结论 verdict: {came_to} · 锚定到固定的区块 anchored up to the pinned block 400 0x{PIN.hash.hex()} 2026-11-30T00:00:00Z"
        f" · {counts} · 末块 head 409 0x{HEAD.hash.hex()} 2026-11-30T01:00:00Z · 退出码 exit status {report.exit_status}"
    )
    assert report.to_json()["head"] == {"number": 409, "hash": f"0x{HEAD.hash.hex()}", "time": HEAD.time}


def test_what_passes_without_a_pinned_block_is_undecided_unless_the_auditor_does_without() -> None:
    passed = (result("C00", State.PASSED),)
    without, accepted = (Report(results=passed, head=HEAD, unanchored=u) for u in (False, True))
    assert (without.exit_status, accepted.exit_status) == (2, 0)
    assert without.lines()[0].startswith(
        "结论 verdict: 未判定 undecided · 未锚定，不能排除整条链是重写的 not anchored: "
    )
    assert accepted.lines()[0].startswith(
        "结论 verdict: 通过 passed · 未锚定，审计人接受 not anchored, which the auditor accepts · "
    )
    assert [r.to_json()["anchor"]["unanchored"] for r in (without, accepted)] == [False, True]


@pytest.mark.parametrize("unanchored", [False, True])
def test_a_history_that_does_not_continue_the_pinned_block_is_not_called_anchored(
    *, unanchored: bool
) -> None:
    results = (result("C00", State.PASSED), result("C06", State.FAILED))
    report = Report(results=results, head=HEAD, pin=PIN, unanchored=unanchored)
    assert report.exit_status == 1
    assert (
        f" · 没有证明延续固定的区块 not shown to continue the pinned block 400 0x{PIN.hash.hex()} "
        in report.lines()[0]
    )
    assert report.to_json()["anchor"]["anchored"] is False
    without = Report(results=(result("C00", State.PASSED),), pin=PIN)
    assert without.exit_status == 2, "nothing says that it continues"


def test_doing_without_a_pinned_block_excuses_nothing_else() -> None:
    for state, status in ((State.FAILED, 1), (State.UNDECIDED, 2)):
        results = (result("C00", State.PASSED), result("C01", state))
        assert Report(results=results, head=HEAD, unanchored=True).exit_status == status


def test_a_block_of_a_time_that_no_calendar_has_is_shown_as_it_is() -> None:
    report = Report(
        results=(result("C00", State.PASSED),), head=Head(number=1, hash=bytes(32), time=2**64 - 1)
    )
    assert f"{2**64 - 1} s" in report.lines()[0]


def test_a_bundle_that_cannot_be_read_has_no_head() -> None:
    report = Report(results=(result("C00", State.FAILED),))
    assert "末块 head 未知 unknown" in report.lines()[0]
    assert report.to_json()["head"] is None


def test_every_finding_is_in_both_languages() -> None:
    found = [
        (f"{path}:{text.lineno}", "".join(p.value for p in ast.walk(text) if isinstance(p, ast.Constant) and isinstance(p.value, str)))
        for path in sorted(Path("audit").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in FINDING
        for text in call.args
        if isinstance(text, ast.Constant | ast.JoinedStr)
    ]  # fmt: skip
    said = [(where, text) for where, text in found if CHINESE.search(text) or WORDS.search(text)]
    assert len(said) > 100
    assert not [(where, text) for where, text in said if not CHINESE.search(text)]


def test_what_was_found_stands_where_there_was_nothing_to_count() -> None:
    tally = Tally("C15.1", "标题", "Title")
    tally.fail("block 7", "签名无效 the signature is none")
    assert tally.not_applicable("没有可查的 nothing to examine").state is State.FAILED
    assert Tally("C15.1", "标题", "Title").not_applicable("没有可查的 nothing").state is State.NOT_APPLICABLE


def test_a_report_says_what_it_is_of_and_that_nothing_was_compiled() -> None:
    """Row "genesis, code": C12 said "built from the source", and compared with files of the checkout."""
    subject = Subject(chain_id=77077, bundle=b"\1" * 32, trust=b"\2" * 32, verifier=b"\3" * 32)
    lines = Report(results=(result("C00", State.PASSED),), subject=subject).lines()
    assert lines[1:5] == [
        "链编号 chain id: 77077", f"证据包 bundle (manifest.json): SHA-256 0x{'01' * 32}",
        f"信任文件 trust file: SHA-256 0x{'02' * 32}", f"核对程序 verifier: SHA-256 0x{'03' * 32}",
    ]  # fmt: skip
    assert lines[5].endswith(
        "which was not compiled again; gongji audit verify --rebuild compiles and compares"
    )


def test_a_bundle_without_a_manifest_has_no_digest() -> None:
    subject = Subject(chain_id=1, bundle=None, trust=bytes(32), verifier=bytes(32))
    assert list(subject.lines())[1].endswith("无法读取 cannot be read")
    assert subject.to_json()["bundle"] is None


def test_figures_that_cannot_be_told_are_named_with_the_reason() -> None:
    report = Report(results=(result("C00", State.FAILED),), untold="StateError: no such thing")
    assert (
        report.lines()[-1]
        == "账目与治理无法得出 figures and governance cannot be told: StateError: no such thing"
    )

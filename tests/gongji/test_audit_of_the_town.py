"""The auditor's two commands on the running demo town, true and tampered with."""

from __future__ import annotations

import json
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.forked import gongji

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gongji.running import Running


@pytest.fixture(scope="module")
def bundle(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collected(running, tmp_path_factory.mktemp("bundle"))


def collected(running: Running, parent: Path) -> Path:
    out = parent / "bundle"
    result = running.gongji("audit", "collect", "--out", str(out))
    assert result.returncode == 0, result.stderr
    return out


def verified(running: Running, bundle: Path) -> tuple[int, dict[str, str]]:
    """Exit status, and the state of each check, at a first audit."""
    result = running.verify(bundle, "--unanchored")
    return result.returncode, {r["check"]: r["state"] for r in json.loads(result.stdout)["checks"]}


def test_a_year_of_the_town_is_proven(running: Running, bundle: Path) -> None:
    status, states = verified(running, bundle)
    assert status == 0
    undone = {check for check, state in states.items() if state != "passed"}
    assert undone == {"C03", "C04", "C06", "C13"}, (
        "an embedded chain has no seals, and the auditor pinned no block and has no floors"
    )


def test_a_second_collection_says_what_becomes_of_the_first(
    running: Running, bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "bundle"
    shutil.copytree(bundle, out)
    number = json.loads((bundle / "manifest.json").read_text())["head"]["number"]
    again = running.gongji("audit", "collect", "--out", str(out))
    assert again.returncode == 0
    assert f"the bundle there reaches block {number} and is replaced" in again.stderr
    assert f"up to block {json.loads((out / 'manifest.json').read_text())['head']['number']}" in again.stderr


def test_the_first_line_is_the_verdict_and_a_pinned_block_anchors_what_comes_later(
    running: Running, bundle: Path, tmp_path: Path
) -> None:
    trust = shutil.copy(running.folder / "trust.json", tmp_path / "trust.json")

    def said(folder: Path, command: str = "verify") -> tuple[int, str]:
        result = gongji("audit", command, str(folder), "--trust", str(trust))
        return result.returncode, result.stdout.splitlines()[0]

    head = json.loads((bundle / "manifest.json").read_text())["head"]
    status, verdict = said(bundle)
    assert status == 2
    assert verdict.startswith(
        "结论 verdict: 未判定 undecided · 未锚定，不能排除整条链是重写的 not anchored: "
    )
    status, verdict = said(bundle, "pin")
    assert status == 0
    assert verdict.startswith("结论 verdict: 通过 passed · 未锚定，审计人接受 not anchored, ")
    status, verdict = said(bundle)
    assert status == 0
    assert verdict.startswith(
        f"结论 verdict: 通过 passed · 锚定到固定的区块 anchored up to the pinned block {head['number']} {head['hash']}"
    )
    assert f" · 末块 head {head['number']} {head['hash']} " in verdict
    assert verdict.endswith(" · 退出码 exit status 0")


def test_changed_rows_of_the_mirror_are_named_each_by_its_check(running: Running, tmp_path: Path) -> None:
    of_history = "update transferred set amount = amount + {} where sequence = 100"
    of_state = "update requests set amount_fen = amount_fen + {} where to_block is null"
    mirror = sqlite3.connect(running.folder / "mirror.db", isolation_level=None)
    for change in (of_history, of_state):
        mirror.execute(change.format(1))
    try:
        status, states = verified(running, collected(running, tmp_path))
    finally:
        for change in (of_history, of_state):
            mirror.execute(change.format(-1))
        mirror.close()
    assert status == 1
    assert {c for c, state in states.items() if state == "failed"} == {"C30", "C39"}


def test_a_changed_byte_of_the_bundle_is_named(running: Running, bundle: Path) -> None:
    path = bundle / "events" / "leaves.jsonl"
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"a", b"b", 1))
    try:
        result = gongji("audit", "verify", str(bundle), "--trust", str(running.folder / "trust.json"))
    finally:
        path.write_bytes(sound)
    assert result.returncode == 1
    assert result.stdout.startswith("结论 verdict: 不通过 failed (C00) · ")

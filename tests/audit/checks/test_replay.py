"""The rule behind one object, run again and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.errors import BundleError
from audit.replay import replay
from tests.audit.bundles import altered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.checks.conftest import Evidence


def object_of(evidence: Evidence, name: str, parameter: str) -> bytes:
    return bytes(evidence.log(name).values[parameter])


def test_lot_is_split_again_to_the_fen(evidence: Evidence) -> None:
    parts = evidence.log("Cooperative.LotSettled").values["parts"]
    steps = replay(evidence.folder, evidence.trust, object_of(evidence, "Cooperative.LotSettled", "lot"))
    for part in ("worker", "reserve", "fund"):
        assert any(
            s.strip().startswith(f"{part}:") and s.endswith(f"= {parts[part + '_fen']} fen") for s in steps
        )
    assert f"    remainder: {parts['remainder_fen']} fen" in steps


def test_vote_is_counted_again_until_the_notice(evidence: Evidence) -> None:
    proposal = object_of(evidence, "Rounds.NoticeStarted", "proposal_id")
    steps = replay(evidence.folder, evidence.trust, proposal)
    notice = next(i for i, s in enumerate(steps) if "NoticeStarted" in s)
    verdicts = [s.strip() for s in steps[:notice] if s.strip() in ("通过 enough", "未通过 not yet enough")]
    assert verdicts[-1] == "通过 enough"
    assert "通过 enough" not in verdicts[:-1]


def test_visit_is_measured_again_from_its_signed_events(evidence: Evidence) -> None:
    claim = evidence.log("TimeBank.ClaimAdmitted").values
    steps = replay(evidence.folder, evidence.trust, claim["task"])
    assert f"    {claim['served_minutes']} 分钟 minutes, A{claim['level']}" in steps
    assert sum("leaf " in s for s in steps) >= 2


def test_steps_come_in_the_order_of_the_chain(evidence: Evidence) -> None:
    task = object_of(evidence, "TimeBank.ClaimAdmitted", "task")
    steps = [s for s in replay(evidence.folder, evidence.trust, task) if not s.startswith(" ")]
    assert steps == sorted(steps, key=lambda s: s[:20])
    assert "TaskOpened" in steps[0]


def test_object_that_the_chain_does_not_know_is_refused(evidence: Evidence) -> None:
    with pytest.raises(BundleError, match="0xabab"):
        replay(evidence.folder, evidence.trust, b"\xab" * 32)


def test_altered_chain_is_not_replayed(evidence: Evidence, tmp_path: Path) -> None:
    def cut(lines: list[Any]) -> None:
        del lines[3]

    forged = altered(evidence.folder, tmp_path / "forged", "chain/blocks/000000000.jsonl", cut)
    with pytest.raises(BundleError, match="C02"):
        replay(forged, evidence.trust, object_of(evidence, "TimeBank.ClaimAdmitted", "task"))

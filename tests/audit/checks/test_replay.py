"""The rule behind one object, run again and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.errors import BundleError
from audit.replay import replay
from tests.audit.bundles import altered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.checks.conftest import Told


def object_of(told: Told, name: str, parameter: str) -> bytes:
    return bytes(told.log(name).values[parameter])


def test_lot_is_split_again_to_the_fen(told: Told) -> None:
    parts = told.log("Cooperative.LotSettled").values["parts"]
    steps = replay(told.folder, told.trust, object_of(told, "Cooperative.LotSettled", "lot"))
    for part in ("worker", "reserve", "fund"):
        assert any(
            s.strip().startswith(f"{part}:") and s.endswith(f"= {parts[part + '_fen']} fen") for s in steps
        )
    assert f"    remainder: {parts['remainder_fen']} fen" in steps


def test_vote_is_counted_again_until_the_notice(told: Told) -> None:
    proposal = object_of(told, "Disbursements.NoticeStarted", "proposal_id")
    steps = replay(told.folder, told.trust, proposal)
    notice = next(i for i, s in enumerate(steps) if "NoticeStarted" in s)
    verdicts = [s.strip() for s in steps[:notice] if s.strip() in ("通过 enough", "未通过 not yet enough")]
    assert verdicts[-1] == "通过 enough"
    assert "通过 enough" not in verdicts[:-1]


def test_visit_is_measured_again_from_its_signed_events(told: Told) -> None:
    claim = told.log("TimeBank.ClaimAdmitted").values
    steps = replay(told.folder, told.trust, claim["task"])
    assert f"    {claim['served_minutes']} 分钟 minutes, A{claim['level']}" in steps
    assert sum("leaf " in s for s in steps) >= 2


def test_steps_come_in_the_order_of_the_chain(told: Told) -> None:
    task = object_of(told, "TimeBank.ClaimAdmitted", "task")
    steps = [s for s in replay(told.folder, told.trust, task) if not s.startswith(" ")]
    assert steps == sorted(steps, key=lambda s: s[:20])
    assert "TaskOpened" in steps[0]


def test_object_that_the_chain_does_not_know_is_refused(told: Told) -> None:
    with pytest.raises(BundleError, match="0xabab"):
        replay(told.folder, told.trust, b"\xab" * 32)


def test_altered_chain_is_not_replayed(told: Told, tmp_path: Path) -> None:
    def cut(lines: list[Any]) -> None:
        del lines[3]

    forged = altered(told.folder, tmp_path / "forged", "chain/blocks/000000000.jsonl", cut)
    with pytest.raises(BundleError, match="C02"):
        replay(forged, told.trust, object_of(told, "TimeBank.ClaimAdmitted", "task"))

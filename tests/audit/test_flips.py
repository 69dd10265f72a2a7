"""Random damage to a bundle is never passed, and never more than told: a verifier that breaks down tells nothing."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from audit.verify import verify_with
from tests.audit.bundles import besu_bundle, besu_trust, findings, resealed

if TYPE_CHECKING:
    from pathlib import Path

    from audit.evidence.trust import Trust
    from audit.report.verdict import Report
    from tests.audit.audited import Audited

pytestmark = pytest.mark.usefixtures("memory")
FLIPS = 60
FLIPS_OF_TOWN = 24


def flipped(bundle: Path, target: Path, seed: int) -> str:
    """Copies a bundle with one bit changed in one of its files, and tells where; the manifest is made anew."""
    chance = random.Random(seed)
    shutil.copytree(bundle, target)
    files = sorted(p for p in target.rglob("*.jsonl") if p.stat().st_size)
    weights = [p.stat().st_size ** 0.5 for p in files]
    [file] = chance.choices(files, weights)
    data = bytearray(file.read_bytes())
    place = chance.randrange(len(data))
    data[place] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(data))
    resealed(target)
    return f"{file.relative_to(target)} byte {place}"


def judged(bundle: Path, target: Path, trust: Trust, seed: int) -> tuple[str, Report]:
    where = flipped(bundle, target, seed)
    return where, verify_with(target, trust)


@pytest.mark.parametrize("seed", range(FLIPS))
def test_a_flipped_bit_in_the_recorded_chain_is_never_passed(seed: int, tmp_path: Path) -> None:
    where, report = judged(besu_bundle(tmp_path / "bundle"), tmp_path / "copy", besu_trust(), seed)
    assert report.exit_status == 1, where + "\n" + findings(report)


@pytest.mark.parametrize("seed", range(FLIPS_OF_TOWN))
def test_a_flipped_bit_in_the_evidence_of_a_town_is_never_passed(
    audited: Audited, tmp_path: Path, seed: int
) -> None:
    where, report = judged(audited.bundle, tmp_path / "copy", audited.trust, seed)
    assert report.exit_status == 1, where + "\n" + findings(report)

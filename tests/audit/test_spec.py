"""The specification of the bundle names every check with its titles, and every file that a bundle may have."""

from __future__ import annotations

import re
from pathlib import Path

from audit.checks import CHECKS
from audit.checks.block_pass import examine_chain
from audit.checks.files import files_tally
from audit.checks.rebuilt import rebuilt_tally
from audit.evidence.bundle import Bundle
from tests.audit.bundles import besu_bundle, besu_trust

SPEC = Path(__file__).parents[2] / "docs" / "bundle.md"


def test_the_specification_lists_every_check_with_its_titles(tmp_path: Path) -> None:
    rows = re.findall(r"^\| (C[\d.]+) \| (.+?) \|", SPEC.read_text("utf-8"), re.MULTILINE)
    first = examine_chain(Bundle(besu_bundle(tmp_path / "bundle")), besu_trust()).results
    at = next(i for i, check in enumerate(CHECKS) if check.check_id == "C12.1") + 1
    known = [files_tally(), *first, *CHECKS[:at], rebuilt_tally(), *CHECKS[at:]]
    assert rows == [(c.check_id, f"{c.title_zh} {c.title_en}") for c in known]


def test_no_two_checks_have_one_number() -> None:
    numbers = [c.check_id for c in CHECKS]
    assert len(numbers) == len(set(numbers))

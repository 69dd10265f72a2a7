"""Hostile bundles by the hundred: each is judged or refused, none brings the verifier down, none passes that says another thing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from audit.verify import verify
from tests.audit.fuzz import Fuzz, all_bases
from tests.audit.fuzzing.files import TRUST
from tests.audit.fuzzing.memo import remembering

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.fuzzing.bases import Base

SEED, COUNT = 20_261, 300


@pytest.fixture(scope="module")
def base_list(tmp_path_factory: pytest.TempPathFactory) -> list[Base]:
    return asyncio.run(all_bases(tmp_path_factory.mktemp("bases")))


def test_every_bundle_that_is_spoilt_was_good_and_is_so_to_who_remembers(base_list: list[Base]) -> None:
    for base in base_list:
        trust = base.folder.parent / f"{base.name}-{TRUST}"
        report = verify(base.folder, trust, unanchored=True)
        assert report.exit_status == 0, "\n".join(report.lines())
        with remembering():
            assert [verify(base.folder, trust, unanchored=True).lines() for _ in range(2)] == 2 * [
                report.lines()
            ]


def test_a_hostile_bundle_ends_with_findings_or_in_three_lines_and_never_passes_for_another(
    base_list: list[Base], tmp_path: Path
) -> None:
    fuzz = Fuzz(base_list, SEED, tmp_path, tmp_path)
    with remembering():
        for index in range(COUNT):
            fuzz.one(index)
    lines = "\n".join([f"seed {SEED}", *fuzz.tally.lines()])
    assert not fuzz.tally.broken, lines
    assert fuzz.tally.endings["failed"] > COUNT / 2, lines
    assert fuzz.tally.endings["refused in three lines"] > 0, lines
    assert fuzz.tally.skipped < COUNT / 4, lines

"""A thousand hostile files, each judged alone: none brings down whoever reads it, and the judge of single files sees what it should."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from audit.errors import BundleError
from audit.evidence import bundle
from audit.evidence.bundle import MANIFEST
from tests.audit.fuzz import all_bases
from tests.audit.fuzz_files import FileFuzz
from tests.audit.fuzzing.files import TRUST
from tests.audit.fuzzing.memo import remembering
from tests.audit.fuzzing.single import SingleFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.audit.fuzzing.bases import Base

SEED, COUNT = 20_261, 1_000


@pytest.fixture(scope="module")
def base_list(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Base]]:
    with remembering():
        yield asyncio.run(all_bases(tmp_path_factory.mktemp("bases")))


def test_every_file_of_a_good_bundle_is_read_by_something_and_passes(base_list: list[Base]) -> None:
    for base in base_list:
        judge = SingleFile(base)
        endings = {path: judge.judge(path, data) for path, data in base.files.items()}
        assert {p: e for p, e in endings.items() if e != "passed"} == {}, base.name
        assert {MANIFEST, TRUST} < endings.keys()


def test_a_hostile_file_ends_with_a_finding(base_list: list[Base]) -> None:
    fuzz = FileFuzz(base_list, SEED)
    for index in range(COUNT):
        fuzz.one(index)
    lines = "\n".join([f"seed {SEED}", *fuzz.lines()])
    assert not fuzz.broken, lines
    assert fuzz.endings["failed"] > COUNT / 2, lines
    assert fuzz.skipped < COUNT / 4, lines


def test_a_reader_that_breaks_down_is_told(base_list: list[Base], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in each of the three ways to a file: a check, the blocks, the manifest."""
    town = SingleFile(next(base for base in base_list if base.name == "town"))

    def broken(line: bytes, where: str) -> None:
        del where
        if line:
            raise ZeroDivisionError
        raise BundleError

    monkeypatch.setattr(bundle, "_line", broken)
    for path in ("mirror/seat_filled.jsonl", "chain/blocks/000000000.jsonl", MANIFEST):
        assert "ZeroDivisionError" in town.judge(path, town.base.files[path] + b"more\n"), path

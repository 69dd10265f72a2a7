"""Rules of visits that a town sets reach its auditor, to whom the chain tells their hash only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.collect.exhibits import add_rulesets
from audit.collect.writer import BundleWriter
from audit.errors import CollectError
from audit.evidence.bundle import Bundle
from audit.evidence.signed_events import read_rulesets
from gongji.rulesets import keep_ruleset
from iot.event.event import Channel
from iot.ruleset import Ruleset

if TYPE_CHECKING:
    from pathlib import Path

WIDE, NO_CARD = Ruleset(gps_radius_m=300), Ruleset(confirm_channels=(Channel.KEYPAD, Channel.OWN_PHONE))


def bundle_of(folder: Path, rulesets: Path) -> Bundle:
    """A bundle with nothing but rules of visits."""
    writer = BundleWriter(folder)
    add_rulesets(writer, rulesets)
    writer.close(chain_id=1, head_number=0, head_hash=bytes(32))
    return Bundle(folder)


def test_an_auditor_knows_all_rules_that_a_town_ever_set(tmp_path: Path) -> None:
    path = tmp_path / "rulesets.jsonl"
    for ruleset in (WIDE, NO_CARD, WIDE):
        keep_ruleset(path, ruleset)
    assert len(path.read_text().splitlines()) == 2
    known = read_rulesets(bundle_of(tmp_path / "bundle", path))
    assert set(known) == {Ruleset().hash(), WIDE.hash(), NO_CARD.hash()}
    assert known[NO_CARD.hash()]["confirm_channels"] == [1, 3]


def test_the_standard_rules_are_not_kept_for_every_auditor_has_them(tmp_path: Path) -> None:
    keep_ruleset(tmp_path / "rulesets.jsonl", Ruleset())
    assert not (tmp_path / "rulesets.jsonl").exists()


@pytest.mark.parametrize("text", ["{}", "{", '["gps_radius_m"]'])
def test_a_file_that_holds_no_rules_is_not_collected(tmp_path: Path, text: str) -> None:
    (tmp_path / "rulesets.jsonl").write_text(text + "\n")
    with pytest.raises(CollectError, match=r"rulesets\.jsonl"):
        bundle_of(tmp_path / "bundle", tmp_path / "rulesets.jsonl")

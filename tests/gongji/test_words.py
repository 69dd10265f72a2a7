"""What the service events say has words on the pages."""

from __future__ import annotations

import tomllib
from pathlib import Path

from iot.codes import Code
from iot.visits.levels import LevelReason

WORDS = tomllib.loads(Path("ledger_api/portal/words.toml").read_text("utf-8"))


def test_every_reason_of_a_level_has_words() -> None:
    assert {because.name for because in LevelReason} == set(WORDS["because"])


def test_every_hold_of_a_visit_has_words() -> None:
    assert {code.value for code in Code if code.value.startswith("V_")} <= set(WORDS["limit"])

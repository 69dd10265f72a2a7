"""Every rule check passes on a town that kept the rules, and has something to examine there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.report.findings import State
from tests.audit.checks.conftest import RULE_CHECKS

if TYPE_CHECKING:
    from audit.checks.check import Check
    from tests.audit.checks.conftest import Evidence


@pytest.mark.parametrize("check", RULE_CHECKS, ids=lambda c: c.check_id)
def test_check_passes_on_a_town_that_kept_the_rules(evidence: Evidence, check: Check) -> None:
    result = evidence.run(check)
    assert (result.state, result.findings) == (State.PASSED, ())
    assert result.counted > 0

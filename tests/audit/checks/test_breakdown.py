"""Evidence that brings a check down is a finding of that check, and the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from audit.checks.check import BREAKDOWN, Check
from audit.errors import BundleError
from audit.report.findings import State

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence


@pytest.mark.parametrize(
    "error", [RecursionError(), MemoryError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), KeyError("x"), ValueError(2**70)]
)  # fmt: skip
def test_an_error_of_any_kind_is_a_finding_that_names_its_place(evidence: Evidence, error: Exception) -> None:
    """Row "crash instead of a finding"."""

    def examine(*_: object) -> NoReturn:
        raise error

    result = evidence.run(Check(check_id="C99", title_zh="", title_en="", examine=examine))
    assert result.state is State.FAILED
    assert result.findings[0].what.startswith(f"{BREAKDOWN}: {type(error).__name__} at test_breakdown.py:")


def test_what_the_auditor_says_itself_is_said_as_it_is(evidence: Evidence) -> None:
    def examine(*_: object) -> NoReturn:
        raise BundleError("line 3: expected hex")

    result = evidence.run(Check(check_id="C99", title_zh="", title_en="", examine=examine))
    assert [f.what for f in result.findings] == ["line 3: expected hex"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_who_ends_the_auditor_ends_it(evidence: Evidence, error: BaseException) -> None:
    def examine(*_: object) -> NoReturn:
        raise error

    with pytest.raises(type(error)):
        evidence.run(Check(check_id="C99", title_zh="", title_en="", examine=examine))

"""From a running town to a bundle to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.verify import verify
from tests.audit.bundles import findings

if TYPE_CHECKING:
    from tests.audit.conftest import Audited


def test_a_town_that_did_everything_right_passes(audited: Audited) -> None:
    report = verify(audited.bundle, audited.trust_file, unanchored=True)
    assert report.exit_status == 0, findings(report)

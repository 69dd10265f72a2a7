"""The history of a bundle for whoever asks it a single question: the checks that all rest on are run first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.block_pass import examine_chain
from audit.checks.files import check_files
from audit.errors import BundleError
from audit.evidence.bundle import Bundle
from audit.report.findings import State

if TYPE_CHECKING:
    from pathlib import Path

    from audit.chain.history import History
    from audit.evidence.trust import Trust


def read_verified(folder: Path, trust: Trust) -> tuple[Bundle, History]:
    """A bundle and the history that its blocks tell.

    Args:
        folder: Folder of the bundle.
        trust: What is pinned; it must pin the contracts.

    Raises:
        BundleError: A check of C00 to C09 does not pass, or no contract is pinned.
    """
    if not trust.contracts:
        raise BundleError("the trust file pins no contract: expected all of them")
    bundle = Bundle(folder)
    files, block_pass = check_files(bundle), examine_chain(bundle, trust)
    for result in (files, *block_pass.results):
        if result.state not in {State.PASSED, State.NOT_APPLICABLE}:
            first = result.findings[0]
            raise BundleError(f"{result.check_id} {result.state.value} at {first.where}: {first.what}")
    return bundle, block_pass.history

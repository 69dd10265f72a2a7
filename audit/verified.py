"""The history of a bundle for whoever asks it a single question: the checks that all rest on are run first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.bundle import Bundle
from audit.checks.files import check_files
from audit.errors import BundleError
from audit.findings import State
from audit.foundation import examine_chain

if TYPE_CHECKING:
    from pathlib import Path

    from audit.history import History
    from audit.trust import Trust


def verified(folder: Path, trust: Trust) -> tuple[Bundle, History]:
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
    files, foundation = check_files(bundle), examine_chain(bundle, trust)
    for result in (files, *foundation.results):
        if result.state not in {State.PASSED, State.NOT_APPLICABLE}:
            first = result.findings[0]
            raise BundleError(f"{result.check_id} {result.state.value} at {first.where}: {first.what}")
    return bundle, foundation.history

"""Pins the head of a bundle that passes: from then on no history counts that does not continue it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audit.errors import BundleError
from audit.evidence.pinned import Pin
from audit.evidence.trust import Trust
from audit.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from audit.report.verdict import Report


def pin(bundle: Path, trust_file: Path) -> Report:
    """Verifies a bundle, and writes its head into the trust file if nothing but an anchor is missing.

    A bundle that does not continue the pin that is there does not pass, so that a pin never goes back.

    Args:
        bundle: Folder of the bundle.
        trust_file: The auditor's trust file, which is replaced in one step; nothing is written unless the report says 0.

    Returns:
        The report, by what was pinned before.

    Raises:
        BundleError: Nothing can be judged, or the trust file was changed meanwhile.
        OSError: The trust file cannot be written.
    """
    before = Trust.load(trust_file)
    report = verify(bundle, trust_file, unanchored=True)
    if report.exit_status == 0:
        if (
            Trust.load(trust_file) != before
            or report.subject is None
            or report.subject.trust != before.digest
        ):
            raise BundleError(
                f"信任文件在核对时被改动，请再运行一次 {trust_file} was changed meanwhile: run it again"
            )
        replace(before, pin=_pin_of(report)).save(trust_file)
    return report


def _pin_of(report: Report) -> Pin:
    head, subject = report.head, report.subject
    if head is None or head.time is None or subject is None or subject.bundle is None:
        raise BundleError("expected a report of a bundle that was read")
    return Pin(number=head.number, hash=head.hash, time=head.time, bundle=subject.bundle)

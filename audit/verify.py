"""Judges a bundle by a trust file, offline. Findings are reported, not raised; what cannot be decided is not passed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audit.checks import CHECKS
from audit.checks.block_pass import examine_chain
from audit.checks.check import breakdown
from audit.checks.files import check_files, files_tally
from audit.checks.rebuilt import Compile, compare_build
from audit.errors import BundleError
from audit.evidence.bundle import MANIFEST, Bundle, digest
from audit.evidence.source import verifier_digest
from audit.evidence.trust import Trust
from audit.on_trust import taken_on_trust
from audit.report.findings import State
from audit.report.subject import Head, Rebuilt, Subject
from audit.report.verdict import Report
from audit.rules.figures import figures_of
from audit.rules.governance import governance_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.chain.history import History
    from audit.report.findings import Result


def verify(
    bundle: Path,
    trust: Path,
    *,
    unanchored: bool = False,
    since: bool = False,
    compiling: Compile | None = None,
) -> Report:
    """Runs all checks.

    Args:
        bundle: Folder of the bundle.
        trust: The trust file.
        unanchored: Whether the auditor does without a pinned block, as at a first audit.
        since: Whether figures and changes are told from the pinned block on. All is verified in any case.
        compiling: Compiles the contracts anew, for C12.2; None to do without.

    Raises:
        BundleError: There is no such folder, or the trust file is missing or is not one: nothing can be judged. Or
            figures are asked for from the pinned block on, and none is pinned.
    """
    if not bundle.is_dir():
        raise BundleError(f"{bundle} 不是证据包文件夹 is not the folder of a bundle")
    pinned = Trust.load(trust)
    if since and pinned.pin is None:
        raise BundleError(
            f"信任文件没有固定区块，先运行 gongji audit pin {trust} pins no block to continue from: run gongji audit pin first"
        )
    return verify_with(bundle, pinned, unanchored=unanchored, since=since, compiling=compiling)


def verify_with(
    folder: Path,
    trust: Trust,
    *,
    unanchored: bool = False,
    since: bool = False,
    compiling: Compile | None = None,
) -> Report:
    """Runs all checks with a trust file that was read.

    Args:
        folder: Folder of the bundle.
        trust: What is pinned.
        unanchored: Whether the auditor does without a pinned block.
        since: Whether figures and changes are told from the pinned block on.
        compiling: Compiles the contracts anew; None to do without.
    """
    bundle, rebuilt = None, None
    try:
        bundle = Bundle(folder)
    except BundleError as error:
        tally = files_tally()
        tally.fail("manifest.json", str(error))
        report = Report(results=(tally.result(), *_undecided()))
        found = None
    else:
        report = _examined(bundle, trust, trust.pin.number if since and trust.pin else None)
        if compiling is not None:
            report, rebuilt = _with_build(report, bundle, trust, compiling)
        found = digest(folder / MANIFEST).sha256
    subject = Subject(
        chain_id=trust.chain_id, bundle=found, trust=trust.digest, verifier=verifier_digest(), rebuilt=rebuilt
    )
    pinned = trust.pin
    pin = Head(number=pinned.number, hash=pinned.hash, time=pinned.time) if pinned else None
    on_trust = tuple(taken_on_trust(trust, bundle, report.head))
    return replace(
        report, waives=trust.waives, subject=subject, pin=pin, unanchored=unanchored, on_trust=on_trust
    )


def _examined(bundle: Bundle, trust: Trust, since: int | None) -> Report:
    """What the checks say of a bundle that has a manifest, and the figures after a block."""
    head = Head(number=bundle.manifest.head_number, hash=bundle.manifest.head_hash)
    files = check_files(bundle)
    block_pass = examine_chain(bundle, trust)
    first = (files, *block_pass.results)
    if not all(r.state in {State.PASSED, State.NOT_APPLICABLE} for r in first):
        return Report(results=(*first, *_undecided()), head=head)
    history = block_pass.history
    head = replace(head, time=history.head.time)
    if not trust.contracts:
        why = "信任文件没有固定任何合约 the trust file pins no contract"
        return Report(results=(*first, *(c.tally().not_applicable(why) for c in CHECKS)), head=head)
    rest = tuple(check(history, bundle, trust) for check in CHECKS)
    return _told(Report(results=first + rest, head=head), history, trust, since)


def _with_build(
    report: Report, bundle: Bundle, trust: Trust, compiling: Compile
) -> tuple[Report, Rebuilt | None]:
    """The report with C12.2 after C12.1, and with what was compiled."""
    at = next(i for i, r in enumerate(report.results) if r.check_id == "C12.1")
    result, build = compare_build(bundle, trust, report.result("C12").state, compiling)
    results = (*report.results[: at + 1], result, *report.results[at + 1 :])
    used = (
        Rebuilt(solc=build.version, compiler=build.compiler.sha256, sources=build.sources) if build else None
    )
    return replace(report, results=results), used


def _told(report: Report, history: History, trust: Trust, since: int | None) -> Report:
    """The report with who governs and what the accounts come to, where a history that fails checks lets them be told."""
    names = trust.names
    try:
        return replace(
            report, governance=governance_of(history, names, since), figures=figures_of(history, since)
        )
    except Exception as error:  # noqa: BLE001 whoever made the chain chooses what its events say
        return replace(report, untold=breakdown(error))


def _undecided() -> tuple[Result, ...]:
    return tuple(
        c.tally().undecided("所依据的 C00 到 C09 有未通过的 a check of C00 to C09, on which it rests, failed")
        for c in CHECKS
    )

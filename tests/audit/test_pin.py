"""A pinned block joins two audits: what was written anew since is found, though nothing in it contradicts itself."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest

from audit import pin as pinning
from audit.errors import BundleError
from audit.evidence.source import PACKAGE, verifier_digest
from audit.evidence.trust import Trust
from audit.pin import pin
from audit.verify import verify
from tests.audit.bundles import findings, resealed
from tests.audit.sealing import Network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audit.report.verdict import Report


@pytest.fixture
def network() -> Network:
    """A network of eight blocks."""
    made = Network(time=1_796_000_000)
    for _ in range(8):
        made.make()
    return made


@pytest.fixture
def trust_file(network: Network, tmp_path: Path) -> Path:
    """The auditor's trust file before the first audit."""
    network.trust().save(tmp_path / "trust.json")
    return tmp_path / "trust.json"


def test_the_head_of_a_bundle_that_passes_is_pinned_with_its_time_and_digest(
    network: Network, trust_file: Path, tmp_path: Path
) -> None:
    bundle = network.bundle(tmp_path / "bundle")
    assert (verify(bundle, trust_file).exit_status, pin(bundle, trust_file).exit_status) == (2, 0)
    assert json.loads(trust_file.read_text())["pin"] == {
        "number": 7, "hash": "0x" + network.hashes[7].hex(), "time": 1_796_000_008,
        "bundle": "0x" + hashlib.sha256((bundle / "manifest.json").read_bytes()).hexdigest(),
    }  # fmt: skip
    assert verify(bundle, trust_file).exit_status == 0


def test_a_chain_that_goes_on_from_the_pinned_block_passes_and_is_pinned_further_on(
    network: Network, trust_file: Path, tmp_path: Path
) -> None:
    pin(network.bundle(tmp_path / "before"), trust_file)
    network.make()
    later = network.bundle(tmp_path / "later")
    report = verify(later, trust_file)
    assert report.exit_status == 0, findings(report)
    assert "anchored up to the pinned block 7 " in report.lines()[0]
    pin(later, trust_file)
    assert Trust.load(trust_file).pin == pinning._pin_of(report)


def written_anew(network: Network) -> Network:
    """The same validators seal another history, a second later from the third block on."""
    anew = Network(time=1_796_000_000)
    for number in range(12):
        anew.make(seconds=2 if number == 3 else 1)
    assert anew.hashes[:3] == network.hashes[:3]
    return anew


def cut(network: Network) -> Network:
    """The last block is left out."""
    return Network(blocks=network.blocks[:-1], hashes=network.hashes[:-1])


@pytest.mark.parametrize(
    ("change", "why"),
    [(written_anew, "does not descend from the pinned block"), (cut, "it ends before the pinned block 7")],
)
def test_a_history_written_anew_or_cut_does_not_contradict_itself_and_fails_by_the_pinned_block(
    network: Network, trust_file: Path, tmp_path: Path, change: Callable[[Network], Network], why: str
) -> None:
    """Rows "rewritten history", "pinned head" and "last 50 blocks cut"."""
    forged = change(network).bundle(tmp_path / "forged")
    assert verify(forged, trust_file, unanchored=True).exit_status == 0
    pin(network.bundle(tmp_path / "bundle"), trust_file)
    before = trust_file.read_bytes()
    for report in (
        verify(forged, trust_file),
        verify(forged, trust_file, unanchored=True),
        pin(forged, trust_file),
    ):
        assert (report.failed(), report.exit_status) == (("C06",), 1), findings(report)
        assert why in report.result("C06").findings[0].what
    assert trust_file.read_bytes() == before, "a pin neither goes back nor elsewhere"


def test_a_bundle_that_fails_or_is_undecided_pins_nothing(
    network: Network, trust_file: Path, tmp_path: Path
) -> None:
    before = trust_file.read_bytes()
    bundle = network.bundle(tmp_path / "bundle")
    (bundle / "chain/genesis.json").write_bytes(b"{}\n")
    assert pin(bundle, trust_file).exit_status == 1
    assert pin(resealed(bundle), trust_file).exit_status == 1
    assert trust_file.read_bytes() == before


def test_a_trust_file_that_is_changed_while_it_is_verified_is_left_as_it_is(
    network: Network, trust_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = json.dumps(network.trust().to_json() | {"waives": ["C21"]})

    def meanwhile(bundle: Path, trust: Path, *, unanchored: bool) -> Report:
        report = verify(bundle, trust, unanchored=unanchored)
        trust_file.write_text(changed)
        return report

    monkeypatch.setattr(pinning, "verify", meanwhile)
    with pytest.raises(BundleError, match="was changed meanwhile"):
        pin(network.bundle(tmp_path / "bundle"), trust_file)
    assert trust_file.read_text() == changed


def test_a_pin_that_is_cut_off_leaves_the_old_file_and_nothing_beside_it(
    network: Network, trust_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, bundle = trust_file.read_bytes(), network.bundle(tmp_path / "bundle")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        pin(bundle, trust_file)
    assert trust_file.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"bundle", "trust.json"}


def test_a_trust_file_keeps_its_mode_and_the_link_to_it(
    network: Network, trust_file: Path, tmp_path: Path
) -> None:
    trust_file.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(trust_file)
    pin(network.bundle(tmp_path / "bundle"), link)
    assert link.is_symlink()
    assert Trust.load(trust_file).pin is not None
    assert trust_file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("change", [{"number": -1}, {"hash": "0x11"}, {"more": 1}, {"bundle": None}])
def test_a_pin_of_another_shape_is_refused(network: Network, change: dict[str, object]) -> None:
    pinned = {"number": 1, "hash": "0x" + "11" * 32, "time": 1, "bundle": "0x" + "22" * 32}
    assert Trust.from_json(network.trust().to_json() | {"pin": pinned}).pin
    with pytest.raises(BundleError):
        Trust.from_json(network.trust().to_json() | {"pin": pinned | change})


def test_the_digest_of_a_trust_file_is_of_what_it_says(trust_file: Path) -> None:
    document = json.loads(trust_file.read_text())
    trust = Trust.load(trust_file)
    trust_file.write_text(json.dumps(dict(reversed(document.items()))))
    assert Trust.load(trust_file).digest == trust.digest
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    assert trust.digest == hashlib.sha256(canonical.encode()).digest()


def test_the_digest_of_the_verifier_is_of_every_source_file_and_of_what_it_reads() -> None:
    files = sorted(
        [
            *PACKAGE.rglob("*.py"),
            *PACKAGE.parent.glob("contracts/abi/*.json"),
            PACKAGE.parent / "contracts/acts.json",
        ]
    )
    listed = {
        p.relative_to(PACKAGE.parent).as_posix(): "0x" + hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
    }
    assert {"audit/pin.py", "contracts/abi/Ledger.json"} <= listed.keys()
    canonical = json.dumps(listed, sort_keys=True, separators=(",", ":"))
    assert verifier_digest() == hashlib.sha256(canonical.encode()).digest()

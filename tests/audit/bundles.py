"""Makes bundles for tests, and copies of bundles with one thing changed and a new manifest over it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.collect.writer import BundleWriter, seal
from audit.evidence.block_files import path_of
from audit.evidence.bundle import MANIFEST, Bundle
from audit.evidence.canonical import encode
from audit.evidence.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.report.verdict import Report

BESU = Path(__file__).parents[1] / "assets" / "besu-qbft"
BLOCKS = path_of(0)

Lines = list[Any]


def besu_bundle(folder: Path) -> Path:
    """The recorded Besu chain as a bundle without contracts."""
    writer = BundleWriter(folder)
    lines = [json.loads(line) for line in (BESU / "blocks.jsonl").read_text().splitlines()]
    writer.add_lines(BLOCKS, lines)
    writer.add_lines("chain/genesis.json", [json.loads((BESU / "genesis.json").read_text())])
    head = bytes.fromhex(besu_facts()["hashes"][-1][2:])
    writer.close(chain_id=77077, head_number=len(lines) - 1, head_hash=head)
    return folder


def besu_facts() -> dict[str, Any]:
    """What the node told of the recorded chain beside its blocks: hashes, validators, a proof."""
    return dict(json.loads((BESU / "facts.json").read_text()))


def besu_trust(**changes: Any) -> Trust:
    """What an auditor of the recorded chain pins."""
    facts = besu_facts()
    fields = {
        "chain_id": 77077, "genesis_hash": bytes.fromhex(facts["hashes"][0][2:]), "contracts": {}, "epoch_blocks": 60,
        "validators": tuple(sorted(bytes.fromhex(v[2:]) for v in facts["validators"][0])),
    }  # fmt: skip
    return Trust(**fields | changes)


def altered(bundle: Path, target: Path, path: str, change: Callable[[Lines], Lines | None]) -> Path:
    """A copy of a bundle in which one file has other lines; the manifest is made anew.

    Args:
        bundle: The bundle.
        target: Folder of the copy.
        path: The file.
        change: Changes the list of lines, or gives another one.
    """
    shutil.copytree(bundle, target)
    lines = [json.loads(line) for line in (target / path).read_text().splitlines()]
    changed = change(lines)
    lines = lines if changed is None else changed
    (target / path).write_bytes(b"".join(encode(line) + b"\n" for line in lines))
    return resealed(target)


def resealed(folder: Path) -> Path:
    """Makes the manifest of a bundle anew, with the head that it told."""
    manifest = Bundle(folder).manifest
    (folder / MANIFEST).unlink()
    seal(folder, chain_id=manifest.chain_id, head_number=manifest.head_number, head_hash=manifest.head_hash)
    return folder


def findings(report: Report) -> str:
    """Why a report is not what a test expected."""
    return "\n".join(report.lines())

"""Good bundles to make hostile ones from: a recorded network, one sealed by keys of the test, and two towns of different evidence."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audit.collect.writer import BundleWriter
from audit.evidence.bundle import files_of
from audit.evidence.trust import Trust
from tests.audit.audited import audited_town
from tests.audit.bundles import BESU, BLOCKS, besu_facts, besu_trust
from tests.audit.checks.conftest import gathered
from tests.audit.fuzzing.files import MANIFEST, TRUST
from tests.audit.sealing import Network
from tests.copies import lay_out

if TYPE_CHECKING:
    from pathlib import Path

BESU_BLOCKS = 12
# What the town of all rules does not bring: a mirror and the answers of a portal.
NOT_COLLECTED = frozenset({"C17.2", "C17.3", "C30", "C39"})


@dataclass(frozen=True, kw_only=True)
class Base:
    """A bundle that passes, with its trust file.

    Attributes:
        name: Its name.
        folder: Where it is.
        files: Content by path, the trust file and the manifest among them.
        is_sealed: Whether it is of a QBFT network.
        is_owned: Whether the test can seal its chain: it has the keys, or nobody seals.
    """

    name: str
    folder: Path
    files: dict[str, bytes]
    is_sealed: bool = False
    is_owned: bool = True

    @property
    def has_contracts(self) -> bool:
        """Whether its trust file pins contracts."""
        return "chain/proofs.jsonl" in self.files


def base(name: str, folder: Path, trust: Trust, **how: bool) -> Base:
    """The base of a bundle in a folder."""
    trust.save(folder.parent / f"{name}-{TRUST}")
    files = {path: file.read_bytes() for path, file in files_of(folder)}
    files[MANIFEST] = (folder / MANIFEST).read_bytes()
    files[TRUST] = (folder.parent / f"{name}-{TRUST}").read_bytes()
    return Base(name=name, folder=folder, files=files, **how)


def besu(folder: Path) -> Base:
    """The beginning of the recorded network."""
    writer = BundleWriter(folder)
    lines = (BESU / "blocks.jsonl").read_text().splitlines()[:BESU_BLOCKS]
    writer.add_lines(BLOCKS, map(json.loads, lines))
    writer.add_lines("chain/genesis.json", [json.loads((BESU / "genesis.json").read_text())])
    head = bytes.fromhex(besu_facts()["hashes"][BESU_BLOCKS - 1][2:])
    writer.close(chain_id=77077, head_number=BESU_BLOCKS - 1, head_hash=head)
    return base("besu", folder, besu_trust(), is_sealed=True, is_owned=False)


def network(folder: Path) -> Base:
    """A network that votes a validator in and out."""
    net = Network()
    net.make()
    for proposer in (0, 1, 2):
        net.make(proposer, vote=(4, True))
    net.members.append(4)
    for proposer in (3, 0, 1):
        net.make(proposer, vote=(4, False))
    net.members.remove(4)
    net.make()
    net.bundle(folder)
    return base("network", folder, net.trust(), is_sealed=True)


async def town(folder: Path) -> Base:
    """A town with its mirror, its portal's answers and its signed events, and a chain that nobody seals."""
    await asyncio.to_thread(folder.mkdir)
    await lay_out(folder, collected_town)
    return base("town", folder / "bundle", Trust.load(folder / "trust.json"))


async def collected_town(folder: Path) -> None:
    """Plays and collects the town, for `lay_out`."""
    async with audited_town(folder):
        pass


async def rules(folder: Path) -> Base:
    """A town that does every kind of act that rules judge, with a statement of its bank."""
    await asyncio.to_thread(folder.mkdir)
    evidence = await gathered(folder)
    return base("rules", evidence.folder, replace(evidence.trust, waives=NOT_COLLECTED))

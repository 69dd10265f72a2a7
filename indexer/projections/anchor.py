"""Anchors: heads of the event log that stand on the chain."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import HeadAnchored
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Anchor(Version):
    """An anchored head. It never changes."""

    size: int = column("Number of leaves, which rises from anchor to anchor.")
    root: bytes = column("Merkle tree hash over them, 32 bytes.")
    ruleset: bytes = column("Hash of the rules that judge events from then on, 32 bytes.")
    anchored_at: int = column("When, seconds since 1970.")


anchors = Noun("anchors", Anchor, key=("size",))


@anchors.begins(HeadAnchored)
def _anchored(event: HeadAnchored, block: Block) -> Anchor:
    return Anchor(size=event.size, root=event.root, ruleset=event.ruleset, anchored_at=block.time)

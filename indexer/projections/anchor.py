"""Anchors: heads of the event log that stand on the chain, and from which of them the log went on when others were false."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_

from contracts.events import HeadAnchored, LogResumed
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Anchor(Version):
    """A head that was anchored, or the word that all larger heads before it hold no more. It never changes."""

    size: int = column("Number of leaves.")
    root: bytes = column("Merkle tree hash over them, 32 bytes; zeros where larger heads were set aside.")
    ruleset: bytes = column(
        "Hash of the rules that judge events from then on, 32 bytes; zeros like the root."
    )
    anchored_at: int = column("When, seconds since 1970.")


# No head has this root: the contract refuses it.
NO_ROOT = bytes(32)
anchors = Noun("anchors", Anchor, key=("block_number", "log_index"), open_indexes=[("size",)])


@anchors.begins(HeadAnchored)
def _anchored(event: HeadAnchored, block: Block) -> Anchor:
    return Anchor(size=event.size, root=event.root, ruleset=event.ruleset, anchored_at=block.time)


@anchors.begins(LogResumed)
def _resumed(event: LogResumed, block: Block) -> Anchor:
    return Anchor(size=event.size, root=NO_ROOT, ruleset=NO_ROOT, anchored_at=block.time)


def holds() -> ColumnElement[bool]:
    """Whether a row is a head that was not set aside later."""
    head, later = anchors.table.c, anchors.table.alias().c
    is_later = or_(
        later.block_number > head.block_number,
        and_(later.block_number == head.block_number, later.log_index > head.log_index),
    )
    return and_(
        head.root != NO_ROOT,
        ~exists().where(later.to_block.is_(None), later.root == NO_ROOT, later.size < head.size, is_later),
    )

"""The objections to a request that wait for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.proposals.schemas import StepKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.proposals.schemas import Step


def unanswered(timeline: Sequence[Step]) -> list[Step]:
    """Objections since the last answer to objections."""
    open_objections: list[Step] = []
    for step in timeline:
        if step.kind is StepKind.ANSWERED:
            open_objections.clear()
        elif step.kind is StepKind.OBJECTION:
            open_objections.append(step)
    return open_objections

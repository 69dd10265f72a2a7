"""The reasons that were signed with an act on a request, as its page shows them: in full, or who may read them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ledger_api.proposals.schemas import StepKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ledger_api.proposals.schemas import Step
    from register.documents import Document, Documents

# What a page shows of a text; the portal's own are at most 2,000 characters.
MOST_TEXT_BYTES = 16 * 1024


class Access(StrEnum):
    """How a reader comes to reasons; the words of the group `reasons`."""

    TEXT = "text"
    FILE = "file"
    CLOSED = "closed"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reasons:
    """Reasons as one reader is shown them.

    Attributes:
        access: How the reader comes to them.
        text: What was written; empty unless it stands on the page.
    """

    access: Access
    text: str = ""


async def reasons_of(
    documents: Documents, timeline: Sequence[Step], may_read: Callable[[Document], Awaitable[bool]]
) -> dict[bytes, Reasons]:
    """Reasons by the commitment that was signed with the act.

    Args:
        documents: Those that are kept.
        timeline: What happened to a request.
        may_read: Whether the reader may read a document.
    """
    named = {step.statement for step in timeline if step.statement}
    kept = await asyncio.to_thread(documents.find, sorted(named))
    found = dict.fromkeys(named, Reasons(access=Access.ABSENT))
    for one in kept:
        is_open = await may_read(one)
        found[one.commitment] = await _readable(documents, one) if is_open else Reasons(access=Access.CLOSED)
    return found


def unanswered(timeline: Sequence[Step]) -> list[Step]:
    """Objections since the last answer to objections."""
    open_objections: list[Step] = []
    for step in timeline:
        if step.kind is StepKind.ANSWERED:
            open_objections.clear()
        elif step.kind is StepKind.OBJECTION:
            open_objections.append(step)
    return open_objections


async def _readable(documents: Documents, document: Document) -> Reasons:
    if not document.media_type.startswith("text/plain") or document.size_bytes > MOST_TEXT_BYTES:
        return Reasons(access=Access.FILE)
    content = await asyncio.to_thread(documents.content, document.commitment)
    try:
        return Reasons(access=Access.TEXT, text=(content or b"").decode().strip())
    except UnicodeDecodeError:
        return Reasons(access=Access.FILE)

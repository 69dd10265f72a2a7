"""The reasons that were signed with an act, as pages show them: in full, or who may read them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

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
    documents: Documents,
    commitments: Collection[bytes | None],
    may_read: Callable[[Document], Awaitable[bool]],
) -> dict[bytes, Reasons]:
    """Reasons by the commitment that was signed with the act.

    Args:
        documents: Those that are kept.
        commitments: What was signed with the acts, 32 bytes each; None of an act that needs no reasons.
        may_read: Whether the reader may read a document.
    """
    named = {commitment for commitment in commitments if commitment}
    kept = await asyncio.to_thread(documents.find, sorted(named))
    found = dict.fromkeys(named, Reasons(access=Access.ABSENT))
    for one in kept:
        is_open = await may_read(one)
        found[one.commitment] = await _readable(documents, one) if is_open else Reasons(access=Access.CLOSED)
    return found


async def _readable(documents: Documents, document: Document) -> Reasons:
    if not document.media_type.startswith("text/plain") or document.size_bytes > MOST_TEXT_BYTES:
        return Reasons(access=Access.FILE)
    content = await asyncio.to_thread(documents.content, document.commitment)
    try:
        return Reasons(access=Access.TEXT, text=(content or b"").decode().strip())
    except UnicodeDecodeError:
        return Reasons(access=Access.FILE)

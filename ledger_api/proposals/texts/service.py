"""Keeps the texts of requests as public documents, and finds them again."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ledger_api.errors import QueryInvalidError, SessionForbiddenError
from ledger_api.forms import hexed
from ledger_api.proposals.texts.text import RequestText
from register.commitments import document_commitment
from register.documents import Document
from register.nouns import PAPERS, TITLES, Attached, Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.context import Context

FILE_NAME = "申请.txt"


class PaperKind(StrEnum):
    """What a document is of a request; the words of the group `paper`."""

    PAYEE = "payee"
    TEXT = "text"
    PAPER = "paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What is kept of a request.

    Attributes:
        payee: Commitment to who is paid, 32 bytes.
        request: Commitment to its text, or to its papers where it has none, 32 bytes.
        text: Its text; None if its documents are none of ours.
        documents: The documents it names that are kept: who is paid, its text or papers.
    """

    payee: bytes
    request: bytes
    text: RequestText | None
    documents: Sequence[Document]

    def kind_of(self, document: Document) -> PaperKind:
        """What one of the documents is."""
        if document.commitment == self.payee:
            return PaperKind.PAYEE
        is_text = self.text is not None and document.commitment == self.request
        return PaperKind.TEXT if is_text else PaperKind.PAPER


async def keep_text(context: Context, text: RequestText, member: bytes) -> bytes:
    """Keeps a text, with its title in the register; gives the commitment, 32 bytes.

    Args:
        context: The application's.
        text: What the request says.
        member: Who asks, 16 bytes.

    Raises:
        QueryInvalidError: The reason ends as a list of papers does, and would be read as one.
        SessionForbiddenError: A paper is not kept, or is somebody else's.
    """
    if RequestText.read(text.document()) != text:
        raise QueryInvalidError("expected a reason that does not end as the list of papers does")
    return await asyncio.to_thread(_keep, context, text, member)


async def written(context: Context, payee: bytes, documents: bytes) -> Written:
    """What is kept of a request.

    Args:
        context: The application's.
        payee: Commitment to who is paid, 32 bytes.
        documents: Commitment to its text, or to its papers where it has none, 32 bytes.
    """
    text = None
    if context.names.current().title(documents) is not None:
        content = await asyncio.to_thread(context.documents.content, documents)
        text = RequestText.read(content.decode()) if content is not None else None
    commitments = [payee, documents, *(text.papers if text else ())]
    kept = await asyncio.to_thread(context.documents.find, commitments)
    return Written(payee=payee, request=documents, text=text, documents=kept)


def _keep(context: Context, text: RequestText, member: bytes) -> bytes:
    own = {paper.commitment for paper in context.documents.find(text.papers) if paper.stored_by == member}
    for paper in text.papers:
        if paper not in own:
            raise SessionForbiddenError(f"expected papers that who asks has stored, got {hexed(paper)}")
    salt, content = secrets.token_bytes(32), text.document().encode()
    document = Document(
        commitment=document_commitment(salt, content), salt=salt, media_type="text/plain", name=FILE_NAME,
        size_bytes=len(content), public=True, stored_by=member, stored_at=context.clock(),
    )  # fmt: skip
    context.documents.store(document, content)
    key, editor = hexed(document.commitment), f"members/{hexed(member)}"
    papers = [(hexed(paper), Attached(request=key)) for paper in text.papers]
    context.register.put_all(PAPERS, papers, editor)
    context.register.put(TITLES, key, Name(zh=text.title, en=text.title), editor)
    context.names.look()
    return document.commitment

"""Documents: stored by members, public ones readable by anyone, others as `readers` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, Response, UploadFile

from kit.visible import without_hidden
from ledger_api.context import AppContext, Context
from ledger_api.documents import service
from ledger_api.documents.readers import may_read
from ledger_api.documents.schemas import DocumentAnswer
from ledger_api.errors import QueryInvalidError
from ledger_api.forms import id_bytes
from ledger_api.sessions.access import DataClass, Viewing
from ledger_api.sessions.current import SignedIn
from ledger_api.uploads import Upload, UploadRoute

if TYPE_CHECKING:
    from ledger_api.sessions.access import Viewer
    from register.documents import Document

router = APIRouter(prefix="/v1/documents", tags=["documents"], route_class=UploadRoute)

UPLOAD = Upload(address=router.prefix, file_bytes=5 * 1024 * 1024)
Commitment = Annotated[
    str, Path(max_length=66, description="Commitment of the document, 0x and 64 hex digits.")
]
HexForm = Form(max_length=66, description="0x and 64 hex digits; only for a commitment made before.")


@router.post("", status_code=201)
async def store_document(
    context: AppContext,
    response: Response,
    session: SignedIn,
    file: Annotated[UploadFile, File(description="The document, at most 5 MB.")],
    public: Annotated[bool, Form(description="Whether anyone may read it.")] = False,
    salt: Annotated[str | None, HexForm] = None,
    commitment: Annotated[str | None, HexForm] = None,
) -> DocumentAnswer:
    """Stores a document and gives its commitment, which an intent may then name."""
    if (salt is None) != (commitment is None):
        raise QueryInvalidError("expected salt and commitment together, got one of them")
    content = await UPLOAD.read(file)
    new = service.NewDocument(
        content=content,
        salt=None if salt is None else id_bytes(salt, 32),
        commitment=None if commitment is None else id_bytes(commitment, 32),
        media_type=(file.content_type or "application/octet-stream")[:100],
        # Nobody who takes a picture chooses its name: what is hidden in it is left out, and not refused.
        name=without_hidden(file.filename or "")[:200] or "document",
        public=public,
        member=session.member,
    )
    stored = await service.store_document(context.documents, new, context.clock())
    response.headers["location"] = f"/v1/documents/0x{stored.hex()}"
    return DocumentAnswer.model_validate(await service.find_document(context.documents, stored))


@router.get("/{commitment}")
async def read_document(commitment: Commitment, context: AppContext, viewer: Viewing) -> DocumentAnswer:
    """What is known of a document, and the salt that opens its commitment."""
    return DocumentAnswer.model_validate(await _readable(commitment, context, viewer))


@router.get("/{commitment}/content", response_class=Response)
async def read_content(commitment: Commitment, context: AppContext, viewer: Viewing) -> Response:
    """Content of a document, always as a download: nobody's file becomes a page of ours."""
    document = await _readable(commitment, context, viewer)
    content = await service.read_content(context.documents, document.commitment)
    # Older versions kept names as they came.
    name = without_hidden(document.name)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type="application/octet-stream", headers=headers)


async def _readable(commitment: str, context: Context, viewer: Viewer) -> Document:
    document = await service.find_document(context.documents, id_bytes(commitment, 32))
    if not await may_read(context, viewer, document):
        viewer.require(DataClass.DOCUMENT, document.stored_by)
    return document

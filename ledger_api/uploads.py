"""Files that people upload. The whole body is counted as it arrives, by the framework; the file itself here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.errors import BodyTooLargeError

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

# Room for the boundaries and fields around the file.
MULTIPART_BYTES = 64 * 1024


async def read_upload(file: UploadFile, limit_bytes: int) -> bytes:
    """Content of an uploaded file.

    Raises:
        BodyTooLargeError: It is larger than the limit.
    """
    content = await file.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise BodyTooLargeError(limit_bytes)
    return content

"""Files that people upload. The whole body is counted as it arrives, by the framework; the file itself here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.errors import BodyTooLargeError

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

# Room for the boundaries and fields around the file.
MULTIPART_BYTES = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """What people may upload at an address; the application lets bodies of this size through there.

    Attributes:
        address: Where, such as "/v1/documents".
        file_bytes: Size of the largest file.
    """

    address: str
    file_bytes: int

    @property
    def body_bytes(self) -> int:
        """Size of the largest body."""
        return self.file_bytes + MULTIPART_BYTES

    async def read(self, file: UploadFile) -> bytes:
        """Content of an uploaded file.

        Raises:
            BodyTooLargeError: It is larger than the largest.
        """
        content = await file.read(self.file_bytes + 1)
        if len(content) > self.file_bytes:
            raise BodyTooLargeError(self.file_bytes)
        return content

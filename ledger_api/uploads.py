"""Files that people upload: from whoever may, of a bounded size.

The whole body is counted as it arrives (`body_limit`), the file itself here.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute

from ledger_api.errors import BodyTooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.datastructures import UploadFile
    from starlette.requests import Request
    from starlette.responses import Response

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


class UploadRoute(APIRoute):
    """A route that reads a body only from whoever may send it. Its router names it as `route_class`.

    The framework reads the body first. Here those dependencies of the endpoint go before that need nothing but the request, such
    as `SignedIn`: whom they refuse is answered by the head of the request alone.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, after the guards."""
        handler = super().get_route_handler()
        guards = [
            one.call for one in self.dependant.dependencies if one.call and _needs_the_head_alone(one.call)
        ]

        async def guarded(request: Request) -> Response:
            for guard in guards:
                await guard(request)
            return await handler(request)

        return guarded


def _needs_the_head_alone(dependency: Callable[..., Any]) -> bool:
    return list(inspect.signature(dependency).parameters) == ["request"]

"""Names by which the portal may be called: its public one, those in the settings, and this machine's own.

What comes in a `Host` header is somebody's word. No address that the portal gives is made of it, and one that is called by
another name answers nothing else (RFC 9110, 15.5.20): such a page may be shown under the name of a stranger, whose scripts
could then read it (DNS rebinding).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request

from ledger_api.errors import HostUnknownError
from ledger_api.portal.site import page_or_problem
from ledger_api.problem import problem_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ledger_api.config import ApiConfig

# How a machine calls itself; the last two are what it listens on where it listens on all its addresses.
LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 nothing listens on it here


class KnownHost:
    """ASGI middleware that answers only to known names."""

    def __init__(self, app: ASGIApp, *, config: ApiConfig) -> None:
        self._app = app
        public = name_in(urlsplit(config.public_url).netloc)
        self._names = {*LOCAL, *map(str.lower, config.other_hosts), *([public] if public else [])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        unknown = next((host for host in _hosts(scope) if not self._is_known(host, scope)), None)
        if unknown is None:
            await self._app(scope, receive, send)
            return
        error = HostUnknownError(f"expected one of {', '.join(sorted(self._names))}, got {unknown[:80]!r}")
        response = await page_or_problem(Request(scope), problem_of(error), {})
        await response(scope, receive, send)

    def _is_known(self, host: str, scope: Scope) -> bool:
        name = name_in(host)
        # The address at which a connection came in is this machine's, such as that in its own network.
        return name is not None and (name in self._names or name == (scope.get("server") or [None])[0])


def name_in(host: str) -> str | None:
    """Name or address in a `Host` header, in small letters; None if there is none.

    Args:
        host: The header, with or without a port.

    >>> name_in("[::1]:8640")
    '::1'
    """
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None


def _hosts(scope: Scope) -> list[str]:
    """Its `Host` headers; only HTTP/1.0 may have none."""
    return [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"]

"""The portal's HTTP server: uvicorn, which by itself waits for ever for the head of a request and for readers of its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ledger_api.errors import HeadSlowError, HeadTooLargeError
from ledger_api.problem import problem_of

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp

    from gongji.settings import Settings
    from ledger_api.limits import Limits

MAX_HEAD_BYTES = 64 * 1024


def server_of(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """The server of a town's portal.

    Args:
        app: The portal.
        settings: Where it listens, which proxies it believes, and how long it waits.
    """

    class Protocol(BoundedProtocol):
        limits = settings.api.limits

    proxies = list(settings.trusted_proxies)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, http=Protocol, ws="none",
        proxy_headers=bool(proxies), forwarded_allow_ips=proxies,
    )  # fmt: skip
    return uvicorn.Server(config)


class BoundedProtocol(HttpToolsProtocol):
    """A connection that ends if its client does not send the head of a request, or take the answer, in time.

    Between requests uvicorn's own time holds (`timeout_keep_alive`); for bodies see `ledger_api.admission.body`.
    """

    limits: ClassVar[Limits]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it
        """Waits for a head; if there are too many connections, closes the one that has waited longest."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._has_head_begun = False
        self._stalled: asyncio.TimerHandle | None = None
        self.since = self.loop.time()
        self._no_head: asyncio.TimerHandle | None = self.loop.call_later(
            self.limits.head_seconds, self._head_is_late
        )
        if len(self.connections) > self.limits.connections:
            # A new one has sent nothing yet, so that there is one at least.
            idle = (one for one in self.connections if isinstance(one, BoundedProtocol) and not one.is_busy)
            min(idle, key=lambda one: one.since).transport.abort()

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing any more."""
        self._cancel_head()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what came in; where that is not yet a whole head, the rest must come in time and be small."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self.is_busy or self.transport.is_closing():
            return
        if self._no_head is None:
            self._no_head = self.loop.call_later(self.limits.head_seconds, self._head_is_late)
        if self._has_head_begun and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HeadTooLargeError(f"expected a head of at most {MAX_HEAD_BYTES} bytes, got more"))

    def on_message_begin(self) -> None:
        """Another request begins."""
        self._has_head_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Has the request answered."""
        self._cancel_head()
        self._has_head_begun, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Waits for the next request."""
        self.since, self._head_bytes = self.loop.time(), 0
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client must take something of what waits for it, in time."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client took it."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _watch(self, waiting_bytes: int) -> None:
        self._stalled = self.loop.call_later(self.limits.stall_seconds, self._cut_if_stalled, waiting_bytes)

    def _cut_if_stalled(self, waiting_bytes: int) -> None:
        left_bytes = self.transport.get_write_buffer_size()
        if left_bytes < waiting_bytes:
            self._watch(left_bytes)
        else:
            self.transport.abort()

    def _cancel_head(self) -> None:
        if self._no_head is not None:
            self._no_head.cancel()
            self._no_head = None

    def _head_is_late(self) -> None:
        if self._has_head_begun and not self.is_busy:
            self._refuse(
                HeadSlowError(
                    f"expected the whole head within {self.limits.head_seconds} s, got a part of it"
                )
            )
        else:
            self.transport.close()

    def _refuse(self, error: Exception) -> None:
        response = problem_of(error).response({"connection": "close"})
        head = b"".join(b"%s: %s\r\n" % header for header in response.raw_headers)
        self.transport.write(b"HTTP/1.1 %d \r\n%s\r\n%s" % (response.status_code, head, response.body))
        self.transport.close()

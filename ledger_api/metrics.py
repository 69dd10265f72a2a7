"""Prometheus metrics of one application: requests by route and status, and how far commands are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5)


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("gongji_api_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "gongji_api_seconds",
            "Seconds until the answer begins.",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS,
        )
        self.head_seconds = Gauge(
            "gongji_mirror_head_seconds", "Age of the mirror's newest block.", registry=self.registry
        )
        self.refusals = Counter(
            "gongji_api_refusals", "Requests not let in, by the limit.", ("limit",), registry=self.registry
        )
        self.in_work = Gauge("gongji_api_in_work", "Requests in work.", registry=self.registry)
        self.waiting = Gauge("gongji_api_waiting", "Requests that wait for a turn.", registry=self.registry)
        self.streams = Gauge("gongji_api_streams", "Streams that are open.", registry=self.registry)
        self.commands = Gauge("gongji_commands", "Commands by state.", ("state",), registry=self.registry)


class Measured:
    """ASGI middleware that counts requests."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request and counts it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The route's own pattern, so that ids do not make a series each; strangers' paths share one.
                route = getattr(scope.get("route"), "path", "none")
                self._metrics.requests.labels(scope["method"], route, message["status"]).inc()
                self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, answer)

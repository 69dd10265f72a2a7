"""The one layer that every request passes: kinds, limits of client and member, a place among those in work, a body in time."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from kit.clock import system_ticks
from ledger_api.admission.body import Body
from ledger_api.admission.clients import client_of
from ledger_api.admission.kinds import Kind
from ledger_api.admission.quotas import client_quotas, member_quotas
from ledger_api.admission.slots import Concurrency, Slots
from ledger_api.errors import LimitReachedError, OverloadedError, ParallelLimitError, StreamLimitError
from ledger_api.problem import problem_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from kit.clock import Ticks
    from kit.problem import Problem
    from ledger_api.admission.kinds import Kinds
    from ledger_api.admission.slots import Turn
    from ledger_api.limits import Limits
    from ledger_api.metrics import Metrics

# Kept free for operators.
CHECKS_IN_WORK = 16
PARALLEL_RETRY_SECONDS, STREAM_RETRY_SECONDS = 1, 30
ALL = b"all"


class Admission:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limits: Limits,
        kinds: Kinds,
        member_of: Callable[[Scope], Awaitable[bytes | None]],
        refusal: Callable[[Scope, Problem, dict[str, str]], ASGIApp],
        metrics: Metrics,
        ticks: Ticks = system_ticks,
    ) -> None:
        """Puts it in front of an application.

        Args:
            app: The application.
            limits: How much is let in.
            kinds: What kind of request comes to which address.
            member_of: Id of the member whose a request is; None if nobody is signed in.
            refusal: Answer to a request that is not let in, with its headers.
            metrics: Where it is counted what is not let in.
            ticks: Nanoseconds that never go back.
        """
        self._app, self._limits, self._kinds, self._member_of = app, limits, kinds, member_of
        self._clients, self._members = client_quotas(limits, ticks), member_quotas(limits, ticks)
        self._parallel = Concurrency(limits.client_parallel, self._too_parallel)
        self._client_streams = _streams(limits.client_streams, "client")
        self._member_streams = _streams(limits.member_streams, "member")
        self._streams = Concurrency(limits.streams, self._too_many_streams)
        usual, devices = self._slots(limits.parallel), self._slots(limits.parallel)
        self._in_work = dict.fromkeys(Kind, usual) | {
            Kind.CHECK: self._slots(CHECKS_IN_WORK), Kind.DEVICE: devices,
        }  # fmt: skip
        self._refusal, self._refusals = refusal, metrics.refusals
        metrics.in_work.set_function(lambda: usual.in_work + devices.in_work)
        metrics.waiting.set_function(lambda: usual.waiting + devices.waiting)
        metrics.streams.set_function(self._streams.__len__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in, or answers why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as stack:
            app, turn = self._app, None
            try:
                turn = await self._admit(scope, stack)
            except LimitReachedError as error:
                app = self._refused(scope, error, {"retry-after": str(error.retry_seconds)})
            except OverloadedError as error:
                app = self._refused(scope, error, {})
            await Body(receive, turn, self._limits.body_seconds).answered_by(app, scope, send)

    async def _admit(self, scope: Scope, stack: AsyncExitStack) -> Turn | None:
        kind, client = self._kinds.of(scope), client_of(scope)
        for quota in self._clients[kind]:
            quota.charge(client)
        turn = await self._place(kind, client, stack)
        quotas = self._members.get(kind)
        member = await self._member_of(scope) if quotas else None
        if quotas and member is not None:
            for quota in quotas:
                quota.charge(member)
            if kind is Kind.STREAM:
                stack.enter_context(self._member_streams.one(member))
        return turn

    async def _place(self, kind: Kind, client: bytes, stack: AsyncExitStack) -> Turn | None:
        """A place in work. Streams, which only wait for news, have places of their own."""
        if kind is Kind.STREAM:
            stack.enter_context(self._client_streams.one(client))
            stack.enter_context(self._streams.one(ALL))
            return None
        if kind is not Kind.CHECK:
            stack.enter_context(self._parallel.one(client))
        return await stack.enter_async_context(self._in_work[kind].one())

    def _slots(self, parallel: int) -> Slots:
        limits = self._limits
        return Slots(parallel, waiting=limits.waiting, max_wait_seconds=limits.max_wait_seconds)

    def _too_parallel(self) -> Exception:
        most = self._limits.client_parallel
        return ParallelLimitError(f"{most} requests of one client at once", PARALLEL_RETRY_SECONDS)

    def _too_many_streams(self) -> Exception:
        return OverloadedError(f"expected at most {self._limits.streams} open streams, got more")

    def _refused(self, scope: Scope, error: Exception, headers: dict[str, str]) -> ASGIApp:
        self._refusals.labels(type(error).__name__).inc()
        return self._refusal(scope, problem_of(error), headers)


def _streams(most: int, whose: str) -> Concurrency:
    text = f"{most} open streams of one {whose}"
    return Concurrency(most, lambda: StreamLimitError(text, STREAM_RETRY_SECONDS))

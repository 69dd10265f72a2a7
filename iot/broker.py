"""A small MQTT 5 broker inside the process, for towns without Mosquitto.

It keeps nothing: a QoS 1 message stays the publisher's until every QoS 1 subscriber has acknowledged it, and only then
the publisher gets its PUBACK. So where the subscriber is the ingest, a PUBACK means committed; where there is no
subscriber, it says so (0x10). No QoS 2, no retained messages, no wills, no sessions beyond a connection, no shared
subscriptions; who asks for one is told. Slow or idle clients are cut off.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self

import structlog

from iot.broker_session import Session
from iot.errors import MqttProtocolError
from iot.packets import Reason
from iot.topics import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

log = structlog.get_logger(__name__)

MAX_CLIENTS = 10_000


class Broker:
    """The broker. Use it as an asynchronous context, or `start` and `stop` it.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._sessions: dict[str, Session] = {}
        self._exact: dict[str, set[Session]] = {}
        self._wild: dict[str, set[Session]] = {}

    @property
    def port(self) -> int:
        """Port it listens on."""
        return self._port

    async def start(self) -> None:
        """Begins to listen."""
        self._server = await asyncio.start_server(self._serve, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Says goodbye to all clients and ends."""
        if self._server is None:
            return
        self._server.close()
        for session in list(self._sessions.values()):
            session.close(Reason.SHUTTING_DOWN)
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def join(self, session: Session) -> None:
        """Takes in a client; one with the same id before it must go (§3.1.4)."""
        if len(self._sessions) >= MAX_CLIENTS:
            raise MqttProtocolError(
                Reason.QUOTA_EXCEEDED, f"expected at most {MAX_CLIENTS} clients, got more"
            )
        before = self._sessions.get(session.client_id)
        if before is not None:
            before.close(Reason.SESSION_TAKEN_OVER)
            self.leave(before)
        self._sessions[session.client_id] = session

    def leave(self, session: Session) -> None:
        """Forgets a client."""
        if self._sessions.get(session.client_id) is session:
            del self._sessions[session.client_id]
        for topic_filter in list(session.filters):
            self.unsubscribe(session, topic_filter)

    def subscribe(self, session: Session, topic_filter: str, qos: int) -> None:
        """A client wants messages."""
        session.filters[topic_filter] = qos
        self._table(topic_filter).setdefault(topic_filter, set()).add(session)

    def unsubscribe(self, session: Session, topic_filter: str) -> bool:
        """A client does not want messages any more; whether it did before."""
        known = session.filters.pop(topic_filter, None) is not None
        table = self._table(topic_filter)
        table.get(topic_filter, set()).discard(session)
        if not table.get(topic_filter):
            table.pop(topic_filter, None)
        return known

    def subscribers(self, topic: str) -> dict[Session, int]:
        """Who gets a message, each at the highest QoS of its matching filters."""
        found: dict[Session, int] = {}
        for topic_filter, sessions in self._matching(topic):
            for session in sessions:
                found[session] = max(found.get(session, 0), session.filters[topic_filter])
        return found

    def _matching(self, topic: str) -> Iterator[tuple[str, set[Session]]]:
        if topic in self._exact:
            yield topic, self._exact[topic]
        for topic_filter, sessions in self._wild.items():
            if matches(topic_filter, topic):
                yield topic_filter, sessions

    def _table(self, topic_filter: str) -> dict[str, set[Session]]:
        return self._wild if set("+#") & set(topic_filter) else self._exact

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        try:
            await session.run()
        except MqttProtocolError as error:
            log.info("mqtt_client_refused", client=session.client_id, why=str(error))
            session.close(Reason(error.reason))
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            log.debug("mqtt_client_gone", client=session.client_id)
        finally:
            self.leave(session)
            session.abandon()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

"""A small MQTT 5 broker inside the process, for towns without Mosquitto.

It keeps nothing: a QoS 1 message stays the publisher's until every QoS 1 subscriber has acknowledged it, and only then
the publisher gets its PUBACK. So where the subscriber is the ingest, a PUBACK means committed; where there is no
subscriber, it says so (0x10). No QoS 2, no retained messages, no wills, no sessions beyond a connection, no shared
subscriptions; who asks for one is refused. Slow or idle clients are cut off.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self

import structlog

from iot.broker.clients import Clients
from iot.broker.packets import Reason
from iot.broker.session import Session
from iot.errors import MqttProtocolError

log = structlog.get_logger(__name__)


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
        self._clients = Clients()

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
        self._clients.close(Reason.SHUTTING_DOWN)
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self._clients, reader, writer)
        try:
            await session.run()
        except MqttProtocolError as error:
            log.info("mqtt_client_refused", client=session.client_id, why=str(error))
            session.close(Reason(error.reason))
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            log.debug("mqtt_client_gone", client=session.client_id)
        finally:
            self._clients.leave(session)
            session.abandon()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

"""Who is connected to the embedded broker, and who wants which messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from iot.broker.packets import Reason
from iot.broker.topics import matches
from iot.errors import MqttProtocolError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

MAX_CLIENTS = 10_000


class Client(Protocol):
    """A connected client.

    Attributes:
        client_id: Its name.
        filters: QoS by topic filter that it subscribed to.
    """

    client_id: str
    filters: dict[str, int]

    def close(self, reason: Reason) -> None:
        """Tells the client why it must go, and closes."""

    async def deliver(self, topic: str, payload: bytes, qos: int) -> asyncio.Future[bool] | None:
        """Sends a message to this client."""


class Clients:
    """The clients of a broker by their names and by what they subscribed to."""

    def __init__(self) -> None:
        self._by_id: dict[str, Client] = {}
        self._exact: dict[str, set[Client]] = {}
        self._wild: dict[str, set[Client]] = {}

    def close(self, reason: Reason) -> None:
        """Sends all clients away."""
        for client in list(self._by_id.values()):
            client.close(reason)

    def join(self, client: Client) -> None:
        """Takes in a client; one with the same id before it must go (§3.1.4)."""
        if len(self._by_id) >= MAX_CLIENTS:
            raise MqttProtocolError(
                Reason.QUOTA_EXCEEDED, f"expected at most {MAX_CLIENTS} clients, got more"
            )
        previous = self._by_id.get(client.client_id)
        if previous is not None:
            previous.close(Reason.SESSION_TAKEN_OVER)
            self.leave(previous)
        self._by_id[client.client_id] = client

    def leave(self, client: Client) -> None:
        """Forgets a client."""
        if self._by_id.get(client.client_id) is client:
            del self._by_id[client.client_id]
        for topic_filter in list(client.filters):
            self.unsubscribe(client, topic_filter)

    def subscribe(self, client: Client, topic_filter: str, qos: int) -> None:
        """A client wants messages."""
        client.filters[topic_filter] = qos
        self._table(topic_filter).setdefault(topic_filter, set()).add(client)

    def unsubscribe(self, client: Client, topic_filter: str) -> bool:
        """A client does not want messages any more; whether it did before."""
        was_subscribed = client.filters.pop(topic_filter, None) is not None
        table = self._table(topic_filter)
        table.get(topic_filter, set()).discard(client)
        if not table.get(topic_filter):
            table.pop(topic_filter, None)
        return was_subscribed

    def subscribers(self, topic: str) -> dict[Client, int]:
        """Who gets a message, each at the highest QoS of its matching filters."""
        found: dict[Client, int] = {}
        for topic_filter, clients in self._matching(topic):
            for client in clients:
                found[client] = max(found.get(client, 0), client.filters[topic_filter])
        return found

    def _matching(self, topic: str) -> Iterator[tuple[str, set[Client]]]:
        if topic in self._exact:
            yield topic, self._exact[topic]
        for topic_filter, clients in self._wild.items():
            if matches(topic_filter, topic):
                yield topic_filter, clients

    def _table(self, topic_filter: str) -> dict[str, set[Client]]:
        return self._wild if set("+#") & set(topic_filter) else self._exact

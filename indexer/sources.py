"""The nodes of the chain: one is followed, and the next when it does not answer or tells what does not prove itself."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from indexer import metrics
from indexer.errors import VerificationError
from indexer.evidence import keep_evidence
from indexer.follow import Follower
from indexer.node import Node
from indexer.origin import check_node
from indexer.pipeline import Pipeline
from kit.errors import NodeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.batch import Head
    from indexer.config import IndexerConfig
    from indexer.writer import Writer

log = structlog.get_logger(__name__)

# A network makes blocks all the time. Who tells of none for so long may have lost the others.
STANDING_SECONDS = 10.0


class Sources:
    """Follows one node at a time. Blocking, and for one thread."""

    def __init__(self, config: IndexerConfig, writer: Writer) -> None:
        """Asks no node yet.

        Args:
            config: Nodes by address, the first to be asked first, and how they are asked.
            writer: Writes the mirror.
        """
        self._config, self._writer = config, writer
        self._urls = list(config.rpc_urls)
        self._source: _Source | None = None
        self._height, self._risen_at = -1, time.monotonic()

    def follow(self, show: Callable[[Head], None], ending: Callable[[], bool]) -> int:
        """Brings the mirror to the head of the first node that answers and proves what it tells.

        Args:
            show: Is told the head of a node that answers.
            ending: Tells whether to stop early.

        Returns:
            Number of the last mirrored block; -1 if there is none.

        Raises:
            NodeError: No node answers.
            VerificationError: None answers whose answers prove themselves.
        """
        failures: list[NodeError | VerificationError] = []
        self._leave_who_stands_still()
        for _ in self._config.rpc_urls:
            try:
                number = self._followed().follow(show, ending)
            except (NodeError, VerificationError) as error:
                failures.append(error)
                self._leave(error)
            else:
                self._note(number)
                return number
        raise next((f for f in failures if isinstance(f, VerificationError)), failures[0])

    def close(self) -> None:
        """Closes all connections."""
        if self._source:
            self._source.close()
            self._source = None

    def _followed(self) -> _Source:
        if self._source is None:
            self._source = _Source(replace(self._config, rpc_urls=(self._urls[0],)), self._writer)
        return self._source

    def _note(self, number: int) -> None:
        """Notes how far the mirror is: what a node only says of its head proves nothing."""
        if number > self._height:
            self._height, self._risen_at = number, time.monotonic()

    def _leave_who_stands_still(self) -> None:
        if len(self._urls) > 1 and time.monotonic() - self._risen_at > STANDING_SECONDS:
            self._next("no new block")

    def _leave(self, error: NodeError | VerificationError) -> None:
        """Leaves a node that failed, and then looks at what it told."""
        left = self._urls[0]
        self._next(str(error))
        if isinstance(error, VerificationError):
            metrics.LIES.inc()
            keep_evidence(self._config, left, error)

    def _next(self, reason: str) -> None:
        if len(self._urls) > 1:
            log.warning("node_left", node=Node.named(self._urls[0]), reason=reason)
        self._urls = [*self._urls[1:], self._urls[0]]
        self._risen_at = time.monotonic()
        self.close()


class _Source:
    """One node, checked before it is followed."""

    def __init__(self, config: IndexerConfig, writer: Writer) -> None:
        self._node, self._pipeline = Node(config.rpc_urls, config.request_seconds), Pipeline(config)
        self._follower: Follower | None = None
        self._config, self._writer = config, writer

    def follow(self, show: Callable[[Head], None], ending: Callable[[], bool]) -> int:
        deployment = self._config.deployment
        if self._follower is None:
            check_node(self._node, deployment)
            self._follower = Follower(self._node, self._pipeline, self._writer, deployment.genesis_hash)
        head = self._node.head()
        show(head)
        return self._follower.follow(head, ending)

    def close(self) -> None:
        self._node.close()
        self._pipeline.close()

"""Anchors the head of the event log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.keeper.duty import Duty, Order
from iot.log.anchor import consistency, next_anchor
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator


class Anchor(Duty):
    """Writes the head of the event log to the chain, when it is time."""

    def orders(self) -> Iterator[Order]:
        """The next anchor, if one is due."""
        context = self._context
        with context.store.log() as reader:
            last = context.directory.last_anchor()
            head = next_anchor(reader, last, context.config, now_seconds=context.clock())
            path = consistency(reader, last, head) if head else ()
        if head is not None:
            args = (head.size, head.root, context.config.ruleset.hash(), list(path))
            call = Call(contract="EventLog", function="anchor", args=args)
            # By the hour: a head that was set aside by mistake is anchored again.
            yield Order(sender="log_keeper", key=f"keeper:anchor/{head.size}/{context.hour()}", call=call)

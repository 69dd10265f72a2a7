"""What all endpoints of one application share, typed: they get it with `AppContext`, and nothing else is global."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from fastapi import Depends, Request

from indexer.schema import MIRROR
from kit.clock import Clock, system_clock
from kit.database import open_async_engine
from kit.migrations import upgrade
from kit.reader import open_reader
from ledger_api.balances import BalanceReader, open_balances
from ledger_api.chain import ChainClient
from ledger_api.metrics import Metrics
from ledger_api.relayer.outbox import Outbox
from ledger_api.schema import APP
from register.documents import Documents
from register.names import NameBook
from register.nouns import DEMO_PEOPLE, DemoPerson
from register.register import Register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from kit.reader import Reader
    from ledger_api.config import ApiConfig
    from ledger_api.visits import VisitSource
    from wallets.signer import Signer

# How long a node may take to say that it is there.
PROBE_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What all endpoints of one application share.

    Attributes:
        config: Its configuration.
        clock: Seconds since 1970.
        chain: The nodes.
        probe: The nodes, asked whether they answer: whoever asks how it goes is not kept waiting by one that is silent.
        app_engine: The schema `app`.
        mirror: The schema `mirror`, read-only.
        balances: Reads one balance of the mirror, fast.
        outbox: Where commands are accepted.
        register: The town's own data.
        names: Names of the town, as they stand in the register.
        demo_people: Whom a visitor of the demo town can be; written when it is built. Nobody where the configuration is not of one.
        metrics: Figures for Prometheus.
        visits: Where the evidence of visits is asked; None shows none.
        receipts: The key that acknowledges what members signed; None acknowledges nothing.
    """

    config: ApiConfig
    clock: Clock
    chain: ChainClient
    probe: ChainClient
    app_engine: AsyncEngine
    mirror: Reader
    balances: BalanceReader
    outbox: Outbox
    register: Register
    names: NameBook
    demo_people: list[DemoPerson]
    metrics: Metrics
    visits: VisitSource | None
    receipts: Signer | None

    @classmethod
    def open(
        cls,
        config: ApiConfig,
        *,
        clock: Clock = system_clock,
        visits: VisitSource | None = None,
        receipts: Signer | None = None,
    ) -> Self:
        """Brings the schemas `app` and `town` up to date and opens the rest, which connects when it is first used.

        Args:
            config: What the application needs to know.
            clock: Seconds since 1970.
            visits: Where the evidence of visits is asked; None shows none.
            receipts: The key that acknowledges what members signed; None acknowledges nothing.
        """
        upgrade(config.app_url, APP)
        app_engine = open_async_engine(config.app_url, APP)
        register = Register.open(config.town_url, config.register_key, clock)
        return cls(
            config=config,
            clock=clock,
            chain=ChainClient(config.rpc_urls),
            probe=ChainClient(config.rpc_urls, PROBE_SECONDS),
            app_engine=app_engine,
            mirror=open_reader(config.mirror_url, MIRROR),
            balances=open_balances(config.mirror_url),
            outbox=Outbox(app_engine, clock),
            register=register,
            names=NameBook(register),
            demo_people=list(register.entries(DEMO_PEOPLE).values()) if config.demo else [],
            metrics=Metrics(),
            visits=visits,
            receipts=receipts,
        )

    @property
    def documents(self) -> Documents:
        """The documents of the register."""
        return Documents(self.register)

    def has_stopped(self, head_time: int) -> bool:
        """Whether the chain makes no blocks any more.

        Args:
            head_time: Time of its newest block, seconds since 1970.
        """
        return self.config.is_network and self.clock() - head_time > self.config.max_head_seconds

    def is_ahead(self, head_time: int) -> bool:
        """Whether the newest block is of a time to come: this machine's clock, or the validators', is wrong.

        Args:
            head_time: Time of the block, seconds since 1970.
        """
        return self.config.is_network and head_time - self.clock() > self.config.max_head_seconds

    async def close(self) -> None:
        """Closes all connections."""
        await self.balances.close()
        await self.chain.close()
        await self.probe.close()
        await self.app_engine.dispose()
        await self.mirror.dispose()
        self.register.close()


async def context_of(request: Request) -> Context:
    """The context of the application that answers a request."""
    context: Context = request.app.state.context
    return context


# What an endpoint asks for to reach anything that all of them share.
AppContext = Annotated[Context, Depends(context_of)]

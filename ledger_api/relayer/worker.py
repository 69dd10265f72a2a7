"""Signs, stores, sends and confirms commands. It may be killed between any two steps.

One round, in this order:

1. A signed command whose hash is in a final block of the mirror is settled: done, or refused with the contract's reason.
2. An accepted command is simulated; if the chain would take it, it gets the next nonce of its sender and is signed.
   If the chain would refuse it, it waits as long as a command before it is unsettled and not refused too, for it may rest on
   that one.
3. The signed bytes are stored, and only then sent. What is not in the mirror yet is sent again, always the same bytes.

A sender has at most `nonce_window` transactions on the way. The unique pair of sender and nonce in the database keeps a
second relayer from signing other bytes for the same nonce.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from indexer.schema import MIRROR
from kit.clock import Clock, system_clock
from kit.database import open_async_engine
from kit.migrations import upgrade
from kit.reader import open_reader
from ledger_api.chain import ChainClient
from ledger_api.errors import ChainRefusedError, LedgerApiError
from ledger_api.homes import address_of_data
from ledger_api.problem import problem_of, refusal
from ledger_api.relayer.signing import Signing
from ledger_api.relayer.store import CommandStore, Mined, Waiting
from ledger_api.schema import APP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.deploy import TransactionSigner
    from kit.problem import Problem
    from ledger_api.relayer.config import RelayerConfig

log = structlog.get_logger(__name__)

BATCH = 512
RESEND_SECONDS = 2.0
POLL_SECONDS, MAX_BACKOFF_SECONDS = 0.1, 10.0


class Worker:
    """The relayer of one town."""

    def __init__(self, config: RelayerConfig, signers: Mapping[str, TransactionSigner], clock: Clock) -> None:
        self._signers, self._deployment = signers, config.deployment
        self._app = open_async_engine(config.app_url, APP)
        self._mirror = open_reader(config.mirror_url, MIRROR)
        self._store = CommandStore(self._app, self._mirror, set(signers))
        self._chain = ChainClient(config.rpc_urls)
        self._signing = Signing(
            config, signers, clock, chain=self._chain, store=self._store, mirror=self._mirror
        )
        self._sent_at: dict[str, float] = {}

    @classmethod
    async def open(
        cls,
        config: RelayerConfig,
        signers: Mapping[str, TransactionSigner],
        *,
        clock: Clock = system_clock,
    ) -> Self:
        """Opens a relayer.

        Args:
            config: What it needs to know.
            signers: Keys by sender: "relayer", and roles of the authority in lower case.
            clock: Seconds since 1970, the chain's own where it is simulated.
        """
        await asyncio.to_thread(upgrade, config.app_url, APP)
        return cls(config, signers, clock)

    async def close(self) -> None:
        """Closes all connections."""
        await self._chain.close()
        await self._app.dispose()
        await self._mirror.dispose()

    async def run(self) -> None:
        """Works forever; waits longer and longer while the chain or a database is away."""
        backoff = POLL_SECONDS
        while True:
            try:
                await self.step()
                backoff = POLL_SECONDS
            except (LedgerApiError, SQLAlchemyError) as error:
                backoff = min(2 * backoff, MAX_BACKOFF_SECONDS)
                log.warning("relayer_waits", seconds=backoff, reason=type(error).__name__)
            await asyncio.sleep(backoff)

    async def step(self) -> int:
        """Does one round.

        Returns:
            How many commands of its senders are still unsettled.

        Raises:
            ChainUnreachableError: The chain does not answer. Nothing is lost; call again.
        """
        waiting = await self._store.unsettled(BATCH)
        if not waiting:
            return 0
        waiting = await self._settle(waiting)
        signed, refused = await self._signing.sign(waiting)
        await self._store.settle([(command, None, problem_of(why)) for command, why in refused])
        stored = await self._store.store_signed(signed)
        await self._send([c for c in waiting if c.state == "signed"] + stored)
        return await self._store.count_unsettled()

    async def _settle(self, waiting: Sequence[Waiting]) -> list[Waiting]:
        """Ends what is in a final block; gives back what is still unsettled."""
        signed = {c.hash: c for c in waiting if c.hash}
        final = await self._store.final_number()
        mined = {h: m for h, m in (await self._store.mined(list(signed))).items() if m.block_number <= final}
        reasons = await asyncio.gather(*(self._refusal(signed[h], m) for h, m in mined.items()))
        settled = [
            (signed[h], m.block_number, why) for (h, m), why in zip(mined.items(), reasons, strict=True)
        ]
        await self._store.settle(settled)
        for command, block, why in settled:
            self._sent_at.pop(command.id, None)
            if why:
                log.warning("command_refused", command=command.id, block=block, code=why.code)
        if settled:
            log.info("commands_settled", count=len(settled), final=final)
        return [c for c in waiting if c.hash not in mined]

    async def _refusal(self, command: Waiting, mined: Mined) -> Problem | None:
        if mined.succeeded:
            return None
        sender = "0x" + (command.sender_address or b"").hex()
        to = await address_of_data(self._deployment, self._mirror, command.contract, command.data)
        revert = await self._chain.why(sender, to, command.data, mined.block_number)
        if revert:
            return refusal(revert)
        return problem_of(ChainRefusedError("expected a reason for the revert, got none: likely out of gas"))

    async def _send(self, signed: Sequence[Waiting]) -> None:
        """Sends what was never sent, and again what was sent a while ago and is in no block."""
        now = time.monotonic()
        due = [c for c in signed if self._sent_at.get(c.id, -RESEND_SECONDS) + RESEND_SECONDS <= now]
        again = [c for c in due if c.id in self._sent_at]
        for command in due:
            self._sent_at[command.id] = now
        await asyncio.gather(*(self._send_one(c) for c in due))
        if again:
            await self._release_lost(again)

    async def _send_one(self, command: Waiting) -> None:
        try:
            await self._chain.send(command.raw or b"")
        except ChainRefusedError as error:
            # Known already, mined already, or too far ahead: the mirror will tell, and the bytes stay.
            log.debug("send_refused", command=command.id, nonce=command.nonce, reason=str(error))

    async def _release_lost(self, sent: Sequence[Waiting]) -> None:
        """Takes back what can never be mined: its nonce is used in a final block, by another transaction."""
        used = {s: await self._chain.nonce(self._signers[s].address) for s in {c.sender for c in sent}}
        head = await self._chain.head()
        if await self._store.final_number() < head.number:
            return
        with_used_nonce = {c.hash: c for c in sent if c.hash and (c.nonce or 0) < used[c.sender]}
        mined = await self._store.mined(list(with_used_nonce))
        lost = [c for h, c in with_used_nonce.items() if h not in mined]
        await self._store.release(lost)
        for command in lost:
            log.warning("nonce_lost", command=command.id, sender=command.sender, nonce=command.nonce)

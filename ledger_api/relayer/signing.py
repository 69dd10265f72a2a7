"""Turns accepted commands into signed bytes: simulates each, and gives it the next nonce of its sender."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from eth_utils import keccak, to_canonical_address

from ledger_api.errors import ChainRefusedError, LedgerApiError, RuleRefusedError
from ledger_api.homes import address_of_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.deploy import TransactionSigner
    from kit.clock import Clock
    from kit.reader import Reader
    from ledger_api.chain import ChainClient
    from ledger_api.relayer.config import RelayerConfig
    from ledger_api.relayer.store import CommandStore, Waiting

SIMULATIONS = 16
# What earlier commands of the same block change can make a call dearer than its simulation.
GAS_NUMERATOR, GAS_DENOMINATOR, GAS_HEADROOM = 13, 10, 60_000


class _Limit(NamedTuple):
    """Where a call goes, and how much gas it may use."""

    address: str
    gas: int


class Signing:
    """Signs for the senders whose keys it has."""

    def __init__(
        self,
        config: RelayerConfig,
        signers: Mapping[str, TransactionSigner],
        clock: Clock,
        *,
        chain: ChainClient,
        store: CommandStore,
        mirror: Reader,
    ) -> None:
        self._config, self._signers, self._clock = config, signers, clock
        self._chain, self._store, self._mirror = chain, store, mirror

    async def sign(
        self, waiting: Sequence[Waiting]
    ) -> tuple[list[Waiting], list[tuple[Waiting, LedgerApiError]]]:
        """Signs what the chain would take now.

        A command that the chain would refuse stays as it is: one before it may change that.

        Args:
            waiting: All unsettled commands, in order of acceptance.

        Returns:
            The signed commands, not stored yet; and the first ones of all that are refused, with why: nothing before them may
            change that, so that whoever hands in many of which one spoils the others keeps nobody waiting.
        """
        accepted = self._within_window(waiting)
        if not accepted:
            return [], []
        at_time = await self._chain.next_block_time(self._clock())
        limit = asyncio.Semaphore(SIMULATIONS)
        outcomes = await asyncio.gather(*(self._gas_limit(c, at_time, limit) for c in accepted))
        ready = [(c, limit) for c, limit in zip(accepted, outcomes, strict=True) if isinstance(limit, _Limit)]
        nonces = {sender: await self._nonces(sender) for sender in {c.sender for c, _ in ready}}
        signed = [self._signed(c, next(nonces[c.sender]), limit) for c, limit in ready]
        return signed, list(_refused_first(waiting, accepted, outcomes))

    def _within_window(self, waiting: Sequence[Waiting]) -> list[Waiting]:
        free = dict.fromkeys(self._signers, self._config.nonce_window)
        for command in waiting:
            if command.state == "signed" and command.sender in free:
                free[command.sender] -= 1
        chosen = []
        for command in waiting:
            if command.state == "accepted" and free.get(command.sender, 0) > 0:
                free[command.sender] -= 1
                chosen.append(command)
        return chosen

    async def _gas_limit(
        self, command: Waiting, at_time: int, limit: asyncio.Semaphore
    ) -> _Limit | LedgerApiError:
        sender = self._signers[command.sender].address
        async with limit:
            to = await address_of_data(self._config.deployment, self._mirror, command.contract, command.data)
            try:
                gas = await self._chain.estimate_gas(sender, to, command.data, at_time=at_time)
            except (RuleRefusedError, ChainRefusedError) as error:
                return error
        limit_gas = gas * GAS_NUMERATOR // GAS_DENOMINATOR + GAS_HEADROOM
        return _Limit(to, min(limit_gas, self._config.max_gas))

    async def _nonces(self, sender: str) -> Iterator[int]:
        address = self._signers[sender].address
        stored_nonce = await self._store.next_nonce(to_canonical_address(address))
        return count(max(stored_nonce, await self._chain.nonce(address)))

    def _signed(self, command: Waiting, nonce: int, limit: _Limit) -> Waiting:
        signer, deployment = self._signers[command.sender], self._config.deployment
        transaction = {
            "chainId": deployment.chain_id,
            "nonce": nonce,
            "gas": limit.gas,
            # Gas costs nothing on our networks.
            "maxFeePerGas": 0,
            "maxPriorityFeePerGas": 0,
            "value": 0,
            "data": command.data,
            "to": limit.address,
        }
        raw = signer.sign_transaction(transaction)
        address = to_canonical_address(signer.address)
        return replace(
            command, state="signed", sender_address=address, nonce=nonce, raw=raw, hash=keccak(raw)
        )


def _refused_first(
    waiting: Sequence[Waiting], accepted: Sequence[Waiting], outcomes: Sequence[_Limit | LedgerApiError]
) -> Iterator[tuple[Waiting, LedgerApiError]]:
    for command, first, outcome in zip(waiting, accepted, outcomes, strict=False):
        if command is not first or not isinstance(outcome, LedgerApiError):
            return
        yield command, outcome

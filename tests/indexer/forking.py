"""A town whose chain can be taken back and continued otherwise, as a node does that changes its mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils import keccak

from contracts.abi import encode_call
from tests.conftest import CHAIN_ID, GAS_LIMIT, signer
from tests.contracts.neighbourhood import BANK, DEADLINE, FUND, donation, fresh_nonce
from wallets.intents import AttestDonations

if TYPE_CHECKING:
    from tests.conftest import Town


class ForkingTown:
    """Acts on the node itself, beside the journal that would not let it fork."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.deployment = town.deployment
        self._anvil = town.chain._anvil
        self.url = self._anvil.url
        self._donation_count = 0
        self._kept: dict[int, str] = {}

    async def give(self, *amounts_fen: int) -> str:
        """Sends one transaction that attests these donations; mined with the next block. Its hash."""
        donations = []
        for amount in amounts_fen:
            self._donation_count += 1
            donations.append(donation(f"gift {self._donation_count}", amount))
        intent = AttestDonations(
            fund=FUND, bank=BANK, donations=tuple(donations), nonce=fresh_nonce(), deadline=DEADLINE
        )
        call = intent.call(
            signer("treasurer").sign_intent(intent, self.town.domain(intent.CONTRACT)).signature
        )
        relayer = signer(f"relayer {keccak(text=str(self._donation_count)).hex()}")
        return str(
            await self._anvil.call(
                "eth_sendRawTransaction",
                "0x"
                + relayer.sign_transaction(
                    {
                        "chainId": CHAIN_ID,
                        "nonce": 0,
                        "gas": GAS_LIMIT,
                        "maxFeePerGas": 0,
                        "maxPriorityFeePerGas": 0,
                        "value": 0,
                        "data": encode_call(call.contract, call.function, *call.args),
                        "to": self.deployment.address(call.contract),
                    }
                ).hex(),
            )
        )

    async def mine(self, blocks: int = 1) -> None:
        """Mines what was sent, then empty blocks."""
        for _ in range(blocks):
            head = await self._anvil.call("eth_getBlockByNumber", "latest", False)
            await self._anvil.call(
                "evm_setNextBlockTimestamp", int(head["timestamp"], 16) + 1 + self._donation_count
            )
            await self._anvil.call("anvil_setNextBlockBaseFeePerGas", "0x0")
            await self._keep()
            await self._anvil.call("evm_mine")

    async def height(self) -> int:
        """Number of the node's last block."""
        return int(await self._anvil.call("eth_blockNumber"), 16)

    async def take_back(self, blocks: int) -> None:
        """Forgets the last blocks, which must have been mined here."""
        if blocks == 0:
            return
        await self._anvil.call("evm_revert", self._kept[await self.height() - blocks])

    async def _keep(self) -> None:
        self._kept[await self.height()] = await self._anvil.call("evm_snapshot")

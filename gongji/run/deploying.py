"""Puts the contracts of a town on its chain and writes where they are, for its processes and for auditors."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address
from web3 import AsyncWeb3
from web3.middleware import ExtraDataToPOAMiddleware
from web3.providers import AsyncBaseProvider

from audit.chain.qbft import decode_extra_data
from audit.evidence.pinned import TrustedContract
from audit.evidence.trust import Trust
from contracts.deploy import deploy
from contracts.roles import AuthorityRole
from gongji.keys import holder, service_key
from kit.errors import NodeRefusedError
from kit.rpc.async_client import AsyncRpcClient

if TYPE_CHECKING:
    from web3.types import RPCEndpoint, RPCResponse

    from contracts.deployment import Deployment
    from gongji.settings import Settings

TIMEOUT_SECONDS = 20


class BoundedProvider(AsyncBaseProvider):
    """web3 over our own client, which takes only so many bytes and so much time from a node."""

    def __init__(self, client: AsyncRpcClient) -> None:
        super().__init__()
        self._client = client

    async def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Asks a node.

        Raises:
            NodeError: None answers as it should.
        """
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": await self._client.call(method, *params)}
        except NodeRefusedError as error:
            refusal = {"code": error.code, "message": error.message, "data": error.data}
            return {"jsonrpc": "2.0", "id": 1, "error": refusal}  # type: ignore[typeddict-item]


async def deploy_town(settings: Settings) -> Deployment:
    """Deploys the contracts with the holders of offices and the town's processes in their roles; goes on with what was begun before.

    Raises:
        DeploymentError: A transaction failed or is in no block.
        NodeError: No node answers.
    """
    async with AsyncExitStack() as stack:
        client = AsyncRpcClient(settings.chain_urls, TIMEOUT_SECONDS)
        stack.push_async_callback(client.close)
        web3 = connection(BoundedProvider(client))
        holders = {role: holder(settings, role) for role in AuthorityRole}
        deployment = await deploy(web3, service_key(settings, "deployer"), holders, settings.passkey_domain)
        pinned = await trust(web3, deployment, settings.indexer.epoch_blocks)
    pinned.save(settings.path("trust.json"))
    deployment.save(settings.path("deployment.json"))
    return deployment


async def trust(web3: AsyncWeb3[Any], deployment: Deployment, epoch_blocks: int) -> Trust:
    """What an auditor pins of a chain, as its own nodes tell it. It is worth as much as the way on which it reaches the auditor.

    No block is pinned: that the auditor does, who verified it.

    Args:
        web3: Connection to the chain.
        deployment: Where the contracts are.
        epoch_blocks: QBFT epoch of the chain, which no block tells.
    """
    validators = _validators(await web3.eth.get_block(0))
    return Trust(
        chain_id=deployment.chain_id,
        genesis_hash=bytes.fromhex(deployment.genesis_hash[2:]),
        validators=validators,
        epoch_blocks=epoch_blocks if validators else 0,
        contracts=trusted(deployment),
        passkey_domain=deployment.passkey_domain,
    )


def trusted(deployment: Deployment) -> dict[str, TrustedContract]:
    """The contracts of a record as a trust file has them."""
    return {
        label: TrustedContract(
            address=to_canonical_address(c.address), code_hash=bytes.fromhex(c.code_hash[2:])
        )
        for label, c in deployment.contracts.items()
    }


def _validators(genesis: Any) -> tuple[bytes, ...] | None:
    """Who may seal block 1, ascending; None on an embedded chain, whose genesis names nobody."""
    extra = bytes(genesis["proofOfAuthorityData"])
    return tuple(sorted(decode_extra_data(extra).validators)) if extra else None


def connection(provider: BoundedProvider) -> AsyncWeb3[Any]:
    """web3 for any of our chains."""
    web3 = AsyncWeb3(provider)
    # web3 refuses more than 32 bytes of `extraData`, and there the seals of a network are.
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    return web3

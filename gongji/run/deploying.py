"""Puts the contracts of a town on its chain and writes where they are, for its processes and for auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils import to_canonical_address
from web3 import AsyncHTTPProvider, AsyncWeb3

from audit.evidence.trust import Trust, TrustedContract
from contracts.deploy import deploy
from contracts.roles import AuthorityRole
from gongji.keys import service_key

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from gongji.settings import Settings


async def deploy_town(settings: Settings) -> Deployment:
    """Deploys the contracts with the town's service keys as holders of the roles.

    Raises:
        DeploymentError: A transaction failed.
    """
    web3 = AsyncWeb3(AsyncHTTPProvider(settings.chain_url))
    try:
        holders = {role: service_key(settings, role.name.lower()).address for role in AuthorityRole}
        deployment = await deploy(web3, service_key(settings, "deployer"), holders)
        trust(deployment).save(settings.path("trust.json"))
        deployment.save(settings.path("deployment.json"))
        return deployment
    finally:
        await web3.provider.disconnect()


def trust(deployment: Deployment) -> Trust:
    """What an auditor pins of an embedded chain. It is worth as much as the way on which it reaches the auditor."""
    contracts = {
        name: TrustedContract(
            address=to_canonical_address(c.address), code_hash=bytes.fromhex(c.code_hash[2:])
        )
        for name, c in deployment.contracts.items()
    }
    genesis_hash = bytes.fromhex(deployment.genesis_hash[2:])
    return Trust(chain_id=deployment.chain_id, genesis_hash=genesis_hash, contracts=contracts)

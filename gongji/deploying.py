"""Puts the contracts of a town on its chain and writes where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web3 import AsyncHTTPProvider, AsyncWeb3

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
        deployment.save(settings.path("deployment.json"))
        return deployment
    finally:
        await web3.provider.disconnect()

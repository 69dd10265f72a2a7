"""A town is founded on a network: the contracts once, whatever ends the deployment, and a trust file from the chain itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from audit.evidence.trust import Trust
from contracts.deploy import deploy
from contracts.deployment_plan import created_at, plan
from contracts.errors import DeploymentError
from contracts.roles import AuthorityRole
from gongji.run.deploying import BoundedProvider, connection, deploy_town
from gongji.settings import load
from tests.audit.sealing import address
from tests.conftest import signer

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.settings import Settings
    from kit.rpc.async_client import AsyncRpcClient
    from tests.network.dress import Network

HOLDERS = {role: signer(role.name.lower()).address for role in AuthorityRole}


class EndedError(Exception):
    """The process that deploys was ended."""


class Ending(BoundedProvider):
    """Ends who asks for the so-many-th time, before or after the node got it."""

    def __init__(self, client: AsyncRpcClient, left: int, *, after: bool) -> None:
        super().__init__(client)
        self.left, self._after = left, after

    async def make_request(self, method: Any, params: Any) -> Any:
        self.left -= 1
        if self.left == 0 and self._after:
            await super().make_request(method, params)
        if self.left <= 0:
            raise EndedError
        return await super().make_request(method, params)


@pytest.fixture
def settings(network: Network, tmp_path: Path) -> Settings:
    """Settings of a town on the network."""
    return load(tmp_path, network="permissioned", rpc_urls=(network.url,))


async def test_a_town_is_founded_and_its_trust_file_names_the_validators_of_the_chain(
    network: Network, settings: Settings
) -> None:
    deployment = await deploy_town(settings)
    trust = Trust.load(settings.path("trust.json"))
    assert trust.validators == tuple(sorted(address(n) for n in range(4)))
    assert trust.epoch_blocks == settings.indexer.epoch_blocks
    assert trust.genesis_hash.hex() == network.sealer.blocks[0].hash[2:] == deployment.genesis_hash[2:]
    assert trust.pin is None, "a block is pinned by the auditor, who verified it"


@pytest.mark.parametrize("after", [False, True])
async def test_a_deployment_that_is_ended_anywhere_goes_on_and_deploys_nothing_twice(
    network: Network, client: AsyncRpcClient, *, after: bool
) -> None:
    deployer, requests, deployment = signer("deployer"), 1, None
    while deployment is None:
        provider = Ending(client, requests, after=after)
        try:
            deployment = await deploy(connection(provider), deployer, HOLDERS)
        except EndedError:
            requests += 13
    count = await client.call("eth_getTransactionCount", deployer.address, "latest")
    assert int(count, 16) == len(list(plan(deployer.address, HOLDERS)))
    assert len({c.address for c in deployment.contracts.values()}) == len(deployment.contracts)
    assert requests > 13, "nothing was ended"


class Lying(BoundedProvider):
    """A node that tells of another address for one contract, and of other code for another."""

    def __init__(self, client: AsyncRpcClient, *, moved: str = "", changed: str = "") -> None:
        super().__init__(client)
        self._moved, self._changed = moved.lower(), changed.lower()

    async def make_request(self, method: Any, params: Any) -> Any:
        answer: Any = await super().make_request(method, params)
        result = answer.get("result")
        if method == "eth_getTransactionReceipt" and result and result["contractAddress"] == self._moved:
            result["contractAddress"] = "0x" + "de" * 20
        if method == "eth_getCode" and params[0].lower() == self._changed:
            answer["result"] = "0x60ff"
        return answer


async def test_a_node_that_lies_of_a_contract_gets_into_no_record(client: AsyncRpcClient) -> None:
    deployer = signer("deployer")
    names = [step.creates for step in plan(deployer.address, HOLDERS) if step.creates]
    ledger, members = (created_at(deployer.address, names.index(name)) for name in ("Ledger", "Members"))
    lying = connection(Lying(client, changed=members))
    with pytest.raises(DeploymentError, match="other code than was built for Members"):
        await deploy(lying, deployer, HOLDERS)
    deployment = await deploy(connection(Lying(client, moved=ledger)), deployer, HOLDERS)
    assert deployment.address("Ledger") == ledger


async def test_a_key_that_has_sent_something_else_deploys_nothing(client: AsyncRpcClient) -> None:
    deployer = signer("deployer")
    other = {
        "chainId": 20_260, "nonce": 0, "gas": 30_000, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "value": 0,
        "data": b"", "to": deployer.address,
    }  # fmt: skip
    await client.call("eth_sendRawTransaction", "0x" + deployer.sign_transaction(other).hex())
    await asyncio.sleep(0.6)
    with pytest.raises(DeploymentError, match="has sent 1 transactions that are not of this deployment"):
        await deploy(connection(BoundedProvider(client)), deployer, HOLDERS)

"""A real chain with the real contracts, shared by all tests that need one."""

from __future__ import annotations

import gc
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
import structlog
from aiohttp import web
from eth_account import Account
from eth_utils import keccak
from hexbytes import HexBytes
from hypothesis import settings
from web3 import AsyncHTTPProvider, AsyncWeb3

from contracts.abi import decode_result, decode_revert, encode_call
from contracts.deploy import deploy
from contracts.deployment import LOCAL_DOMAIN, Deployment
from contracts.deployment_plan import CONSTRUCTORS, created_at
from contracts.errors import UnknownRevertError
from contracts.roles import AuthorityRole
from gongji.run.process import settle_heap
from gongji.sequencer.anvil import ChainConfig
from gongji.sequencer.chain import Chain
from gongji.sequencer.server import create_app
from tests.copies import lay_out, originals
from tests.offices import OfficeWays
from wallets.intents import Domain, Intent
from wallets.p256 import P256Signer
from wallets.passkey import PasskeySigner
from wallets.possession import prove_possession
from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from web3.types import TxParams

    from contracts.abi import Revert
    from wallets.signer import Signer

pytest_plugins = ("tests.past_rows", "tests.running_order")
# Two processes of tests share a machine with whatever else runs there: how long an example took says nothing.
settings.register_profile("without a deadline", deadline=None)
settings.load_profile("without a deadline")

CHAIN_ID = 77001
GENESIS_TIME = 1_750_000_000
GAS_LIMIT = 8_000_000


def pytest_configure() -> None:
    """The first process of a run has the folder of what is copied before it starts the others."""
    originals()
    # Nearly all that is made while tests are collected stays.
    gc.set_threshold(50_000)
    # By itself the library tells a fault with the values of all variables, which takes it seconds.
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer()])


def pytest_collection_finish() -> None:
    """What was imported stays, as in a process of a town: to look at it again and again takes a twentieth of the run."""
    settle_heap()


class RefusedError(Exception):
    """A contract refused a transaction of a test."""

    def __init__(self, revert: Revert) -> None:
        super().__init__(str(revert))
        self.revert = revert
        self.name = revert.name


@cache
def signer(name: str) -> LocalSigner:
    """The throw-away key of a named person."""
    return LocalSigner(Account.from_key(keccak(text=f"test key of {name}")))


@cache
def member_id(name: str) -> bytes:
    """The member id of a named person, 16 bytes."""
    return keccak(text=f"member {name}")[:16]


def created(contract: str) -> str:
    """Where the deployer of the tests creates a contract on each of their chains."""
    return created_at(signer("deployer").address, ("Authority", *CONSTRUCTORS).index(contract))


@cache
def passkey(name: str) -> PasskeySigner:
    """The throw-away passkey of a named person."""
    return PasskeySigner(keccak(text=f"passkey of {name}"), created("PasskeyVerifier"), LOCAL_DOMAIN)


@cache
def p256(name: str) -> P256Signer:
    """The throw-away P-256 key of a named person."""
    return P256Signer(keccak(text=f"card of {name}"), created("P256Verifier"))


def held_by(name: str, key: Signer) -> tuple[str, bytes]:
    """A key with the proof that a named member holds it, as registering and adding take them."""
    domain = Domain(contract="Members", chain_id=CHAIN_ID, address=created("Members"))
    return key.address, prove_possession(key, member_id(name), domain)


HOLDERS = {role: signer(role.name.lower()) for role in AuthorityRole}


@dataclass
class Town:
    """A running chain with deployed contracts, and short words for what tests do on it."""

    url: str
    chain: Chain
    web3: AsyncWeb3[Any]
    deployment: Deployment

    def domain(self, contract: str) -> Domain:
        return Domain(contract=contract, chain_id=CHAIN_ID, address=self.deployment.address(contract))

    @property
    def ways(self) -> OfficeWays:
        """How the calls of offices go."""
        return OfficeWays({role: held.address for role, held in HOLDERS.items()}, self.deployment.address)

    async def send(self, by: LocalSigner, contract: str, function: str, *args: Any) -> dict[str, Any]:
        """Sends a call, an office's through `Offices`, mines it, and returns its receipt.

        Raises:
            RefusedError: The contract refuses.
        """
        if way := self.ways.through(by.address, contract, function, args):
            contract, function, args = way
        data = encode_call(contract, function, *args)
        transaction = {
            "chainId": CHAIN_ID, "nonce": self.chain.next_nonce(by.address), "gas": GAS_LIMIT, "maxFeePerGas": 0,
            "maxPriorityFeePerGas": 0, "value": 0, "data": data, "to": self.deployment.address(contract),
        }  # fmt: skip
        transaction_hash = await self.chain.submit(by.sign_transaction(transaction))
        await self.chain.mine()
        receipt = await self.web3.eth.wait_for_transaction_receipt(
            HexBytes(transaction_hash), timeout=10, poll_latency=0.01
        )
        if receipt["status"] != 1:
            call = {"from": by.address, "to": transaction["to"], "data": data, "gas": GAS_LIMIT}
            raise RefusedError(await self._why(call, receipt["blockNumber"]))
        return dict(receipt)

    async def carry(self, by: LocalSigner, intent: Intent) -> dict[str, Any]:
        """Signs an intent by one key and submits it by another, as the relayer does."""
        call = intent.call(by.sign_intent(intent, self.domain(intent.CONTRACT)).signature)
        return await self.send(signer("relayer"), call.contract, call.function, *call.args)

    async def read(self, contract: str, function: str, *args: Any) -> Any:
        """Asks a view at the head."""
        call = {"to": self.deployment.address(contract), "data": encode_call(contract, function, *args)}
        return decode_result(contract, function, await self.web3.eth.call(cast("TxParams", call)))

    async def wait(self, seconds: int) -> None:
        """Lets time pass on the chain's clock."""
        self.chain.set_clock(self.chain.now() + seconds)
        await self.chain.mine(empty=True)

    async def _why(self, call: dict[str, Any], block: int) -> Revert:
        trace = await self.web3.provider.make_request("eth_call", [_hexed(call), hex(block)])
        data = trace["error"].get("data", "0x")
        try:
            return decode_revert(bytes.fromhex(str(data)[2:]))
        except UnknownRevertError as error:
            raise AssertionError(f"reverted without a known error: {error} {trace}") from error


def _hexed(call: dict[str, Any]) -> dict[str, Any]:
    return call | {"data": "0x" + call["data"].hex(), "gas": hex(call["gas"])}


@pytest.fixture(scope="session")
def holders() -> dict[AuthorityRole, LocalSigner]:
    """Who holds each role of the authority in the tests."""
    return HOLDERS


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A fresh chain with the contracts deployed and nothing in them."""
    async with open_town(tmp_path) as opened:
        yield opened


async def deployed(folder: Path) -> None:
    """Makes the journal of a chain with the contracts deployed, and the record of where they are."""
    async with _running(folder) as (_, _, web3):
        deployment = await deploy(web3, signer("deployer"), {r: s.address for r, s in HOLDERS.items()})
        deployment.save(folder / "deployment.json")


@asynccontextmanager
async def open_town(folder: Path, begin: Callable[[Path], Awaitable[None]] = deployed) -> AsyncIterator[Town]:
    """A chain of its own for whoever opens it, with its journal in the folder.

    Args:
        folder: An empty folder, or one that holds nothing of a town yet.
        begin: Makes what the town begins with, as `lay_out` needs it.
    """
    await lay_out(folder, begin)
    async with resume_town(folder) as town:
        yield town


@asynccontextmanager
async def resume_town(folder: Path) -> AsyncIterator[Town]:
    """The chain whose journal is in the folder."""
    async with _running(folder) as (url, chain, web3):
        deployment = Deployment.load(folder / "deployment.json")
        yield Town(url=url, chain=chain, web3=web3, deployment=deployment)


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[tuple[str, Chain, AsyncWeb3[Any]]]:
    chain = Chain(
        folder / "chain.journal", ChainConfig(chain_id=CHAIN_ID, genesis_time=GENESIS_TIME), block_seconds=0
    )
    await chain.start()
    chain.set_clock(GENESIS_TIME)
    runner = web.AppRunner(create_app(chain, simulated_clock=True))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    web3 = AsyncWeb3(AsyncHTTPProvider(url))
    yield url, chain, web3
    await web3.provider.disconnect()
    await runner.cleanup()
    await chain.stop()

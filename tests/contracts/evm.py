"""The same contracts in an EVM inside this process: a thousand times faster than a chain, for properties and refusals.

It runs the committed code, deployed by the real plan, with real signatures. It has no blocks and no receipts; what needs
those is tested on the chain (`tests.conftest.town`).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

import pyrevm
import pytest
from eth_utils import to_checksum_address

from contracts.abi import decode_result, decode_revert, encode_call
from contracts.deployment_plan import creation, plan
from contracts.roles import GUARDED, AuthorityRole, waits
from tests.conftest import CHAIN_ID, GENESIS_TIME, HOLDERS, RefusedError, signer
from tests.offices import Call, OfficeWays
from wallets.intents import Domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallets.intents import Intent
    from wallets.signer import LocalSigner, Signer

OUTPUT = re.compile(r"output: 0x([0-9a-f]*)")
BLOCK_GAS = 100_000_000
HOLDER_KEYS = {role: held.address for role, held in HOLDERS.items()}


def machine(block: pyrevm.BlockEnv, **limits: int) -> pyrevm.EVM:
    """An EVM with nothing in it."""
    config = pyrevm.CfgEnv(chain_id=CHAIN_ID, **limits)
    return pyrevm.EVM(env=pyrevm.Env(cfg=config, block=block), spec_id="CANCUN")


class EvmTown:
    """Deployed contracts with the same short words as the town on the chain, without waiting.

    Attributes:
        now: Time of the block, seconds since 1970.
        ways: How the calls of offices go.
    """

    def __init__(self) -> None:
        self.now, self._height = GENESIS_TIME, 1
        self.evm = machine(self._block())
        self._done: list[tuple[str, tuple[Any, ...]]] = []
        self._addresses: dict[str, str] = {}
        deployer = signer("deployer").address
        self.ways = OfficeWays(HOLDER_KEYS, self.address)
        for step in plan(deployer, HOLDER_KEYS):
            if step.to:
                self._do("message_call", deployer, step.to, step.data)
            else:
                created = self._do("deploy", deployer, step.data)
                self._addresses[str(step.creates)] = to_checksum_address(created)

    def twin(self) -> EvmTown:
        """Another town in the same state. What was done to this one is done to it, with nothing encoded or signed anew."""
        twin = copy(self)
        twin._addresses, twin._done = dict(self._addresses), []
        twin.ways = OfficeWays(HOLDER_KEYS, twin.address)
        first = pyrevm.BlockEnv(number=1, timestamp=GENESIS_TIME, gas_limit=BLOCK_GAS)
        twin.evm = machine(first)
        for method, args in self._done:
            twin._do(method, *args)
        return twin

    def _do(self, method: str, *args: Any) -> Any:
        """Changes the state, and remembers how."""
        self._done.append((method, args))
        return getattr(self.evm, method)(*args)

    def address(self, contract: str) -> str:
        return self._addresses[contract]

    @property
    def addresses(self) -> dict[str, str]:
        """Where the contracts are, by name."""
        return dict(self._addresses)

    def deploy_anew(self, contract: str) -> str:
        """Deploys a new version of a module, with no right yet; its address."""
        created = self._do("deploy", signer("deployer").address, creation(contract, self._addresses))
        return to_checksum_address(created)

    def point(self, contract: str, address: str) -> None:
        """From now on the contract's name means the one at this address."""
        self._addresses[contract] = address

    def domain(self, contract: str) -> Domain:
        return Domain(contract=contract, chain_id=CHAIN_ID, address=self.address(contract))

    def send(self, by: LocalSigner, contract: str, function: str, *args: Any) -> None:
        """Calls from a key, an office's through `Offices`; what that would not forward, from the account of the office itself.

        Raises:
            RefusedError: The contract refuses, and nothing has changed.
        """
        way = self.ways.through(by.address, contract, function, args)
        if way and self._is_forwarded(contract, function, way):
            self._call(by.address, *way)
            return
        if contract == "Authority" or function in GUARDED.get(contract, {}):
            self.send_itself(by, contract, function, *args)
        else:
            self._call(by.address, contract, function, args)

    def send_itself(self, by: LocalSigner, contract: str, function: str, *args: Any) -> None:
        """Calls from the account of a key's office, around `Offices`: what the other contracts say to it."""
        if (contract, function) == ("Authority", "cancel"):
            args = (self.ways.account(args[0]), *args[1:])
        with self._sending(self.ways.account(by.address)) as caller:
            self._call(caller, contract, function, args)

    @contextmanager
    def _sending(self, account: str) -> Iterator[str]:
        """Inside, an account sends transactions itself, which no contract does (EIP-3607)."""
        info = self.evm.basic(account)
        self._do("insert_account_info", account, pyrevm.AccountInfo(nonce=info.nonce, balance=info.balance))
        try:
            yield account
        finally:
            code = pyrevm.AccountInfo(
                nonce=self.evm.basic(account).nonce,
                balance=info.balance,
                code=info.code,
                code_hash=info.code_hash,
            )
            self._do("insert_account_info", account, code)

    def _is_forwarded(self, contract: str, function: str, way: Call) -> bool:
        """Whether `Offices` does it: an act that does not wait; or a change, announced or called off by the office itself."""
        if way[1] != "actForOffice":
            return True
        if function not in GUARDED[contract] or not waits(contract, function):
            return function in GUARDED[contract]
        is_admins = GUARDED[contract][function] is AuthorityRole.ADMIN
        return not is_admins and self.read("Authority", "foundedAt") == 0

    def carry(self, by: Signer, intent: Intent) -> None:
        """Signs an intent by one key and submits it by another, as the relayer does."""
        call = intent.call(by.sign_intent(intent, self.domain(intent.CONTRACT)).signature)
        self.send(signer("relayer"), call.contract, call.function, *call.args)

    def act(self, by: LocalSigner, intent: Intent) -> None:
        """Does what an intent says by a direct call of the key, with no signature."""
        call = intent.call(b"")
        self.send(by, call.contract, call.function, *call.args)

    def read(self, contract: str, function: str, *args: Any) -> Any:
        """Asks a view."""
        data = self._call(signer("reader").address, contract, function, args)
        return decode_result(contract, function, data)

    def wait(self, seconds: int) -> None:
        """Lets time pass, and mines a block."""
        self.now, self._height = self.now + seconds, self._height + 1
        self._do("set_block_env", self._block())

    def _block(self) -> pyrevm.BlockEnv:
        return pyrevm.BlockEnv(number=self._height, timestamp=self.now, gas_limit=BLOCK_GAS)

    def _call(self, caller: str, contract: str, function: str, args: tuple[Any, ...]) -> bytes:
        return self.call(caller, contract, encode_call(contract, function, *args))

    def call(self, caller: str, contract: str, data: bytes) -> bytes:
        """Calls from an address with calldata; raises RefusedError if the contract refuses."""
        try:
            return bytes(self._do("message_call", caller, self.address(contract), data))
        except RuntimeError as error:
            found = OUTPUT.search(str(error))
            if found is None:
                raise
            raise RefusedError(decode_revert(bytes.fromhex(found.group(1)))) from None


@contextmanager
def refused(name: str, **args: Any) -> Iterator[None]:
    """What happens inside must be refused with this error, and with these arguments of it."""
    with pytest.raises(RefusedError) as caught:
        yield
    revert = caught.value.revert
    assert revert.name == name, str(revert)
    assert {key: revert.args[key] for key in args} == args

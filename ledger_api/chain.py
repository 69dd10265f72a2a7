"""The chain as this package needs it: simulate, send, count nonces, and ask why a transaction failed.

A simulation runs at the time that the next block will have at the least, since
notice periods and deadlines are judged by block time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from contracts.abi import decode_revert
from contracts.errors import UnknownRevertError
from kit.errors import NodeError, NodeRefusedError
from kit.rpc.async_client import AsyncRpcClient
from kit.rpc.codec import quantity
from ledger_api.errors import ChainRefusedError, ChainUnreachableError, LedgerApiError, RuleRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.abi import Revert
    from kit.rpc.codec import Json

TIMEOUT_SECONDS = 20

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last block of the chain.

    Attributes:
        number: Its number.
        time: Its timestamp, seconds since 1970.
    """

    number: int
    time: int


class ChainClient:
    """Connection to the nodes of the chain; if one does not answer, the next is asked. Opens at the first call."""

    def __init__(self, rpc_urls: Sequence[str], timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Connects when it is first asked.

        Args:
            rpc_urls: Addresses of nodes.
            timeout_seconds: How long each may take to answer.
        """
        self._rpc = AsyncRpcClient(rpc_urls, timeout_seconds)

    async def close(self) -> None:
        """Closes the connections."""
        await self._rpc.close()

    async def head(self) -> Head:
        """The last block."""
        return await self._read(_head, "eth_getBlockByNumber", "latest", False)

    async def next_block_time(self, now: int) -> int:
        """Time that the next block has at the least: the clock's, or one above the last block's if that ran ahead.

        It is asked each time: at an earlier time the chain would refuse a role or seat that was given a block ago.

        Args:
            now: Seconds since 1970.
        """
        return max((await self.head()).time + 1, now)

    async def estimate_gas(self, sender: str, to: str, data: bytes, *, at_time: int) -> int:
        """Gas that a call would take now.

        Args:
            sender: Address that would send it.
            to: Address of the contract.
            data: Calldata.
            at_time: Block time to assume, seconds since 1970.

        Raises:
            RuleRefusedError: The contract would refuse it.
        """
        call = {"from": sender, "to": to, "data": "0x" + data.hex()}
        return await self._read(quantity, "eth_estimateGas", call, "latest", {}, {"time": hex(at_time)})

    async def nonce(self, address: str) -> int:
        """Next nonce of an account by the last block."""
        return await self._read(quantity, "eth_getTransactionCount", address, "latest")

    async def send(self, raw: bytes) -> None:
        """Hands a signed transaction over. The same bytes may be sent again."""
        await self._read(str, "eth_sendRawTransaction", "0x" + raw.hex())

    async def agreed_call(self, to: str, data: bytes) -> bytes:
        """What a view returns as of the last block, by more than half of all nodes.

        Args:
            to: Address of the contract.
            data: Calldata.

        Raises:
            ChainUnreachableError: So many do not give the same answer.
        """
        try:
            return _bytes(await self._rpc.agreed("eth_call", {"to": to, "data": "0x" + data.hex()}, "latest"))
        except (NodeError, ValueError) as error:
            raise ChainUnreachableError(str(error)) from error

    async def why(self, sender: str, to: str, data: bytes, block_number: int) -> Revert | None:
        """Why a transaction failed: what its call says now before its block, and after it.

        Before it, what the same block changed first is not seen, nor its time; after it, both are.

        Args:
            sender: Address that sent it.
            to: Address of the contract.
            data: Calldata.
            block_number: Its block.

        Returns:
            The contract's reason; None if there is none, as for what ran out of gas, or the node has no state of the block.
        """
        call = {"from": sender, "to": to, "data": "0x" + data.hex()}
        for number in (block_number - 1, block_number):
            try:
                await self._read(_bytes, "eth_call", call, hex(number))
            except RuleRefusedError as error:
                return error.revert
            except ChainRefusedError:
                continue
        return None

    async def _read(self, parse: Callable[[Json], T], method: str, *params: Json) -> T:
        """The result of a method, parsed.

        Raises:
            RuleRefusedError: A contract refused.
            ChainRefusedError: The node answered with another error.
            ChainUnreachableError: It did not answer, or not with what the method gives.
        """
        try:
            return await self._rpc.read(parse, method, *params)
        except NodeRefusedError as error:
            raise _refusal(error) from error
        except NodeError as error:
            raise ChainUnreachableError(str(error)) from error


def _head(block: Json) -> Head:
    return Head(number=quantity(block["number"]), time=quantity(block["timestamp"]))


def _bytes(text: Json) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _refusal(error: NodeRefusedError) -> LedgerApiError:
    if isinstance(error.data, str) and len(error.data) >= 10:
        try:
            return RuleRefusedError(decode_revert(bytes.fromhex(error.data[2:])))
        except (UnknownRevertError, ValueError):
            pass
    return ChainRefusedError(f"expected {error.method} to work, got: {error.message}")

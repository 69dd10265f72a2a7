"""The Anvil process: started, asked, and replayed into."""

from __future__ import annotations

import asyncio
import platform
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gongji.errors import AnvilError
from kit.errors import NodeRefusedError, NodeUnreachableError
from kit.rpc.async_client import AsyncRpcClient

ROOT = Path(__file__).resolve().parents[2]

TIMEOUT_SECONDS = 120
# Lives as long as the pipe from the sequencer: when the sequencer dies, even by kill -9, `read` ends and so does Anvil.
LEASH = '"$@" & anvil=$!; read -r _; kill -9 "$anvil" 2>/dev/null'

Json = Any


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainConfig:
    """What the chain is. It cannot change after the first block.

    Attributes:
        chain_id: EIP-155 chain id.
        genesis_time: Timestamp of block 0, seconds since 1970.
        gas_limit: Gas limit of every block.
    """

    chain_id: int
    genesis_time: int
    gas_limit: int = 100_000_000

    def as_record(self) -> dict[str, int]:
        """The form it has in the journal."""
        return asdict(self)


class Anvil:
    """One Anvil process with the state that was replayed into it."""

    def __init__(self, config: ChainConfig) -> None:
        self._config = config
        self._process: asyncio.subprocess.Process | None = None
        self._rpc: AsyncRpcClient | None = None
        self.url = ""

    async def start(self) -> None:
        """Starts a process at genesis.

        Raises:
            AnvilError: It does not start.
        """
        self.url = f"http://127.0.0.1:{(port := _free_port())}"
        command = [str(_installed()), "--port", str(port), *_flags(self._config)]
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            "sh", "-c", LEASH, "leash", *command, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet
        )
        self._rpc = AsyncRpcClient([self.url], TIMEOUT_SECONDS)
        for _ in range(200):
            try:
                await self.call("eth_chainId")
            except NodeUnreachableError:
                await asyncio.sleep(0.02)
            else:
                return
        await self.stop()
        raise AnvilError(
            "Anvil 没有回答 Anvil does not answer",
            f"已启动 {command[0]} was started on {self.url}",
            "检查本机 check this machine: `gongji doctor`",
        )

    async def stop(self) -> None:
        """Ends the process."""
        if self._rpc:
            await self._rpc.close()
        if self._process and self._process.stdin:
            self._process.stdin.close()
            await self._process.wait()
        self._process = self._rpc = None

    async def forward(self, body: bytes) -> bytes:
        """Passes a JSON-RPC body on and its answer back, unread.

        Raises:
            NodeUnreachableError: It does not answer.
        """
        return await self._started().forward(body)

    async def call(self, method: str, *params: Json) -> Json:
        """Calls a method.

        Raises:
            AnvilError: It answers with an error.
            NodeUnreachableError: It does not answer.
        """
        try:
            return await self._started().call(method, *params)
        except NodeRefusedError as error:
            raise AnvilError(
                f"Anvil 拒绝了 Anvil refused {method}",
                f"它的回答 it says: {error.message}",
                "查看链的日志 read the log of the chain",
            ) from None

    def _started(self) -> AsyncRpcClient:
        if self._rpc is None:
            raise NodeUnreachableError("Anvil is not started")
        return self._rpc

    async def execute(self, timestamp: int, raw_transactions: list[str]) -> list[str]:
        """Mines one block and does not look at it; a replay looks at the last one, whose hash covers all.

        Args:
            timestamp: Its timestamp, seconds since 1970.
            raw_transactions: Signed transactions, 0x and hex digits.

        Returns:
            Hashes of the transactions.
        """
        hashes = [await self.call("eth_sendRawTransaction", raw) for raw in raw_transactions]
        await self.call("anvil_setNextBlockBaseFeePerGas", "0x0")
        await self.call("evm_mine", {"timestamp": timestamp})
        return hashes

    async def hash_of(self, number: int) -> str | None:
        """Hash of a block, 0x and 64 hex digits; None if there is none."""
        block = await self.call("eth_getBlockByNumber", hex(number), False)
        return str(block["hash"]) if block else None

    async def mine(self, number: int, timestamp: int, raw_transactions: list[str]) -> str:
        """Mines one block of exactly these transactions, in this order.

        Args:
            number: Number that the block must get.
            timestamp: Its timestamp, seconds since 1970.
            raw_transactions: Signed transactions, 0x and hex digits.

        Returns:
            Its hash, 0x and 64 hex digits.

        Raises:
            AnvilError: The block is not what was asked for.
        """
        hashes = await self.execute(timestamp, raw_transactions)
        block = await self.call("eth_getBlockByNumber", "latest", False)
        if int(block["number"], 16) != number or block["transactions"] != hashes:
            raise AnvilError(
                f"区块 {number} 与要求不符 block {number} is not what was asked for",
                f"Anvil 出的区块不同 Anvil mined block {int(block['number'], 16)} with {len(block['transactions'])} of {len(hashes)} transactions",
                "重新启动链，它会重放日志 restart the chain; it replays its journal",
            )
        return str(block["hash"])


def _flags(config: ChainConfig) -> list[str]:
    return [
        "--no-mining", "--order", "fifo", "--accounts", "0", "--silent", "--no-cors",
        "--hardfork", "osaka", "--base-fee", "0", "--gas-price", "0",
        "--chain-id", str(config.chain_id),
        "--timestamp", str(config.genesis_time),
        "--gas-limit", str(config.gas_limit),
    ]  # fmt: skip


def binary() -> Path:
    """Where Anvil is installed, whether or not it is there."""
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), platform.system().lower())
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return ROOT / "node_modules" / "@foundry-rs" / f"anvil-{system}-{machine}" / "bin" / "anvil"


def _installed() -> Path:
    path = binary()
    if not path.exists():
        raise AnvilError(
            "缺少 Anvil is missing",
            f"没有文件 {path} is not there",
            "运行 run `./run demo` or `./run test`, which install it",
        )
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

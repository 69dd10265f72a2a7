"""What each routine act reads and writes in storage, and on what its gas goes, traced on the chain.

A transaction pays 21,000 and for its calldata, then for each account and each word of storage: a first look costs 2,100 (2,600
for an account), a word that was zero and is none any more 20,000, another change 2,900, one more look or change 100. The rest
is computing: hashes, signatures, events, memory.

    .venv/bin/python -m tests.contracts.slots
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.abi import artifact
from tests.conftest import open_town
from tests.contracts.gas import founded_with_five_seats, measure

if TYPE_CHECKING:
    from tests.conftest import Town
    from tests.contracts.gas import Measured, Sent

TABLE = Path(__file__).parent / "golden" / "slots.txt"
FIRST_LOOK, FIRST_CALL, AGAIN, NEW_WORD = 2_100, 2_600, 100, 20_000
TRANSACTION, BYTE, ZERO_BYTE = 21_000, 16, 4
STRUCT_WORDS, LARGEST_PRECOMPILE = 16, 0x100
CALLS = {"CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"}
# What of the gas is spent on what.
CAUSES = ("intrinsic", "accounts", "first looks", "new words", "changes", "again", "computing")


@dataclass(slots=True)
class Trace:
    """What a transaction did.

    Attributes:
        words: How often each word was read and written, by the name of the variable and what it cost.
        gas: What of its gas is spent on what.
    """

    words: Counter[tuple[str, str]] = field(default_factory=Counter)
    gas: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Frame:
    """A call that goes on: whose storage it uses, and the two words of scratch memory, where keys of mappings are hashed."""

    address: str
    scratch: dict[int, int] = field(default_factory=dict)


class Reader:
    """Reads the steps of one transaction."""

    def __init__(self, contracts: dict[str, str], to: str) -> None:
        self._contracts, self._frames = contracts, [Frame(to)]
        self._seen, self._touched = {to}, set[tuple[str, int]]()
        self._parents: dict[int, int] = {}
        self.trace = Trace()

    def read(self, steps: list[dict[str, Any]]) -> Trace:
        """Follows all steps."""
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            del self._frames[step["depth"] :]
            stack = [int(word, 16) for word in step["stack"][-7:]]
            self._follow(step, stack, following)
        return self.trace

    def _follow(self, step: dict[str, Any], stack: list[int], following: dict[str, Any] | None) -> None:
        frame, name = self._frames[-1], step["op"]
        if name == "MSTORE" and stack[-1] in (0, 32):
            frame.scratch[stack[-1]] = stack[-2]
        elif name in ("KECCAK256", "SHA3") and stack[-2:] == [64, 0] and following:
            self._parents[int(following["stack"][-1], 16)] = frame.scratch.get(32, 0)
        elif name in ("SLOAD", "SSTORE"):
            self._count_word(frame.address, stack[-1], name, step["gasCost"])
        elif name in CALLS:
            self._enter(frame, name, f"0x{stack[-2] % 2**160:040x}")

    def _enter(self, frame: Frame, name: str, address: str) -> None:
        if int(address, 16) > LARGEST_PRECOMPILE:
            self.trace.gas["accounts"] += AGAIN if address in self._seen else FIRST_CALL
        self._seen.add(address)
        self._frames.append(Frame(frame.address if name in ("DELEGATECALL", "CALLCODE") else address))

    def _count_word(self, address: str, slot: int, name: str, gas: int) -> None:
        is_first = (address, slot) not in self._touched
        self._touched.add((address, slot))
        costs = Counter({"first looks": FIRST_LOOK if is_first else 0})
        rest = gas - costs["first looks"]
        change = "new words" if rest >= NEW_WORD else "changes" if rest > AGAIN else "again"
        costs[change] += rest
        self.trace.gas += +costs
        what = "read" if name == "SLOAD" else "written"
        verb = {"new words": "new word", "changes": "changed"}.get(
            change, f"{what} {'first' if is_first else 'again'}"
        )
        self.trace.words[self._variable(address, slot), verb] += 1

    def _variable(self, address: str, slot: int) -> str:
        """Contract and variable that a word belongs to, and which word of it where it has several."""
        base, place = slot, 0
        while (
            offset := next((d for d in range(STRUCT_WORDS) if base - d in self._parents), None)
        ) is not None:
            place = place if base != slot else offset
            base = self._parents[base - offset]
        contract = self._contracts[address]
        name = next(
            e["label"] for e in reversed(artifact(contract)["storage"]["storage"]) if int(e["slot"]) <= base
        )
        return f"{contract}.{name}" + (f" word {place}" if place else "")


async def trace(town: Town, sent: Sent) -> Trace:
    """What a transaction did.

    Raises:
        AssertionError: The node does not say it.
    """
    contracts = {c.address.lower(): name for name, c in town.deployment.contracts.items()}
    hexed = f"0x{sent.transaction.hex()}"
    transaction = await _ask(town, "eth_getTransactionByHash", hexed)
    before = hex(int(transaction["blockNumber"], 16) - 1)
    block = await _ask(town, "eth_getBlockByNumber", transaction["blockNumber"], False)
    call = {key: transaction[key] for key in ("from", "to", "input", "gas")}
    options = {
        "enableMemory": False,
        "blockOverrides": {"time": block["timestamp"], "number": block["number"]},
    }
    steps = await _ask(town, "debug_traceCall", call, before, options)
    assert int(steps["gas"]) == sent.gas, (steps["gas"], sent)
    found = Reader(contracts, transaction["to"].lower()).read(steps["structLogs"])
    data = bytes.fromhex(transaction["input"][2:])
    zeros = data.count(0)
    found.gas["intrinsic"] = TRANSACTION + BYTE * (len(data) - zeros) + ZERO_BYTE * zeros
    found.gas["computing"] = sent.gas - found.gas.total()
    return found


async def table(town: Town, measured: Measured) -> str:
    """The golden file's text: of each act its transactions, with their gas by cause and the words of storage."""
    parts = []
    for name, routine in measured.items():
        parts.append(f"{name}: {routine.gas}" + (f" of {routine.count}" if routine.count > 1 else ""))
        for sent in routine.sent if routine.is_traced else ():
            found = await trace(town, sent)
            causes = ", ".join(f"{cause} {found.gas[cause]}" for cause in CAUSES)
            parts.append(f"  {sent.function}: {sent.gas} = {causes}")
            parts += [f"    {word}: {what}" for word, what in _by_word(found)]
    return "\n".join(parts) + "\n"


def _by_word(found: Trace) -> list[tuple[str, str]]:
    words = dict[str, list[str]]()
    for (word, what), count in sorted(found.words.items()):
        words.setdefault(word, []).append(what if count == 1 else f"{what} {count} times")
    return [(word, ", ".join(what)) for word, what in words.items()]


async def _ask(town: Town, method: str, *params: Any) -> Any:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = json.loads(await town.chain.forward(json.dumps(body).encode()))
    assert "result" in answer, answer
    return answer["result"]


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_town(Path(folder), founded_with_five_seats) as town:
            sys.stdout.write(await table(town, await measure(town)))


if __name__ == "__main__":
    asyncio.run(_main())

"""Gas of every routine act of a neighbourhood, measured on a fresh chain.

    python -m benchmarks.gas.run

Prints each act with its gas, and for acts with a target how it compares. Direct and relayed, alone and in a batch, one
signature at a time and collected are measured on the same chain in the same run.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.conftest import open_town
from tests.contracts.gas import measure
from tests.contracts.neighbourhood import founded

TARGETS = {
    "donation alone of a public donor, direct": 85_000,
    "donation alone, relayed": 85_000,
    "donation in a batch of 50, relayed": 32_000,
    "disbursement cycle, four approvals, direct": 450_000,
    "disbursement cycle, four approvals, relayed": 450_000,
    "disbursement cycle, four approvals, paid with proof, relayed": 450_000,
    "disbursement cycle, collected signatures, relayed": 200_000,
}


async def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_town(Path(folder), founded) as town:
            measured = await measure(town)
    width = max(map(len, measured))
    for name, gas in measured.items():
        target = TARGETS.get(name)
        comparison = f"   {gas / target:.2f} of the target of {target:,}" if target else ""
        print(f"{name:{width}}  {gas:>8,}{comparison}")
    alone, batch = measured["donation alone, relayed"], measured["donation in a batch of 50, relayed"]
    single = measured["disbursement cycle, four approvals, relayed"]
    collected = measured["disbursement cycle, collected signatures, relayed"]
    print(f"{'batch against alone':{width}}  {alone / batch:>7.1f}x cheaper")
    print(f"{'collected against single signatures':{width}}  {single / collected:>7.1f}x cheaper")


if __name__ == "__main__":
    asyncio.run(main())

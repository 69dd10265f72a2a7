"""What acts cost, measured and traced on the chain, and compared with the golden files.

A change that makes an act dearer or cheaper is written down with WRITE_GOLDEN=1 and reviewed with the change.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from tests.conftest import open_town
from tests.contracts.gas import GOLDEN, founded_with_five_seats, measure, text
from tests.contracts.slots import TABLE, table

if TYPE_CHECKING:
    from pathlib import Path

# Of a request some 40,000 keep what its line, requester and payee got lately (p23); who proved the payment (p15) its bank line says.
# Each signed act marks its nonce for some 5,000, so that it may be called back, and collected approvals read for 2,100 whether any
# was (p52).
# Of a donation some 2,700 read the bank account of the fund, 400 keep who attested it (p12, p14), and 4,800 keep its bank line
# beside the ledger, where no new version forgets it (p50).
# Each signed act tells the kinds of keys apart for some 500.
# Each act on a request tells which committee decides for some 300, so that one that is referred goes on above.
# Of a donation 150 are Funds' longer list of functions.
# Each account that a transfer touches tells for some 80 whether it was or is empty, so that a fund is known to be (p54).
# `Rounds` asks in one place whether a module calls, for some 30 a call and 2,800 bytes less.
# A lot reads its order out of its id and keeps no second word, for 25,500 less, of which the way that settles many takes some 1,500.
# Legs to one payee are summed before its balance is changed, for some 150 where there is one leg, and 1,000 less in a batch.
LIMITS = {
    "visit from the task to the credit, relayed": 280_000,
    "donation alone of a public donor, direct": 91_000,
    "donation alone, direct": 91_200,
    "donation alone, relayed": 105_000,
    "donation in a batch of 50, direct": 31_000,
    "donation in a batch of 50, relayed": 32_000,
    "matched gift of a new household, relayed": 160_000,
    "disbursement cycle, four approvals, direct": 581_000,
    "disbursement cycle, four approvals, paid with proof, relayed": 562_000,
    "disbursement cycle, collected signatures, relayed": 330_000,
    "lot taken and settled, relayed": 200_000,
    "lot settled in a batch of 50, relayed": 70_000,
}


async def test_gas_of_every_routine_act_is_the_golden_files(tmp_path: Path) -> None:
    async with open_town(tmp_path, founded_with_five_seats) as town:
        routines = await measure(town)
        traced = await table(town, routines)
    measured = text(routines)
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(measured)
        TABLE.write_text(traced)
    assert measured == GOLDEN.read_text()
    assert traced == TABLE.read_text()


def test_headline_figures_are_kept() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert {name: golden[name] for name, limit in LIMITS.items() if golden[name] >= limit} == {}

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

# Of a request some 22,000 keep who proved the payment (p15), and 40,000 what its line, requester and payee got lately (p23).
# Each signed act marks its nonce for some 5,000, so that it may be called back, and an approval reads its own for 2,100 (p52).
# Of a donation some 2,700 read the bank account of the fund, 400 keep who attested it (p12, p14), and 4,800 keep its bank line
# beside the ledger, where no new version forgets it (p50).
# Each signed act tells the kinds of keys apart for some 500, and a collected signature is verified by a call of Members to itself
# for some 2,300, so that one that is none leaves the others as they are.
# Each act on a request tells which committee decides for some 300, so that one that is referred goes on above.
# Of a request some 3,800 tell what is paid of it, so that it may be paid in instalments and come back in part (p42); of a
# donation 150 are Funds' longer list of functions.
# Each account that a transfer touches tells for some 80 whether it was or is empty, so that a fund is known to be (p54).
# `Rounds` asks in one place whether a module calls, for some 30 a call and 2,800 bytes less.
# Legs to one payee are summed before its balance is changed, for some 150 where there is one leg, and 1,000 less in a batch.
LIMITS = {
    "visit from the task to the credit, relayed": 280_000,
    "donation alone of a public donor, direct": 93_300,
    "donation in a batch of 50, direct": 31_000,
    "donation in a batch of 50, relayed": 32_100,
    "disbursement cycle, four approvals, direct": 608_000,
    "donation alone, direct": 93_500,
    "disbursement cycle, four approvals, paid with proof, relayed": 636_000,
    "disbursement cycle, collected signatures, relayed": 423_000,
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

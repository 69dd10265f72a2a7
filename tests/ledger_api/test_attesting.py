"""Which bank lines an intent uses follows from the kinds of its act's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.acts import acts
from ledger_api.statements.attesting import line_uses
from tests.wallets.samples import samples
from wallets.intents.acts import SeveralActs

if TYPE_CHECKING:
    from contracts.acts import ActField

SAMPLES = dict(samples())
# They name the line of a gift or donation, which was used when it was attested.
USED_BEFORE = {
    (act, "bankLine")
    for act in ("RefundGift", "ReverseDonation", "ReverseGift", "ReverseProceeds", "ReversePayout")
}


def kinds(act: str, fields: tuple[ActField, ...]) -> set[str]:
    own = {field.kind for field in fields if (act, field.name) not in USED_BEFORE}
    return own.union(*(kinds(act, field.fields) for field in fields))


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_intent_uses_the_bank_lines_of_its_act(sample: str) -> None:
    intent = SAMPLES[sample]
    act = intent.act.id if isinstance(intent, SeveralActs) else type(intent).__name__
    used = {"bank-line-in" if use.incoming else "bank-line-out" for use in line_uses(intent)}
    assert used == kinds(act, acts()[act].fields) & {"bank-line-in", "bank-line-out"}

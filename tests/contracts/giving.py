"""What tests of refusals in money share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import signer
from tests.contracts.neighbourhood import (
    BANK,
    DEADLINE,
    FUND,
    fresh_nonce,
)
from wallets.intents import AttestDonations

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Donation


NONE = bytes(32)
CAMPAIGN = 7


def attest(
    place: EvmTown, *donations: Donation, fund: int = FUND, bank: int = BANK, by: str = "treasurer"
) -> None:
    intent = AttestDonations(
        fund=fund, bank=bank, donations=donations, nonce=fresh_nonce(), deadline=DEADLINE
    )
    place.carry(signer(by), intent)

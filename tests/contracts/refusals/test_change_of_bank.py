"""A branch of the bank closes: the money of a fund goes to a new fund at another bank, and the old fund ends (ADR 0040)."""

from __future__ import annotations

from eth_utils import keccak

from contracts.enums import Level, ProposalState, Role
from tests.conftest import member_id, signer
from tests.contracts.deciding import FIVE, act, approve, execute, fund, reverse, state, submit
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    DAY,
    FAR,
    FUND,
    GENERAL,
    LIMIT_FEN,
    OBJECTION_GRACE,
    STREET,
    account,
    donation,
    line,
    proposal,
)
from wallets.intents import AttestDonations, ProposalAct

REGISTRAR, STEWARD = signer("registrar"), signer("steward")
NEW_BANK, NEW_FUND = 2, 4
NEW_GENERAL = NEW_FUND << 16 | 1
BANK_KIND, PURPOSE_KIND = 0x01, 0x02


def fen(place: EvmTown, kind: int, owner: int) -> int:
    return int(place.read("Ledger", "balanceOf", account(kind, owner)))


def arrive(place: EvmTown, name: str, fund_number: int, bank: int, purpose: int) -> None:
    """A treasurer records what the bank says has arrived."""
    gift = donation(name, LIMIT_FEN, purpose)
    by = "barber" if fund_number == NEW_FUND else "treasurer"
    place.act(
        signer(by), AttestDonations(fund=fund_number, bank=bank, donations=(gift,), nonce=0, deadline=0)
    )


def test_the_money_of_a_fund_goes_to_another_bank_by_a_request_and_the_old_fund_closes(
    place: EvmTown,
) -> None:
    fund(place)
    place.send(STEWARD, "Funds", "openBankAccount", NEW_BANK)
    place.send(STEWARD, "Funds", "openFund", NEW_FUND, STREET, Level.COMMUNITY, NEW_BANK)
    place.send(STEWARD, "Funds", "openPurpose", NEW_GENERAL)
    place.send(REGISTRAR, "Members", "grantRole", member_id("barber"), Role.TREASURER, NEW_FUND, FAR)
    request = proposal(LIMIT_FEN, payee=keccak(text="the new fund's account"))
    submit(place, request)
    approve(place, request, *FIVE)
    place.wait(7 * DAY + OBJECTION_GRACE)
    with refused("FundsFundNotEmpty", fund=FUND):
        place.send(STEWARD, "Funds", "closeFund", FUND)
    execute(place, request)
    act(place, request, "treasurer", ProposalAct.PROVE_PAYMENT, line("leaves the old bank"))
    assert state(place, request) == ProposalState.CLOSED
    with refused("FundsBankNotOfFund", bank=BANK, fund=NEW_FUND):
        arrive(place, "arrives", NEW_FUND, BANK, NEW_GENERAL)
    arrive(place, "arrives", NEW_FUND, NEW_BANK, NEW_GENERAL)
    assert (fen(place, PURPOSE_KIND, GENERAL), fen(place, PURPOSE_KIND, NEW_GENERAL)) == (0, LIMIT_FEN)
    assert (fen(place, BANK_KIND, BANK), fen(place, BANK_KIND, NEW_BANK)) == (0, -LIMIT_FEN)
    place.send(STEWARD, "Funds", "closeFund", FUND)
    with refused("FundsFundClosed", fund=FUND):
        arrive(place, "late", FUND, BANK, GENERAL)
    # The transfer comes back after all: to the bank that it left, and to the fund that paid, closed or not.
    reverse(place, request, line("comes back"), by="cashier", paid="leaves the old bank")
    assert (fen(place, PURPOSE_KIND, GENERAL), fen(place, BANK_KIND, BANK)) == (LIMIT_FEN, -LIMIT_FEN)

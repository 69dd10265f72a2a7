"""Wages that came back in part: owed again to the fen, recorded by one treasurer and taken back by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import member_id, signer
from tests.contracts.earning import (
    order,
    owed_fen,
    pay,
    proceeds,
    publish,
    settle,
    take,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import DEADLINE, ENTERPRISE, FUND, fresh_nonce, line
from wallets.intents import Payout, RecordWageReturn, ReversePayout, ReverseWageReturn

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown

PAID_FEN = 760
NO_LINE, WHY = bytes(32), b"w" * 32


@pytest.fixture
def paid(place: EvmTown) -> EvmTown:
    """The factory after a lot of 10 pieces, whose wages the treasurer proved."""
    proceeds(place)
    publish(place)
    order(place)
    take(place)
    settle(place)
    pay(place, Payout(worker=member_id("worker"), amount_fen=PAID_FEN, bank_line=line("wages")))
    return place


def part_back(
    place: EvmTown, amount_fen: int, by: str = "cashier", name: str = "part", paid: str = "wages"
) -> None:
    intent = RecordWageReturn(
        amount_fen=amount_fen, enterprise=ENTERPRISE, bank_line=line(paid), incoming_bank_line=line(name),
        document=WHY, nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    place.carry(signer(by), intent)


def no_part_back(place: EvmTown, by: str = "treasurer", name: str = "part", paid: str = "wages") -> None:
    intent = ReverseWageReturn(
        enterprise=ENTERPRISE, bank_line=line(paid), incoming_bank_line=line(name), document=WHY,
        nonce=fresh_nonce(), deadline=DEADLINE,
    )  # fmt: skip
    place.carry(signer(by), intent)


def all_back(place: EvmTown, incoming: bytes, by: str = "cashier") -> None:
    intent = ReversePayout(
        enterprise=ENTERPRISE, bank_line=line("wages"), incoming_bank_line=incoming, document=WHY, nonce=0, deadline=0
    )  # fmt: skip
    place.act(signer(by), intent)


def test_part_that_came_back_is_owed_again_and_the_rest_stays_paid(paid: EvmTown) -> None:
    part_back(paid, 60)
    assert owed_fen(paid) == 60
    pay(paid, Payout(worker=member_id("worker"), amount_fen=60, bank_line=line("rest")))
    assert owed_fen(paid) == 0


def test_who_paid_does_not_say_that_a_part_came_back_nor_who_said_so_that_it_did_not(paid: EvmTown) -> None:
    with refused("FundsSecondPersonNeeded", bank_line=line("wages"), treasurer=member_id("treasurer")):
        part_back(paid, 60, by="treasurer")
    with refused("MembersRoleMissing", scope=FUND):
        part_back(paid, 60, by="worker")
    part_back(paid, 60)
    with refused("FundsSecondPersonNeeded", bank_line=line("part"), treasurer=member_id("cashier")):
        no_part_back(paid, by="cashier")
    no_part_back(paid)
    assert owed_fen(paid) == 0
    with refused("FundsEntryUnknown", bank_line=line("part")):
        no_part_back(paid)


def test_part_is_more_than_nothing_and_less_than_what_is_still_paid(paid: EvmTown) -> None:
    for amount_fen in (0, PAID_FEN, PAID_FEN + 1):
        with refused("EnterprisePartOutOfRange", left_fen=PAID_FEN, part_fen=amount_fen):
            part_back(paid, amount_fen)
    part_back(paid, 700)
    with refused("EnterprisePartOutOfRange", left_fen=60, part_fen=60):
        part_back(paid, 60, name="second")
    part_back(paid, 59, name="second")
    assert owed_fen(paid) == 759


def test_line_brings_a_part_back_once_and_of_a_payment_of_this_enterprise(paid: EvmTown) -> None:
    part_back(paid, 1)
    for used in ("part", "wages", "firm"):
        with refused("FundsBankLineUsed"):
            part_back(paid, 1, name=used)
    with refused("EnterpriseBankLineUnknown", bank_line=line("firm")):
        part_back(paid, 1, name="new", paid="firm")


def test_rest_comes_back_whole_by_a_line_but_was_no_mistake(paid: EvmTown) -> None:
    part_back(paid, 60)
    with refused("EnterpriseReturnedInPart", bank_line=line("wages")):
        all_back(paid, NO_LINE)
    all_back(paid, line("rest came back"))
    assert owed_fen(paid) == PAID_FEN
    with refused("EnterpriseBankLineUnknown"):
        no_part_back(paid)


def test_part_that_was_paid_again_since_is_not_taken_back(paid: EvmTown) -> None:
    part_back(paid, 60)
    pay(paid, Payout(worker=member_id("worker"), amount_fen=60, bank_line=line("rest")))
    with refused("LedgerBalanceInsufficient"):
        no_part_back(paid)


def test_part_belongs_to_its_own_payment(paid: EvmTown) -> None:
    part_back(paid, 60)
    pay(paid, Payout(worker=member_id("worker"), amount_fen=50, bank_line=line("again")))
    with refused("FundsEntryUnknown", bank_line=line("part")):
        no_part_back(paid, paid="again")

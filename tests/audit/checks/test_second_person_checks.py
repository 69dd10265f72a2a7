"""What the check of the second person finds. (p12, p42)"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import member_id
from tests.contracts.neighbourhood import GENERAL

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence

CASHIER, TREASURER = member_id("cashier"), member_id("treasurer")
TAKEN_BACK = ("Donations.DonationReversed", "Cooperative.ProceedsReversed", "Cooperative.PayoutReversed")


@pytest.mark.parametrize("name", TAKEN_BACK)
def test_one_person_who_records_and_takes_back_is_told(evidence: Evidence, name: str) -> None:
    assert evidence.red(evidence.altered(name, 0, treasurer=TREASURER)) >= {"C15.1", "C22"}


@pytest.mark.parametrize(
    ("name", "number"), [("Donations.DonationsAttested", 1), ("Cooperative.PayoutProven", 1)]
)
def test_who_took_a_line_back_and_records_it_anew_is_told(evidence: Evidence, name: str, number: int) -> None:
    assert evidence.red(evidence.altered(name, number, treasurer=CASHIER)) >= {"C15.1", "C22"}


@pytest.mark.parametrize("purpose", [0, GENERAL])
def test_a_gift_attested_anew_to_another_purpose_than_was_named_is_told(
    evidence: Evidence, purpose: int
) -> None:
    assert evidence.red(evidence.altered("Donations.DonationReversed", 0, purpose=purpose)) == {"C22"}


def test_a_treasurer_who_proved_the_own_wage_is_told(evidence: Evidence) -> None:
    assert "C22" in evidence.red(evidence.altered("Cooperative.PayoutProven", 0, worker=TREASURER))


@pytest.mark.parametrize("name", TAKEN_BACK[1:])
def test_wages_or_proceeds_taken_back_without_their_transfer_are_told(evidence: Evidence, name: str) -> None:
    assert "C18" in evidence.red(evidence.altered(name, 0, bank_line=b"another line".ljust(32)))


def test_wages_that_came_back_and_are_owed_again_are_counted(evidence: Evidence) -> None:
    assert "C37.2" in evidence.red(evidence.without("Cooperative.PayoutReversed", 1))

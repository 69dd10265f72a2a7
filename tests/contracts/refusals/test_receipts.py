"""Objections that were acknowledged within the notice and arrive after it (p28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import to_canonical_address

from contracts.enums import ProposalState
from tests.conftest import signer
from tests.contracts.deciding import (
    FIVE,
    act,
    approve,
    approved,
    execute,
    executed,
    reverse,
    signed,
    state,
    suspended_and_answered,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import DAY, OBJECTION_GRACE
from wallets.intents import ProposalAct
from wallets.receipt import Receipt

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import ActOnProposal, Proposal

ZERO = bytes(32)
NEIGHBOURS = ("neighbour one", "neighbour two")


def receipt_for(
    place: EvmTown, intent: ActOnProposal, name: str, received_at: int, by: str = "receipts"
) -> bytes:
    """The signature of a receipt for what somebody signed."""
    receipt = Receipt(
        digest=intent.digest(place.domain("Disbursements")),
        signer=to_canonical_address(signer(name).address),
        received_at=received_at,
    )
    return receipt.sign(signer(by), place.domain("Receipts"))


def object_late(
    place: EvmTown, request: Proposal, name: str, received_at: int, *, receipt: bytes | None = None, **by: str
) -> None:
    """Carries what a neighbour signed, with a receipt of the portal for it."""
    intent = signed(request, ProposalAct.OBJECT)
    signature = signer(name).sign_intent(intent, place.domain("Disbursements")).signature
    receipt = receipt or receipt_for(place, intent, name, received_at, **by)
    authorization = (intent.nonce, intent.deadline, signature)
    carry(place, request, authorization, (received_at, receipt))


def carry(
    place: EvmTown,
    request: Proposal,
    authorization: tuple[Any, ...],
    acknowledgement: tuple[int, bytes],
    by: str = "anyone",
) -> None:
    args = (request.as_tuple(), ZERO, authorization, acknowledgement)
    place.send(signer(by), "Disbursements", "objectAcknowledged", *args)


class TestGrace:
    def test_objection_that_a_relayer_held_back_counts_by_its_receipt(self, place: EvmTown) -> None:
        """Acknowledged on the first day, carried by anyone after the notice: it suspends all the same (p28)."""
        request, received_at = approved(place), place.now
        act(place, request, "neighbour one", ProposalAct.OBJECT)
        place.wait(3 * DAY)
        object_late(place, request, "neighbour two", received_at)
        assert state(place, request) == ProposalState.SUSPENDED

    def test_objection_counts_up_to_the_last_second_of_the_grace(self, place: EvmTown) -> None:
        request = approved(place)
        ends_at = place.now + 3 * DAY
        place.wait(3 * DAY + OBJECTION_GRACE - 1)
        object_late(place, request, "neighbour one", ends_at - 1)
        place.wait(1)
        with refused("ProposalGraceOver", grace_ends_at=ends_at + OBJECTION_GRACE):
            object_late(place, request, "neighbour two", ends_at - 1)
        execute(place, request)

    def test_no_money_leaves_within_the_grace(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(3 * DAY)
        with refused("ProposalGraceRunning", grace_ends_at=place.now + OBJECTION_GRACE):
            execute(place, request)
        place.wait(OBJECTION_GRACE - 1)
        with refused("ProposalGraceRunning", grace_ends_at=place.now + 1):
            act(place, request, "treasurer", ProposalAct.EXECUTE_PROVEN, b"l" * 32)
        place.wait(1)
        execute(place, request)

    def test_without_a_receipt_an_objection_after_the_notice_is_too_late(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(3 * DAY)
        with refused("ProposalNoticeOver", notice_ends_at=place.now):
            act(place, request, "neighbour one", ProposalAct.OBJECT)
        with refused("ProposalNoticeOver"):
            carry(place, request, (0, 0, b""), (0, b""), by="neighbour one")

    def test_resident_carries_the_own_receipt_without_a_relayer(self, place: EvmTown) -> None:
        request, received_at = approved(place), place.now
        place.wait(3 * DAY)
        intent = signed(request, ProposalAct.OBJECT)
        receipt = receipt_for(place, intent, "neighbour one", received_at)
        carry(
            place, request, (intent.nonce, intent.deadline, b""), (received_at, receipt), by="neighbour one"
        )
        with refused("ProposalObjectedAlready"):
            object_late(place, request, "neighbour one", received_at)

    def test_receipt_is_not_looked_at_within_the_notice(self, place: EvmTown) -> None:
        """So that a portal whose key is not admitted yet keeps nobody from objecting."""
        request = approved(place)
        object_late(place, request, "neighbour one", place.now + 99, by="thief")
        act(place, request, "neighbour two", ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.SUSPENDED


class TestReceipt:
    @pytest.mark.parametrize("seconds", [-1, 3 * DAY])
    def test_receipt_of_before_or_after_the_notice_is_refused(self, place: EvmTown, seconds: int) -> None:
        request, started_at = approved(place), place.now
        place.wait(3 * DAY)
        with refused(
            "ProposalReceiptNotInNotice",
            received_at=started_at + seconds,
            notice_started_at=started_at,
            notice_ends_at=started_at + 3 * DAY,
        ):
            object_late(place, request, "neighbour one", started_at + seconds)

    def test_receipt_of_an_earlier_notice_is_refused_in_a_later_one(self, place: EvmTown) -> None:
        request, received_at = approved(place), place.now
        suspended_and_answered(place, request, *NEIGHBOURS)
        approve(place, request, *FIVE, round_number=2)
        assert state(place, request) == ProposalState.APPROVED
        place.wait(3 * DAY)
        with refused("ProposalReceiptNotInNotice", received_at=received_at):
            object_late(place, request, "resident one", received_at)
        object_late(place, request, "resident one", place.now - DAY)
        object_late(place, request, "resident two", place.now - DAY)
        assert state(place, request) == ProposalState.SUSPENDED

    def test_receipt_of_a_stranger_or_of_no_key_is_refused(self, place: EvmTown) -> None:
        request, received_at = approved(place), place.now
        place.wait(3 * DAY)
        stranger = signer("relayer").address
        with refused("ReceiptKeyNotInForce", key=stranger.lower(), date=received_at):
            object_late(place, request, "neighbour one", received_at, by="relayer")
        with refused("ReceiptKeyNotInForce", key="0x" + "00" * 20):
            object_late(place, request, "neighbour one", received_at, receipt=b"short")

    def test_receipt_of_another_time_signer_or_content_is_refused(self, place: EvmTown) -> None:
        """The receipt for one resident is not that of another who signs the same."""
        request, received_at = approved(place), place.now
        place.wait(3 * DAY)
        intent = signed(request, ProposalAct.OBJECT)
        authorization = (intent.nonce, intent.deadline, b"")
        receipt = receipt_for(place, intent, "neighbour one", received_at)
        for by, sent, when in (
            ("neighbour two", authorization, received_at),
            ("neighbour one", (intent.nonce + 1, intent.deadline, b""), received_at),
            ("neighbour one", authorization, received_at + 1),
        ):
            with refused("ReceiptKeyNotInForce"):
                carry(place, request, sent, (when, receipt), by=by)
        carry(place, request, authorization, (received_at, receipt), by="neighbour one")

    def test_late_objection_is_a_residents_with_a_key_of_before(self, place: EvmTown) -> None:
        request, received_at = approved(place), place.now
        place.wait(3 * DAY)
        with refused("MembersRoleMissing"):
            object_late(place, request, "worker", received_at)

    def test_what_was_paid_and_undone_is_objected_to_no_more(self, place: EvmTown) -> None:
        request = executed(place)
        reverse(place, request, bytes(32))
        with refused("ProposalGraceOver"):
            object_late(place, request, "neighbour one", place.now - 2 * DAY)


class TestReceiptKeys:
    def steward(self, place: EvmTown, function: str, key: str) -> None:
        place.send(signer("steward"), "Receipts", function, key)

    def test_key_is_admitted_once_and_is_one(self, place: EvmTown) -> None:
        for key in ("0x" + "00" * 20, signer("receipts").address):
            with refused("ReceiptKeyTaken", key=key.lower()):
                self.steward(place, "admitReceiptKey", key)

    def test_key_that_was_never_admitted_or_was_ended_is_not_ended(self, place: EvmTown) -> None:
        with refused("ReceiptKeyNotInForce"):
            self.steward(place, "endReceiptKey", signer("relayer").address)
        self.steward(place, "endReceiptKey", signer("receipts").address)
        place.wait(1)
        with refused("ReceiptKeyNotInForce"):
            self.steward(place, "endReceiptKey", signer("receipts").address)

    def test_what_a_key_acknowledged_before_its_end_counts_on(self, place: EvmTown) -> None:
        """Else the operator ended the key with which objections were acknowledged."""
        request = approved(place)
        place.wait(DAY)
        self.steward(place, "endReceiptKey", signer("receipts").address)
        ended_at = place.now
        place.wait(2 * DAY)
        with refused("ReceiptKeyNotInForce", date=ended_at):
            object_late(place, request, "neighbour one", ended_at)
        object_late(place, request, "neighbour one", ended_at - 1)

    def test_receipt_of_before_its_key_was_admitted_is_refused(self, place: EvmTown) -> None:
        request, received_at = approved(place), place.now
        place.wait(DAY)
        self.steward(place, "admitReceiptKey", signer("second portal").address)
        admitted_at = place.now
        place.wait(2 * DAY)
        with refused("ReceiptKeyNotInForce", date=admitted_at - 1):
            object_late(place, request, "neighbour one", admitted_at - 1, by="second portal")
        object_late(place, request, "neighbour one", admitted_at, by="second portal")
        object_late(place, request, "neighbour two", received_at)
        assert state(place, request) == ProposalState.SUSPENDED

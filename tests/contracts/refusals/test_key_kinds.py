"""Kinds of keys, and that one is held: what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import KeyKind, MemberKind, ProposalState
from tests.conftest import held_by, member_id, p256, passkey, signer
from tests.contracts.deciding import FIVE, rotation, state, submitted
from tests.contracts.evm import EvmTown, refused
from tests.contracts.keyholding import NOBODY, REGISTRAR, attestation, deliver, register, rotated
from tests.contracts.neighbourhood import (
    DEADLINE,
    KEY_DELAY,
)
from wallets.intents import (
    ApproveProposal,
)
from wallets.p256 import ORDER

if TYPE_CHECKING:
    from wallets.signer import Signer


class TestKinds:
    """A key is a wallet's, a P-256 key or a passkey."""

    @pytest.mark.parametrize(
        ("key", "kind"), [(signer, KeyKind.WALLET), (p256, KeyKind.P256), (passkey, KeyKind.PASSKEY)]
    )
    def test_a_key_of_each_kind_is_proven_and_signs(self, place: EvmTown, key: object, kind: KeyKind) -> None:
        new: Signer = key("new phone")  # type: ignore[operator]
        rotated(place, "treasurer", new)
        intent = attestation()
        deliver(place, intent, new.sign_intent(intent, place.domain("Donations")).signature)
        record = place.read("Members", "keyRecord", new.address)
        assert record == (member_id("treasurer"), kind, place.now, place.now + KEY_DELAY, 0)

    def test_five_passkeys_carry_a_request_in_one_transaction(self, place: EvmTown) -> None:
        for name in FIVE:
            rotated(place, name, passkey(name))
        place.wait(1)
        request = submitted(place)
        yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
        votes = [passkey(n).sign_intent(yes, place.domain("Disbursements")).signature for n in FIVE]
        spoiled = votes[0][:-1] + b"\1"
        args = (request.as_tuple(), DEADLINE, [spoiled[:200], *votes])
        place.send(signer("relayer"), "Disbursements", "approve", *args)
        assert state(place, request) == ProposalState.APPROVED

    def test_signature_that_names_a_stranger_as_verifier_is_refused(self, place: EvmTown) -> None:
        """Who brings the verifier would say yes to everything."""
        with refused("MembersVerifierUnknown", verifier="0x" + "ab" * 20):
            deliver(place, attestation(), b"\xab" * 20 + bytes(64 + 64))

    def test_p256_signature_over_something_else_is_refused(self, place: EvmTown) -> None:
        rotated(place, "treasurer", p256("card"))
        with refused("MembersSignatureInvalid", key=p256("card").address.lower()):
            deliver(place, attestation(), p256("card").sign_digest(bytes(32)))

    def test_p256_twin_of_a_signature_is_refused(self, place: EvmTown) -> None:
        rotated(place, "treasurer", p256("card"))
        intent = attestation()
        good = p256("card").sign_intent(intent, place.domain("Donations")).signature
        twin = ORDER - int.from_bytes(good[-32:], "big")
        with refused("MembersSignatureInvalid"):
            deliver(place, intent, good[:-32] + twin.to_bytes(32, "big"))

    def test_ended_passkey_is_refused(self, place: EvmTown) -> None:
        rotated(place, "treasurer", passkey("phone"))
        place.send(REGISTRAR, "Members", "endKey", passkey("phone").address)
        intent = attestation()
        with refused("MembersKeyEnded", key=passkey("phone").address.lower()):
            deliver(place, intent, passkey("phone").sign_intent(intent, place.domain("Donations")).signature)


class TestPossession:
    """Nobody is registered with a key that they do not hold (p57)."""

    def test_proof_by_another_key_is_refused(self, place: EvmTown) -> None:
        _, proof = held_by("newcomer", signer("another"))
        address = signer("newcomer").address
        with refused(
            "MembersPossessionMissing", key=address.lower(), signer=signer("another").address.lower()
        ):
            place.send(
                REGISTRAR,
                "Members",
                "register",
                member_id("newcomer"),
                MemberKind.PERSON,
                NOBODY,
                address,
                proof,
            )

    @pytest.mark.parametrize(
        ("key", "error"),
        [
            (signer, "MembersPossessionMissing"),
            (p256, "MembersSignatureInvalid"),
            (passkey, "PasskeyChallengeInvalid"),
        ],
    )
    def test_proof_for_another_member_is_refused(self, place: EvmTown, key: object, error: str) -> None:
        """A proof that everybody can read does not register the key for a thief."""
        proven = held_by("somebody", key("newcomer"))  # type: ignore[operator]
        with refused(error):
            place.send(
                REGISTRAR, "Members", "register", member_id("newcomer"), MemberKind.PERSON, NOBODY, *proven
            )

    def test_key_without_a_proof_is_added_and_rotated_to_by_nobody(self, place: EvmTown) -> None:
        address, _ = held_by("worker", signer("new"))
        with refused("ECDSAInvalidSignatureLength", length=0):
            place.send(REGISTRAR, "Members", "addKey", member_id("worker"), address, b"")
        _, proof = held_by("worker", signer("another"))
        with refused("MembersPossessionMissing"):
            place.send(REGISTRAR, "Members", "addKey", member_id("worker"), address, proof)
        stolen = rotation("barber", signer("new"), DEADLINE)
        with refused("MembersPossessionMissing"):
            place.carry(signer("worker"), stolen)

    def test_first_key_of_a_passkey_holder_acts_at_once(self, place: EvmTown) -> None:
        register(place, "newcomer", passkey("newcomer"))
        assert place.read("Members", "memberOf", passkey("newcomer").address) == member_id("newcomer")

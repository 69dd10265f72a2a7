"""Keys of every kind, the proof that a member holds one, and what becomes of new ones: waits, refusals, guardians."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_abi import decode, encode
from eth_utils import keccak

from contracts.deployment import LOCAL_DOMAIN
from contracts.enums import KeyKind, MemberKind, ProposalState
from tests.conftest import created, held_by, member_id, p256, passkey, signer
from tests.contracts.deciding import FIVE, add_key, rotation, state, submitted
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    DAY,
    DEADLINE,
    FUND,
    KEY_DELAY,
    donation,
    fresh_nonce,
)
from wallets.intents import (
    ActOnGuardian,
    ApproveProposal,
    AttestDonations,
    GuardianAct,
    RecoverKey,
    RefuseKey,
)
from wallets.p256 import ORDER
from wallets.passkey import AUTH_TYPES, USER_PRESENT, USER_VERIFIED, PasskeySigner

if TYPE_CHECKING:
    from wallets.intents import Intent
    from wallets.signer import Signer

REGISTRAR = signer("registrar")
NOBODY = bytes(16)
# A signature begins with its signer: verifier, x and y.
SIGNER_BYTES = 84


def key_of(key: Signer) -> bytes:
    return bytes.fromhex(key.address[2:])


def attestation() -> AttestDonations:
    gift = donation("gift", 100)
    return AttestDonations(fund=FUND, bank=BANK, donations=(gift,), nonce=fresh_nonce(), deadline=DEADLINE)


def register(place: EvmTown, name: str, key: Signer) -> None:
    args = (member_id(name), MemberKind.PERSON, NOBODY, *held_by(name, key))
    place.send(REGISTRAR, "Members", "register", *args)


def rotated(place: EvmTown, name: str, key: Signer) -> None:
    place.carry(signer(name), rotation(name, key, DEADLINE))


def refusal(key: Signer) -> RefuseKey:
    return RefuseKey(key=key_of(key), nonce=fresh_nonce(), deadline=DEADLINE)


def on_guardian(what: str, name: str) -> ActOnGuardian:
    return ActOnGuardian(
        act=GuardianAct[what], guardian=member_id(name), nonce=fresh_nonce(), deadline=DEADLINE
    )


def recovery(name: str, key: Signer) -> RecoverKey:
    address, possession = held_by(name, key)
    return RecoverKey(
        member=member_id(name), new_key=bytes.fromhex(address[2:]), possession=possession, nonce=fresh_nonce(),
        deadline=DEADLINE,
    )  # fmt: skip


def deliver(place: EvmTown, intent: Intent, signature: bytes) -> None:
    call = intent.call(signature)
    place.send(signer("relayer"), call.contract, call.function, *call.args)


def unusual(**changes: object) -> PasskeySigner:
    """The treasurer's passkey on a device that does something else."""
    domain = str(changes.pop("domain", LOCAL_DOMAIN))
    return PasskeySigner(keccak(text="passkey of treasurer"), created("PasskeyVerifier"), domain, **changes)  # type: ignore[arg-type]


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


class TestPasskeys:
    """What a passkey signs is for this act, this domain, and by a person whom the device verified."""

    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        rotated(place, "treasurer", passkey("treasurer"))
        return place

    def signed_by(self, place: EvmTown, key: Signer, intent: Intent) -> bytes:
        return key.sign_intent(intent, place.domain("Donations")).signature

    def test_passkey_that_signed_another_challenge_is_refused(self, place: EvmTown) -> None:
        with refused("PasskeyChallengeInvalid"):
            deliver(place, attestation(), passkey("treasurer").sign_digest(bytes(32)))

    def test_registration_is_no_signature(self, place: EvmTown) -> None:
        intent = attestation()
        key = unusual(changes={"type": "webauthn.create"})
        with refused("PasskeyTypeInvalid"):
            deliver(place, intent, self.signed_by(place, key, intent))

    def test_passkey_of_another_domain_is_refused(self, place: EvmTown) -> None:
        """A page of somebody else cannot have it sign for this town."""
        intent = attestation()
        with refused("PasskeyDomainMismatch"):
            deliver(place, intent, self.signed_by(place, unusual(domain="localhost.example"), intent))

    @pytest.mark.parametrize("flags", [0, USER_PRESENT, USER_VERIFIED])
    def test_passkey_whose_user_was_not_seen_or_verified_is_refused(self, place: EvmTown, flags: int) -> None:
        intent = attestation()
        with refused("PasskeyUserNotVerified", flags=flags):
            deliver(place, intent, self.signed_by(place, unusual(flags=flags), intent))

    def test_twin_of_a_signature_is_refused(self, place: EvmTown) -> None:
        intent = attestation()
        good = self.signed_by(place, passkey("treasurer"), intent)
        r, s, *others = decode(AUTH_TYPES, good[SIGNER_BYTES:])
        twin = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
        with refused("PasskeySignatureInvalidS", s=twin):
            deliver(place, intent, good[:SIGNER_BYTES] + encode(AUTH_TYPES, (r, twin, *others)))

    def test_index_beside_the_challenge_is_refused(self, place: EvmTown) -> None:
        intent = attestation()
        good = self.signed_by(place, passkey("treasurer"), intent)
        r, s, challenge, kind, *others = decode(AUTH_TYPES, good[SIGNER_BYTES:])
        for moved, error in (
            ((challenge + 1, kind), "PasskeyChallengeInvalid"),
            ((challenge, 2**255), "PasskeyTypeInvalid"),
        ):
            with refused(error):
                deliver(place, intent, good[:SIGNER_BYTES] + encode(AUTH_TYPES, (r, s, *moved, *others)))

    def test_signature_of_another_passkey_under_this_name_is_refused(self, place: EvmTown) -> None:
        intent = attestation()
        mine, other = (self.signed_by(place, passkey(name), intent) for name in ("treasurer", "other"))
        with refused("PasskeySignatureInvalid"):
            deliver(place, intent, mine[:SIGNER_BYTES] + other[SIGNER_BYTES:])

    def test_bytes_that_are_no_assertion_are_refused(self, place: EvmTown) -> None:
        intent = attestation()
        good = self.signed_by(place, passkey("treasurer"), intent)
        r, s, challenge, kind, _, client = decode(AUTH_TYPES, good[SIGNER_BYTES:])
        short = encode(AUTH_TYPES, (r, s, challenge, kind, bytes(36), client))
        for payload in (b"\1", bytes(6 * 32 - 1), short):
            with refused("PasskeyMalformed"):
                deliver(place, intent, good[:SIGNER_BYTES] + payload)


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


class TestRotation:
    """A thief of a key does not lock its owner out (p56)."""

    def test_old_key_goes_on_for_fifteen_days_and_ends_by_itself(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        place.wait(KEY_DELAY - 1)
        place.carry(signer("treasurer"), attestation())
        place.wait(1)
        with refused("MembersKeyEnded", key=signer("treasurer").address.lower(), ends_at=place.now):
            place.read("Members", "memberOf", signer("treasurer").address)

    def test_owner_refuses_the_thiefs_key_and_keeps_the_own(self, place: EvmTown) -> None:
        """(p56)"""
        rotated(place, "treasurer", signer("thief"))
        place.wait(KEY_DELAY - 1)
        place.carry(signer("treasurer"), refusal(signer("thief")))
        with refused("MembersKeyEnded"):
            place.carry(signer("thief"), attestation())
        place.wait(KEY_DELAY)
        place.carry(signer("treasurer"), attestation())

    def test_settled_key_is_refused_by_nobody(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        settled_at = place.now + KEY_DELAY
        add_key(place, "treasurer", "third")
        place.wait(KEY_DELAY)
        for by, key, moment in (
            ("third", "new", settled_at),
            ("new", "new", settled_at),
            ("new", "third", settled_at),
        ):
            with refused("MembersKeySettled", key=signer(key).address.lower(), refusable_until=moment):
                place.carry(signer(by), refusal(signer(key)))
        with refused("MembersKeySettled", refusable_until=0):
            place.carry(signer("cashier"), refusal(signer("cashier")))

    def test_new_key_acts_on_no_keys_and_guardians_before_it_is_settled(self, place: EvmTown) -> None:
        """A thief does not rotate once more, out of the owner's reach, or refuse what the owner does."""
        rotated(place, "treasurer", signer("thief"))
        until = place.now + KEY_DELAY
        attempts = (
            rotation("treasurer", signer("second of thief"), DEADLINE), refusal(signer("thief")),
            on_guardian("NAME", "worker"), on_guardian("DISMISS", "worker"),
        )  # fmt: skip
        for attempt in attempts:
            with refused("MembersKeyTooNew", refusable_until=until):
                place.carry(signer("thief"), attempt)
        place.wait(KEY_DELAY)
        rotated_on = rotation("treasurer", signer("second of thief"), DEADLINE)
        place.carry(signer("thief"), rotated_on)

    def test_replaced_key_is_not_replaced_again(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        with refused("MembersKeyReplaced", ends_at=place.now + KEY_DELAY):
            rotated(place, "treasurer", signer("another"))

    def test_stranger_to_the_member_refuses_nothing(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        with refused("MembersGuardianMissing", member=member_id("treasurer"), guardian=member_id("worker")):
            place.carry(signer("worker"), refusal(signer("new")))

    def test_registrar_who_ends_a_new_key_leaves_the_one_before(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("thief"))
        place.send(REGISTRAR, "Members", "endKey", signer("thief").address)
        place.wait(KEY_DELAY)
        place.carry(signer("treasurer"), attestation())

    def test_key_that_the_registrar_ended_does_not_come_back(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        place.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        place.carry(signer("worker"), refusal(signer("new")))
        with refused("MembersKeyEnded"):
            place.carry(signer("treasurer"), attestation())


class TestAdded:
    def test_key_of_the_registrar_waits_while_the_member_has_one(self, place: EvmTown) -> None:
        """(p56)"""
        add_key(place, "treasurer", "second")
        from_then = place.now + KEY_DELAY
        place.wait(KEY_DELAY - 1)
        with refused("MembersKeyWaits", valid_from=from_then):
            place.carry(signer("second"), attestation())
        place.wait(1)
        place.carry(signer("second"), attestation())

    def test_key_that_waits_is_refused_by_the_members_own(self, place: EvmTown) -> None:
        add_key(place, "treasurer", "of the registrar")
        place.carry(signer("treasurer"), refusal(signer("of the registrar")))
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(signer("of the registrar"), attestation())

    def test_key_that_waits_is_ended_by_the_registrar(self, place: EvmTown) -> None:
        add_key(place, "treasurer", "by mistake")
        place.send(REGISTRAR, "Members", "endKey", signer("by mistake").address)
        with refused("MembersKeyEnded"):
            place.send(REGISTRAR, "Members", "endKey", signer("by mistake").address)

    def test_key_for_a_member_who_lost_the_only_one_acts_at_once(self, place: EvmTown) -> None:
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        add_key(place, "treasurer", "new")
        place.carry(signer("new"), attestation())

    def test_ending_keys_first_spares_no_wait_while_one_works(self, place: EvmTown) -> None:
        """The new key of a rotation is ended, but the old one still works, or the other way round."""
        rotated(place, "treasurer", signer("new"))
        place.send(REGISTRAR, "Members", "endKey", signer("new").address)
        add_key(place, "treasurer", "of the registrar")
        with refused("MembersKeyWaits"):
            place.read("Members", "memberOf", signer("of the registrar").address)

    def test_ending_keys_first_spares_no_wait_where_guardians_can_refuse(self, place: EvmTown) -> None:
        place.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        add_key(place, "treasurer", "of the registrar")
        place.carry(signer("worker"), refusal(signer("of the registrar")))
        with refused("MembersKeyEnded"):
            place.carry(signer("of the registrar"), attestation())


class TestGuardians:
    """Two neighbours bring back who lost a key; one stops a thief (p56)."""

    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        for name in ("worker", "barber"):
            place.carry(signer("treasurer"), on_guardian("NAME", name))
        return place

    def test_guardian_refuses_the_thiefs_key(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("thief"))
        place.carry(signer("worker"), refusal(signer("thief")))
        place.wait(KEY_DELAY)
        place.carry(signer("treasurer"), attestation())

    def test_dismissed_guardian_goes_on_for_fifteen_days(self, place: EvmTown) -> None:
        """A thief does not dismiss the guardians first."""
        place.carry(signer("treasurer"), on_guardian("DISMISS", "worker"))
        place.wait(KEY_DELAY - 1)
        rotated(place, "treasurer", signer("thief"))
        place.carry(signer("worker"), refusal(signer("thief")))
        place.wait(1)
        rotated(place, "treasurer", signer("new"))
        with refused("MembersGuardianMissing"):
            place.carry(signer("worker"), refusal(signer("new")))

    def test_two_guardians_bring_a_key_that_waits(self, place: EvmTown) -> None:
        for name in ("worker", "barber"):
            place.carry(signer(name), recovery("treasurer", passkey("new phone")))
        intent = attestation()
        signature = passkey("new phone").sign_intent(intent, place.domain("Donations")).signature
        with refused("MembersKeyWaits", valid_from=place.now + KEY_DELAY):
            deliver(place, intent, signature)
        place.wait(KEY_DELAY)
        deliver(place, intent, signature)

    def test_one_guardian_alone_brings_nothing(self, place: EvmTown) -> None:
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersRecoverySigned", guardian=member_id("worker")):
            place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersKeyUnknown"):
            place.read("Members", "memberOf", signer("new").address)

    def test_second_guardian_too_late_begins_anew(self, place: EvmTown) -> None:
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        place.wait(KEY_DELAY)
        place.carry(signer("barber"), recovery("treasurer", signer("new")))
        with refused("MembersKeyUnknown"):
            place.read("Members", "memberOf", signer("new").address)
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersKeyWaits"):
            place.read("Members", "memberOf", signer("new").address)

    def test_guardian_too_late_begins_anew_alone(self, place: EvmTown) -> None:
        for _ in range(2):
            place.carry(signer("worker"), recovery("treasurer", signer("new")))
            place.wait(KEY_DELAY)
        with refused("MembersKeyUnknown"):
            place.read("Members", "memberOf", signer("new").address)

    def test_signature_of_a_guardian_who_is_none_any_more_does_not_count(self, place: EvmTown) -> None:
        place.carry(signer("treasurer"), on_guardian("DISMISS", "worker"))
        place.wait(KEY_DELAY - 1)
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        place.wait(1)
        with refused("MembersGuardianMissing", guardian=member_id("worker")):
            place.carry(signer("barber"), recovery("treasurer", signer("new")))

    def test_recovery_is_refused_by_a_key_that_works_and_by_a_guardian(self, place: EvmTown) -> None:
        """Two guardians do not take an account over while its owner looks."""
        for by, name in (("treasurer", "first"), ("barber", "second")):
            for guardian in ("worker", "barber"):
                place.carry(signer(guardian), recovery("treasurer", signer(name)))
            place.wait(DAY)
            place.carry(signer(by), refusal(signer(name)))
            with refused("MembersKeyEnded"):
                place.read("Members", "memberOf", signer(name).address)

    def test_stranger_brings_no_key(self, place: EvmTown) -> None:
        with refused("MembersGuardianMissing", member=member_id("treasurer"), guardian=member_id("foreman")):
            place.carry(signer("foreman"), recovery("treasurer", signer("new")))

    def test_recovery_needs_the_proof_of_the_new_key_and_a_new_one(self, place: EvmTown) -> None:
        address, _ = held_by("treasurer", signer("new"))
        _, proof = held_by("worker", signer("new"))
        false = RecoverKey(
            member=member_id("treasurer"), new_key=bytes.fromhex(address[2:]), possession=proof,
            nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        with refused("MembersPossessionMissing"):
            place.carry(signer("worker"), false)
        with refused("MembersKeyTaken"):
            place.carry(signer("worker"), recovery("treasurer", signer("worker")))

    def test_guardian_is_another_member_and_named_once(self, place: EvmTown) -> None:
        with refused("MembersGuardianSelf"):
            place.carry(signer("treasurer"), on_guardian("NAME", "treasurer"))
        with refused("MembersMemberUnknown", member=member_id("stranger")):
            place.carry(signer("treasurer"), on_guardian("NAME", "stranger"))
        with refused("MembersGuardianNamed", guardian=member_id("worker")):
            place.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        with refused("MembersGuardianMissing", guardian=member_id("foreman")):
            place.carry(signer("treasurer"), on_guardian("DISMISS", "foreman"))
        assert (
            place.read("Members", "guardianUntil", member_id("treasurer"), member_id("worker")) == 2**40 - 1
        )


class TestOutvoted:
    """One bad guardian does not keep out who lost the only key."""

    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        for name in ("worker", "barber", "foreman"):
            place.carry(signer("treasurer"), on_guardian("NAME", name))
        return place

    def brought(self, place: EvmTown, *guardians: str) -> None:
        for name in guardians:
            place.carry(signer(name), recovery("treasurer", signer("new")))

    def ended(self, place: EvmTown) -> EvmTown:
        """The treasurer lost the only key, which the registrar ended."""
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        return place

    def test_guardian_who_refused_is_outvoted_by_two_others(self, place: EvmTown) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        self.brought(place, "worker", "barber")
        with refused(
            "MembersKeyRefusedBefore", key=signer("new").address.lower(), guardian=member_id("foreman")
        ):
            place.carry(signer("foreman"), refusal(signer("new")))
        place.wait(KEY_DELAY)
        place.carry(signer("new"), attestation())

    def test_one_guardian_outvotes_nobody_with_what_another_signed_before_the_refusal(
        self, place: EvmTown
    ) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        self.brought(place, "barber")
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(signer("new"), attestation())

    def test_every_other_guardian_refuses_too_and_only_once(self, place: EvmTown) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        self.brought(place, "worker", "barber")
        place.carry(signer("barber"), refusal(signer("new")))  # who changed their mind
        self.brought(place, "worker", "foreman")
        for name in ("barber", "foreman"):
            with refused("MembersKeyRefusedBefore"):
                place.carry(signer(name), refusal(signer("new")))

    def test_owner_whose_key_works_refuses_two_guardians_as_often_as_they_try(self, place: EvmTown) -> None:
        for _ in range(3):
            self.brought(place, "worker", "barber")
            place.wait(DAY)
            place.carry(signer("treasurer"), refusal(signer("new")))
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(signer("new"), attestation())

    def test_only_guardian_who_refuses_everything_yields_to_the_registrar_after_a_second_wait(
        self, place: EvmTown
    ) -> None:
        add_key(self.ended(place), "treasurer", "new")
        place.carry(signer("worker"), refusal(signer("new")))
        add_key(place, "treasurer", "new")
        with refused("MembersKeyRefusedBefore"):
            place.carry(signer("worker"), refusal(signer("new")))
        with refused("MembersKeyWaits", valid_from=place.now + KEY_DELAY):
            place.carry(signer("new"), attestation())

    def test_thief_gains_nothing_by_a_key_that_was_refused_while_it_waited(self, place: EvmTown) -> None:
        """A key that acts at once is refused as often as it is brought."""
        add_key(place, "treasurer", "new")
        place.carry(signer("worker"), refusal(signer("new")))
        rotated(place, "treasurer", signer("new"))
        place.carry(signer("worker"), refusal(signer("new")))
        with refused("MembersKeyEnded"):
            place.carry(signer("new"), attestation())

    def test_key_that_might_act_once_never_comes_back(self, place: EvmTown) -> None:
        self.brought(place, "worker", "barber")
        place.wait(KEY_DELAY)
        place.send(REGISTRAR, "Members", "endKey", signer("new").address)
        with refused("MembersKeyTaken", key=signer("new").address.lower()):
            add_key(place, "treasurer", "new")

    def test_refused_key_is_nobody_elses(self, place: EvmTown) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        with refused("MembersKeyTaken"):
            register(place, "newcomer", signer("new"))

    def test_key_that_waits_is_not_brought_a_second_time(self, place: EvmTown) -> None:
        self.brought(place, "worker", "barber")
        with refused("MembersKeyTaken"):
            self.brought(place, "foreman")

"""Passkeys: what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_abi import decode, encode
from eth_utils import keccak

from contracts.deployment import LOCAL_DOMAIN
from tests.conftest import created, passkey
from tests.contracts.evm import EvmTown, refused
from tests.contracts.keyholding import attestation, deliver, rotated
from wallets.p256 import ORDER
from wallets.passkey import AUTH_TYPES, USER_PRESENT, USER_VERIFIED, PasskeySigner

if TYPE_CHECKING:
    from wallets.intents import Intent
    from wallets.signer import Signer


# A signature begins with its signer: verifier, x and y.
SIGNER_BYTES = 84


def unusual(**changes: object) -> PasskeySigner:
    """The treasurer's passkey on a device that does something else."""
    domain = str(changes.pop("domain", LOCAL_DOMAIN))
    return PasskeySigner(keccak(text="passkey of treasurer"), created("PasskeyVerifier"), domain, **changes)  # type: ignore[arg-type]


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

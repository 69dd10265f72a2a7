"""Signatures of wallets, P-256 keys and passkeys by the auditor's own rules: each field that is spoilt fails for its own reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from eth_utils import keccak

from audit.errors import BundleError, DecodeError
from audit.evidence.trust import Trust
from audit.rules.signatures import KeyKind, Verifiers, key_of, signer_of
from tests.audit.authenticator import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, SoftKey
from tests.audit.bundles import besu_trust

if TYPE_CHECKING:
    from collections.abc import Callable

PINNED = Verifiers(p256=b"\x25" * 20, passkey=b"\x77" * 20, domain="localhost")
DIGEST, OTHER = keccak(b"what is signed"), keccak(b"something else")
KEY, PASSKEY = SoftKey(verifier=PINNED.p256), SoftKey(verifier=PINNED.passkey)


def test_a_wallet_is_recovered() -> None:
    account = Account.from_key(b"\1" * 32)
    signature = bytes(account.unsafe_sign_hash(DIGEST).signature)
    assert signer_of(DIGEST, signature, PINNED) == (bytes.fromhex(account.address[2:]), KeyKind.WALLET)


def test_a_p256_key_is_named_by_verifier_and_point() -> None:
    assert signer_of(DIGEST, KEY.sign(DIGEST), PINNED) == (keccak(KEY.signer)[12:], KeyKind.P256)
    assert key_of(KEY.signer) != key_of(PASSKEY.signer), (
        "the same point under another verifier is another key"
    )


def test_what_whoever_carries_a_signature_adds_to_it_counts_for_nothing() -> None:
    """The verifiers on chain take it too, so that nobody can make an honest town fail its audit."""
    for signature, key in ((KEY.sign(DIGEST), KEY), (PASSKEY.vouch(DIGEST), PASSKEY)):
        assert signer_of(DIGEST, signature + b"more", PINNED)[0] == key_of(key.signer)


@pytest.mark.parametrize(
    "flags",
    [PRESENT | VERIFIED, 0x45, PRESENT | VERIFIED | ELIGIBLE, PRESENT | VERIFIED | ELIGIBLE | BACKED_UP],
)
def test_a_passkey_is_verified_with_or_without_a_backup(flags: int) -> None:
    assert signer_of(DIGEST, PASSKEY.vouch(DIGEST, flags=flags), PINNED) == (
        key_of(PASSKEY.signer),
        KeyKind.PASSKEY,
    )


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"domain": "evil.example"}, "of the domain localhost"), ({"flags": VERIFIED}, "flag UP"), ({"flags": PRESENT}, "flag UV"),
        ({"flags": PRESENT | VERIFIED | BACKED_UP}, "BE and BS"), ({"type_": "webauthn.create"}, "the type webauthn.get"),
        ({"challenge": OTHER}, "another challenge"), ({"challenge": DIGEST[:31]}, "another challenge"),
        ({"low": False}, "lower half"), ({"shift": (1, 0)}, "another challenge"), ({"shift": (0, 1)}, "the type webauthn.get"),
        ({"shift": (2**200, 0)}, "another challenge"), ({"shift": (0, 2**200)}, "the type webauthn.get"),
        ({"data": bytes(36)}, "at least 37 bytes"), ({"spoil_client": b" "}, "got another"),
    ],
)  # fmt: skip
def test_each_spoilt_field_of_a_passkey_fails_for_its_own_reason(how: dict[str, Any], reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        signer_of(DIGEST, PASSKEY.vouch(DIGEST, **how), PINNED)


def _moved(signature: bytes, at: int, value: int) -> bytes:
    """A signature in which a word of the payload is another."""
    start = 84 + 32 * at
    return signature[:start] + value.to_bytes(32, "big") + signature[start + 32 :]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda s: s[:84] + s[84:][:191], "at least 192"), (lambda s: s[:70], "65 bytes"), (lambda s: s[:84], "65 bytes"), (lambda s: s[:85], "at least 192"),
        (lambda s: _moved(s, 4, 2**255), "within it"), (lambda s: _moved(s, 5, len(s) - 84 - 31), "within it"), (lambda s: s[:-33], "within it"),
        (lambda s: _moved(s, 0, 0), "got another"), (lambda s: _moved(s, 1, 0), "got another"), (lambda s: _moved(s, 0, 2**256 - 1), "got another"),
        (lambda s: b"\1" * 20 + s[20:], "one of the two verifiers"), (lambda s: PINNED.p256 + s[20:], "got another"),
        (lambda s: s[:20] + bytes(64) + s[84:], "a point of P-256"), (lambda s: s[:20] + b"\xff" * 64 + s[84:], "a point of P-256"),
        (lambda s: SoftKey(verifier=PINNED.passkey, number=8).signer + s[84:], "got another"),
        (lambda _: b"", "65 bytes"), (lambda s: s[:64], "65 bytes"),
    ],
)  # fmt: skip
def test_a_passkeys_signature_of_another_shape_or_signer_is_refused(
    spoil: Callable[[bytes], bytes], reason: str
) -> None:
    with pytest.raises(DecodeError, match=reason):
        signer_of(DIGEST, spoil(PASSKEY.vouch(DIGEST)), PINNED)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda s: s[:-1], "64 bytes"), (lambda _: KEY.sign(DIGEST, low=False), "lower half"),
        (lambda _: KEY.sign(OTHER), "got another"), (lambda s: PINNED.passkey + s[20:], "at least 192"),
        (lambda s: SoftKey(verifier=PINNED.p256, number=8).signer + s[84:], "got another"),
    ],
)  # fmt: skip
def test_a_p256_signature_of_another_shape_or_signer_is_refused(
    spoil: Callable[[bytes], bytes], reason: str
) -> None:
    with pytest.raises(DecodeError, match=reason):
        signer_of(DIGEST, spoil(KEY.sign(DIGEST)), PINNED)


def test_the_trust_file_names_the_domain_of_passkeys() -> None:
    document = besu_trust().to_json()
    assert "passkey_domain" not in document
    assert Trust.from_json(document).passkey_domain is None
    named = Trust.from_json(document | {"passkey_domain": "gongji.example"})
    assert (named.passkey_domain, named.to_json()["passkey_domain"]) == ("gongji.example", "gongji.example")
    assert named.digest != Trust.from_json(document).digest
    for wrong in ("", "https://gongji.example", "Gongji.example", 5, ["localhost"]):
        with pytest.raises(BundleError):
            Trust.from_json(document | {"passkey_domain": wrong})


def test_an_auditor_who_pins_no_domain_takes_no_passkey() -> None:
    without = Verifiers(p256=PINNED.p256, passkey=PINNED.passkey, domain=None)
    assert signer_of(DIGEST, KEY.sign(DIGEST), without)[1] is KeyKind.P256
    with pytest.raises(DecodeError, match="names no passkey_domain"):
        signer_of(DIGEST, PASSKEY.vouch(DIGEST), without)

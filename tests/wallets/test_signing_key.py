"""Whose key signed, of every kind: what the contract Members takes, this takes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_abi import decode, encode
from eth_utils import keccak, to_canonical_address
from hypothesis import given
from hypothesis import strategies as st

from contracts.deployment import LOCAL_DOMAIN
from contracts.errors import UnknownRevertError
from tests.conftest import RefusedError, created, p256, passkey, signer
from tests.contracts.evm import EvmTown
from wallets.errors import IntentSignatureInvalidError
from wallets.p256 import ORDER
from wallets.passkey import AUTH_TYPES, USER_PRESENT, USER_VERIFIED, PasskeySigner
from wallets.signing_key import SIGNER_BYTES, Verifiers, signing_key
from wallets.webauthn import BACKED_UP, BACKUP_ELIGIBLE

if TYPE_CHECKING:
    from collections.abc import Callable

VERIFIERS = Verifiers(
    p256=to_canonical_address(created("P256Verifier")),
    passkey=to_canonical_address(created("PasskeyVerifier")),
    domain=LOCAL_DOMAIN,
)
TOWN = EvmTown()
DIGEST = keccak(text="what is signed")


def here(signature: bytes) -> str | None:
    try:
        return signing_key(DIGEST, signature, VERIFIERS).lower()
    except IntentSignatureInvalidError:
        return None


def on_chain(signature: bytes) -> str | None:
    try:
        return str(TOWN.read("Members", "signerOf", DIGEST, signature)).lower()
    except (RefusedError, UnknownRevertError):
        return None


def device(flags: int = USER_PRESENT | USER_VERIFIED, domain: str = LOCAL_DOMAIN, **changes: str) -> bytes:
    key = PasskeySigner(keccak(text="key"), created("PasskeyVerifier"), domain, flags=flags, changes=changes)
    return key.sign_digest(DIGEST)


def changed(place: int, value: object) -> bytes:
    """A passkey's signature with one field of its payload changed."""
    signature = device()
    fields = list(decode(AUTH_TYPES, signature[SIGNER_BYTES:]))
    fields[place] = value
    return signature[:SIGNER_BYTES] + encode(AUTH_TYPES, fields)


def twin(signature: bytes) -> bytes:
    s = ORDER - int.from_bytes(signature[-32:], "big")
    return signature[:-32] + s.to_bytes(32, "big")


SAME: dict[str, Callable[[], bytes]] = {
    "wallet": lambda: signer("a").sign_digest(DIGEST),
    "P-256": lambda: p256("a").sign_digest(DIGEST),
    "P-256 with a byte more": lambda: p256("a").sign_digest(DIGEST) + b"x",
    "passkey": lambda: passkey("a").sign_digest(DIGEST),
    "passkey that may be backed up": lambda: device(USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE),
    "passkey that is": lambda: device(USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a signer alone": lambda: p256("a").sign_digest(DIGEST)[:SIGNER_BYTES],
    "a short P-256 signature": lambda: p256("a").sign_digest(DIGEST)[:-1],
    "a P-256 twin": lambda: twin(p256("a").sign_digest(DIGEST)),
    "a P-256 signature over something else": lambda: p256("a").sign_digest(bytes(32)),
    "another verifier": lambda: b"v" * 20 + p256("a").sign_digest(DIGEST)[20:],
    "the verifier of the other kind": lambda: VERIFIERS.passkey + p256("a").sign_digest(DIGEST)[20:],
    "a point beside the curve": lambda: VERIFIERS.p256 + bytes(64) + p256("a").sign_digest(DIGEST)[84:],
    "another challenge": lambda: passkey("a").sign_digest(bytes(32)),
    "a registration": lambda: device(type="webauthn.create"),
    "another domain": lambda: device(domain="localhost.example"),
    "nobody seen": lambda: device(USER_VERIFIED),
    "nobody verified": lambda: device(USER_PRESENT),
    "a backup of what has none": lambda: device(USER_PRESENT | USER_VERIFIED | BACKED_UP),
    "a passkey's twin": lambda: changed(1, (ORDER - int.from_bytes(decode(AUTH_TYPES, device()[84:])[1], "big")).to_bytes(32, "big")),
    "the challenge elsewhere": lambda: changed(2, 0),
    "the type elsewhere": lambda: changed(3, 2),
    "the type far away": lambda: changed(3, 2**255),
    "short authenticator data": lambda: changed(4, bytes(36)),
    "other client data": lambda: changed(5, "{}"),
    "no assertion": lambda: device()[:SIGNER_BYTES] + b"x",
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_key_of_every_kind_is_the_same_here_and_on_chain(case: str) -> None:
    signature = SAME[case]()
    assert here(signature) == on_chain(signature) is not None


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_chain_refuses_is_refused_here(case: str) -> None:
    signature = REFUSED[case]()
    assert (here(signature), on_chain(signature)) == (None, None)


@given(st.data())
def test_signature_with_one_byte_changed_is_nobodys_or_the_same_on_chain(data: st.DataObject) -> None:
    """The twin is not only in the fields that are named above."""
    signature = bytearray(data.draw(st.sampled_from(list(SAME.values())))())
    place = data.draw(st.integers(0, len(signature) - 1))
    signature[place] ^= data.draw(st.integers(1, 255))
    found = on_chain(bytes(signature))
    # What the chain takes and this does not, a client may not sign; the other way round the chain would refuse it later.
    assert here(bytes(signature)) in (None, found)

"""What tests of refusals in keys share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import MemberKind
from tests.conftest import held_by, member_id, signer
from tests.contracts.deciding import rotation
from tests.contracts.neighbourhood import (
    BANK,
    DEADLINE,
    FUND,
    donation,
    fresh_nonce,
)
from wallets.intents import (
    ActOnGuardian,
    AttestDonations,
    GuardianAct,
    RecoverKey,
    RefuseKey,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent
    from wallets.signer import Signer


REGISTRAR = signer("registrar")
NOBODY = bytes(16)


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

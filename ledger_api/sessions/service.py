"""Challenges and sessions. A challenge is used once, whether or not its signature is right."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eth_utils import to_canonical_address, to_checksum_address
from sqlalchemy import delete, insert

from kit.database import writing_async
from ledger_api.errors import ChallengeInvalidError
from ledger_api.rows import fetch, select_fields
from ledger_api.sessions.text import compose
from ledger_api.tables import challenges, sessions
from wallets.errors import IntentSignatureInvalidError
from wallets.signer import digest_of_text
from wallets.signing_key import Verifiers, signing_key

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from contracts.deployment import Deployment
    from ledger_api.config import ApiConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A session just opened.

    Attributes:
        token: What the cookie holds; the database has only its hash.
        csrf: What a write must repeat.
        expires_at: Seconds since 1970.
        address: Key that signed in, 20 bytes.
    """

    token: str
    csrf: str
    expires_at: int
    address: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A session of before.

    Attributes:
        address: Key that signed in, 20 bytes.
        csrf: What a write must repeat.
        expires_at: Seconds since 1970.
    """

    address: bytes
    csrf: str
    expires_at: int


SESSIONS = select_fields(Kept, sessions)


async def challenge(engine: AsyncEngine, config: ApiConfig, address: bytes, now: int) -> str:
    """A text for a key to sign.

    Args:
        engine: Engine of the schema `app`.
        config: Address, chain and how long the text counts.
        address: 20 bytes.
        now: Seconds since 1970.
    """
    nonce, expires_at = secrets.token_hex(16), now + config.challenge_seconds
    chain_id, key = config.deployment.chain_id, to_checksum_address(address)
    text = compose(
        public_url=config.public_url,
        address=key,
        chain_id=chain_id,
        nonce=nonce,
        now=now,
        expires_at=expires_at,
    )
    async with writing_async(engine) as connection:
        await connection.execute(delete(challenges).where(challenges.c.expires_at < now))
        row = {"nonce": nonce, "address": address, "text": text, "expires_at": expires_at}
        await connection.execute(insert(challenges), row)
    return text


async def sign_in(engine: AsyncEngine, config: ApiConfig, text: str, signature: bytes, now: int) -> Opened:
    """Opens a session for the key that signed a challenge.

    Raises:
        ChallengeInvalidError: The text is unknown, used or too old, or another key signed it.
    """
    async with writing_async(engine) as connection:
        used = delete(challenges).where(challenges.c.text == text)
        row = (
            await connection.execute(used.returning(challenges.c.address, challenges.c.expires_at))
        ).first()
    if row is None or row.expires_at < now:
        raise ChallengeInvalidError("expected a sign-in text that is open, got one unknown, used or expired")
    _check_signature(text, signature, bytes(row.address), config.deployment)
    return await _open(engine, bytes(row.address), now, now + config.session_seconds)


async def find(engine: AsyncEngine, token: str, now: int) -> Kept | None:
    """The session of a cookie; None if it is unknown or over."""
    query = SESSIONS.where(sessions.c.token_hash == _hash(token), sessions.c.expires_at > now)
    async with engine.connect() as connection:
        found = await fetch(connection, Kept, query)
    return found[0] if found else None


async def close(engine: AsyncEngine, token: str) -> None:
    """Ends the session of a cookie."""
    async with writing_async(engine) as connection:
        await connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))


def signer_of(text: str, signature: bytes, deployment: Deployment) -> str:
    """Checksummed address of the key that signed a text (EIP-191).

    Raises:
        IntentSignatureInvalidError: It is no signature.
    """
    return signing_key(digest_of_text(text), signature, Verifiers.of(deployment))


async def _open(engine: AsyncEngine, address: bytes, now: int, expires_at: int) -> Opened:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    row = {"token_hash": _hash(token), "address": address, "csrf": csrf, "expires_at": expires_at}
    async with writing_async(engine) as connection:
        await connection.execute(delete(sessions).where(sessions.c.expires_at < now))
        await connection.execute(insert(sessions), row)
    return Opened(token=token, csrf=csrf, expires_at=expires_at, address=address)


def _check_signature(text: str, signature: bytes, address: bytes, deployment: Deployment) -> None:
    try:
        key = signer_of(text, signature, deployment)
    except IntentSignatureInvalidError as error:
        raise ChallengeInvalidError(str(error)) from None
    if to_canonical_address(key) != address:
        raise ChallengeInvalidError(
            f"expected a signature of {to_checksum_address(address)}, got one of {key}"
        )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

"""The sign-in text of EIP-4361."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

STATEMENT = (
    "登录共济账本，不会转移任何钱款或时长。 Sign in to the Gongji ledger; this moves no money and no hours."
)
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def compose(*, public_url: str, address: str, chain_id: int, nonce: str, now: int, expires_at: int) -> str:
    """The text to sign.

    Args:
        public_url: Address of the portal.
        address: Checksummed address of the key.
        chain_id: EIP-155 chain id.
        nonce: At least 8 letters and digits, used once.
        now: Seconds since 1970.
        expires_at: Last second at which it counts, seconds since 1970.
    """
    return (
        f"{urlsplit(public_url).netloc} wants you to sign in with your Ethereum account:\n{address}\n\n{STATEMENT}\n\n"
        f"URI: {public_url}\nVersion: 1\nChain ID: {chain_id}\nNonce: {nonce}\n"
        f"Issued At: {_moment(now)}\nExpiration Time: {_moment(expires_at)}"
    )


def is_sign_in(text: str, *, public_url: str, address: str, chain_id: int, latest: int) -> bool:
    """Whether a text signs a key in at one portal for some time, and does nothing else: it is what `compose` writes.

    Args:
        text: What is to be signed.
        public_url: Address of the portal.
        address: Checksummed address of the key.
        chain_id: EIP-155 chain id.
        latest: Last second at which it may expire, seconds since 1970.
    """
    free = re.search(r"\nNonce: ([0-9a-zA-Z]{8,64})\nIssued At: (.{20})\nExpiration Time: (.{20})$", text)
    if free is None:
        return False
    try:
        nonce, now, expires_at = free[1], _seconds(free[2]), _seconds(free[3])
    except ValueError:
        return False
    composed = compose(
        public_url=public_url, address=address, chain_id=chain_id, nonce=nonce, now=now, expires_at=expires_at
    )
    return text == composed and expires_at <= latest


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(MOMENT)


def _seconds(moment: str) -> int:
    return int(datetime.strptime(moment, MOMENT).replace(tzinfo=UTC).timestamp())

"""The sign-in text of EIP-4361."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

STATEMENT = (
    "登录共济账本，不会转移任何钱款或时长。 Sign in to the Gongji ledger; this moves no money and no hours."
)


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


def is_sign_in(text: str, address: str) -> bool:
    """Whether a text signs a key in and does nothing else: each of its lines is one that `compose` writes.

    Args:
        text: What is to be signed.
        address: Checksummed address of the key.
    """
    lines = (
        r"[^\s]+ wants you to sign in with your Ethereum account:", address, "", re.escape(STATEMENT), "",
        r"URI: [^\s]+", "Version: 1", "Chain ID: [0-9]+", "Nonce: [0-9a-zA-Z]+", r"Issued At: [^\s]+", r"Expiration Time: [^\s]+",
    )  # fmt: skip
    return re.fullmatch("\n".join(lines), text) is not None


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

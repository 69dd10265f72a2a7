"""The token in a form that needs no program, another one each time.

A page is compressed, and shows what its address says. Whoever has a reader open it again and again, and sees how long the answers
are, could guess a secret that stands in it unchanged (BREACH). So the session's token does not: a digest of it and of a random word does.
"""

from __future__ import annotations

import hmac
import secrets

WORD_BYTES = 12


def form_token(csrf: str) -> str:
    """A token for one showing of a form.

    Args:
        csrf: The token of the session.
    """
    word = secrets.token_hex(WORD_BYTES)
    return f"{word}.{_digest(csrf, word)}"


def is_form_token(token: str, csrf: str) -> bool:
    """Whether a form sends a token that was made from that of the session.

    Args:
        token: What the form sends.
        csrf: The token of the session.
    """
    word, _, digest = token.partition(".")
    return hmac.compare_digest(digest.encode(), _digest(csrf, word).encode())


def _digest(csrf: str, word: str) -> str:
    return hmac.digest(csrf.encode(), word.encode(), "sha256").hex()

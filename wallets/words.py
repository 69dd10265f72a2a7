"""A digest as eight words, so that two people can compare it by voice.

The words are those of BIP-39, 11 bits each, taken from the left of the digest: 88 bits, too many to search for another
intent with the same words. In Chinese each word is one character.
"""

from __future__ import annotations

from functools import cache

from eth_account.hdaccount.mnemonic import Mnemonic
from eth_account.types import Language

WORDS = 8


def digest_words(digest: bytes, language: str = "chinese_simplified") -> list[str]:
    """The words of a digest.

    Args:
        digest: 32 bytes.
        language: BIP-39 list: "chinese_simplified" or "english".
    """
    bits = int.from_bytes(digest, "big") >> (256 - 11 * WORDS)
    return [_list(language)[(bits >> (11 * (WORDS - 1 - i))) & 0x7FF] for i in range(WORDS)]


@cache
def _list(language: str) -> list[str]:
    return list(Mnemonic(Language(language)).wordlist)

"""Words that a city wants otherwise, such as one for "time bank" where nothing may be called a bank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit.translation import SOURCE, english_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from register.nouns import Name

# What stands in braces is a value of the message: no word of a city is put there, and none may look like one.
FIELD = re.compile(r"(\{[^{}]*\})")
BRACES = str.maketrans("", "", "{}")


class Overlay:
    """Puts a city's words into the messages of the catalogue, within sentences as well.

    Args:
        words: What the city says, by the word of the catalogue in Chinese. A word that the catalogue does not hold by itself is
            replaced in Chinese only: what it is in English is not known.
    """

    def __init__(self, words: Mapping[str, Name]) -> None:
        self._chinese = {zh: plain for zh, name in words.items() if (plain := name.zh.translate(BRACES))}
        known = english_terms() if words else {}
        self._english = {
            known[zh].lower(): plain
            for zh, name in words.items()
            if zh in known and (plain := name.en.translate(BRACES))
        }
        self._in_chinese = re.compile(_any_of(self._chinese))
        self._in_english = re.compile(rf"\b({_any_of(self._english)})(s?)\b", re.IGNORECASE)

    def apply(self, text: str, language: str) -> str:
        """A text with the city's words.

        Args:
            text: A message, before its values are put in.
            language: Its language.
        """
        if not (self._chinese if language == SOURCE else self._english):
            return text
        sentence = self._in_own_chinese if language == SOURCE else self._in_own_english
        # Every second part is a field.
        parts = FIELD.split(text)
        parts[::2] = map(sentence, parts[::2])
        return "".join(parts)

    def _in_own_chinese(self, text: str) -> str:
        return self._in_chinese.sub(self._chinese_word, text)

    def _in_own_english(self, text: str) -> str:
        return self._in_english.sub(self._english_word, text)

    def _chinese_word(self, found: re.Match[str]) -> str:
        return self._chinese[found[0]]

    def _english_word(self, found: re.Match[str]) -> str:
        """As large or small at its first letter as what it replaces, and of several things as that is."""
        word = self._english[found[1].lower()] + found[2]
        first = word[0].upper() if found[0][0].isupper() else word[0].lower()
        return first + word[1:]


def _any_of(words: Mapping[str, str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

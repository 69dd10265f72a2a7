r"""Text of strangers, so that nothing in it is hidden from whoever reads it.

A letter that turns the direction of writing makes an amount beside a name read otherwise (Unicode TR 36, section 2.3); one that a
terminal obeys changes what stands above it. Both are written out, as `\\u202e` or `\\x1b`, and what runs from right to left is isolated.
"""

from __future__ import annotations

import json
import unicodedata

# Categories of Unicode: control, format, half of a pair, private use, line and paragraph separators.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Zero-width joiner and non-joiner: writing needs them, and they turn nothing.
JOINERS = "\u200c\u200d"
RIGHT_TO_LEFT = frozenset({"R", "AL"})
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"


class Isolated(str):
    """A text of ours within which what strangers wrote is written out and isolated already."""

    __slots__ = ()


def is_hidden(letter: str) -> bool:
    """Whether a reader does not see a letter, or it turns the direction of others."""
    return unicodedata.category(letter) in HIDDEN and letter not in JOINERS


def visible(text: str, kept: str = "\n\t") -> str:
    r"""A text with its hidden letters written out.

    Args:
        text: The text.
        kept: Letters that stay as they are.

    >>> visible("fdp\u202egpj")
    'fdp\\\\u202egpj'
    """
    if text.isprintable() or isinstance(text, Isolated):
        return text
    return "".join(
        letter.encode("unicode_escape").decode() if is_hidden(letter) and letter not in kept else letter
        for letter in text
    )


def isolated(text: str) -> str:
    """A text that stands within another, in any language: from right to left, it leaves the order of what follows as it is.

    Args:
        text: The text; its hidden letters are written out.
    """
    shown = visible(text)
    if shown.isascii() or not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in shown):
        return shown
    return Isolated(f"{ISOLATE}{shown}{END_OF_ISOLATE}")


def without_hidden(text: str) -> str:
    """A text without its hidden letters."""
    return text if text.isprintable() else "".join(letter for letter in text if not is_hidden(letter))


def visible_json(text: str) -> str:
    """JSON with the hidden letters of its texts written out as JSON does; it is read as the same data."""
    if text.isprintable():
        return text
    return "".join(
        json.dumps(letter)[1:-1] if is_hidden(letter) and letter != "\n" else letter for letter in text
    )

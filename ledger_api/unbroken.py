"""Days, amounts of time and numbers with their units, which a page does not break between two lines.

Everywhere else, in JSON, CSV and on the command line, they are plain text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable


class Unbroken(str):
    """A text that tells a page which of its parts stay on one line each.

    Attributes:
        markup: The same as HTML.
    """

    __slots__ = ("markup",)
    markup: Markup

    def __new__(cls, text: str, markup: Markup | None = None) -> Self:
        """A text.

        Args:
            text: Plain.
            markup: As HTML; None keeps the whole on one line.
        """
        new = super().__new__(cls, text)
        new.markup = Markup('<span class="nowrap">{}</span>').format(text) if markup is None else markup
        return new

    def __html__(self) -> Markup:
        """What Jinja and markupsafe put into a page."""
        return self.markup


def joined(texts: Iterable[str], between: str = " ") -> Unbroken:
    """Texts one after the other, each of which stays on its line.

    Args:
        texts: The texts.
        between: What stands between them, where a line may end.
    """
    found = list(texts)
    return Unbroken(between.join(found), escape(between).join(found))


def filled(pattern: str, *places: object, **values: object) -> str:
    """A pattern with its values, which keeps on one line what they do; plain if there is no such value.

    Args:
        pattern: A text with braces, of ours.
        places: Values by place.
        values: Values by name.
    """
    text = pattern.format(*places, **values)
    if not any(isinstance(value, Unbroken) for value in (*places, *values.values())):
        return text
    return Unbroken(text, Markup(escape(pattern)).format(*places, **values))  # noqa: S704 - the pattern is escaped

"""The words of all programs, by gettext: Chinese stands in the source, English in `locale/en/LC_MESSAGES/gongji.po`.

`python -m kit.extraction` brings the messages of the source into that file; `docs/contributing.md` says how.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES = ("zh", "en")
SOURCE = "zh"
PO_FILE = files("kit") / "locale" / "en" / "LC_MESSAGES" / "gongji.po"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Marks a message that is translated where it is shown; for constants."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The messages in a language; one that it lacks is shown in Chinese.

    Args:
        language: One of `LANGUAGES`.
    """
    if language == SOURCE:
        return NullTranslations()
    # Long to import, and nothing to whoever marks messages alone.
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, _catalog())
    compiled.seek(0)
    return GNUTranslations(compiled)


def read_catalog() -> Catalog:
    """What `gongji.po` holds."""
    from babel.messages.pofile import read_po

    return read_po(io.BytesIO(PO_FILE.read_bytes()), locale="en")


_catalog = cache(read_catalog)


@cache
def script_messages() -> list[str]:
    """Messages that stand in scripts, which get them with the page."""
    scripts = (m for m in _catalog() if any(name.endswith(".js") for name, _ in m.locations))
    return [str(message.id) for message in scripts]


@cache
def english_terms() -> dict[str, str]:
    """English of the messages by their Chinese: without context if there is one, and of one number of things."""
    terms: dict[str, str] = {}
    for message in sorted(_catalog(), key=lambda message: message.context or ""):
        source, text = (str(m if isinstance(m, str) else m[0]) for m in (message.id, message.string or ""))
        terms.setdefault(source, text)
    return terms


def bilingual(message: str) -> str:
    """A message in both languages, for tables and terminals that have no reader's language.

    Args:
        message: In Chinese, without context.
    """
    return f"{message} {english(message)}"


def english(message: str) -> str:
    """A message in English.

    Args:
        message: In Chinese, without context.
    """
    return translations("en").gettext(message)

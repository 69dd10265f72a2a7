"""What people type, as a reader takes it: full-width digits, spaces, grouped thousands and a date in each of its usual forms."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

# Commas in other places than between thousands are no grouping: 12,50 may be meant as 12.50.
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?=\.|$)")
DATES = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
    r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})",
    r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})",
    r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?",
    r"([0-9]{4})([0-9]{2})([0-9]{2})",
)


def plain(text: str) -> str:
    """A text in half-width characters, without spaces around it.

    >>> plain("　１２－３４ ")
    '12-34'
    """
    return unicodedata.normalize("NFKC", text).strip()


def code(text: str) -> str:
    """A number of a receipt without spaces, its digits small, whichever dash stands in it.

    >>> code(" 128 —— 9F3A01BC")
    '128-9f3a01bc'
    """
    return re.sub(r"[‐-―−-]+", "-", re.sub(r"\s", "", plain(text))).lower()


def number(text: str) -> str:
    """The digits of a number, spaces and the commas between its thousands left out.

    >>> number("１，０００"), number("12,50")
    ('1000', '12,50')
    """
    found = re.sub(r"\s", "", plain(text))
    return found.replace(",", "") if GROUPED.match(found) else found


def day(text: str) -> date | None:
    """A day; None for a text that is none.

    >>> day("2027年1月31日"), day("2027/2/30")
    (datetime.date(2027, 1, 31), None)
    """
    written = re.sub(r"\s", "", plain(text))
    found = next(filter(None, (re.fullmatch(form, written) for form in DATES)), None)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None

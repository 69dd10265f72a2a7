"""Days and months as China counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from audit.errors import BundleError, StateError

AHEAD_OF_UTC = timedelta(hours=8)
FIRST_DAY = date(1970, 1, 1)


def day_of(seconds: int) -> int:
    """Number of the day of a moment, from 1970.

    Args:
        seconds: Seconds since 1970.

    Raises:
        StateError: It is after the year 9999.
    """
    return (_date(seconds) - FIRST_DAY).days


def day_from(where: str, text: str) -> int:
    """Number of a day that a statement has, from 1970.

    Args:
        where: Which statement.
        text: Such as 2026-03-01.

    Raises:
        BundleError: It is no day.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # It has other spellings, too.
    if day is None or day.isoformat() != text:
        raise BundleError(f"{where}: expected a day such as 2026-03-01, got {text!r:.40}")
    return (day - FIRST_DAY).days


def day_text(day: int) -> str:
    """A day as a statement has it.

    Args:
        day: Its number, from 1970.
    """
    return (FIRST_DAY + timedelta(days=day)).isoformat()


def month_of(seconds: int) -> int:
    """Number of the month of a moment, from January 1970.

    Args:
        seconds: Seconds since 1970.

    Raises:
        StateError: It is after the year 9999.
    """
    found = _date(seconds)
    return (found.year - FIRST_DAY.year) * 12 + found.month - 1


def _date(seconds: int) -> date:
    try:
        return (datetime.fromtimestamp(seconds, UTC) + AHEAD_OF_UTC).date()
    except (OverflowError, OSError, ValueError):
        raise StateError(f"expected a time that the calendar has, got {seconds}") from None

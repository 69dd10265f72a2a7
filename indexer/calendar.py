"""Days and months as China counts them: one time zone, and no summer time."""

from __future__ import annotations

from datetime import date

DAY_SECONDS = 24 * 3600
CHINA_SECONDS = 8 * 3600
_FIRST_DAY = date(1970, 1, 1).toordinal()


def china_day(seconds: int) -> int:
    """Number of the day of a moment, from 1970.

    Args:
        seconds: Seconds since 1970.
    """
    return (seconds + CHINA_SECONDS) // DAY_SECONDS


def day_start(day: int) -> int:
    """First second of a day in China, since 1970.

    Args:
        day: Number of the day, from 1970.
    """
    return day * DAY_SECONDS - CHINA_SECONDS


def month_of(day: int) -> int:
    """Number of the month of a day, from January 1970.

    Args:
        day: Number of the day, from 1970.
    """
    found = date.fromordinal(_FIRST_DAY + day)
    return (found.year - 1970) * 12 + found.month - 1


def last_day(month: int) -> int:
    """Number of the last day of a month, from 1970.

    Args:
        month: Number of the month, from January 1970.
    """
    year, place = divmod(month + 1, 12)
    return date(1970 + year, place + 1, 1).toordinal() - _FIRST_DAY - 1


def day_text(day: int) -> str:
    """A day as people write it.

    Args:
        day: Number of the day, from 1970.

    >>> day_text(20513)
    '2026-03-01'
    """
    return date.fromordinal(_FIRST_DAY + day).isoformat()


def month_text(month: int) -> str:
    """A month as people write it.

    Args:
        month: Number of the month, from January 1970.

    >>> month_text(674)
    '2026-03'
    """
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"

"""With what status a command ends: one table for errors, help, documentation and tests."""

from __future__ import annotations

import signal
from enum import IntEnum
from typing import Self


class ExitStatus(IntEnum):
    """Status of a command at its end.

    Attributes:
        zh: What it says, in Chinese.
        en: The same in English.
    """

    zh: str
    en: str

    def __new__(cls, status: int, zh: str = "", en: str = "") -> Self:
        """A status with what it says."""
        member = int.__new__(cls, status)
        member._value_, member.zh, member.en = status, zh, en
        return member

    DONE = 0, "办好了", "done"
    VERIFICATION_FAILED = 1, "核对不通过", "verification failed"
    USAGE = 2, "写法不对，或无法判断", "usage or undecidable"
    UNREACHABLE = 3, "连不上，或没有就绪", "cannot reach"
    REFUSED = 4, "规则不允许", "refused by a rule"
    NOT_FOUND = 5, "没有找到", "not found"
    INTERRUPTED = 128 + signal.SIGINT, "被打断", "interrupted"
    READER_GONE = 128 + signal.SIGPIPE, "输出没有人读", "nobody reads the output"


# What the API's problems are by their HTTP status; with any other one something was not of the form that it must have.
BY_HTTP_STATUS = {
    401: ExitStatus.REFUSED,
    403: ExitStatus.REFUSED,
    404: ExitStatus.NOT_FOUND,
    408: ExitStatus.UNREACHABLE,
    409: ExitStatus.REFUSED,
    429: ExitStatus.UNREACHABLE,
    500: ExitStatus.UNREACHABLE,
    502: ExitStatus.UNREACHABLE,
    503: ExitStatus.UNREACHABLE,
}


def of_http(status: int) -> ExitStatus:
    """How a command ends that the API answers with a problem.

    Args:
        status: HTTP status of the problem.
    """
    return BY_HTTP_STATUS.get(status, ExitStatus.USAGE)


def help_line() -> str:
    """All of them in a line for help."""
    return "退出码 exit status: " + " · ".join(f"{status:d} {status.zh} {status.en}" for status in ExitStatus)

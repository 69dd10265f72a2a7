"""The file with the fields of a request that somebody drafts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gongji.errors import GongjiError


class RequestUnreadableError(GongjiError):
    """The file holds no request."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file} 不是申请 is not a request",
            f"内容不对 its content is not valid: {why}",
            "用 JSON 写出各项 write its fields as JSON: committee, purpose, budgetLine, amountFen, number, requester, payee, and "
            "title and reason, or documents where they are kept already",
        )


def read_request(file: Path) -> dict[str, Any]:
    """Fields of a request from a file.

    Args:
        file: The file, JSON.

    Raises:
        RequestUnreadableError: It holds none.
    """
    try:
        fields = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RequestUnreadableError(file, str(error)) from None
    if not isinstance(fields, dict):
        raise RequestUnreadableError(file, f"expected an object, got {str(fields)[:60]}")
    return fields

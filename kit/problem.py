"""Refusals as people and programs read them: RFC 9457 problems in Chinese and English.

`code` is the name of the error. Every problem has three parts in both languages: what happened, why, and what to do.
`detail` adds the values, expected and got. The texts stand with the package whose errors they are, in its `problems.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

import orjson
from starlette.responses import Response

from kit.translation import english

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 500
RETRY_SECONDS = 5
# What is missing where nobody is signed in (RFC 9110, 11.6.1): a session, and where a key asks for the text that opens one.
SIGN_IN = 'Session realm="gongji", challenge="/v1/sessions/challenges"'

_BOTH = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {
        "zh": {"type": "string", "description": "In Chinese."},
        "en": {"type": "string", "description": "In English."},
    },
}
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "what", "why", "remedy"],
    "properties": {
        "type": {"type": "string", "description": "urn:gongji:problem: and the code."},
        "title": {"type": "string", "description": "What happened, in English."},
        "status": {"type": "integer", "description": "HTTP status."},
        "detail": {"type": "string", "description": "The values, expected and got; English."},
        "code": {
            "type": "string",
            "description": "Name of the error; a contract's rule has its Solidity name.",
        },
        "what": _BOTH | {"description": "What happened."},
        "why": _BOTH | {"description": "Which rule or fact stands against it."},
        "remedy": _BOTH | {"description": "What to do."},
    },
}
# How the description of an API shows refusals, for all operations.
RESPONSES: dict[int | str, dict[str, Any]] = {
    family: {"description": description, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for family, description in (("4XX", "Refused; nothing has changed."), ("5XX", "Not able to answer now."))
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, message: str) -> Self:
        """A message of the catalogue.

        Args:
            message: In Chinese.
        """
        return cls(zh=message, en=english(message))

    def as_json(self) -> dict[str, str]:
        """As it stands in a problem."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One refusal.

    Attributes:
        code: Name of the error.
        status: HTTP status.
        what: What happened.
        why: Which rule or fact stands against it.
        remedy: What to do.
        detail: The values, expected and got; English, at most `MAX_DETAIL` characters.
    """

    code: str
    status: int
    what: Text
    why: Text
    remedy: Text
    detail: str

    def worded(self, words: Callable[[str, str], str]) -> Problem:
        """The problem in other words.

        Args:
            words: Gives a text in other words; takes the text and its language.
        """

        def both(text: Text) -> Text:
            return Text(zh=words(text.zh, "zh"), en=words(text.en, "en"))

        return replace(self, what=both(self.what), why=both(self.why), remedy=both(self.remedy))

    def as_json(self) -> dict[str, Any]:
        """The members of RFC 9457, and ours."""
        return {
            "type": f"urn:gongji:problem:{self.code}", "title": self.what.en, "status": self.status,
            "detail": self.detail[:MAX_DETAIL], "code": self.code, "what": self.what.as_json(),
            "why": self.why.as_json(), "remedy": self.remedy.as_json(),
        }  # fmt: skip

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The answer to a request.

        Args:
            headers: More headers; a `retry-after` takes the place of the usual `RETRY_SECONDS`.
        """
        usual = {"cache-control": "no-store"}
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            usual["retry-after"] = str(RETRY_SECONDS)
        if self.status == HTTPStatus.UNAUTHORIZED:
            usual["www-authenticate"] = SIGN_IN
        return Response(
            orjson.dumps(self.as_json()), self.status, headers=usual | (headers or {}), media_type=MEDIA_TYPE
        )


class Catalogue:
    """Status and texts of the errors of some packages."""

    def __init__(self, *packages: str) -> None:
        """Reads the `problems.toml` of each package: by code, `status` and a sentence for each part."""
        self.rows: dict[str, dict[str, Any]] = {}
        for package in packages:
            self.rows |= tomllib.loads((files(package) / "problems.toml").read_text("utf-8"))

    def of(self, error: Exception) -> Problem:
        """The problem that an error is; a class without a row has that of its parent.

        Raises:
            LookupError: Neither the class nor a parent has one.
        """
        names = [kind.__name__ for kind in type(error).__mro__]
        row = next((name for name in names if name in self.rows), names[0])
        return self.problem(row, str(error), code=names[0])

    def problem(self, row: str, detail: str, **members: Any) -> Problem:
        """The problem of a row.

        Args:
            row: Its name.
            detail: The values, expected and got; English.
            members: What the problem has in place of the row's own: `code`, `status`, `why`, `remedy`.
        """
        values = self.rows[row]
        texts = {part: Text.of(values[part]) for part in ("what", "why", "remedy")}
        defaults = {"code": values.get("code", row), "status": values["status"], "detail": detail, **texts}
        return Problem(**defaults | members)

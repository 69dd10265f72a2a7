"""Refusals as people and programs read them: RFC 9457 problems in Chinese and English.

`code` is the name of the error: the class here, or the Solidity error that a contract gave. Every problem has three parts
in both languages: what happened, why, and what to do. `detail` adds the values, expected and got.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ledger_api.errors import DatabaseUnavailableError, LedgerApiError, RuleRefusedError
from wallets.errors import WalletError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from contracts.abi import Revert

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 500
RETRY_SECONDS = 5
# What a database that is away or too busy looks like.
UNANSWERED = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)

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
# How the description of the API shows refusals, for all operations.
RESPONSES: dict[int | str, dict[str, Any]] = {
    family: {"description": told, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for family, told in (("4XX", "Refused; nothing has changed."), ("5XX", "Not able to answer now."))
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

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

    def as_json(self) -> dict[str, Any]:
        """The members of RFC 9457, and ours."""
        return {
            "type": f"urn:gongji:problem:{self.code}", "title": self.what.en, "status": self.status,
            "detail": self.detail[:MAX_DETAIL], "code": self.code, "what": self.what.as_json(),
            "why": self.why.as_json(), "remedy": self.remedy.as_json(),
        }  # fmt: skip

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The answer to a request."""
        told = {**(headers or {}), "cache-control": "no-store"}
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            told["retry-after"] = str(RETRY_SECONDS)
        return Response(orjson.dumps(self.as_json()), self.status, headers=told, media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """The problem that an error of this package or of `wallets` is, or a database that does not answer."""
    if isinstance(error, UNANSWERED):
        # It may be a fault of ours all the same, such as a table that is not there. The driver's own words name no values.
        log.warning("database_unanswered", reason=str(getattr(error, "orig", error)))
        error = DatabaseUnavailableError(f"expected an answer of the database, got {type(error).__name__}")
    if isinstance(error, RuleRefusedError):
        return refusal(error.revert)
    return _from_row(_row_of(type(error)), type(error).__name__, str(error))


def refusal(revert: Revert) -> Problem:
    """The problem that a rule of a contract is."""
    row = texts()["RuleRefusedError"]
    rule = rules().get(revert.name, {"zh": revert.meaning})
    return Problem(
        code=revert.name,
        status=row["status"],
        what=_text(row["what"]),
        why=Text(zh=rule["zh"], en=rule.get("en", revert.meaning)),
        remedy=_text(rule.get("remedy", row["remedy"])),
        detail=str(revert),
    )


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""

    async def known(_: Request, error: Exception) -> Response:
        return problem_of(error).response()

    async def invalid(_: Request, error: Exception) -> Response:
        return _from_row(texts()["RequestInvalid"], "RequestInvalid", _first_error(error)).response()

    async def http(_: Request, error: Exception) -> Response:
        return _http_problem(error).response(dict(getattr(error, "headers", None) or {}))

    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("unexpected_error", path=request.url.path, error=type(error).__name__, exc_info=error)
        return _from_row(texts()["InternalError"], "InternalError", "the server's log says more").response()

    for kind in (LedgerApiError, WalletError, *UNANSWERED):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


@cache
def texts() -> dict[str, dict[str, Any]]:
    """Status and texts by code, from `problems.toml`."""
    return tomllib.loads((files("ledger_api") / "problems.toml").read_text("utf-8"))


@cache
def rules() -> dict[str, dict[str, Any]]:
    """Chinese sentences of the contracts' errors by name, from `rules.toml`."""
    return tomllib.loads((files("ledger_api") / "rules.toml").read_text("utf-8"))


def _row_of(kind: type[BaseException]) -> dict[str, Any]:
    return next(texts()[c.__name__] for c in kind.__mro__ if c.__name__ in texts())


def _from_row(row: dict[str, Any], code: str, detail: str) -> Problem:
    what, why, remedy = (_text(row[part]) for part in ("what", "why", "remedy"))
    return Problem(code=code, status=row["status"], what=what, why=why, remedy=remedy, detail=detail)


def _text(pair: list[str]) -> Text:
    return Text(zh=pair[0], en=pair[1])


def _http_problem(error: Any) -> Problem:
    row = texts().get(f"Http{error.status_code}", texts()["HttpOther"])
    code = row.get("code", "HttpOther")
    return _from_row(row | {"status": error.status_code}, code, str(error.detail))


def _first_error(error: Any) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}, got {str(first.get('input'))[:80]!r}"

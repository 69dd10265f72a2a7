"""The errors of this package as problems (`kit.problem`), and those of the frameworks beneath it.

`code` is the name of the error: its class, or the Solidity error that a contract gave.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc

from kit.problem import Catalogue, Problem, Text
from ledger_api.errors import DatabaseUnavailableError, LedgerApiError, RuleRefusedError
from wallets.errors import WalletError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from contracts.abi import Revert

log = structlog.get_logger(__name__)

CATALOGUE = Catalogue("ledger_api", "wallets")
# What a database that is away or too busy looks like.
UNANSWERED = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


def problem_of(error: Exception) -> Problem:
    """The problem that an error of this package or of `wallets` is, or a database that does not answer or hold a value."""
    if isinstance(error, UNANSWERED):
        # It may be a fault of ours all the same, such as a table that is not there. The driver's own words name no values.
        log.warning("database_unanswered", reason=str(getattr(error, "orig", error)))
        error = DatabaseUnavailableError(f"expected an answer of the database, got {type(error).__name__}")
    if isinstance(error, exc.DataError):
        # It may be a fault of ours, too. The words of the driver may name the value.
        log.warning("value_not_held", reason=type(error.orig).__name__)
        return CATALOGUE.problem("RequestInvalid", "expected values that the database can hold, got another")
    if isinstance(error, RuleRefusedError):
        return refusal(error.revert)
    return CATALOGUE.of(error)


def refusal(revert: Revert) -> Problem:
    """The problem that a rule of a contract is."""
    # An error that is not ours, of a token for example, says what it says in English only.
    rule = rules().get(revert.name, {"why": revert.meaning})
    members = {part: Text.of(rule[part]) for part in rule}
    return CATALOGUE.problem("RuleRefusedError", str(revert), code=revert.name, **members)


def install(app: FastAPI, words: Callable[[str, str], str]) -> None:
    """Makes every error that endpoints of the API foresee a problem; `portal.site` has those that may be a page.

    Args:
        app: The application.
        words: Gives a text with the city's words; takes the text and its language.
    """

    async def known(_: Request, error: Exception) -> Response:
        return problem_of(error).worded(words).response()

    async def invalid(_: Request, error: Exception) -> Response:
        return invalid_request(error).worded(words).response()

    # PostgreSQL holds no text with a zero byte.
    for kind in (LedgerApiError, WalletError, exc.DataError, *UNANSWERED):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(RequestValidationError, invalid)


def unexpected_problem(request: Request, error: Exception) -> Problem:
    """The problem that a fault of ours is, which the log tells whole."""
    log.error("unexpected_error", path=request.url.path, error=type(error).__name__, exc_info=error)
    return CATALOGUE.problem("InternalError", "the server's log says more")


@cache
def rules() -> dict[str, dict[str, str]]:
    """Why each error of the contracts refuses, by its name, from `rules.toml`."""
    return tomllib.loads((files("ledger_api") / "rules.toml").read_text("utf-8"))


@cache
def _wrong() -> dict[str, str]:
    """What can be wrong with a field, in Chinese, from `fields.toml`."""
    return tomllib.loads((files("ledger_api") / "fields.toml").read_text("utf-8"))


def invalid_request(error: Any) -> Problem:
    """The problem that a malformed request is: the first field that is wrong, and what it should be."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    detail = f"{where}: {first['msg']}, got {str(first.get('input'))[:80]!r}"
    should = field_wrong(first)
    if should is None:
        return CATALOGUE.problem("RequestInvalid", detail)
    why = Text(zh=f"{where}：{should.zh}。", en=f"{where}: {should.en}.")
    return CATALOGUE.problem("RequestInvalid", detail, why=why)


def field_wrong(error: Any) -> Text | None:
    """What a field should be; None if there are no Chinese words for it.

    Args:
        error: What pydantic says of the field.
    """
    should = _wrong().get(error["type"])
    return None if should is None else Text(zh=should.format(**error.get("ctx", {})), en=error["msg"])


def http_problem(error: Any) -> Problem:
    """The problem that an error of the framework is, such as an unknown address."""
    own = f"Http{error.status_code}"
    row = own if own in CATALOGUE.rows else "HttpOther"
    return CATALOGUE.problem(row, str(error.detail), status=error.status_code)

"""What a sheet shows of the message that is to be signed: a part of a page, asked for when the message is composed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import HTMLResponse

from ledger_api.context import AppContext
from ledger_api.locale import locale_of
from ledger_api.portal.acting.signed import signed_words
from ledger_api.portal.render import page
from wallets.show import parse

router = APIRouter()


@router.post("/sign/words")
async def signed_in_words(
    request: Request,
    context: AppContext,
    typed_data: Annotated[dict[str, Any], Body(embed=True)],
    lang: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """The message in names. It is read as strictly as before it is sent.

    Raises:
        IntentInvalidError: It is no message of ours.
    """
    # The locale reads it from the address.
    del lang
    parse(typed_data)
    locale = locale_of(request, context.names.current())
    return await page(request, "sign_words.html", words=signed_words(locale, typed_data["message"]))

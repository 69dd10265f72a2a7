"""Makes a page from a template: for one reader, with where its figures stand and a QR code of its address."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

import segno
from fastapi import Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from contracts.accounts import is_anonymous
from kit.problem import SIGN_IN
from kit.visible import isolated, visible
from ledger_api.context import context_of
from ledger_api.formats import count, in_fours, share, yuan
from ledger_api.forms import hexed
from ledger_api.locale import CHOICES, Locale, locale_of, title, title_of
from ledger_api.portal import chart_data, charts
from ledger_api.portal.cause import CAUSE_KINDS, page_of_cause
from ledger_api.portal.static_files import static
from ledger_api.scan import template_folders
from ledger_api.sessions.current import Office, Session, signed_in_if_answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_api.mirror import Head

COOKIE_SECONDS = 365 * 24 * 3600
QR_QUERY = 500
# Each is a few kilobytes.
QR_ADDRESSES = 1000


def link(address: str, text: str | int, style: str = "") -> Markup:
    """A link within a sentence.

    Args:
        address: Where it leads.
        text: What it says.
        style: Class of the style sheet.
    """
    if not hasattr(text, "__html__"):
        text = isolated(str(text))
    if style:
        return Markup('<a class="{}" href="{}">{}</a>').format(style, address, text)
    return Markup('<a href="{}">{}</a>').format(address, text)


def shown(value: Any) -> Any:
    """A value as every template shows it: of text that is no HTML, nothing is hidden."""
    if hasattr(value, "__html__") or not isinstance(value, str):
        return value
    return visible(value, kept="\r\n\t")


templates = Environment(
    loader=FileSystemLoader(template_folders()),
    autoescape=True,
    finalize=shown,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
templates.globals |= {
    "hexed": hexed,
    "charts": charts,
    "chart_data": chart_data,
    "yuan": yuan,
    "count": count,
    "share": share,
    "in_fours": in_fours,
}
templates.globals |= {
    "cause_kinds": CAUSE_KINDS,
    "page_of_cause": page_of_cause,
    "title": title,
    "title_of": title_of,
    "link": link,
    "is_anonymous": is_anonymous,
    "static": static,
}


@lru_cache(maxsize=QR_ADDRESSES)
def qr(text: str) -> Markup:
    """A QR code as SVG."""
    return Markup(segno.make(text, error="m").svg_inline(scale=3, border=2, omitsize=True))  # noqa: S704 our own SVG


def _address(request: Request) -> str:
    """Address of this page; without its parameters if they are too long for a QR code."""
    query = request.url.query
    return f"{request.url.path}?{query}" if 0 < len(query) <= QR_QUERY else request.url.path


def _relative(request: Request) -> Callable[..., str]:
    """Addresses of this page with other parameters, without the host: the portal may stand behind another name.

    A parameter that is None is taken out.
    """

    def address(**changed: str | None) -> str:
        dropped = [name for name, value in changed.items() if value is None]
        kept = {name: value for name, value in changed.items() if value is not None}
        url = request.url.remove_query_params(dropped).include_query_params(**kept)
        return f"{url.path}?{url.query}" if url.query else url.path

    return address


# What a page asks for that everybody may read, and that offers something to whoever is signed in.
MaybeReader = Annotated[Session | Office | None, Depends(signed_in_if_answered)]


async def page_locale(request: Request) -> Locale:
    """How the reader of a page wants it."""
    return locale_of(request, (await context_of(request)).names.current())


# What a page asks for that says sentences of its own.
PageLocale = Annotated[Locale, Depends(page_locale)]


async def page(
    request: Request,
    template: str,
    head: Head | None = None,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A page.

    Args:
        request: The request.
        template: Name of its template.
        head: Block of its figures; None if it has none.
        status: HTTP status.
        values: What the template shows. Where something is signed, or may be once all is entered, it has a `sheet`: then
            no word of the city stands on the page.
    """
    context = await context_of(request)
    names = context.names.current()
    locale = locale_of(request, names.in_usual_words() if "sheet" in values else names)
    signed_in = await signed_in_if_answered(request)
    here: dict[str, Any] = {"qr": qr(context.config.public_url + _address(request)), "path": request.url.path}
    here["query"] = request.query_params
    if head is not None:
        code = f"{head.number}-{head.hash[:4].hex()}"
        here["ledger_page"] = link(f"/verify?code={hexed(head.hash)}", code, "code")
    shared = {
        "r": locale,
        "_": locale.gettext,
        "pgettext": locale.pgettext,
        "ngettext": locale.ngettext,
        "here": here,
    }
    shared |= {"config": context.config, "demo_people": context.demo_people}
    page_values: dict[str, Any] = {"session": None, "office": None}
    page_values["session" if isinstance(signed_in, Session) else "office"] = signed_in
    page_values |= {"head": head, "with_param": _relative(request)}
    page_values["has_stopped"] = head is not None and context.has_stopped(head.time)
    html = templates.get_template(template).render(shared | page_values | values)
    response = HTMLResponse(html, status, headers={"cache-control": "no-store"})
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["www-authenticate"] = SIGN_IN
    for name in CHOICES:
        if name in request.query_params:
            response.set_cookie(
                name, getattr(locale, name), max_age=COOKIE_SECONDS, samesite="lax", httponly=True
            )
    return response

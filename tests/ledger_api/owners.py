"""Asking for what is somebody's own: as whoever it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import member_id, signer
from tests.ledger_api.client import Person
from tests.ledger_api.story import PEOPLE

if TYPE_CHECKING:
    import httpx2

    from tests.ledger_api.client import House

REGISTRAR = "registrar"


def owner_of(address: str) -> str | None:
    """Name of whom an address is about; the registrar for a list of members, None for what is public."""
    if address.startswith("/v1/members?"):
        return REGISTRAR
    return next((name for name in PEOPLE if member_id(name).hex() in address), None)


async def signed_in(house: House, name: str) -> Person:
    """Somebody with a browser of their own, signed in."""
    person = Person(house, signer(name))
    await person.sign_in()
    return person


async def http_for(house: House, address: str) -> httpx2.AsyncClient:
    """The browser of whom an address is about; one that is not signed in, if it is public."""
    name = owner_of(address)
    return house.http if name is None else (await signed_in(house, name)).http

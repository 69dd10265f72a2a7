"""Addresses of the register. What is personal is read by those alone who may edit it; a secret by nobody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from ledger_api.editors import RULES
from ledger_api.json_body import CheckedRoute
from ledger_api.register.keys import entry_text, parsed
from ledger_api.register.schemas import BankNumber, Edits, Entered, Entries, Entry, HomeCommitment, WordEdits
from ledger_api.register.service import AppDesk, Desk
from register.nouns import NAMED, WORDS, Home, Household, Name, Place

router = APIRouter(prefix="/v1/register", tags=["register"], route_class=CheckedRoute)

NounName = Annotated[str, Path(description="Kind of entries.", json_schema_extra={"enum": sorted(RULES)})]
Named = Annotated[
    str,
    Path(
        description="What has names; or words, as the city wants them.",
        json_schema_extra={"enum": sorted((*NAMED, WORDS.name))},
    ),
]
Key = Annotated[str, Path(description="Of what: a number, 0x and hex of an id, or a word in Chinese.")]


@router.get("/{noun}")
async def list_entries(noun: NounName, desk: AppDesk) -> Entries:
    """All entries of a kind; of what is personal, those that are yours to edit."""
    found = await desk.entries(noun)
    return Entries(items=[Entry(key=key, value=value) for key, value in found.items()])


@router.get("/words/edits")
async def list_word_edits(desk: AppDesk) -> WordEdits:
    """Who changed which of the city's own words when, from what to what."""
    return WordEdits(items=await desk.word_edits())


@router.get("/{noun}/{key}/edits")
async def list_edits(noun: NounName, key: Key, desk: AppDesk) -> Edits:
    """Who changed an entry when, from what to what."""
    return Edits(items=await desk.history(noun, key))


@router.put("/homes/{key}")
async def put_home(key: Key, body: Home, desk: AppDesk) -> Entry:
    """Registers a home where somebody is served, under a random id. The registrar or a coordinator of its fund does."""
    return await _put(desk, "homes", key, body)


@router.post("/homes/{key}/commitments", status_code=201)
async def commit_home(key: Key, desk: AppDesk) -> HomeCommitment:
    """Makes what stands on chain for a home in one task or device. Each time it is another."""
    return HomeCommitment(commitment=await desk.commit_home(key))


@router.put("/households/{key}")
async def put_household(key: Key, body: Household, desk: AppDesk) -> Entry:
    """Has a household's meter watched, or changes how. A coordinator of its fund does."""
    return await _put(desk, "households", key, body)


@router.put("/bank_accounts/{key}")
async def put_bank_account(key: Key, body: BankNumber, desk: AppDesk) -> Entry:
    """Registers the number of a bank account and makes its secret, once. The steward does."""
    return await _put(desk, "bank_accounts", key, body)


@router.put("/places/{key}")
async def put_place(key: Key, body: Place, desk: AppDesk) -> Entry:
    """Registers the place behind a commitment. The registrar does."""
    return await _put(desk, "places", key, body)


@router.put("/{noun}/{key}")
async def put_name(noun: Named, key: Key, body: Name, desk: AppDesk) -> Entry:
    """Names a thing that is on chain, or a word. Whose that is differs from kind to kind; another is refused."""
    return await _put(desk, noun, key, body)


@router.delete("/{noun}/{key}", status_code=204)
async def remove(noun: NounName, key: Key, desk: AppDesk) -> None:
    """Takes an entry away. Its history stays; what has a secret behind the chain is not taken away."""
    await desk.remove(noun, key)


async def _put(desk: Desk, noun: str, key: str, form: Entered) -> Entry:
    value = await desk.put(noun, key, form)
    return Entry(key=entry_text(parsed(noun, key)), value=value)

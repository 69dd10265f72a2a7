"""The nouns of the API that everybody may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.accounts import endpoints as accounts
from ledger_api.enterprises import endpoints as enterprises
from ledger_api.funds import endpoints as funds
from ledger_api.members import endpoints as members
from ledger_api.overview import endpoints as overview
from ledger_api.proposals import endpoints as proposals
from ledger_api.tasks import endpoints as tasks
from ledger_api.transfers import endpoints as transfers

if TYPE_CHECKING:
    from fastapi import APIRouter

# A request is compared with each in turn, so the one asked most stands first.
NOUNS = (accounts, overview, transfers, funds, proposals, members, tasks, enterprises)


def routers() -> list[APIRouter]:
    """One router per noun."""
    return [noun.router for noun in NOUNS]

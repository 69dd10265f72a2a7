"""Every address that can be read, asked by each kind of reader: what is answered, and whom it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi.routing import iter_route_contexts

from contracts.accounts import AccountKind, account_id, worker_account
from contracts.roles import AuthorityRole
from tests.conftest import member_id, signer
from tests.ledger_api.client import Person
from tests.ledger_api.story import ORDER, PAID, WORKERS, lot_of, named_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from tests.ledger_api.client import House

# Column of the table: whose key signs in; nobody's for who is signed out.
READERS = {
    "signed out": None, "volunteer": "volunteer", "worker": "worker0", "objector": "neighbour1", "another": "elder",
    "coordinator": "coordinator", "foreman": "foreman", "treasurer": "treasurer", "committee": "seat0",
    "registrar": AuthorityRole.REGISTRAR.name.lower(), "steward": AuthorityRole.STEWARD.name.lower(),
}  # fmt: skip
# Whose days, wages and doubts are their own.
PRIVATE = ("volunteer", "elder", "neighbour1", "neighbour2", *WORKERS)
# By parameter of an address: what it is asked with, by a word for it.
SAMPLES: dict[str, dict[str, str]] = {
    "account": {
        "a purpose": "0x" + account_id(AccountKind.PURPOSE, (2 << 16) | 2).hex(),
        "a volunteer": "0x" + account_id(AccountKind.MEMBER_MINUTES, member_id("volunteer")).hex(),
        "a worker": "0x" + worker_account(1, member_id("worker0")).hex(),
    },
    "act": {"a task": f"OpenTask?task=0x{named_id('new').hex()}", "a redemption": f"CancelRedemption?redemption=0x{named_id('repair').hex()}",
            "a visit": f"AcknowledgeClaim?task=0x{named_id('phoned').hex()}"},
    "campaign": {"": "1"},
    # Whom one names, `test_changes` asks.
    "change": {"": "0x" + 64 * "7"},
    "command": {"": "0" * 32},
    "commitment": {"": "0x" + 64 * "7"},
    "committee": {"": "1"},
    "delegation": {"": "0x" + named_id("delegation").hex()},
    "enterprise": {"": "1"},
    "fund": {"": "2"},
    "key": {"": "1"},
    "leaf_hash": {"": "0x" + 64 * "7"},
    "line": {"": "1"},
    "member": {"the volunteer": "0x" + member_id("volunteer").hex(), "the worker": "0x" + member_id("worker0").hex()},
    "name": {"": "style.css"},
    "order": {"": "0x" + ORDER.hex()},
    "noun": {"": "funds", "members": "members", "homes": "homes"},
    "proposal": {"paid": "20250601", "objected to": "20250602", "by id": "0x" + PAID.proposal_id().hex()},
    "proposal_id": {"": "0x" + 64 * "7"},
    "redemption": {"": "0x" + named_id("repair").hex()},
    "sequence": {},
    "statement": {"": 32 * "7"},
    "task": {"credited": "0x" + named_id("visit").hex(), "taken": "0x" + named_id("taken").hex()},
}  # fmt: skip
# The same addresses, asked for more.
MORE = {
    "/ledger of wages": "/ledger?reason=WAGE",
    "/ledger of a worker": "/ledger?account=" + SAMPLES["account"]["a worker"],
    "/ledger of a volunteer": "/ledger?account=" + SAMPLES["account"]["a volunteer"],
    "/v1/transfers of a worker": "/v1/transfers?account=" + SAMPLES["account"]["a worker"],
    "/v1/commands of the volunteer": f"/v1/commands?signer={signer('volunteer').address}",
    "/verify of a visit": f"/verify?code=0x{named_id('visit').hex()}",
    "/verify of a lot": f"/verify?code=0x{lot_of('worker0').hex()}",
}
# It goes on for as long as somebody listens; `test_stream` reads it.
ENDLESS = "/v1/stream"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an address answered.

    Attributes:
        status: Of HTTP.
        named: Private persons whom it names, the reader left out.
    """

    status: int
    named: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.status} {', '.join(self.named)}".strip()


async def crawl(house: House, sequences: dict[str, int]) -> dict[str, list[Answer]]:
    """Answers by address, one for each of `READERS`.

    Args:
        house: The town of the story.
        sequences: Numbers of transfers, by a word for each.
    """
    samples = SAMPLES | {"sequence": {word: str(number) for word, number in sequences.items()}}
    addresses = dict(sorted(_addresses(house.app, samples))) | MORE
    found: dict[str, list[Answer]] = {label: [] for label in addresses}
    for name in READERS.values():
        reader = Person(house, signer(name or "nobody"))
        if name is not None:
            await reader.sign_in()
        for label, address in addresses.items():
            response = await reader.http.get(address)
            found[label].append(
                Answer(status=response.status_code, named=_named(response.text, address, name))
            )
    return found


def _addresses(app: FastAPI, samples: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    readable = {str(c.path) for c in iter_route_contexts(app.routes) if "GET" in (c.methods or ())}
    for path in readable - {ENDLESS}:
        filled = {path: path}
        for name in re.findall(r"{(\w+)}", path):
            filled = {
                f"{label} {word}".strip(): address.replace(f"{{{name}}}", value)
                for label, address in filled.items()
                for word, value in samples[name].items()
            }
        yield from filled.items()


def _named(text: str, address: str, reader: str | None) -> tuple[str, ...]:
    """Private persons whom an answer names; who asked for a person by the id learns nothing from reading it again."""
    others = (name for name in PRIVATE if name != reader and member_id(name).hex() not in address)
    return tuple(name for name in others if _names(text, member_id(name)))


def _names(text: str, member: bytes) -> bool:
    """Whether a text holds a member's id, or its first digits as pages show them."""
    first = member.hex()[:6]
    # To look for a word takes a hundred times as long as to look for letters.
    return first in text and (member.hex() in text or re.search(rf"\b{first}\b", text) is not None)

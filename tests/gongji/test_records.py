"""Records as the command line shows them: each field has a label, and its value is read by what its form declares."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

import pytest

from gongji.commands.fields import LABELS, fields_of, text
from gongji.commands.records import form_in
from ledger_api.campaigns.schemas import Campaign
from ledger_api.funds.schemas import Fund
from ledger_api.locale import Locale, words
from ledger_api.members.schemas import RoleHeld
from ledger_api.proposals.schemas import Proposal
from ledger_api.tasks.schemas import Task
from ledger_api.transfers.schemas import LedgerLine
from register.names import Names
from wallets.intents.struct import camel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger_api.forms import Form

READER = Locale(lang="en", size="normal", names=Names())
PUT = ("put_record", "put_page")
# What `gongji verify` says of what it finds.
OF_FOUND = {"address", "blockHash", "commitment", "document", "kind", "name"}


def shown_forms() -> Iterator[type[Form]]:
    """The forms that commands print, by their calls of `put_record` and `put_page`."""
    for path in Path("gongji/commands").glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = {
            alias.name: node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in PUT:
                name = ast.unparse(call.args[2])
                yield getattr(import_module(str(modules[name])), name)


def fields_within(form: type[Form], *, in_rows: bool = False) -> Iterator[str]:
    """What has a label: a list within rows has none, for its entries are rows themselves."""
    for name, hint in fields_of(form).items():
        inner = form_in(hint)
        if inner is None or not in_rows:
            yield camel(name)
        if inner is not None:
            yield from fields_within(inner, in_rows=get_origin(hint) is list)


def test_every_field_that_is_shown_has_a_word_and_no_word_is_left_over() -> None:
    forms = {*shown_forms()}
    assert len(forms) > 8
    shown = {field for form in forms for field in fields_within(form)} | OF_FOUND
    assert shown <= {field for group in LABELS for field in words()[group]}
    assert set(words()["record"]) <= shown


@pytest.mark.parametrize(
    ("form", "field", "record", "read"),
    [
        (Fund, "balance_fen", {"balance_fen": -123450}, "-¥1,234.50"),
        (Fund, "frozen", {"frozen": True}, "Yes"),
        (Fund, "parent", {"parent": 0}, None),
        (Task, "served_minutes", {"served_minutes": 90}, "1 hour 30 minutes"),
        (Task, "state", {"state": "CREDITED"}, "Credited"),
        (Proposal, "vote_ends_at", {"vote_ends_at": "2026-03-01T16:30:00Z"}, "2026-03-02 00:30"),
        (Proposal, "notice_ends_at", {"notice_ends_at": None}, None),
        (RoleHeld, "valid_until", {"valid_until": "9999-12-31T23:59:59Z"}, None),
        (RoleHeld, "scope", {"role": "FOREMAN", "scope": 3}, "Micro-factory 3"),
        (RoleHeld, "scope", {"role": "TREASURER", "scope": 3}, "Fund 3"),
        (LedgerLine, "amount", {"amount": 45, "unit": "MINUTE"}, "45 minutes"),
        (
            LedgerLine,
            "transaction_hash",
            {"transaction_hash": "0x9f3a01bc00", "block_number": 7},
            "7-9f3a01bc",
        ),
        (Campaign, "match_bps", {"match_bps": 2550}, "25.5%"),
        (Campaign, "households", {"households": None}, "Fewer than 5"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_value_is_read_as_its_form_declares_it(
    form: type[Form], field: str, record: dict[str, Any], read: str | None
) -> None:
    assert text(READER, field, fields_of(form)[field], record) == read

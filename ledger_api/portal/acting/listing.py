"""The order in which a page lists acts, and what is chosen on another page before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from contracts.acts import acts
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.portal.acting.fields import MAKES, inputs_of

if TYPE_CHECKING:
    from collections.abc import Container

    from contracts.acts import Act

# By what acts concern: money from its fund to what it is spent on, then work, then who and what takes part.
CONTRACTS = (
    "Funds", "Committees", "Disbursements", "Campaigns", "TimeBank", "Cooperative", "Members", "DeviceRegistry", "EventLog", "Ledger",
)  # fmt: skip


@cache
def in_order() -> list[Act]:
    """All acts by what they concern: what makes a thing first, and each followed by what takes it back."""
    by_rank = sorted(
        acts().values(),
        key=lambda act: (CONTRACTS.index(act.contract), not _makes(act), _only_undoes(act), act.act),
    )
    found: dict[str, Act] = {}
    for act in by_rank:
        found.setdefault(act.act, act)
        undo = acts().get(act.undo or "")
        if undo is not None and undo.contract == act.contract:
            found.setdefault(undo.act, undo)
    return list(found.values())


def first_chosen(act: Act, known: Container[str]) -> str:
    """Name of the field whose thing is chosen on a page of its own before; empty if there is none.

    Args:
        act: The act.
        known: Names of fields whose values are known already.
    """
    names = (one.name for one in inputs_of(act) if one.field.kind != "new-id")
    return next((name for name in names if name in origins() and name not in known), "")


@cache
def origins() -> dict[str, str]:
    """Pages on which a thing without a number that people use is chosen, by field."""
    references = acts_of_nouns().references.items()
    return {name: reference.chosen_at for name, reference in references if reference.chosen_at}


def _makes(act: Act) -> bool:
    return act.act in MAKES or any(one.field.kind == "new-id" for one in inputs_of(act))


def _only_undoes(act: Act) -> bool:
    """Whether an act takes back what another does, and nothing takes it back: it comes after the other."""
    return any(other.undo == act.act and other is not act for other in acts().values()) and act.undo is None

"""The order in which a page lists acts, and what is chosen on another page before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from contracts.acts import acts
from contracts.ids import NEW_IDS
from ledger_api.portal.acting.declared import Origin, acts_of_nouns
from ledger_api.portal.acting.fields import MAKES, inputs_of

if TYPE_CHECKING:
    from collections.abc import Container

    from contracts.acts import Act

# By what acts concern: money from its fund to what it is spent on, then work, then who and what takes part.
CONTRACTS = (
    "Funds", "Donations", "BankCharges", "Committees", "Budgets", "Receipts", "Disbursements", "PartPayments", "Campaigns", "TimeBank", "Redemptions", "Enterprises", "Cooperative", "Members", "Delegations", "DeviceRegistry", "EventLog",
    "Ledger", "Vetoes", "Authority", "Offices",
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


def first_chosen(act: Act, known: Container[str]) -> Origin | None:
    """Where the first value is chosen that people have no number for; None if there is none.

    Args:
        act: The act.
        known: Names of fields whose values are known already.
    """
    return next((origin for name, origin in origins_of(act).items() if name not in known), None)


def origins_of(act: Act) -> dict[str, Origin]:
    """Pages on which values of an act are chosen that people have no number for, by field, in the order of the act."""
    own, references = acts_of_nouns().origins.get(act.act, {}), acts_of_nouns().references
    found = {}
    for one in inputs_of(act):
        reference = references.get(one.name)
        if one.name in own:
            found[one.name] = own[one.name]
        elif reference is not None and reference.chosen_at and one.field.kind not in NEW_IDS:
            found[one.name] = Origin(page=reference.chosen_at, word=one.name)
    return found


def _makes(act: Act) -> bool:
    return act.act in MAKES or any(one.field.kind in NEW_IDS for one in inputs_of(act))


def _only_undoes(act: Act) -> bool:
    """Whether an act takes back what another does, and nothing takes it back: it comes after the other."""
    return any(other.undo == act.act and other is not act for other in acts().values()) and act.undo is None

"""From an act and what the address of its sheet says: what is still to be entered, or the sheet to sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.ids import NEW_IDS, new_id, within
from ledger_api.forms import hexed
from ledger_api.portal.acting.choices import PRIVATE
from ledger_api.portal.acting.fields import (
    BANK_LINES,
    REQUEST,
    inputs_of,
    message,
    nothing,
    values_in,
)
from ledger_api.portal.acting.possession import names_key
from ledger_api.portal.acting.question import Question
from ledger_api.portal.acting.values import EntryError, read
from ledger_api.portal.signing import Sheet, Writing, draft_of_act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act
    from ledger_api.portal.acting.choices import Chooser
    from ledger_api.portal.acting.fields import Input
    from ledger_api.statements.schemas import StatementLineAnswer

# Kinds of fields that say what the bank line says.
OF_LINE = ("money", "day")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entries:
    """What was entered.

    Attributes:
        values: Value by name, as a draft takes it.
        errors: Codes of the group "entry" by name.
        writings: What the signer is to write first.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    writings: list[Writing] = field(default_factory=list)

    def is_whole(self, act: Act) -> bool:
        """Whether nothing of an act is missing. Rows in which nothing was entered are no entries of its list."""
        return all(one.name in self.values for one in self.relevant_inputs(act))

    def is_in(self, act: Act, arguments: Mapping[str, Any]) -> bool:
        """Whether a function was called with what was entered. Ids of what it makes and of what was written are new each time."""
        written, called = {writing.field for writing in self.writings}, values_in(act, arguments)
        compared = [
            one
            for one in self.relevant_inputs(act)
            if one.path not in written and one.field.kind not in NEW_IDS and one.name in self.values
        ]
        return bool(compared) and all(called.get(one.name) == self.values[one.name] for one in compared)

    def relevant_inputs(self, act: Act) -> list[Input]:
        """The values of an act that count: of rows after the first, those in which something was entered."""
        rows = {0} | {one.row for one in inputs_of(act) if one.name in self.values or one.name in self.errors}
        return [one for one in inputs_of(act) if one.row in rows]


def entries(
    act: Act,
    entered: Mapping[str, str],
    request: dict[str, Any] | None,
    line: StatementLineAnswer | None,
    people: Mapping[str, str],
    homes: Mapping[str, str],
) -> Entries:
    """Reads what the address says of an act.

    Args:
        act: The act.
        entered: What was entered, by name.
        request: The request that it is about, as it is signed.
        line: The bank line that it uses, which says how much, and on which day.
        people: Ids of public members by their names, which may be entered instead.
        homes: Names of the homes that may be chosen, by their ids; each is to be committed to anew.
    """
    found = Entries()
    for one in inputs_of(act):
        if one.field.type == REQUEST:
            _keep(found, one, request)
        elif one.is_written:
            _write(found, act, one)
        elif one.field.kind in NEW_IDS:
            found.values[one.name] = _id_of(act, one, entered.get(one.name, ""))
        elif one.field.kind in OF_LINE and line is not None and _is_of_line(act):
            found.values[one.name] = _of_line(one, line)
        elif one.field.kind == "donor" and entered.get(one.name) == PRIVATE:
            _write(found, act, one, line.counterparty if line else "")
        elif one.field.kind == "place" and entered.get(one.name) in homes:
            _visit(found, one, entered[one.name])
        elif entered.get(one.name):
            text = entered[one.name]
            _enter(found, one, people.get(text, text) if one.field.kind == "member" else text)
        elif one.is_optional and one.name in entered:
            found.values[one.name] = nothing(one)
    _complete_lot(act, found)
    return found


async def questions(act: Act, entered: Mapping[str, str], found: Entries, chooser: Chooser) -> list[Question]:
    """What is still to be entered.

    Bank lines are asked for as soon as their account is known, and say how much and when; seats as soon as their committee is.
    """
    missing = [one for one in inputs_of(act) if one.name not in found.values]
    ready = [
        one
        for one in missing
        if (one.field.kind not in BANK_LINES or chooser.lines is not None)
        and not (one.field.kind in OF_LINE and _is_of_line(act))
        and (one.name != "seat" or chooser.committee is not None)
    ]
    return [
        Question(
            one=one,
            text=entered.get(one.name, ""),
            choices=await chooser.choices(act, one),
            error=found.errors.get(
                one.name, "missing" if one.name in entered and one in found.relevant_inputs(act) else ""
            ),
            also_known=act.undo == act.act,
        )
        for one in ready
    ]


def sheet_of(act: Act, found: Entries, delegation: bytes | None = None) -> Sheet:
    """The sheet, once everything is entered.

    Args:
        act: The act.
        found: What was entered.
        delegation: By which a clerk does it for a person, 16 bytes; None if it is the signer's own.
    """
    draft = draft_of_act(act.act, fields_of(act, found))
    if delegation is not None:
        draft["drafts"] = f"/v1/delegations/{hexed(delegation)}/acts/{act.act}/drafts"
    return Sheet(draft=draft, writings=tuple(found.writings))


def fields_of(act: Act, found: Entries) -> dict[str, Any]:
    """The fields of an act as they are drafted, once everything is entered."""
    homes = {writing.field for writing in found.writings if writing.home}
    relevant = found.relevant_inputs(act)
    return message([(one, nothing(one) if one.path in homes else found.values[one.name]) for one in relevant])


def _id_of(act: Act, one: Input, text: str) -> str:
    """A random id for what the act makes; the one that the address kept, if a key's holder signs for it meanwhile."""
    fresh = hexed(new_id(one.field.kind, one.bytes_long))
    try:
        return str(read(one, text)) if names_key(act) else fresh
    except EntryError:
        return fresh


def _complete_lot(act: Act, found: Entries) -> None:
    """The id of a lot begins as that of its order, once that is known."""
    for one in inputs_of(act):
        if one.field.kind == "new-lot-id" and "order" in found.values:
            order, lot = (bytes.fromhex(found.values[name][2:]) for name in ("order", one.name))
            found.values[one.name] = hexed(within(order, lot))


def _keep(found: Entries, one: Input, request: dict[str, Any] | None) -> None:
    if request is not None:
        found.values[one.name] = request


def _enter(found: Entries, one: Input, text: str) -> None:
    try:
        found.values[one.name] = read(one, text)
    except EntryError as error:
        found.errors[one.name] = str(error)


def _write(found: Entries, act: Act, one: Input, text: str = "") -> None:
    """The commitment takes the place of the zeros when the text is kept."""
    public = one.field.kind == "document-public"
    label = "donor" if one.field.kind == "donor" else one.field.kind
    name = f"{act.act}.txt"
    found.writings.append(Writing(label=label, field=one.path, name=name, public=public, text=text))
    found.values[one.name] = nothing(one)


def _visit(found: Entries, one: Input, home: str) -> None:
    """The home stays in what is shown; its commitment takes the place of zeros when it is made."""
    found.writings.append(Writing(label=one.field.kind, field=one.path, name="", public=False, home=home))
    found.values[one.name] = home


def _of_line(one: Input, line: StatementLineAnswer) -> int:
    """What a bank line says of a field: how much, or on which day."""
    return abs(line.amount_fen) if one.field.kind == "money" else read(one, line.booked_on)


def _is_of_line(act: Act) -> bool:
    """Whether the amount and the day of an act are those of its bank line, since all of them stand in it."""
    return any(one.field.kind in BANK_LINES for one in inputs_of(act))

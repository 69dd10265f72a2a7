"""`gongji chain explain`: one act, as the interfaces of the contracts define it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.options import AsJson
from gongji.errors import ActUnknownError
from gongji.output import put_json, put_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.acts import Act, ActField
    from contracts.types import Event

MOVES = "Transferred"


def explain(
    act: Annotated[str, typer.Argument(help="行为 Id of the act, such as RefundGift.")],
    *,
    json: AsJson = False,
) -> None:
    """说明行为 Explain an act: what it is called, who may do it, its fields, and what it leaves behind."""
    from audit.reads import readers
    from contracts.acts import acts
    from contracts.events import EVENTS
    from ledger_api.portal.acting.declared import page_of

    if act not in acts():
        raise ActUnknownError(act, acts())
    found = acts()[act]
    events = [event for event in EVENTS if event.__name__ in found.emits]
    tables, page = list(_tables(events)), page_of(found)
    names = [f"{event.CONTRACT}.{event.__name__}" for event in events]
    checks = readers([f"{found.contract}.{found.function}", *names])
    if json:
        put_json(asdict(found) | {"tables": tables, "page": page, "checks": checks})
        return
    put_table(("act", found.act), _summary(found, tables, page, checks))
    put_table(("field", "type", "kind", "meaning"), list(_rows((*found.fields, *found.signed_only))))


def _summary(
    act: Act, tables: Sequence[str], page: str | None, checks: Sequence[str]
) -> list[tuple[str, str]]:
    return [
        ("called", act.action),
        ("does", f"{act.notice_zh} {act.notice}"),
        ("who", ", ".join(act.by)),
        ("function", f"{act.contract}.{act.signature}"),
        ("signed", act.message or "not signed: who calls it acts"),
        ("page", page or "none: programs do it"),
        ("events", ", ".join(act.emits)),
        ("transfer", "moves money or hours in the ledger" if MOVES in act.emits else "none"),
        ("tables", ", ".join(tables)),
        ("checks", ", ".join(checks)),
        ("undo", act.undo or "none"),
    ]


def _tables(events: Sequence[type[Event]]) -> Iterator[str]:
    """Tables of the mirror in which an act is found: those of its events, then those of the state that follows."""
    from indexer.names import table_name
    from indexer.projections import NOUNS

    yield from map(table_name, events)
    yield from (noun.name for noun in NOUNS if not set(events).isdisjoint(noun.events))


def _rows(fields: Sequence[ActField], prefix: str = "") -> Iterator[tuple[Any, ...]]:
    for field in fields:
        yield prefix + field.name, field.type, field.kind, field.doc
        yield from _rows(field.fields, f"{prefix}{field.name}.")

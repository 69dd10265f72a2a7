"""The options of an act's command, made from its record: one for each field that a person tells.

A field inside a record is called by its own name, `--piece`, because a command has one act and nearly always one field of
a name; only where two records have it do as many names before it as tell them apart, `--check-in.index`. A request that
exists is one option, its number or id; a list of records is an option that is repeated, `--payouts worker=0x…,amount=12.50`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.build.syntax import snake
from contracts.choices import choices_of
from contracts.events import EVENTS
from gongji.acts.names import plain, shortest
from gongji.acts.option import FieldOption, Fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.acts import Act, ActField


def options_of(act: Act) -> tuple[FieldOption, ...]:
    """The options of an act's command, in the order of its fields."""
    found, choices = list(_told(act, act.fields, ())), choices_of(act.act)
    paths = [tuple(map(plain, fields)) for fields in found]
    return tuple(
        FieldOption(
            fields=fields,
            flag="--" + ".".join(shortest(path, paths)),
            choices={f.name: choices[f.name] for f in (fields[-1], *fields[-1].fields) if f.name in choices},
            kept=_kept(fields[-1], act),
        )
        for fields, path in zip(found, paths, strict=True)
    )


def _told(act: Act, fields: Sequence[ActField], before: Fields) -> Iterator[Fields]:
    """Each field that a person tells, with those around it."""
    for field in fields:
        if not before and field not in act.input_fields:
            continue
        if field.kind == "record" and not _kept(field, act):
            yield from _told(act, field.fields, (*before, field))
        else:
            yield (*before, field)


def _kept(field: ActField, act: Act) -> bool:
    """Whether a record with an id exists before the act: no event of the act tells all its fields for the first time."""
    names = {snake(inner.name) for inner in field.fields}
    events = (event for event in EVENTS if event.__name__ in act.emits)
    return field.id is not None and not any(names <= {p.name for p in event.params()} for event in events)

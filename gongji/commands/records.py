"""Records of the API as people read them, from the forms that declare them: a table of its fields, then one for each list.

Programs take `--json`, as the API gives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from gongji.commands.fields import fields_of, label, text
from gongji.commands.listing import tell_rest
from gongji.commands.values import NOTHING, shown
from gongji.output import put_json, put_line, put_table, tell
from ledger_api.finality import Answer
from ledger_api.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.commands.fields import Item
    from gongji.commands.values import Shown
    from gongji.settings import Settings

Fields = dict[str, Any]
# At which block an answer holds, which is told last.
OF_ANSWER = {*Answer.model_fields}


def put_record(settings: Settings, body: Item, form: type[Form], *, json: bool) -> None:
    """Prints an answer as JSON or as tables.

    Args:
        settings: Settings of the town, whose names stand in the tables.
        body: What the API answered.
        form: Its declared form.
        json: Whether to print JSON.
    """
    if json:
        put_json(body)
        return
    view = shown(settings)
    _put_whole(view, body, form, fields_of(form))
    if issubclass(form, Answer):
        _put_fields(view, body, {name: hint for name, hint in fields_of(form).items() if name in OF_ANSWER})


def put_page(settings: Settings, page: Item, form: type[Form], *, json: bool) -> None:
    """Prints a page of records as JSON or as one table.

    Args:
        settings: Settings of the town, whose names stand in the table.
        page: What the API answered.
        form: Declared form of its records.
        json: Whether to print JSON.
    """
    if json:
        put_json(page)
        return
    if page["items"]:
        _put_rows(shown(settings), page["items"], form)
    else:
        tell("没有记录 There is nothing to list")
    tell_rest(page)


def _put_whole(view: Shown, record: Item, form: type[Form], fields: Fields) -> None:
    """The plain fields of a record, then all that it has inside."""
    last = (
        OF_ANSWER if issubclass(form, Answer) else {"block_number"} if "transaction_hash" in fields else set()
    )
    plain = {name: hint for name, hint in fields.items() if form_in(hint) is None and name not in last}
    _put_fields(view, record, plain)
    for name, hint in fields.items():
        inner, value = form_in(hint), record[name]
        if inner is None or not value:
            continue
        put_line(f"\n{_label(view, name)}")
        if isinstance(value, list):
            _put_rows(view, value, inner)
        else:
            _put_whole(view, value, inner, fields_of(inner))


def form_in(hint: Any) -> type[Form] | None:
    """The form of the records that a field holds, one or a list of them; None if it holds none."""
    kind = get_args(hint)[0] if get_origin(hint) is list else hint
    return kind if isinstance(kind, type) and issubclass(kind, Form) else None


def _put_fields(view: Shown, record: Item, fields: Fields) -> None:
    if fields:
        rows = [(_label(view, name), _text(view, name, hint, record)) for name, hint in fields.items()]
        put_table(("项目 field", "内容 value"), rows)


def _put_rows(view: Shown, records: list[Item], form: type[Form]) -> None:
    """A table of records, without what none of them has; what a record has a list of stands beside each of its entries."""
    fields = dict(_columns(form))
    rows = [row for record in records for row in _rows(record, form)]
    used = {name: hint for name, hint in fields.items() if any(row.get(name) is not None for row in rows)}
    put_table(
        [_label(view, name) for name in used],
        [[_text(view, name, hint, row) for name, hint in used.items()] for row in rows],
    )


def _columns(form: type[Form]) -> Iterator[tuple[str, Any]]:
    fields = fields_of(form)
    for name, hint in fields.items():
        if inner := form_in(hint):
            yield from _columns(inner)
        elif not (name == "block_number" and "transaction_hash" in fields):
            yield name, hint


def _rows(record: Item, form: type[Form]) -> Iterator[Item]:
    listed = next((name for name, hint in fields_of(form).items() if form_in(hint)), None)
    if listed is None:
        yield record
        return
    yield from (record | entry for entry in record[listed])


def _label(view: Shown, name: str) -> str:
    return view.both(lambda locale: label(locale, name))


def _text(view: Shown, name: str, hint: Any, record: Item) -> str:
    """A value in both languages; a dash where there is none."""
    return view.both(lambda locale: text(locale, name, hint, record) or NOTHING)

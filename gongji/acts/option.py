"""One option of an act's command: how its value is written and read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.build.syntax import snake
from gongji.acts.forms import form_of
from gongji.acts.names import RENAMED, plain
from gongji.errors import GongjiError
from ledger_api.locale import words
from wallets.keystrokes import plain as plain_text

if TYPE_CHECKING:
    from enum import IntEnum

    from contracts.acts import ActField
    from gongji.acts.forms import Form

Fields = tuple["ActField", ...]
# Who may read a document, by the kind of its field.
READERS = {
    "document-public": "所有人可读 Everybody may read it",
    "document-private": "有关的人可读 Those concerned may read it",
}


class ValueInvalidError(GongjiError):
    """A value is not of the form that its field must have."""

    def __init__(self, flag: str, got: str, expected: str) -> None:
        super().__init__(
            f"{flag} 的值不对 {got[:80]!r} is not a valid value for {flag}",
            f"应为 expected {expected}",
            "照此改写后重试；没有办理任何事 write it like that and try again; nothing was done",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldOption:
    """An option for a field of an act.

    Attributes:
        fields: The parameter, the fields in it, the last of which the option tells.
        flag: How it is written, such as "--piece".
        choices: What can be chosen in it, or in the fields of a list, by name.
        kept: Whether it names a record that the portal keeps instead of telling its fields.
    """

    fields: Fields
    flag: str
    choices: dict[str, type[IntEnum]]
    kept: bool

    @property
    def field(self) -> ActField:
        """What it tells."""
        return self.fields[-1]

    @property
    def name(self) -> str:
        """Its name in Python, of which an act has no other."""
        return "_".join(snake(RENAMED.get(field.name, field.name)) for field in self.fields)

    @property
    def meaning(self) -> str:
        """What it is: the pages' word for it where they have one, and what the contract says of it."""
        return " ".join((words()["field"].get(self.field.name, ""), self.field.doc)).strip()

    @property
    def repeated(self) -> bool:
        """Whether it may be given several times, one value each time."""
        return self.field.type.endswith("[]")

    @property
    def document(self) -> bool:
        """Whether it may be given as a text or a file, of which the portal makes a commitment."""
        return self.field.kind.startswith("document-")

    def forms(self) -> dict[str, Form]:
        """How each field in a value is written; under the field's own name if the value has no fields."""
        return {plain(f): form_of(f, self.choices.get(f.name)) for f in self.field.fields or (self.field,)}

    def read(self, text: str) -> Any:
        """A value that was written, as a contract takes it; a record by the names of its fields.

        Raises:
            ValueInvalidError: It is none.
        """
        forms = self.forms()
        if not self.field.fields:
            return _read(self.flag, text, self.field, forms[plain(self.field)])
        parts = [part.partition("=")[::2] for part in text.split(",")]
        if sorted(name for name, _ in parts) != sorted(forms):
            raise ValueInvalidError(
                self.flag, text, f"全部各项 all of {', '.join(forms)}, as in {self.example}"
            )
        by_name = dict(parts)
        return {
            field.name: _read(f"{self.flag} {name}", by_name[name], field, forms[name])
            for name, field in zip(forms, self.field.fields, strict=True)
        }

    @property
    def metavar(self) -> str:
        """What stands for a value in help."""
        if self.kept:
            return "NUMBER"
        if self.field.fields:
            return "NAME=VALUE,…"
        return "TEXT" if self.document else self.forms()[plain(self.field)].metavar

    @property
    def hint(self) -> str:
        """How a value is written, in sentences; empty if what stands for it says all."""
        if self.kept:
            again = " 每项写一次 Give the option once for each." if self.repeated else ""
            return f"写已有申请的编号 Write the number or id of an existing request.{again}"
        if self.document:
            return f"写内容本身，或已存文件的校验值 Write the text itself, or the check value of a document that is kept. {READERS[self.field.kind]}."
        again = "每项写一次 Give the option once for each." if self.repeated else ""
        if self.field.fields:
            inner = (f"{plain(f)}: {f.doc} {self.forms()[plain(f)].hint}".rstrip() for f in self.field.fields)
            return " ".join((f"写 Write {self.example}.", again, *inner))
        return f"{self.forms()[plain(self.field)].hint} {again}".strip()

    @property
    def example(self) -> str:
        """A value that can be written, ids shortened."""
        if self.kept:
            return "20260317"
        forms = self.forms()
        pairs = (f"{name}={form.example}" for name, form in forms.items())
        return ",".join(pairs) if self.field.fields else forms[plain(self.field)].example

    @property
    def written(self) -> str:
        """The option with an example."""
        if self.document:
            return f"{self.flag}-file {plain(self.field)}.txt"
        return f"{self.flag} {self.example}"


def _read(flag: str, text: str, field: ActField, form: Form) -> Any:
    value = form.read(plain_text(text))
    bits = re.fullmatch(r"uint([0-9]+)(?:\[\])?", field.type)
    if value is None or (bits and not 0 <= value < 1 << int(bits[1])):
        raise ValueInvalidError(flag, text, form.expected)
    return value

"""Reads the fields of an act: its parameters, what is signed beside them, and the fields of structs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.acts import ActField
from contracts.build.checks import fail
from contracts.build.kinds import KINDS
from contracts.build.messages import parse
from contracts.build.syntax import definitions, notice, param_docs, place, tags_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.build.compiler import Json
    from contracts.build.syntax import Tag

Fields = tuple[ActField, ...]


class FieldReader:
    """Reads the fields of one act.

    Args:
        output: Of the compiler.
        events: What the act emits. They explain a field that its own function does not.
    """

    def __init__(self, output: Json, events: Sequence[Json]) -> None:
        self._output = output
        self._structs = {s["canonicalName"]: s for s in definitions(output, "StructDefinition")}
        self._event_docs = {
            name: doc for event in reversed(events) for name, doc in param_docs(event).items()
        }

    def read(
        self, where: str, node: Json, entry: Json, tags: Sequence[Tag], message: str | None
    ) -> tuple[Fields, Fields]:
        """Parameters, and what is signed beside them.

        Args:
            where: File and line of the function.
            node: Its syntax tree.
            entry: Its ABI.
            tags: Its tags.
            message: EIP-712 type of what is signed, or None.

        Raises:
            BuildError: A field has no tag or no kind, an unknown kind, or a tag names no field.
        """
        parameters = {item["name"] for item in entry["inputs"]}
        tagged = {tag.value.partition(" ")[0] for tag in tags if tag.name == "field"}
        signed = [
            {"name": name, "type": abi, "internalType": abi}
            for abi, name in (parse(message).layout if message else ())
            if name in tagged - parameters
        ]
        fields = self._fields(where, [*entry["inputs"], *signed], tags, param_docs(node))
        return fields[: len(parameters)], fields[len(parameters) :]

    def _fields(
        self, where: str, items: Sequence[Json], tags: Sequence[Tag], docs: Mapping[str, str]
    ) -> Fields:
        kinds = {tag.value.partition(" ")[0]: tag for tag in tags if tag.name == "field"}
        for name in kinds.keys() - {item["name"] for item in items}:
            fail(kinds[name].place, f"there is no field {name}", "nothing here is called so", "take it away")
        return tuple(self._field(where, item, kinds.get(item["name"]), docs) for item in items)

    def _field(self, where: str, item: Json, tag: Tag | None, docs: Mapping[str, str]) -> ActField:
        name = item["name"]
        if tag is None:
            fail(where, f"the field {name} has no tag", "every field says what it is", "add @custom:field")
        kind = tag.value.partition(" ")[2].removesuffix("?")
        if kind not in KINDS:
            what = f"the unknown kind {kind}" if kind else "no kind"
            fail(
                tag.place,
                f"the field {name} has {what}",
                f"a kind is one of {', '.join(KINDS)}",
                "choose one of them",
            )
        struct = self._structs.get(item["internalType"].removeprefix("struct ").removesuffix("[]"))
        abi = item["type"].replace("tuple", struct["name"]) if struct else item["type"]
        if struct and kind != "authorization":
            return self._record(name, abi, kind, docs.get(name), struct, item["components"])
        return ActField(
            name=name,
            type=abi,
            kind=kind,
            doc=docs.get(name) or self._event_docs.get(name) or KINDS[kind],
            optional=tag.value.endswith("?"),
        )

    def _record(
        self, name: str, abi: str, kind: str, doc: str | None, struct: Json, items: Sequence[Json]
    ) -> ActField:
        tags = tags_of(self._output, struct)
        return ActField(
            name=name,
            type=abi,
            kind=kind,
            doc=doc or notice(struct),
            fields=self._fields(place(self._output, struct), items, tags, param_docs(struct)),
            id=next((tag.value for tag in tags if tag.name == "id"), None),
        )

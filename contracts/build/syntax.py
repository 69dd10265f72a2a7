"""Reads the compiler's syntax tree: definitions of the interfaces and their NatSpec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.build.compiler import Json

INTERFACES = "contracts/src/interfaces/"


def interfaces(output: Json) -> Iterator[Json]:
    """Syntax trees of the project's interfaces, by the names of their files."""
    for path, unit in sorted(output["sources"].items()):
        if path.startswith(INTERFACES):
            yield from (n for n in unit["ast"]["nodes"] if n["nodeType"] == "ContractDefinition")


def definitions(output: Json, kind: str) -> list[Json]:
    """All definitions of a kind, such as "EnumDefinition", in the interfaces."""
    return [n for interface in interfaces(output) for n in interface["nodes"] if n["nodeType"] == kind]


def notice(node: Json) -> str:
    """The sentence for people."""
    return " ".join(
        re.sub(r"\s*@(?!notice).*", "", _doc_text(node), flags=re.DOTALL)[len("@notice ") :].split()
    )


def param_docs(node: Json) -> dict[str, str]:
    """The sentence of each parameter or field."""
    pairs = re.findall(r"@param (\w+) (.*?)(?=@|\Z)", _doc_text(node), flags=re.DOTALL)
    return {name: " ".join(doc.split()) for name, doc in pairs}


def snake(name: str) -> str:
    """`amountFen` to `amount_fen`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def canonical(item: Json) -> str:
    """Canonical ABI type of a parameter: a struct is the list of its fields."""
    kind = str(item["type"])
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(canonical(c) for c in item["components"]) + ")" + kind.removeprefix("tuple")


def _doc_text(node: Json) -> str:
    text = node.get("documentation") or ""
    return str(text["text"] if isinstance(text, dict) else text)

"""Reads the compiler's syntax tree: definitions of the interfaces, their NatSpec, and where a line of it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.build.compiler import Json

INTERFACES = "contracts/src/interfaces/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A line of NatSpec such as `@custom:act RotateKey`.

    Attributes:
        name: What stands after "custom:", such as "act".
        value: The rest of the line.
        place: File and line, such as "contracts/src/interfaces/IFunds.sol:160".
    """

    name: str
    value: str
    place: str


def interfaces(output: Json) -> Iterator[Json]:
    """Syntax trees of the project's interfaces, by the names of their files."""
    for path, unit in sorted(output["sources"].items()):
        if path.startswith(INTERFACES):
            yield from (n for n in unit["ast"]["nodes"] if n["nodeType"] == "ContractDefinition")


def definitions(output: Json, kind: str) -> list[Json]:
    """All definitions of a kind, such as "EnumDefinition", in the interfaces."""
    return [n for interface in interfaces(output) for n in interface["nodes"] if n["nodeType"] == kind]


def tags_of(output: Json, node: Json) -> list[Tag]:
    """The custom tags of a definition, one for each line. The compiler's `devdoc` runs equal tags together."""
    if not node.get("documentation"):
        return []
    path, first = _position(output, node["documentation"])
    found = []
    for number, line in enumerate(_doc_text(node).split("\n"), first):
        if match := re.match(r"\s*@custom:([a-z-]+) *(.*)", line):
            found.append(Tag(name=match[1], value=match[2].strip(), place=f"{path}:{number}"))
    return found


def place(output: Json, node: Json) -> str:
    """File and line at which a definition begins."""
    path, line = _position(output, node)
    return f"{path}:{line}"


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


def _position(output: Json, node: Json) -> tuple[str, int]:
    start, _, number = map(int, node["src"].split(":"))
    path, unit = next((p, u) for p, u in output["sources"].items() if u["id"] == number)
    return path, unit["text"].encode()[:start].count(b"\n") + 1


def _doc_text(node: Json) -> str:
    text = node.get("documentation") or ""
    return str(text["text"] if isinstance(text, dict) else text)

"""The syntax tree of a contract, as far as it says where a rule refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


def span(node: Json) -> tuple[int, int]:
    start, length, _ = (int(number) for number in node["src"].split(":"))
    return start, start + length


def parts(node: Json) -> Iterator[Json]:
    for value in node.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and "src" in part and "nodeType" in part:
                yield part


def called(call: Json) -> str:
    function = call["expression"]
    return str(function.get("memberName") or function.get("name", ""))


def error_of(node: Json) -> str:
    """Name of the error of a revert, alone or in braces."""
    if node["nodeType"] == "Block" and len(node["statements"]) == 1:
        return error_of(node["statements"][0])
    if node["nodeType"] != "RevertStatement":
        return ""
    error = node["errorCall"]["expression"]
    return str(error.get("memberName") or error["name"])


def errors_in(node: Json, function: str = "") -> Iterator[tuple[str, str]]:
    """Functions and modifiers that refuse by themselves, each with an error of it."""
    if node["nodeType"] in ("FunctionDefinition", "ModifierDefinition"):
        function = node["name"]
    if node["nodeType"] == "RevertStatement":
        yield function, error_of(node)
    for part in parts(node):
        yield from errors_in(part, function)


def only_refuses(call: Json) -> bool:
    """Whether a statement is a call that may refuse and does nothing else, or is named after that."""
    if call["nodeType"] != "FunctionCall" or call["kind"] != "functionCall":
        return False
    kind = call["expression"]["typeDescriptions"]["typeString"].split(" returns ")[0]
    return called(call).lstrip("_").startswith("require") or kind.endswith(
        (" view", " pure", " view external", " pure external")
    )

"""Which events a function can emit, by the syntax tree: its own, and those of all that it calls, the ledger included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Emitted:
    """The events of the functions of our contracts.

    Args:
        output: Of the compiler, with the syntax trees of all our sources.
    """

    def __init__(self, output: dict[str, Any]) -> None:
        nodes = [n for unit in output["sources"].values() for n in _nodes(unit.get("ast"))]
        self._nodes = {n["id"]: n for n in nodes}
        functions = [n for n in nodes if n["nodeType"] == "FunctionDefinition" and n.get("body")]
        # Of the library, whose syntax trees are none of ours: what it does by our own function.
        self._of_library = {"execute": next(n for n in functions if n["name"] == "_consumeScheduledOp")}
        self._implementations = {base: n for n in functions for base in n.get("baseFunctions", ())}
        # What is encoded to be hashed, the name of a change that waits, is called by nobody here.
        self._hashed = {
            encoding["id"]
            for n in nodes
            if n["nodeType"] == "FunctionCall" and n["expression"].get("memberName") == "hashOperation"
            for encoding in n["arguments"]
        }

    def by(self, contract: str, function: str) -> set[str]:
        """Names of the events that a function of a contract can emit."""
        (bases,) = (
            c["linearizedBaseContracts"]
            for c in self._nodes.values()
            if (c["nodeType"], c.get("name")) == ("ContractDefinition", contract)
        )
        # A contract before its bases: the first that has the function says what it does.
        found = (
            n
            for base in bases
            for n in self._nodes.get(base, {}).get("nodes", ())
            if (n["nodeType"], n.get("name")) == ("FunctionDefinition", function) and n.get("body")
        )
        return set(self._events(next(found), set()))

    def _events(self, function: Any, seen: set[int]) -> Iterator[str]:
        if function["id"] in seen:
            return
        seen.add(function["id"])
        for node in _nodes(function.get("body")):
            if node["nodeType"] != "FunctionCall" or node["id"] in self._hashed:
                continue
            called = self._called(node)
            if called.get("nodeType") == "EventDefinition":
                yield called["name"]
            elif called.get("nodeType") == "FunctionDefinition":
                yield from self._events(self._implementations.get(called["id"], called), seen)

    def _called(self, call: Any) -> Any:
        """What a call calls; what it encodes, where that is done by an account."""
        expression = call["expression"]
        if expression.get("memberName") != "encodeCall":
            return self._nodes.get(expression.get("referencedDeclaration"), {})
        encoded = call["arguments"][0]
        declared = self._nodes.get(encoded["referencedDeclaration"])
        return declared or self._of_library.get(encoded["memberName"], {})


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "nodeType" in part and "id" in part:
            yield part
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value)

"""Writes the contracts with a switch at each place at which they can be weakened."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.contracts.mutants.sites import SWITCH, Site
from tests.contracts.mutants.syntax import called, error_of, errors_in, only_refuses, parts, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.contracts.mutants.syntax import Json

EDGES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
# What a restricted function of OpenZeppelin's does first; its modifier cannot be changed where it is.
LIBRARY_CHECKS = {"restricted": "_checkCanCall(_msgSender(), _msgData());"}
LIBRARY_ERRORS = {"restricted": "AccessManagedUnauthorized"}


class Weaver:
    """Writes files with switches, and lists the sites of all of them."""

    def __init__(self, trees: Iterable[Json]) -> None:
        self.sites: list[Site] = []
        trees = list(trees)
        self._users = _users(trees)
        # The error by which a function or modifier refuses, by its name.
        self._errors = {name: error for tree in trees for name, error in errors_in(tree)} | LIBRARY_ERRORS
        self._names: Counter[str] = Counter()
        self._source, self._contract, self._function, self._error = b"", "", "", ""
        self._twins: list[str] = []
        self._weavers: dict[str, Callable[[Json], str]] = {
            "ContractDefinition": self._of_contract,
            "FunctionDefinition": self._of_function,
            "ModifierDefinition": self._of_definition,
            "ModifierInvocation": self._of_modifier,
            "IfStatement": self._of_if,
            "RevertStatement": self._of_revert,
            "ExpressionStatement": self._of_statement,
            "BinaryOperation": self._of_operation,
            "ForStatement": self._of_loop,
            "WhileStatement": self._of_loop,
            "InlineAssembly": self._original,
        }

    def file(self, path: str, text: str, ast: Json) -> str:
        """The text of a file, with switches."""
        self._source, self._contract = text.encode(), path.rsplit("/", 1)[1].removesuffix(".sol")
        woven = self._text(ast)
        pragma = next(node for node in ast["nodes"] if node["nodeType"] == "PragmaDirective")
        line, start = self._original(pragma), span(ast)[0]
        woven = woven.replace(line, f'{line}\nimport {{isMutant}} from "{SWITCH}";', 1)
        return self._source[:start].decode() + woven

    def _text(self, node: Json) -> str:
        return self._weavers.get(node["nodeType"], self._around)(node)

    def _around(self, node: Json) -> str:
        """A node as it is written, with its parts woven."""
        woven, (start, end) = "", span(node)
        for part in sorted(parts(node), key=lambda part: span(part)[0]):
            first, last = span(part)
            if start <= first and last <= end:
                woven += self._source[start:first].decode() + self._text(part)
                start = last
        return woven + self._source[start:end].decode()

    def _original(self, node: Json) -> str:
        start, end = span(node)
        return self._source[start:end].decode()

    def _of_loop(self, node: Json) -> str:
        """A loop that comes one too often runs out of an array, and is an error of its own: its head stays as it is."""
        (start, end), (first, last) = span(node), span(node["body"])
        woven = self._text(node["body"])
        return self._source[start:first].decode() + woven + self._source[last:end].decode()

    def _of_contract(self, node: Json) -> str:
        self._contract, self._twins = node["name"], []
        woven = self._around(node)
        return "\n".join([woven.removesuffix("}"), *dict.fromkeys(self._twins), "}"])

    def _of_function(self, node: Json) -> str:
        self._function = node["name"] or node["kind"]
        return self._around(node)

    def _of_definition(self, node: Json) -> str:
        """A modifier, and its twin, which checks nothing where a switch is on."""
        self._function = node["name"]
        woven = self._around(node)
        parameters = self._original(node["parameters"]).strip("()")
        checks = woven.split("{", 1)[1].rsplit("_;", 1)[0]
        return f"{woven}\n{_twin(node['name'], parameters, checks)}"

    def _of_modifier(self, node: Json) -> str:
        name, original = node["modifierName"]["name"], self._original(node)
        if node.get("kind") != "modifierInvocation":
            return original
        twin = name
        if name in LIBRARY_CHECKS:
            # Of each contract its own: one that stands on another has the other's twins too.
            twin = name + self._contract
            self._twins.append(_twin(twin, "", LIBRARY_CHECKS[name]))
        arguments = "".join(f", {self._original(argument)}" for argument in node.get("arguments") or ())
        number = self._number(f"without `{original}`", self._errors.get(name, ""))
        return f"{twin}Unless({number}{arguments})"

    def _of_if(self, node: Json) -> str:
        outer, self._error = self._error, error_of(node["trueBody"])
        woven = self._around(node)
        self._error = outer
        return woven

    def _of_revert(self, node: Json) -> str:
        number = self._number(f"without `{self._original(node)}`", error_of(node))
        return f"if (isMutant({number})) {{}} else {self._around(node)}"

    def _of_statement(self, node: Json) -> str:
        if not only_refuses(node["expression"]):
            return self._around(node)
        number = self._number(
            f"without `{self._original(node)}`", self._errors.get(called(node["expression"]), "")
        )
        # An "else" of its own, so that one which follows belongs to the "if" that it belonged to.
        return f"if (isMutant({number})) {{}} else {self._around(node)}"

    def _of_operation(self, node: Json) -> str:
        operator, left, right = node["operator"], node["leftExpression"], node["rightExpression"]
        if operator in EDGES:
            number = self._number(f"`{EDGES[operator]}` in `{self._original(node)}`")
            first, second = self._text(left), self._text(right)
            return f"(isMutant({number}) ? {first} {EDGES[operator]} {second} : {first} {operator} {second})"
        if operator in ("&&", "||"):
            return f"{self._operand(left, node)} {operator} {self._operand(right, node)}"
        return self._around(node)

    def _operand(self, operand: Json, whole: Json) -> str:
        if operand.get("operator") == whole["operator"]:
            return self._text(operand)
        number = self._number(f"without `{self._original(operand)}`")
        switch = f"&& !isMutant({number})" if whole["operator"] == "||" else f"|| isMutant({number})"
        return f"({self._text(operand)} {switch})"

    def _number(self, change: str, error: str = "") -> int:
        name = f"{self._function}: {' '.join(change.split())}"
        self._names[f"{self._contract}.{name}"] += 1
        count = self._names[f"{self._contract}.{name}"]
        name += f" ({count})" if count > 1 else ""
        users = self._users.get(self._contract, (self._contract,))
        self.sites.append(Site(len(self.sites) + 1, self._contract, name, error or self._error, users))
        return len(self.sites)


def _users(trees: list[Json]) -> dict[str, tuple[str, ...]]:
    """The contracts that are deployed with the code of each contract, by its name: itself, and those that stand on it."""
    contracts = [node for tree in trees for node in tree["nodes"] if node["nodeType"] == "ContractDefinition"]
    names = {contract["id"]: contract["name"] for contract in contracts}
    return {
        name: tuple(
            other["name"]
            for other in contracts
            if number in other["linearizedBaseContracts"] and not other["abstract"]
        )
        for number, name in names.items()
    }


def _twin(name: str, parameters: str, checks: str) -> str:
    parameters = f"uint256 mutant, {parameters}".removesuffix(", ")
    return f"modifier {name}Unless({parameters}) {{ if (!isMutant(mutant)) {{ {checks} }} _; }}"

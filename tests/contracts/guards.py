"""Which guard each function of each contract has, and what a stranger meets who calls it with nothing to say.

    python -m tests.contracts.guards        writes the golden file anew

A guard is an office, with "waiting" for a change of it, `authority` (the Authority itself, or what its library guards), `module` (contracts that the ledger admitted),
`contract` (the one that holds the role for it), `intent` (a member's key, by signature or by direct call), `anyone`, or `view`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.abi import artifact, canonical
from contracts.build.compiler import DEPLOYED
from contracts.errors import UnknownRevertError
from contracts.roles import GUARDED, OF_CONTRACTS, WAITING
from tests.conftest import RefusedError, signer
from tests.contracts.evm import EvmTown
from tests.contracts.neighbourhood import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallets.signer import LocalSigner

GOLDEN = Path(__file__).parent / "golden" / "functions.txt"
MODULE_ONLY = tuple(
    f"{name}ModuleNotAdmitted" for name in ("Ledger", "Funds", "Budgets", "Rounds", "EventLog", "Enterprises")
)


def table(place: EvmTown) -> Iterator[str]:
    """One line per function: contract, function, guard, and what a stranger meets."""
    for contract in sorted(DEPLOYED):
        for entry in sorted(artifact(contract)["abi"], key=lambda e: str(e.get("name"))):
            if entry["type"] == "function" and entry["stateMutability"] in ("view", "pure"):
                yield f"{contract}.{entry['name']}: view"
            elif entry["type"] == "function":
                met = probe(place, signer("stranger"), contract, entry["name"])
                yield f"{contract}.{entry['name']}: {guard(contract, entry, met)}, a stranger meets {met}"


def probe(place: EvmTown, by: LocalSigner, contract: str, function: str) -> str:
    """Name of the error that a call with empty arguments meets; "nothing" if it succeeds."""
    entry = next(e for e in artifact(contract)["abi"] if (e["type"], e.get("name")) == ("function", function))
    try:
        place.send(by, contract, function, *(_empty(item) for item in entry["inputs"]))
    except RefusedError as error:
        return error.name
    except UnknownRevertError:
        return "a refusal without a name"  # the authority asks whoever called it, and a key does not answer
    return "nothing"


def guard(contract: str, entry: dict[str, Any], met: str) -> str:
    """What guards a function that changes something."""
    name = entry["name"]
    if name in GUARDED.get(contract, {}):
        office = GUARDED[contract][name].name
        return f"{office} waiting" if name in WAITING.get(contract, ()) else office
    if name in OF_CONTRACTS.get(contract, {}):
        return "contract"
    if name == "setAuthority" or contract == "Authority":
        return "authority"
    if met in MODULE_ONLY:
        return "module"
    # An approval carries its signatures beside it; all other intents carry an Authorization.
    signed = any("Authorization" in item["internalType"] for item in entry["inputs"]) or name == "approve"
    return "intent" if signed else "anyone"


def _empty(item: dict[str, Any]) -> Any:
    kind = canonical(item)
    if kind.endswith("]"):
        return []
    if item["type"] == "tuple":
        return tuple(_empty(component) for component in item["components"])
    if kind.startswith("bytes"):
        return bytes(int(kind[5:] or 0))
    return {"address": "0x" + "00" * 20, "bool": False, "string": ""}.get(kind, 0)


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(table(found(EvmTown()))) + "\n")

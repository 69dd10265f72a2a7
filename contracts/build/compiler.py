"""Compiles the contracts: all sources of the project at once, with the pinned compiler and settings.

A `solc` of the pinned version on PATH is used where there is one, else the npm compiler behind `bin/solc`. Both give
the same bytes. The npm one keeps what it gave in `cache/solc`, so that nothing is compiled twice.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from contracts.errors import BuildError

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
SOLC_VERSION = "0.8.37"
DEPLOYED = (
    "Authority",
    "P256Verifier",
    "PasskeyVerifier",
    "Members",
    "Ledger",
    "Funds",
    "Donations",
    "BankCharges",
    "Campaigns",
    "Offices",
    "Committees",
    "Vetoes",
    "Budgets",
    "Receipts",
    "Rounds",
    "Disbursements",
    "EventLog",
    "DeviceRegistry",
    "TimeBank",
    "Redemptions",
    "Enterprises",
    "PartPayments",
    "Cooperative",
    "Delegations",
)
SETTINGS: dict[str, Any] = {
    "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
    "optimizer": {"enabled": True, "runs": 1000},
    "viaIR": True,
    "evmVersion": "cancun",
    # Without the hash of the sources behind the code, words in the sources never change what is deployed.
    "metadata": {"appendCBOR": False},
}
OUTPUTS = ["abi", "devdoc", "userdoc", "evm.bytecode.object", "evm.deployedBytecode", "storageLayout"]

Json = dict[str, Any]


def compiler() -> Path:
    """The compiler to use: a native one of the pinned version on PATH, else the npm one.

    Raises:
        BuildError: There is neither.
    """
    native = shutil.which("solc")
    if (
        native
        and SOLC_VERSION
        in subprocess.run([native, "--version"], capture_output=True, text=True, check=False).stdout
    ):
        return Path(native)
    if not (ROOT / "node_modules" / "solc").is_dir():
        raise BuildError(
            f"no solc {SOLC_VERSION}",
            "it is neither on PATH nor in node_modules",
            "run ./run test once, which installs it",
        )
    return CONTRACTS / "bin" / "solc"


def compile_sources(selection: Json | None = None) -> Json:
    """Compiles all sources of the project; see `compile_texts`."""
    paths = sorted((CONTRACTS / "src").rglob("*.sol"))
    return compile_texts({path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}, selection)


def compile_texts(texts: dict[str, str], selection: Json | None = None) -> Json:
    """Compiles sources.

    Args:
        texts: Text of each file, by its path from the project's root.
        selection: Which outputs of which files, as the compiler's `outputSelection` has it. If it is left out: all that
            the build needs of the sources compiled.

    Returns:
        The compiler's standard JSON output, with the text of a source beside its syntax tree.

    Raises:
        BuildError: The compiler reports an error or a warning.
    """
    selection = selection or {name: {"*": OUTPUTS, "": ["ast"]} for name in texts}
    output = run_compiler(texts, SETTINGS | {"outputSelection": selection})
    warnings = [
        e["formattedMessage"] for e in output.get("errors", ()) if "node_modules" not in e["formattedMessage"]
    ]
    if warnings:
        raise BuildError("the compiler warns", "\n".join(warnings), "mend the source")
    for name, source in output["sources"].items():
        source["text"] = texts.get(name, "")
    return output


def run_compiler(texts: dict[str, str], settings: Json) -> Json:
    """What the compiler answers, warnings included.

    Args:
        texts: Text of each file, by its path from the project's root.
        settings: Of the compiler, with its `outputSelection`.

    Raises:
        BuildError: The compiler reports an error.
    """
    import solcx

    sources = {name: {"content": text} for name, text in texts.items()}
    request = {"language": "Solidity", "sources": sources, "settings": settings}
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    try:
        output: Json = solcx.compile_standard(
            request, solc_binary=compiler(), base_path=ROOT, allow_paths=[ROOT]
        )
    except solcx.exceptions.SolcError as error:
        raise BuildError(
            "the contracts do not compile", str(error.stderr_data or error.message), "mend the source"
        ) from None
    return output

"""Every file that the build writes, and the command that writes or compares them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from contracts.build.acts import acts_json, read_acts
from contracts.build.artifacts import artifacts
from contracts.build.compiler import CONTRACTS, ROOT, SOLC_VERSION, compile_sources
from contracts.build.enums import enums_module
from contracts.build.events import events_module
from contracts.build.intents import intents_module
from contracts.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path


def outputs() -> dict[Path, str]:
    """Every file that the build writes, with its text.

    Raises:
        BuildError: The sources do not compile, or an act is not defined whole.
    """
    output = compile_sources()
    built = artifacts(output)
    acts = read_acts(output)
    files = {
        CONTRACTS / "abi" / f"{name}.json": json.dumps(a, indent=1, ensure_ascii=False) + "\n"
        for name, a in built.items()
    }
    files[CONTRACTS / "enums.py"] = enums_module(output)
    files[CONTRACTS / "events.py"] = events_module(output, built)
    files[CONTRACTS / "acts.json"] = acts_json(acts)
    files[ROOT / "wallets" / "intents" / "generated.py"] = intents_module(acts)
    return files


def stale(files: dict[Path, str]) -> list[str]:
    """Names of the files that are not what the build would write."""
    return [
        p.relative_to(ROOT).as_posix() for p, text in files.items() if not p.exists() or p.read_text() != text
    ]


def main() -> int:
    """Writes the files, or compares them with --check. Returns the exit status."""
    sys.stderr.write(f"compiling the contracts with solc {SOLC_VERSION}, about a minute …\n")
    try:
        files = outputs()
    except BuildError as error:
        sys.stderr.write(f"error: {error.what}\nwhy:   {error.why}\ndo:    {error.remedy}\n")
        return 1
    if "--check" in sys.argv[1:]:
        names = stale(files)
        sys.stderr.write("".join(f"stale: {name}\n" for name in names))
        return 1 if names else 0
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return 0

"""`python -m tests.contracts.mutants`, see the package."""

from __future__ import annotations

import argparse
import sys
import time
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from contracts.abi import artifact
from contracts.build.compiler import CONTRACTS, DEPLOYED, ROOT, SETTINGS, Json, run_compiler
from tests.contracts.mutants import __doc__ as description
from tests.contracts.mutants.sites import SWITCH, SWITCH_TEXT, Site
from tests.contracts.mutants.trials import Trials
from tests.contracts.mutants.verdicts import Verdicts, stale, unexplained, write
from tests.contracts.mutants.weaver import Weaver

if TYPE_CHECKING:
    from tests.contracts.mutants.trials import Verdict

TESTS = ("tests/contracts/refusals", "tests/contracts/test_guards.py", "tests/contracts/test_accounts.py")
WITHOUT = ("-n", "0", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:timeout")
# Modules that were imported before pytest are not rewritten; tests are.
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
# Enough for the compiler to find room for all values; what runs in a test need not be short.
STEPS = "dhfoDgvulfnTUtnIf:"
FAST = {"enabled": True, "runs": 1, "details": {"yul": True, "yulDetails": {"optimizerSteps": STEPS}}}


def woven() -> tuple[list[Site], dict[str, str]]:
    """All sites, and the text of every file with their switches."""
    paths = sorted((CONTRACTS / "src").rglob("*.sol"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}
    trees = _compiled(texts, {path: {"": ["ast"]} for path in texts})["sources"]
    weaver = Weaver(tree["ast"] for path, tree in trees.items() if path in texts)
    switched = {path: weaver.file(path, text, trees[path]["ast"]) for path, text in texts.items()}
    return weaver.sites, {**switched, SWITCH: SWITCH_TEXT}


def deploy_instead(texts: dict[str, str]) -> None:
    """Has the tests deploy the code of these texts."""
    outputs = {path: {"*": ["evm.bytecode.object"]} for path in texts if "/interfaces/" not in path}
    units = _compiled(texts, outputs)["contracts"].values()
    codes = {name: contract["evm"]["bytecode"]["object"] for unit in units for name, contract in unit.items()}
    for name in DEPLOYED:
        # The artifact that is kept in memory, which the plan of the deployment reads.
        artifact(name)["bytecode"] = "0x" + codes[name]


def main() -> None:
    """Tries the mutants, and writes the table when all were tried."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--contract", nargs="*", default=[])
    parser.add_argument(
        "--tests", nargs="*", default=TESTS, help="instead of all, for a mutant that has a new one"
    )
    arguments = parser.parse_args()
    chosen = arguments.contract
    sites, texts = woven()
    verdicts = Verdicts.of(sha256("".join(texts.values()).encode()).hexdigest())
    sys.stderr.write(f"compiling {len(sites)} mutants at once, some minutes …\n")
    deploy_instead(texts)
    still = [site for site in sites if verdicts.open(site) and (not chosen or site.contract in chosen)]
    began, done = time.monotonic(), 0

    def report(verdict: Verdict) -> None:
        nonlocal done
        verdicts.add(verdict)
        done += 1
        minutes = (time.monotonic() - began) / done * (len(still) - done) / 60
        fate = "killed" if verdict.killer else f"SURVIVES {verdict.tests} tests"
        sys.stderr.write(
            f"{done} of {len(still)}, {minutes:.0f} min left: {verdict.site.contract}.{verdict.site.name}: {fate}\n"
        )

    trials = Trials(still, report)
    pytest.main([*WITHOUT, *QUIET, *arguments.tests], plugins=[trials])
    sys.stderr.write("".join(f"fails without a mutant: {name}\n" for name in trials.failed))
    sys.stderr.write("".join(f"explained, and there is none such: {name}\n" for name in stale(sites)))
    if not chosen:
        write(verdicts.table(sites))
    sys.exit(1 if trials.failed or stale(sites) or unexplained(verdicts.survivors(sites)) else 0)


def _compiled(texts: dict[str, str], outputs: Json) -> Json:
    return run_compiler(texts, SETTINGS | {"optimizer": FAST, "outputSelection": outputs})


if __name__ == "__main__":
    main()

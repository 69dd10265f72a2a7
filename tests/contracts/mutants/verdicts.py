"""What became of the mutants: kept while they run, and written into docs/mutants.md in the end."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.contracts.tools import ROOT

if TYPE_CHECKING:
    from tests.contracts.mutants.sites import Site
    from tests.contracts.mutants.trials import Verdict

KEPT = ROOT / "cache" / "mutants.json"
DOCUMENT = ROOT / "docs" / "mutants.md"
# Why a mutant may survive, by contract and name.
EXPLAINED: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text())
BEGIN, END = "<!-- contracts: begin -->\n", "<!-- contracts: end -->\n"


@dataclass
class Verdicts:
    """Verdicts on the mutants of one text of the contracts.

    Attributes:
        digest: Of that text.
        rows: Tests that come by a site, and the one that saw the mutant, by contract and name.
    """

    digest: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, digest: str) -> Verdicts:
        """What an earlier run found out about the same text, or nothing yet."""
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        return cls(**kept) if kept.get("digest") == digest else cls(digest)

    def open(self, site: Site) -> bool:
        """Whether a mutant is still to be tried: one that survived is tried anew, for there may be a new test."""
        return not self.rows.get(_key(site), {}).get("killer")

    def add(self, verdict: Verdict) -> None:
        """Keeps a verdict."""
        self.rows[_key(verdict.site)] = {"tests": verdict.tests, "killer": verdict.killer}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.with_suffix(".new").write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False))
        KEPT.with_suffix(".new").replace(KEPT)

    def survivors(self, sites: list[Site]) -> list[Site]:
        """The mutants that no test saw."""
        return [site for site in sites if _key(site) in self.rows and self.open(site)]

    def table(self, sites: list[Site]) -> str:
        """The part of docs/mutants.md about the contracts."""
        names = sorted({site.contract for site in sites})
        return "\n".join([
            *("| contract | mutants | tried | killed | survivors |", "| --- | --- | --- | --- | --- |"),
            *(self._count(name, [site for site in sites if site.contract == name]) for name in names),
            *(self._count("**all**", sites), "", "| survivor | why |", "| --- | --- |"),
            *(_row(site) for site in self.survivors(sites)),
        ])  # fmt: skip

    def _count(self, name: str, sites: list[Site]) -> str:
        tried, left = [site for site in sites if _key(site) in self.rows], self.survivors(sites)
        share = f"{len(left)} ({100 * len(left) / len(tried):.1f} %)" if left else "–"
        return f"| {name} | {len(sites)} | {len(tried)} | {len(tried) - len(left)} | {share} |"


def unexplained(sites: list[Site]) -> list[Site]:
    """Those of which nothing says why they may survive."""
    return [site for site in sites if site.name not in EXPLAINED.get(site.contract, {})]


def stale(sites: list[Site]) -> list[str]:
    """Explanations of mutants that there are no more."""
    names = {_key(site) for site in sites}
    return [f"{c}.{name}" for c, found in EXPLAINED.items() for name in found if f"{c}.{name}" not in names]


def write(table: str) -> None:
    """Puts the table into docs/mutants.md, between its two comments."""
    text = DOCUMENT.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def _key(site: Site) -> str:
    return f"{site.contract}.{site.name}"


def _row(site: Site) -> str:
    why = EXPLAINED.get(site.contract, {}).get(site.name, "not explained")
    return f"| {_key(site)} | {why} |".replace("||", "\\|\\|")

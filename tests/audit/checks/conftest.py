"""The story that the rule checks judge, played once on a real chain and collected into a bundle."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.chain.history import History
from audit.checks import (
    bank,
    bank_charges,
    campaigns,
    causes,
    closed_funds,
    cooperative,
    decisions,
    delegations,
    households,
    keys,
    ledger,
    members,
    memberships,
    payees,
    second_person,
    service,
)
from audit.checks.block_pass import examine_chain
from audit.checks.check import Check
from audit.collect.collect import CollectConfig, collect, load_deployment
from audit.evidence.bundle import Bundle
from audit.evidence.canonical import encode
from audit.evidence.trust import Trust
from audit.report.findings import State
from contracts.deployment import Deployment
from gongji.households import exhibit
from tests.audit.bundles import altered, resealed
from tests.audit.checks import rules_town
from tests.audit.checks.chapters.year import tell
from tests.conftest import CHAIN_ID, open_town
from tests.contracts.neighbourhood import founded
from tests.copies import lay_out
from wallets.intents import Domain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audit.chain.history import Log, Transaction
    from audit.report.findings import Result
    from tests.audit.checks.rules_town import Story


STATEMENT = "exhibits/statements/00001-00001.json"
FAMILIES = (
    bank,
    bank_charges,
    campaigns,
    causes,
    closed_funds,
    cooperative,
    decisions,
    delegations,
    households,
    keys,
    ledger,
    members,
    memberships,
    payees,
    second_person,
    service,
)
RULE_CHECKS = [c for family in FAMILIES for c in vars(family).values() if isinstance(c, Check)]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an auditor holds after the story."""

    deployment: Deployment
    folder: Path
    bundle: Bundle
    trust: Trust
    history: History

    def domain(self, contract: str) -> Domain:
        """The domain of what is signed for a contract."""
        return Domain(contract=contract, chain_id=CHAIN_ID, address=self.deployment.address(contract))

    def statement(self) -> dict[str, Any]:
        """The bank's statement."""
        (line,) = (self.folder / STATEMENT).read_text().splitlines()
        return dict(json.loads(line))

    def run(self, check: Check, history: History | None = None, bundle: Bundle | None = None) -> Result:
        """Runs one check, on the true story or on an altered one."""
        return check(history or self.history, bundle or self.bundle, self.trust)

    def red(self, history: History | None = None, bundle: Bundle | None = None) -> set[str]:
        """Ids of the rule checks that fail."""
        results = (self.run(check, history, bundle) for check in RULE_CHECKS)
        return {r.check_id for r in results if r.state is State.FAILED}

    def then(self, history: History) -> Evidence:
        """The same with an altered history, to be altered further."""
        return replace(self, history=history)

    def rewritten(self, target: Path, path: str, change: Callable[[list[Any]], list[Any] | None]) -> Bundle:
        """A copy of the bundle in which one file has other lines."""
        return Bundle(altered(self.folder, target, path, change))

    def lacking(self, target: Path, path: str) -> Bundle:
        """A copy of the bundle in which one file is missing."""
        shutil.copytree(self.folder, target)
        (target / path).unlink()
        return Bundle(resealed(target))

    def altered(self, name: str, number: int, **values: Any) -> History:
        """A history in which the log of that name and number (from 0, or -1 for the last) says something else."""
        return self._with(lambda log: replace(log, values=log.values | values), self.log(name, number))

    def without(self, name: str, number: int) -> History:
        """A history in which a log is missing."""
        return self._with(lambda _: None, self.log(name, number))

    def doubled(self, name: str, number: int) -> History:
        """A history in which a log comes twice."""
        gone = self.log(name, number)
        logs = [copy for log in self.history.all_logs for copy in ([log, log] if log is gone else [log])]
        return History(
            blocks=self.history.blocks, all_transactions=self.history.all_transactions, all_logs=logs
        )

    def moved(self, name: str, number: int, seconds: int) -> History:
        """A history in which a log's block has another time."""

        def later(log: Log) -> Log:
            return replace(log, block=replace(log.block, time=log.block.time + seconds))

        return self._with(later, self.log(name, number))

    def called(self, name: str, number: int, change: Callable[[Transaction], Transaction]) -> History:
        """A history in which a call of that name and number was another one."""
        call = list(self.history.transactions(name))[number]

        def changed(one: Transaction) -> Transaction:
            carried = one.carried and (change(one.carried) if one.carried is call else one.carried)
            return change(one) if one is call else replace(one, carried=carried)

        calls = [changed(t) for t in self.history.all_transactions]
        return History(blocks=self.history.blocks, all_transactions=calls, all_logs=self.history.all_logs)

    def log(self, name: str, number: int = 0) -> Log:
        """A log of the true story."""
        return list(self.history.logs(name))[number]

    def _with(self, change: Callable[[Log], Log | None], target: Log) -> History:
        changed = (change(log) if log is target else log for log in self.history.all_logs)
        logs = [log for log in changed if log is not None]
        return History(
            blocks=self.history.blocks, all_transactions=self.history.all_transactions, all_logs=logs
        )


@pytest.fixture(scope="module", autouse=True)
def remembered(memory: None) -> None:
    """Each test judges almost the same signatures as the others."""
    del memory


@pytest.fixture(scope="session")
async def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """The story, collected."""
    return await gathered(tmp_path_factory.mktemp("rules"))


async def gathered(folder: Path) -> Evidence:
    """The story, collected into an empty folder. It is told once for all processes of a run."""
    await lay_out(folder, tell_and_collect)
    deployment = Deployment.load(folder / "deployment.json")
    chain_id, contracts = load_deployment(folder / "deployment.json")
    trust = Trust(
        chain_id=chain_id,
        genesis_hash=bytes.fromhex(deployment.genesis_hash[2:]),
        contracts=contracts,
        passkey_domain="localhost",
    )
    bundle = Bundle(folder / "bundle")
    block_pass = examine_chain(bundle, trust)
    assert not [r for r in block_pass.results if r.state is State.FAILED]
    return Evidence(
        deployment=deployment,
        folder=folder / "bundle",
        bundle=bundle,
        trust=trust,
        history=block_pass.history,
    )


async def tell_and_collect(folder: Path) -> None:
    """Tells the story on a chain and collects it, for `lay_out`."""
    async with open_town(folder, founded) as town:
        story = await tell(town)
        bundle = await collect(
            CollectConfig(rpc_url=town.url, deployment=folder / "deployment.json", out=folder / "bundle")
        )
    add_exhibits(story, bundle)


def add_exhibits(story: Story, folder: Path) -> None:
    """Adds leaves, bindings and the bank's statement to a bundle."""

    def write(path: str, lines: list[Any]) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"".join(encode(line) + b"\n" for line in lines))

    write("events/leaves.jsonl", ["0x" + leaf.hex() for leaf in story.leaves])
    binding = {
        "beneficiary": rules_town.HOME_COMMITMENT,
        "place": rules_town.HOME,
        "salt": rules_town.HOME_SALT,
    }
    write("exhibits/bindings.jsonl", [{k: "0x" + v.hex() for k, v in binding.items()}])
    for campaign, listed in ((8, rules_town.TOWN_LIST), (58, rules_town.BUILDING_LIST)):
        write(f"exhibits/households/{campaign:010d}.json", [exhibit(campaign, listed)])
    write(STATEMENT, [story.statement()])
    payee = {"payee": rules_town.BUILDER_COMMITMENT, "salt": rules_town.BUILDER_SALT}
    row = {k: "0x" + v.hex() for k, v in payee.items()} | {"text": rules_town.BUILDER_TEXT}
    write("exhibits/payees.jsonl", [row])
    resealed(folder)

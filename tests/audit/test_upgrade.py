"""The drill: modules are replaced in a town with history, and mirror, API, relayer and auditor go on."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from audit.collect.collect import collect
from audit.evidence.pinned import TrustedContract
from audit.evidence.trust import Trust
from audit.report.findings import State
from audit.verify import verify_with
from contracts.deploy import deploy_version
from contracts.ids import lot_id, order_id
from contracts.upgrade import addresses_of, with_version
from indexer.config import IndexerConfig
from indexer.errors import VerificationError
from indexer.tables import balances, emitters
from tests.audit.audited import WAIVES, collecting, served
from tests.audit.bundles import findings
from tests.audit.replacing import replace_modules, retire
from tests.audit.story import AuditedStory
from tests.conftest import RefusedError, member_id, open_town, signer
from tests.indexer.conftest import content, fresh_content, mirrored
from tests.ledger_api.client import Person, ProblemError, open_house
from tests.ledger_api.story import (
    BANK,
    CARE,
    COMMUNITY,
    DAY,
    ENTERPRISE,
    OBJECTED,
    ORDER,
    STAIRS,
    UNPROVEN,
    ZERO,
    line,
    named_id,
)
from wallets.intents import (
    ActOnRedemption,
    ActOnTask,
    AttestGifts,
    Gift,
    OpenTask,
    PayOut,
    Payout,
    ProposalAct,
    Redeem,
    RedemptionAct,
    RefundGift,
    ReverseDonation,
    TakeLot,
    TaskAct,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from audit.report.verdict import Report
    from tests.conftest import Town
    from tests.ledger_api.client import House

# With the time bank goes `Redemptions`, which was given its address.
REPLACED = ("Donations", "Campaigns", "Disbursements", "TimeBank", "Cooperative")
CAMPAIGN = 3
LOT_IN_HAND = lot_id(ORDER, b"in hand.")


@dataclass
class Replaced:
    """A town in which modules were replaced with something open in each.

    Attributes:
        town: Its chain.
        story: What happened in it.
        folder: Where its files are.
        stale: A donation that was signed for the version before, and not sent.
        balances: Of every account before, by account.
    """

    town: Town
    story: AuditedStory
    folder: Path
    stale: dict[str, Any]
    balances: dict[bytes, int]

    @asynccontextmanager
    async def house(self) -> AsyncIterator[House]:
        """Its processes, by the record as it is."""
        async with open_house(self.town, self.folder) as house:
            yield house

    @contextmanager
    def signing_for_former(self, contract: str) -> Iterator[None]:
        """Inside, what is signed for a contract is for its former version."""
        now = self.town.deployment
        former = {label: one for label, one in now.contracts.items() if label != f"{contract}.2"}
        self.town.deployment = replace(now, contracts=former)
        yield
        self.town.deployment = now

    async def report(self) -> Report:
        """What an auditor says of it now."""
        async with self.house() as house, served(house.app) as url:
            bundle = await collect(collecting(self.story, self.folder, url))
        return verify_with(bundle, self.trust(), unanchored=True)

    def trust(self) -> Trust:
        """What its auditor pins."""
        record = json.loads((self.folder / "deployment.json").read_text())
        contracts = {n: {k: c[k] for k in ("address", "code_hash")} for n, c in record["contracts"].items()}
        return Trust.from_json({
            "format": "gongji.trust.v1", "chain_id": record["chain_id"], "genesis_hash": record["genesis_hash"],
            "validators": "embedded", "contracts": contracts, "waives": WAIVES,
        })  # fmt: skip


@pytest.fixture(scope="module")
async def replaced(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Replaced]:
    """One town for all tests of this file, which come in any order and leave each what another needs."""
    folder = tmp_path_factory.mktemp("replaced")
    async with open_town(folder) as town:
        story = AuditedStory(town, folder=folder)
        await story.play()
        await open_more(story)
        async with open_house(town, folder) as house:
            stale = (await Person(house, signer("treasurer")).draft("AttestDonations", donation("stale")))[
                "typed_data"
            ]
            before = await balances_of(house)
        await town.send(signer("admin"), "Authority", "endFounding")
        await replace_modules(town, folder, REPLACED, partial(open_task, story, "early"))
        yield Replaced(town=town, story=story, folder=folder, stale=stale, balances=before)
        story.store.close()
        story.register.close()


async def open_more(story: AuditedStory) -> None:
    """Something open in each module that holds such."""
    now = story.town.chain.now()
    for name in ("errand", "unclaimed"):
        await open_task(story, name)
    await story.intend("volunteer", ActOnTask, act=TaskAct.ACCEPT, task=named_id("errand"), document=ZERO)
    await story.intend(
        "volunteer", Redeem, redemption=named_id("repair"), provider=member_id("elder"), fund=COMMUNITY, service=1,
        held_minutes=20,
    )  # fmt: skip
    await story.intend(
        "elder", ActOnRedemption, act=RedemptionAct.ACCEPT, redemption=named_id("repair"), document=ZERO
    )
    terms = (CARE, 900_000, 0, bytes(16), now + 2 * DAY, 0, 0, 0, 0, False)
    await story.town.send(signer("steward"), "Campaigns", "openCampaign", CAMPAIGN, terms)
    gifts = tuple(
        Gift(bank_line=line(name), amount_fen=700, booked_on=now // DAY, donor=b"d" * 32, household=0)
        for name in ("late gift", "mistaken gift")
    )
    await story.intend("treasurer", AttestGifts, campaign=CAMPAIGN, bank=BANK, gifts=gifts)
    await story.intend("worker0", TakeLot, lot=LOT_IN_HAND, order=ORDER, pieces=10)


async def open_task(story: AuditedStory, name: str) -> None:
    await story.intend(
        "coordinator", OpenTask, task=named_id(name), fund=COMMUNITY, service=1, authorised_minutes=60,
        beneficiary=story.beneficiary, expires_at=story.town.chain.now() + 60 * DAY,
    )  # fmt: skip


def donation(name: str) -> dict[str, Any]:
    """Fields of a donation for care."""
    one = {
        "bankLine": f"0x{line(name).hex()}",
        "purpose": CARE,
        "amountFen": 4_000,
        "donor": "0x" + "11" * 32,
    }
    return {"fund": COMMUNITY, "bank": BANK, "donations": [one]}


def hexed(value: bytes) -> str:
    return f"0x{value.hex()}"


async def balances_of(house: House) -> dict[bytes, int]:
    """The balance of every account, as the mirror has it."""
    latest = (
        select(balances.c.account, func.max(balances.c.block_number).label("at"))
        .group_by(balances.c.account)
        .subquery()
    )
    query = select(balances.c.account, balances.c.balance).join(
        latest, (latest.c.account == balances.c.account) & (latest.c["at"] == balances.c.block_number)
    )
    async with house.context.mirror.connect() as connection:
        return {bytes(account): balance for account, balance in await connection.execute(query)}


async def done(house: House, name: str, act: str, **fields: Any) -> None:
    """Somebody does something through the API, and it is carried out."""
    command = await Person(house, signer(name)).act(act, fields)
    await house.settle()
    answer = await house.command(command["id"])
    assert answer["status"] == "final", answer


async def test_every_open_thing_ends_nothing_is_used_twice_and_the_auditor_passes(replaced: Replaced) -> None:
    town = replaced.town
    async with replaced.house() as house:
        assert await balances_of(house) == replaced.balances
        await nothing_is_used_twice(house, replaced)
        await replaced.story.attest(COMMUNITY, [("after", CARE, 4_000, ZERO[:31] + b"\1")])
        await replaced.story.intend(
            "cashier", ReverseDonation, fund=COMMUNITY, bank_line=line("b"), outgoing_bank_line=ZERO, new_purpose=STAIRS,
            document=b"d" * 32,
        )  # fmt: skip
        await done(house, "volunteer", "ReleaseTask", task=hexed(named_id("errand")))
        await done(
            house, "coordinator", "CancelTask", task=hexed(named_id("errand")), document=hexed(b"d" * 32)
        )
        await done(house, "volunteer", "ConfirmRedemption", redemption=hexed(named_id("repair")))
        await pieces_are_settled_by_the_former_version_and_wages_taken_back_by_the_new(house, replaced)
        await done(
            house, "cashier", "ReverseGift", campaign=CAMPAIGN, bankLine=hexed(line("mistaken gift")),
            outgoingBankLine=hexed(ZERO), document=hexed(b"d" * 32),
        )  # fmt: skip
        await house.serve("relayer", "Campaigns", "settle", CAMPAIGN)
        await house.settle()
        await replaced.story.intend(
            "treasurer", RefundGift, campaign=CAMPAIGN, bank_line=line("late gift"),
            outgoing_bank_line=line("late gift back"),
        )  # fmt: skip
        await house.serve("relayer", "Disbursements", "execute", OBJECTED.as_tuple())
        await house.settle()
        await replaced.story.act("treasurer", ProposalAct.PROVE_PAYMENT, UNPROVEN, line("proven late"))
        await done(
            house, "coordinator", "OpenTask", task=hexed(named_id("anew")), fund=COMMUNITY, service=1,
            authorisedMinutes=60, beneficiary=hexed(replaced.story.beneficiary),
            expiresAt=town.chain.now() + 9 * DAY,
        )  # fmt: skip
        async with house.context.mirror.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(emitters)) == 5
    fresh = await fresh_content(town.deployment, town.url, replaced.folder)
    assert content(f"sqlite:///{replaced.folder / 'mirror.db'}") == fresh
    report = await replaced.report()
    assert report.exit_status == 0, findings(report)
    await a_retired_module_is_found(replaced)
    await a_version_that_was_never_admitted_is_found(replaced)


async def pieces_are_settled_by_the_former_version_and_wages_taken_back_by_the_new(
    house: House, replaced: Replaced
) -> None:
    """A lot that was in hand is accepted, an order begins anew, and what was paid under the former version is used once."""
    document = hexed(b"d" * 32)
    lot = {"lot": hexed(LOT_IN_HAND), "acceptedPieces": 9, "rejectedPieces": 1}
    await done(house, "foreman", "SettleLot", **lot, document=document)
    due_at = replaced.town.chain.now() + DAY
    order = {"enterprise": ENTERPRISE, "product": 7, "pieces": 5, "workerPieces": 5, "dueAt": due_at}
    with pytest.raises(ProblemError) as caught:
        await Person(house, signer("foreman")).act("OpenWorkOrder", {"order": hexed(ORDER), **order})
    assert caught.value.code == "LedgerModuleClosing"
    await done(house, "foreman", "OpenWorkOrder", order=hexed(order_id(named_id("order anew"))), **order)
    again = Payout(worker=member_id("worker0"), amount_fen=10_000, bank_line=line("payout"))
    with pytest.raises(RefusedError, match="FundsBankLineUsed"):
        await replaced.story.intend("treasurer", PayOut, enterprise=ENTERPRISE, bank=BANK, payouts=(again,))
    await done(
        house, "cashier", "ReversePayout", enterprise=ENTERPRISE, bankLine=hexed(line("payout")),
        incomingBankLine=hexed(ZERO), document=document,
    )  # fmt: skip


async def nothing_is_used_twice(house: House, replaced: Replaced) -> None:
    """What the former versions knew is refused by the new ones, and what was signed for the former ones by the API."""
    treasurer = Person(house, signer("treasurer"))
    with pytest.raises(ProblemError) as caught:
        await treasurer.submit(replaced.stale, [treasurer.sign(replaced.stale)])
    assert caught.value.code == "FormerVersionError"
    with pytest.raises(RefusedError, match="FundsBankLineUsed"):
        await replaced.story.attest(COMMUNITY, [("a", CARE, 300_000, ZERO)])
    task = {
        "task": hexed(named_id("visit")), "fund": COMMUNITY, "service": 1, "authorisedMinutes": 60,
        "beneficiary": hexed(replaced.story.beneficiary), "expiresAt": replaced.town.chain.now() + DAY,
    }  # fmt: skip
    with pytest.raises(ProblemError) as caught:
        await Person(house, signer("coordinator")).act("OpenTask", task)
    assert caught.value.code == "LedgerModuleClosing"


async def a_retired_module_is_found(replaced: Replaced) -> None:
    """A task of a retired time bank is accepted: the mirror does not count it, and the auditor finds it."""
    town = replaced.town
    await retire(town, replaced.folder, "TimeBank")
    with replaced.signing_for_former("TimeBank"):
        await replaced.story.intend(
            "volunteer", ActOnTask, act=TaskAct.ACCEPT, task=named_id("unclaimed"), document=ZERO
        )
    report = await replaced.report()
    assert failed(report) == {"C17.4", "C18.1"}, findings(report)


def failed(report: Report) -> set[str]:
    """Checks that did not pass."""
    return {result.check_id for result in report.results if result.state is State.FAILED}


async def a_version_that_was_never_admitted_is_found(replaced: Replaced) -> None:
    """A version in the record that the ledger does not know: the mirror stops, and the auditor finds it."""
    town = replaced.town
    stray = await deploy_version(town.web3, signer("deployer"), "Donations", addresses_of(town.deployment))
    record_with = with_version(town.deployment, "Donations", stray)
    config = IndexerConfig(
        rpc_urls=(town.url,), database_url=f"sqlite:///{replaced.folder / 'stray.db'}", deployment=record_with, workers=0
    )  # fmt: skip
    with pytest.raises(VerificationError, match="module_admitted of Donations"):
        await mirrored(config)
    known = replaced.trust()
    pinned = TrustedContract(
        address=bytes.fromhex(stray.address[2:]), code_hash=bytes.fromhex(stray.code_hash[2:])
    )
    report = verify_with(
        replaced.folder / "bundle",
        replace(known, contracts=known.contracts | {"Donations.3": pinned}),
        unanchored=True,
    )
    assert "C18.1" in failed(report), findings(report)

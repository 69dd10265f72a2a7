"""The campaigns of the demo town, carried out at the contracts alone: each list, gift and refund is taken, and ends as planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils import keccak

from contracts.accounts import AccountKind
from contracts.deployment import LOCAL_DOMAIN
from contracts.enums import CampaignState, MemberKind, Role
from gongji.town import campaigns
from gongji.town.acts import Calendar, Change, Keep, Order, Signed
from gongji.town.bank import Bank
from gongji.town.book import Book
from gongji.town.keyring import Keyring
from gongji.town.places import FUNDS, MATCHING, purpose
from gongji.town.roster import DUTY, people
from gongji.town.seed import Seed
from indexer.calendar import DAY_SECONDS, china_day, day_start
from tests.conftest import GENESIS_TIME, signer
from tests.contracts.evm import EvmTown
from tests.contracts.neighbourhood import account, fresh_nonce
from wallets.intents import AttestDonations, Donation

if TYPE_CHECKING:
    from gongji.town.acts import Act

CALENDAR = Calendar(midnight=day_start(china_day(GENESIS_TIME) + 400))
FAR = CALENDAR.midnight + 1_000 * DAY_SECONDS
POT_FEN = 10_000_000


def test_the_campaigns_of_the_demo_town_end_as_planned() -> None:
    seed, town = Seed(b"seed" * 8), EvmTown()
    passkeys = town.address("PasskeyVerifier"), LOCAL_DOMAIN
    keyring = Keyring(seed, town.domain("Members"), passkeys, {DUTY: signer("duty")})
    book = Book(
        seed, None, None, keyring, signer("receipts").address,  # type: ignore[arg-type]
        lambda bank, line: keccak(text=f"{bank} {line}"), GENESIS_TIME,
    )  # fmt: skip
    found(town, seed, book)
    bank = Bank(midnight=CALENDAR.midnight)
    acts = [*campaigns.acts(CALENDAR, bank), *campaigns.keeping(CALENDAR)]
    waiting: list[Change] = []
    settled: set[int] = set()
    for act in sorted(acts, key=lambda one: one.at):
        town.wait(max(act.at - town.now, 0))
        carry_out(town, keyring, book, act, waiting, settled)
    records = {c.number: town.read("Campaigns", "campaignRecord", c.number) for c in campaigns.CAMPAIGNS}
    missed, reached, open_ = CampaignState.MISSED, CampaignState.REACHED, CampaignState.OPEN
    assert {number: record[0] for number, record in records.items()} == {
        1: reached, 2: reached, 3: missed, 4: open_, 5: missed,
    }  # fmt: skip
    # Three organisations up to 5,000.00 each, and 22 households.
    assert records[1][3:] == (23, 23)
    assert records[2][1:] == (2_700_000, 500_000 + 500_000 + 300_000 + 22 * 50_000, 22, 23)
    assert town.read("Ledger", "balanceOf", account(AccountKind.CAMPAIGN, 3)) == 0


def carry_out(
    town: EvmTown, keyring: Keyring, book: Book, act: Act, waiting: list[Change], settled: set[int]
) -> None:
    """One act; a change is done at the first round of the keeper after it has waited."""
    match act:
        case Change():
            waiting.append(act)
        case Order():
            call = act.call(book)
            town.send(signer(act.service), call.contract, call.function, *call.args)
        case Signed():
            town.carry(keyring.signer(act.by), act.intent(book, fresh_nonce(), FAR))
        case Keep():
            while waiting:
                call = waiting.pop(0).call(book)
                town.send(signer("steward"), call.contract, call.function, *call.args)
            for one in campaigns.CAMPAIGNS:
                due = CALENDAR.at(one.closes, 18) + 7 * DAY_SECONDS
                if due <= town.now and one.number not in settled:
                    settled.add(one.number)
                    town.send(signer("relayer"), "Campaigns", "settle", one.number)


def found(town: EvmTown, seed: Seed, book: Book) -> None:
    """Members, banks, funds and purposes, and a pot to match from."""
    registrar, steward = signer("registrar"), signer("steward")
    for person in people().values():
        kind = MemberKind.ORGANISATION if person.organisation else MemberKind.PERSON
        member = (
            seed.member(person.name),
            kind,
            bytes(16),
            book.address(person.name),
            book.possession(person.name),
        )
        town.send(registrar, "Members", "register", *member)
    for number in (1, 2):
        town.send(steward, "Funds", "openBankAccount", number)
    for fund in FUNDS.values():
        town.send(steward, "Funds", "openFund", fund.number, fund.parent, fund.level, fund.bank)
        for code in fund.purposes:
            town.send(steward, "Funds", "openPurpose", purpose(fund.number, code))
        town.send(
            registrar, "Members", "grantRole", seed.member(fund.treasurer), Role.TREASURER, fund.number, FAR
        )
    street = FUNDS[1]
    pot = Donation(bank_line=b"p" * 32, purpose=purpose(1, MATCHING), amount_fen=POT_FEN, donor=b"c" * 32)
    intent = AttestDonations(fund=street.number, bank=street.bank, donations=(pot,), nonce=0, deadline=FAR)
    town.act(seed.signer(street.treasurer), intent)

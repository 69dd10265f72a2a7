"""A new version of a module knows what an older one used (p50)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.abi import encode_call
from contracts.accounts import AccountKind
from contracts.enums import BankLineState, CampaignState, ProposalState
from contracts.ids import lot_id, order_id
from tests.conftest import member_id, signer
from tests.contracts.deciding import act as act_on_request
from tests.contracts.deciding import approved, execute, executed, reverse
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUDGET_LINE,
    DAY,
    ENTERPRISE,
    FUND,
    GENERAL,
    MATCHING,
    REMAINDER,
    RESERVE,
    STAIRWELL,
    VISIT,
    account,
    donation,
    line,
)
from tests.contracts.refusals.test_reach import earned, owed_fen, paid, worked
from tests.contracts.refusals.test_redemptions import ANOTHER, ONE, redeem
from tests.contracts.refusals.test_redemptions import act as redeeming
from tests.contracts.replacing import admit_anew, carry_out, former_version, retire
from tests.contracts.visiting import IN, TASK, accepted, act, claim, claimed, credited, open_task
from wallets.intents import (
    AttestDonations,
    AttestGifts,
    Gift,
    OpenWorkOrder,
    ProposalAct,
    PublishRateCard,
    RateCard,
    RedemptionAct,
    RefundGift,
    ReverseDonation,
    ReverseGift,
    ReversePayout,
    SettleLot,
    TakeLot,
    TaskAct,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Donation, Proposal


def replace_module(place: EvmTown, contract: str) -> str:
    """Replaces a module at once; the address of the old version."""
    former = admit_anew(place, contract)
    retire(place, former)
    return former


def attest(place: EvmTown, *donations: Donation, by: str = "treasurer") -> None:
    intent = AttestDonations(fund=FUND, bank=BANK, donations=donations, nonce=0, deadline=0)
    place.act(signer(by), intent)


CAMPAIGN = 7
OLD_ORDER, NEW_ORDER = order_id(b"o" * 8), order_id(b"n" * 8)
OLD_LOT, LATER_LOT = lot_id(OLD_ORDER, b"l" * 8), lot_id(OLD_ORDER, b"m" * 8)
DIRECT: dict[str, Any] = {"nonce": 0, "deadline": 0}


class TestBankLine:
    """Replacing the module of donations forgets no line (p50)."""

    def test_line_of_a_donation_is_no_second_donation(self, place: EvmTown) -> None:
        attest(place, donation("gift", 80_000))
        replace_module(place, "Donations")
        with refused("FundsBankLineUsed", bank_line=line("gift"), state=BankLineState.DONATION):
            attest(place, donation("gift", 80_000))
        attest(place, donation("another gift", 80_000))
        assert place.read("Ledger", "balanceOf", account(0x02, GENERAL)) == 160_000

    def test_donation_of_the_old_version_is_taken_back_by_another_treasurer(self, place: EvmTown) -> None:
        attest(place, donation("gift", 80_000))
        replace_module(place, "Donations")
        with refused("FundsSecondPersonNeeded"):
            place.act(signer("treasurer"), reversal())
        place.act(signer("cashier"), reversal())
        with refused("FundsPurposeMismatch", expected=STAIRWELL):
            attest(place, donation("gift", 80_000))
        attest(place, donation("gift", 80_000, STAIRWELL))
        assert place.read("Ledger", "balanceOf", account(0x02, GENERAL)) == 0

    def test_retired_version_attests_nothing(self, place: EvmTown) -> None:
        former = replace_module(place, "Donations")
        with (
            former_version(place, "Donations", former),
            refused("FundsModuleNotAdmitted", caller=former.lower()),
        ):
            attest(place, donation("gift", 80_000))


class TestLeaf:
    """Replacing the time bank forgets no event (p50)."""

    def test_event_of_a_claim_is_no_second_claim(self, place: EvmTown) -> None:
        claimed(place)
        replace_module(place, "TimeBank")
        set_service(place)
        accepted(place, b"u" * 16)
        with refused("EventLogLeafUsed", leaf_hash=IN):
            claim(place, b"u" * 16)


class TestRequest:
    """What was decided, paid and proven under the old version is known to the new one (p50)."""

    def test_request_approved_under_the_old_version_is_paid_and_proven_once_under_the_new(
        self, place: EvmTown
    ) -> None:
        request = approved(place)
        replace_module(place, "Disbursements")
        execute(place, request)
        with refused("ProposalNotIn", found=ProposalState.EXECUTED):
            execute(place, request)
        prove(place, request, "treasurer", "payment")
        with refused("ProposalNotIn", found=ProposalState.CLOSED):
            prove(place, request, "cashier", "payment again")

    def test_payment_under_the_old_version_is_proven_under_the_new_and_blocks_nothing(
        self, place: EvmTown
    ) -> None:
        request = executed(place)
        former = admit_anew(place, "Disbursements")
        prove(place, request, "treasurer", "payment")
        place.wait(60 * DAY)
        *_, blocked = place.read("Budgets", "budgetLineRecord", BUDGET_LINE)
        assert not blocked
        with former_version(place, "Disbursements", former), refused("ProposalNotIn"):
            prove(place, request, "cashier", "payment again")

    def test_who_proved_under_the_old_version_does_not_take_back_under_the_new(self, place: EvmTown) -> None:
        request = executed(place)
        prove(place, request, "treasurer", "payment")
        replace_module(place, "Disbursements")
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            reverse(place, request, line("came back"), by="treasurer", paid="payment")
        reverse(place, request, line("came back"), by="cashier", paid="payment")
        with refused("ProposalNotIn"):
            reverse(place, request, line("came back again"), by="cashier", paid="payment")


class TestCampaign:
    """A closing version settles what it holds, and begins nothing; what is owed then any version refunds, once (p50)."""

    def test_gift_owed_is_refunded_once_by_the_old_version_or_the_new(self, place: EvmTown) -> None:
        open_campaign(place, place.now + DAY)
        for name in ("a gift", "another gift"):
            give(place, name)
        place.wait(30 * DAY)
        former = admit_anew(place, "Campaigns")
        with refused("CampaignsNotIn", needed=CampaignState.MISSED, found=CampaignState.OPEN):
            refund(place)
        with former_version(place, "Campaigns", former):
            place.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)
            refund(place)
        with refused("FundsEntryUnknown", bank_line=line("a gift")):
            refund(place)
        retire(place, former)
        refund(place, "another gift")
        with refused("FundsEntryUnknown", bank_line=line("another gift")):
            refund(place, "another gift")
        assert place.read("Ledger", "balanceOf", account(AccountKind.CAMPAIGN, CAMPAIGN)) == 0

    def test_gift_of_two_versions_ago_is_refunded_by_the_latest(self, place: EvmTown) -> None:
        open_campaign(place, place.now + DAY)
        give(place)
        place.wait(30 * DAY)
        place.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)
        for _ in range(2):
            replace_module(place, "Campaigns")
        refund(place)
        assert place.read("Ledger", "balanceOf", account(AccountKind.CAMPAIGN, CAMPAIGN)) == 0

    def test_gift_of_the_old_version_is_taken_back_once_by_another_treasurer_under_the_new(
        self, place: EvmTown
    ) -> None:
        open_campaign(place, place.now + DAY)
        give(place)
        former = admit_anew(place, "Campaigns")
        with refused("FundsSecondPersonNeeded", bank_line=line("a gift"), treasurer=member_id("treasurer")):
            take_back(place, by="treasurer")
        take_back(place)
        with refused("FundsEntryUnknown", bank_line=line("a gift")):
            take_back(place)
        with former_version(place, "Campaigns", former), refused("FundsEntryUnknown"):
            take_back(place)
        assert funds_of_campaign(place) == (0, 0)

    def test_gift_taken_back_under_the_new_version_is_missing_as_the_old_one_counts(
        self, place: EvmTown
    ) -> None:
        """The household counts no more, its match is free again, and the campaign misses its target."""
        open_matched(place, target_fen=900)
        for name, household in (("a gift", 1), ("another gift", 1), ("a third gift", 2)):
            give(place, name, household)
        former = admit_anew(place, "Campaigns")
        take_back(place, "a gift")
        take_back(place, "a third gift")
        with former_version(place, "Campaigns", former):
            assert sums_of_campaign(place) == (400, 0, 1)
            give(place, "a last gift", 1)
            assert sums_of_campaign(place) == (800, 200, 1)
            place.wait(40 * DAY)
            place.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)
        assert place.read("Campaigns", "stateOf", CAMPAIGN) == CampaignState.MISSED
        for name in ("another gift", "a last gift"):
            refund(place, name)
        assert funds_of_campaign(place) == (0, 0)

    def test_gift_to_a_reached_campaign_of_two_versions_ago_goes_back_with_its_match(
        self, place: EvmTown
    ) -> None:
        open_matched(place, target_fen=400)
        give(place, household=1)
        place.wait(60 * DAY)
        place.send(signer("anyone"), "Campaigns", "settle", CAMPAIGN)
        pot_fen, given_fen = balance(place, MATCHING), balance(place, STAIRWELL)
        for _ in range(2):
            replace_module(place, "Campaigns")
        take_back(place)
        assert (balance(place, MATCHING), balance(place, STAIRWELL)) == (pot_fen + 200, given_fen - 600)
        assert place.read("Campaigns", "stateOf", CAMPAIGN) == CampaignState.REACHED

    def test_nobody_but_a_module_of_campaigns_takes_a_gift_out_of_the_sums(self, place: EvmTown) -> None:
        open_campaign(place, place.now + DAY)
        give(place)
        former = admit_anew(place, "Campaigns")
        data = encode_call("Campaigns", "discountGift", CAMPAIGN, 400, 0, 0)
        with former_version(place, "Campaigns", former):
            for name in ("admin", "treasurer"):
                caller = signer(name).address
                with refused("CampaignsModuleNotAllowed", module=caller.lower()):
                    place.call(caller, "Campaigns", data)

    def test_gift_to_a_campaign_that_no_version_opened_is_not_taken_back(self, place: EvmTown) -> None:
        admit_anew(place, "Campaigns")
        with refused("CampaignsGiftUnknown", bank_line=line("a gift")):
            take_back(place)

    def test_campaign_of_the_new_version_stands_as_it_says(self, place: EvmTown) -> None:
        replace_module(place, "Campaigns")
        open_campaign_later(place, CAMPAIGN)
        assert place.read("Campaigns", "stateOf", CAMPAIGN) == CampaignState.OPEN

    def test_campaign_of_the_old_version_is_not_opened_again(self, place: EvmTown) -> None:
        open_campaign(place, place.now + DAY)
        former = admit_anew(place, "Campaigns")
        with refused("LedgerAccountExists", account=account(AccountKind.CAMPAIGN, CAMPAIGN)):
            open_campaign_later(place, CAMPAIGN)
        with (
            former_version(place, "Campaigns", former),
            refused("LedgerModuleClosing", module=former.lower()),
        ):
            open_campaign_later(place, CAMPAIGN + 1)
        open_campaign_later(place, CAMPAIGN + 2)


class TestTask:
    """A closing time bank credits what was served, and opens no task (p50)."""

    def test_task_and_claim_reach_their_end_under_the_old_version(self, place: EvmTown) -> None:
        claimed(place)
        accepted(place, b"u" * 16)
        former = admit_anew(place, "TimeBank")
        with refused("TimeTaskNotIn"):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)
        with former_version(place, "TimeBank", former):
            place.send(signer("anyone"), "TimeBank", "credit", TASK)
            with refused("TimeTaskNotIn"):
                place.send(signer("anyone"), "TimeBank", "credit", TASK)
            act(place, "volunteer", TaskAct.RELEASE, b"u" * 16)
            act(place, "coordinator", TaskAct.CANCEL, b"u" * 16)
        minutes = account(AccountKind.MEMBER_MINUTES, member_id("volunteer"))
        assert place.read("Ledger", "balanceOf", minutes) == 60
        retire(place, former)

    def test_task_is_opened_by_the_new_version_alone_and_under_a_new_id(self, place: EvmTown) -> None:
        accepted(place)
        former = admit_anew(place, "TimeBank")
        set_service(place)
        with refused("TimeTaskExists", task=TASK):
            open_task(place)
        with former_version(place, "TimeBank", former), refused("LedgerModuleClosing", module=former.lower()):
            open_task(place, task=b"u" * 16)
        open_task(place, task=b"u" * 16)

    def test_ids_of_all_older_versions_are_used(self, place: EvmTown) -> None:
        accepted(place)
        for _ in range(2):
            admit_anew(place, "TimeBank")
        set_service(place)
        with refused("TimeTaskExists", task=TASK):
            open_task(place)


class TestRedemption:
    """Minutes held by a closing version go to who served, once (p50)."""

    def test_redemption_reaches_its_end_under_the_old_version(self, place: EvmTown) -> None:
        credited(place)
        redeem(place)
        redeeming(place, "barber", RedemptionAct.ACCEPT)
        former = admit_anew(place, "Redemptions")
        with refused("RedemptionExists", redemption=ONE):
            redeem(place)
        with refused("RedemptionNotIn"):
            redeeming(place, "volunteer", RedemptionAct.CONFIRM)
        with former_version(place, "Redemptions", former):
            with refused("LedgerModuleClosing", module=former.lower()):
                redeem(place, redemption=ANOTHER)
            redeeming(place, "volunteer", RedemptionAct.CONFIRM)
            with refused("RedemptionNotIn"):
                redeeming(place, "volunteer", RedemptionAct.CONFIRM)
        barber = account(AccountKind.MEMBER_MINUTES, member_id("barber"))
        assert place.read("Ledger", "balanceOf", barber) == 30
        assert place.read("Ledger", "balanceOf", account(AccountKind.MINUTES_ESCROW)) == 0
        retire(place, former)
        redeem(place, redemption=ANOTHER)


class TestFactory:
    """What outlives the rules of piecework is beside the ledger; orders and lots end under those they began with (p50)."""

    def test_lot_reaches_its_end_under_the_old_version_and_an_order_begins_under_the_new(
        self, place: EvmTown
    ) -> None:
        place.act(signer("treasurer"), earned(line("firm")))
        publish(place)
        order(place, OLD_ORDER)
        place.act(signer("worker"), TakeLot(lot=OLD_LOT, order=OLD_ORDER, pieces=4, **DIRECT))
        former = admit_anew(place, "Cooperative")
        publish(place, version=2, piece_fen=700)
        with former_version(place, "Cooperative", former):
            with refused("LedgerModuleClosing", module=former.lower()):
                order(place, NEW_ORDER)
            place.act(signer("worker"), TakeLot(lot=LATER_LOT, order=OLD_ORDER, pieces=6, **DIRECT))
            settle(place, OLD_LOT)
        assert owed_fen(place, ENTERPRISE) == 200, "by the card that held when the order was opened"
        with refused("CooperativeOrderExists", order=OLD_ORDER):
            order(place, OLD_ORDER)
        assert place.read("Cooperative", "isKnown", OLD_LOT)
        order(place, NEW_ORDER)
        with refused("CooperativeLotIdInvalid", lot=OLD_LOT):
            place.act(signer("worker"), TakeLot(lot=OLD_LOT, order=NEW_ORDER, pieces=1, **DIRECT))
        with refused("CooperativePiecesExceeded", order=OLD_ORDER, left=0):
            place.act(signer("worker"), TakeLot(lot=OLD_LOT, order=OLD_ORDER, pieces=1, **DIRECT))
        with refused("MembersRoleMissing", scope=0):
            settle(place, LATER_LOT)

    def test_enterprise_and_rates_go_on_and_what_a_worker_is_owed_is_paid_by_the_new_version(
        self, place: EvmTown
    ) -> None:
        place.act(signer("treasurer"), earned(line("firm")))
        worked(place, ENTERPRISE)
        replace_module(place, "Cooperative")
        with refused("EnterpriseIdTaken", enterprise=ENTERPRISE):
            place.send(
                signer("steward"), "Enterprises", "openEnterprise", ENTERPRISE, GENERAL, RESERVE, REMAINDER, 0
            )
        with refused("RateCardVersionMismatch", expected=2, got=1):
            publish(place)
        place.act(signer("treasurer"), paid(line("wages")))
        assert owed_fen(place, ENTERPRISE) == 400

    def test_bank_line_of_the_old_version_is_used_once_and_taken_back_by_another_treasurer_under_the_new(
        self, place: EvmTown
    ) -> None:
        place.act(signer("treasurer"), earned(line("firm")))
        worked(place, ENTERPRISE)
        place.act(signer("treasurer"), paid(line("wages")))
        former = admit_anew(place, "Cooperative")
        for intent in (earned(line("firm")), paid(line("wages"))):
            with refused("FundsBankLineUsed"):
                place.act(signer("treasurer"), intent)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            place.act(signer("treasurer"), bounced())
        place.act(signer("cashier"), bounced())
        assert owed_fen(place, ENTERPRISE) == 500
        with refused("EnterpriseBankLineUnknown"):
            place.act(signer("cashier"), bounced())
        with former_version(place, "Cooperative", former), refused("EnterpriseBankLineUnknown"):
            place.act(signer("cashier"), bounced())

    def test_retired_version_records_no_bank_line(self, place: EvmTown) -> None:
        place.act(signer("treasurer"), earned(line("firm")))
        former = replace_module(place, "Cooperative")
        with former_version(place, "Cooperative", former):
            with refused("EnterprisesModuleNotAdmitted", caller=former.lower()):
                place.act(signer("treasurer"), earned(line("another firm")))
            with refused("EnterprisesModuleNotAdmitted", caller=former.lower()):
                place.act(signer("cashier"), bounced())


def publish(place: EvmTown, version: int = 1, piece_fen: int = 100) -> None:
    card = RateCard(
        enterprise=ENTERPRISE, product=3, version=version, piece_fen=piece_fen, worker_bps=5_000, reserve_bps=0,
        fund_bps=3_000,
    )  # fmt: skip
    place.act(signer("foreman"), PublishRateCard(card=card, **DIRECT))


def order(place: EvmTown, new_id: bytes) -> None:
    """Ten pieces, of which a worker may take all."""
    intent = OpenWorkOrder(
        order=new_id, enterprise=ENTERPRISE, product=3, pieces=10, worker_pieces=10, due_at=place.now + 90 * DAY, **DIRECT
    )  # fmt: skip
    place.act(signer("foreman"), intent)


def settle(place: EvmTown, lot: bytes) -> None:
    """All four pieces are good."""
    intent = SettleLot(lot=lot, accepted_pieces=4, rejected_pieces=0, document=b"d" * 32, **DIRECT)
    place.act(signer("foreman"), intent)


def bounced() -> ReversePayout:
    return ReversePayout(
        enterprise=ENTERPRISE, bank_line=line("wages"), incoming_bank_line=line("bounced"), document=b"d" * 32, **DIRECT
    )  # fmt: skip


def reversal() -> ReverseDonation:
    return ReverseDonation(
        fund=FUND, bank_line=line("gift"), outgoing_bank_line=bytes(32), new_purpose=STAIRWELL, document=bytes(32),
        nonce=0, deadline=0,
    )  # fmt: skip


def set_service(place: EvmTown) -> None:
    """A new time bank gets its services anew, which waits."""
    service = encode_call("TimeBank", "setService", VISIT, 15, 120, 0)
    carry_out(place, [(place.address("TimeBank"), service)], signer("steward"))


def prove(place: EvmTown, request: Proposal, by: str, name: str) -> None:
    act_on_request(place, request, by, ProposalAct.PROVE_PAYMENT, line(name))


def terms(closes_at: int) -> tuple[Any, ...]:
    """Terms of a campaign that one gift does not reach."""
    return STAIRWELL, 1_000, 0, bytes(16), closes_at, 0, 0, 0, 0, False


def open_matched(place: EvmTown, target_fen: int) -> None:
    """A campaign that matches two households one to two, up to 200 fen each."""
    attest(place, donation("money to match", 1_000, purpose=MATCHING))
    rules = STAIRWELL, target_fen, 1, bytes(16), place.now + 40 * DAY, MATCHING, 1_000, 5_000, 200, True
    place.send(signer("steward"), "Campaigns", "openCampaign", CAMPAIGN, rules)
    place.send(signer("registrar"), "Campaigns", "listHouseholds", CAMPAIGN, b"r" * 32, 2)


def balance(place: EvmTown, purpose: int) -> int:
    return int(place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, purpose)))


def funds_of_campaign(place: EvmTown) -> tuple[int, int]:
    """What a campaign has, and what is locked for it, in fen."""
    kinds = AccountKind.CAMPAIGN, AccountKind.MATCH_LOCK
    first, second = (int(place.read("Ledger", "balanceOf", account(kind, CAMPAIGN))) for kind in kinds)
    return first, second


def sums_of_campaign(place: EvmTown) -> tuple[int, int, int]:
    """Gifts and their match in fen, and households, as the version counts that opened it."""
    _, gifts_fen, matched_fen, households, _ = place.read("Campaigns", "campaignRecord", CAMPAIGN)
    return gifts_fen, matched_fen, households


def take_back(place: EvmTown, name: str = "a gift", by: str = "cashier") -> None:
    """Takes a gift back that was attested by mistake."""
    intent = ReverseGift(
        campaign=CAMPAIGN, bank_line=line(name), outgoing_bank_line=bytes(32), document=b"d" * 32, **DIRECT
    )
    place.act(signer(by), intent)


def open_campaign(place: EvmTown, closes_at: int) -> None:
    place.send(signer("steward"), "Campaigns", "openCampaign", CAMPAIGN, terms(closes_at))


def open_campaign_later(place: EvmTown, campaign: int) -> None:
    """The founding has ended: to open a campaign waits."""
    data = encode_call("Campaigns", "openCampaign", campaign, terms(place.now + 90 * DAY))
    carry_out(place, [(place.address("Campaigns"), data)], signer("steward"))


def give(place: EvmTown, name: str = "a gift", household: int = 0) -> None:
    gift = Gift(
        bank_line=line(name), amount_fen=400, booked_on=BOOKED_ON, donor=b"d" * 32, household=household
    )
    place.act(
        signer("treasurer"), AttestGifts(campaign=CAMPAIGN, bank=BANK, gifts=(gift,), nonce=0, deadline=0)
    )


def refund(place: EvmTown, name: str = "a gift") -> None:
    intent = RefundGift(
        campaign=CAMPAIGN, bank_line=line(name), outgoing_bank_line=line(f"{name} back"), nonce=0, deadline=0
    )
    place.act(signer("treasurer"), intent)

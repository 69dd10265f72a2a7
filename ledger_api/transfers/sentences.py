"""What a transfer was, said as a sentence: who gave, paid or earned what, for what, from which fund; and with which sign.

Ledger, pages, receipts, JSON, CSV and the command line say it as it stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.accounts import AccountKind, account_owner, account_parts, fund_of
from contracts.enums import Reason
from kit.translation import N_

if TYPE_CHECKING:
    from ledger_api.locale import Locale
    from ledger_api.transfers.causes import Causes
    from ledger_api.transfers.filter import TransferFilter
    from ledger_api.transfers.schemas import Transfer

# What stands outside the town: its bank accounts stand for the bank, and hours are issued from nothing.
OUTSIDE = (AccountKind.BANK, AccountKind.ISSUED_MINUTES)
ANONYMOUS = {
    AccountKind.MEMBER_MINUTES: N_("一位志愿者"), AccountKind.WORKER: N_("一位工友"),
}  # fmt: skip
OF_CAMPAIGN = (AccountKind.CAMPAIGN, AccountKind.MATCH_LOCK)
SENTENCES: dict[Reason, str] = {
    Reason.DONATION: N_("{donor}捐给{payee}"),
    Reason.DONATION_REVERSAL: N_("撤销给{payer}的一笔捐款"),
    Reason.CAMPAIGN_GIFT: N_("{donor}捐给{payee}"),
    Reason.CAMPAIGN_SUCCESS: N_("{payer}筹够了，转入{payee}"),
    Reason.CAMPAIGN_REFUND: N_("{payer}没有筹够，退还{donor}的捐款"),
    Reason.CAMPAIGN_REVERSAL: N_("撤销{donor}给众筹的一笔捐款"),
    Reason.MATCH_LOCK: N_("{payer}为{payee}留出配捐"),
    Reason.MATCH: N_("{payer}的配捐转入{payee}"),
    Reason.MATCH_RETURN: N_("{payer}没有用掉的配捐退回{payee}"),
    Reason.DISBURSEMENT: N_("{payer}拨款给{supplier}：{request}"),
    Reason.DISBURSEMENT_REVERSAL: N_("{supplier}把钱退回{payee}：{request}"),
    Reason.DISBURSEMENT_RETURN: N_("{supplier}把一部分钱退回{payee}：{request}"),
    Reason.DISBURSEMENT_RETURN_REVERSAL: N_("撤销退回{payer}的一部分钱：{request}"),
    Reason.FEE: N_("银行从{payer}扣了手续费"),
    Reason.FEE_REVERSAL: N_("撤销从{payee}扣的银行手续费"),
    Reason.INTEREST: N_("{payee}得到银行利息"),
    Reason.INTEREST_REVERSAL: N_("撤销给{payer}的银行利息"),
    Reason.CREDIT: N_("{payee}做了服务：{service}"),
    Reason.CREDIT_REVERSAL: N_("撤销记给{payer}的时长：{service}"),
    Reason.REDEMPTION_ESCROW: N_("{payer}留出时长，等人服务：{service}"),
    Reason.REDEMPTION: N_("服务做完了，留出的时长归{payee}：{service}"),
    Reason.REDEMPTION_CANCELLATION: N_("兑换取消，时长退给{payee}：{service}"),
    Reason.PROCEEDS: N_("{payee}收到货款"),
    Reason.WAGE: N_("{payee}在{payer}挣得工钱：{product}"),
    Reason.RESERVE: N_("{payer}留作公积金：{product}"),
    Reason.LEVY: N_("{payer}交给{payee}：{product}"),
    Reason.REMAINDER: N_("{payer}留存：{product}"),
    Reason.PAYOUT: N_("给{payer}发工钱"),
    Reason.PROCEEDS_REVERSAL: N_("撤销{payer}的一笔货款"),
    Reason.PAYOUT_REVERSAL: N_("撤销发给{payee}的一笔工钱"),
    Reason.PAYOUT_RETURN: N_("发给{payee}的工钱退回一部分"),
    Reason.PAYOUT_RETURN_REVERSAL: N_("撤销{payer}的部分工钱退回"),
    Reason.LOT_REVERSAL: N_("撤销结算，{payer}退回{payee}：{product}"),
    Reason.REDEMPTION_REVERSAL: N_("撤销兑换，时长退回{payee}：{service}"),
}  # fmt: skip

# An organisation earns no hours.
USED_UP = N_("服务做完了，留出的时长用掉：{service}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A transfer as people read it.

    Attributes:
        transfer: The transfer.
        text: The sentence.
        sign: 1 if it brings something to whoever is looked at, -1 if it takes something away, 0 if it does neither.
    """

    transfer: Transfer
    text: str
    sign: int


def line_of(locale: Locale, transfer: Transfer, causes: Causes, looked_at: TransferFilter) -> Line:
    """A transfer as people read it.

    Args:
        locale: How the reader wants it.
        transfer: As the reader may see it.
        causes: What stands behind it.
        looked_at: Whose side is taken: an account, a fund, or else the town.
    """
    return Line(transfer=transfer, text=sentence(locale, transfer, causes), sign=sign(transfer, looked_at))


def sentence(locale: Locale, transfer: Transfer, causes: Causes) -> str:
    """What a transfer was; for arguments see `line_of`."""
    parts = _parts_of_cause(locale, transfer, causes)
    parts |= {"payer": _side(locale, transfer.payer), "payee": _side(locale, transfer.payee)}
    is_used_up = transfer.reason is Reason.REDEMPTION and account_parts(transfer.payee)[0] in OUTSIDE
    text = locale.gettext(USED_UP if is_used_up else SENTENCES[transfer.reason], **parts)
    return text[0].upper() + text[1:]


def sign(transfer: Transfer, looked_at: TransferFilter) -> int:
    """Whether a transfer brings, takes away, or does neither; for arguments see `line_of`."""

    def is_ours(account: bytes) -> bool:
        if looked_at.account is not None:
            return account == looked_at.account
        kind, owner = account_parts(account)
        if looked_at.fund is not None:
            return kind is AccountKind.PURPOSE and fund_of(owner) == looked_at.fund
        return kind not in OUTSIDE

    return is_ours(transfer.payee) - is_ours(transfer.payer)


def _parts_of_cause(locale: Locale, transfer: Transfer, causes: Causes) -> dict[str, str]:
    """What a sentence may say of the cause; what is not known any more is said by its kind."""
    parts = dict.fromkeys(("supplier", "request", "service", "product"), "—")
    parts["donor"] = _donor(locale, transfer.document)
    if request := causes.requests.get(transfer.cause):
        parts["supplier"] = locale.name("payees", request.payee)
        parts["request"] = locale.request(request.number, request.documents)
    if gift := causes.gifts.get(transfer.cause):
        parts["donor"] = _donor(locale, gift.donor)
    if service := causes.tasks.get(transfer.cause) or causes.redemptions.get(transfer.cause):
        parts["service"] = locale.name("services", service.service)
    if lot := causes.lots.get(transfer.cause):
        parts["product"] = locale.name("products", lot.product)
    return parts


def _donor(locale: Locale, donor: bytes) -> str:
    if any(donor[16:]) or not any(donor):
        return locale.gettext("一位不公开姓名的捐赠人")
    return locale.person(donor[:16])


def _side(locale: Locale, account: bytes) -> str:
    """One side of a transfer in a sentence."""
    kind, owner = account_parts(account)
    if kind in ANONYMOUS:
        member = account_owner(account)
        return locale.gettext(ANONYMOUS[kind]) if member is None else locale.person(member)
    if kind is AccountKind.PURPOSE:
        return locale.purpose(owner)
    if kind in OF_CAMPAIGN:
        name = locale.name("campaigns", owner)
        return locale.gettext("众筹“{name}”", name=name)
    return locale.name("enterprises", owner) if kind is AccountKind.ENTERPRISE else locale.account(account)

"""C14.2: what only an office may do was done by its account, or by the key of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.chain.offices import LAST_OFFICE, office_account
from audit.checks.check import check
from audit.decode.abi import functions
from audit.rules.authority import ADMIN, Authority
from audit.rules.call_effects import call_of
from audit.rules.changes import WAITING_BIT

if TYPE_CHECKING:
    from audit.chain.history import History, Log, Transaction
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.call_effects import Call

# The events that only a guarded function emits, by the functions that may have emitted them.
_OFFICIAL: dict[str, set[str]] = {
    "Authority.FoundingEnded": {"endFounding"},
    "Ledger.ModuleAdmitted": {"admitModule"},
    "Ledger.ModuleClosing": {"closeModule"},
    "Ledger.ModuleRetired": {"retireModule"},
    "Members.MemberRegistered": {"register"},
    "Members.HouseholdChanged": {"changeHousehold"},
    "Members.MembershipEnded": {"endMembership"},
    "Members.MembershipRestored": {"restoreMembership"},
    "Members.HouseholdPlaced": {"placeHousehold"},
    "Members.KeyAdded": {"register", "addKey", "rotateKey", "recoverKey"},
    "Members.KeyEnded": {"endKey", "refuseKey", "endMembership"},
    "Members.KeyKept": {"endKey", "refuseKey", "endMembership"},
    "Members.RoleGranted": {"grantRole", "endRole"},
    "Funds.BankAccountOpened": {"openBankAccount"},
    "Funds.FundOpened": {"openFund"},
    "Funds.PurposeOpened": {"openPurpose"},
    "Funds.FundFrozen": {"freeze", "unfreeze"},
    "Funds.FundClosed": {"closeFund", "reopenFund"},
    "Campaigns.CampaignOpened": {"openCampaign"},
    "Campaigns.HouseholdsListed": {"listHouseholds"},
    "Committees.CommitteeOpened": {"openCommittee"},
    "Committees.TierSet": {"setRules"},
    "Committees.SeatFilled": {"fillSeat"},
    "Committees.SeatVacated": {"vacateSeat"},
    "Committees.FundHandedOver": {"handOver"},
    "Budgets.BudgetLineSet": {"setBudgetLine"},
    "Receipts.ReceiptKeyAdmitted": {"admitReceiptKey"},
    "Receipts.ReceiptKeyEnded": {"endReceiptKey"},
    "EventLog.HeadAnchored": {"anchor"},
    "EventLog.LogResumed": {"resume"},
    "DeviceRegistry.DeviceEnrolled": {"enrol", "enrolPhone"},
    "DeviceRegistry.DeviceSuspended": {"setSuspended"},
    "DeviceRegistry.DeviceRevoked": {"revoke"},
    "TimeBank.ServiceSet": {"setService"},
    "TimeBank.ChallengeSet": {"setChallenge"},
    "TimeBank.ClaimAdmitted": {"admitClaim"},
    "Enterprises.EnterpriseOpened": {"openEnterprise"},
    "Delegations.DelegationOpened": {"openDelegation"},
}
# Of what is emitted for another contract: the call that may have caused it as well.
_CAUSED_BY = {"Members.KeyAdded": "Delegations.openDelegation"}
_BY_INTENT = {"Members.rotateKey", "Members.recoverKey", "Members.refuseKey", "DeviceRegistry.enrolPhone"}
GUARDED = {
    f"{event.split('.')[0]}.{name}" for event, names in _OFFICIAL.items() for name in names
} - _BY_INTENT | {"Authority.stop"}
# By guarded call: the events of which it brings one at least, so that nothing was done in office without a trace.
_BRINGS: dict[str, set[str]] = {"Authority.stop": {"Authority.ChangeCancelled"}}
for _event, _functions in _OFFICIAL.items():
    for _function in _functions:
        _BRINGS.setdefault(f"{_event.split('.')[0]}.{_function}", set()).add(_event)
# Keys end in many ways; this one is no other.
_BRINGS["Members.endMembership"] = {"Members.MembershipEnded"}
_OWN = {"RoleGranted", "RoleRevoked", "TargetFunctionRoleUpdated", "TargetClosed"}


@check("C14.2", "公务行为由在任者所为", "Acts of office were their holders'")
def offices(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Guarded functions were called by accounts in office, each brought its event, and what only they emit came from such a call. Once the founding has ended each office of persons is its account's of `Offices` alone, for good; which key signed, C15.1 asks."""
    del bundle
    judge = _Judge(trust, tally)
    for transaction, logs in history.done():
        judge.judge(transaction, logs)
    return tally.result()


class _Judge:
    def __init__(self, trust: Trust, tally: Tally) -> None:
        self._trust, self._tally = trust, tally
        self._names = trust.names
        self._authority = Authority()
        self._founded = self._has_ended = False

    def judge(self, transaction: Transaction, logs: list[Log]) -> None:
        """Judges a transaction by what was in force before it, then takes what it changed."""
        call = call_of(transaction, self._names)
        if call and call.name in GUARDED:
            self._require_office(transaction, call, logs)
            traced = any(log.name in _BRINGS[call.name] for log in logs)
            self._tally.expect(
                traced, transaction.where, f"没有事件 {call.name} was done, and no event says so"
            )
        for log in logs:
            if log.name in _OFFICIAL:
                self._require_called(log, call)
                if log.name == "Authority.FoundingEnded":
                    self._has_ended = True
                    self._require_accounts(log)
            elif log.contract == "Authority":
                self._own(transaction, log)
            elif log.event == "AuthorityUpdated":
                what = f"{log.contract} 改听 another authority was set over {log.contract}: 0x{log.values['authority'].hex()}"
                self._tally.expect(
                    log.values["authority"] == self._trust.address("Authority"), log.where, what
                )

    def _require_office(self, transaction: Transaction, call: Call, logs: list[Log]) -> None:
        selector = next(s for s, e in functions(call.contract).items() if e.name == call.function)
        role = self._authority.role_of(call.address, selector)
        grant = self._authority.grant(role, transaction.sender, transaction.block.time)
        who = f"{call.name}: 0x{transaction.sender.hex()}"
        if self._tally.expect(
            grant is not None, transaction.where, f"没有这个职责 {who} did not hold role {role}"
        ):
            scheduled = any(log.name == "Authority.OperationExecuted" for log in logs)
            # The administrator ends the founding at once: it makes nothing easier.
            at_once = grant is not None and (not grant.delay or call.name == "Authority.endFounding")
            self._tally.expect(
                at_once or scheduled, transaction.where, f"没有等满延迟 {who} did not wait out its delay"
            )

    def _require_called(self, log: Log, call: Call | None) -> None:
        expected = " or ".join(sorted(_OFFICIAL[log.name]))
        own = call is not None and call.contract == log.contract and call.function in _OFFICIAL[log.name]
        fits = own or (call is not None and call.name == _CAUSED_BY.get(log.name))
        got = call.name if call else "none"
        self._tally.expect(fits, log.where, f"调用不符 expected a call of {expected}, got {got}")

    def _own(self, transaction: Transaction, log: Log) -> None:
        """The authority's roles change by its ADMIN, but for its founding and who gives up an own role until that ends."""
        if log.event in _OWN and self._founded:
            is_own = log.event == "RoleRevoked" and log.values["account"] == transaction.sender
            given_up = is_own and not self._has_ended
            admin = self._authority.grant(ADMIN, transaction.sender, transaction.block.time)
            what = f"0x{transaction.sender.hex()} changed the authority, but is not its ADMIN"
            self._tally.expect(given_up or admin is not None, log.where, what)
        if self._has_ended and log.event in ("RoleGranted", "RoleRevoked"):
            role = log.values["role_id"]
            what = f"职责离开了专用账户 role {role} of an office changed hands after the founding"
            self._tally.expect(role & ~WAITING_BIT > LAST_OFFICE, log.where, what)
        self._founded |= log.event == "RoleGranted"
        self._authority.take(log)

    def _require_accounts(self, log: Log) -> None:
        """When the founding ends nobody is an office but its account, so that every act of one says which key signed."""
        for office in range(LAST_OFFICE + 1):
            account = office_account(self._trust.address("Offices"), office)
            for role in (office, office | WAITING_BIT):
                held = self._authority.holders(role)
                what = f"职责不由专用账户独有 role {role} is held by {sorted(h.hex() for h in held)}, not by 0x{account.hex()} alone"
                # ADMIN waits with all it does, and has no second role.
                is_vacant = role == WAITING_BIT and not held
                self._tally.expect(is_vacant or held == {account}, log.where, what)

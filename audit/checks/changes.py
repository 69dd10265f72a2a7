"""C14.3: once the founding has ended, what changes who decides, by which rules, limits or keys waited in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.decode.abi import functions
from audit.rules.announcements import Announcements
from audit.rules.authority import Authority
from audit.rules.call_effects import call_of
from audit.rules.changes import CHANGE_DELAY_SECONDS, CHANGES, Change, change_of, waits
from audit.rules.handovers import Handovers
from audit.rules.vetoes import Vetoes

if TYPE_CHECKING:
    from audit.chain.history import History, Log, Transaction
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.call_effects import Call

_OWN_EVENTS = {
    "RoleGranted", "RoleRevoked", "RoleAdminChanged", "RoleGuardianChanged", "RoleGrantDelayChanged",
    "TargetFunctionRoleUpdated", "TargetAdminDelayUpdated", "TargetClosed",
}  # fmt: skip
UNFOUNDED = "筹建尚未结束，任何改动都不用等 the founding has not ended: offices change everything at once"


@check("C14.3", "改动公开等待后才生效", "Changes waited in public")
def changes(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Since the founding ended, each change was carried out by an operation scheduled fifteen days before and not cancelled; each was announced, stopped and carried out by who might, and shown so."""
    del bundle
    judge, announcements = _Judge(trust, tally), Announcements(trust, tally)
    for transaction, logs in history.done():
        announcements.take(transaction, logs)
        judge.judge(transaction, logs)
    if judge.founded_at is not None:
        return tally.result()
    # Offices that need not wait for anything can do anything: what they have not done yet proves nothing.
    is_at_work = next(history.logs("Ledger.Transferred"), None) is not None
    return tally.undecided(UNFOUNDED) if is_at_work else tally.not_applicable(UNFOUNDED)


@check("C14.4", "管委会的反对票如数叫停改动", "Votes of committees stopped changes")
def vetoes(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Votes against changes are of seats in force in committees that these concern, and count while their member holds the seat; more than half of all seats stop one, and no fewer. The guardian stops none of the guardian."""
    del bundle
    Vetoes(history, trust.names, tally).replay()
    return (
        tally.result() if tally.counted else tally.not_applicable("没有反对票 nobody voted against a change")
    )


@check("C14.9", "基金移交经管委会过半数同意", "Committees agreed to hand over")
def handovers(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """A fund went to another committee only as most of all seats of the one in force agreed to it and to its seats and rules, each held since before that was announced and still by whoever agreed; of one above where nobody had sat in it for 30 days."""
    del bundle
    Handovers(history, trust, tally).replay()
    return tally.result() if tally.counted else tally.not_applicable("没有移交 no fund was handed over")


class _Judge:
    def __init__(self, trust: Trust, tally: Tally) -> None:
        self._trust, self._tally = trust, tally
        self._names = trust.names
        self._authority = Authority()
        self._scheduled: dict[bytes, Change] = {}
        self.founded_at: int | None = None

    def judge(self, transaction: Transaction, logs: list[Log]) -> None:
        """Judges a transaction by what was scheduled before it, then takes what it scheduled, cancelled and changed."""
        call = call_of(transaction, self._names)
        is_change = call is not None and call.name in CHANGES
        if call is not None:
            self._require_grant(transaction, call, logs)
        if self.founded_at is not None:
            if call is not None and is_change:
                self._require_wait(transaction, call, logs, self.founded_at)
            for log in (one for one in logs if one.contract == "Authority" and one.event in _OWN_EVENTS):
                what = f"改动不是由改动的调用所为 {log.event} came from no call that waits"
                self._tally.expect(is_change, log.where, what)
        for log in logs:
            if log.contract == "Authority":
                self._take(log)

    def _require_wait(self, transaction: Transaction, call: Call, logs: list[Log], founded_at: int) -> None:
        done = [log.values["operation_id"] for log in logs if log.name == "Authority.OperationExecuted"]
        found = [self._scheduled[id_] for id_ in done if id_ in self._scheduled]
        change = next((c for c in found if c.call == call and c.caller == transaction.sender), None)
        what = f"没有预约，或已经取消 {call.name} was carried out without being scheduled, or after it was cancelled"
        if self._tally.expect(change is not None, transaction.where, what) and change is not None:
            begun, waited = max(change.scheduled_at, founded_at), transaction.block.time - change.scheduled_at
            fits = begun == change.scheduled_at and waited >= CHANGE_DELAY_SECONDS
            what = f"没有等满 {call.name} waited {waited} s, not the {CHANGE_DELAY_SECONDS} s since the founding ended"
            self._tally.expect(fits, transaction.where, what)

    def _require_grant(self, transaction: Transaction, call: Call, logs: list[Log]) -> None:
        """A grant that no event tells of would be an office that nobody knows."""
        has_event = any(log.name == "Authority.RoleGranted" for log in logs)
        what = "授予职责没有事件 a role was granted, and no event says so"
        self._tally.expect(has_event or call.name != "Authority.grantRole", transaction.where, what)

    def _take(self, log: Log) -> None:
        self._authority.take(log)
        if log.event == "OperationScheduled":
            change = change_of(log, self._names)
            self._scheduled[change.id] = change
        elif log.event in ("OperationExecuted", "OperationCanceled", "ChangeCancelled"):
            self._scheduled.pop(log.values["operation_id"], None)
        elif log.event == "FoundingEnded":
            self._tally.expect(self.founded_at is None, log.where, "筹建结束了两次 the founding ended twice")
            self.founded_at = log.block.time
            self._require_wiring(log)
        if log.event == "TargetFunctionRoleUpdated" and self.founded_at is not None:
            self._require_wiring(log)

    def _require_wiring(self, log: Log) -> None:
        """Every change needs a role whose acts wait."""
        for name in sorted(CHANGES):
            contract, _, function = name.partition(".")
            if contract == "Authority":
                continue
            selector = next(s for s, e in functions(contract).items() if e.name == function)
            for address in self._trust.versions[contract]:
                role = self._authority.role_of(address, selector)
                what = f"这件事不用等 {name} needs role {role}, whose acts do not wait"
                self._tally.expect(waits(role), log.where, what)

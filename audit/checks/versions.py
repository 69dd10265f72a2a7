"""C18.1: what counts as a module's is of a version that the ledger had admitted, and of a closing one nothing begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.decode.abi import UNMIRRORED_EVENTS
from audit.evidence.pinned import version_of
from audit.rules.modules import kinds_of

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

# By these something begins, which a module that is being replaced leaves to the next one.
OPENINGS = frozenset({
    "CampaignOpened", "TaskOpened", "RedemptionOpened", "EnterpriseOpened", "WorkOrderOpened", "FundOpened", "PurposeOpened",
    "BankAccountOpened",
})  # fmt: skip


@check("C18.1", "事件出自当时准入的版本", "Events are of versions that were admitted then")
def versions_admitted(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Every later version was admitted by the ledger; no event of a module came before its admission or after it was retired, and none by which something begins while it was closing."""
    del bundle
    for label, contract in trust.contracts.items():
        if version_of(label) > 1:
            tally.expect(
                history.admitted_at(contract.address) is not None,
                label,
                f"链上从未准入这个版本 the chain never admitted the version at 0x{contract.address.hex()}",
            )
    admitted: set[bytes] = set()
    closing: set[bytes] = set()
    logs = (*history.logs(), *history.uncounted)
    for log in sorted(logs, key=lambda one: (one.block.number, one.log_index)):
        if log.name == "Ledger.ModuleAdmitted":
            admitted.add(log.values["module"])
            closing.discard(log.values["module"])
        elif log.name == "Ledger.ModuleClosing":
            closing.add(log.values["module"])
        elif log.name == "Ledger.ModuleRetired":
            admitted.discard(log.values["module"])
        elif kinds_of(log.contract) and log.event not in UNMIRRORED_EVENTS:
            what = f"这个版本当时未准入 {log.contract} at 0x{log.address.hex()} was not admitted then"
            tally.expect(log.address in admitted, log.where, what)
            what = f"收尾中的版本不再办新事 {log.contract} at 0x{log.address.hex()} was closing, and began something"
            tally.expect(log.address not in closing or log.event not in OPENINGS, log.where, what)
    return tally.result()

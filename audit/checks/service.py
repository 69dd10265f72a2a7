"""C23 to C28: every credited minute goes back to signed events in the anchored log."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.checks.recomputed import Recomputed
from audit.decode.cose import Message, is_signed
from audit.decode.merkle_log import goes_on, includes, leaf_hash, roots
from audit.evidence.signed_events import LEAVES, read_leaves, read_messages
from audit.rules.call_effects import call_of
from audit.rules.claims import Claims
from audit.rules.devices import Devices
from audit.rules.enrolments import EnrolmentRules
from audit.rules.event_log import MOST_NEW_LEAVES, EventLog, anchorings, heads
from audit.rules.membership import place_of
from audit.rules.redemptions import Redemptions

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

NO_LEAVES = f"没有 no {LEAVES}"
NO_HEAD = "事件日志还没有锚定 no head of the event log was anchored"
FOREVER = 2**63


@check("C23", "事件签名有效", "Every event was signed by an enrolled device")
def signatures(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each leaf is a canonical event, signed by the key in force when it was captured; no key counts before it could be seen."""
    if not bundle.has(LEAVES):
        return tally.undecided(NO_LEAVES) if heads(history) else tally.not_applicable(NO_HEAD)
    messages, devices = read_messages(read_leaves(bundle)), Devices(history)
    EnrolmentRules(history, trust, tally).judge()
    log = EventLog((), heads(history))
    for index, message in enumerate(messages):
        where = f"{LEAVES} line {index + 1}"
        if not isinstance(message, Message):
            tally.fail(where, message.why)
            continue
        anchor = log.anchor(message.event)
        known = devices.until((anchor.block + 1 if anchor else FOREVER, 0)).get(message.event.device)
        enrolled = known.enrolment(message.event.captured_ms) if known else None
        if tally.expect(
            enrolled is not None,
            where,
            f"设备当时没有登记 device {message.event.device.hex()} was not enrolled then",
        ):
            signed = enrolled is not None and is_signed(
                message, algorithm=enrolled["algorithm"], key_x=enrolled["key_x"], key_y=enrolled["key_y"],
                chain_id=trust.chain_id, registry=trust.address("DeviceRegistry"),
            )  # fmt: skip
            tally.expect(
                signed,
                where,
                f"不是该设备的签名 the key of device {message.event.device.hex()} did not sign this",
            )
    return _of_log(tally, history)


@check("C24", "每个事件只记一次", "Every event stands in the log once")
def once(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No event hash stands twice in the log."""
    del trust
    if not bundle.has(LEAVES):
        return tally.undecided(NO_LEAVES) if heads(history) else tally.not_applicable(NO_HEAD)
    seen: dict[bytes, int] = {}
    for index, message in enumerate(read_messages(read_leaves(bundle))):
        if isinstance(message, Message):
            first = seen.setdefault(message.event.hash, index)
            tally.expect(
                first == index,
                f"{LEAVES} line {index + 1}",
                f"事件重复 the event of line {first + 1} appears again",
            )
    return _of_log(tally, history)


def _of_log(tally: Tally, history: History) -> Result:
    """Result of a check of all leaves; a log of which nothing was anchored may have none."""
    return tally.result() if tally.counted or heads(history) else tally.not_applicable(NO_HEAD)


@check("C25", "事件日志与上链根一致", "The log has the anchored roots")
def log_roots(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """The tree head over the first leaves is the anchored one at every anchored size, so each head extends the one before."""
    del trust
    anchored = heads(history)
    if not anchored:
        return tally.not_applicable(NO_HEAD)
    if not bundle.has(LEAVES):
        return tally.undecided(NO_LEAVES)
    leaves = [leaf_hash(leaf) for leaf in read_leaves(bundle)]
    computed = roots(leaves, (head.size for head in anchored))
    for head in anchored:
        where = f"block {head.block} head of {head.size} leaves"
        tally.expect_equal(where, "日志的根 root of the log", expected=head.root, got=computed.get(head.size))
    return tally.result()


@check("C26", "上链根只增不减", "Anchored heads only grow")
def growth(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each anchored head has more leaves than the one before that holds, by at most 2^20, and is proven to go on from it; false ones are set aside down to one that holds."""
    del bundle
    held = [(0, b"")]
    for log in history.logs("EventLog.HeadAnchored", "EventLog.LogResumed"):
        (before, former), size = held[-1], log.values["size"]
        if log.event == "LogResumed":
            is_known = size < before and size in dict(held)
            tally.expect(is_known, log.where, f"没有这个状态 no head of {size} leaves held before the latest")
            held = [head for head in held if head[0] <= size]
            continue
        tally.expect(size > before, log.where, f"事件数应增加 expected more than {before} leaves, got {size}")
        far = size - before
        tally.expect(
            far <= MOST_NEW_LEAVES,
            log.where,
            f"一次增加太多 expected at most {MOST_NEW_LEAVES} new leaves, got {far}",
        )
        call = call_of(history.transaction_of(log), trust.names)
        path = call.args.get("path", ()) if call else ()
        goes = before == 0 or goes_on(former, before, log.values["root"], size, path)
        tally.expect(
            goes, log.where, f"没有证明接着上一次 not proven to go on from the head of {before} leaves"
        )
        held.append((size, log.values["root"]))
    return tally.result() if tally.counted else tally.not_applicable(NO_HEAD)


@check("C27.1", "申报所据事件在日志中，且只用一次", "A claim's events are in the log and used once")
def evidence(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Both leaves of each claim are proven under the head that it names, anchored before it and not set aside, and used for no other claim."""
    del trust
    leaves = [leaf_hash(leaf) for leaf in read_leaves(bundle)] if bundle.has(LEAVES) else None
    anchored = {log.values["size"]: log for log in anchorings(history)}
    used: set[bytes] = set()
    for log in history.logs("TimeBank.ClaimAdmitted"):
        claim = history.transaction_of(log).args.get("claim")
        if (
            not tally.expect(claim is not None, log.where, "应为受理时长的调用 expected a call of admitClaim")
            or claim is None
        ):
            continue
        for name in ("task", "served_minutes", "level", "ruleset"):
            tally.expect_equal(
                log.where, f"申报的 {name} of the claim", expected=claim[name], got=log.values[name]
            )
        head = anchored.get(claim["log_size"])
        earlier = head is not None and place_of(head) < place_of(log)
        tally.expect(
            earlier, log.where, f"之前应有锚定 expected a head of {claim['log_size']} leaves anchored before"
        )
        for end in ("check_in", "check_out"):
            leaf, size = claim[end], claim["log_size"]
            tally.expect_equal(
                log.where, f"事件的叶 leaf of the {end}", expected=leaf["leaf_hash"], got=log.values[end]
            )
            root = head.values["root"] if head else b""
            proven = includes(root, size, leaf["leaf_hash"], leaf["index"], leaf["path"])
            tally.expect(proven, log.where, f"事件不在日志里 the {end} is not in the log of {size} leaves")
            if leaves is not None:
                at = leaves[leaf["index"]] if leaf["index"] < len(leaves) else None
                tally.expect_equal(log.where, f"叶 leaf {leaf['index']}", expected=leaf["leaf_hash"], got=at)
            tally.expect(
                leaf["leaf_hash"] not in used,
                log.where,
                f"事件已用于另一次申报 the {end} was used for another claim",
            )
            used.add(leaf["leaf_hash"])
    return tally.result() if tally.counted else tally.not_applicable("没有受理过时长 no claim was admitted")


@check("C27.2", "时长与等级可重算", "Minutes and level follow from the events")
def minutes(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """The assembler of `docs/service-events.md` §5 comes to the minutes, level and leaves of every claim."""
    del trust
    if next(history.logs("TimeBank.ClaimAdmitted"), None) is None:
        return tally.not_applicable("没有受理过时长 no claim was admitted")
    if not bundle.has(LEAVES):
        return tally.undecided(NO_LEAVES)
    recomputed = Recomputed(history, bundle, tally)
    recomputed.judge_all()
    if recomputed.missing:
        return tally.undecided("; ".join(sorted(recomputed.missing)))
    return tally.result()


@check("C27.3", "入账按申报、公示期与确认", "Credits follow claims, windows and acknowledgements")
def credits_(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Every task goes its way in time: taken, served, judged and taken back by whom and until when `ITimeBank` says; one credit."""
    del bundle, trust
    claims = Claims(history, tally)
    for _ in claims.replay():
        pass
    return tally.result() if claims.tasks else tally.not_applicable("没有发布过任务 no task was opened")


@check("C27.4", "兑换依规定结清", "Redemptions go their way in time")
def redemptions(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each redemption holds what the service is worth and ends in time, as `IRedemptions` says: by its two sides, silence or a third person; another reverses it within a year."""
    del bundle, trust
    found = Redemptions(history, tally)
    found.replay()
    return tally.result() if found.known else tally.not_applicable("没有兑换过服务 nothing was redeemed")


@check("C28", "同一志愿者不同时在两处", "Nobody served in two visits at once")
def plausible(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """The visits of all claims of a volunteer, by the times of their events, do not overlap."""
    del trust
    claims = list(history.logs("TimeBank.ClaimAdmitted"))
    if not claims:
        return tally.not_applicable("没有受理过时长 no claim was admitted")
    if not bundle.has(LEAVES):
        return tally.undecided(NO_LEAVES)
    leaves = read_leaves(bundle)
    captured = {
        leaf_hash(leaf): message.event.captured_ms
        for leaf, message in zip(leaves, read_messages(leaves), strict=True)
        if isinstance(message, Message)
    }
    spans: dict[bytes, list[tuple[int, int, str]]] = defaultdict(list)
    for log in claims:
        begin, end = (captured.get(log.values[n]) for n in ("check_in", "check_out"))
        if tally.expect(
            begin is not None and end is not None,
            log.where,
            "申报所依据的事件不在日志里 the events of the claim are not in the log",
        ):
            spans[log.values["volunteer"]].append((begin or 0, end or 0, log.where))
    for visits in spans.values():
        visits.sort()
        for (_, end, _), (begin, _, where) in pairwise(visits):
            tally.expect(
                begin >= end,
                where,
                "与该志愿者的另一次服务时间重叠 the visit begins before another one of the volunteer ends",
            )
    return tally.result()

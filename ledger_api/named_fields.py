"""What people read instead of codes and numbers, by the type and the name of a field: words, names of things, and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.calendar import day_start
from ledger_api.formats import yuan

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_api.locale import Locale

# Words of codes, by the type of the code.
GROUPS = {
    "Algorithm": "algorithm", "Area": "area", "AssuranceLevel": "assurance", "AuthorityRole": "office", "CampaignState": "campaign",
    "ChangePhase": "change", "DeviceClass": "device_class",
    "DraftState": "draft", "Finality": "status", "KeyClass": "key_class", "KeyKind": "key_kind", "KeyPhase": "key_phase", "Level": "level", "MemberKind": "member_kind", "Office": "office",
    "LotState": "lot", "Phase": "phase", "Reason": "reason", "RedemptionState": "redemption", "Role": "role", "SeatClass": "seat_class",
    "StepKind": "step", "TaskPhase": "task_phase", "TaskState": "task", "TaskStepKind": "task_step", "Unit": "unit", "Vote": "vote",
}  # fmt: skip
# Names of things, by the field that has their number.
NAMED = {
    "fund": "funds", "bank": "banks", "service": "services", "enterprise": "enterprises",
    "campaign": "campaigns", "product": "products", "committee": "committees", "successor": "committees", "former": "committees", "decidingCommittee": "committees", "parent": "funds", "purpose": "purposes",
    "levyPurpose": "purposes", "reservePurpose": "purposes", "remainderPurpose": "purposes", "matchPurpose": "purposes", "budgetLine": "budget_lines", "building": "buildings",
}  # fmt: skip
BPS_A_PERCENT = 100
# How a number is told, by the end of its field's name.
BY_UNIT: tuple[tuple[str, Callable[[Locale, int], str]], ...] = (
    ("Fen", lambda _, fen: yuan(fen)),
    ("Minutes", lambda locale, minutes: locale.minutes(minutes)),
    ("Bps", lambda _, bps: f"{bps / BPS_A_PERCENT:g}%"),
    ("On", lambda locale, day: locale.day(day_start(day))),
    ("At", lambda locale, seconds: locale.moment(seconds)),
    ("deadline", lambda locale, seconds: locale.moment(seconds)),
)

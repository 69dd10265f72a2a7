"""What codes say has words on the pages: each group has exactly the codes that are looked up in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from contracts.accounts import AccountKind
from contracts.acts import acts
from contracts.build.compiler import DEPLOYED
from contracts.enums import (
    Algorithm,
    Area,
    AssuranceLevel,
    CampaignState,
    DeviceClass,
    KeyClass,
    KeyKind,
    Level,
    LotState,
    MemberKind,
    Reason,
    RedemptionState,
    Role,
    SeatClass,
    TaskState,
    Unit,
)
from contracts.roles import PERSONS_OFFICES
from gongji.importing import importing
from gongji.run.visit_source import KINDS
from gongji.town import naming
from indexer.projections.bank_line_use import Use
from indexer.projections.change import ChangePhase
from indexer.projections.member import KeyPhase
from indexer.projections.request import Phase
from indexer.projections.task import TaskPhase
from iot.codes import CONFLICTS, Code
from iot.visits.elapsed import Lessening
from iot.visits.levels import ElementName, LevelReason
from ledger_api.commands.schemas import CommandStatus
from ledger_api.documents.reasons import Access
from ledger_api.editors import RULES
from ledger_api.finality import Finality
from ledger_api.locale import words
from ledger_api.named_fields import BY_UNIT, NAMED
from ledger_api.phones.service import PhoneState
from ledger_api.portal.acting.declared import acts_of_nouns, has_sheet
from ledger_api.portal.acting.facts import THING_FACTS
from ledger_api.portal.acting.fields import inputs_of
from ledger_api.portal.acting.question import UNITS
from ledger_api.portal.acting.signed import MEMBERS, NUMBERS
from ledger_api.portal.cause import CauseKind
from ledger_api.proposals.acts import ACTS, Obstacle
from ledger_api.proposals.drafts.notice import Notice
from ledger_api.proposals.drafts.schemas import DraftState
from ledger_api.proposals.inbox import InboxReader
from ledger_api.proposals.progress import Progress, Stage, Term
from ledger_api.proposals.schemas import StepKind, Vote
from ledger_api.proposals.texts.service import PaperKind
from ledger_api.redemptions.acts import Side
from ledger_api.register.keys import KeyedBy
from ledger_api.register.pages import fields_of
from ledger_api.statements.donations import NoGift
from ledger_api.tasks.schemas import TaskStepKind
from ledger_api.tasks.service import ANSWERS
from register import places

if TYPE_CHECKING:
    from enum import Enum

SHEETS = [act for act in acts().values() if has_sheet(act)]
INPUTS = [one for act in SHEETS for one in inputs_of(act)]
ENTRIES = Path("ledger_api/portal/acting/values.py").read_text("utf-8")
# Money and time are written as such.
WRITTEN_OUT = {"CNY", "MINUTE"}
# What the library lets an office do at the authority itself, but for what `Authority` refuses whoever does it.
OF_THE_AUTHORITY = {
    "grantRole", "labelRole", "revokeRole", "setRoleAdmin", "setTargetAdminDelay", "setTargetClosed", "setTargetFunctionRole",
}  # fmt: skip
# Without a location a visit is less sure, and held by nothing.
HOLDS_NOTHING = {Code.V_LOC_MISSING, Code.V_LOC_FAR}


def names(options: type[Enum]) -> set[str]:
    """Names of the members of an enum, but for the one that says that there is none."""
    return {option.name for option in options} - {"NONE"}


CODES: dict[str, set[str]] = {
    "status": {*Finality, *get_args(CommandStatus)},
    "area": names(Area),
    "unit": names(Unit) - WRITTEN_OUT,
    "level": names(Level),
    "reason": names(Reason),
    "cause": {*CauseKind},
    "account": names(AccountKind),
    "seat_class": names(SeatClass),
    "vote": {*Vote},
    "phase": {*Phase},
    "what_next": {*Phase},
    "step": {*StepKind},
    "stage": {*Stage},
    "progress": {*Progress} - {Progress.HALTED},
    "term": {*Term},
    "reasons": {*Access} - {Access.TEXT},
    "writing": {"title", "reason", "papers", "payee", "donor"}
    | {name for name, act in ACTS.items() if act.needs_statement}
    | {one.field.kind for one in INPUTS if one.field.kind.startswith("document-")},
    "paper": {*PaperKind},
    "draft": {*DraftState},
    "closed": {name for name, act in ACTS.items() if act.phases != {*Phase}},
    "use": {use.name.lower() for use in Use},
    "campaign": names(CampaignState),
    "task": names(TaskState),
    "task_phase": {*TaskPhase},
    "task_answer": {*ANSWERS},
    "task_step": {*TaskStepKind},
    "assurance": names(AssuranceLevel),
    "redemption": names(RedemptionState),
    "lot": names(LotState),
    "event": {*KINDS.values()},
    # A device that signed and is in no registry has the class NONE.
    "device_class": names(DeviceClass) | {"NONE"},
    "element": {*ElementName},
    "limit": {code for code in Code if code.startswith("V_")} - HOLDS_NOTHING | CONFLICTS,
    "because": names(LevelReason),
    "lessened": {*Lessening},
    "algorithm": names(Algorithm),
    "key_class": names(KeyClass),
    "member_kind": names(MemberKind),
    "key_kind": {kind.name for kind in KeyKind},
    "key_phase": {phase.name for phase in KeyPhase},
    "role": names(Role),
    "office": {office.name for office in PERSONS_OFFICES},
    "change": {*ChangePhase},
    "authority": OF_THE_AUTHORITY,
    "program": {naming.EDITOR, importing.EDITOR, places.EDITOR},
    "register": {*RULES},
    "entered": {field for noun in RULES for field in fields_of(noun)},
    "edits_as": {rule.role.name for rule in RULES.values() if rule.role is not None},
    "by": {by for act in acts().values() for by in act.by},
    "field": {one.field.name for one in INPUTS if not one.is_written}
    | {field for facts in THING_FACTS.values() for _, field, _ in facts}
    # What a clerk signs, and the holder of an office, has no sheet of its own.
    | {"office", "target", "data"},
    "thing_page": {name for name, one in acts_of_nouns().references.items() if one.page} | {"proposal"},
    "chosen_at": {name for name, one in acts_of_nouns().references.items() if one.chosen_at}
    | {origin.word for found in acts_of_nouns().origins.values() for origin in found.values()},
    "unit_of": {*UNITS, "date-from", "purpose"},
    "entry": {*re.findall(r'EntryError\("([a-z]+)"\)', ENTRIES), "missing"},
    "contract": {*DEPLOYED},
    "draft_title": {*Notice},
    "draft_notice": {*Notice},
    "obstacle": {*Obstacle},
    # What is closed says of each act why, in `closed`.
    "obstacle_why": {*Obstacle} - {Obstacle.CLOSED},
    "warning": {name for name, act in ACTS.items() if act.is_for_good},
    "inbox": {*InboxReader} - {InboxReader.SEATED},
    "phone": {*PhoneState},
    "phone_notice": {*PhoneState},
    "redemption_other": {*Side},
    "no_gift": {*NoGift},
    "number": {"new", "new-or-known"},
    "register_key": {*KeyedBy},
    "register_find": {*KeyedBy},
}
SIGNED = {field for act in acts().values() for field in re.findall(r"(\w+)[,)]", act.message or "")}


@pytest.mark.parametrize("group", CODES)
def test_a_group_has_words_for_exactly_its_codes(group: str) -> None:
    assert set(words()[group]) == CODES[group]


def test_no_group_of_words_is_unknown() -> None:
    assert set(words()) == {*CODES, "signed", "record"}


def test_every_field_that_is_signed_and_shown_has_a_word() -> None:
    ends = tuple(end for end, _ in BY_UNIT)
    shown = {
        field
        for field in SIGNED
        if field in {*NAMED, *NUMBERS, *MEMBERS, "donor", "payee"} or field.endswith(ends)
    }
    own = set(words()["signed"])
    assert shown <= own | set(words()["field"])
    assert own - shown == {"title", "deskAct", "officeAct"}

"""JSON form of the town at a glance."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import AssuranceLevel
from ledger_api.enterprises.schemas import EarningsMonth, Parts
from ledger_api.finality import Answer
from ledger_api.forms import ByName, Form
from ledger_api.funds.schemas import Figures, Fund


class LevelMinutes(Form):
    """Minutes credited at a level."""

    level: ByName[AssuranceLevel] = Field(description="How sure the credits are.")
    minutes: int = Field(description="Credited and not taken back, in minutes.")


class Hours(Form):
    """Volunteer hours of the town, in minutes."""

    credited_minutes: int = Field(description="Credited and not taken back.")
    outstanding_minutes: int = Field(
        description="Held by members or in escrow: what the town owes in services."
    )
    redeemed_minutes: int = Field(description="Exchanged for services received.")
    pending_minutes: int = Field(description="Claimed and not yet credited.")
    verified_bps: int | None = Field(
        description="Share of credited minutes at level A2 or above, in basis points; null while nothing is credited."
    )
    coverage_bps: int | None = Field(
        description="Minutes that members served in the last 365 days per minute outstanding, in basis points: "
        "10000 means that a year of service repays all that is owed. Null while nothing is outstanding."
    )
    levels: list[LevelMinutes] = Field(description="From A0 to A4.")


class Overview(Answer):
    """The town at a glance."""

    money: Figures = Field(description="All funds together.")
    funds: list[Fund] = Field(description="By number, each by purpose.")
    hours: Hours
    work: Parts = Field(description="All settled lots together.")
    earnings: list[EarningsMonth] = Field(
        description="Earnings in bands by month, the last 24; groups under five are not told. All are at /v1/earnings."
    )

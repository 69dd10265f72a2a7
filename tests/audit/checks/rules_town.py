"""A year of the neighbourhood in small, on a real chain: who and what is in it. Every kind of act that the rule checks judge is done once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from audit.evidence.signed_events import PLACE_TAG
from audit.rules.state.china import day_of, day_text
from contracts.ids import lot_id, order_id
from gongji.households import in_order
from ledger_api.statements.keys import BankAccount
from register.commitments import document_commitment
from register.nouns import HouseholdSalt
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import BANK, DEADLINE, RESIDENTS, fresh_nonce, household
from tests.contracts.neighbourhood import proposal as any_proposal
from wallets.intents import RedemptionAct

if TYPE_CHECKING:
    from tests.conftest import Town
    from wallets.intents import Proposal

MERGED, JOINT = 40, 41
# In the first of them, its holder agreed to the handover and left before it.
LEFT_SEAT = 3
SALT = hashlib.sha256(b"salt of the bank account").digest()
# Households of the campaigns, in the order of their leaves.
TOWN_LIST, BUILDING_LIST = (
    in_order(
        HouseholdSalt(
            campaign=campaign, household=f"0x{household(name).hex()}", salt=f"0x{keccak(text=f'{campaign} {name}').hex()}"
        )
        for name in RESIDENTS
    )
    for campaign in (8, 58)
)  # fmt: skip
ACCOUNT = BankAccount(bank=BANK, number="37050160880800000001", salt=SALT)
RULESET = hashlib.sha256(
    b'{"confirm_channels":[1,2,3,4],"gps_radius_m":150,"max_visit_minutes":720,"version":1}'
).digest()
FIVE = ("donor one", "resident one", "resident two", "resident three", "official")
# Whom all requests name.
BUILDER, BUILDER_SALT = "金牛修缮服务部", hashlib.sha256(b"salt of builder").digest()
BUILDER_TEXT = f"收款人 payee: {BUILDER}，账号 account 6222"
BUILDER_COMMITMENT = document_commitment(BUILDER_SALT, BUILDER_TEXT.encode())
HOME, HOME_SALT = b"home of old Wang", hashlib.sha256(b"salt of home").digest()
HOME_COMMITMENT = hashlib.sha256(PLACE_TAG + HOME_SALT + HOME).digest()
VOLUNTEER, WANG = member_id("volunteer"), member_id("neighbour one")
SHOPPING, WALKING, CLEANING, READING, GARDENING, CALLED_OFF, LEFT = (
    t.encode().ljust(16, b".")
    for t in ("shopping", "walking", "cleaning", "reading", "gardening", "called off", "left")
)
# Committee of the street's fund.
ABOVE = 2
# A fund that never has a fen.
EMPTIED = 9
ORDER, BEADS = order_id(b"of beads"), 3
LOT, SECOND_LOT, RETURNED, FORGOTTEN, UNDECIDED = (
    lot_id(ORDER, end) for end in (b"the 1st.", b"the 2nd.", b"returned", b"left lie", b"disputed")
)
# Redemptions that have not ended when the story has.
GOING_ON = {
    "to be served": (RedemptionAct.ACCEPT,),
    "to be confirmed": (RedemptionAct.ACCEPT, RedemptionAct.SERVE),
}


@dataclass
class Story:
    """What happened, beside what the chain knows."""

    town: Town
    lines: list[dict[str, Any]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def line(self, reference: str, amount_fen: int) -> bytes:
        """Books a line at the bank and gives its key; positive for money that came in, long ago; what goes out is of today."""
        out = amount_fen < 0
        day = day_text(day_of(self.town.chain.now())) if out else "2025-06-15"
        line = {"amount_fen": amount_fen, "booked_on": day, "reference": reference}
        self.lines.append(line | ({"counterparty": BUILDER} if out else {}))
        return ACCOUNT.line_key(reference)

    async def carry(self, name: str, intent: type[Any], **fields: Any) -> None:
        if "nonce" in intent.__dataclass_fields__:
            fields.setdefault("nonce", fresh_nonce())
        await self.town.carry(signer(name), intent(deadline=DEADLINE, **fields))

    async def send(self, name: str, contract: str, function: str, *args: Any) -> None:
        await self.town.send(signer(name), contract, function, *args)

    def statement(self) -> dict[str, Any]:
        """The bank's statement, as a bundle has it."""
        return {
            "account_salt": "0x" + SALT.hex(), "bank": BANK, "closing_fen": sum(line["amount_fen"] for line in self.lines),
            "format": "gongji.statement.v1", "lines": self.lines, "opening_fen": 0,
        }  # fmt: skip


def proposal(amount_fen: int) -> Proposal:
    """A request that names the builder as payee."""
    return any_proposal(amount_fen, payee=BUILDER_COMMITMENT)

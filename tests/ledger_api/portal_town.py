"""A small town in which something waits for everybody: requests in each state that somebody may act on."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import httpx2

from tests.conftest import member_id, open_town, signer
from tests.ledger_api.client import (
    BANK,
    COMMITTEE,
    DAY,
    FOREVER,
    FUND,
    LINE,
    PEOPLE,
    PURPOSE,
    House,
    Person,
    donation,
    furnished_house,
    open_house,
    proposal,
    statement_csv,
)
from tests.ledger_api.register_entries import write_names, write_people

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ledger_api.register_entries import Names

SUSPENDED, UNPROVEN, VOTING, NOTICE, REGRETTED, AGAIN, LATE, PAYABLE = (
    proposal(20250701, 60_000), proposal(20250702, 80_000), proposal(20250703, 50_000), proposal(20250704, 40_000),
    proposal(20250705, 30_000), proposal(20250706, 20_000), proposal(20250707, 10_000),
    proposal(20250708, 70_000),
)  # fmt: skip
STATEMENT = "0x" + "44" * 32
HOSTILE = '<script>alert("王某")</script>'
NAMES: Names = {
    "funds": {
        str(FUND): ("东城街道互助基金", "Dongcheng street fund"),
    },
    "banks": {
        str(BANK): ("账户 2222", "Account 2222"),
    },
    "purposes": {
        str(PURPOSE): ("长者关怀", "Care for the old"),
    },
    "budget_lines": {
        str(LINE): ("2025 年长者关怀预算", "Care for the old 2025"),
    },
    "committees": {
        str(COMMITTEE): ("东城基金管委会", "Committee of the Dongcheng fund"),
    },
    "proposals": {
        "20250701": ("楼道扶手加装", "Handrails in the stairwell"),
        "20250702": ("长者食堂置换餐桌", "Tables for the canteen"),
        "20250703": ("助浴椅采购", "Bath chairs"),
        "20250704": ("防滑垫采购", "Non-slip mats"),
        "20250705": ("凉亭修缮", "Pavilion"),
        "20250706": ("轮椅坡道", "Ramp"),
        "20250707": ("应急灯", "Emergency lights"),
        "20250708": ("助听器", "Hearing aids"),
    },
    "payees": {
        f"0x{'aa' * 32}": ("福满社区食堂", "Fuman canteen"),
    },
    "members": {
        f"0x{member_id('requester').hex()}": ("何家栋", "He Jiadong"),
        f"0x{member_id('seat0').hex()}": ("海川公司", "Haichuan company"),
        f"0x{member_id('duty').hex()}": ("值守系统", "Duty system"),
    },
}


@dataclass
class RequestDriver:
    """People of a house who ask, approve and object."""

    house: House

    async def ask(self, request: dict[str, Any]) -> None:
        """The applicant asks for money."""
        await self._person("requester").act("SubmitProposal", {"proposal": request})
        await self.house.settle()

    async def approve(self, request: dict[str, Any], round_: int = 1) -> None:
        """Enough of the committee approve."""
        await self.vote(request, 0, 2, 3, 4, round_=round_)

    async def vote(self, request: dict[str, Any], *seats: int, round_: int = 1) -> None:
        """Some of the committee approve."""
        voters = [self._person(f"seat{i}") for i in seats]
        draft = await voters[0].draft("ApproveProposal", {"proposal": request, "round": round_})
        await voters[0].submit(draft["typed_data"], [v.sign(draft["typed_data"]) for v in voters])
        await self.house.settle()

    async def act(self, name: str, act: str, request: dict[str, Any], **more: str) -> None:
        """Somebody does anything else."""
        await self._person(name).act(act, {"proposal": request, **more})
        await self.house.settle()

    async def seat(self, number: int, name: str) -> None:
        """A seat gets a new holder."""
        before = member_id(f"seat{number}")
        await self.house.serve("steward", "Committees", "vacateSeat", COMMITTEE, before)
        await self.house.serve(
            "steward", "Committees", "fillSeat", COMMITTEE, number, member_id(name), FOREVER
        )
        await self.house.settle()
        await self.house.town.wait(60)

    async def fill(self) -> None:
        """Money comes in, so that a request can be paid."""
        treasurer = self._person("treasurer")
        await treasurer.sign_in()
        statement = await treasurer.import_statement(statement_csv(("FIRST", 500_000)), BANK, "generic")
        (line,) = await treasurer.lines(statement["id"])
        fields = {"fund": FUND, "bank": BANK, "donations": [donation(line["bank_line"], 500_000)]}
        await treasurer.act("AttestDonations", fields)
        await self.house.settle()

    async def pay(self, request: dict[str, Any]) -> None:
        """The notice ends and the request is executed."""
        await self.house.town.wait(4 * DAY + 60)
        await self.house.syncer.catch_up()
        arguments = tuple(bytes.fromhex(v[2:]) if isinstance(v, str) else v for v in request.values())
        await self.house.serve("relayer", "Disbursements", "execute", arguments)
        await self.house.settle()

    def _person(self, name: str) -> Person:
        return Person(self.house, signer(name))


@contextlib.asynccontextmanager
async def busy_house(folder: Path) -> AsyncIterator[House]:
    """A furnished house with its people on the page of the demo, and requests in each state."""
    async with open_town(folder, busy) as town, open_house(town, folder) as house:
        yield house


async def busy(folder: Path) -> None:
    """Makes the files of the busy town."""
    write_names(folder, NAMES)
    write_people(folder, {name: name for name in PEOPLE}, {})
    async with furnished_house(folder) as house:
        driver = RequestDriver(house)
        await driver.fill()
        for request in (UNPROVEN, PAYABLE):
            await driver.ask(request)
            await driver.approve(request)
        await driver.pay(UNPROVEN)
        for request in (SUSPENDED, VOTING, NOTICE, REGRETTED, AGAIN):
            await driver.ask(request)
        for request in (SUSPENDED, NOTICE, AGAIN):
            await driver.approve(request)
        for name, request in (
            ("neighbour1", SUSPENDED), ("neighbour2", SUSPENDED), ("neighbour1", NOTICE),
            ("neighbour1", AGAIN), ("neighbour2", AGAIN),
        ):  # fmt: skip
            await driver.act(name, "Object", request, statement=STATEMENT)
        await driver.act("requester", "Answer", AGAIN, statement=STATEMENT)
        await driver.approve(AGAIN, round_=2)
        await driver.vote(VOTING, 3)
        await driver.act("seat1", "Recuse", VOTING)
        await house.town.wait(60)
        await driver.seat(1, "volunteer")
        await driver.ask(LATE)


def hostile_csv(*lines: tuple[str, int], opening_fen: int = 0) -> bytes:
    """A statement whose other side has a name that would be a program, if a page let it."""
    return named_csv(HOSTILE, *lines, opening_fen=opening_fen)


def named_csv(name: str, *lines: tuple[str, int], opening_fen: int = 0) -> bytes:
    """A statement whose other side has a name."""
    text = statement_csv(*lines, opening_fen=opening_fen).decode("gb18030")
    return text.replace("王某", '"' + name.replace('"', '""') + '"').encode("gb18030")


async def person(house: House, name: str) -> Person:
    """Somebody of the town, signed in."""
    found = Person(house, signer(name))
    await found.sign_in()
    return found


async def shown(reader: Person, address: str, **params: Any) -> str:
    """A page as its reader is shown it."""
    response = await reader.http.get(httpx2.URL(address).copy_merge_params({"lang": "zh", **params}))
    assert response.status_code == 200, response.text
    return without_spans(response.text)


def without_spans(text: str) -> str:
    """A page without what keeps days and lengths of time on one line."""
    return re.sub('<span class="nowrap">([^<]*)</span>', r"\1", text)


def draft_of(text: str) -> dict[str, Any]:
    """What a sheet asks to be composed."""
    found = re.search(r"data-draft='([^']*)'", text)
    assert found
    draft: dict[str, Any] = json.loads(unescape(found[1]))
    return draft

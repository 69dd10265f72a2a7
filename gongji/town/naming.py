"""What the demo town's plan writes beside the chain: names, watched households, and the people one can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_account import Account

from gongji.town import handing_over
from gongji.town.bank import account_number
from gongji.town.campaigns import CAMPAIGNS, salts
from gongji.town.device_specs import METER
from gongji.town.founding import ENTERPRISE, SERVICES, WELFARE
from gongji.town.piecework import PRODUCTS
from gongji.town.places import FUNDS, PURPOSES, purpose
from gongji.town.requests import REQUESTS
from gongji.town.roster import BARBER, CLERK, ELDERS, people, person_name
from gongji.town.visits import FUND
from register.nouns import (
    DEMO_PEOPLE,
    HOMES,
    HOUSEHOLD_SALTS,
    HOUSEHOLDS,
    NAMED,
    TITLES,
    DemoPerson,
    Home,
    Household,
    Name,
)
from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gongji.town.book import Book
    from gongji.town.seed import Seed
    from register.register import Register

# Its committee has a request to vote on; one can be each of its members, so that one reader can pass it.
VOTING = 2
EDITOR = "demo"
SEATS = (
    ("捐赠人代表", "donor representative"), ("居民代表", "resident representative"),
    ("社区代表", "community representative"), ("企业代表", "business representative"),
)  # fmt: skip
# Name, what the office is for, and where its work is.
OFFICES = {
    "steward": (Name(zh="街道经办", en="Steward"), "设立基金、用途和管委会，给它们起名", "Opens funds, purposes and committees, and names them", "/register"),
    "registrar": (Name(zh="登记处", en="Registrar"), "登记成员，登记收款方和楼栋的名称", "Registers members, and names payees and buildings", "/register"),
    "device_registrar": (Name(zh="设备登记处", en="Device registrar"), "登记、暂停和注销设备", "Enrols, suspends and revokes devices", "/acts"),
    "guardian": (Name(zh="资金守护", en="Guardian"), "遇到问题时冻结基金、叫停改动", "Freezes a fund and cancels a change when something is wrong", "/changes"),
}  # fmt: skip
Names = dict[str, tuple[str, str]]


def write(register: Register, book: Book, people: Iterable[tuple[str, DemoPerson]]) -> None:
    """Writes them all."""
    for noun, named in names(book).items():
        register.put_all(NAMED[noun], ((key, Name(zh=zh, en=en)) for key, (zh, en) in named.items()), EDITOR)
    titles = [(f"0x{r.struct(book).documents.hex()}", Name(zh=r.zh, en=r.en)) for r in REQUESTS]
    register.put_all(TITLES, titles, EDITOR)
    register.put_all(DEMO_PEOPLE, people, EDITOR)
    meter = f"0x{book.device(METER).id.hex()}"
    register.put_all(HOMES, homes(book), EDITOR)
    of_campaigns = [one for c in CAMPAIGNS if c.lists_households for one in salts(book, c.number)]
    register.put_all(HOUSEHOLD_SALTS, ((one.key, one) for one in of_campaigns), EDITOR)
    register.put(HOUSEHOLDS, meter, Household(fund=FUND, service=WELFARE), EDITOR)


def homes(book: Book) -> list[tuple[str, Home]]:
    """Homes of the old neighbours, by building and door."""
    doors = [f"{50 + number}号楼{2 + number % 5}0{1 + number % 3}室" for number in range(len(ELDERS))]
    return [
        (f"0x{book.place(elder).hex()}", Home(name=f"{door} {person_name(number)}家", fund=FUND))
        for number, (elder, door) in enumerate(zip(ELDERS, doors, strict=True), 900)
    ]


def names(book: Book) -> dict[str, Names]:
    """Names of all that has a number or an id, Chinese and English."""
    purposes = {(fund, code): purpose(fund.number, code) for fund in FUNDS.values() for code in fund.purposes}
    named = {str(number): PURPOSES[code] for (_, code), number in purposes.items()}
    return {
        "funds": {str(f.number): (f.zh, f.en) for f in FUNDS.values()},
        "committees": {
            str(f.committee): (f"{f.zh}管委会", f"Committee of the {f.en}") for f in FUNDS.values()
        }
        | {
            str(handing_over.SUCCESSOR): (
                f"{handing_over.FUND.zh}联合管委会",
                f"Joint committee of the {handing_over.FUND.en}",
            )
        },
        "purposes": named,
        "budget_lines": named,
        "banks": {
            str(b): (f"账户 {account_number(b)[-4:]}", f"Account {account_number(b)[-4:]}") for b in (1, 2)
        },
        "services": {str(code): (zh, en) for code, (_, _, _, zh, en) in SERVICES.items()},
        "campaigns": {str(c.number): (c.zh, c.en) for c in CAMPAIGNS},
        "products": {str(code): names for code, names in PRODUCTS.items()},
        "enterprises": {str(ENTERPRISE): ("巧手工坊", "Deft Hands Workshop")},
        "buildings": {f"0x{book.id16('building', '58').hex()}": ("58号楼", "Building 58")},
        "proposals": {str(request.number): (request.zh, request.en) for request in REQUESTS},
        "payees": {
            f"0x{request.struct(book).payee.hex()}": (request.payee, request.payee) for request in REQUESTS
        },
        "members": {f"0x{book.member(p.name).hex()}": (p.zh, p.zh) for p in people().values()},
    }


def demo_people(seed: Seed, offices: Mapping[str, bytes]) -> list[tuple[str, DemoPerson]]:
    """Those one can sign in as: what they are, where their work is, and their throw-away keys.

    Args:
        seed: The secret of the town.
        offices: Private keys of the offices, by name.
    """
    known, voting = people(), FUNDS[VOTING]
    seats = {
        name: (
            f"{voting.zh}管委会：{SEATS[code][0]}",
            f"Committee of the {voting.en}: {SEATS[code][1]}",
            "/committee",
        )
        for name, code in zip(voting.seats, voting.classes, strict=True)
    }
    members = [
        (f"0x{seed.member(name).hex()}", _demo_person(Name(zh=known[name].zh, en=known[name].zh), seed.derive("key", name), *entry))
        for name, entry in {**seats, **others(seed)}.items()
    ]  # fmt: skip
    return members + [
        (name, _demo_person(office, offices[name], zh, en, home))
        for name, (office, zh, en, home) in OFFICES.items()
    ]


def _demo_person(name: Name, key: bytes, zh: str, en: str, home: str) -> DemoPerson:
    address = LocalSigner(Account.from_key(key)).address
    return DemoPerson(name=name, role=Name(zh=zh, en=en), home=home, address=address, key=f"0x{key.hex()}")


def others(seed: Seed) -> dict[str, tuple[str, str, str]]:
    """One of each kind who has no vote, with role and home page."""

    def statement(name: str) -> str:
        return f"/workers/0x{seed.member(name).hex()}"

    return {
        "supervisor-2": ("监督员，不投票", "Supervisor, no vote", "/committee"),
        "treasurer-1": (
            "出纳，确认到账与付款",
            "Treasurer, who confirms what came in and what was paid",
            "/statements",
        ),
        "cashier-1": (
            "另一位出纳，撤销记错的、退回的款项",
            "Another treasurer, who takes back what was recorded wrongly or came back",
            "/ledger",
        ),
        "resident-1-1": (
            "朝晖街道居民，可提异议",
            "Resident of Zhaohui Street, who can object",
            "/proposals",
        ),
        "coordinator": (
            "志愿服务协调员，可申请用款",
            "Coordinator of volunteers, who can ask for money",
            "/ask",
        ),
        "volunteer-2": ("志愿者", "Volunteer", "/me/day"),
        BARBER: ("理发师，接受时长兑换", "Barber, who provides a service in return for hours", "/me/day"),
        CLERK: (
            "服务台经办员，替没有手机的人办事",
            "Clerk of the service desk, who acts for people without a phone",
            "/desk",
        ),
        "worker-2": ("微工厂工友", "Micro-factory worker", statement("worker-2")),
        "foreman": ("微工厂组长", "Foreman of the micro-factory", "/me/day"),
    }

"""Files that the demo town's plan writes beside the chain: names, watched households, and the people one can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gongji.town.bank import account_number
from gongji.town.campaigns import CAMPAIGNS
from gongji.town.decisions import REQUESTS
from gongji.town.device_specs import METER
from gongji.town.founding import ENTERPRISE, SERVICES
from gongji.town.piecework import PRODUCTS
from gongji.town.places import FUNDS, PURPOSES, purpose
from gongji.town.roster import people
from register.nouns import NAMED, Name

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.town.book import Book
    from gongji.town.seed import Seed
    from register.register import Register

# Its committee has a request to vote on; one can be each of its members, so that one reader can pass it.
VOTING = 2
EDITOR = "demo"
SEATS = (
    ("捐赠人", "seat of the donors"), ("居民", "seat of the residents"), ("街道", "seat of the street office"),
    ("企业", "seat of the enterprises"),
)  # fmt: skip
Names = dict[str, tuple[str, str]]


def write(data_dir: Path, register: Register, seed: Seed, book: Book) -> None:
    """Writes them all."""
    for noun, named in names(book).items():
        register.put_all(NAMED[noun], ((key, Name(zh=zh, en=en)) for key, (zh, en) in named.items()), EDITOR)
    _replace(data_dir / "households.toml", f'["0x{book.device(METER).id.hex()}"]\nfund = 1\n')
    _replace(
        data_dir / "people.json", json.dumps({"people": demo_people(seed)}, ensure_ascii=False, indent=1)
    )


def names(book: Book) -> dict[str, Names]:
    """Names of all that has a number or an id, Chinese and English."""
    purposes = {(fund, code): purpose(fund.number, code) for fund in FUNDS.values() for code in fund.purposes}
    named = {str(number): PURPOSES[code] for (_, code), number in purposes.items()}
    return {
        "funds": {str(f.number): (f.zh, f.en) for f in FUNDS.values()},
        "committees": {
            str(f.committee): (f"{f.zh}管委会", f"Committee of the {f.en}") for f in FUNDS.values()
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


def demo_people(seed: Seed) -> list[dict[str, Any]]:
    """Those one can sign in as: what they are, where their work is, and their throw-away keys."""
    known, voting = people(), FUNDS[VOTING]
    seats = {
        name: (
            f"{voting.zh}管委，{SEATS[code][0]}席位",
            f"Committee of the {voting.en}, {SEATS[code][1]}",
            "/committee",
        )
        for name, code in zip(voting.seats, voting.classes, strict=True)
    }
    return [
        {
            "name": known[name].zh, "name_en": known[name].zh, "role": zh, "role_en": en, "home": home,
            "member": f"0x{seed.member(name).hex()}", "address": seed.signer(name).address,
            "key": f"0x{seed.derive('key', name).hex()}",
        }
        for name, (zh, en, home) in {**seats, **others(seed)}.items()
    ]  # fmt: skip


def others(seed: Seed) -> dict[str, tuple[str, str, str]]:
    """One of each kind who has no vote, with role and home page."""

    def statement(name: str) -> str:
        return f"/workers/0x{seed.member(name).hex()}"

    return {
        "supervisor-2": ("监督员，无表决权", "Supervisor without a vote", "/committee"),
        "treasurer-1": ("出纳，确认到账与付款", "Treasurer who attests bank lines", "/statements"),
        "resident-1-1": (
            "朝晖街道居民，可提异议",
            "Resident of Zhaohui Street, who may object",
            "/proposals",
        ),
        "coordinator": (
            "志愿服务协调员，可申请用款",
            "Coordinator of volunteers, who may ask for money",
            "/ask",
        ),
        "volunteer-2": ("志愿者", "Volunteer", "/me/day"),
        "worker-2": ("合作社工人", "Co-op worker", statement("worker-2")),
        "foreman": ("工坊组长", "Foreman of the workshop", "/me/day"),
    }


def _replace(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.chmod(0o600)
    part.replace(path)

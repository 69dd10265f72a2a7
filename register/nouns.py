"""What the register holds: kinds of entries, with the form of their values and whose personal data they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kit.translation import N_
from kit.visible import HIDDEN
from register.commitments import household_leaf, place_commitment
from register.errors import EditRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

# In letters; a word, and no sentence.
LONGEST_WORD = 10
# Longest time and largest amount of water that a household is watched by. One that no database can count with would end the
# round of the keeper for everybody.
MOST_SECONDS, MOST_LITRES = 365 * 86_400, 1_000_000
# Letters that look like none.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def all_seen(text: str) -> str:
    """A line of which a reader sees every letter: names stand on the sheets that people sign, beside amounts.

    Raises:
        PydanticCustomError: One is hidden.
    """
    if any(unicodedata.category(letter) in HIDDEN or letter in BLANK for letter in text):
        raise PydanticCustomError(
            "hidden_characters", "Must have no line breaks, control characters or letters that are not seen"
        )
    return text


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(all_seen)
]
Hex = r"^0x[0-9a-f]{%d}$"


class Value(BaseModel):
    """Base of what an entry says."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Value):
    """A name in both languages."""

    zh: Text = Field(description="In Chinese.")
    en: Text = Field(description="In English.")


class Place(Value):
    """The place behind a commitment on chain: `SHA-256("gongji.place.v1" || salt || place)`."""

    place: str = Field(pattern=Hex % 32, description="Pseudonym of the place, 16 bytes.")
    salt: str = Field(pattern=Hex % 64, description="32 random bytes.")

    @property
    def commitment(self) -> str:
        """The commitment, 0x and hex."""
        return f"0x{place_commitment(bytes.fromhex(self.place[2:]), bytes.fromhex(self.salt[2:])).hex()}"


class Home(Value):
    """A home where somebody is served, by the pseudonym that stands for it everywhere else."""

    name: Text = Field(description="What those who visit call it, such as building, door and family name.")
    fund: int = Field(ge=1, le=0xFFFF, description="Fund whose coordinators open the visits.")


class Household(Value):
    """A household whose water meter is watched."""

    fund: int = Field(ge=1, le=0xFFFF, description="Fund whose coordinators look after the visit.")
    service: int = Field(ge=1, le=0xFFFF, description="Service of the visit, as on chain.")
    window_seconds: int = Field(
        default=43_200, gt=0, le=MOST_SECONDS, description="How long the tap may stay dry, at most a year."
    )
    threshold_litres: int = Field(
        default=10, gt=0, le=MOST_LITRES, description="Less in the window counts as dry."
    )
    is_away: bool = Field(default=False, description="Nobody is at home, and nobody rings.")


class Attached(Value):
    """The request that a document is a paper of."""

    request: str = Field(pattern=Hex % 64, description="Commitment of the request's text.")


class BankAccount(Value):
    """A bank account of the host, with the secret that makes the keys of its lines."""

    number: str = Field(pattern=r"^[0-9A-Z]{1,40}$", description="Number at the bank, without spaces.")
    salt: str = Field(pattern=Hex % 64, description="32 random bytes.")


class HouseholdSalt(Value):
    """What makes the leaf of a household in the list of a campaign, so that nobody can tell which household it is."""

    campaign: int = Field(ge=1, lt=2**32, description="Number of the campaign.")
    household: str = Field(pattern=Hex % 32, description="Id of the household, 16 bytes.")
    salt: str = Field(pattern=Hex % 64, description="32 random bytes.")

    @property
    def key(self) -> str:
        """Its key in the register."""
        return f"{self.campaign}/{self.household}"

    @property
    def leaf(self) -> bytes:
        """The leaf, 32 bytes."""
        return household_leaf(bytes.fromhex(self.salt[2:]), self.campaign, bytes.fromhex(self.household[2:]))


class DemoPerson(Value):
    """Somebody whom a visitor of the demo town can be, with a throw-away key. No other town has any."""

    name: Name
    role: Name
    home: str = Field(description="Page where their work is.")
    address: str
    key: str = Field(pattern=Hex % 64)


T = TypeVar("T", bound=Value)


def _anything(key: str, current: Any, value: Any) -> None:
    """Allows every edit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Noun(Generic[T]):
    """A kind of entries.

    Attributes:
        name: Its name, which is in every row.
        value: Form of the values.
        subject: Whose personal data an entry is, from key and value; None if all of them are public.
        check: Refuses an edit that contradicts the chain, from key, what stands and what is to stand; None is nothing.
    """

    name: str
    value: type[T]
    subject: Callable[[str, T], str] | None = None
    check: Callable[[str, T | None, T | None], None] = _anything

    def place(self, key: str) -> str:
        """Where an entry stands, in one word."""
        return f"{self.name}/{key}"


def _own(kind: str) -> Callable[[str, Any], str]:
    return lambda key, _: f"{kind}/{key}"


def _check_place(key: str, _: Place | None, value: Place | None) -> None:
    if value is None:
        why = "the place behind a commitment stays what it is"
        raise EditRefusedError(f"places/{key}", why, "have the place forgotten instead")
    if value.commitment != key:
        why = f"place and salt give the commitment {value.commitment}"
        raise EditRefusedError(f"places/{key}", why, "check place and salt")


def _check_household(key: str, _: Household | None, __: Household | None) -> None:
    if not re.fullmatch(Hex % 16, key):
        why = f"expected the id of a meter, 0x and 16 hex digits, got {key!r}"
        raise EditRefusedError(f"households/{key}", why, "copy the id from the list of devices")


def _check_bank_account(key: str, current: BankAccount | None, _: BankAccount | None) -> None:
    if current is not None:
        why = "keys on chain are made with the salt of this account, and its lines are of this number"
        remedy = "open another bank account on chain for another number"
        raise EditRefusedError(f"bank_accounts/{key}", why, remedy)
    if not re.fullmatch("[1-9][0-9]{0,9}", key) or int(key) >= 2**32:
        why = f"expected the number of a bank account on chain, got {key!r}"
        raise EditRefusedError(f"bank_accounts/{key}", why, "take the number that it was opened with")


def _check_household_salt(key: str, current: HouseholdSalt | None, value: HouseholdSalt | None) -> None:
    if current is not None or value is None or value.key != key:
        why = "a list that was published stays what it is"
        raise EditRefusedError(f"household_salts/{key}", why, "have the household forgotten instead")


def _check_word(key: str, _: Name | None, value: Name | None) -> None:
    if value is not None and not re.fullmatch(rf"[^\W\d_]{{1,{LONGEST_WORD}}}", key):
        why = f"expected a word of at most {LONGEST_WORD} letters, got {key!r}: a sentence stays as it is"
        raise EditRefusedError(f"words/{key}", why, "give the word alone, as the pages have it")
    if value is not None and re.search(r"[{}]", value.zh + value.en):
        why = "expected a word without braces: what stands in braces is a value of a sentence"
        raise EditRefusedError(f"words/{key}", why, "leave them out")


# Names, with what stands before the id of a thing that has none; whether they are of people.
NAMES = {
    "banks": N_("银行账户"),
    "budget_lines": N_("预算项"),
    "buildings": N_("楼栋"),
    "campaigns": N_("众筹"),
    "committees": N_("管委会"),
    "enterprises": N_("微工厂"),
    "funds": N_("基金"),
    "members": N_("成员"),
    "payees": N_("收款方"),
    "products": N_("产品"),
    "proposals": N_("申请"),
    "purposes": N_("用途"),
    "services": N_("服务"),
}
OF_PEOPLE = ("members", "payees")
NAMED = {
    name: Noun(name=name, value=Name, subject=_own(name) if name in OF_PEOPLE else None) for name in NAMES
}
# A word as the city wants it, by the Chinese one.
WORDS = Noun(name="words", value=Name, check=_check_word)
# Titles of requests by the commitment of their texts, as their applicants wrote them; and papers by theirs.
TITLES = Noun(name="titles", value=Name)
PAPERS = Noun(name="papers", value=Attached)
PLACES = Noun(
    name="places", value=Place, subject=lambda _, value: f"places/{value.place}", check=_check_place
)
# Forgetting a place forgets what it is called, too.
HOMES = Noun(name="homes", value=Home, subject=_own("places"))
HOUSEHOLDS = Noun(name="households", value=Household, subject=_own("meters"), check=_check_household)
BANK_ACCOUNTS = Noun(
    name="bank_accounts", value=BankAccount, subject=_own("bank_accounts"), check=_check_bank_account
)
HOUSEHOLD_SALTS = Noun(
    name="household_salts", value=HouseholdSalt, subject=lambda _, value: f"households/{value.household}",
    check=_check_household_salt,
)  # fmt: skip
DEMO_PEOPLE = Noun(name="demo_people", value=DemoPerson, subject=_own("members"))

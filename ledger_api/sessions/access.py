"""Who may read what: one table, by class of data. What is of no class here is public.

A person reads what is about the person. Beyond that an office reads what it answers for: a coordinator the visits of a fund,
a foreman the lots of an enterprise, a committee the names of those who object to its requests. A list that everybody may
read stays, without what is not for its reader: a personal account is told by its kind alone, a member as null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request

from contracts.accounts import AccountKind, account_id, account_owner
from contracts.enums import Role
from contracts.roles import PERSONS_OFFICES
from kit.translation import N_
from ledger_api.context import context_of
from ledger_api.errors import AccessForbiddenError, SessionMissingError
from ledger_api.holdings import committees_of, holdings_of
from ledger_api.mirror import read
from ledger_api.sessions.current import Session, signed_in_if_answered

if TYPE_CHECKING:
    from pydantic import BaseModel

    from contracts.roles import AuthorityRole
    from ledger_api.holdings import Holding

    M = TypeVar("M", bound=BaseModel)


class DataClass(StrEnum):
    """What a record is about, where that is not for everybody."""

    ACCOUNT = "account"
    HOURS = "hours"
    VISIT = "visit"
    REDEMPTION = "redemption"
    WAGES = "wages"
    LOT = "lot"
    OBJECTION = "objection"
    MEMBERSHIP = "membership"
    COMMAND = "command"
    DOCUMENT = "document"
    DELEGATION = "delegation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """Who reads a class of data beside the persons whom a record is about.

    Attributes:
        of: What the class is, in Chinese.
        roles: Roles, each for the fund or the enterprise that answers for the record.
        committee: Whether members of the committee that decides read it.
        offices: Offices.
    """

    of: str
    roles: tuple[Role, ...] = ()
    committee: bool = False
    offices: tuple[AuthorityRole, ...] = ()


ACCESS: dict[DataClass, Readers] = {
    DataClass.ACCOUNT: Readers(of=N_("个人账户的余额和流水")),
    DataClass.HOURS: Readers(of=N_("一位志愿者的时长")),
    DataClass.VISIT: Readers(of=N_("谁做了哪次服务"), roles=(Role.COORDINATOR,)),
    DataClass.REDEMPTION: Readers(of=N_("谁向谁兑换了服务"), roles=(Role.COORDINATOR,)),
    DataClass.WAGES: Readers(of=N_("一位工友的收入"), roles=(Role.TREASURER,)),
    DataClass.LOT: Readers(of=N_("谁做了哪一批活"), roles=(Role.TREASURER, Role.FOREMAN)),
    DataClass.OBJECTION: Readers(of=N_("异议人的姓名"), committee=True),
    DataClass.MEMBERSHIP: Readers(of=N_("成员的密钥、角色和席位"), offices=PERSONS_OFFICES),
    DataClass.COMMAND: Readers(of=N_("谁签了哪条指令")),
    DataClass.DELEGATION: Readers(of=N_("谁委托了服务台，服务台替他办了什么"), roles=(Role.CLERK,), offices=PERSONS_OFFICES),
    DataClass.DOCUMENT: Readers(
        of=N_("不公开的文件"), roles=(Role.TREASURER,), committee=True
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who asks.

    Attributes:
        member: Who is signed in, 16 bytes; None if no member is.
        key: Key that signed in, 20 bytes; None if nobody is signed in.
        holdings: Roles of the member in force.
        committees: Committees in which the member has a seat.
        offices: Offices of the key, where it is no member's.
    """

    member: bytes | None = None
    key: bytes | None = None
    holdings: tuple[Holding, ...] = ()
    committees: frozenset[int] = field(default_factory=frozenset)
    offices: tuple[AuthorityRole, ...] = ()

    def may_read(
        self,
        data: DataClass,
        *owners: bytes | None,
        fund: int | None = None,
        enterprise: int | None = None,
        committee: int | None = None,
    ) -> bool:
        """Whether a record is for this reader.

        Args:
            data: What it is.
            owners: Whom it is about: member ids, or keys of signers.
            fund: Fund that answers for it.
            enterprise: Enterprise that answers for it.
            committee: Committee that decides on it.
        """
        readers = ACCESS[data]
        return (
            any(owner is not None and owner in (self.member, self.key) for owner in owners)
            or any(
                held.role in readers.roles
                and held.scope == (enterprise if held.role is Role.FOREMAN else fund)
                for held in self.holdings
            )
            or (readers.committee and committee in self.committees)
            or any(office in readers.offices for office in self.offices)
        )

    def require(self, data: DataClass, *owners: bytes | None, **of: int | None) -> None:
        """Refuses who may not read a record; arguments as of `may_read`.

        Raises:
            SessionMissingError: Nobody is signed in.
            AccessForbiddenError: Somebody else is.
        """
        if self.may_read(data, *owners, **of):
            return
        if self.key is None:
            raise SessionMissingError(f"expected whose record of {data} it is to be signed in, got nobody")
        raise AccessForbiddenError(f"expected whose record of {data} it is, got somebody else")

    def account(self, account: bytes) -> bytes:
        """The account as this reader may know it: of somebody else's personal account its kind alone, the rest zeros."""
        owner = account_owner(account)
        if owner is None or self.may_read(DataClass.ACCOUNT, owner):
            return account
        return account_id(AccountKind(account[0]))

    def without(self, record: M, data: DataClass, *names: str, **of: int | None) -> M:
        """A record as this reader may see it.

        Args:
            record: The record.
            data: What it is.
            names: Its fields that name members; they are null for whom it is not.
            of: As of `may_read`.
        """
        owners = [getattr(record, name) for name in names]
        if all(owner is None for owner in owners) or self.may_read(data, *owners, **of):
            return record
        hidden: dict[str, Any] = dict.fromkeys(names)
        return record.model_copy(update=hidden)


NOBODY = Viewer()


async def viewer_of(request: Request) -> Viewer:
    """Who asks; nobody while database or chain do not answer, so that what is public is shown."""
    signed_in = await signed_in_if_answered(request)
    if signed_in is None:
        return NOBODY
    if not isinstance(signed_in, Session):
        return Viewer(key=signed_in.address, offices=signed_in.roles)
    context, member = await context_of(request), signed_in.member
    now = context.clock()
    async with read(context.mirror) as reading:
        return Viewer(
            member=member,
            key=signed_in.address,
            holdings=tuple(await holdings_of(reading, member, now)),
            committees=frozenset(await committees_of(reading, member, now)),
        )


# What an endpoint asks for whose answer is not the same for everybody.
Viewing = Annotated[Viewer, Depends(viewer_of)]

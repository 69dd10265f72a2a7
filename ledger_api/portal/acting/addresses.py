"""Addresses of the sheets of acts: which act, and what they may say of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from contracts.acts import acts
from ledger_api.errors import NotFoundError
from ledger_api.portal.acting.declared import has_sheet
from ledger_api.portal.acting.fields import query_names
from ledger_api.portal.route import PageRoute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act

# What a form hands on besides: the address that the sheet was opened with.
START = "start"


class SheetRoute(PageRoute):
    """A route of sheets, whose parameters are the values of the act; the list of acts hands on those of any."""

    def query_names(self, path: Mapping[str, str]) -> frozenset[str]:
        """Names of its parameters; see `NamesQuery`.

        Raises:
            NotFoundError: The path names an act without a sheet.
        """
        find = act_of_desk if "delegation" in path else act_of_sheet
        some = [find(path["act"])] if "act" in path else acts().values()
        return super().query_names(path).union({START}, *map(query_names, some))


def act_of_sheet(name: str) -> Act:
    """The act of a sheet.

    Args:
        name: Id of the act, as the address has it.

    Raises:
        NotFoundError: There is none of this name, or it has no sheet here.
    """
    act = acts().get(name)
    if act is None or not has_sheet(act):
        raise NotFoundError("act", name[:40])
    return act


def act_of_desk(name: str) -> Act:
    """The act of a sheet on which a clerk does it for a person.

    Args:
        name: Id of the act, as the address has it.

    Raises:
        NotFoundError: There is none of this name, or desks do not do it.
    """
    act = acts().get(name)
    if act is None or act.desk is None:
        raise NotFoundError("act", name[:40])
    return act


def address_of_sheet(act: Act, values: Mapping[str, str]) -> str:
    """Address of a sheet.

    Args:
        act: The act.
        values: What is known by name; what the act has no value for is left out.
    """
    known = query_names(act)
    own = {name: value for name, value in values.items() if name in known}
    return f"/acts/{act.act}?{urlencode(own)}" if own else f"/acts/{act.act}"

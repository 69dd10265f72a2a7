"""Who holds an office, at the command line: the own key file, or in a demo town the one that stands in its folder."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.acting import KeyHolder, PasswordFile, Yes
from gongji.commands.options import AsJson
from gongji.errors import GongjiError
from gongji.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.acts import Act
    from contracts.deployment_plan import Step
    from contracts.roles import AuthorityRole
    from gongji.settings import Settings

OfficeKey = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="职务持有人的密钥文件 Key file of whoever holds the office; not needed where it stands in the town's folder, as in a demo town.",
        show_default=False,
    ),
]


class OfficeKeyMissingError(GongjiError):
    """Nobody said which key signs for an office."""

    exit_status = ExitStatus.USAGE

    def __init__(self, office: AuthorityRole, path: Path) -> None:
        super().__init__(
            f"没有签名的密钥 no key to sign with for the office {office.name.lower()}",
            f"本机没有这个职务的密钥文件 no file {path}",
            "加上 --key 和职务持有人的密钥文件 add --key and the key file of whoever holds the office",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """How the holder of an office signs: the options that every command of an office has.

    Attributes:
        key: Key file of whoever holds the office; None takes the one in the town's folder.
        password_file: File with its password.
        yes: Whether not to ask.
        json: Whether to print JSON.
    """

    key: Path | None
    password_file: Path | None
    yes: bool
    json: bool


def _declared(
    *, key: OfficeKey = None, password_file: PasswordFile = None, yes: Yes = False, json: AsJson = False
) -> Signing:
    return Signing(key=key, password_file=password_file, yes=yes, json=json)


def signed_by_office(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command, in the place of its parameter `signing`, the options of which that is made."""
    options = signature(_declared, eval_str=True).parameters
    own = signature(command, eval_str=True)

    @wraps(command)
    def with_options(*arguments: Any, **named: Any) -> None:
        command(*arguments, signing=_declared(**{name: named.pop(name) for name in options}), **named)

    # Typer reads the parameters of a command from the signature of its function.
    parameters = [one for name, one in own.parameters.items() if name != "signing"]
    with_options.__dict__["__signature__"] = own.replace(parameters=[*parameters, *options.values()])
    return with_options


def office_holder(settings: Settings, act: Act, signing: Signing) -> KeyHolder:
    """Whoever signs for the office whose act it is.

    Args:
        settings: Settings of the town.
        act: An act of an office.
        signing: Whose key it is; no key takes the one in the town's folder.

    Raises:
        OfficeKeyMissingError: None was named, and there is none in the folder.
        KeystoreError: The key does not open.
    """
    from ledger_api.sessions.offices import office_of

    office = office_of(act)
    if office is None:
        raise ValueError(f"expected an act of an office, got {act.act}")
    return holder_of(settings, office, signing)


def holder_of(settings: Settings, office: AuthorityRole, signing: Signing) -> KeyHolder:
    """As `office_holder`, by the office."""
    if signing.key is not None:
        return KeyHolder(settings, signing.key, signing.password_file)
    from gongji.keys import office_path, password_path

    path = office_path(settings, office)
    if not path.exists():
        raise OfficeKeyMissingError(office, path)
    return KeyHolder(settings, path, password_path(settings))


def do_for_office(settings: Settings, act: str, values: dict[str, Any], signing: Signing) -> None:
    """Does an act of an office.

    Args:
        settings: Settings of the town.
        act: Id of the act.
        values: Its fields by their names.
        signing: Who signs, and how.

    Raises:
        GongjiError: As for `hand_in`; or the key is missing.
        typer.Abort: The holder says no.
    """
    from contracts.acts import acts
    from gongji.commands.handing_in import hand_in

    holder = office_holder(settings, acts()[act], signing)
    hand_in(holder, acts()[act], values, yes=signing.yes, json=signing.json)


def announce(settings: Settings, holder: KeyHolder, step: Step, *, yes: bool) -> None:
    """Has the administrator sign that a step waits in public, and waits until that is in the ledger.

    Args:
        settings: Settings of the town.
        holder: Who holds the office of the administrator.
        step: What is called when it has waited.
        yes: Whether not to ask.

    Raises:
        GongjiError: As for `sign_and_follow`.
        typer.Abort: The administrator says no.
    """
    from gongji.commands.handing_in import sign_and_follow
    from gongji.run.configs import deployment
    from gongji.run.upgrading import announcement
    from ledger_api.intents.drafting import domain_of
    from ledger_api.intents.schemas import DAY_SECONDS

    deadline = int(time.time()) + DAY_SECONDS
    intent = announcement(step, nonce=secrets.randbits(255), deadline=deadline)
    message = intent.typed_data(domain_of(deployment(settings), type(intent)))
    sign_and_follow(holder, message, valid_seconds=DAY_SECONDS, yes=yes)

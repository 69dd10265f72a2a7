"""Does an act: a member or the holder of an office signs for it and hands it in; what nobody signs, a process sends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.acts import Act
from gongji.acts.entered import Paper, Reference, arguments, entered, nested
from gongji.acts.forms import HOME_BYTES, MEMBER_BYTES, NEW
from gongji.acts.option import READERS, ValueInvalidError
from gongji.acts.options import options_of
from gongji.commands.acting import KeyFile, KeyHolder, PasswordFile, Yes
from gongji.commands.handing_in import hand_in
from gongji.commands.office import Signing, office_holder, signed_by_office
from gongji.commands.options import AsJson, DataDir, load
from gongji.commands.ordering import order
from gongji.commands.reading import get
from gongji.output import tell

if TYPE_CHECKING:
    from contracts.acts import ActField
    from gongji.settings import Settings

PUBLIC = "document-public"
Texts = dict[str, Any]
Days = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=90,
        help="天数 For how many days it may be submitted: 1 if not given, for an objection 16, which outlast every notice.",
        show_default=False,
    ),
]

DelegationId = Annotated[
    str | None,
    typer.Option(
        metavar="0x…",
        help="委托编号 The delegation by which you do it for a person, as a clerk of the desk: 0x and 32 hex digits.",
        show_default=False,
    ),
]


def by_member(
    act: Act,
    texts: Texts,
    key: KeyFile,
    data_dir: DataDir = None,
    password_file: PasswordFile = None,
    *,
    days: Days = None,
    delegation: DelegationId = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Shows a member what is to be signed, hands it in, and tells what became of it.

    Raises:
        GongjiError: A value is missing or wrong, the portal does not answer, or a rule is against it.
        typer.Abort: The member says no.
    """
    settings, inputs = load(data_dir), entered(act, texts)
    member = KeyHolder(settings, key, password_file)
    values = _values(act, inputs, settings, member)
    hand_in(member, act, values, days=days, delegation=_delegation(delegation), yes=yes, json=json)


@signed_by_office
def by_office(
    act: Act, texts: Texts, data_dir: DataDir = None, *, days: Days = None, signing: Signing
) -> None:
    """As `by_member`, for whoever holds the office whose act it is.

    Raises:
        GongjiError: As for `by_member`; or the key is missing.
        typer.Abort: The holder says no.
    """
    settings, inputs = load(data_dir), entered(act, texts)
    holder = office_holder(settings, act, signing)
    for option in options_of(act):
        if texts[option.name] == NEW:
            tell(f"{option.flag} 0x{inputs[option.name].hex()}")
    values = _values(act, inputs, settings, None)
    hand_in(holder, act, values, days=days, yes=signing.yes, json=signing.json)


def by_process(act: Act, texts: Texts, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """Orders an act that nobody signs, from the process that may do it; from the relayer, what anyone may do.

    Raises:
        GongjiError: A value is missing or wrong, or a rule is against it.
    """
    from wallets.intents import Call

    settings, inputs = load(data_dir), entered(act, texts)
    args = arguments(act.fields, _values(act, inputs, settings, None))
    call = Call(contract=act.contract, function=act.function, args=args)
    order(settings, sender_of(act), call, json=json)


def sender_of(act: Act) -> str:
    """Process whose key sends an act that nobody signs."""
    return "relayer" if act.by[0] == "anyone" else act.by[0].replace("-", "_")


def _values(act: Act, inputs: Texts, settings: Settings, member: KeyHolder | None) -> dict[str, Any]:
    """The fields of an act, and what is only signed, after the portal was asked for what it keeps."""
    values, known = dict(inputs), {}
    for option in options_of(act):
        match inputs[option.name]:
            case Paper() as paper if member:
                values[option.name] = _commitment(member, paper)
            case bytes() as home if option.field.kind == "place" and len(home) == HOME_BYTES:
                values[option.name] = _commitment_to(home, member)
            case Reference(text=text):
                known = get(settings, f"/v1/proposals/{text}")["proposal"]
                values[option.name] = _record(option.field, known)
            case [Reference(), *_] as several:
                values[option.name] = [_kept(settings, option.field, one) for one in several]
    return nested(act, values) | {field.name: known[field.name] for field in act.signed_only}


def _delegation(text: str | None) -> bytes | None:
    """A delegation that was named, 16 bytes.

    Raises:
        ValueInvalidError: It is no id.
    """
    if text is None:
        return None
    if not re.fullmatch(f"0x[0-9a-fA-F]{{{2 * MEMBER_BYTES}}}", text):
        raise ValueInvalidError("--delegation", text, "0x 加 32 位十六进制数 0x and 32 hex digits")
    return bytes.fromhex(text[2:])


def _kept(settings: Settings, field: ActField, reference: Reference) -> dict[str, Any]:
    """One of several requests, as the portal keeps it."""
    return _record(field, get(settings, f"/v1/proposals/{reference.text}")["proposal"])


def _record(field: ActField, known: dict[str, Any]) -> dict[str, Any]:
    from contracts.build.syntax import snake

    inputs = {inner.name: known[snake(inner.name)] for inner in field.fields}
    return {name: bytes.fromhex(v[2:]) if isinstance(v, str) else v for name, v in inputs.items()}


def _commitment(member: KeyHolder, paper: Paper) -> bytes:
    """Has the portal keep a document, as its own pages do before anything is signed."""
    member.sign_in()
    files, data = {"file": (paper.name, paper.content)}, {"public": str(paper.kind == PUBLIC).lower()}
    kept: str = member.call("POST", "/v1/documents", files=files, data=data)["commitment"]
    tell(f"已存 kept: {paper.name} {kept}. {READERS[paper.kind]}.")
    return bytes.fromhex(kept[2:])


def _commitment_to(home: bytes, member: KeyHolder | None) -> bytes:
    """Has the portal commit to a home anew, as its own pages do.

    Raises:
        ValueInvalidError: An office acts, which has no session.
    """
    if member is None:
        raise ValueInvalidError(
            "--place",
            f"0x{home.hex()}",
            "校验值，由登记处为住处生成 a check value, which the registrar makes for a home",
        )
    member.sign_in()
    commitment: str = member.call("POST", f"/v1/register/homes/0x{home.hex()}/commitments")["commitment"]
    return bytes.fromhex(commitment[2:])

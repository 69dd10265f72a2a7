"""`gongji proposal`: requests for money, and drafts of them that collect approvals before they are sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.acting import KeyFile, KeyHolder, PasswordFile, ReaderKey, Yes, get_as
from gongji.commands.listing import Column, money, name, plain, put_list, when, word
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, Member, load
from gongji.commands.reading import get
from gongji.commands.request_file import read_request
from gongji.errors import UnexpectedMessageError

if TYPE_CHECKING:
    from gongji.settings import Settings

app = typer.Typer(no_args_is_help=True)
DRAFTS = "/v1/proposals/drafts"
DAY_SECONDS = 86_400
# Of what is no proposal on chain yet.
FIRST_ROUND = 1
TEXT = ("title", "reason", "papers")  # Kept as a public document, whose commitment is what the request names.
ProposalId = Annotated[str, typer.Argument(help="申请的编号 Id of the request, 0x and 64 hex digits.")]
COLUMNS = (
    plain("number", "编号 number"),
    Column("申请 request", lambda shown, item: shown.title(item["number"], item["documents"])),
    name("fund", "funds", "基金 fund"),
    money("amount_fen", "金额 amount"),
    word("phase", "phase", "状态 state"),
    plain("proposal_id", "编号 id"),
)
DRAFT_COLUMNS = (
    *COLUMNS[:4],
    word("state", "draft", "状态 state"),
    when("expires_at", "截止 until"),
    plain("proposal_id", "编号 id"),
)
AnyProposal = Annotated[str, typer.Argument(help="申请编号 Number of the request, or its id.")]


@app.command("list")
def list_proposals(
    data_dir: DataDir = None,
    *,
    fund: Annotated[int | None, typer.Option(help="只看某基金 Only this fund.")] = None,
    state: Annotated[
        str | None, typer.Option(help="只看某状态 Only requests in this state, such as APPROVED.")
    ] = None,
    limit: Limit = None,
    cursor: Cursor = None,
    json: AsJson = False,
) -> None:
    """列出申请 List requests, the latest first."""
    settings = load(data_dir)
    page = get(settings, "/v1/proposals", fund=fund, state=state, limit=limit, cursor=cursor)
    put_list(settings, page, COLUMNS, json=json)


@app.command()
def own(
    member: Member,
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出自己的申请 List requests that a member asked for or objected to, the latest first."""
    settings = load(data_dir)
    address = f"/v1/volunteers/{member}/requests"
    page = get_as(settings, address, key, password_file, limit=limit, cursor=cursor)
    put_list(settings, page, COLUMNS, json=json)


@app.command()
def show(proposal: AnyProposal, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看申请 Show a request with its timeline."""
    from gongji.commands.records import put_record
    from ledger_api.proposals.schemas import ProposalDetail

    settings = load(data_dir)
    put_record(settings, get(settings, f"/v1/proposals/{proposal}"), ProposalDetail, json=json)


@app.command()
def drafts(
    data_dir: DataDir = None,
    *,
    committee: Annotated[int | None, typer.Option(help="只看某管委会 Only this committee.")] = None,
    cursor: Cursor = None,
    json: AsJson = False,
) -> None:
    """列出草稿 List drafts that collect approvals, the latest first."""
    settings = load(data_dir)
    put_list(settings, get(settings, DRAFTS, committee=committee, cursor=cursor), DRAFT_COLUMNS, json=json)


@app.command("show-draft")
def show_draft(proposal: ProposalId, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看草稿 Show a draft, who approved it, and what approvers sign."""
    settings = load(data_dir)
    _put_draft(settings, get(settings, f"{DRAFTS}/{proposal}"), json=json)


@app.command()
def draft(
    request: Annotated[Path, typer.Argument(help="申请内容 JSON file with the fields of the request.")],
    key: KeyFile,
    data_dir: DataDir = None,
    password_file: PasswordFile = None,
    *,
    days: Annotated[int, typer.Option(min=1, max=90, help="天数 For how many days it may collect.")] = 7,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """起草申请 Sign a request and let it collect approvals before it is submitted."""
    from contracts.acts import acts
    from gongji.commands.drafting import drafted

    fields = read_request(request)
    settings = load(data_dir)
    applicant = KeyHolder(settings, key, password_file)
    if text := {name: fields.pop(name) for name in TEXT if name in fields}:
        applicant.sign_in()
        fields["documents"] = applicant.call("POST", "/v1/proposals/texts", text)["commitment"]
    valid_seconds = days * DAY_SECONDS
    typed_data = drafted(applicant, acts()["SubmitProposal"], {"proposal": fields}, valid_seconds)
    signed = applicant.sign(typed_data, valid_seconds=valid_seconds, yes=yes)
    _put_draft(settings, applicant.call("POST", DRAFTS, signed), json=json)


@app.command()
def approve(
    proposal: ProposalId,
    key: KeyFile,
    data_dir: DataDir = None,
    password_file: PasswordFile = None,
    *,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """批准草稿 Sign approval of a draft, as a member of its committee."""
    settings = load(data_dir)
    member = KeyHolder(settings, key, password_file)
    typed_data = member.call("GET", f"{DRAFTS}/{proposal}")["approval"]["typed_data"]
    _require_approval(typed_data, proposal)
    approval = member.sign(typed_data, yes=yes)
    _put_draft(settings, member.call("POST", f"{DRAFTS}/{proposal}/approvals", approval), json=json)


@app.command("take-back")
def take_back(
    proposal: ProposalId,
    key: KeyFile,
    data_dir: DataDir = None,
    password_file: PasswordFile = None,
    *,
    json: AsJson = False,
) -> None:
    """撤回批准 Withdraw your approval of a draft before it is submitted."""
    settings = load(data_dir)
    member = KeyHolder(settings, key, password_file)
    member.sign_in()
    member.call("DELETE", f"{DRAFTS}/{proposal}/approvals/mine")
    _put_draft(settings, member.call("GET", f"{DRAFTS}/{proposal}"), json=json)


@app.command()
def send(
    proposal: ProposalId,
    key: KeyFile,
    data_dir: DataDir = None,
    password_file: PasswordFile = None,
    *,
    json: AsJson = False,
) -> None:
    """提交草稿 Submit a draft with its approvals, as its applicant or a member of its committee."""
    settings = load(data_dir)
    member = KeyHolder(settings, key, password_file)
    member.sign_in()
    from gongji.commands.records import put_record
    from ledger_api.commands.schemas import CommandAnswer

    answer = member.call("POST", f"{DRAFTS}/{proposal}/command")
    put_record(settings, answer, CommandAnswer, json=json)


def _require_approval(typed_data: dict[str, Any], proposal: str) -> None:
    """What is signed must approve the request that was named, of which its id is the hash of all its fields, in the first round.

    Raises:
        UnexpectedMessageError: It is something else.
    """
    from wallets.intents import ApproveProposal
    from wallets.show import parse

    message, _ = parse(typed_data)
    if (
        not isinstance(message, ApproveProposal)
        or message.proposal.proposal_id().hex() != proposal[2:].lower()
        or message.round != FIRST_ROUND
    ):
        raise UnexpectedMessageError(f"an approval of {proposal}", f"{message.action()} {message}")


def _put_draft(settings: Settings, body: dict[str, Any], *, json: bool) -> None:
    """Prints a draft; what approvers sign is shown to them when they sign."""
    from gongji.commands.records import put_record
    from ledger_api.proposals.drafts.schemas import ProposalDraft

    put_record(settings, body if json else body["draft"], ProposalDraft, json=json)

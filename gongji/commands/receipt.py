"""`gongji receipt`: check what a portal acknowledged, and carry it by another one."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.options import AsJson, DataDir, load
from gongji.errors import GongjiError, PortalRefusedError
from gongji.exit_status import ExitStatus
from gongji.output import put_json, put_table, tell

if TYPE_CHECKING:
    from wallets.receipt import KeptReceipt

app = typer.Typer(no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="回执 File that the page after signing offered.")]


class ReceiptRefusedError(GongjiError):
    """The file holds no receipt of what stands in it, or one of another key."""

    exit_status = ExitStatus.VERIFICATION_FAILED

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file} 里的回执无效 the receipt is not valid",
            f"核对的结果 the check says: {why}",
            "请用门户给的原文件 use the file as the portal gave it; if it is, show it to an auditor",
        )


@app.command()
def verify(
    file: File,
    *,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", help="回执密钥 Address of the receipt key that must have signed it, 0x and hex."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """核对回执 Check offline what was acknowledged, when, and by which receipt key. Compare that key with /v1/receipt-keys."""
    kept = _read(file)
    if key is not None and key.lower() != kept.key.lower():
        raise ReceiptRefusedError(file, f"expected a receipt of the key {key}, got one of {kept.key}")
    if json:
        put_json(_facts(kept))
        return
    tell(kept.intent.action())
    put_table(("field", "value"), [(name, str(value)) for name, value in _facts(kept).items()])


@app.command()
def carry(file: File, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """替人入账 Hand in what another portal acknowledged, at the portal of these settings: an objection counts by its receipt."""
    import httpx2

    from gongji.commands.reading import TIMEOUT_SECONDS, PortalUnreachableError, portal
    from wallets.intents import ActOnProposal, ProposalAct

    settings, kept = load(data_dir), _read(file)
    body: dict[str, Any] = {
        "typed_data": kept.typed_data,
        "signatures": ["0x" + s.hex() for s in kept.signatures],
    }
    if isinstance(kept.intent, ActOnProposal) and kept.intent.act is ProposalAct.OBJECT:
        received_at = kept.receipt.received_at
        body["receipt"] = {"received_at": received_at, "signature": "0x" + kept.signature.hex()}
    url = portal(settings) + "/v1/intents"
    try:
        answer = httpx2.post(url, json=body, timeout=TIMEOUT_SECONDS)
        result: dict[str, Any] = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise PortalUnreachableError(url, str(error)) from None
    if not answer.is_success:
        raise PortalRefusedError.from_problem(result)
    if json:
        put_json(result)
    else:
        tell(f"已交 handed in: {result['id']}")


def _read(file: Path) -> KeptReceipt:
    from wallets.errors import ReceiptInvalidError
    from wallets.receipt import read

    try:
        return read(json_module.loads(file.read_text("utf-8")))
    except (OSError, ValueError, ReceiptInvalidError) as error:
        raise ReceiptRefusedError(file, str(error)) from None


def _facts(kept: KeptReceipt) -> dict[str, Any]:
    from wallets.words import digest_words

    return {
        "digest": "0x" + kept.receipt.digest.hex(),
        "words": " ".join(digest_words(kept.receipt.digest)),
        "signer": "0x" + kept.receipt.signer.hex(),
        "received_at": kept.receipt.received_at,
        "receipts": f"{kept.domain.address}, chain {kept.domain.chain_id}",
        "receipt_key": kept.key,
    }

"""Acts of a member through the portal's API, with the own key: shown in words first, and signed only when agreed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.reading import TIMEOUT_SECONDS, PortalUnreachableError, get, portal, without_none
from gongji.commands.unexpected import MOST_SECONDS, require_own, require_sign_in
from gongji.errors import PortalRefusedError
from gongji.output import tell

if TYPE_CHECKING:
    from gongji.settings import Settings
    from wallets.signer import LocalSigner

KeyFile = Annotated[Path, typer.Option("--key", help="密钥文件 Your key file, readable by you only.")]
ReaderKey = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="密钥文件 Key file of the person whose record it is, or of somebody responsible for it.",
        show_default=False,
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help="密码文件 File with its password; asked for if not given."),
]
Yes = Annotated[bool, typer.Option("--yes", help="不再询问 Sign without asking first.")]

ONLY_SIGNED_IN = (
    "这里的内容只给本人和有关的机构看，要先登录。"
    " This is for the member whom it is about and for the offices that answer for it; they sign in first."
)
ADD_KEY = "加上 --key 和您的密钥文件 add --key and your key file"


class KeyHolder:
    """A member with a key file, who reads before signing."""

    def __init__(self, settings: Settings, key: Path, password_file: Path | None) -> None:
        """Opens the key.

        Args:
            settings: Settings of the town.
            key: Key file.
            password_file: File with its password; None asks for it.

        Raises:
            KeystoreError: The key does not open.
        """
        import httpx2

        from wallets.keystore import open_key

        password = (
            password_file.read_text("utf-8").strip()
            if password_file
            else typer.prompt("密码 Password", hide_input=True, err=True)
        )
        self._signer: LocalSigner = open_key(key, password)
        self._settings = settings
        self._http = httpx2.Client(base_url=portal(settings), timeout=TIMEOUT_SECONDS)

    def sign(
        self, typed_data: dict[str, Any], *, valid_seconds: int = MOST_SECONDS, yes: bool
    ) -> dict[str, Any]:
        """Shows what is to be signed, asks, and signs; gives what the API takes.

        Args:
            typed_data: What the portal gave to sign.
            valid_seconds: How long it may be handed in at the most.
            yes: Whether not to ask.

        Raises:
            UnexpectedMessageError: It is for other contracts than the town's, or for longer.
            DeploymentError: Where the town's contracts are is not known here.
            typer.Abort: The member says no.
        """
        from wallets.show import show

        intent, domain = require_own(self._settings, typed_data, valid_seconds)
        shown = show(typed_data)
        for line in (shown.title, *(f"  {name}: {value}" for name, value in shown.lines)):
            tell(line)
        tell(f"核对八字 compare: {' '.join(shown.words_zh)}  ·  {' '.join(shown.words_en)}")
        if not yes:
            typer.confirm("签名 Sign it?", abort=True, err=True)
        signature = self._signer.sign_intent(intent, domain).signature
        return {"typed_data": typed_data, "signatures": ["0x" + signature.hex()]}

    def versions(self, contract: str) -> list[bytes]:
        """Addresses of all versions of a contract of the town, 20 bytes each.

        Raises:
            DeploymentError: Where the town's contracts are is not known here.
        """
        from gongji.run.configs import deployment

        return [bytes.fromhex(one.address[2:]) for one in deployment(self._settings).versions(contract)]

    def prove(self, member: bytes) -> bytes:
        """Signs that the key is to be a member's.

        Args:
            member: Id of the member, 16 bytes.

        Raises:
            DeploymentError: Where the town's contracts are is not known here.
        """
        from gongji.run.configs import deployment
        from wallets.intents import Domain
        from wallets.possession import prove_possession

        town = deployment(self._settings)
        domain = Domain(contract="Members", chain_id=town.chain_id, address=town.address("Members"))
        return prove_possession(self._signer, member, domain)

    def sign_in(self) -> dict[str, Any]:
        """Opens a session, which later calls carry; what the API says of who signed in.

        Raises:
            UnexpectedMessageError: The portal gave a text that does not sign in there, or more, such as a message to a contract.
            DeploymentError: Where the town's contracts are is not known here.
        """
        text = str(self.call("POST", "/v1/sessions/challenges", {"address": self._signer.address})["text"])
        require_sign_in(self._settings, text, self._signer.address)
        signature = "0x" + self._signer.sign_text(text).hex()
        session = self.call("POST", "/v1/sessions", {"text": text, "signature": signature})
        self._http.headers["x-csrf-token"] = session["csrf_token"]
        return session

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **form: Any) -> dict[str, Any]:
        """What the API answers; empty if it says nothing.

        Args:
            method: Such as "POST".
            path: Path below the portal's address.
            body: What is sent as JSON.
            form: What is sent beside or instead: `params` of a query, or a form's `files`, and `data` for the rest.

        Raises:
            PortalUnreachableError: It does not answer.
            PortalRefusedError: It answers with a problem.
        """
        import httpx2

        try:
            answer = self._http.request(method, path, json=body, **form)
            result: dict[str, Any] = answer.json() if answer.content else {}
        except (httpx2.HTTPError, ValueError) as error:
            raise PortalUnreachableError(str(self._http.base_url), str(error)) from None
        if not answer.is_success:
            raise PortalRefusedError.from_problem(result)
        return result


def get_as(settings: Settings, path: str, key: Path | None, password_file: Path | None, **query: Any) -> Any:
    """What the API answers to whoever's key it is; without a key, what it answers to anybody.

    Args:
        settings: Settings of the town.
        path: Path below the portal's address, such as "/v1/members".
        key: Key file.
        password_file: File with its password; None asks for it.
        query: Query parameters; None is left out.

    Raises:
        PortalRefusedError: The record is somebody else's, or nobody signed in for it.
    """
    if key is None:
        try:
            return get(settings, path, **query)
        except PortalRefusedError as error:
            if error.code != "SessionMissingError":
                raise
            raise PortalRefusedError(error.what, ONLY_SIGNED_IN, ADD_KEY) from None
    reader = KeyHolder(settings, key, password_file)
    reader.sign_in()
    return reader.call("GET", path, params=without_none(query))

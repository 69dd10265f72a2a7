"""Acts for the people of the demo town through the API, as their own browsers would: sign in, sign intents, upload."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address

from contracts.abi import encode_call
from contracts.roles import AuthorityRole
from gongji.errors import PortalRefusedError
from ledger_api.homes import address_of
from ledger_api.intents.receipts import receipt_domain
from wallets.intents import ActOnCall, ApproveProposal, Domain
from wallets.receipt import Receipt

if TYPE_CHECKING:
    import httpx2

    from contracts.deployment import Deployment
    from gongji.town.acts import IntentOf, Order
    from gongji.town.book import Book
    from gongji.town.keyring import Keyring
    from kit.reader import Reader
    from wallets.intents import CallAct, Intent, Proposal
    from wallets.signer import LocalSigner, Signer

VALID_SECONDS = 30 * 86_400
# The chain of the demo answers one question after the other, and a question waits only so long.
SUBMITTED_AT_ONCE = 16


class Desk:
    """A client of the API that has everybody's keys."""

    def __init__(
        self,
        api: httpx2.AsyncClient,
        deployment: Deployment,
        mirror: Reader,
        keyring: Keyring,
        book: Book,
        receipts: LocalSigner,
    ) -> None:
        self._api, self._deployment, self._mirror = api, deployment, mirror
        self._keyring, self._book, self._receipts = keyring, book, receipts
        self._turns = asyncio.Semaphore(SUBMITTED_AT_ONCE)

    async def sign(
        self, by: str, make: IntentOf, key: str, at: int, *, received_at: int | None = None
    ) -> None:
        """Signs an intent and submits it.

        Args:
            by: Who signs.
            make: Makes the intent.
            key: Idempotency key; the nonce follows from it.
            at: When, seconds since 1970.
            received_at: When another portal acknowledged it, seconds since 1970; None if none did.

        Raises:
            PortalRefusedError: The API refuses it.
        """
        nonce = int.from_bytes(sha256(key.encode()).digest(), "big")
        intent = make(self._book, nonce, at + VALID_SECONDS)
        await self._submit(intent, [self._keyring.signer(by)], key, received_at)

    async def sign_for_office(self, way: CallAct, act: Order) -> None:
        """The holder of an office signs that the office does something now, or announces it, and submits that.

        Args:
            way: Which of the two.
            act: What the office does.

        Raises:
            PortalRefusedError: The API refuses it.
        """
        call, office = act.call(self._book), AuthorityRole[act.service.upper()]
        target = await address_of(self._deployment, self._mirror, call)
        data = encode_call(call.contract, call.function, *call.args)

        def intent(_: Book, nonce: int, deadline: int) -> ActOnCall:
            return ActOnCall(
                act=way, office=office, target=bytes.fromhex(target[2:]), data=data, nonce=nonce, deadline=deadline
            )  # fmt: skip

        await self.sign(act.service, intent, act.key, act.at)

    async def approve_together(
        self, approvers: tuple[str, ...], proposal: Proposal, key: str, at: int
    ) -> None:
        """Submits approvals that were collected before."""
        intent = ApproveProposal(proposal=proposal, round=1, deadline=at + VALID_SECONDS)
        await self._submit(intent, [self._keyring.signer(name) for name in approvers], key)

    async def import_statement(self, by: str, bank: int, name: str, content: bytes) -> None:
        """Uploads a bank statement."""
        headers = await self._signed_in(by)
        await self._post(
            "/v1/statements",
            headers=headers,
            data={"bank": str(bank)},
            files={"file": (name, content, "application/xml")},
        )

    async def _submit(
        self, intent: Intent, signers: list[Signer], key: str, received_at: int | None = None
    ) -> None:
        address = await address_of(self._deployment, self._mirror, intent.call(b""))
        domain = Domain(contract=intent.CONTRACT, chain_id=self._deployment.chain_id, address=address)
        signatures = ["0x" + s.sign_intent(intent, domain).signature.hex() for s in signers]
        body = {"typed_data": intent.typed_data(domain), "signatures": signatures}
        if received_at is not None:
            receipt = Receipt(
                digest=intent.digest(domain),
                signer=to_canonical_address(signers[0].address),
                received_at=received_at,
            )
            signature = receipt.sign(self._receipts, receipt_domain(self._deployment))
            body["receipt"] = {"received_at": received_at, "signature": "0x" + signature.hex()}
        async with self._turns:
            await self._post("/v1/intents", json=body, headers={"idempotency-key": f"demo-town/{key}"[:100]})

    async def _signed_in(self, by: str) -> dict[str, str]:
        """Headers of a session. Sessions end long before the next statement of the year comes."""
        signer = self._keyring.signer(by)
        text = (await self._post("/v1/sessions/challenges", json={"address": signer.address}))["text"]
        signature = "0x" + signer.sign_text(text).hex()
        session = await self._post("/v1/sessions", json={"text": text, "signature": signature})
        return {"x-csrf-token": session["csrf_token"]}

    async def _post(self, path: str, **request: Any) -> Any:
        answer = await self._api.post(path, **request)
        if not answer.is_success:
            raise PortalRefusedError.from_problem(answer.json())
        return answer.json()

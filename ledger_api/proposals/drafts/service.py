"""Drafts a request, keeps its approvals, and sends it when the committee's rules are met.

The contract judges: a draft is kept if the chain would take the request now, an approval if the chain would take the
request with it alone. What only many approvals together can break is checked here: one a seat, and enough to be sent.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from eth_utils import to_checksum_address

from indexer.projections.member import keys
from ledger_api.errors import DraftExistsError, DraftSentError, FormerVersionError, NotFoundError
from ledger_api.intents import checking
from ledger_api.intents.drafting import domain_of
from ledger_api.members.queries import keys_of
from ledger_api.paging import cut
from ledger_api.proposals.drafts import queries
from ledger_api.proposals.drafts.counting import carrying, count, shown
from ledger_api.proposals.drafts.drafted import Drafted
from ledger_api.proposals.drafts.nonces import known_left_out, left_out
from ledger_api.proposals.drafts.rules import (
    require_end,
    require_first,
    require_may_send,
    require_of_draft,
    require_passed,
)
from ledger_api.proposals.drafts.schemas import DraftState
from wallets.errors import IntentInvalidError, IntentSignatureInvalidError
from wallets.intents import SubmitProposal
from wallets.signing_key import Verifiers, signing_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from contracts.deployment import Deployment
    from kit.clock import Clock
    from ledger_api.chain import ChainClient
    from ledger_api.mirror import Reading
    from ledger_api.proposals.drafts.schemas import ProposalDraft
    from ledger_api.relayer.outbox import Outbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafts:
    """The drafts of one town, and what may be done with them.

    Attributes:
        app: Engine of the schema `app`.
        outbox: Where commands are accepted.
        chain: Connection to a node.
        deployment: Where the contracts are.
        clock: Seconds since 1970.
    """

    app: AsyncEngine
    outbox: Outbox
    chain: ChainClient
    deployment: Deployment
    clock: Clock

    async def kept(self, proposal_id: bytes) -> Drafted:
        """A draft as it is kept.

        Raises:
            NotFoundError: There is no such draft.
        """
        return await queries.find(self.app, proposal_id)

    async def shown(self, mirror: Reading, draft: Drafted) -> ProposalDraft:
        """A draft as it is shown: without approvals that the chain would leave out, and saying whose those are."""
        now = self.clock()
        left_out = await known_left_out(mirror, self.chain, self.deployment, draft, now)
        counting = {key: signature for key, signature in draft.approvals.items() if key not in left_out}
        return await shown(mirror, replace(draft, approvals=counting), left_out.values(), now)

    async def unsent_page(
        self, mirror: Reading, member: bytes, committees: Collection[int], cursor: str | None, limit: int
    ) -> tuple[list[ProposalDraft], str | None]:
        """Drafts that are not sent, of a member or for some committees, the latest first, and the cursor of those before.

        Args:
            mirror: A snapshot of the mirror.
            member: Who drafted, 16 bytes.
            committees: Their numbers.
            cursor: Where to begin; None with the latest.
            limit: How many are looked at; one that came to the chain otherwise is left out.
        """
        own = [key.key for key in await mirror.versions(keys, keys_of(member))]
        now, after = self.clock(), queries.after(cursor)
        kept = await queries.unsent(self.app, now, committees, own, after=after, limit=limit + 1)
        looked_at, following = cut(kept, limit, queries.draft_cursor)
        drafts = [await self.shown(mirror, draft) for draft in looked_at]
        return [draft for draft in drafts if draft.state is not DraftState.SUBMITTED], following

    async def draft(self, typed_data: Any, signatures: Sequence[bytes]) -> Drafted:
        """Keeps a request that its applicant signed. The same one again gives the draft that is there.

        Raises:
            WalletError: It is no `SubmitProposal`, or not valid; the class says how.
            RuleRefusedError: The chain would not take it.
            DraftExistsError: The request was drafted with another signature.
        """
        checked = checking.check(typed_data, signatures, self.deployment)
        if not isinstance(checked.intent, SubmitProposal):
            raise IntentInvalidError(f"expected SubmitProposal, got {type(checked.intent).__name__}")
        checking.require_home(checked, self._address)
        now = self.clock()
        new = Drafted(
            intent=checked.intent, signer=checked.signers[0], signature=signatures[0], drafted_at=now
        )
        try:
            kept = await queries.find(self.app, new.proposal_id)
        except NotFoundError:
            require_end(checked.intent, now)
            await checking.simulate(self.chain, checked.address, checked.call, now)
            kept = await queries.keep(self.app, new)
        if kept.intent != new.intent:
            raise DraftExistsError(f"expected a new number, got {new.intent.proposal.number}, drafted before")
        return kept

    async def approve(
        self, mirror: Reading, proposal_id: bytes, typed_data: Any, signatures: Sequence[bytes]
    ) -> None:
        """Keeps a member's approval of a draft. The same key's again changes nothing.

        Raises:
            NotFoundError: There is no such draft.
            WalletError: The approval is not valid; the class says how.
            SignaturesInvalidError: It has not exactly one signature.
            ApprovalForeignError: It is of another request.
            ApprovalStaleError: It has another round or deadline.
            DraftSentError: The draft was sent.
            RuleRefusedError: The chain would not take it: the key is no seat's, the time is over, and so on.
            ApprovalRepeatedError: The seat approved with another key.
        """
        draft = await queries.find(self.app, proposal_id)
        checked = checking.check(typed_data, signatures, self.deployment)
        require_of_draft(checked, draft)
        checking.require_home(checked, self._address)
        self._require_current(draft)
        (signer,), now = checked.signers, self.clock()
        if signer in draft.approvals:
            return
        if draft.sent:
            raise DraftSentError(
                f"expected an approval before the draft was sent by {draft.command}, got one after"
            )
        alone = carrying(replace(draft, approvals={signer: signatures[0]}), [signer])
        await checking.simulate(self.chain, checked.address, alone, now)
        await require_first(mirror, draft, signer, now)
        await queries.approve(self.app, proposal_id, signer, signatures[0], now)

    async def take_back(self, mirror: Reading, proposal_id: bytes, member: bytes) -> None:
        """Forgets a member's approval of a draft.

        Args:
            mirror: A snapshot of the mirror.
            proposal_id: 32 bytes.
            member: 16 bytes.

        Raises:
            NotFoundError: There is no such draft, or no approval of the member's.
            DraftSentError: The draft was sent.
        """
        own = [key.key for key in await mirror.versions(keys, keys_of(member))]
        await queries.take_back(self.app, proposal_id, own)

    async def send(self, mirror: Reading, proposal_id: bytes, member: bytes) -> str:
        """Accepts the command that carries a draft with its approvals. Sending again gives the command that is there.

        Args:
            mirror: A snapshot of the mirror.
            proposal_id: 32 bytes.
            member: Who orders it: the applicant or anyone of the committee, 16 bytes.

        Returns:
            Id of the command.

        Raises:
            NotFoundError: There is no such draft.
            SessionForbiddenError: It is for somebody else to order.
            DraftUnapprovedError: The rules are not met; approvals that the chain leaves out for their nonce are forgotten first.
            ChainUnreachableError: More than half of the nodes do not agree on those.
            RuleRefusedError: The chain would not take it.
        """
        while True:
            draft, now = await queries.find(self.app, proposal_id), self.clock()
            self._require_current(draft)
            await require_may_send(mirror, draft, member, now)
            if draft.sent and draft.command:
                return draft.command
            if keys_left_out := await left_out(self.chain, self.deployment, draft):
                # They never count again; without them the draft says by itself what is missing. Another may be first.
                with suppress(DraftSentError, NotFoundError):
                    await queries.take_back(self.app, proposal_id, keys_left_out)
                continue
            counted = await count(mirror, draft, now)
            require_passed(counted)
            call = carrying(draft, counted.signers.values())
            await checking.simulate(self.chain, self._address, call, now)
            # If an approval came or went meanwhile, all is done anew with what is there now.
            if command := await queries.send(self.app, self.outbox, draft, call):
                return command

    @property
    def _address(self) -> str:
        return self.deployment.address(SubmitProposal.CONTRACT)

    def _require_current(self, draft: Drafted) -> None:
        """Makes sure that a draft was signed for the version in force: of one signed before the module was replaced no approval counts.

        Raises:
            FormerVersionError: It was signed for a former one.
        """
        digest = draft.intent.digest(domain_of(self.deployment, SubmitProposal))
        try:
            signer = signing_key(digest, draft.signature, Verifiers.of(self.deployment))
        except IntentSignatureInvalidError:
            signer = ""
        if signer != to_checksum_address(draft.signer):
            raise FormerVersionError(SubmitProposal.CONTRACT, self._address, "a former version")

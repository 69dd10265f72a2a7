"""C03, C04: enough validators sealed each block, and the set of validators changed by their votes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.chain.qbft import ValidatorSet, quorum, signers
from audit.errors import DecodeError
from audit.report.findings import Tally

if TYPE_CHECKING:
    from audit.chain.decoded_block import DecodedBlock
    from audit.chain.qbft import ExtraData
    from audit.evidence.trust import Trust
    from audit.report.findings import Result


class SealChecks:
    """Looks at the seals of each block with the validator set that the blocks before it leave."""

    def __init__(self, trust: Trust) -> None:
        self._set = ValidatorSet(members=set(trust.validators or ()), epoch_blocks=trust.epoch_blocks)
        self._embedded = trust.validators is None
        self._seals = Tally("C03", "每个区块有法定数量的签封", "A quorum of validators sealed each block")
        self._members = Tally("C04", "验证人只因投票而变", "Validators change by votes only")

    def take(self, block: DecodedBlock) -> None:
        """Examines the next block."""
        if block.extra is None:
            return
        found, expected = block.extra.validators, tuple(sorted(self._set.members))
        if not block.block.number:  # whoever wrote the genesis file chose their order
            found = tuple(sorted(found))
        self._members.expect(
            found == expected,
            block.where,
            f"验证者不符 expected validators {_address_list(expected)}, got {_address_list(found)}",
        )
        if block.block.number:
            self._take_seals(block, block.extra)
            self._set.apply(block.block.number, block.header.coinbase, block.extra.vote)

    def results(self) -> list[Result]:
        """C03 and C04."""
        if self._embedded:
            why = "信任文件说明只有一个进程出块，无人签封 the trust file says that one process makes the blocks and nobody seals them"
            return [self._seals.not_applicable(why), self._members.not_applicable(why)]
        return [self._seals.result(), self._members.result()]

    def _take_seals(self, block: DecodedBlock, extra: ExtraData) -> None:
        members = self._set.members
        self._seals.expect(
            block.header.coinbase in members, block.where, "出块者不是验证者 its proposer is not a validator"
        )
        try:
            signed = signers(block.header, extra)
        except DecodeError as error:
            self._seals.fail(block.where, str(error))
            return
        strangers = [s for s in signed if s not in members]
        self._seals.expect(
            not strangers,
            block.where,
            f"签封者不是验证者 sealed by {_address_list(strangers)}, who are not validators",
        )
        twice = len(signed) - len(set(signed))
        self._seals.expect(
            not twice, block.where, f"重复签封 {twice} seals are by a validator that had sealed it"
        )
        needed, got = quorum(len(members)), len(set(signed) & members)
        self._seals.expect(got >= needed, block.where, f"签封不足 expected {needed} seals, got {got}")


def _address_list(addresses: tuple[bytes, ...] | list[bytes]) -> str:
    return ", ".join("0x" + a.hex() for a in addresses) or "none"

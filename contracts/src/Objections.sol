// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ballots} from "./Ballots.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Floors} from "./libraries/Floors.sol";

/// @dev What residents object during the notice, and what is answered: a part of {Rounds}.
abstract contract Objections is Ballots {
    IReceipts private immutable RECEIPTS;

    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) private _objected;

    constructor(ILedger ledger, IMembers members, IFunds funds, ICommittees committees, IReceipts receipts)
        Ballots(ledger, members, funds, committees)
    {
        RECEIPTS = receipts;
    }

    // OBJECTING

    function object(
        Subject calldata subject,
        address key,
        bytes32 statement,
        bytes32 digest,
        IReceipts.Acknowledgement calldata acknowledgement
    ) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        Progress memory progress = _progress[proposalId];
        _requireIn(proposalId, progress, ProposalState.APPROVED);
        bool isLate = block.timestamp >= progress.endsAt;
        if (isLate) _requireAcknowledged(proposalId, progress, acknowledgement);
        if (isLate) RECEIPTS.requireReceipt(digest, key, acknowledgement);
        uint16 fund = Accounts.fundOf(subject.purpose);
        IMembers.Key memory objector = MEMBERS.objectorKeyWithRole(key, IMembers.Role.RESIDENT, fund);
        bytes16 member = objector.member;
        if (objector.validFrom > progress.roundStartedAt) revert ProposalKeyTooNew(proposalId, member);
        if (_objected[proposalId][member]) revert ProposalObjectedAlready(proposalId, member);
        _objected[proposalId][member] = true;
        progress.objections++;
        emit ObjectionRaised(proposalId, member, statement, progress.objections);
        if (isLate) emit ObjectionAcknowledged(proposalId, member, acknowledgement.receivedAt);
        uint32 committee = _committee(subject, progress);
        ICommittees.Tier memory rule = COMMITTEES.tierOf(committee, progress.rulesVersion, progress.tier);
        if (progress.objections == rule.objectionsToSuspend) _suspend(subject, progress);
        _keep(proposalId, progress);
    }

    function answer(Subject calldata subject, bytes32 statement) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        Progress memory progress = _progress[proposalId];
        _requireIn(proposalId, progress, ProposalState.SUSPENDED);
        uint32 committee = _committee(subject, progress);
        ICommittees.Rule memory rule = COMMITTEES.stricterRule(
            committee, subject.amountFen, recentFen(subject), progress.rulesVersion, progress.tier
        );
        _startNextRound(progress, rule, _recusedSeats(proposalId, committee));
        emit ObjectionsAnswered(
            proposalId, statement, progress.round, rule.version, rule.tier, progress.recusals, progress.endsAt
        );
        _decide(subject, progress);
    }

    // PARTS

    /// @dev After the notice: its own receipt, and no later than the grace. Such a time is never one to come.
    function _requireAcknowledged(
        bytes32 proposalId,
        Progress memory progress,
        IReceipts.Acknowledgement calldata acknowledgement
    ) private view {
        (uint32 startedAt, uint32 endsAt) = (progress.approvedAt, progress.endsAt);
        uint48 receivedAt = acknowledgement.receivedAt;
        if (receivedAt == 0) revert ProposalNoticeOver(proposalId, endsAt);
        uint32 graceEndsAt = endsAt + Floors.OBJECTION_GRACE;
        if (block.timestamp >= graceEndsAt) revert ProposalGraceOver(proposalId, graceEndsAt);
        if (receivedAt < startedAt || receivedAt >= endsAt) {
            revert ProposalReceiptNotInNotice(proposalId, receivedAt, startedAt, endsAt);
        }
    }

    function _suspend(Subject calldata subject, Progress memory progress) private {
        emit ProposalSuspended(subject.proposalId);
        _removeApproved(subject, progress);
        progress.state = ProposalState.SUSPENDED;
        if (progress.round >= Floors.MAX_ROUNDS) {
            progress.state = ProposalState.FAILED;
            emit ProposalFailed(subject.proposalId, progress.round);
        }
    }
}

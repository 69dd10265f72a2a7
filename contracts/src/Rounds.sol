// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Objections} from "./Objections.sol";
import {PaymentStates} from "./PaymentStates.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IDisbursements} from "./interfaces/IDisbursements.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {HeldKey} from "./libraries/HeldKey.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {IRounds}.
contract Rounds is Objections, PaymentStates {
    constructor(ILedger ledger, IMembers members, IFunds funds, ICommittees committees, IReceipts receipts)
        Objections(ledger, members, funds, committees, receipts)
    {}

    // VOTING

    function submit(
        Subject calldata subject,
        uint64 number,
        bytes32 documents,
        HeldKey[] calldata keys,
        address first
    ) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        if (_progress[proposalId].round != 0) revert ProposalExists(proposalId);
        ICommittees.Rule memory rule = COMMITTEES.ruleFor(
            subject.committee, subject.amountFen, recentFen(subject)
        );
        uint16 fund = Accounts.fundOf(subject.purpose);
        if (fund != rule.fund) revert ProposalFundMismatch(rule.fund, fund);
        emit ProposalSubmitted(proposalId, _proposal(subject, number, documents), rule.version, rule.tier);
        Progress memory progress;
        progress.round = 1;
        _startRound(progress, rule);
        if (keys.length == 0) _keep(proposalId, progress);
        else _approve(subject, progress, keys, first);
    }

    function approve(Subject calldata subject, HeldKey[] calldata keys, address first) external onlyModule {
        Progress memory progress = _progress[subject.proposalId];
        _requireIn(subject.proposalId, progress, ProposalState.SUBMITTED);
        _approve(subject, progress, keys, first);
    }

    function reject(Subject calldata subject, address key) external onlyModule {
        (Progress memory progress, bytes16 member, uint8 seat, uint16 bit) = _ballot(subject, key);
        if (progress.rejections & bit != 0) revert ProposalVotedAlready(subject.proposalId, member);
        _retract(progress, bit);
        progress.rejections |= bit;
        emit ProposalRejected(subject.proposalId, progress.round, member, seat);
        _decide(subject, progress);
    }

    function retract(Subject calldata subject, address key) external onlyModule {
        (Progress memory progress, bytes16 member, uint8 seat, uint16 bit) = _ballot(subject, key);
        if ((progress.approvals | progress.rejections) & bit == 0) {
            revert ProposalVoteMissing(subject.proposalId, member);
        }
        _retract(progress, bit);
        emit VoteRetracted(subject.proposalId, progress.round, member, seat);
        _decide(subject, progress);
    }

    function recuse(Subject calldata subject, address key) external onlyModule {
        (Progress memory progress, bytes16 member, uint8 seat, uint16 bit) = _ballot(subject, key);
        _retract(progress, bit);
        progress.recusals |= bit;
        _recused[subject.proposalId][member] = true;
        emit MemberRecused(subject.proposalId, member, seat);
        _decide(subject, progress);
    }

    function recordOpinion(Subject calldata subject, address key, bytes32 statement) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        Progress memory progress = _progress[proposalId];
        if (progress.state == ProposalState.NONE) {
            revert ProposalNotIn(proposalId, ProposalState.SUBMITTED, ProposalState.NONE);
        }
        ICommittees.Voter memory voter = COMMITTEES.voterOf(_committee(subject, progress), key);
        if (voter.seat != Seats.SUPERVISOR) revert ProposalSupervisorOnly(proposalId, voter.member);
        emit OpinionRecorded(proposalId, voter.member, statement);
    }

    function withdraw(Subject calldata subject) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        Progress memory progress = _progress[proposalId];
        ProposalState found = _stateNow(progress);
        if (found == ProposalState.NONE || found > ProposalState.SUSPENDED) {
            revert ProposalNotIn(proposalId, ProposalState.SUBMITTED, found);
        }
        _removeApproved(subject, progress);
        progress.state = ProposalState.WITHDRAWN;
        _keep(proposalId, progress);
        emit ProposalWithdrawn(proposalId);
    }

    // READING

    function stateOf(bytes32 proposalId) external view returns (ProposalState) {
        return _stateNow(_progress[proposalId]);
    }

    function roundOf(bytes32 proposalId) external view returns (uint8) {
        return _progress[proposalId].round;
    }

    function committeeNow(Subject calldata subject) external view returns (uint32) {
        return _committee(subject, _progress[subject.proposalId]);
    }

    // PARTS

    function _approve(
        Subject calldata subject,
        Progress memory progress,
        HeldKey[] calldata keys,
        address first
    ) private {
        uint32 committee = _committee(subject, progress);
        uint16 closed = progress.approvals | progress.rejections | progress.recusals | progress.retracted;
        // One that does not count, because its key was ended or its seat has voted since, leaves the others as they are.
        uint16 seats =
            COMMITTEES.seatsSince(committee, keys, progress.roundStartedAt, subject.requester) & ~closed;
        if (seats == 0) _refuse(subject, committee, progress, first);
        progress.approvals |= seats;
        emit ProposalApproved(subject.proposalId, progress.round, seats);
        _decide(subject, progress);
    }

    function _proposal(Subject calldata subject, uint64 number, bytes32 documents)
        private
        pure
        returns (IDisbursements.Proposal memory proposal)
    {
        (proposal.committee, proposal.purpose) = (subject.committee, subject.purpose);
        (proposal.budgetLine, proposal.amountFen) = (subject.budgetLine, subject.amountFen);
        (proposal.number, proposal.requester) = (number, subject.requester);
        (proposal.payee, proposal.documents) = (subject.payee, documents);
    }

    /// @dev Says why a key does not approve.
    function _refuse(Subject calldata subject, uint32 committee, Progress memory progress, address key) private view {
        bytes32 proposalId = subject.proposalId;
        (bytes16 member,, uint16 bit) = _voter(proposalId, committee, progress, key);
        if (member == subject.requester) revert ProposalSelfApproval(proposalId, member);
        if ((progress.approvals | progress.rejections) & bit != 0) revert ProposalVotedAlready(proposalId, member);
        revert ProposalApprovalRetracted(proposalId, member);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Objections} from "./Objections.sol";
import {PaymentStates} from "./PaymentStates.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
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

    function begin(Subject calldata subject) external onlyModule returns (bool, uint16, uint8) {
        bytes32 proposalId = subject.proposalId;
        if (_progress[proposalId].round != 0) return (false, 0, 0);
        ICommittees.Rule memory rule = COMMITTEES.ruleFor(
            subject.committee, subject.amountFen, recentFen(subject)
        );
        uint16 fund = Accounts.fundOf(subject.purpose);
        if (fund != rule.fund) revert ProposalFundMismatch(rule.fund, fund);
        Progress memory progress;
        progress.round = 1;
        _startRound(progress, rule);
        _progress[proposalId] = progress;
        return (true, rule.version, rule.tier);
    }

    function approve(Subject calldata subject, HeldKey[] calldata keys, address first) external onlyModule {
        Progress memory progress = _in(subject.proposalId, ProposalState.SUBMITTED);
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

    function reject(Subject calldata subject, address key) external onlyModule {
        (Progress memory progress, Ballot memory ballot) = _ballot(subject, key);
        if (progress.rejections & ballot.bit != 0) revert ProposalVotedAlready(subject.proposalId, ballot.member);
        _retract(progress, ballot.bit);
        progress.rejections |= ballot.bit;
        emit ProposalRejected(subject.proposalId, progress.round, ballot.member, ballot.seat);
        _decide(subject, progress);
    }

    function retract(Subject calldata subject, address key) external onlyModule {
        (Progress memory progress, Ballot memory ballot) = _ballot(subject, key);
        if ((progress.approvals | progress.rejections) & ballot.bit == 0) {
            revert ProposalVoteMissing(subject.proposalId, ballot.member);
        }
        _retract(progress, ballot.bit);
        emit VoteRetracted(subject.proposalId, progress.round, ballot.member, ballot.seat);
        _decide(subject, progress);
    }

    function recuse(Subject calldata subject, address key) external onlyModule {
        (Progress memory progress, Ballot memory ballot) = _ballot(subject, key);
        _retract(progress, ballot.bit);
        progress.recusals |= ballot.bit;
        _recused[subject.proposalId][ballot.member] = true;
        emit MemberRecused(subject.proposalId, ballot.member, ballot.seat);
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
        _progress[proposalId] = progress;
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

    /// @dev Says why a key does not approve.
    function _refuse(Subject calldata subject, uint32 committee, Progress memory progress, address key) private view {
        bytes32 proposalId = subject.proposalId;
        Ballot memory ballot = _voter(proposalId, committee, progress, key);
        if (ballot.member == subject.requester) revert ProposalSelfApproval(proposalId, ballot.member);
        if ((progress.approvals | progress.rejections) & ballot.bit != 0) {
            revert ProposalVotedAlready(proposalId, ballot.member);
        }
        revert ProposalApprovalRetracted(proposalId, ballot.member);
    }
}

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
import {Seats} from "./libraries/Seats.sol";

/// @dev See {IRounds}.
contract Rounds is Ballots {
    /// @dev One word: until when the payment is to be proven, what bank lines say was paid and has not come back in parts,
    /// and who proved it last. The date is that of the first execution, so that who undoes one wins no time for the proof.
    struct Payment {
        uint32 proofDueAt;
        uint64 paidFen;
        bytes16 prover;
    }

    IReceipts private immutable RECEIPTS;

    mapping(bytes32 proposalId => Payment) public paymentOf;
    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) private _objected;

    constructor(ILedger ledger, IMembers members, IFunds funds, ICommittees committees, IReceipts receipts)
        Ballots(ledger, members, funds, committees)
    {
        RECEIPTS = receipts;
    }

    modifier onlyModule() {
        _requireModule();
        _;
    }

    // VOTING

    function begin(Subject calldata subject) external onlyModule returns (uint16, uint8) {
        bytes32 proposalId = subject.proposalId;
        if (_progress[proposalId].state != ProposalState.NONE) revert ProposalExists(proposalId);
        ICommittees.Rule memory rule = COMMITTEES.ruleFor(
            subject.committee, subject.amountFen, recentFen(subject)
        );
        uint16 fund = Accounts.fundOf(subject.purpose);
        if (fund != rule.fund) revert ProposalFundMismatch(rule.fund, fund);
        Progress memory progress;
        progress.round = 1;
        _startRound(progress, rule);
        _progress[proposalId] = progress;
        return (rule.version, rule.tier);
    }

    function approve(Subject calldata subject, address[] calldata keys) external onlyModule {
        Progress memory progress = _in(subject.proposalId, ProposalState.SUBMITTED);
        uint16 seats = 0;
        for (uint256 i = 0; keys.length > 1 && i < keys.length; i++) {
            // One that does not count, because its key was ended or its seat has voted since, leaves the others as they are.
            try this.seatToApprove(subject, keys[i]) returns (uint16 seat) {
                seats |= seat;
            } catch {}
        }
        if (seats == 0) seats = seatToApprove(subject, keys[0]);
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

    // OBJECTING

    function object(
        Subject calldata subject,
        address key,
        bytes32 statement,
        bytes32 digest,
        IReceipts.Acknowledgement calldata acknowledgement
    ) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        Progress memory progress = _in(proposalId, ProposalState.APPROVED);
        bool isLate = block.timestamp >= progress.endsAt;
        if (isLate) _requireAcknowledged(proposalId, progress, acknowledgement);
        if (isLate) RECEIPTS.requireReceipt(digest, key, acknowledgement);
        uint16 fund = Accounts.fundOf(subject.purpose);
        bytes16 member = MEMBERS.memberWithRole(key, IMembers.Role.RESIDENT, fund);
        if (MEMBERS.keyInForce(key).validFrom > progress.roundStartedAt) revert ProposalKeyTooNew(proposalId, member);
        if (_objected[proposalId][member]) revert ProposalObjectedAlready(proposalId, member);
        _objected[proposalId][member] = true;
        progress.objections++;
        emit ObjectionRaised(proposalId, member, statement, progress.objections);
        if (isLate) emit ObjectionAcknowledged(proposalId, member, acknowledgement.receivedAt);
        uint32 committee = _committee(subject, progress);
        ICommittees.Tier memory rule = COMMITTEES.tierOf(committee, progress.rulesVersion, progress.tier);
        if (progress.objections == rule.objectionsToSuspend) _suspend(subject, progress);
        _progress[proposalId] = progress;
    }

    function answer(Subject calldata subject, bytes32 statement) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        Progress memory progress = _in(proposalId, ProposalState.SUSPENDED);
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

    // CARRYING OUT

    function execute(bytes32 proposalId) external onlyModule returns (uint24) {
        Progress memory progress = _in(proposalId, ProposalState.APPROVED);
        if (block.timestamp < progress.endsAt) revert ProposalNoticeRunning(proposalId, progress.endsAt);
        uint32 graceEndsAt = progress.endsAt + Floors.OBJECTION_GRACE;
        if (block.timestamp < graceEndsAt) revert ProposalGraceRunning(proposalId, graceEndsAt);
        _progress[proposalId].state = ProposalState.EXECUTED;
        return progress.proofSeconds;
    }

    function setPayment(bytes32 proposalId, uint32 proofDueAt, uint64 paidFen, bytes16 prover) external onlyModule {
        paymentOf[proposalId] = Payment({proofDueAt: proofDueAt, paidFen: paidFen, prover: prover});
    }

    function close(bytes32 proposalId) external onlyModule {
        _in(proposalId, ProposalState.EXECUTED);
        _progress[proposalId].state = ProposalState.CLOSED;
    }

    function undo(bytes32 proposalId) external onlyModule {
        _in(proposalId, ProposalState.EXECUTED);
        _progress[proposalId].state = ProposalState.APPROVED;
    }

    function reverse(Subject calldata subject) external onlyModule {
        Progress memory progress = _in(subject.proposalId, ProposalState.CLOSED);
        _removeApproved(subject, progress);
        progress.state = ProposalState.REVERSED;
        _progress[subject.proposalId] = progress;
    }

    // READING

    function stateOf(bytes32 proposalId) external view returns (ProposalState) {
        return _stateNow(_progress[proposalId]);
    }

    function requireState(bytes32 proposalId, ProposalState state) external view {
        _in(proposalId, state);
    }

    function roundOf(bytes32 proposalId) external view returns (uint8) {
        return _progress[proposalId].round;
    }

    function committeeNow(Subject calldata subject) external view returns (uint32) {
        return _committee(subject, _progress[subject.proposalId]);
    }

    function seatToApprove(Subject calldata subject, address key) public view returns (uint16) {
        (Progress memory progress, Ballot memory ballot) = _ballot(subject, key);
        bytes32 proposalId = subject.proposalId;
        if (ballot.member == subject.requester) revert ProposalSelfApproval(proposalId, ballot.member);
        if ((progress.approvals | progress.rejections) & ballot.bit != 0) {
            revert ProposalVotedAlready(proposalId, ballot.member);
        }
        if (progress.retracted & ballot.bit != 0) revert ProposalApprovalRetracted(proposalId, ballot.member);
        return ballot.bit;
    }

    function mayHaveApproved(Subject calldata subject, bytes16 member) external view returns (bool) {
        Progress memory progress = _progress[subject.proposalId];
        ICommittees.Seat memory seat = COMMITTEES.seatOf(_committee(subject, progress), member);
        // A seat that was filled after the round began may hide the one from which its holder approved.
        if (seat.since > progress.roundStartedAt) return true;
        bool hasVote = seat.since != 0 && seat.number != Seats.SUPERVISOR;
        return hasVote && progress.approvals & uint16(1 << seat.number) != 0;
    }

    // PARTS

    function _requireModule() private view {
        if (!LEDGER.isModule(msg.sender)) revert RoundsModuleNotAdmitted(msg.sender);
    }

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

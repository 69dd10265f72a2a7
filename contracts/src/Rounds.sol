// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Floors} from "./libraries/Floors.sol";
import {RecentSum} from "./libraries/RecentSum.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {IRounds}.
contract Rounds is IRounds {
    /// @dev Who takes part in a round, with the bit of the seat.
    struct Ballot {
        bytes16 member;
        uint8 seat;
        uint16 bit;
    }

    /// @dev One word. Four sets of seats have one bit per seat: who approved, who is against, who stays out, and whose
    /// approval was taken back, so that its signature, which everybody has seen, does not count again.
    /// `fundsUp` says how many funds above the purpose's the one is whose committee decides: 0 until the request is referred.
    /// `endsAt` is the end of what runs: the last second of the vote, or the first after the notice.
    /// `approvedAt` is 0 while the amount is not among what was approved lately.
    struct Progress {
        ProposalState state;
        uint8 round;
        uint16 rulesVersion;
        uint8 tier;
        uint8 yesNeeded;
        uint8 fundsUp;
        uint16 approvals;
        uint16 rejections;
        uint16 recusals;
        uint16 retracted;
        uint16 objections;
        uint32 roundStartedAt;
        uint32 endsAt;
        uint24 proofSeconds;
        uint32 approvedAt;
    }

    /// @dev One word: until when the payment is to be proven, and who proved it. The date is that of the first execution,
    /// so that who undoes one wins no time for the proof.
    struct Payment {
        uint32 proofDueAt;
        bytes16 prover;
    }

    uint32 private constant EXECUTION_SECONDS = 90 days;

    ILedger private immutable LEDGER;
    IMembers private immutable MEMBERS;
    IFunds private immutable FUNDS;
    ICommittees private immutable COMMITTEES;
    IReceipts private immutable RECEIPTS;

    mapping(bytes32 proposalId => Progress) private _progress;
    mapping(bytes32 proposalId => Payment) public paymentOf;
    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) private _recused;
    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) private _objected;
    mapping(uint32 budgetLine => RecentSum) private _ofLine;
    mapping(uint16 fund => mapping(bytes16 requester => RecentSum)) private _ofRequester;
    mapping(uint16 fund => mapping(bytes32 payee => RecentSum)) private _ofPayee;

    modifier onlyModule() {
        if (!LEDGER.isModule(msg.sender)) revert RoundsModuleNotAdmitted(msg.sender);
        _;
    }

    constructor(ILedger ledger, IMembers members, IFunds funds, ICommittees committees, IReceipts receipts) {
        LEDGER = ledger;
        MEMBERS = members;
        FUNDS = funds;
        COMMITTEES = committees;
        RECEIPTS = receipts;
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

    function setPayment(bytes32 proposalId, uint32 proofDueAt, bytes16 prover) external onlyModule {
        paymentOf[proposalId] = Payment({proofDueAt: proofDueAt, prover: prover});
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

    function roundOf(bytes32 proposalId) external view returns (uint8) {
        return _progress[proposalId].round;
    }

    function committeeNow(Subject calldata subject) external view returns (uint32) {
        return _committee(subject, _progress[subject.proposalId]);
    }

    function recentFen(Subject calldata subject) public view returns (uint64) {
        (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee) = _sums(subject);
        return uint64(Math.max(ofLine.total(), Math.max(ofRequester.total(), ofPayee.total())));
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

    function _startRound(Progress memory progress, ICommittees.Rule memory rule) private view {
        progress.state = ProposalState.SUBMITTED;
        (progress.rulesVersion, progress.tier, progress.yesNeeded) = (rule.version, rule.tier, rule.yesNeeded);
        progress.roundStartedAt = uint32(block.timestamp);
        progress.endsAt = uint32(block.timestamp) + rule.decideSeconds;
    }

    /// @dev Whatever was voted before is void; who recused stays out.
    function _startNextRound(Progress memory progress, ICommittees.Rule memory rule, uint16 recusals) private view {
        progress.round++;
        progress.recusals = recusals;
        (progress.approvals, progress.rejections, progress.retracted, progress.objections) = (0, 0, 0, 0);
        _startRound(progress, rule);
    }

    /// @dev Committee that decides now: the one that was asked, or that of a fund above. No fund ever gets another parent,
    /// nor another committee.
    function _committee(Subject calldata subject, Progress memory progress) private view returns (uint32) {
        return progress.fundsUp == 0 ? subject.committee : COMMITTEES.committeeOf(_fund(subject, progress));
    }

    /// @dev Fund whose committee decides now.
    function _fund(Subject calldata subject, Progress memory progress) private view returns (uint16 fund) {
        fund = Accounts.fundOf(subject.purpose);
        for (uint8 i = 0; i < progress.fundsUp; i++) {
            fund = FUNDS.parentOf(fund);
        }
    }

    /// @dev Who does something with the own seat in the running round.
    function _ballot(Subject calldata subject, address key)
        private
        view
        returns (Progress memory progress, Ballot memory)
    {
        progress = _in(subject.proposalId, ProposalState.SUBMITTED);
        return (progress, _voter(subject.proposalId, _committee(subject, progress), progress, key));
    }

    /// @dev Who may take part in the running round: a voting seat and a key, both held since before it began, and not
    /// recused.
    function _voter(bytes32 proposalId, uint32 committee, Progress memory progress, address key)
        private
        view
        returns (Ballot memory)
    {
        ICommittees.Voter memory voter = COMMITTEES.voterOf(committee, key);
        if (voter.seat == Seats.SUPERVISOR) revert ProposalSupervisorHasNoVote(proposalId, voter.member);
        if (voter.since > progress.roundStartedAt) revert ProposalSeatTooNew(proposalId, voter.member);
        if (voter.keyValidFrom > progress.roundStartedAt) revert ProposalKeyTooNew(proposalId, voter.member);
        uint16 bit = uint16(1 << voter.seat);
        if (progress.recusals & bit != 0) revert ProposalRecused(proposalId, voter.member);
        return Ballot({member: voter.member, seat: voter.seat, bit: bit});
    }

    function _retract(Progress memory progress, uint16 bit) private pure {
        progress.retracted |= progress.approvals & bit;
        progress.approvals &= ~bit;
        progress.rejections &= ~bit;
    }

    /// @dev Stores the votes with what they decide: the notice begins, or too few are left. Then it fails, unless recusals
    /// alone are why: then the committee of a fund above decides.
    function _decide(Subject calldata subject, Progress memory progress) private {
        uint16 lost = progress.rejections | progress.recusals | progress.retracted;
        // While nobody is lost, too few approvals are told apart without asking.
        if (lost != 0 || Seats.count(progress.approvals) >= progress.yesNeeded) {
            ICommittees.Decision memory decision = COMMITTEES.decide(
                ICommittees.Vote({
                    committee: _committee(subject, progress),
                    rulesVersion: progress.rulesVersion,
                    tier: progress.tier,
                    togetherFen: subject.amountFen + recentFen(subject),
                    approvals: progress.approvals,
                    lost: lost,
                    recusals: progress.recusals
                })
            );
            _followDecision(subject, progress, decision);
        }
        _progress[subject.proposalId] = progress;
    }

    function _followDecision(
        Subject calldata subject,
        Progress memory progress,
        ICommittees.Decision memory decision
    ) private {
        bytes32 proposalId = subject.proposalId;
        if (decision.tier != progress.tier) {
            (progress.tier, progress.yesNeeded) = (decision.tier, decision.yesNeeded);
            emit ProposalTierRaised(proposalId, decision.tier);
        }
        if (decision.outcome == ICommittees.Outcome.PASSED) {
            progress.state = ProposalState.APPROVED;
            progress.endsAt = uint32(block.timestamp) + decision.noticeSeconds;
            progress.proofSeconds = decision.proofSeconds;
            progress.approvedAt = uint32(block.timestamp);
            emit NoticeStarted(proposalId, progress.round, progress.endsAt);
            _addApproved(subject);
        } else if (decision.outcome == ICommittees.Outcome.RECUSED && _refer(subject, progress)) {
            emit ProposalReferred(
                proposalId,
                _committee(subject, progress),
                progress.round,
                progress.rulesVersion,
                progress.tier,
                progress.recusals,
                progress.endsAt
            );
        } else if (decision.outcome != ICommittees.Outcome.OPEN) {
            progress.state = ProposalState.FAILED;
            emit ProposalFailed(proposalId, progress.round);
        }
    }

    /// @dev Begins a new round in the committee of the nearest fund above that can decide: its rules reach the amount, and
    /// its seats suffice without those of members who recused.
    function _refer(Subject calldata subject, Progress memory progress) private view returns (bool) {
        uint16 fund = FUNDS.parentOf(_fund(subject, progress));
        for (uint8 fundsUp = progress.fundsUp + 1; fund != 0; fundsUp++) {
            uint32 committee = COMMITTEES.committeeOf(fund);
            if (committee != 0 && _moveTo(subject, progress, committee)) {
                progress.fundsUp = fundsUp;
                return true;
            }
            fund = FUNDS.parentOf(fund);
        }
        return false;
    }

    /// @dev A committee without rules, or with rules that do not reach the amount, cannot decide.
    function _moveTo(Subject calldata subject, Progress memory progress, uint32 committee) private view returns (bool) {
        try COMMITTEES.ruleFor(committee, subject.amountFen, recentFen(subject)) returns (ICommittees.Rule memory rule) {
            uint16 recusals = _recusedSeats(subject.proposalId, committee);
            if (!COMMITTEES.maySuffice(committee, rule.version, rule.tier, recusals)) return false;
            _startNextRound(progress, rule, recusals);
            return true;
        } catch {
            return false;
        }
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

    function _addApproved(Subject calldata subject) private {
        (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee) = _sums(subject);
        ofLine.add(subject.amountFen);
        ofRequester.add(subject.amountFen);
        ofPayee.add(subject.amountFen);
    }

    function _removeApproved(Subject calldata subject, Progress memory progress) private {
        if (progress.approvedAt == 0) return;
        (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee) = _sums(subject);
        ofLine.remove(subject.amountFen, progress.approvedAt);
        ofRequester.remove(subject.amountFen, progress.approvedAt);
        ofPayee.remove(subject.amountFen, progress.approvedAt);
        progress.approvedAt = 0;
    }

    function _sums(Subject calldata subject)
        private
        view
        returns (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee)
    {
        uint16 fund = Accounts.fundOf(subject.purpose);
        ofLine = _ofLine[subject.budgetLine];
        ofRequester = _ofRequester[fund][subject.requester];
        ofPayee = _ofPayee[fund][subject.payee];
    }

    /// @dev Seats whose last holder stays out. Who takes such a seat afterwards is too new for the round.
    function _recusedSeats(bytes32 proposalId, uint32 committee) private view returns (uint16 seats) {
        bytes16[] memory holders = COMMITTEES.holdersOf(committee);
        for (uint256 i = 0; i < holders.length; i++) {
            if (_recused[proposalId][holders[i]]) seats |= uint16(1 << i);
        }
    }

    function _in(bytes32 proposalId, ProposalState needed) private view returns (Progress memory progress) {
        progress = _progress[proposalId];
        ProposalState found = _stateNow(progress);
        if (found == needed) return progress;
        if (progress.state != needed) revert ProposalNotIn(proposalId, needed, found);
        if (found == ProposalState.FAILED) revert ProposalVoteOver(proposalId, progress.endsAt);
        revert ProposalLapsed(proposalId, progress.endsAt + EXECUTION_SECONDS);
    }

    /// @dev The state at this second: a vote that ran out has failed, and what was not executed in time has lapsed,
    /// suspended or not.
    function _stateNow(Progress memory progress) private view returns (ProposalState) {
        ProposalState state = progress.state;
        if (state == ProposalState.SUBMITTED && block.timestamp > progress.endsAt) return ProposalState.FAILED;
        bool waits = state == ProposalState.APPROVED || state == ProposalState.SUSPENDED;
        return waits && block.timestamp >= progress.endsAt + EXECUTION_SECONDS ? ProposalState.LAPSED : state;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDisbursements} from "./IDisbursements.sol";
import {IReceipts} from "./IReceipts.sol";
import {HeldKey} from "../libraries/HeldKey.sol";

/// @title Rounds: how a committee decides, and residents object
/// @notice Votes of a round pass by the committee's rules, then a public notice runs, and after it a day of grace for
/// objections that a portal acknowledged within the notice; then money may leave. Residents' objections suspend what is approved; it then needs an answer and a new round, one of at most four, and a resident's objection counts once.
/// When recusals alone leave too few seats that could approve, the committee of the nearest fund above that can decide
/// does, by its own rules, in a new round in which no earlier vote counts. Who recused stays out there as well.
/// Approved amounts add up for 30 to 60 days by budget line, by requester and by payee within a fund, so that a large
/// request is judged as one although it comes in parts.
/// @dev The module that takes the signed acts calls here: it proves who acts (a key) and on what (a subject), this
/// contract holds how far the decision has come. Lives beside the ledger, so that what is being decided goes on when
/// the module is replaced.
interface IRounds {
    /// @notice Where a proposal stands.
    /// @dev APPROVED is on notice until the notice ends, may be executed from a day later, and until 90 days after the
    /// notice; then it is LAPSED, and so is what was suspended and not answered by then. A vote that can no longer pass, or whose time is over, is FAILED.
    enum ProposalState {
        NONE,
        SUBMITTED,
        APPROVED,
        SUSPENDED,
        EXECUTED,
        CLOSED,
        WITHDRAWN,
        REVERSED,
        FAILED,
        LAPSED
    }

    /// @notice What is decided upon.
    /// @param proposalId Its id.
    /// @param committee Committee that was asked; it decides unless the request was referred.
    /// @param purpose Purpose that pays.
    /// @param budgetLine Budget line of the purpose.
    /// @param amountFen In fen.
    /// @param requester Member who asks.
    /// @param payee Commitment to who is paid.
    struct Subject {
        bytes32 proposalId;
        uint32 committee;
        uint32 purpose;
        uint32 budgetLine;
        uint64 amountFen;
        bytes16 requester;
        bytes32 payee;
    }

    /// @notice A proposal was submitted. Round 1 of voting begins.
    /// @param proposalId Hash of the proposal.
    /// @param proposal What is asked for.
    /// @param rulesVersion Version of the committee's rules that will judge it.
    /// @param tier Tier of those rules, from 0.
    event ProposalSubmitted(
        bytes32 indexed proposalId, IDisbursements.Proposal proposal, uint16 rulesVersion, uint8 tier
    );

    /// @notice Committee members approved. Their signatures are in the calldata, or one of them sent it.
    /// @param proposalId Hash of the proposal.
    /// @param round Round of voting, from 1.
    /// @param seats Seats that approved now, one bit per seat, seat 0 lowest.
    event ProposalApproved(bytes32 indexed proposalId, uint8 round, uint16 seats);

    /// @notice A committee member voted against it.
    /// @param proposalId Hash of the proposal.
    /// @param round Round of voting, from 1.
    /// @param member Who is against it.
    /// @param seat Number of the member's seat.
    event ProposalRejected(bytes32 indexed proposalId, uint8 round, bytes16 indexed member, uint8 seat);

    /// @notice A committee member took back a vote; an approval taken back does not count again in this round.
    /// @param proposalId Hash of the proposal.
    /// @param round Round of voting, from 1.
    /// @param member Who took it back.
    /// @param seat Number of the member's seat.
    event VoteRetracted(bytes32 indexed proposalId, uint8 round, bytes16 indexed member, uint8 seat);

    /// @notice Recusals left too few seats that could approve: the committee of a fund above decides in a new round.
    /// @param proposalId Hash of the proposal.
    /// @param committee Committee that decides from now on.
    /// @param round The new round.
    /// @param rulesVersion Version of this committee's rules that judge it from now on.
    /// @param tier Tier of those rules, from 0.
    /// @param recusals Seats of this committee whose holders stay out, one bit per seat.
    /// @param voteEndsAt Last second of the new round, seconds since 1970.
    event ProposalReferred(
        bytes32 indexed proposalId,
        uint32 indexed committee,
        uint8 round,
        uint16 rulesVersion,
        uint8 tier,
        uint16 recusals,
        uint48 voteEndsAt
    );

    /// @notice The proposal failed: too few seats are left that could approve it, or its last round was suspended.
    /// @param proposalId Hash of the proposal.
    /// @param round Round of voting, from 1.
    event ProposalFailed(bytes32 indexed proposalId, uint8 round);

    /// @notice A committee member stays out of this decision; a vote given before is void.
    /// @param proposalId Hash of the proposal.
    /// @param member Who recused.
    /// @param seat Number of the member's seat.
    event MemberRecused(bytes32 indexed proposalId, bytes16 indexed member, uint8 seat);

    /// @notice Enough approvals: the public notice begins.
    /// @param proposalId Hash of the proposal.
    /// @param round Round of voting that approved it.
    /// @param noticeEndsAt First second after the notice, seconds since 1970. It may be executed a day later.
    event NoticeStarted(bytes32 indexed proposalId, uint8 round, uint48 noticeEndsAt);

    /// @notice Because of what was approved meanwhile, a higher tier of the same rules judges the proposal.
    /// @param proposalId Hash of the proposal.
    /// @param tier The tier, from 0.
    event ProposalTierRaised(bytes32 indexed proposalId, uint8 tier);

    /// @notice A resident objected during the notice.
    /// @param proposalId Hash of the proposal.
    /// @param member Who objected.
    /// @param statement Commitment to the reasons.
    /// @param objections Objections in this round so far.
    event ObjectionRaised(bytes32 indexed proposalId, bytes16 indexed member, bytes32 statement, uint16 objections);

    /// @notice The objection came after the notice, and counts because a portal acknowledged it within.
    /// @param proposalId Hash of the proposal.
    /// @param member Who objected.
    /// @param receivedAt When it was received, seconds since 1970.
    event ObjectionAcknowledged(bytes32 indexed proposalId, bytes16 indexed member, uint48 receivedAt);

    /// @notice Enough objections: the proposal is suspended until it is answered and approved anew.
    /// @param proposalId Hash of the proposal.
    event ProposalSuspended(bytes32 indexed proposalId);

    /// @notice The objections were answered. A new round of voting begins.
    /// @param proposalId Hash of the proposal.
    /// @param statement Commitment to the answer.
    /// @param round The new round.
    /// @param rulesVersion Version of the committee's rules that judge it from now on.
    /// @param tier Tier of those rules, from 0.
    /// @param recusals Seats whose holders stay out, one bit per seat.
    /// @param voteEndsAt Last second of the new round, seconds since 1970.
    event ObjectionsAnswered(
        bytes32 indexed proposalId,
        bytes32 statement,
        uint8 round,
        uint16 rulesVersion,
        uint8 tier,
        uint16 recusals,
        uint48 voteEndsAt
    );

    /// @notice A supervisor put an opinion on record.
    /// @param proposalId Hash of the proposal.
    /// @param member Who gave it.
    /// @param statement Commitment to the opinion.
    event OpinionRecorded(bytes32 indexed proposalId, bytes16 indexed member, bytes32 statement);

    /// @notice The requester withdrew the proposal.
    /// @param proposalId Hash of the proposal.
    event ProposalWithdrawn(bytes32 indexed proposalId);

    /// @notice The caller is no module of the ledger.
    error RoundsModuleNotAdmitted(address caller);

    /// @notice The proposal is not in the state that this needs.
    error ProposalNotIn(bytes32 proposalId, ProposalState needed, ProposalState found);

    /// @notice The committee decides over another fund than the purpose's.
    error ProposalFundMismatch(uint16 committeeFund, uint16 purposeFund);

    /// @notice The vote on this round ended.
    error ProposalVoteOver(bytes32 proposalId, uint48 endedAt);

    /// @notice The requester may not approve the own proposal.
    error ProposalSelfApproval(bytes32 proposalId, bytes16 member);

    /// @notice The seat was taken after the round began.
    error ProposalSeatTooNew(bytes32 proposalId, bytes16 member);

    /// @notice A supervisor has no vote.
    error ProposalSupervisorHasNoVote(bytes32 proposalId, bytes16 member);

    /// @notice Only a supervisor gives opinions.
    error ProposalSupervisorOnly(bytes32 proposalId, bytes16 member);

    /// @notice The key was added after the round began.
    error ProposalKeyTooNew(bytes32 proposalId, bytes16 member);

    /// @notice The seat voted already in this round.
    error ProposalVotedAlready(bytes32 proposalId, bytes16 member);

    /// @notice The seat took its approval of this round back.
    error ProposalApprovalRetracted(bytes32 proposalId, bytes16 member);

    /// @notice The seat has no vote in this round to take back.
    error ProposalVoteMissing(bytes32 proposalId, bytes16 member);

    /// @notice The seat is recused from this proposal.
    error ProposalRecused(bytes32 proposalId, bytes16 member);

    /// @notice The member objected to this proposal before.
    error ProposalObjectedAlready(bytes32 proposalId, bytes16 member);

    /// @notice The public notice runs until `noticeEndsAt`.
    error ProposalNoticeRunning(bytes32 proposalId, uint48 noticeEndsAt);

    /// @notice The public notice ended, but objections acknowledged within it may arrive until `graceEndsAt`.
    error ProposalGraceRunning(bytes32 proposalId, uint48 graceEndsAt);

    /// @notice The grace ended; an objection comes too late, although it was acknowledged in time.
    error ProposalGraceOver(bytes32 proposalId, uint48 graceEndsAt);

    /// @notice The receipt is dated outside of this notice, from its beginning to its end.
    error ProposalReceiptNotInNotice(
        bytes32 proposalId, uint48 receivedAt, uint48 noticeStartedAt, uint48 noticeEndsAt
    );

    /// @notice The public notice ended; an objection without a receipt comes too late.
    error ProposalNoticeOver(bytes32 proposalId, uint48 noticeEndsAt);

    /// @notice The approval lapsed: it was not executed, nor its objections answered, within 90 days after the notice.
    error ProposalLapsed(bytes32 proposalId, uint48 lapsedAt);

    /// @notice Who asked or approved does not prove the payment.
    error ProposalProverTookPart(bytes32 proposalId, bytes16 member);

    /// @notice Who released the rest of a payment does not take that back alone.
    error ProposalSecondPersonNeeded(bytes32 proposalId, bytes16 member);

    /// @notice A part is more than nothing, less than the whole, and at most what is left: still to be proven, or paid and not
    /// come back. What is proven in parts, or came back in part, is not proven or reversed as a whole.
    error ProposalPartOutOfRange(bytes32 proposalId, uint64 leftFen, uint64 partFen);

    /// @notice A part of the payment came back, or its rest was released: that is taken back before the proof is.
    error ProposalReturnedInPart(bytes32 proposalId);

    /// @notice No rest of this payment was released.
    error ProposalRestNotReleased(bytes32 proposalId);

    /// @notice The same proposal exists. Change its number to ask again.
    error ProposalExists(bytes32 proposalId);

    /// @notice Begins the first round, and approves as `approve` does if keys signed already. For modules, as is all that
    /// follows up to the readings.
    /// @param number Number that people use.
    /// @param documents Commitment to the documents.
    /// @param keys As {IMembers-heldKey} tells them; may be none.
    /// @param first The first key that signed.
    /// @custom:no-act Part of `Disbursements.submit`.
    function submit(
        Subject calldata subject,
        uint64 number,
        bytes32 documents,
        HeldKey[] calldata keys,
        address first
    ) external;

    /// @notice Approves with keys that signed, each of which counts for itself; if none counts, the first one's error is
    /// given.
    /// @param keys As {IMembers-heldKey} tells them.
    /// @param first The key of the first one.
    /// @custom:no-act Part of `Disbursements.approve`.
    function approve(Subject calldata subject, HeldKey[] calldata keys, address first) external;

    /// @notice Votes against it; an approval given before is void.
    /// @custom:no-act Part of `Disbursements.reject`.
    function reject(Subject calldata subject, address key) external;

    /// @notice Takes a vote back.
    /// @custom:no-act Part of `Disbursements.retract`.
    function retract(Subject calldata subject, address key) external;

    /// @notice Stays out for good.
    /// @custom:no-act Part of `Disbursements.recuse`.
    function recuse(Subject calldata subject, address key) external;

    /// @notice Objects during the notice, or in the grace after it with a receipt of the time before.
    /// @param digest What the key signed, or would have.
    /// @param acknowledgement The receipt; without one its time is 0. Within the notice nobody looks at it.
    /// @custom:no-act Part of `Disbursements.object`.
    function object(
        Subject calldata subject,
        address key,
        bytes32 statement,
        bytes32 digest,
        IReceipts.Acknowledgement calldata acknowledgement
    ) external;

    /// @notice Answers the objections: a new round begins.
    /// @custom:no-act Part of `Disbursements.answer`.
    function answer(Subject calldata subject, bytes32 statement) external;

    /// @notice Puts a supervisor's opinion on record.
    /// @custom:no-act Part of `Disbursements.recordOpinion`.
    function recordOpinion(Subject calldata subject, address key, bytes32 statement) external;

    /// @notice Withdraws what is not executed.
    /// @custom:no-act Part of `Disbursements.withdraw`.
    function withdraw(Subject calldata subject) external;

    /// @notice Notes that what was approved is executed, after its notice and the grace for objections.
    /// @return proofDueAt Last second for the proof of payment, seconds since 1970: that of the first execution.
    /// @custom:no-act Part of `Disbursements.execute`.
    function execute(bytes32 proposalId) external returns (uint32 proofDueAt);

    /// @notice Notes that what was approved is executed and its payment proven, by a treasurer who had no part in the decision.
    /// @custom:no-act Part of `Disbursements.executeProven` and `Disbursements.proveJointPayment`.
    function executeProven(Subject calldata subject, bytes16 treasurer) external;

    /// @notice Notes that the payment of what was executed is proven, by a treasurer who had no part in the decision.
    /// @return proofDueAt Until when it was to be, seconds since 1970.
    /// @custom:no-act Part of `Disbursements.provePayment` and `Disbursements.proveJointPayment`.
    function prove(Subject calldata subject, bytes16 treasurer) external returns (uint32 proofDueAt);

    /// @notice Notes that a part of the payment is proven. With the last fen the proposal is closed.
    /// @return proofDueAt Until when the payment was to be proven, seconds since 1970; 0 if something is left to prove.
    /// @custom:no-act Part of `PartPayments.proveInstalment`.
    function proveInstalment(Subject calldata subject, uint64 amountFen, bytes16 treasurer)
        external
        returns (uint32 proofDueAt);

    /// @notice What was executed, and of which nothing is proven, is approved as before; that lapses 90 days after its notice as if
    /// nothing had been.
    /// @return proofDueAt Until when its payment was to be proven, seconds since 1970.
    /// @custom:no-act Part of `Disbursements.reverse`.
    function undo(Subject calldata subject) external returns (uint32 proofDueAt);

    /// @notice Notes that what was paid came back, all of it.
    /// @custom:no-act Part of `Disbursements.reverse`.
    function reverse(Subject calldata subject) external;

    /// @notice A proof of the payment, or of a part of it, counts no more: it is to be proven anew, by the date that it had.
    /// @param amountFen What was proven by it.
    /// @return proofDueAt That date, seconds since 1970.
    /// @return wasClosed Whether the proposal was closed; else its proof was open all the while.
    /// @custom:no-act Part of `PartPayments.reverseProof`.
    function reopen(Subject calldata subject, uint64 amountFen) external returns (uint32 proofDueAt, bool wasClosed);

    /// @notice Notes that a part of the payment came back.
    /// @custom:no-act Part of `PartPayments.recordReturn`.
    function addReturn(Subject calldata subject, uint64 amountFen) external;

    /// @notice Notes that a part did not come back.
    /// @custom:no-act Part of `PartPayments.reverseReturn`.
    function removeReturn(bytes32 proposalId, uint64 amountFen) external;

    /// @notice What is left of a payment in instalments will not be paid: the proposal is closed with less.
    /// @param restFen All that is left, in fen.
    /// @return proofDueAt Until when it was to be proven, seconds since 1970.
    /// @custom:no-act Part of `PartPayments.recordReturn`.
    function releaseRest(Subject calldata subject, uint64 restFen, bytes16 treasurer) external returns (uint32 proofDueAt);

    /// @notice What was left of a payment in instalments will be paid after all, as another says than released it.
    /// @return restFen All that is left, in fen.
    /// @return proofDueAt Until when it is to be proven, seconds since 1970.
    /// @custom:no-act Part of `PartPayments.reverseReturn`.
    function reclaimRest(Subject calldata subject, bytes16 treasurer)
        external
        returns (uint64 restFen, uint32 proofDueAt);

    /// @notice Where a proposal stands at this second; time alone makes it FAILED or LAPSED.
    function stateOf(bytes32 proposalId) external view returns (ProposalState);

    /// @notice How far a payment has come that was not proven at once and whole.
    /// @return proofDueAt Until when it is or was to be proven, seconds since 1970; 0 if it was proven as it was executed.
    /// @return instalmentsFen What was proven in instalments, in fen; 0 if it is or was to be proven as a whole.
    /// @return returnsFen What came back of it in parts, in fen.
    /// @return releasedBy Who released the rest of its instalments (`BankLineUses.person`); 0 if nobody did.
    function paymentOf(bytes32 proposalId)
        external
        view
        returns (uint32 proofDueAt, uint64 instalmentsFen, uint64 returnsFen, bytes8 releasedBy);

    /// @notice The round of voting that runs or ran last, from 1; 0 if there was none.
    function roundOf(bytes32 proposalId) external view returns (uint8);

    /// @notice The committee that decides now: the one that was asked, or that of a fund above to which it was referred.
    function committeeNow(Subject calldata subject) external view returns (uint32);

    /// @notice What the line, the requester or the payee got by approval in this period of 30 days and the one before,
    /// in fen: the largest of the three.
    function recentFen(Subject calldata subject) external view returns (uint64);
}

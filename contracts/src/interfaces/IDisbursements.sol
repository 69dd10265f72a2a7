// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Disbursements: from a request for money to the proof that it was paid
/// @notice submitted -> approved, on public notice -> executed -> closed by proof. Residents' objections suspend an
/// approved proposal; it then needs an answer and a new vote, in at most four rounds, and a resident's objection counts
/// once. What is executed is what was approved, because the id of a proposal is the hash of its content.
/// @dev A proposal's id is its EIP-712 struct hash. An approval is the intent `ApproveProposal` over the whole
/// proposal, its amount once more as text, and the round, which serves as its nonce: one approval per seat,
/// proposal and round; once taken back it counts no more in that round. All other acts are the intent `ActOnProposal`, told apart by their action text. Acts that a
/// proposal's state allows only once use up no nonce: to submit, withdraw, prove a payment and reverse it.
/// A budget line with an overdue proof of payment is blocked: nothing is submitted or executed on it.
/// What is not protected: a quorum of stolen committee keys looks like a decision. Notice and objections remain.
interface IDisbursements is IIntents {
    /// @notice Where a proposal stands.
    /// @dev APPROVED is on notice until the notice ends, and may be executed for 90 days after; then it is LAPSED, and so
    /// is what was suspended and not answered by then. A vote that can no longer pass, or whose time is over, is FAILED.
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

    /// @notice What is asked for. Its hash is its id.
    /// @param committee Committee that decides.
    /// @param purpose Purpose that pays.
    /// @param budgetLine Budget line of the purpose.
    /// @param amountFen In fen, over zero.
    /// @param number Number that people use, such as 20260317.
    /// @param requester Member who asks. May not approve it.
    /// @param payee Commitment to who is paid.
    /// @param documents Commitment to the documents: quotes, contract, invoice.
    /// @custom:field committee id
    /// @custom:field purpose purpose
    /// @custom:field budgetLine id
    /// @custom:field amountFen money
    /// @custom:field number number
    /// @custom:field requester member
    /// @custom:field payee commitment
    /// @custom:field documents document-private
    /// @custom:id proposalId
    struct Proposal {
        uint32 committee;
        uint32 purpose;
        uint32 budgetLine;
        uint64 amountFen;
        uint64 number;
        bytes16 requester;
        bytes32 payee;
        bytes32 documents;
    }

    /// @notice A budget line was opened, or got a new limit.
    /// @param budgetLine Id of the line.
    /// @param purpose Purpose it is part of.
    /// @param limitFen All that may be spent on it, in fen.
    event BudgetLineSet(uint32 indexed budgetLine, uint32 indexed purpose, uint64 limitFen);

    /// @notice A proposal was submitted. Round 1 of voting begins.
    /// @param proposalId Hash of the proposal.
    /// @param proposal What is asked for.
    /// @param rulesVersion Version of the committee's rules that will judge it.
    /// @param tier Tier of those rules, from 0.
    event ProposalSubmitted(bytes32 indexed proposalId, Proposal proposal, uint16 rulesVersion, uint8 tier);

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
    /// @param noticeEndsAt First second at which it may be executed, seconds since 1970.
    event NoticeStarted(bytes32 indexed proposalId, uint8 round, uint48 noticeEndsAt);

    /// @notice A resident objected during the notice.
    /// @param proposalId Hash of the proposal.
    /// @param member Who objected.
    /// @param statement Commitment to the reasons.
    /// @param objections Objections in this round so far.
    event ObjectionRaised(bytes32 indexed proposalId, bytes16 indexed member, bytes32 statement, uint16 objections);

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

    /// @notice The proposal was executed: its amount left the purpose.
    /// @param proposalId Hash of the proposal.
    /// @param amountFen In fen.
    /// @param proofDueAt Last second at which the proof of payment is in time, seconds since 1970.
    event ProposalExecuted(bytes32 indexed proposalId, uint64 amountFen, uint48 proofDueAt);

    /// @notice The payment was proven by a bank line. The proposal is closed.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the outgoing bank line.
    /// @param treasurer Member who attested it.
    event PaymentProven(bytes32 indexed proposalId, bytes32 indexed bankLine, bytes16 treasurer);

    /// @notice The money came back, or was executed by mistake and never left the bank.
    /// @param proposalId Hash of the proposal.
    /// @param incomingBankLine Key of the line that brought it back; zero if no payment was ever proven.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who did it.
    event DisbursementReversed(
        bytes32 indexed proposalId, bytes32 indexed incomingBankLine, bytes32 document, bytes16 treasurer
    );

    /// @notice The proposal is not in the state that this needs.
    error ProposalNotIn(bytes32 proposalId, ProposalState needed, ProposalState found);

    /// @notice The same proposal exists. Change its number to ask again.
    error ProposalExists(bytes32 proposalId);

    /// @notice The signer is not the requester.
    error ProposalNotRequester(bytes32 proposalId, bytes16 member);

    /// @notice The amount is zero.
    error ProposalAmountZero();

    /// @notice The committee decides over another fund than the purpose's.
    error ProposalFundMismatch(uint16 committeeFund, uint16 purposeFund);

    /// @notice The budget line is not of this purpose, or unknown.
    error BudgetLineNotInPurpose(uint32 budgetLine, uint32 purpose);

    /// @notice The limit is below what was spent, or the line belongs to another purpose.
    error BudgetLineInvalid(uint32 budgetLine);

    /// @notice The amount is above what the budget line has left.
    error BudgetLineExceeded(uint32 budgetLine, uint64 leftFen, uint64 amountFen);

    /// @notice A proof of payment on this budget line is overdue, or three are still to come.
    error BudgetLineBlocked(uint32 budgetLine);

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

    /// @notice The public notice ended; an objection comes too late.
    error ProposalNoticeOver(bytes32 proposalId, uint48 noticeEndsAt);

    /// @notice The approval lapsed: it was not executed, nor its objections answered, within 90 days after the notice.
    error ProposalLapsed(bytes32 proposalId, uint48 lapsedAt);

    /// @notice A proven payment is reversed only by the bank line that brought the money back.
    error ProposalReversalNeedsBankLine(bytes32 proposalId);

    /// @notice Opens a budget line or changes its limit.
    /// @custom:act SetBudgetLine
    /// @custom:action 设定预算项 Set a budget line
    /// @custom:notice-zh 设立一个预算项，或改它的额度。
    /// @custom:by steward
    /// @custom:field budgetLine id
    /// @custom:field purpose purpose
    /// @custom:field limitFen money
    /// @custom:emits BudgetLineSet
    /// @custom:undo SetBudgetLine
    function setBudgetLine(uint32 budgetLine, uint32 purpose, uint64 limitFen) external;

    /// @notice Submits a proposal.
    /// @custom:act SubmitProposal
    /// @custom:message SubmitProposal(string action,string amount,Proposal proposal,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 申请拨款 Ask for money
    /// @custom:notice-zh 提交一项拨款申请，由管委会表决。
    /// @custom:by requester of proposal
    /// @custom:field proposal record
    /// @custom:field authorization authorization
    /// @custom:emits ProposalSubmitted
    /// @custom:undo WithdrawProposal
    function submit(Proposal calldata proposal, Authorization calldata authorization) external;

    /// @notice Submits a proposal together with approvals collected before. As `submit`, then `approve`.
    /// @custom:no-act `submit`, then `approve`, in one call.
    function submitApproved(
        Proposal calldata proposal,
        Authorization calldata authorization,
        uint48 deadline,
        bytes[] calldata signatures
    ) external;

    /// @notice Approves a proposal.
    /// @param deadline Last second at which the signatures may arrive; the same in all of them.
    /// @param signatures 65 bytes each, in any order; empty for a direct call.
    /// @custom:act ApproveProposal
    /// @custom:message ApproveProposal(string action,string amount,Proposal proposal,uint8 round,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 批准付款 Approve the payment
    /// @custom:notice-zh 以管委会委员的身份批准一项拨款申请。
    /// @custom:by seat of proposal
    /// @custom:field proposal record
    /// @custom:field deadline date
    /// @custom:field signatures signatures
    /// @custom:field round number
    /// @custom:emits ProposalApproved NoticeStarted ProposalFailed
    /// @custom:undo RetractVote
    function approve(Proposal calldata proposal, uint48 deadline, bytes[] calldata signatures) external;

    /// @notice Votes against a proposal; an approval given before is void.
    /// @custom:act RejectProposal
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 反对付款 Vote against the payment
    /// @custom:notice-zh 以管委会委员的身份反对一项拨款申请。
    /// @custom:by seat of proposal
    /// @custom:field proposal record
    /// @custom:field authorization authorization
    /// @custom:emits ProposalRejected NoticeStarted ProposalFailed
    /// @custom:undo RetractVote
    function reject(Proposal calldata proposal, Authorization calldata authorization) external;

    /// @notice Takes back a vote while the round runs.
    /// @custom:act RetractVote
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 收回表决 Take back my vote
    /// @custom:notice-zh 表决期内收回自己的同意或反对；收回的同意这一轮不能再给。
    /// @custom:by seat of proposal
    /// @custom:field proposal record
    /// @custom:field authorization authorization
    /// @custom:emits VoteRetracted NoticeStarted ProposalFailed
    /// @custom:undo none
    function retract(Proposal calldata proposal, Authorization calldata authorization) external;

    /// @notice Stays out of the decision, for good, whatever seat the member may hold later.
    /// @custom:act Recuse
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 声明回避 Recuse myself from the decision
    /// @custom:notice-zh 声明自己与申请有关，退出这次表决，不能反悔。
    /// @custom:by seat of proposal
    /// @custom:field proposal record
    /// @custom:field authorization authorization
    /// @custom:emits MemberRecused NoticeStarted ProposalFailed
    /// @custom:undo none
    function recuse(Proposal calldata proposal, Authorization calldata authorization) external;

    /// @notice Objects during the notice.
    /// @custom:act Object
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 提出异议 Object to the payment
    /// @custom:notice-zh 在公示期里对一项拨款提出异议。
    /// @custom:by resident of proposal
    /// @custom:field proposal record
    /// @custom:field statement document-public
    /// @custom:field authorization authorization
    /// @custom:emits ObjectionRaised ProposalSuspended ProposalFailed
    /// @custom:undo none
    function object(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external;

    /// @notice Answers objections and asks for a new vote.
    /// @custom:act Answer
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 答复异议 Answer the objections
    /// @custom:notice-zh 答复提出的异议，并请管委会重新表决。
    /// @custom:by requester of proposal
    /// @custom:field proposal record
    /// @custom:field statement document-public
    /// @custom:field authorization authorization
    /// @custom:emits ObjectionsAnswered
    /// @custom:undo none
    function answer(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external;

    /// @notice Puts an opinion on record.
    /// @custom:act GiveOpinion
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 提出监督意见 Give an opinion as supervisor
    /// @custom:notice-zh 把监督人的意见记录在案。
    /// @custom:by supervisor of proposal
    /// @custom:field proposal record
    /// @custom:field statement document-public
    /// @custom:field authorization authorization
    /// @custom:emits OpinionRecorded
    /// @custom:undo none
    function recordOpinion(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external;

    /// @notice Withdraws a proposal not yet executed.
    /// @custom:act WithdrawProposal
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤回申请 Withdraw the request
    /// @custom:notice-zh 撤回还没有拨款的申请。
    /// @custom:by requester of proposal
    /// @custom:field proposal record
    /// @custom:field authorization authorization
    /// @custom:emits ProposalWithdrawn
    /// @custom:undo none
    function withdraw(Proposal calldata proposal, Authorization calldata authorization) external;

    /// @notice Executes an approved proposal after its notice.
    /// @custom:act ExecuteProposal
    /// @custom:action 拨款 Release the money
    /// @custom:notice-zh 公示期过后，按批准的申请拨款。
    /// @custom:by anyone
    /// @custom:field proposal record
    /// @custom:emits ProposalExecuted Transferred
    /// @custom:undo ReverseDisbursement
    function execute(Proposal calldata proposal) external;

    /// @notice Proves the payment.
    /// @param bankLine Key of the outgoing bank line, used once.
    /// @custom:act ProvePayment
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 提交付款凭证 Prove the payment
    /// @custom:notice-zh 用银行流水证明款项已经付出。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-out
    /// @custom:field authorization authorization
    /// @custom:emits PaymentProven
    /// @custom:undo ReverseDisbursement
    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external;

    /// @notice Executes and proves in one step, when the bank line is already there.
    /// @param bankLine Key of the outgoing bank line, used once.
    /// @custom:act ExecuteProven
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 付款并交凭证 Pay and prove the payment
    /// @custom:notice-zh 银行已经付款时，拨款和凭证一步办完。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-out
    /// @custom:field authorization authorization
    /// @custom:emits ProposalExecuted PaymentProven Transferred
    /// @custom:undo ReverseDisbursement
    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external;

    /// @notice Reverses an executed proposal by a linked transfer.
    /// @param incomingBankLine Line that brought the money back; zero only if no payment was proven.
    /// @custom:act ReverseDisbursement
    /// @custom:message ReverseDisbursement(string action,string amount,Proposal proposal,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤销付款 Reverse a payment
    /// @custom:notice-zh 用一笔相反的记录撤销一笔拨款。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits DisbursementReversed Transferred
    /// @custom:undo none
    function reverse(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Id of a proposal.
    function idOf(Proposal calldata proposal) external pure returns (bytes32);

    /// @notice Where a proposal stands at this second; time alone makes it FAILED or LAPSED.
    function stateOf(bytes32 proposalId) external view returns (ProposalState);

    /// @notice What a budget line may spend and has spent, in fen, and whether it is blocked now.
    function budgetLineRecord(uint32 budgetLine)
        external
        view
        returns (uint32 purpose, uint64 limitFen, uint64 spentFen, bool blocked);
}

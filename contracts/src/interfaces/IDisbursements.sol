// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";
import {IReceipts} from "./IReceipts.sol";

/// @title Disbursements: from a request for money to the proof that it was paid
/// @notice submitted -> approved, on public notice -> executed -> closed by proof. Residents' objections suspend an
/// approved proposal; it then needs an answer and a new vote, in at most four rounds, and a resident's objection counts
/// once. What is executed is what was approved, because the id of a proposal is the hash of its content.
/// @dev A proposal's id is its EIP-712 struct hash. An approval is the intent `ApproveProposal` over the whole
/// proposal, its amount once more as text, and the round: one approval per seat, proposal and round; once taken back it
/// counts no more in that round. Its nonce is keccak256(abi.encode(proposalId, round)): approving does not use it up, but a
/// signer who burns it ({IMembers-cancelIntent}) calls back what nobody has carried yet. Of several approvals sent together
/// each counts for itself. All other acts are the intent `ActOnProposal`, told apart by their action text.
/// Amounts that the same line, requester or payee got lately add up ({IRounds}): the tier is the one that reaches all.
/// Who asks does not approve, who asks or approves does not prove, and who proves does not take back.
/// What is not protected: a quorum of stolen committee keys looks like a decision. Notice and objections remain.
interface IDisbursements is IIntents {
    /// @notice What is asked for. Its hash is its id.
    /// @param committee Committee that is asked, of the purpose's fund. If its recusals leave too few seats, that of a fund
    /// above decides ({IRounds}).
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

    /// @notice One bank line paid several proposals, and closes each of them: the events of their proofs follow.
    /// @param bankLine Key of the outgoing bank line.
    /// @param totalFen What it paid: the sum of their amounts, in fen.
    /// @param requests How many they are.
    /// @param treasurer Member who attested it.
    event JointPaymentProven(bytes32 indexed bankLine, uint64 totalFen, uint32 requests, bytes16 treasurer);

    /// @notice The money came back, and the proposal is reversed; or it was executed and never left the bank, and the proposal
    /// is approved as before: it may be executed anew, or withdrawn.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the line that had paid it, or a part of it; zero if no payment was proven.
    /// @param incomingBankLine Key of the line that brought it back; zero if no payment was proven.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who did it; if a payment was proven, not the one who had proved it by `bankLine`.
    event DisbursementReversed(
        bytes32 indexed proposalId,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice The signer is not the requester.
    error ProposalNotRequester(bytes32 proposalId, bytes16 member);

    /// @notice The amount is zero.
    error ProposalAmountZero();

    /// @notice A proven payment is reversed only by the bank line that brought the money back, and the one that had paid it.
    error ProposalReversalNeedsBankLine(bytes32 proposalId);

    /// @notice One line for one request is no joint payment: it has an act of its own.
    error JointPaymentOfOne();

    /// @notice Requests that one line pays are of one fund.
    error JointPaymentOfSeveralFunds(uint16 fund, uint16 other);

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

    /// @notice Submits a proposal together with approvals collected before. As `submit`, unless somebody has submitted it
    /// since, then `approve`.
    /// @custom:no-act `submit`, then `approve`, in one call.
    function submitApproved(
        Proposal calldata proposal,
        Authorization calldata authorization,
        uint48 deadline,
        bytes[] calldata signatures
    ) external;

    /// @notice Approves a proposal. A signature that does not count leaves the others as they are; if none counts, the
    /// first one's error is given.
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
    /// @custom:emits ProposalApproved ProposalTierRaised NoticeStarted ProposalReferred ProposalFailed
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
    /// @custom:emits ProposalRejected ProposalTierRaised NoticeStarted ProposalReferred ProposalFailed
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
    /// @custom:emits VoteRetracted ProposalTierRaised NoticeStarted ProposalReferred ProposalFailed
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
    /// @custom:emits MemberRecused ProposalTierRaised NoticeStarted ProposalReferred ProposalFailed
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
    /// @custom:desk OBJECTIONS
    /// @custom:emits ObjectionRaised ObjectionAcknowledged ProposalSuspended ProposalFailed
    /// @custom:undo none
    function object(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external;

    /// @notice As `object`, with the receipt of a portal, which makes it count within a day after the notice, too.
    /// @custom:no-act `object`, however late it is carried.
    function objectAcknowledged(
        Proposal calldata proposal,
        bytes32 statement,
        Authorization calldata authorization,
        IReceipts.Acknowledgement calldata acknowledgement
    ) external;

    /// @notice Answers objections and asks for a new vote.
    /// @custom:act Answer
    /// @custom:message ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 答复异议 Answer the objections
    /// @custom:notice-zh 答复提出的异议，并请管委会重新表决。
    /// @custom:by requester of proposal
    /// @custom:field proposal record
    /// @custom:field statement document-public
    /// @custom:field authorization authorization
    /// @custom:emits ObjectionsAnswered ProposalTierRaised NoticeStarted ProposalReferred ProposalFailed
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

    /// @notice Executes an approved proposal after its notice and the day of grace for objections.
    /// @custom:act ExecuteProposal
    /// @custom:action 拨款 Release the money
    /// @custom:notice-zh 公示期和之后一天的宽限期过后，按批准的申请拨款。
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
    /// @custom:undo ReverseProof
    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external;

    /// @notice Executes and proves in one step, when the bank line is already there. Needs none of the three places for
    /// proofs to come.
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
    /// @custom:undo ReverseProof
    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external;

    /// @notice Proves by one bank line the payment of several requests of a fund, each whole, and executes those that are not
    /// executed yet. The line paid the sum of their amounts.
    /// @dev That they have one payee only the bank's statement and the commitments say: the auditor compares.
    /// @param proposals The requests: at least two, each executed or to be executed now.
    /// @param bankLine Key of the outgoing bank line, used once.
    /// @custom:act ProveJointPayment
    /// @custom:message ProveJointPayment(string action,string total,uint64 totalFen,Proposal[] proposals,bytes32 bankLine,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 合并付款并交凭证 Prove one payment of several requests
    /// @custom:notice-zh 银行一笔付了同一收款方的几项申请：金额合计就是这笔流水，每项申请一起结案。
    /// @custom:by treasurer of proposals
    /// @custom:field proposals list
    /// @custom:field bankLine bank-line-out
    /// @custom:field authorization authorization
    /// @custom:emits JointPaymentProven PaymentProven ProposalExecuted Transferred
    /// @custom:undo ReverseProof
    function proveJointPayment(
        Proposal[] calldata proposals,
        bytes32 bankLine,
        Authorization calldata authorization
    ) external;

    /// @notice Reverses an executed proposal by a linked transfer: for good if the money was paid and came back, else it is
    /// approved as before and only its requester can withdraw it. The date for the proof stays: past it, the proposal is
    /// paid only with its proof. What was proven and did not come back is taken back by `PartPayments.reverseProof`.
    /// @param bankLine Line that had paid, proven by another treasurer; zero if no payment was proven.
    /// @param incomingBankLine Line that brought the money back, used once; zero if no payment was proven.
    /// @custom:act ReverseDisbursement
    /// @custom:message ReverseDisbursement(string action,string amount,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤销付款 Reverse a payment
    /// @custom:notice-zh 用一笔相反的记录撤销一笔拨款。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-recorded?
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits DisbursementReversed Transferred
    /// @custom:undo ExecuteProposal
    function reverse(
        Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Id of a proposal.
    function idOf(Proposal calldata proposal) external pure returns (bytes32);
}

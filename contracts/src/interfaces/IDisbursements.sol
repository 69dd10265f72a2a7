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

    /// @notice A proposal was submitted. Round 1 of voting begins.
    /// @param proposalId Hash of the proposal.
    /// @param proposal What is asked for.
    /// @param rulesVersion Version of the committee's rules that will judge it.
    /// @param tier Tier of those rules, from 0.
    event ProposalSubmitted(bytes32 indexed proposalId, Proposal proposal, uint16 rulesVersion, uint8 tier);

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

    /// @notice The money came back, and the proposal is reversed; or it was executed and never left the bank, and the proposal
    /// is approved as before: it may be executed anew, or withdrawn.
    /// @param proposalId Hash of the proposal.
    /// @param incomingBankLine Key of the line that brought it back; zero if no payment was proven.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who did it.
    event DisbursementReversed(
        bytes32 indexed proposalId, bytes32 indexed incomingBankLine, bytes32 document, bytes16 treasurer
    );

    /// @notice A part of a proven payment came back, such as what was paid too much, or the payment less the bank's fee. The
    /// request stays paid for the rest.
    /// @param proposalId Hash of the proposal.
    /// @param incomingBankLine Key of the line that brought it back; zero if it was left of a payment in instalments, and is not
    /// paid.
    /// @param amountFen What came back, in fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who attested it, not the one who had proved the payment.
    event PaymentReturned(
        bytes32 indexed proposalId,
        bytes32 indexed incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice A part of the payment was proven by a bank line. With the last part the proposal is closed.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the outgoing bank line.
    /// @param amountFen In fen.
    /// @param treasurer Member who attested it.
    event InstalmentProven(
        bytes32 indexed proposalId, bytes32 indexed bankLine, uint64 amountFen, bytes16 treasurer
    );

    /// @notice A part of the payment came back before the last one was proven, or was recorded by mistake. It is to be proven
    /// anew.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the line of the instalment.
    /// @param incomingBankLine Key of the line that brought it back; zero if it was recorded by mistake.
    /// @param amountFen In fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had proved it.
    event InstalmentReversed(
        bytes32 indexed proposalId,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice That a part came back was recorded by mistake.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the line, which is free again.
    /// @param amountFen What was recorded, in fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had recorded it.
    event ReturnReversed(
        bytes32 indexed proposalId, bytes32 indexed bankLine, uint64 amountFen, bytes32 document, bytes16 treasurer
    );

    /// @notice The signer is not the requester.
    error ProposalNotRequester(bytes32 proposalId, bytes16 member);

    /// @notice The amount is zero.
    error ProposalAmountZero();

    /// @notice Who asked or approved does not prove the payment.
    error ProposalProverTookPart(bytes32 proposalId, bytes16 member);

    /// @notice Another treasurer than the one who proved the payment says that it came back.
    error ProposalSecondPersonNeeded(bytes32 proposalId, bytes16 member);

    /// @notice A proven payment is reversed only by the bank line that brought the money back.
    error ProposalReversalNeedsBankLine(bytes32 proposalId);

    /// @notice A part is more than nothing, less than the whole, and at most what is left: still to be proven, or paid and not
    /// come back. What is proven in parts, or came back in part, is not proven or reversed as a whole.
    error ProposalPartOutOfRange(bytes32 proposalId, uint64 leftFen, uint64 partFen);

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
    /// @custom:undo ReverseDisbursement
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
    /// @custom:undo ReverseDisbursement
    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external;

    /// @notice Reverses an executed proposal by a linked transfer: for good if the money was paid and came back, else it is
    /// approved as before and only its requester can withdraw it. The date for the proof stays: past it, the proposal is
    /// paid only with its proof.
    /// @param incomingBankLine Line that brought the money back; zero if no payment was proven.
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
    /// @custom:undo ExecuteProposal
    function reverse(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Records that a part of a proven payment came back: it returns to the purpose and its budget line. By another
    /// treasurer than proved the payment. Over all returns at most what was paid. Or that what is left of a payment in
    /// instalments will not be paid: then the request is closed with less.
    /// @dev What was approved counts whole among what line, requester and payee got lately, for it was decided. Nobody but
    /// the bank's statement says how much came back: the API and the auditor compare.
    /// @param incomingBankLine Line that brought it back, used once; zero if it was never paid, and then the amount is all that
    /// is left.
    /// @param amountFen What came back, in fen; less than was approved.
    /// @custom:act RecordReturn
    /// @custom:message RecordReturn(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 记录部分退款 Record a partial return
    /// @custom:notice-zh 一笔已付的拨款退回了一部分，或者扣了手续费退回：退回的钱回到用途和预算项，其余照旧算付出。分期付款剩下的不再付了，也记在这里。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field amountFen money
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits PaymentReturned Transferred
    /// @custom:undo ReverseReturn
    function recordReturn(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Takes back by a linked transfer that a part of a payment came back, which was recorded by mistake. Not by the
    /// treasurer who recorded it, and only while purpose and budget line still have it.
    /// @dev There is no line by which the money would leave again: what leaves needs a request.
    /// @param bankLine Line that was recorded; it is free again.
    /// @custom:act ReverseReturn
    /// @custom:message ReverseReturn(string action,Proposal proposal,bytes32 bankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤销部分退款 Reverse a partial return
    /// @custom:notice-zh 部分退款记错了，由另一位出纳撤销。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits ReturnReversed Transferred
    /// @custom:undo RecordReturn
    function reverseReturn(
        Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Proves a part of the payment of an executed proposal. With the last part the proposal is closed; until then its
    /// proof stays open, and its date the same. By a treasurer who neither asked nor approved.
    /// @param bankLine Key of the outgoing bank line, used once.
    /// @param amountFen What the line paid, in fen; less than the whole, at most what is left to prove.
    /// @custom:act ProveInstalment
    /// @custom:message ProveInstalment(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 bankLine,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 提交一期付款凭证 Prove an instalment
    /// @custom:notice-zh 一笔拨款分几次付：用银行流水证明付了其中一期。付清了才结案，凭证期限不变。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-out
    /// @custom:field amountFen money
    /// @custom:field authorization authorization
    /// @custom:emits InstalmentProven
    /// @custom:undo ReverseInstalment
    function proveInstalment(
        Proposal calldata proposal,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external;

    /// @notice Takes back that an instalment was paid, while the proposal is not closed. Not by the treasurer who proved it.
    /// @param bankLine Line that was recorded.
    /// @param incomingBankLine Line that brought the money back, used once; zero if the instalment was recorded by mistake, and
    /// then the line is free again.
    /// @custom:act ReverseInstalment
    /// @custom:message ReverseInstalment(string action,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤销一期付款 Reverse an instalment
    /// @custom:notice-zh 一期付款退回来了，或者记错了，由另一位出纳撤销；这一期还要再付。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits InstalmentReversed
    /// @custom:undo ProveInstalment
    function reverseInstalment(
        Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Id of a proposal.
    function idOf(Proposal calldata proposal) external pure returns (bytes32);
}

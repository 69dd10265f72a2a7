// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDisbursements} from "./IDisbursements.sol";
import {IIntents} from "./IIntents.sol";

/// @title PartPayments: payments in parts, what came back of a payment, and proofs that are taken back
/// @notice A request is paid in instalments; a part of a payment comes back, from whom it was paid to or from a worker; the rest of
/// instalments is not paid; a proof was a mistake. Each is taken back by another person than recorded it, and what was paid, spent and
/// is still to be proven is then as it was before.
/// @dev Holds nothing: which line paid what, and who said so, is kept by {IFunds}, how far a request is paid by {IRounds}, whose
/// wages a line paid by {IEnterprises}, so that a new version goes on where this one ends.
/// Who says that money came back names the line that had paid, and is another than who proved that line.
/// What is not protected: that lines exist and amount to what is signed. The bank's statement says it; the API and the auditor
/// compare.
interface IPartPayments is IIntents {
    /// @notice A part of the payment was proven by a bank line. With the last part the proposal is closed.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the outgoing bank line.
    /// @param amountFen In fen.
    /// @param treasurer Member who attested it.
    event InstalmentProven(
        bytes32 indexed proposalId, bytes32 indexed bankLine, uint64 amountFen, bytes16 treasurer
    );

    /// @notice A proof of the payment, or of a part of it, was taken back: the transfer came back, or the line had not paid it. It is to
    /// be proven anew, by the same date, and a closed proposal is open again.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the line of the proof.
    /// @param incomingBankLine Key of the line that brought the money back; zero if it was proven by mistake.
    /// @param amountFen What the line had proven of this proposal, in fen.
    /// @param lineFree Whether the line may be used anew: after a mistake, and if it was a joint payment, of every part of it.
    /// @param proofDueAt Last second at which it is to be proven, seconds since 1970.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had proved it.
    event ProofReversed(
        bytes32 indexed proposalId,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        uint64 amountFen,
        bool lineFree,
        uint48 proofDueAt,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice A part of a proven payment came back, such as what was paid too much, or the payment less the bank's fee. The
    /// request stays paid for the rest.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the line that had paid it, or a part of it.
    /// @param incomingBankLine Key of the line that brought it back; zero if it was left of a payment in instalments, and is not
    /// paid.
    /// @param amountFen What came back, in fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who attested it, not the one who had proved the payment by `bankLine`.
    event PaymentReturned(
        bytes32 indexed proposalId,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice That a part came back was recorded by mistake; or what was left of a payment in instalments will be paid after all,
    /// and the proposal is open again.
    /// @param proposalId Hash of the proposal.
    /// @param bankLine Key of the line, which is free again; zero for what was left.
    /// @param amountFen What was recorded, in fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had recorded it.
    event ReturnReversed(
        bytes32 indexed proposalId, bytes32 indexed bankLine, uint64 amountFen, bytes32 document, bytes16 treasurer
    );

    /// @notice A part of a payment of wages came back: the enterprise owes it again.
    /// @param enterprise Id of the enterprise.
    /// @param bankLine Key of the line that had paid the worker.
    /// @param incomingBankLine Key of the line that brought it back.
    /// @param worker Member who was paid.
    /// @param amountFen What came back, in fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who attested it, not the one who had recorded the payment.
    event WageReturned(
        uint32 indexed enterprise,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        bytes16 worker,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice That a part of a payment of wages came back was recorded by mistake.
    /// @param enterprise Id of the enterprise.
    /// @param bankLine Key of the line that had paid the worker.
    /// @param incomingBankLine Key of the line that was recorded; it is free again.
    /// @param worker Member who was paid.
    /// @param amountFen What was recorded, in fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had recorded it.
    event WageReturnReversed(
        uint32 indexed enterprise,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        bytes16 worker,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

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
    /// @custom:undo ReverseProof
    function proveInstalment(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external;

    /// @notice Takes back the proof of a payment, of an instalment, or of a request's part of a joint payment. Not by the treasurer
    /// who proved it. The request is then open again, with the date for its proof that it had; what was proven as it was
    /// executed gets that of an execution in the first possible second. So its budget line may be blocked at once, and needs a place
    /// among its proofs to come.
    /// @param bankLine Line of the proof.
    /// @param incomingBankLine Line that brought the money back, used once; zero if it was proven by mistake, and then the line is
    /// free again.
    /// @custom:act ReverseProof
    /// @custom:message ReverseProof(string action,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤销付款凭证 Take back a proof of payment
    /// @custom:notice-zh 付出的钱退回来了要重付，或者凭证记错了，由另一位出纳撤销；申请重新等付款凭证，期限不变。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits ProofReversed
    /// @custom:undo ProvePayment
    function reverseProof(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Records that a part of a proven payment came back: it returns to the purpose and its budget line. By another
    /// treasurer than proved that line. Over all returns at most what was paid. Or that what is left of a payment in
    /// instalments will not be paid: then the request is closed with less.
    /// @dev What was approved counts whole among what line, requester and payee got lately, for it was decided. Nobody but
    /// the bank's statement says how much came back: the API and the auditor compare.
    /// @param bankLine Line that had paid it, or a part of it.
    /// @param incomingBankLine Line that brought it back, used once; zero if it was never paid, and then the amount is all that
    /// is left.
    /// @param amountFen What came back, in fen; less than was approved.
    /// @custom:act RecordReturn
    /// @custom:message RecordReturn(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 记录部分退款 Record a partial return
    /// @custom:notice-zh 一笔已付的拨款退回了一部分，或者扣了手续费退回：退回的钱回到用途和预算项，其余照旧算付出。分期付款剩下的不再付了，也记在这里。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field amountFen money
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits PaymentReturned Transferred
    /// @custom:undo ReverseReturn
    function recordReturn(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Takes back by a linked transfer that a part of a payment came back, which was recorded by mistake; or that the rest of
    /// instalments is not paid: then the request is open again, with its date. Not by the treasurer who recorded it, and only while
    /// purpose and budget line still have it.
    /// @dev There is no line by which the money would leave again: what leaves needs a request.
    /// @param bankLine Line that was recorded; it is free again. Zero for the rest of instalments.
    /// @custom:act ReverseReturn
    /// @custom:message ReverseReturn(string action,Proposal proposal,bytes32 bankLine,bytes32 document,uint256 nonce,uint48 deadline)Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)
    /// @custom:action 撤销部分退款 Reverse a partial return
    /// @custom:notice-zh 部分退款记错了，或者分期付款的余款还是要付，由另一位出纳撤销。
    /// @custom:by treasurer of proposal
    /// @custom:field proposal record
    /// @custom:field bankLine bank-line-recorded?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits ReturnReversed Transferred
    /// @custom:undo RecordReturn
    function reverseReturn(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Records that a part of a payment of wages came back, from the worker or from the bank: the enterprise owes it again. By
    /// another treasurer than recorded the payment. What is left of it then comes back whole by `Cooperative.reversePayout`.
    /// @param bankLine Line that had paid the worker.
    /// @param incomingBankLine Line that brought it back, used once.
    /// @param amountFen What came back, in fen; less than was paid and has not come back.
    /// @custom:act RecordWageReturn
    /// @custom:message RecordWageReturn(string action,string amount,uint64 amountFen,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 记录部分工钱退回 Record that wages came back in part
    /// @custom:notice-zh 一笔已发的工钱退回了一部分：退回的钱又算欠这位工人的，其余照旧算已发。
    /// @custom:by treasurer of enterprise
    /// @custom:field enterprise id
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-in
    /// @custom:field amountFen money
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits WageReturned Transferred
    /// @custom:undo ReverseWageReturn
    function recordWageReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Takes back that a part of a payment of wages came back, which was recorded by mistake. Not by the treasurer who recorded
    /// it, and only while the enterprise still owes it.
    /// @param bankLine Line that had paid the worker.
    /// @param incomingBankLine Line that was recorded; it is free again.
    /// @custom:act ReverseWageReturn
    /// @custom:message ReverseWageReturn(string action,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销部分工钱退回 Reverse a partial return of wages
    /// @custom:notice-zh 部分工钱退回记错了，由另一位出纳撤销。
    /// @custom:by treasurer of enterprise
    /// @custom:field enterprise id
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-recorded
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits WageReturnReversed Transferred
    /// @custom:undo RecordWageReturn
    function reverseWageReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;
}

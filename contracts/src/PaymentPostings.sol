// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {IDisbursements} from "./interfaces/IDisbursements.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev What a payment and its parts come to on the ledger, the budget line and the bank line: a part of {Disbursements}.
abstract contract PaymentPostings is IDisbursements, Intents {
    ILedger private immutable LEDGER;
    IFunds internal immutable FUNDS;
    IBudgets internal immutable BUDGETS;
    IRounds internal immutable ROUNDS;

    constructor(ILedger ledger, IMembers members, IFunds funds, IBudgets budgets, IRounds rounds)
        Intents("Gongji Disbursements", members)
    {
        LEDGER = ledger;
        FUNDS = funds;
        BUDGETS = budgets;
        ROUNDS = rounds;
    }

    // PAYING

    function idOf(Proposal calldata proposal) public pure returns (bytes32) {
        return ProposalMessages.idOf(proposal);
    }

    // PARTS

    function _pay(IRounds.Subject memory subject, bytes32 documents, uint32 proofDueAt) internal {
        emit ProposalExecuted(subject.proposalId, subject.amountFen, proofDueAt);
        _postOut(subject, subject.amountFen, ILedger.Reason.DISBURSEMENT, documents);
    }

    function _prove(
        IRounds.Subject memory subject,
        bytes32 action,
        bytes32 bankLine,
        Authorization calldata authorization
    ) internal {
        bytes32 proposalId = subject.proposalId;
        address key = _keyOf(ProposalMessages.act(proposalId, action, bankLine, authorization), authorization);
        bytes16 treasurer = FUNDS.useBankLine(bankLine, Accounts.fundOf(subject.purpose), key);
        _requireOutside(subject, treasurer);
        ROUNDS.setPayment(proposalId, 0, subject.amountFen, treasurer);
        emit PaymentProven(proposalId, bankLine, treasurer);
    }

    /// @dev What was executed and never paid is approved as before: one treasurer alone ends no decision.
    function _undo(IRounds.Subject memory subject, address key) internal returns (bytes16 treasurer) {
        bytes32 proposalId = subject.proposalId;
        if (ROUNDS.stateOf(proposalId) == IRounds.ProposalState.CLOSED) {
            revert ProposalReversalNeedsBankLine(proposalId);
        }
        ROUNDS.undo(proposalId);
        uint16 fund = Accounts.fundOf(subject.purpose);
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        BUDGETS.giveBack(subject.budgetLine, subject.amountFen, _unpaid(subject));
    }

    /// @dev What was paid and came back, all of it or a part, as another treasurer says than the one who proved the payment.
    function _takeBack(IRounds.Subject memory subject, bytes32 incomingBankLine, uint64 amountFen, address key)
        internal
        returns (bytes16 treasurer)
    {
        treasurer =
            FUNDS.recordEntry(incomingBankLine, _entry(IFunds.BankLineState.RETURN, subject, amountFen), key);
        (, uint64 paidFen, bytes16 prover) = _paymentIn(subject, IRounds.ProposalState.CLOSED);
        _requireOther(subject, treasurer, prover);
        _requireWithin(subject, paidFen, amountFen);
        ROUNDS.setPayment(subject.proposalId, 0, paidFen - amountFen, prover);
        BUDGETS.giveBack(subject.budgetLine, amountFen, 0);
    }

    /// @dev What is left of a payment in instalments and will not be paid: the request is closed with less.
    function _releaseRest(IRounds.Subject memory subject, uint64 amountFen, address key)
        internal
        returns (bytes16 treasurer)
    {
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, Accounts.fundOf(subject.purpose));
        (uint32 proofDueAt, uint64 paidFen, bytes16 prover) = _paymentIn(subject, IRounds.ProposalState.EXECUTED);
        _requireOther(subject, treasurer, prover);
        uint64 leftFen = subject.amountFen - paidFen;
        if (amountFen != leftFen) revert ProposalPartOutOfRange(subject.proposalId, leftFen, amountFen);
        ROUNDS.close(subject.proposalId);
        ROUNDS.setPayment(subject.proposalId, 0, paidFen, prover);
        BUDGETS.giveBack(subject.budgetLine, amountFen, proofDueAt);
    }

    function _reverseEntry(
        IRounds.Subject memory subject,
        IFunds.BankLineState kind,
        bytes32 bankLine,
        bytes32 returnLine,
        address key
    ) internal returns (bytes16 treasurer, uint64 amountFen) {
        return FUNDS.reverseEntry(bankLine, returnLine, kind, subject.purpose, subject.proposalId, key);
    }

    function _paymentIn(IRounds.Subject memory subject, IRounds.ProposalState state)
        internal
        view
        returns (uint32 proofDueAt, uint64 paidFen, bytes16 prover)
    {
        ROUNDS.requireState(subject.proposalId, state);
        return ROUNDS.paymentOf(subject.proposalId);
    }

    /// @dev Until when the payment is to be proven, of which no part is.
    function _unpaid(IRounds.Subject memory subject) internal view returns (uint32 proofDueAt) {
        uint64 paidFen;
        (proofDueAt, paidFen,) = ROUNDS.paymentOf(subject.proposalId);
        _requireWithin(subject, subject.amountFen - paidFen, subject.amountFen);
    }

    /// @dev The whole at once is no part: it has acts of its own.
    function _requirePart(IRounds.Subject memory subject, uint64 amountFen) internal pure {
        if (amountFen == 0 || amountFen >= subject.amountFen) {
            revert ProposalPartOutOfRange(subject.proposalId, subject.amountFen, amountFen);
        }
    }

    function _requireWithin(IRounds.Subject memory subject, uint64 leftFen, uint64 amountFen) internal pure {
        if (amountFen > leftFen) revert ProposalPartOutOfRange(subject.proposalId, leftFen, amountFen);
    }

    function _requireOther(IRounds.Subject memory subject, bytes16 treasurer, bytes16 prover) private pure {
        if (treasurer == prover) revert ProposalSecondPersonNeeded(subject.proposalId, treasurer);
    }

    function _requireOutside(IRounds.Subject memory subject, bytes16 treasurer) internal view {
        if (treasurer == subject.requester || ROUNDS.mayHaveApproved(subject, treasurer)) {
            revert ProposalProverTookPart(subject.proposalId, treasurer);
        }
    }

    function _postOut(IRounds.Subject memory subject, uint64 amountFen, ILedger.Reason reason, bytes32 document) internal {
        _post(Accounts.purpose(subject.purpose), _bankOf(subject), amountFen, reason, subject.proposalId, document);
    }

    function _postBack(IRounds.Subject memory subject, uint64 amountFen, ILedger.Reason reason, bytes32 document) internal {
        _post(_bankOf(subject), Accounts.purpose(subject.purpose), amountFen, reason, subject.proposalId, document);
    }

    function _bankOf(IRounds.Subject memory subject) private view returns (bytes32) {
        return Accounts.id(Accounts.BANK, FUNDS.bankOf(Accounts.fundOf(subject.purpose)));
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint64 amount,
        ILedger.Reason reason,
        bytes32 cause,
        bytes32 document
    ) private {
        LEDGER.post(
            ILedger.Transfer({
                payer: payer,
                payee: payee,
                amount: amount,
                reason: reason,
                cause: cause,
                document: document
            })
        );
    }

    /// @dev The key that acts; its nonce is used up.
    function _actor(bytes32 proposalId, bytes32 action, bytes32 evidence, Authorization calldata authorization)
        internal
        returns (address key)
    {
        key = _keyOf(ProposalMessages.act(proposalId, action, evidence, authorization), authorization);
        MEMBERS.memberOf(key);
    }

    function _entry(IFunds.BankLineState kind, IRounds.Subject memory subject, uint64 amountFen)
        internal
        pure
        returns (IFunds.Entry memory)
    {
        return IFunds.Entry({
            kind: kind,
            purpose: subject.purpose,
            amountFen: amountFen,
            cause: subject.proposalId
        });
    }

    function _subject(Proposal calldata proposal) internal pure returns (IRounds.Subject memory) {
        return IRounds.Subject({
            proposalId: idOf(proposal),
            committee: proposal.committee,
            purpose: proposal.purpose,
            budgetLine: proposal.budgetLine,
            amountFen: proposal.amountFen,
            requester: proposal.requester,
            payee: proposal.payee
        });
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {PaymentPostings} from "./PaymentPostings.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev Requests that are paid, proven, paid in instalments and taken back: a part of {Disbursements}.
abstract contract Payments is PaymentPostings {
    // PAYING

    function execute(Proposal calldata proposal) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 proposalId = subject.proposalId;
        uint32 proofSeconds = ROUNDS.execute(proposalId);
        (uint32 proofDueAt,,) = ROUNDS.paymentOf(proposalId);
        if (proofDueAt == 0) proofDueAt = uint32(block.timestamp) + proofSeconds;
        ROUNDS.setPayment(proposalId, proofDueAt, 0, 0);
        BUDGETS.spend(proposal.budgetLine, proposal.purpose, proposal.amountFen, proofDueAt);
        _pay(subject, proposal.documents, proofDueAt);
    }

    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization)
        external
    {
        IRounds.Subject memory subject = _subject(proposal);
        ROUNDS.execute(subject.proposalId);
        BUDGETS.spend(proposal.budgetLine, proposal.purpose, proposal.amountFen, 0);
        _pay(subject, proposal.documents, uint32(block.timestamp));
        ROUNDS.close(subject.proposalId);
        _prove(subject, ProposalMessages.EXECUTE_PROVEN_ACTION, bankLine, authorization);
    }

    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        ROUNDS.close(subject.proposalId);
        BUDGETS.prove(proposal.budgetLine, _unpaid(subject));
        _prove(subject, ProposalMessages.PROVE_ACTION, bankLine, authorization);
    }

    function reverse(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash = ProposalMessages.reversal(
            subject.proposalId, proposal.amountFen, incomingBankLine, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer =
            incomingBankLine == 0 ? _undo(subject, key) : _takeBack(subject, incomingBankLine, subject.amountFen, key);
        if (incomingBankLine != 0) ROUNDS.reverse(subject);
        emit DisbursementReversed(subject.proposalId, incomingBankLine, document, treasurer);
        _postBack(subject, proposal.amountFen, ILedger.Reason.DISBURSEMENT_REVERSAL, document);
    }

    function recordReturn(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash =
            ProposalMessages.partReturn(subject.proposalId, amountFen, incomingBankLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        _requirePart(subject, amountFen);
        bytes16 treasurer = incomingBankLine == 0
            ? _releaseRest(subject, amountFen, key)
            : _takeBack(subject, incomingBankLine, amountFen, key);
        emit PaymentReturned(subject.proposalId, incomingBankLine, amountFen, document, treasurer);
        _postBack(subject, amountFen, ILedger.Reason.DISBURSEMENT_RETURN, document);
    }

    function reverseReturn(
        Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 proposalId = subject.proposalId;
        address key =
            _keyOf(ProposalMessages.returnReversal(proposalId, bankLine, document, authorization), authorization);
        (bytes16 treasurer, uint64 amountFen) = _reverseEntry(subject, IFunds.BankLineState.RETURN, bankLine, 0, key);
        (, uint64 paidFen, bytes16 prover) = _paymentIn(subject, IRounds.ProposalState.CLOSED);
        ROUNDS.setPayment(proposalId, 0, paidFen + amountFen, prover);
        BUDGETS.spend(subject.budgetLine, subject.purpose, amountFen, 0);
        emit ReturnReversed(proposalId, bankLine, amountFen, document, treasurer);
        _postOut(subject, amountFen, ILedger.Reason.DISBURSEMENT_RETURN_REVERSAL, document);
    }

    function proveInstalment(
        Proposal calldata proposal,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 proposalId = subject.proposalId;
        address key =
            _keyOf(ProposalMessages.instalment(proposalId, amountFen, bankLine, authorization), authorization);
        (uint32 proofDueAt, uint64 paidFen,) = _paymentIn(subject, IRounds.ProposalState.EXECUTED);
        _requirePart(subject, amountFen);
        _requireWithin(subject, subject.amountFen - paidFen, amountFen);
        bytes16 treasurer =
            FUNDS.recordEntry(bankLine, _entry(IFunds.BankLineState.INSTALMENT, subject, amountFen), key);
        _requireOutside(subject, treasurer);
        emit InstalmentProven(proposalId, bankLine, amountFen, treasurer);
        paidFen += amountFen;
        if (paidFen == subject.amountFen) {
            ROUNDS.close(proposalId);
            BUDGETS.prove(subject.budgetLine, proofDueAt);
            proofDueAt = 0;
        }
        ROUNDS.setPayment(proposalId, proofDueAt, paidFen, treasurer);
    }

    function reverseInstalment(
        Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 proposalId = subject.proposalId;
        bytes32 structHash =
            ProposalMessages.instalmentReversal(proposalId, bankLine, incomingBankLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint64 amountFen) =
            _reverseEntry(subject, IFunds.BankLineState.INSTALMENT, bankLine, incomingBankLine, key);
        (uint32 proofDueAt, uint64 paidFen, bytes16 prover) =
            _paymentIn(subject, IRounds.ProposalState.EXECUTED);
        ROUNDS.setPayment(proposalId, proofDueAt, paidFen - amountFen, prover);
        emit InstalmentReversed(proposalId, bankLine, incomingBankLine, amountFen, document, treasurer);
    }
}

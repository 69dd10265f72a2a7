// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {PaymentPostings} from "./PaymentPostings.sol";
import {WageReturns} from "./WageReturns.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {IDisbursements} from "./interfaces/IDisbursements.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {PartPaymentMessages} from "./libraries/PartPaymentMessages.sol";

/// @dev See {IPartPayments}.
contract PartPayments is WageReturns {
    constructor(
        ILedger ledger,
        IMembers members,
        IFunds funds,
        IBudgets budgets,
        IRounds rounds,
        IEnterprises enterprises
    )
        Intents("Gongji PartPayments", members)
        PaymentPostings(ledger, funds, budgets, rounds)
        WageReturns(enterprises)
    {}

    function proveInstalment(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 proposalId = subject.proposalId;
        address key =
            _keyOf(PartPaymentMessages.instalment(proposalId, amountFen, bankLine, authorization), authorization);
        bytes15 use = BankLineUses.ofRequest(proposalId);
        IFunds.Entry memory entry = IFunds.Entry({bankLine: bankLine, amountFen: amountFen, use: use});
        (bytes16 treasurer,) = FUNDS.recordPayment(Accounts.fundOf(subject.purpose), entry, key);
        uint32 proofDueAt = ROUNDS.proveInstalment(subject, amountFen, treasurer);
        if (proofDueAt != 0) BUDGETS.prove(subject.budgetLine, proofDueAt);
        emit InstalmentProven(proposalId, bankLine, amountFen, treasurer);
    }

    function reverseProof(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 proposalId = subject.proposalId;
        bytes32 structHash =
            PartPaymentMessages.proofReversal(proposalId, bankLine, incomingBankLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint64 amountFen, bool isFree) = FUNDS.reversePayment(
            Accounts.fundOf(subject.purpose), bankLine, incomingBankLine, BankLineUses.ofRequest(proposalId), key
        );
        uint32 proofDueAt = _reopen(subject, amountFen);
        emit ProofReversed(
            proposalId, bankLine, incomingBankLine, amountFen, isFree, proofDueAt, document, treasurer
        );
    }

    function recordReturn(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash = PartPaymentMessages.partReturn(
            subject.proposalId, bankLine, incomingBankLine, amountFen, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer = incomingBankLine == 0
            ? _releaseRest(subject, bankLine, amountFen, key)
            : _addReturn(subject, bankLine, incomingBankLine, amountFen, key);
        emit PaymentReturned(subject.proposalId, bankLine, incomingBankLine, amountFen, document, treasurer);
        _postBack(subject, amountFen, ILedger.Reason.DISBURSEMENT_RETURN, document);
    }

    function reverseReturn(
        IDisbursements.Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash =
            PartPaymentMessages.returnReversal(subject.proposalId, bankLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint64 amountFen) =
            bankLine == 0 ? _reclaimRest(subject, key) : _removeReturn(subject, bankLine, key);
        emit ReturnReversed(subject.proposalId, bankLine, amountFen, document, treasurer);
        _postOut(subject, amountFen, ILedger.Reason.DISBURSEMENT_RETURN_REVERSAL, document);
    }

    // PARTS

    function _reopen(IRounds.Subject memory subject, uint64 amountFen) private returns (uint32 proofDueAt) {
        bool wasClosed;
        (proofDueAt, wasClosed) = ROUNDS.reopen(subject, amountFen);
        if (wasClosed) BUDGETS.takeAgain(subject.budgetLine, 0, proofDueAt);
    }

    function _addReturn(
        IRounds.Subject memory subject,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        address key
    ) private returns (bytes16 treasurer) {
        treasurer = _recordReturn(subject, bankLine, incomingBankLine, amountFen, key);
        ROUNDS.addReturn(subject, amountFen);
        BUDGETS.giveBack(subject.budgetLine, amountFen, 0);
    }

    /// @dev What is left of a payment in instalments and will not be paid, as another says than proved one of them.
    function _releaseRest(IRounds.Subject memory subject, bytes32 bankLine, uint64 amountFen, address key)
        private
        returns (bytes16 treasurer)
    {
        bytes15 use = BankLineUses.ofRequest(subject.proposalId);
        treasurer = FUNDS.secondTreasurer(Accounts.fundOf(subject.purpose), bankLine, use, key);
        BUDGETS.giveBack(subject.budgetLine, amountFen, ROUNDS.releaseRest(subject, amountFen, treasurer));
    }

    function _reclaimRest(IRounds.Subject memory subject, address key)
        private
        returns (bytes16 treasurer, uint64 restFen)
    {
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, Accounts.fundOf(subject.purpose));
        uint32 proofDueAt;
        (restFen, proofDueAt) = ROUNDS.reclaimRest(subject, treasurer);
        BUDGETS.takeAgain(subject.budgetLine, restFen, proofDueAt);
    }

    function _removeReturn(IRounds.Subject memory subject, bytes32 bankLine, address key)
        private
        returns (bytes16 treasurer, uint64 amountFen)
    {
        (treasurer, amountFen) = FUNDS.reverseReturn(
            Accounts.fundOf(subject.purpose), bankLine, BankLineUses.ofRequest(subject.proposalId), key
        );
        ROUNDS.removeReturn(subject.proposalId, amountFen);
        BUDGETS.takeAgain(subject.budgetLine, amountFen, 0);
    }
}

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
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev What a payment and its parts come to on the ledger and on a bank line: a part of {Disbursements} and {PartPayments}.
abstract contract PaymentPostings is Intents {
    ILedger private immutable LEDGER;
    IFunds internal immutable FUNDS;
    IBudgets internal immutable BUDGETS;
    IRounds internal immutable ROUNDS;

    constructor(ILedger ledger, IFunds funds, IBudgets budgets, IRounds rounds) {
        LEDGER = ledger;
        FUNDS = funds;
        BUDGETS = budgets;
        ROUNDS = rounds;
    }

    /// @dev Says as another treasurer than proved the payment that it came back, all of it or a part.
    function _recordReturn(
        IRounds.Subject memory subject,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        address key
    ) internal returns (bytes16) {
        bytes15 use = BankLineUses.ofRequest(subject.proposalId);
        IFunds.Entry memory entry = IFunds.Entry({bankLine: incomingBankLine, amountFen: amountFen, use: use});
        return FUNDS.recordReturn(Accounts.fundOf(subject.purpose), entry, bankLine, use, key);
    }

    function _postOut(IRounds.Subject memory subject, uint64 amountFen, ILedger.Reason reason, bytes32 document) internal {
        _postOut(subject, FUNDS.bankOf(Accounts.fundOf(subject.purpose)), amountFen, reason, document);
    }

    function _postOut(
        IRounds.Subject memory subject,
        uint32 bank,
        uint64 amountFen,
        ILedger.Reason reason,
        bytes32 document
    ) internal {
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        _post(Accounts.purpose(subject.purpose), payee, amountFen, reason, subject.proposalId, document);
    }

    function _postBack(IRounds.Subject memory subject, uint64 amountFen, ILedger.Reason reason, bytes32 document) internal {
        bytes32 payer = Accounts.id(Accounts.BANK, FUNDS.bankOf(Accounts.fundOf(subject.purpose)));
        _post(payer, Accounts.purpose(subject.purpose), amountFen, reason, subject.proposalId, document);
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint64 amount,
        ILedger.Reason reason,
        bytes32 cause,
        bytes32 document
    ) internal {
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

    function _subject(IDisbursements.Proposal calldata proposal) internal pure returns (IRounds.Subject memory subject) {
        subject.proposalId = ProposalMessages.idOf(proposal);
        (subject.committee, subject.purpose) = (proposal.committee, proposal.purpose);
        (subject.budgetLine, subject.amountFen) = (proposal.budgetLine, proposal.amountFen);
        (subject.requester, subject.payee) = (proposal.requester, proposal.payee);
    }
}

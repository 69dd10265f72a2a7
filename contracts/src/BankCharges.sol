// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {IBankCharges} from "./interfaces/IBankCharges.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {BankChargeMessages} from "./libraries/BankChargeMessages.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";

/// @dev See {IBankCharges}.
contract BankCharges is IBankCharges, Intents {
    ILedger private immutable LEDGER;
    IFunds private immutable FUNDS;

    constructor(ILedger ledger, IMembers members, IFunds funds) Intents("Gongji BankCharges", members) {
        LEDGER = ledger;
        FUNDS = funds;
    }

    function recordFee(
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        bytes16 treasurer = _record(true, purpose, bank, bankLine, amountFen, authorization);
        emit FeeRecorded(purpose, bankLine, amountFen, treasurer);
        _post(Accounts.purpose(purpose), _bankOf(purpose), amountFen, ILedger.Reason.FEE, bankLine, 0);
    }

    function recordInterest(
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        bytes16 treasurer = _record(false, purpose, bank, bankLine, amountFen, authorization);
        emit InterestRecorded(purpose, bankLine, amountFen, treasurer);
        _post(_bankOf(purpose), Accounts.purpose(purpose), amountFen, ILedger.Reason.INTEREST, bankLine, 0);
    }

    function reverseFee(
        uint32 purpose,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        (bytes16 treasurer, uint64 amountFen) =
            _reverse(true, purpose, bankLine, incomingBankLine, document, authorization);
        emit FeeReversed(purpose, bankLine, incomingBankLine, amountFen, document, treasurer);
        _post(
            _bankOf(purpose), Accounts.purpose(purpose), amountFen, ILedger.Reason.FEE_REVERSAL, bankLine, document
        );
    }

    function reverseInterest(
        uint32 purpose,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        (bytes16 treasurer, uint64 amountFen) =
            _reverse(false, purpose, bankLine, outgoingBankLine, document, authorization);
        emit InterestReversed(purpose, bankLine, outgoingBankLine, amountFen, document, treasurer);
        _post(
            Accounts.purpose(purpose), _bankOf(purpose), amountFen, ILedger.Reason.INTEREST_REVERSAL, bankLine, document
        );
    }

    /// @dev The statement is that of the bank account that holds the purpose's money.
    function _record(
        bool isFee,
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) private returns (bytes16) {
        bytes32 structHash =
            BankChargeMessages.recording(isFee, purpose, bank, bankLine, amountFen, authorization);
        address key = _keyOf(structHash, authorization);
        uint16 fund = Accounts.fundOf(purpose);
        FUNDS.requireBank(fund, bank);
        IFunds.Entry memory entry = IFunds.Entry(bankLine, amountFen, BankLineUses.ofPurpose(purpose));
        return FUNDS.recordEntry(fund, _kind(isFee), entry, key);
    }

    function _reverse(
        bool isFee,
        uint32 purpose,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        Authorization calldata authorization
    ) private returns (bytes16, uint64) {
        bytes32 structHash =
            BankChargeMessages.reversing(isFee, purpose, bankLine, returnLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, IFunds.BankLine memory entry) = FUNDS.reverseEntry(
            bankLine, returnLine, Accounts.fundOf(purpose), _kind(isFee), BankLineUses.ofPurpose(purpose), key
        );
        return (treasurer, entry.amountFen);
    }

    function _kind(bool isFee) private pure returns (IFunds.BankLineState) {
        return isFee ? IFunds.BankLineState.FEE : IFunds.BankLineState.INTEREST;
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint64 amount,
        ILedger.Reason reason,
        bytes32 cause,
        bytes32 document
    ) private {
        LEDGER.post(ILedger.Transfer(payer, payee, amount, reason, cause, document));
    }

    function _bankOf(uint32 purpose) private view returns (bytes32) {
        return Accounts.id(Accounts.BANK, FUNDS.bankOf(Accounts.fundOf(purpose)));
    }
}

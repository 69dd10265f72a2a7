// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {IBankCharges} from "./interfaces/IBankCharges.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {AmountText} from "./libraries/AmountText.sol";

/// @dev See {IBankCharges}.
contract BankCharges is IBankCharges, Intents {
    bytes32 private constant RECORD_FEE_TYPEHASH = keccak256(
        "RecordFee(string action,uint32 purpose,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant RECORD_INTEREST_TYPEHASH = keccak256(
        "RecordInterest(string action,uint32 purpose,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant REVERSE_FEE_TYPEHASH = keccak256(
        "ReverseFee(string action,uint32 purpose,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant REVERSE_INTEREST_TYPEHASH = keccak256(
        "ReverseInterest(string action,uint32 purpose,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant FEE_ACTION = keccak256(unicode"记银行手续费 Record a bank fee");
    bytes32 private constant INTEREST_ACTION = keccak256(unicode"记银行利息 Record interest from the bank");
    bytes32 private constant REVERSE_FEE_ACTION = keccak256(unicode"撤销银行手续费 Reverse a bank fee");
    bytes32 private constant REVERSE_INTEREST_ACTION = keccak256(unicode"撤销银行利息 Reverse interest from the bank");

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
        bytes32 structHash =
            _recordHash(RECORD_FEE_TYPEHASH, FEE_ACTION, purpose, bank, bankLine, amountFen, authorization);
        IFunds.Entry memory entry = _entry(IFunds.BankLineState.FEE, purpose, amountFen);
        bytes16 treasurer = _record(bank, bankLine, entry, _keyOf(structHash, authorization));
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
        bytes32 structHash =
            _recordHash(RECORD_INTEREST_TYPEHASH, INTEREST_ACTION, purpose, bank, bankLine, amountFen, authorization);
        IFunds.Entry memory entry = _entry(IFunds.BankLineState.INTEREST, purpose, amountFen);
        bytes16 treasurer = _record(bank, bankLine, entry, _keyOf(structHash, authorization));
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
        bytes32 structHash = _reversalHash(
            REVERSE_FEE_TYPEHASH, REVERSE_FEE_ACTION, purpose, bankLine, incomingBankLine, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint64 amountFen) =
            FUNDS.reverseEntry(bankLine, incomingBankLine, IFunds.BankLineState.FEE, purpose, 0, key);
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
        bytes32 structHash = _reversalHash(
            REVERSE_INTEREST_TYPEHASH,
            REVERSE_INTEREST_ACTION,
            purpose,
            bankLine,
            outgoingBankLine,
            document,
            authorization
        );
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint64 amountFen) =
            FUNDS.reverseEntry(bankLine, outgoingBankLine, IFunds.BankLineState.INTEREST, purpose, 0, key);
        emit InterestReversed(purpose, bankLine, outgoingBankLine, amountFen, document, treasurer);
        _post(
            Accounts.purpose(purpose), _bankOf(purpose), amountFen, ILedger.Reason.INTEREST_REVERSAL, bankLine, document
        );
    }

    /// @dev The statement is that of the bank account that holds the purpose's money.
    function _record(uint32 bank, bytes32 bankLine, IFunds.Entry memory entry, address key) private returns (bytes16) {
        FUNDS.requireBank(Accounts.fundOf(entry.purpose), bank);
        return FUNDS.recordEntry(bankLine, entry, key);
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

    function _entry(IFunds.BankLineState kind, uint32 purpose, uint64 amountFen)
        private
        pure
        returns (IFunds.Entry memory)
    {
        return IFunds.Entry({kind: kind, purpose: purpose, amountFen: amountFen, cause: 0});
    }

    function _recordHash(
        bytes32 typehash,
        bytes32 action,
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                typehash,
                action,
                purpose,
                bank,
                bankLine,
                keccak256(bytes(AmountText.cny(amountFen))),
                amountFen,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _reversalHash(
        bytes32 typehash,
        bytes32 action,
        uint32 purpose,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                typehash,
                action,
                purpose,
                bankLine,
                returnLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";

/// @dev Struct hashes of what is signed about fees and interest (EIP-712).
library BankChargeMessages {
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

    function recording(
        bool isFee,
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                isFee ? RECORD_FEE_TYPEHASH : RECORD_INTEREST_TYPEHASH,
                isFee ? FEE_ACTION : INTEREST_ACTION,
                purpose,
                bank,
                bankLine,
                AmountText.hash(amountFen),
                amountFen,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    /// @param returnLine Line by which the bank gave the fee back, or took the interest back; zero after a mistake.
    function reversing(
        bool isFee,
        uint32 purpose,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                isFee ? REVERSE_FEE_TYPEHASH : REVERSE_INTEREST_TYPEHASH,
                isFee ? REVERSE_FEE_ACTION : REVERSE_INTEREST_ACTION,
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

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {BankLines} from "./BankLines.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";

/// @dev Bank lines that paid something, one thing or several, and those that brought a payment back: a part of {Funds}.
abstract contract PaymentLines is BankLines {
    function recordPayment(uint16 fund, Entry calldata payment, address key)
        external
        onlyModule
        returns (bytes16 treasurer, uint32 bank)
    {
        treasurer = _treasurer(fund, key);
        _record(payment.bankLine, BankLineState.PAYMENT, payment.amountFen, payment.use, treasurer);
        bank = bankOf(fund);
    }

    function recordJointPayment(uint16 fund, bytes32 bankLine, Entry[] calldata shares, address key)
        external
        onlyModule
        returns (bytes16 treasurer, uint32 bank)
    {
        treasurer = _treasurer(fund, key);
        uint64 totalFen = 0;
        for (uint256 i = 0; i < shares.length; i++) {
            (uint64 amountFen, bytes15 use) = (shares[i].amountFen, shares[i].use);
            totalFen += amountFen;
            _record(BankLineUses.shareOf(bankLine, use), BankLineState.SHARE, amountFen, use, treasurer);
        }
        _record(bankLine, BankLineState.JOINT_PAYMENT, totalFen, 0, treasurer);
        bank = bankOf(fund);
    }

    function reversePayment(uint16 fund, bytes32 bankLine, bytes32 returnLine, bytes15 use, address key)
        external
        onlyModule
        returns (bytes16 treasurer, uint64 amountFen, bool isFree)
    {
        treasurer = _treasurer(fund, key);
        (bytes32 paidBy, BankLine memory payment) = _payment(bankLine, use);
        amountFen = payment.amountFen;
        _reverse(paidBy, BankLine(BankLineState.UNUSED, payment.treasurer, 0, 0), returnLine, treasurer);
        isFree = returnLine == 0 && (paidBy == bankLine || _isLastShare(bankLine, amountFen, treasurer));
    }

    function recordReturn(uint16 fund, Entry calldata back, bytes32 paidLine, bytes15 paidUse, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = secondTreasurer(fund, paidLine, paidUse, key);
        _record(back.bankLine, BankLineState.RETURN, back.amountFen, back.use, treasurer);
    }

    function reverseReturn(uint16 fund, bytes32 bankLine, bytes15 use, address key)
        external
        onlyModule
        returns (bytes16 treasurer, uint64 amountFen)
    {
        treasurer = _treasurer(fund, key);
        BankLine memory back = _entry(bankLine, BankLineState.RETURN, use);
        amountFen = back.amountFen;
        _reverse(bankLine, BankLine(BankLineState.UNUSED, back.treasurer, 0, 0), 0, treasurer);
    }

    function secondTreasurer(uint16 fund, bytes32 bankLine, bytes15 use, address key)
        public
        view
        returns (bytes16 treasurer)
    {
        treasurer = _treasurer(fund, key);
        (, BankLine memory payment) = _payment(bankLine, use);
        _other(bankLine, payment.treasurer, treasurer);
    }

    // PARTS

    /// @dev What a line paid of something, and the key under which that is kept.
    function _payment(bytes32 bankLine, bytes15 use) private view returns (bytes32 paidBy, BankLine memory payment) {
        bool isJoint = _bankLines[bankLine].state == BankLineState.JOINT_PAYMENT;
        // The key of a share is no line: what is taken back by that name alone would stay in its joint payment.
        paidBy = isJoint ? BankLineUses.shareOf(bankLine, use) : bankLine;
        payment = _entry(paidBy, isJoint ? BankLineState.SHARE : BankLineState.PAYMENT, use);
    }

    /// @dev Takes a share that was a mistake out of its joint payment. What came back by a line of its own was paid by it.
    function _isLastShare(bytes32 bankLine, uint64 amountFen, bytes16 treasurer) private returns (bool isLast) {
        BankLine memory joint = _bankLines[bankLine];
        joint.amountFen -= amountFen;
        isLast = joint.amountFen == 0;
        if (isLast) joint = BankLine(BankLineState.UNUSED, BankLineUses.person(treasurer), 0, 0);
        _put(_bankLines[bankLine], joint.state, joint.treasurer, joint.amountFen, joint.use);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LotDisputes} from "./LotDisputes.sol";
import {LotPostings} from "./LotPostings.sol";
import {WorkOrders} from "./WorkOrders.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {CooperativeMessages} from "./libraries/CooperativeMessages.sol";

/// @dev See {ICooperative}.
contract Cooperative is LotDisputes {
    constructor(ILedger ledger, IMembers members, IEnterprises enterprises, ICooperative former)
        LotPostings(ledger, members, enterprises)
        WorkOrders(former)
    {}

    function attestProceeds(
        uint32 enterprise,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = CooperativeMessages.proceeds(enterprise, bank, bankLine, amountFen, authorization);
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer = ENTERPRISES.recordBankLine(bankLine, enterprise, bank, amountFen, 0, key);
        emit ProceedsAttested(enterprise, bankLine, amountFen, treasurer);
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, enterprise);
        _post(payer, payee, amountFen, ILedger.Reason.PROCEEDS, bankLine, 0);
    }

    // PAYING

    function payOut(uint32 enterprise, uint32 bank, Payout[] calldata payouts, Authorization calldata authorization)
        external
    {
        if (payouts.length == 0) revert CooperativeNothingToPay();
        address key = _keyOf(CooperativeMessages.payment(enterprise, bank, payouts, authorization), authorization);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        for (uint256 i = 0; i < payouts.length; i++) {
            Payout calldata payout = payouts[i];
            (bytes16 worker, uint64 amountFen) = (payout.worker, payout.amountFen);
            bytes16 treasurer =
                ENTERPRISES.recordBankLine(payout.bankLine, enterprise, bank, amountFen, worker, key);
            if (treasurer == worker) revert CooperativeOwnWage(enterprise, worker);
            emit PayoutProven(enterprise, worker, payout.bankLine, amountFen, treasurer);
            bytes32 payer = Accounts.worker(enterprise, worker);
            _post(payer, payee, amountFen, ILedger.Reason.PAYOUT, payout.bankLine, 0);
        }
    }

    function reverseProceeds(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        (IEnterprises.BankEntry memory entry, uint32 bank, bytes16 treasurer) =
            _reverse(false, enterprise, bankLine, outgoingBankLine, document, authorization);
        emit ProceedsReversed(enterprise, bankLine, outgoingBankLine, entry.amountFen, document, treasurer);
        bytes32 payer = Accounts.id(Accounts.ENTERPRISE, enterprise);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        _post(payer, payee, entry.amountFen, ILedger.Reason.PROCEEDS_REVERSAL, bankLine, document);
    }

    function reversePayout(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        (IEnterprises.BankEntry memory entry, uint32 bank, bytes16 treasurer) =
            _reverse(true, enterprise, bankLine, incomingBankLine, document, authorization);
        emit PayoutReversed(
            enterprise, entry.worker, bankLine, incomingBankLine, entry.amountFen, document, treasurer
        );
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        bytes32 payee = Accounts.worker(enterprise, entry.worker);
        _post(payer, payee, entry.amountFen, ILedger.Reason.PAYOUT_REVERSAL, bankLine, document);
    }

    // PARTS

    function _reverse(
        bool isPayout,
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        Authorization calldata authorization
    ) private returns (IEnterprises.BankEntry memory, uint32, bytes16) {
        bytes32 structHash =
            CooperativeMessages.reversal(isPayout, enterprise, bankLine, returnLine, document, authorization);
        return ENTERPRISES.reverseBankLine(
            bankLine, returnLine, enterprise, isPayout, _keyOf(structHash, authorization)
        );
    }
}

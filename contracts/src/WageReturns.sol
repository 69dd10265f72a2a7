// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {PaymentPostings} from "./PaymentPostings.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IPartPayments} from "./interfaces/IPartPayments.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {PartPaymentMessages} from "./libraries/PartPaymentMessages.sol";

/// @dev Wages that came back in part: a part of {PartPayments}.
abstract contract WageReturns is IPartPayments, PaymentPostings {
    IEnterprises private immutable ENTERPRISES;

    constructor(IEnterprises enterprises) {
        ENTERPRISES = enterprises;
    }

    function recordWageReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = PartPaymentMessages.wageReturn(
            enterprise, bankLine, incomingBankLine, amountFen, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        (bytes16 worker, uint32 bank, bytes16 treasurer) =
            ENTERPRISES.recordReturn(enterprise, bankLine, incomingBankLine, amountFen, key);
        emit WageReturned(enterprise, bankLine, incomingBankLine, worker, amountFen, document, treasurer);
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        bytes32 payee = Accounts.worker(enterprise, worker);
        _post(payer, payee, amountFen, ILedger.Reason.PAYOUT_RETURN, incomingBankLine, document);
    }

    function reverseWageReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = PartPaymentMessages.wageReturnReversal(
            enterprise, bankLine, incomingBankLine, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        (IEnterprises.BankEntry memory part, uint32 bank, bytes16 treasurer) =
            ENTERPRISES.reverseReturn(enterprise, bankLine, incomingBankLine, key);
        emit WageReturnReversed(
            enterprise, bankLine, incomingBankLine, part.worker, part.amountFen, document, treasurer
        );
        bytes32 payer = Accounts.worker(enterprise, part.worker);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        _post(payer, payee, part.amountFen, ILedger.Reason.PAYOUT_RETURN_REVERSAL, incomingBankLine, document);
    }
}

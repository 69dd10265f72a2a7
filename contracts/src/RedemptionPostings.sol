// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRedemptions} from "./interfaces/IRedemptions.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev Redemptions, and how their minutes are held, paid and given back: a part of {Redemptions}.
abstract contract RedemptionPostings is IRedemptions, Intents {
    struct Redemption {
        RedemptionState state;
        uint16 heldMinutes;
        uint16 fund;
        uint40 until;
        bytes16 member;
        bytes16 provider;
        bytes16 judge;
    }

    uint40 public constant REVERSAL_SECONDS = 365 days;

    bytes32 internal constant ISSUED = bytes32(uint256(Accounts.ISSUED_MINUTES) << 248);
    bytes32 private constant ESCROW = bytes32(uint256(Accounts.MINUTES_ESCROW) << 248);

    ILedger internal immutable LEDGER;

    mapping(bytes16 redemption => Redemption) public redemptionRecord;

    constructor(ILedger ledger) {
        LEDGER = ledger;
    }

    // PARTS

    function _hold(bytes16 redemption, bytes16 member, uint16 heldMinutes) internal {
        _ensureOpen(ESCROW);
        _post(_accountOf(member), ESCROW, heldMinutes, ILedger.Reason.REDEMPTION_ESCROW, redemption, 0);
    }

    /// @dev Account that the minutes go to once the service was given, and how many of them somebody earned.
    function _earner(Redemption storage record) internal view returns (bytes32 payee, uint16 earnedMinutes) {
        bytes16 provider = record.provider;
        if (MEMBERS.kindOf(provider) != IMembers.MemberKind.PERSON) return (ISSUED, 0);
        return (_accountOf(provider), record.heldMinutes);
    }

    function _pay(bytes16 redemption, Redemption storage record, bytes32 payee, bytes32 document) internal {
        (record.state, record.until) = (RedemptionState.DONE, uint40(block.timestamp) + REVERSAL_SECONDS);
        if (payee != ISSUED) _ensureOpen(payee);
        _post(ESCROW, payee, record.heldMinutes, ILedger.Reason.REDEMPTION, redemption, document);
    }

    function _giveBack(bytes16 redemption, Redemption storage record, RedemptionState end, bytes32 document) internal {
        record.state = end;
        bytes32 payee = _accountOf(record.member);
        _post(ESCROW, payee, record.heldMinutes, ILedger.Reason.REDEMPTION_CANCELLATION, redemption, document);
    }

    /// @dev After the service was paid for: from who earned the minutes.
    function _takeBack(bytes16 redemption, Redemption storage record, bytes32 payer, bytes32 document) internal {
        record.state = RedemptionState.REVERSED;
        bytes32 payee = _accountOf(record.member);
        _post(payer, payee, record.heldMinutes, ILedger.Reason.REDEMPTION_REVERSAL, redemption, document);
    }

    function _accountOf(bytes16 member) private pure returns (bytes32) {
        return Accounts.id(Accounts.MEMBER_MINUTES, member);
    }

    function _ensureOpen(bytes32 account) private {
        LEDGER.ensureAccount(account, ILedger.Unit.MINUTE, false, 0);
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint16 amountMinutes,
        ILedger.Reason reason,
        bytes16 cause,
        bytes32 document
    ) private {
        LEDGER.post(
            ILedger.Transfer({
                payer: payer,
                payee: payee,
                amount: amountMinutes,
                reason: reason,
                cause: bytes32(cause),
                document: document
            })
        );
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {RedemptionPostings} from "./RedemptionPostings.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRedemptions} from "./interfaces/IRedemptions.sol";
import {ITimeBank} from "./interfaces/ITimeBank.sol";
import {RedemptionMessages} from "./libraries/RedemptionMessages.sol";

/// @dev See {IRedemptions}.
contract Redemptions is RedemptionPostings {
    uint40 public constant REDEMPTION_SECONDS = 60 days;
    uint40 public constant CONFIRMATION_SECONDS = 7 days;
    uint40 public constant DECISION_SECONDS = 14 days;

    IFunds private immutable FUNDS;
    ITimeBank private immutable TIME_BANK;
    IRedemptions private immutable FORMER;

    constructor(ILedger ledger, IMembers members, IFunds funds, ITimeBank timeBank, IRedemptions former)
        Intents("Gongji Redemptions", members)
        RedemptionPostings(ledger)
    {
        FUNDS = funds;
        TIME_BANK = timeBank;
        FORMER = former;
    }

    // SERVING

    function redeem(
        bytes16 redemption,
        bytes16 provider,
        uint16 fund,
        uint16 service,
        uint16 heldMinutes,
        Authorization calldata authorization
    ) external {
        bytes16 member = _memberOf(
            RedemptionMessages.redeeming(redemption, provider, fund, service, heldMinutes, authorization), authorization
        );
        LEDGER.requireCurrent(address(this));
        if (redemption == 0 || isKnown(redemption)) revert RedemptionExists(redemption);
        if (provider == member || MEMBERS.kindOf(provider) == IMembers.MemberKind.NONE) {
            revert RedemptionProviderInvalid(provider);
        }
        if (FUNDS.bankOf(fund) == 0) revert RedemptionFundUnknown(fund);
        _requireFits(service, heldMinutes);
        uint40 until = uint40(block.timestamp) + REDEMPTION_SECONDS;
        redemptionRecord[redemption] = Redemption({
            state: RedemptionState.OPEN,
            heldMinutes: heldMinutes,
            fund: fund,
            until: until,
            member: member,
            provider: provider,
            judge: 0
        });
        emit RedemptionOpened(redemption, member, provider, fund, service, heldMinutes, until);
        _hold(redemption, member, heldMinutes);
    }

    function acceptRedemption(bytes16 redemption, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.OPEN);
        _requireBefore(redemption, record.until);
        _requireParty(record.provider, redemption, RedemptionMessages.ACCEPT_ACTION, 0, authorization);
        record.state = RedemptionState.ACCEPTED;
        emit RedemptionAccepted(redemption);
    }

    function serveRedemption(bytes16 redemption, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.ACCEPTED);
        _requireBefore(redemption, record.until);
        _requireParty(record.provider, redemption, RedemptionMessages.SERVE_ACTION, 0, authorization);
        (record.state, record.until) = (RedemptionState.SERVED, uint40(block.timestamp) + CONFIRMATION_SECONDS);
        emit RedemptionServed(redemption, record.until);
    }

    function confirmRedemption(bytes16 redemption, Authorization calldata authorization) external {
        Redemption storage record = redemptionRecord[redemption];
        if (record.state != RedemptionState.SERVED && record.state != RedemptionState.DISPUTED) {
            _in(redemption, RedemptionState.ACCEPTED);
        }
        _requireParty(record.member, redemption, RedemptionMessages.CONFIRM_ACTION, 0, authorization);
        (bytes32 payee, uint16 earnedMinutes) = _earner(record);
        emit RedemptionConfirmed(redemption, earnedMinutes);
        _pay(redemption, record, payee, 0);
    }

    function settleRedemption(bytes16 redemption) external {
        Redemption storage record = _in(redemption, RedemptionState.SERVED);
        _requireFrom(redemption, record.until);
        (bytes32 payee, uint16 earnedMinutes) = _earner(record);
        emit RedemptionSettled(redemption, earnedMinutes);
        _pay(redemption, record, payee, 0);
    }

    // DISPUTES

    function disputeRedemption(bytes16 redemption, bytes32 document, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.SERVED);
        _requireBefore(redemption, record.until);
        _requireParty(record.member, redemption, RedemptionMessages.DISPUTE_ACTION, document, authorization);
        (record.state, record.until) = (RedemptionState.DISPUTED, uint40(block.timestamp) + DECISION_SECONDS);
        emit RedemptionDisputed(redemption, document, record.until);
    }

    function decideForProvider(bytes16 redemption, bytes32 document, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.DISPUTED);
        _requireBefore(redemption, record.until);
        bytes16 coordinator =
            _coordinator(redemption, record, RedemptionMessages.FOR_PROVIDER_ACTION, document, authorization);
        (bytes32 payee, uint16 earnedMinutes) = _earner(record);
        record.judge = coordinator;
        emit DecidedForProvider(redemption, coordinator, document, earnedMinutes);
        _pay(redemption, record, payee, document);
    }

    function decideForMember(bytes16 redemption, bytes32 document, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.DISPUTED);
        _requireBefore(redemption, record.until);
        bytes16 coordinator =
            _coordinator(redemption, record, RedemptionMessages.FOR_MEMBER_ACTION, document, authorization);
        emit DecidedForMember(redemption, coordinator, document);
        _giveBack(redemption, record, RedemptionState.RETURNED, document);
    }

    // GIVING BACK

    function cancelRedemption(bytes16 redemption, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.OPEN);
        _requireParty(record.member, redemption, RedemptionMessages.CANCEL_ACTION, 0, authorization);
        emit RedemptionCancelled(redemption);
        _giveBack(redemption, record, RedemptionState.CANCELLED, 0);
    }

    function declineRedemption(bytes16 redemption, Authorization calldata authorization) external {
        Redemption storage record = _unserved(redemption);
        _requireParty(record.provider, redemption, RedemptionMessages.DECLINE_ACTION, 0, authorization);
        emit RedemptionDeclined(redemption);
        _giveBack(redemption, record, RedemptionState.DECLINED, 0);
    }

    function voidRedemption(bytes16 redemption, bytes32 document, Authorization calldata authorization) external {
        Redemption storage record = _unserved(redemption);
        bytes16 coordinator =
            _coordinator(redemption, record, RedemptionMessages.VOID_ACTION, document, authorization);
        emit RedemptionVoided(redemption, coordinator, document);
        _giveBack(redemption, record, RedemptionState.VOIDED, document);
    }

    function lapseRedemption(bytes16 redemption) external {
        Redemption storage record = redemptionRecord[redemption];
        if (record.state != RedemptionState.DISPUTED) _unserved(redemption);
        _requireFrom(redemption, record.until);
        emit RedemptionLapsed(redemption);
        _giveBack(redemption, record, RedemptionState.LAPSED, 0);
    }

    function reverseRedemption(bytes16 redemption, bytes32 document, Authorization calldata authorization) external {
        Redemption storage record = _in(redemption, RedemptionState.DONE);
        if (block.timestamp >= record.until) revert RedemptionReversalOver(redemption, record.until);
        bytes16 coordinator =
            _coordinator(redemption, record, RedemptionMessages.REVERSE_ACTION, document, authorization);
        if (coordinator == record.judge) revert RedemptionSecondPersonNeeded(redemption, coordinator);
        (bytes32 payer, uint16 earnedMinutes) = _earner(record);
        int64 balanceMinutes = LEDGER.balanceOf(payer);
        if (payer != ISSUED && balanceMinutes < int64(uint64(earnedMinutes))) {
            revert RedemptionMinutesSpent(redemption, record.provider, balanceMinutes, earnedMinutes);
        }
        emit RedemptionReversed(redemption, coordinator, document, earnedMinutes);
        _takeBack(redemption, record, payer, document);
    }

    // READING

    function isKnown(bytes16 redemption) public view returns (bool) {
        if (redemptionRecord[redemption].state != RedemptionState.NONE) return true;
        return address(FORMER) != address(0) && FORMER.isKnown(redemption);
    }

    // PARTS

    function _in(bytes16 redemption, RedemptionState needed) private view returns (Redemption storage record) {
        record = redemptionRecord[redemption];
        if (record.state != needed) revert RedemptionNotIn(redemption, needed, record.state);
    }

    /// @dev A redemption of which nobody has said yet that it was served.
    function _unserved(bytes16 redemption) private view returns (Redemption storage record) {
        record = redemptionRecord[redemption];
        if (record.state != RedemptionState.ACCEPTED) _in(redemption, RedemptionState.OPEN);
    }

    function _requireBefore(bytes16 redemption, uint40 until) private view {
        if (block.timestamp >= until) revert RedemptionOver(redemption, until);
    }

    function _requireFrom(bytes16 redemption, uint40 until) private view {
        if (block.timestamp < until) revert RedemptionNotOver(redemption, until);
    }

    /// @dev A service with a tariff costs that; another one costs what is agreed, within the service's limits.
    function _requireFits(uint16 service, uint16 heldMinutes) private view {
        (uint16 min, uint16 max, uint16 tariff) = TIME_BANK.serviceRule(service);
        if (tariff != 0) (min, max) = (tariff, tariff);
        if (heldMinutes == 0 || heldMinutes < min || heldMinutes > max) {
            revert RedemptionMinutesInvalid(heldMinutes, min, max);
        }
    }

    function _requireParty(
        bytes16 party,
        bytes16 redemption,
        bytes32 action,
        bytes32 document,
        Authorization calldata authorization
    ) private {
        bytes16 member = _memberOf(RedemptionMessages.act(redemption, action, document, authorization), authorization);
        if (member != party) revert RedemptionNotYours(redemption, member);
    }

    function _coordinator(
        bytes16 redemption,
        Redemption storage record,
        bytes32 action,
        bytes32 document,
        Authorization calldata authorization
    ) private returns (bytes16 member) {
        bytes32 structHash = RedemptionMessages.act(redemption, action, document, authorization);
        member = _withRole(IMembers.Role.COORDINATOR, record.fund, structHash, authorization);
        if (member == record.member || member == record.provider) revert RedemptionOwnDecision(redemption, member);
        MEMBERS.requireNoDeskAct(redemption, member);
    }
}

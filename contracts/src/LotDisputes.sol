// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Lots} from "./Lots.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {LotMessages} from "./libraries/LotMessages.sol";
import {Split} from "./libraries/Split.sol";
import {Tails} from "./libraries/Tails.sol";

/// @dev What comes after the settlement of a lot, its dispute and its reversal: a part of {Cooperative}.
abstract contract LotDisputes is Lots {
    /// @dev What was accepted after a dispute, and by whom.
    struct Decision {
        uint32 acceptedPieces;
        bytes16 treasurer;
    }

    uint40 public constant DECISION_SECONDS = 14 days;
    uint40 public constant REVERSAL_SECONDS = 365 days;

    mapping(bytes16 lot => Decision) private _decisions;

    function disputeLot(bytes16 lot, bytes32 document, Authorization calldata authorization) external {
        Lot storage record = _in(lot, LotState.SETTLED);
        _requireBefore(lot, record.until);
        _requireWorker(lot, record, LotMessages.DISPUTE_ACTION, document, authorization);
        // Nor does who settled it dispute it for the worker at a desk.
        MEMBERS.requireNoDeskAct(lot, Tails.padded(record.foremanTail));
        if (record.acceptedPieces == record.pieces) revert CooperativeNothingRejected(lot);
        (record.state, record.until) = (LotState.DISPUTED, uint40(block.timestamp) + DECISION_SECONDS);
        emit LotDisputed(lot, document, record.until);
    }

    function decideLot(bytes16 lot, uint32 acceptedPieces, bytes32 document, Authorization calldata authorization)
        external
    {
        Lot storage record = _in(lot, LotState.DISPUTED);
        _requireBefore(lot, record.until);
        Order storage order = _orders[_orderOf(lot)];
        bytes16 treasurer = _secondPerson(
            lot, record, order, LotMessages.decision(lot, acceptedPieces, document, authorization), authorization
        );
        uint32 rejectedPieces = record.pieces - record.acceptedPieces;
        if (acceptedPieces > rejectedPieces) {
            revert CooperativePiecesNotRejected(lot, rejectedPieces, acceptedPieces);
        }
        // Settled for good: the date of the dispute is past, as is that of another one.
        (record.state, record.until) = (LotState.SETTLED, uint40(block.timestamp));
        _decisions[lot] = Decision({acceptedPieces: acceptedPieces, treasurer: treasurer});
        Payer memory payer = Payer(order.enterprise, order.terms);
        Parts memory parts = Split.parts(payer.terms, acceptedPieces);
        emit LotDecided(lot, record.worker, payer.enterprise, treasurer, acceptedPieces, parts, document);
        ILedger.Leg[] memory legs = _legs(1);
        _put(legs, 0, payer, lot, record.worker, parts, document);
        _distribute(payer, legs);
    }

    function lapseDispute(bytes16 lot) external {
        Lot storage record = _in(lot, LotState.DISPUTED);
        _requireFrom(lot, record.until);
        record.state = LotState.SETTLED;
        emit LotDisputeLapsed(lot);
    }

    function reverseLot(bytes16 lot, bytes32 document, Authorization calldata authorization) external {
        Lot storage record = _in(lot, LotState.SETTLED);
        _requireBefore(lot, record.until + REVERSAL_SECONDS);
        Order storage order = _orders[_orderOf(lot)];
        bytes32 structHash = LotMessages.act(lot, LotMessages.REVERSE_ACTION, document, authorization);
        bytes16 treasurer = _secondPerson(lot, record, order, structHash, authorization);
        Decision memory decision = _decisions[lot];
        if (treasurer == decision.treasurer) revert CooperativeSecondPersonNeeded(lot, treasurer);
        record.state = LotState.REVERSED;
        (bytes16 worker, uint32 freePieces) = (record.worker, record.acceptedPieces);
        _free(_orderOf(lot), worker, freePieces);
        Payer memory payer = Payer(order.enterprise, order.terms);
        Parts memory parts =
            Split.sum(Split.parts(payer.terms, freePieces), Split.parts(payer.terms, decision.acceptedPieces));
        emit LotReversed(
            lot, worker, payer.enterprise, treasurer, decision.acceptedPieces, freePieces, parts, document
        );
        _takeBack(payer, lot, worker, parts, document);
    }

    // PARTS

    /// @dev A treasurer of the enterprise's fund who neither made nor settled the lot.
    function _secondPerson(
        bytes16 lot,
        Lot storage record,
        Order storage order,
        bytes32 structHash,
        Authorization calldata authorization
    ) private returns (bytes16 treasurer) {
        uint16 fund = Accounts.fundOf(order.terms.levyPurpose);
        treasurer = _withRole(IMembers.Role.TREASURER, fund, structHash, authorization);
        if (treasurer == record.worker || Tails.tailOf(treasurer) == record.foremanTail) {
            revert CooperativeSecondPersonNeeded(lot, treasurer);
        }
        MEMBERS.requireNoDeskAct(lot, treasurer);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {WorkOrders} from "./WorkOrders.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {LotMessages} from "./libraries/LotMessages.sol";
import {Split} from "./libraries/Split.sol";
import {Tails} from "./libraries/Tails.sol";

/// @dev Lots of work orders, from the taking to the settlement: a part of {Cooperative}.
abstract contract Lots is WorkOrders {
    /// @dev One word. `until` is the date on which its state ends, or its dispute. Of the foreman who settled it stands the tail:
    /// it is compared, so that the same person does nothing else about the lot, and a treasurer of the same tail is refused too.
    struct Lot {
        bytes16 worker;
        LotState state;
        uint24 pieces;
        uint24 acceptedPieces;
        uint40 until;
        bytes4 foremanTail;
    }

    uint40 public constant ACCEPTANCE_SECONDS = 60 days;
    uint40 public constant DISPUTE_SECONDS = 7 days;

    mapping(bytes16 lot => Lot) internal _lots;

    function takeLot(bytes16 lot, bytes16 order, uint32 pieces, Authorization calldata authorization) external {
        bytes16 worker = _memberOf(LotMessages.taking(lot, order, pieces, authorization), authorization);
        if (lot == order || _orderOf(lot) != order) revert CooperativeLotIdInvalid(lot, order);
        Lot storage record = _lots[lot];
        // No former version has a lot of this order, since its id was new there as well.
        if (record.state != LotState.NONE) revert CooperativeLotExists(lot);
        uint40 until = uint40(_takePieces(order, worker, pieces)) + ACCEPTANCE_SECONDS;
        (record.worker, record.state, record.pieces, record.until) = (worker, LotState.TAKEN, uint24(pieces), until);
        emit LotTaken(lot, order, worker, pieces, until);
    }

    function returnLot(bytes16 lot, Authorization calldata authorization) external {
        Lot storage record = _in(lot, LotState.TAKEN);
        _requireWorker(lot, record, LotMessages.RETURN_ACTION, 0, authorization);
        record.state = LotState.RETURNED;
        emit LotReturned(lot);
        _free(_orderOf(lot), record.worker, record.pieces);
    }

    // ACCEPTING

    function settleLot(
        bytes16 lot,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        Settlement[] memory one = new Settlement[](1);
        one[0] = Settlement(lot, acceptedPieces, rejectedPieces, document);
        _settle(_orderOf(lot), one, LotMessages.settlement(one[0], authorization), authorization);
    }

    function settleLots(bytes16 order, Settlement[] calldata settlements, Authorization calldata authorization)
        external
    {
        if (settlements.length == 0) revert CooperativeNothingToSettle(order);
        bytes32 structHash = LotMessages.settlements(order, settlements, authorization);
        _settle(order, settlements, structHash, authorization);
    }

    function lapseLot(bytes16 lot) external {
        Lot storage record = _in(lot, LotState.TAKEN);
        _requireFrom(lot, record.until);
        record.state = LotState.LAPSED;
        emit LotLapsed(lot);
        _free(_orderOf(lot), record.worker, record.pieces);
    }

    // READING

    function isKnown(bytes16 id) external view returns (bool) {
        return _lots[id].state != LotState.NONE || _orders[id].enterprise != 0 || _isFormers(id);
    }

    // PARTS

    /// @dev Settles lots of one order by one signature, each by itself, and posts what they bring together.
    function _settle(
        bytes16 order,
        Settlement[] memory settlements,
        bytes32 structHash,
        Authorization calldata authorization
    ) private {
        Payer memory payer = Payer(_orders[order].enterprise, _orders[order].terms);
        bytes16 foreman = _foreman(payer.enterprise, structHash, authorization);
        ILedger.Leg[] memory legs = _legs(settlements.length);
        for (uint256 i = 0; i < settlements.length; i++) {
            Settlement memory one = settlements[i];
            if (_orderOf(one.lot) != order) revert CooperativeLotIdInvalid(one.lot, order);
            bytes16 worker = _accept(one, foreman);
            _free(order, worker, one.rejectedPieces);
            Parts memory parts = Split.parts(payer.terms, one.acceptedPieces);
            _emitSettled(one, worker, payer.enterprise, parts, foreman);
            _put(legs, i, payer, one.lot, worker, parts, one.document);
        }
        _distribute(payer, legs);
    }

    /// @dev Keeps what a foreman counted of a lot. Its worker. Members is asked first, so that the word is read and written once.
    function _accept(Settlement memory one, bytes16 foreman) private returns (bytes16 worker) {
        (bytes16 lot, uint32 acceptedPieces) = (one.lot, one.acceptedPieces);
        MEMBERS.requireNoDeskAct(lot, foreman);
        Lot storage record = _in(lot, LotState.TAKEN);
        _requireBefore(lot, record.until);
        worker = record.worker;
        if (foreman == worker) revert CooperativeSelfAcceptance(lot, foreman);
        if (uint256(acceptedPieces) + one.rejectedPieces != record.pieces) {
            revert CooperativeCountMismatch(lot, record.pieces, acceptedPieces, one.rejectedPieces);
        }
        (record.state, record.acceptedPieces, record.until, record.foremanTail) =
            (LotState.SETTLED, uint24(acceptedPieces), _disputableUntil(), Tails.tailOf(foreman));
    }

    function _disputableUntil() private view returns (uint40) {
        return uint40(block.timestamp) + DISPUTE_SECONDS;
    }

    function _emitSettled(
        Settlement memory one,
        bytes16 worker,
        uint32 enterprise,
        Parts memory parts,
        bytes16 foreman
    ) private {
        emit LotSettled(
            one.lot,
            worker,
            enterprise,
            one.acceptedPieces,
            one.rejectedPieces,
            parts,
            one.document,
            foreman,
            _disputableUntil()
        );
    }

    function _in(bytes16 lot, LotState needed) internal view returns (Lot storage record) {
        record = _lots[lot];
        if (record.state != needed) revert CooperativeLotNotIn(lot, needed, record.state);
    }

    function _requireBefore(bytes16 lot, uint40 until) internal view {
        if (block.timestamp >= until) revert CooperativeLotOver(lot, until);
    }

    function _requireFrom(bytes16 lot, uint40 until) internal view {
        if (block.timestamp < until) revert CooperativeLotNotOver(lot, until);
    }

    function _requireWorker(
        bytes16 lot,
        Lot storage record,
        bytes32 action,
        bytes32 document,
        Authorization calldata authorization
    ) internal {
        bytes16 member = _memberOf(LotMessages.act(lot, action, document, authorization), authorization);
        if (member != record.worker) revert CooperativeLotNotYours(lot, member);
    }
}

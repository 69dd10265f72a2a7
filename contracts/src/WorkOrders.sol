// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LotPostings} from "./LotPostings.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {LotMessages} from "./libraries/LotMessages.sol";

/// @dev Work orders, and how many of their pieces are whose: a part of {Cooperative}.
abstract contract WorkOrders is LotPostings {
    /// @dev What holds for its lots until the last of them has ended, whatever is published later.
    struct Order {
        uint32 enterprise;
        uint32 pieces;
        uint32 piecesLeft;
        uint32 workerPieces;
        uint48 dueAt;
        IEnterprises.Terms terms;
    }

    uint32 public constant MOST_PIECES = type(uint24).max;
    uint48 public constant MOST_ORDER_SECONDS = 365 days;

    ICooperative private immutable FORMER;

    mapping(bytes16 order => Order) internal _orders;
    mapping(bytes16 order => mapping(bytes16 worker => uint32)) private _takenBy;

    constructor(ICooperative former) {
        FORMER = former;
    }

    function openWorkOrder(
        bytes16 order,
        uint32 enterprise,
        uint32 product,
        uint32 pieces,
        uint32 workerPieces,
        uint48 dueAt,
        Authorization calldata authorization
    ) external {
        _foreman(
            enterprise,
            LotMessages.order(order, enterprise, product, pieces, workerPieces, dueAt, authorization),
            authorization
        );
        LEDGER.requireCurrent(address(this));
        (IEnterprises.Terms memory terms, uint16 version) = ENTERPRISES.currentTerms(enterprise, product);
        _requireNew(order);
        if (pieces == 0 || pieces > MOST_PIECES) revert CooperativePiecesOutOfRange(order, MOST_PIECES, pieces);
        if (dueAt <= block.timestamp || dueAt > block.timestamp + MOST_ORDER_SECONDS) {
            revert CooperativeDateInvalid(dueAt, MOST_ORDER_SECONDS);
        }
        if (workerPieces == 0 || workerPieces > pieces) revert CooperativeCapInvalid(order, pieces, workerPieces);
        _orders[order] = Order({
            enterprise: enterprise,
            pieces: pieces,
            piecesLeft: pieces,
            workerPieces: workerPieces,
            dueAt: dueAt,
            terms: terms
        });
        emit WorkOrderOpened(order, enterprise, product, version, pieces, workerPieces, dueAt);
    }

    // PARTS

    /// @dev An order's id is eight bytes, with zeros behind them, and those of its lots begin with them: so a lot tells its
    /// order, and keeps no word for it.
    function _orderOf(bytes16 lot) internal pure returns (bytes16) {
        return bytes16(bytes8(lot));
    }

    function _isFormers(bytes16 id) internal view returns (bool) {
        return address(FORMER) != address(0) && FORMER.isKnown(id);
    }

    /// @dev Pieces that a worker takes of those that are left. When the order is due.
    function _takePieces(bytes16 id, bytes16 worker, uint32 pieces) internal returns (uint48 dueAt) {
        Order storage order = _orders[id];
        uint32 left = order.piecesLeft;
        if (pieces == 0 || pieces > left) revert CooperativePiecesExceeded(id, left, pieces);
        dueAt = order.dueAt;
        if (block.timestamp >= dueAt) revert CooperativeOrderOver(id, dueAt);
        order.piecesLeft = left - pieces;
        if (_isCapped(order)) _takeWithinCap(id, worker, order.workerPieces, pieces);
    }

    /// @dev Pieces of a worker that others may take.
    function _free(bytes16 id, bytes16 worker, uint32 pieces) internal {
        if (pieces == 0) return;
        Order storage order = _orders[id];
        order.piecesLeft += pieces;
        if (_isCapped(order)) _takenBy[id][worker] -= pieces;
    }

    function _requireNew(bytes16 order) private view {
        if (order == 0 || _orderOf(order) != order) revert CooperativeOrderIdInvalid(order);
        if (_orders[order].enterprise != 0 || _isFormers(order)) revert CooperativeOrderExists(order);
    }

    /// @dev A cap of all pieces is none: what is left of the order bounds everybody, and nobody's pieces are counted.
    function _isCapped(Order storage order) private view returns (bool) {
        return order.workerPieces < order.pieces;
    }

    function _takeWithinCap(bytes16 order, bytes16 worker, uint32 cap, uint32 pieces) private {
        uint32 taken = _takenBy[order][worker];
        // What was accepted and then taken back counts no more, so the sum is never above the cap.
        if (pieces > cap - taken) revert CooperativeCapExceeded(order, worker, cap - taken, pieces);
        _takenBy[order][worker] = taken + pieces;
    }
}

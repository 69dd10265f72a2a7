// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev What an accepted piece is worth to whom, posted and taken back: a part of {Cooperative}.
abstract contract LotPostings is ICooperative, Intents {
    /// @dev The enterprise that pays, and by which terms: those of the order.
    struct Payer {
        uint32 enterprise;
        IEnterprises.Terms terms;
    }

    /// @dev What a lot brings goes to its worker, to reserve, levy and remainder.
    uint256 private constant PARTS = 4;

    ILedger internal immutable LEDGER;
    IEnterprises internal immutable ENTERPRISES;

    constructor(ILedger ledger, IMembers members, IEnterprises enterprises) Intents("Gongji Cooperative", members) {
        LEDGER = ledger;
        ENTERPRISES = enterprises;
    }

    // PARTS

    /// @dev Room for the parts of so many lots. Parts of one kind stand together, as one change of the account to which they go.
    function _legs(uint256 lots) internal pure returns (ILedger.Leg[] memory) {
        return new ILedger.Leg[](PARTS * lots);
    }

    /// @dev Puts the parts of what a lot brought, number `index` of those that are settled together, into their places.
    function _put(
        ILedger.Leg[] memory legs,
        uint256 index,
        Payer memory payer,
        bytes16 lot,
        bytes16 worker,
        Parts memory parts,
        bytes32 document
    ) internal {
        IEnterprises.Terms memory terms = payer.terms;
        bytes32 owed = Accounts.worker(payer.enterprise, worker);
        LEDGER.ensureAccount(owed, ILedger.Unit.CNY, false, Accounts.fundOf(terms.levyPurpose));
        uint256 lots = legs.length / PARTS;
        _set(legs[index], owed, parts.workerFen, ILedger.Reason.WAGE, lot, document);
        (bytes32 payee, uint64 amountFen) = (Accounts.purpose(terms.reservePurpose), parts.reserveFen);
        _set(legs[lots + index], payee, amountFen, ILedger.Reason.RESERVE, lot, document);
        (payee, amountFen) = (Accounts.purpose(terms.levyPurpose), parts.fundFen);
        _set(legs[2 * lots + index], payee, amountFen, ILedger.Reason.LEVY, lot, document);
        (payee, amountFen) = (Accounts.purpose(terms.remainderPurpose), parts.remainderFen);
        _set(legs[3 * lots + index], payee, amountFen, ILedger.Reason.REMAINDER, lot, document);
    }

    /// @dev Moves the parts to where they belong; a part of nothing is no movement.
    function _distribute(Payer memory payer, ILedger.Leg[] memory legs) internal {
        uint256 count = 0;
        for (uint256 i = 0; i < legs.length; i++) {
            ILedger.Leg memory leg = legs[i];
            if (leg.amount == 0) continue;
            if (count != i) legs[count] = leg;
            count++;
        }
        assembly ("memory-safe") {
            mstore(legs, count)
        }
        if (count != 0) LEDGER.postFrom(Accounts.id(Accounts.ENTERPRISE, payer.enterprise), legs);
    }

    /// @dev Takes the parts of a lot back from where they went, if they are still there.
    function _takeBack(
        Payer memory payer,
        bytes16 lot,
        bytes16 worker,
        Parts memory parts,
        bytes32 document
    ) internal {
        IEnterprises.Terms memory terms = payer.terms;
        bytes32 owed = Accounts.worker(payer.enterprise, worker);
        int64 balanceFen = LEDGER.balanceOf(owed);
        if (balanceFen < int64(parts.workerFen)) {
            revert CooperativeWagePaidOut(lot, worker, balanceFen, parts.workerFen);
        }
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, payer.enterprise);
        _return(owed, payee, parts.workerFen, lot, document);
        _return(Accounts.purpose(terms.reservePurpose), payee, parts.reserveFen, lot, document);
        _return(Accounts.purpose(terms.levyPurpose), payee, parts.fundFen, lot, document);
        _return(Accounts.purpose(terms.remainderPurpose), payee, parts.remainderFen, lot, document);
    }

    function _set(
        ILedger.Leg memory leg,
        bytes32 payee,
        uint64 amountFen,
        ILedger.Reason reason,
        bytes16 lot,
        bytes32 document
    ) private pure {
        (leg.payee, leg.amount, leg.reason) = (payee, amountFen, reason);
        (leg.cause, leg.document) = (bytes32(lot), document);
    }

    function _return(bytes32 payer, bytes32 payee, uint64 amountFen, bytes16 lot, bytes32 document) private {
        if (amountFen != 0) _post(payer, payee, amountFen, ILedger.Reason.LOT_REVERSAL, bytes32(lot), document);
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint64 amountFen,
        ILedger.Reason reason,
        bytes32 cause,
        bytes32 document
    ) internal {
        LEDGER.post(ILedger.Transfer(payer, payee, amountFen, reason, cause, document));
    }

    function _foreman(uint32 enterprise, bytes32 structHash, Authorization calldata authorization)
        internal
        returns (bytes16)
    {
        return _withRole(IMembers.Role.FOREMAN, enterprise, structHash, authorization);
    }
}

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
    ILedger internal immutable LEDGER;
    IEnterprises internal immutable ENTERPRISES;

    constructor(ILedger ledger, IMembers members, IEnterprises enterprises) Intents("Gongji Cooperative", members) {
        LEDGER = ledger;
        ENTERPRISES = enterprises;
    }

    // PARTS

    /// @dev Moves the parts of what a lot brought to where they belong.
    function _distribute(
        uint32 enterprise,
        IEnterprises.Terms memory terms,
        bytes16 lot,
        bytes16 worker,
        Parts memory parts,
        bytes32 document
    ) internal {
        bytes32 owed = Accounts.worker(enterprise, worker);
        LEDGER.ensureAccount(owed, ILedger.Unit.CNY, false, Accounts.fundOf(terms.levyPurpose));
        bytes32 reserve = Accounts.purpose(terms.reservePurpose);
        bytes32 levy = Accounts.purpose(terms.levyPurpose);
        bytes32 remainder = Accounts.purpose(terms.remainderPurpose);
        bytes32 cause = bytes32(lot);
        ILedger.Leg[] memory legs = new ILedger.Leg[](4);
        uint256 count = _add(legs, 0, ILedger.Leg(owed, parts.workerFen, ILedger.Reason.WAGE, cause, document));
        count = _add(legs, count, ILedger.Leg(reserve, parts.reserveFen, ILedger.Reason.RESERVE, cause, document));
        count = _add(legs, count, ILedger.Leg(levy, parts.fundFen, ILedger.Reason.LEVY, cause, document));
        count = _add(legs, count, ILedger.Leg(remainder, parts.remainderFen, ILedger.Reason.REMAINDER, cause, document));
        assembly ("memory-safe") {
            mstore(legs, count)
        }
        if (count != 0) LEDGER.postFrom(Accounts.id(Accounts.ENTERPRISE, enterprise), legs);
    }

    /// @dev Puts a leg behind the others; a part of nothing is no movement. How many there are now.
    function _add(ILedger.Leg[] memory legs, uint256 count, ILedger.Leg memory leg) private pure returns (uint256) {
        if (leg.amount == 0) return count;
        legs[count] = leg;
        return count + 1;
    }

    /// @dev Takes the parts of a lot back from where they went, if they are still there.
    function _takeBack(
        uint32 enterprise,
        IEnterprises.Terms memory terms,
        bytes16 lot,
        bytes16 worker,
        Parts memory parts,
        bytes32 document
    ) internal {
        bytes32 owed = Accounts.worker(enterprise, worker);
        int64 balanceFen = LEDGER.balanceOf(owed);
        if (balanceFen < int64(parts.workerFen)) {
            revert CooperativeWagePaidOut(lot, worker, balanceFen, parts.workerFen);
        }
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, enterprise);
        _return(owed, payee, parts.workerFen, lot, document);
        _return(Accounts.purpose(terms.reservePurpose), payee, parts.reserveFen, lot, document);
        _return(Accounts.purpose(terms.levyPurpose), payee, parts.fundFen, lot, document);
        _return(Accounts.purpose(terms.remainderPurpose), payee, parts.remainderFen, lot, document);
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

    function _withRole(IMembers.Role role, uint32 scope, bytes32 structHash, Authorization calldata authorization)
        internal
        returns (bytes16 member)
    {
        address key = _keyOf(structHash, authorization);
        member = MEMBERS.memberWithRole(key, role, scope);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {RecentSum} from "./libraries/RecentSum.sol";

/// @dev What a budget line, a requester and a payee got by approval lately: a part of {Rounds}.
abstract contract ApprovedSums is IRounds {
    mapping(uint32 budgetLine => RecentSum) private _ofLine;
    mapping(uint16 fund => mapping(bytes16 requester => RecentSum)) private _ofRequester;
    mapping(uint16 fund => mapping(bytes32 payee => RecentSum)) private _ofPayee;

    function recentFen(Subject calldata subject) public view returns (uint64) {
        (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee) = _sums(subject);
        return uint64(Math.max(ofLine.total(), Math.max(ofRequester.total(), ofPayee.total())));
    }

    // PARTS

    function _add(Subject calldata subject) internal {
        (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee) = _sums(subject);
        ofLine.add(subject.amountFen);
        ofRequester.add(subject.amountFen);
        ofPayee.add(subject.amountFen);
    }

    /// @dev Takes out what was added at `time`.
    function _subtract(Subject calldata subject, uint32 time) internal {
        (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee) = _sums(subject);
        ofLine.remove(subject.amountFen, time);
        ofRequester.remove(subject.amountFen, time);
        ofPayee.remove(subject.amountFen, time);
    }

    function _sums(Subject calldata subject)
        private
        view
        returns (RecentSum storage ofLine, RecentSum storage ofRequester, RecentSum storage ofPayee)
    {
        uint16 fund = Accounts.fundOf(subject.purpose);
        ofLine = _ofLine[subject.budgetLine];
        ofRequester = _ofRequester[fund][subject.requester];
        ofPayee = _ofPayee[fund][subject.payee];
    }
}

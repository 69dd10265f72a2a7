// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";

/// @dev Which committees there are, who sits in them, and which of some members do now: a part of {Committees}.
abstract contract Seating is ICommittees {
    /// @dev One word. A committee decides once, from `since` until `until`; 0 is not yet. `former` is the one before it.
    /// `revision` counts what was changed of its seats and rules, so that whoever agrees says to what.
    struct Committee {
        uint16 fund;
        uint8 seats;
        uint16 rulesVersion;
        uint16 donorSeats;
        uint16 residentSeats;
        uint16 officialSeats;
        uint16 enterpriseSeats;
        uint16 revision;
        uint48 since;
        uint48 until;
        uint32 former;
    }

    mapping(uint32 committee => Committee) internal _committees;
    mapping(uint32 committee => mapping(bytes16 member => Seat)) internal _seats;
    /// @dev The last holder of a seat: it stays when the seat is vacated.
    mapping(uint32 committee => mapping(uint8 seat => bytes16)) internal _holders;

    function holdersOf(uint32 committee) public view returns (bytes16[] memory holders) {
        holders = new bytes16[](_committees[committee].seats);
        for (uint8 i = 0; i < holders.length; i++) {
            holders[i] = _holders[committee][i];
        }
    }

    function seatsHeld(uint32 committee, bytes16[] memory members) public view returns (uint16 seats) {
        for (uint256 i = 0; i < members.length; i++) {
            Seat memory seat = _seats[committee][members[i]];
            // Nobody holds no seat, even if a steward gave nobody one.
            if (members[i] != 0 && seat.number == i && _isInForce(seat)) seats |= uint16(1 << i);
        }
    }

    function _isHeld(Seat memory seat) internal pure returns (bool) {
        return seat.since != 0 && seat.vacatedAt == 0;
    }

    function _isInForce(Seat memory seat) internal view returns (bool) {
        return _isHeld(seat) && block.timestamp < seat.validUntil;
    }

    function _endOf(Seat memory seat) internal pure returns (uint256) {
        return seat.vacatedAt == 0 ? seat.validUntil : Math.min(seat.vacatedAt, seat.validUntil);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Authority} from "./Authority.sol";
import {CommitteeRules} from "./CommitteeRules.sol";
import {Handovers} from "./Handovers.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOffices} from "./interfaces/IOffices.sol";
import {Floors} from "./libraries/Floors.sol";
import {HeldKey} from "./libraries/HeldKey.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {ICommittees}.
contract Committees is CommitteeRules {
    constructor(Authority authority, IMembers members, IFunds funds, IOffices offices)
        Handovers(authority, members, funds, offices)
    {}

    function openCommittee(uint32 committee, uint16 fund, SeatClass[] calldata classes) external restricted {
        uint256 seats = classes.length;
        if (committee == 0 || _committees[committee].seats != 0) revert CommitteeIdTaken(committee);
        if (seats % 2 == 0 || seats < 5 || seats > 15) revert CommitteeSizeInvalid(seats);
        uint16[4] memory masks;
        for (uint256 i = 0; i < seats; i++) {
            masks[uint8(classes[i])] |= uint16(1 << i);
        }
        // One that is opened beside another decides nothing until that hands over.
        uint48 since = _latest[fund] == 0 ? uint48(block.timestamp) : 0;
        if (since != 0) _latest[fund] = committee;
        _committees[committee] =
            Committee(fund, uint8(seats), 0, masks[0], masks[1], masks[2], masks[3], 0, since, 0, 0);
        emit CommitteeOpened(committee, fund, uint8(seats), masks[0], masks[1], masks[2], masks[3], since);
    }

    function fillSeat(uint32 committee, uint8 seat, bytes16 member, uint48 validUntil) external restricted {
        uint8 seats = _committees[committee].seats;
        if (seats == 0) revert CommitteeUnknown(committee);
        Seat memory held = _seats[committee][member];
        if (_isHeld(held) && held.number != seat) revert CommitteeMemberSeated(committee, member);
        if (seat != Seats.SUPERVISOR) {
            bytes16 holder = _holders[committee][seat];
            bool isTaken = holder != member && _seats[committee][holder].number == seat && _isHeld(_seats[committee][holder]);
            if (seat >= seats || isTaken) revert CommitteeSeatTaken(committee, seat);
            if (holder != member) held.since = 0;
            _holders[committee][seat] = member;
        }
        uint48 since = _isContinued(held, seat) ? held.since : uint48(block.timestamp);
        _seats[committee][member] = Seat({number: seat, since: since, validUntil: validUntil, vacatedAt: 0});
        _committees[committee].revision++;
        emit SeatFilled(committee, seat, member, since, validUntil);
    }

    function vacateSeat(uint32 committee, bytes16 member) external restricted {
        Seat memory held = _seats[committee][member];
        if (!_isHeld(held)) revert CommitteeSeatMissing(committee, member);
        _seats[committee][member].vacatedAt = uint48(block.timestamp);
        _committees[committee].revision++;
        emit SeatVacated(committee, held.number, member);
    }

    function voterOf(uint32 committee, address key) public view override returns (Voter memory) {
        IMembers.Key memory record = MEMBERS.keyInForce(key);
        if (record.kind == IMembers.KeyKind.DESK) revert CommitteeDeskHasNoVote(committee, record.member);
        Seat memory held = _seats[committee][record.member];
        if (!_isInForce(held)) revert CommitteeSeatMissing(committee, record.member);
        return Voter({member: record.member, seat: held.number, since: held.since, keyValidFrom: record.validFrom});
    }

    function seatsSince(uint32 committee, HeldKey[] calldata keys, uint48 time, bytes16 except)
        external
        view
        returns (uint16 seats)
    {
        mapping(bytes16 member => Seat) storage seatOfMember = _seats[committee];
        for (uint256 i = 0; i < keys.length; i++) {
            HeldKey key = keys[i];
            bytes16 member = key.holder();
            // The key of nobody has no vote, even if a steward gave nobody a seat.
            if (member == 0 || member == except || key.validFrom() > time) continue;
            Seat memory held = seatOfMember[member];
            // A supervisor's number is the bit of no seat.
            if (_isInForce(held) && held.since <= time) seats |= uint16(1 << held.number);
        }
    }

    function seatOf(uint32 committee, bytes16 member) external view returns (Seat memory) {
        return _seats[committee][member];
    }

    function committeeRecord(uint32 committee) external view returns (uint16 fund, uint8 seats) {
        return (_committees[committee].fund, _committees[committee].seats);
    }

    /// @dev Whether a new term goes on from the one before: of the same member in the same seat, and soon after.
    function _isContinued(Seat memory held, uint8 seat) private view returns (bool) {
        return held.since != 0 && held.number == seat && block.timestamp <= _endOf(held) + Floors.MAX_GAP;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Floors} from "./libraries/Floors.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {ICommittees}.
contract Committees is ICommittees, AccessManaged {
    struct Committee {
        uint16 fund;
        uint8 seats;
        uint16 rulesVersion;
        uint16 donorSeats;
        uint16 residentSeats;
        uint16 officialSeats;
        uint16 enterpriseSeats;
    }

    struct Seat {
        uint8 seat;
        uint48 since;
        uint48 validUntil;
    }

    uint256 private constant MAX_TIERS = 4;

    IMembers private immutable MEMBERS;

    mapping(uint32 committee => Committee) private _committees;
    mapping(uint16 fund => uint32 committee) private _committeeOf;
    mapping(uint32 committee => mapping(bytes16 member => Seat)) public seatOf;
    mapping(uint32 committee => mapping(uint8 seat => bytes16)) private _holders;
    mapping(uint32 committee => mapping(uint16 version => mapping(uint8 tier => Tier))) private _tiers;

    constructor(address authority, IMembers members) AccessManaged(authority) {
        MEMBERS = members;
    }

    function openCommittee(uint32 committee, uint16 fund, SeatClass[] calldata classes) external restricted {
        uint256 seats = classes.length;
        if (committee == 0 || _committees[committee].seats != 0) revert CommitteeIdTaken(committee);
        if (_committeeOf[fund] != 0) revert CommitteeFundTaken(fund, _committeeOf[fund]);
        if (seats % 2 == 0 || seats < 5 || seats > 15) revert CommitteeSizeInvalid(seats);
        uint16[4] memory masks;
        for (uint256 i = 0; i < seats; i++) {
            masks[uint8(classes[i])] |= uint16(1 << i);
        }
        _committeeOf[fund] = committee;
        _committees[committee] = Committee(fund, uint8(seats), 0, masks[0], masks[1], masks[2], masks[3]);
        emit CommitteeOpened(committee, fund, uint8(seats), masks[0], masks[1], masks[2], masks[3]);
    }

    function setRules(uint32 committee, Tier[] calldata tiers) external restricted {
        Committee memory record = _committees[committee];
        if (record.seats == 0) revert CommitteeUnknown(committee);
        if (tiers.length == 0 || tiers.length > MAX_TIERS) revert CommitteeRulesInvalid(committee);
        uint16 version = ++_committees[committee].rulesVersion;
        uint64 belowFen = 0;
        for (uint8 i = 0; i < tiers.length; i++) {
            Tier calldata tier = tiers[i];
            bool shareFits = tier.yesNumerator != 0 && tier.yesNumerator <= tier.yesDenominator;
            if (tier.upToFen <= belowFen || !shareFits || tier.proofSeconds == 0) {
                revert CommitteeRulesInvalid(committee);
            }
            _requireFloors(record, i, tier);
            belowFen = tier.upToFen;
            _tiers[committee][version][i] = tier;
            emit TierSet(committee, version, i, tier);
        }
    }

    function fillSeat(uint32 committee, uint8 seat, bytes16 member, uint48 validUntil) external restricted {
        uint8 seats = _committees[committee].seats;
        if (seats == 0) revert CommitteeUnknown(committee);
        if (seatOf[committee][member].since != 0) revert CommitteeMemberSeated(committee, member);
        if (seat != Seats.SUPERVISOR) {
            if (seat >= seats || _holders[committee][seat] != 0) revert CommitteeSeatTaken(committee, seat);
            _holders[committee][seat] = member;
        }
        seatOf[committee][member] = Seat({seat: seat, since: uint48(block.timestamp), validUntil: validUntil});
        emit SeatFilled(committee, seat, member, validUntil);
    }

    function vacateSeat(uint32 committee, bytes16 member) external restricted {
        Seat memory held = seatOf[committee][member];
        if (held.since == 0) revert CommitteeSeatMissing(committee, member);
        delete seatOf[committee][member];
        if (held.seat != Seats.SUPERVISOR) delete _holders[committee][held.seat];
        emit SeatVacated(committee, held.seat, member);
    }

    function ruleFor(uint32 committee, uint64 amountFen) external view returns (uint16, uint16, uint8, uint32, uint8) {
        Committee memory record = _committees[committee];
        if (record.rulesVersion == 0) revert CommitteeRulesMissing(committee);
        for (uint8 i = 0; i < MAX_TIERS; i++) {
            Tier memory tier = _tiers[committee][record.rulesVersion][i];
            if (amountFen > tier.upToFen) continue;
            return (record.fund, record.rulesVersion, i, tier.decideSeconds, uint8(_yesNeeded(record.seats, tier)));
        }
        revert CommitteeAmountAboveTiers(committee, amountFen);
    }

    function voterOf(uint32 committee, address key) external view returns (bytes16 member, uint8 seat, uint48 since) {
        member = MEMBERS.memberOf(key);
        Seat memory held = seatOf[committee][member];
        if (held.since == 0 || block.timestamp >= held.validUntil) revert CommitteeSeatMissing(committee, member);
        return (member, held.seat, held.since);
    }

    function outcome(uint32 committee, uint16 version, uint8 tier, uint16 approvals, uint16 recusals)
        external
        view
        returns (bool passed, uint32 noticeSeconds, uint24 proofSeconds)
    {
        Committee memory record = _committees[committee];
        Tier memory rule = _tiers[committee][version][tier];
        uint256 base = record.seats - Seats.count(recusals);
        uint256 yes = Seats.count(approvals);
        bool enough = yes != 0 && yes * rule.yesDenominator >= base * rule.yesNumerator;
        bool everyClass = Seats.count(approvals & record.donorSeats) >= rule.minDonor
            && Seats.count(approvals & record.residentSeats) >= rule.minResident
            && Seats.count(approvals & record.officialSeats) >= rule.minOfficial
            && Seats.count(approvals & record.enterpriseSeats) >= rule.minEnterprise;
        return (enough && everyClass, rule.noticeSeconds, rule.proofSeconds);
    }

    function tierOf(uint32 committee, uint16 version, uint8 tier) external view returns (Tier memory) {
        return _tiers[committee][version][tier];
    }

    /// @dev What no steward can set: see {Floors} for the reasons.
    function _requireFloors(Committee memory record, uint8 number, Tier calldata tier) private pure {
        if (tier.noticeSeconds < Floors.MIN_NOTICE || tier.noticeSeconds > Floors.MAX_NOTICE) {
            revert CommitteeNoticeInvalid(number, tier.noticeSeconds, Floors.MIN_NOTICE, Floors.MAX_NOTICE);
        }
        if (tier.decideSeconds < Floors.MIN_DECIDE || tier.decideSeconds > Floors.MAX_DECIDE) {
            revert CommitteeDecideTimeInvalid(number, tier.decideSeconds, Floors.MIN_DECIDE, Floors.MAX_DECIDE);
        }
        uint16 objections = tier.objectionsToSuspend;
        if (objections < Floors.MIN_OBJECTIONS || objections > Floors.MAX_OBJECTIONS) {
            revert CommitteeObjectionsInvalid(number, objections, Floors.MIN_OBJECTIONS, Floors.MAX_OBJECTIONS);
        }
        (uint256 yesNeeded, uint256 majority) = (_yesNeeded(record.seats, tier), Floors.majority(record.seats));
        if (yesNeeded < majority) revert CommitteeShareBelowMajority(number, yesNeeded, majority);
        _requireSeats(number, SeatClass.DONOR, tier.minDonor, record.donorSeats);
        _requireSeats(number, SeatClass.RESIDENT, tier.minResident, record.residentSeats);
        _requireSeats(number, SeatClass.OFFICIAL, tier.minOfficial, record.officialSeats);
        _requireSeats(number, SeatClass.ENTERPRISE, tier.minEnterprise, record.enterpriseSeats);
    }

    function _requireSeats(uint8 number, SeatClass seatClass, uint8 minimum, uint16 ofClass) private pure {
        uint256 seats = Seats.count(ofClass);
        if (minimum > seats) revert CommitteeClassMinimumTooHigh(number, seatClass, minimum, seats);
    }

    function _yesNeeded(uint8 seats, Tier memory tier) private pure returns (uint256) {
        return Math.ceilDiv(uint256(seats) * tier.yesNumerator, tier.yesDenominator);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Authority} from "./Authority.sol";
import {Handovers} from "./Handovers.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOffices} from "./interfaces/IOffices.sol";
import {Floors} from "./libraries/Floors.sol";
import {HeldKey} from "./libraries/HeldKey.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {ICommittees}.
contract Committees is Handovers {
    uint256 private constant MAX_TIERS = 4;

    mapping(uint32 committee => mapping(uint16 version => mapping(uint8 tier => Tier))) private _tiers;

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

    function setRules(uint32 committee, Tier[] calldata tiers) external restricted {
        Committee memory record = _committees[committee];
        if (record.seats == 0) revert CommitteeUnknown(committee);
        if (tiers.length == 0 || tiers.length > MAX_TIERS) revert CommitteeRulesInvalid(committee);
        uint16 version = ++_committees[committee].rulesVersion;
        _committees[committee].revision++;
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

    function ruleFor(uint32 committee, uint64 amountFen, uint64 recentFen) public view returns (Rule memory) {
        Committee memory record = _committees[committee];
        _requireInForce(committee, record);
        uint16 version = record.rulesVersion;
        if (version == 0) revert CommitteeRulesMissing(committee);
        mapping(uint8 tier => Tier) storage tiers = _tiers[committee][version];
        uint8 tier = _tierFor(tiers, uint256(amountFen) + recentFen);
        if (amountFen > tiers[tier].upToFen) revert CommitteeAmountAboveTiers(committee, amountFen);
        return _rule(committee, version, tier);
    }

    function stricterRule(uint32 committee, uint64 amountFen, uint64 recentFen, uint16 version, uint8 tier)
        external
        view
        returns (Rule memory rule)
    {
        rule = ruleFor(committee, amountFen, recentFen);
        Tier memory present = _tiers[committee][rule.version][rule.tier];
        Tier memory former = _tiers[committee][version][tier];
        Rule memory formerRule = _rule(committee, version, tier);
        bool isLaxer = rule.yesNeeded < formerRule.yesNeeded || present.noticeSeconds < former.noticeSeconds
            || present.objectionsToSuspend > former.objectionsToSuspend || present.minDonor < former.minDonor
            || present.minResident < former.minResident || present.minOfficial < former.minOfficial
            || present.minEnterprise < former.minEnterprise;
        return isLaxer ? formerRule : rule;
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

    function decide(Vote calldata vote) external view returns (Decision memory) {
        (uint32 committee, uint16 version) = (vote.committee, vote.rulesVersion);
        mapping(uint8 tier => Tier) storage tiers = _tiers[committee][version];
        uint8 tier = uint8(Math.max(vote.tier, _tierFor(tiers, vote.togetherFen)));
        Committee memory record = _committees[committee];
        Tier memory rule = tiers[tier];
        return Decision({
            outcome: _outcome(record, rule, vote),
            tier: tier,
            yesNeeded: uint8(_yesNeeded(record.seats, rule.yesNumerator, rule.yesDenominator)),
            noticeSeconds: rule.noticeSeconds,
            proofSeconds: rule.proofSeconds
        });
    }

    function maySuffice(uint32 committee, uint16 version, uint8 tier, uint16 lost) external view returns (bool) {
        return _mayDo(_committees[committee], _tiers[committee][version][tier], lost);
    }

    function tierOf(uint32 committee, uint16 version, uint8 tier) external view returns (Tier memory) {
        return _tiers[committee][version][tier];
    }

    function seatOf(uint32 committee, bytes16 member) external view returns (Seat memory) {
        return _seats[committee][member];
    }

    function committeeRecord(uint32 committee) external view returns (uint16 fund, uint8 seats) {
        return (_committees[committee].fund, _committees[committee].seats);
    }

    function holdersOf(uint32 committee) external view returns (bytes16[] memory holders) {
        holders = new bytes16[](_committees[committee].seats);
        for (uint8 i = 0; i < holders.length; i++) {
            holders[i] = _holders[committee][i];
        }
    }

    /// @dev The first tier that reaches an amount, or the last one.
    function _tierFor(mapping(uint8 tier => Tier) storage tiers, uint256 amountFen) private view returns (uint8 tier) {
        for (; tier + 1 < MAX_TIERS; tier++) {
            if (amountFen <= tiers[tier].upToFen || tiers[tier + 1].upToFen == 0) return tier;
        }
    }

    function _rule(uint32 committee, uint16 version, uint8 tier) private view returns (Rule memory) {
        Committee storage record = _committees[committee];
        Tier storage set = _tiers[committee][version][tier];
        uint256 yesNeeded = _yesNeeded(record.seats, set.yesNumerator, set.yesDenominator);
        return Rule({
            fund: record.fund,
            version: version,
            tier: tier,
            decideSeconds: set.decideSeconds,
            yesNeeded: uint8(yesNeeded)
        });
    }

    function _outcome(Committee memory record, Tier memory rule, Vote calldata vote) private pure returns (Outcome) {
        if (_suffice(record, rule, vote.approvals)) return Outcome.PASSED;
        if (_mayDo(record, rule, vote.lost)) return Outcome.OPEN;
        return _mayDo(record, rule, vote.recusals) ? Outcome.FAILED : Outcome.RECUSED;
    }

    /// @dev Whether all seats but these would do.
    function _mayDo(Committee memory record, Tier memory rule, uint16 lost) private pure returns (bool) {
        return _suffice(record, rule, ~lost & uint16((1 << record.seats) - 1));
    }

    /// @dev Whether these seats reach the share of all seats, and the minimum of each class.
    function _suffice(Committee memory record, Tier memory rule, uint16 seats) private pure returns (bool) {
        return Seats.count(seats) >= _yesNeeded(record.seats, rule.yesNumerator, rule.yesDenominator)
            && Seats.count(seats & record.donorSeats) >= rule.minDonor
            && Seats.count(seats & record.residentSeats) >= rule.minResident
            && Seats.count(seats & record.officialSeats) >= rule.minOfficial
            && Seats.count(seats & record.enterpriseSeats) >= rule.minEnterprise;
    }

    function _mayDecide(uint32 committee, uint16 seats) internal view override returns (bool) {
        Committee memory record = _committees[committee];
        for (uint8 i = 0; i < MAX_TIERS; i++) {
            Tier memory rule = _tiers[committee][record.rulesVersion][i];
            if (rule.upToFen == 0) return i != 0;
            if (!_suffice(record, rule, seats)) return false;
        }
        return true;
    }

    function _isInForce(Seat memory seat) private view returns (bool) {
        return _isHeld(seat) && block.timestamp < seat.validUntil;
    }

    /// @dev Whether a new term goes on from the one before: of the same member in the same seat, and soon after.
    function _isContinued(Seat memory held, uint8 seat) private view returns (bool) {
        return held.since != 0 && held.number == seat && block.timestamp <= _endOf(held) + Floors.MAX_GAP;
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
        uint256 yesNeeded = _yesNeeded(record.seats, tier.yesNumerator, tier.yesDenominator);
        uint256 majority = Floors.majority(record.seats);
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

    function _yesNeeded(uint8 seats, uint8 numerator, uint8 denominator) private pure returns (uint256) {
        return Math.ceilDiv(uint256(seats) * numerator, denominator);
    }
}

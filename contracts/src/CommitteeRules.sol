// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Handovers} from "./Handovers.sol";
import {Floors} from "./libraries/Floors.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev The rules by which a committee decides, and what votes come to by them: a part of {Committees}.
abstract contract CommitteeRules is Handovers {
    uint256 private constant MAX_TIERS = 4;

    mapping(uint32 committee => mapping(uint16 version => mapping(uint8 tier => Tier))) private _tiers;

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

    function ruleFor(uint32 committee, uint64 amountFen, uint64 recentFen) public view returns (Rule memory) {
        Committee memory record = _committees[committee];
        _requireInForce(committee, record);
        uint16 version = record.rulesVersion;
        if (version == 0) revert CommitteeRulesMissing(committee);
        mapping(uint8 tier => Tier) storage tiers = _tiers[committee][version];
        uint8 tier = _tierFor(tiers, uint256(amountFen) + recentFen);
        if (amountFen > tiers[tier].upToFen) revert CommitteeAmountAboveTiers(committee, amountFen);
        return _rule(record, tiers[tier], version, tier);
    }

    function stricterRule(uint32 committee, uint64 amountFen, uint64 recentFen, uint16 version, uint8 tier)
        external
        view
        returns (Rule memory rule)
    {
        rule = ruleFor(committee, amountFen, recentFen);
        Tier memory present = _tiers[committee][rule.version][rule.tier];
        Tier memory former = _tiers[committee][version][tier];
        Rule memory formerRule = _rule(_committees[committee], _tiers[committee][version][tier], version, tier);
        bool isLaxer = rule.yesNeeded < formerRule.yesNeeded || present.noticeSeconds < former.noticeSeconds
            || present.objectionsToSuspend > former.objectionsToSuspend || present.minDonor < former.minDonor
            || present.minResident < former.minResident || present.minOfficial < former.minOfficial
            || present.minEnterprise < former.minEnterprise;
        return isLaxer ? formerRule : rule;
    }

    function decide(Vote calldata vote) external view returns (Decision memory decision) {
        mapping(uint8 tier => Tier) storage tiers = _tiers[vote.committee][vote.rulesVersion];
        uint8 tier = uint8(Math.max(vote.tier, _tierFor(tiers, vote.togetherFen)));
        Committee memory record = _committees[vote.committee];
        Tier memory rule = tiers[tier];
        (decision.outcome, decision.tier) = (_outcome(record, rule, vote), tier);
        decision.yesNeeded = uint8(_yesNeeded(record.seats, rule.yesNumerator, rule.yesDenominator));
        (decision.noticeSeconds, decision.proofSeconds) = (rule.noticeSeconds, rule.proofSeconds);
    }

    function maySuffice(uint32 committee, uint16 version, uint8 tier, uint16 lost) external view returns (bool) {
        return _mayDo(_committees[committee], _tiers[committee][version][tier], lost);
    }

    function tierOf(uint32 committee, uint16 version, uint8 tier) external view returns (Tier memory) {
        return _tiers[committee][version][tier];
    }

    // PARTS

    function _mayDecide(uint32 committee, uint16 seats) internal view override returns (bool) {
        Committee memory record = _committees[committee];
        for (uint8 i = 0; i < MAX_TIERS; i++) {
            Tier memory rule = _tiers[committee][record.rulesVersion][i];
            if (rule.upToFen == 0) return i != 0;
            if (!_suffice(record, rule, seats)) return false;
        }
        return true;
    }

    function _rule(Committee memory record, Tier storage set, uint16 version, uint8 tier)
        private
        view
        returns (Rule memory rule)
    {
        (rule.fund, rule.version, rule.tier) = (record.fund, version, tier);
        rule.decideSeconds = set.decideSeconds;
        rule.yesNeeded = uint8(_yesNeeded(record.seats, set.yesNumerator, set.yesDenominator));
    }

    /// @dev The first tier that reaches an amount, or the last one.
    function _tierFor(mapping(uint8 tier => Tier) storage tiers, uint256 amountFen) private view returns (uint8 tier) {
        for (; tier + 1 < MAX_TIERS; tier++) {
            if (amountFen <= tiers[tier].upToFen || tiers[tier + 1].upToFen == 0) return tier;
        }
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

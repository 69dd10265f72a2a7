// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CampaignPostings} from "./CampaignPostings.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @dev Which gifts count for a campaign, and by how much they are matched: a part of {Campaigns}.
abstract contract GiftRules is CampaignPostings {
    /// @dev What a bank books on the last day stands in the statement that a treasurer imports within five working days.
    uint48 public constant GRACE_SECONDS = 7 days;
    /// @dev Statements have days of China: one time zone, and no summer time.
    uint256 private constant CHINA_SECONDS = 8 hours;

    function _requireFitting(Terms memory terms, Progress memory progress, Gift calldata gift) internal view {
        if (gift.donor == 0) revert CampaignsDonorMissing(gift.bankLine);
        if (gift.household != 0 && _isOpen(gift.donor)) revert CampaignsHouseholdOfOpenDonor(gift.bankLine, gift.donor);
        _requireBooked(terms.closesAt, gift);
        if (gift.household > progress.listedHouseholds) {
            revert CampaignsHouseholdUnknown(gift.bankLine, gift.household, progress.listedHouseholds);
        }
    }

    /// @dev Who may be matched: a household of the list, or an organisation that gives openly. A treasurer makes neither.
    function _giverOf(Terms memory terms, Gift calldata gift) internal view returns (bytes32) {
        if (gift.household != 0) return bytes32(uint256(gift.household));
        if (terms.matchPurpose == 0 || terms.perHousehold || !_isOpen(gift.donor)) return 0;
        bool isOrganisation = MEMBERS.kindOf(bytes16(gift.donor)) == IMembers.MemberKind.ORGANISATION;
        return isOrganisation ? gift.donor : bytes32(0);
    }

    /// @dev Whether a donor is named: a member id, and zeros after it. A commitment ends with sixteen zeros by no chance.
    function _isOpen(bytes32 donor) private pure returns (bool) {
        return uint128(uint256(donor)) == 0;
    }

    function _match(Terms memory terms, uint64 amountFen, uint64 giverFen, uint64 alreadyFen)
        internal
        pure
        returns (uint64)
    {
        if (terms.matchPurpose == 0) return 0;
        uint256 uncappedFen = (uint256(amountFen) * terms.matchBps) / 10_000;
        uint256 room = Math.min(terms.matchPerGiverFen - giverFen, terms.matchLockFen - alreadyFen);
        return uint64(Math.min(uncappedFen, room));
    }

    /// @dev A statement has days and no hours, so the last day of a campaign counts whole.
    function _requireBooked(uint48 closesAt, Gift calldata gift) private view {
        uint32 lastDay = _dayOf(closesAt - 1);
        if (gift.bookedOn > lastDay) revert CampaignsBookedAfterClose(gift.bankLine, gift.bookedOn, lastDay);
        uint32 today = _dayOf(block.timestamp);
        if (gift.bookedOn > today) revert CampaignsBookedAhead(gift.bankLine, gift.bookedOn, today);
    }

    function _dayOf(uint256 time) private pure returns (uint32) {
        return uint32((time + CHINA_SECONDS) / 1 days);
    }
}

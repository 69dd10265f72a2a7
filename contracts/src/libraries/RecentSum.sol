// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Amounts of the running period and of the one before, in one word. A period is a stretch of 30 days counted from
/// 1970; older ones are forgotten. What is added counts for 30 to 60 days.
struct RecentSum {
    uint32 period;
    uint64 presentFen;
    uint64 formerFen;
}

using {add, remove, total} for RecentSum global;

/// @dev As long as a month's shopping, so that what comes in parts is seen as one, and a new season begins at zero.
uint256 constant PERIOD_SECONDS = 30 days;

function add(RecentSum storage sum, uint64 amountFen) {
    uint32 period = periodOf(block.timestamp);
    RecentSum memory before = sum;
    if (before.period != period) {
        before = RecentSum(period, 0, before.period + 1 == period ? before.presentFen : 0);
    }
    (sum.period, sum.presentFen, sum.formerFen) = (period, before.presentFen + amountFen, before.formerFen);
}

/// @dev Takes out what was added at `time`, if it is not forgotten.
function remove(RecentSum storage sum, uint64 amountFen, uint256 time) {
    uint32 period = periodOf(time);
    if (period == sum.period) sum.presentFen -= amountFen;
    if (period + 1 == sum.period) sum.formerFen -= amountFen;
}

function total(RecentSum storage sum) view returns (uint64) {
    uint32 period = periodOf(block.timestamp);
    if (sum.period == period) return sum.presentFen + sum.formerFen;
    return sum.period + 1 == period ? sum.presentFen : 0;
}

function periodOf(uint256 time) pure returns (uint32) {
    return uint32(time / PERIOD_SECONDS);
}

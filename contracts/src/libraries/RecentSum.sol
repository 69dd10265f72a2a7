// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Amounts of the running period and of the one before, in one word, which is read and written whole. A period is a
/// stretch of 30 days counted from 1970; older ones are forgotten. What is added counts for 30 to 60 days. From the right: number of
/// the period (32 bits), what was added in it and in the one before, in fen (64 bits each).
struct RecentSum {
    uint256 word;
}

using {add, remove, total} for RecentSum global;

/// @dev As long as a month's shopping, so that what comes in parts is seen as one, and a new season begins at zero.
uint256 constant PERIOD_SECONDS = 30 days;

function add(RecentSum storage sum, uint64 amountFen) {
    uint32 period = periodOf(block.timestamp);
    (uint64 presentFen, uint64 formerFen) = amounts(sum.word, period);
    sum.word = pack(period, presentFen + amountFen, formerFen);
}

/// @dev Takes out what was added at `time`, if it is not forgotten.
function remove(RecentSum storage sum, uint64 amountFen, uint256 time) {
    uint32 period = uint32(sum.word);
    (uint64 presentFen, uint64 formerFen) = amounts(sum.word, period);
    if (periodOf(time) == period) presentFen -= amountFen;
    if (periodOf(time) + 1 == period) formerFen -= amountFen;
    sum.word = pack(period, presentFen, formerFen);
}

function total(RecentSum storage sum) view returns (uint64) {
    (uint64 presentFen, uint64 formerFen) = amounts(sum.word, periodOf(block.timestamp));
    return presentFen + formerFen;
}

function periodOf(uint256 time) pure returns (uint32) {
    return uint32(time / PERIOD_SECONDS);
}

/// @dev What counts in a period, the last one or a later one.
function amounts(uint256 word, uint32 period) pure returns (uint64 presentFen, uint64 formerFen) {
    (uint32 last, uint64 lastFen) = (uint32(word), uint64(word >> 32));
    if (last == period) return (lastFen, uint64(word >> 96));
    return (0, last + 1 == period ? lastFen : 0);
}

function pack(uint32 period, uint64 presentFen, uint64 formerFen) pure returns (uint256) {
    return period | (uint256(presentFen) << 32) | (uint256(formerFen) << 96);
}

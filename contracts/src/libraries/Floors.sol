// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev What no rules of a committee may go beyond, whoever sets them. A steward chooses between these limits.
library Floors {
    /// @dev Residents who look at their phones once in a weekend must still meet the notice before money leaves.
    uint32 internal constant MIN_NOTICE = 3 days;

    /// @dev Changes of rules and offices wait this long, so that no change overtakes a notice that runs: a longer
    /// notice would be overtaken.
    uint32 internal constant MAX_NOTICE = 15 days;

    /// @dev Members are unpaid and have other work: nobody can hold a vote while the others sleep.
    uint32 internal constant MIN_DECIDE = 1 days;

    /// @dev A round has an end within a season, after which prices and seats are others.
    uint32 internal constant MAX_DECIDE = 90 days;

    /// @dev Without objections that suspend, a notice would be only an announcement.
    uint16 internal constant MIN_OBJECTIONS = 1;

    /// @dev As many as a stairwell or two has households; more would not be found within a notice.
    uint16 internal constant MAX_OBJECTIONS = 50;

    /// @dev So long after the notice an objection that was acknowledged within it may still arrive, and no money leaves. The
    /// desk and every other portal open within a day, so that who was let down by one can go to the next; a third of the
    /// shortest notice.
    uint32 internal constant OBJECTION_GRACE = 1 days;

    /// @dev A term that begins so soon after the last one of the same member in the same seat goes on from it: twice the
    /// longest notice, so that a seat that fell vacant by mistake is filled again in time.
    uint32 internal constant MAX_GAP = 30 days;

    /// @dev Four rounds, each stopped by other residents than the ones before, say that a request is to be changed.
    uint8 internal constant MAX_ROUNDS = 4;

    /// @dev No committee approves what a bank takes as its fee, so this is all that a treasurer alone can book out of a purpose
    /// with one bank line: what banks take for a transfer of a million yuan, and for keeping an account for a month.
    uint64 internal constant MAX_FEE_FEN = 5_000;

    /// @dev The same of a fund in this period of 30 days and the one before ({RecentSum}): a dozen transfers and the account.
    /// A treasurer who called something else a fee would take CNY 600 in half a year, in sight of everybody. More needs a
    /// request, whose payee is the bank.
    uint64 internal constant MAX_FEES_FEN = 20_000;

    /// @dev More than half of all seats, vacant and recused ones too: two disjoint groups can never both decide.
    function majority(uint8 seats) internal pure returns (uint256) {
        return uint256(seats) / 2 + 1;
    }
}

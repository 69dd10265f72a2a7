// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev What a bank line is used for and by whom, as one word of {IFunds} keeps it: fifteen bytes for the use, eight for the
/// treasurer. So whoever records a line keeps no word of its own, and a new version of a module finds what the old one recorded.
library BankLineUses {
    /// @dev Of a donation, a fee or interest: the purpose.
    function ofPurpose(uint32 purpose) internal pure returns (bytes15) {
        return bytes15(bytes4(purpose));
    }

    /// @dev Of a fee: the purpose, and when it was recorded, seconds since 1970.
    function ofFee(uint32 purpose, uint48 time) internal pure returns (bytes15) {
        return ofPurpose(purpose) | (bytes15(bytes6(time)) >> 32);
    }

    /// @dev Of a gift: campaign, number of its household or 0, and the match that it earned, in fen.
    function ofGift(uint32 campaign, uint32 household, uint56 matchedFen) internal pure returns (bytes15) {
        return bytes15(bytes4(campaign)) | (bytes15(bytes4(household)) >> 32) | (bytes15(bytes7(matchedFen)) >> 64);
    }

    /// @dev Of a request: the first fifteen bytes of its id. An id is a hash of all that the request says, so that nobody finds
    /// a second request for a line that is recorded.
    function ofRequest(bytes32 proposalId) internal pure returns (bytes15) {
        return bytes15(proposalId);
    }

    /// @dev Of a payment of wages: the enterprise, which keeps whose they are.
    function ofEnterprise(uint32 enterprise) internal pure returns (bytes15) {
        return bytes15(bytes4(enterprise));
    }

    /// @dev Of what came back of a payment of wages: the first fifteen bytes of the line that had paid.
    function ofLine(bytes32 bankLine) internal pure returns (bytes15) {
        return bytes15(bankLine);
    }

    /// @dev Key under which the part of a joint payment is kept that paid one request.
    function shareOf(bytes32 bankLine, bytes15 use) internal pure returns (bytes32) {
        return keccak256(abi.encode(bankLine, use));
    }

    function purposeOf(bytes15 use) internal pure returns (uint32) {
        return uint32(bytes4(use));
    }

    function timeOf(bytes15 use) internal pure returns (uint48) {
        return uint48(bytes6(use << 32));
    }

    function householdOf(bytes15 use) internal pure returns (uint32) {
        return uint32(bytes4(use << 32));
    }

    function matchedFenOf(bytes15 use) internal pure returns (uint56) {
        return uint56(bytes7(use << 64));
    }

    /// @dev A member in eight bytes, which only tell that it is somebody else. Two members whose eight bytes are the same, by a
    /// chance of one in 10^18, count as one person: refused where two are needed, and never let through. Never zero, so that
    /// a line that somebody touched is told from a new one.
    function person(bytes16 member) internal pure returns (bytes8) {
        return bytes8(member) ^ bytes8(member << 64) | 0x8000000000000000;
    }
}

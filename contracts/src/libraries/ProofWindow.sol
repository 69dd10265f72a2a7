// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev When proofs of payment fall due: up to three open ones in one word, 32 bits each, 0 = free.
/// A budget line is blocked as soon as one is overdue, with no keeper needed to say so.
type ProofWindow is uint96;

using {add, remove, isOverdue, isFull} for ProofWindow global;

uint256 constant SLOTS = 3;

/// @dev Puts `dueAt` into a free slot. The caller checks `isFull` before.
function add(ProofWindow window, uint32 dueAt) pure returns (ProofWindow) {
    uint96 word = ProofWindow.unwrap(window);
    for (uint256 i = 0; i < SLOTS; i++) {
        if (uint32(word >> (32 * i)) == 0) return ProofWindow.wrap(word | (uint96(dueAt) << uint96(32 * i)));
    }
    return window;
}

/// @dev Frees one slot that holds `dueAt`.
function remove(ProofWindow window, uint32 dueAt) pure returns (ProofWindow) {
    uint96 word = ProofWindow.unwrap(window);
    for (uint256 i = 0; i < SLOTS; i++) {
        if (uint32(word >> (32 * i)) == dueAt) return ProofWindow.wrap(word ^ (uint96(dueAt) << uint96(32 * i)));
    }
    return window;
}

/// @dev Whether any open proof fell due before `time`, seconds since 1970.
function isOverdue(ProofWindow window, uint256 time) pure returns (bool) {
    for (uint96 word = ProofWindow.unwrap(window); word != 0; word >>= 32) {
        uint32 dueAt = uint32(word);
        if (dueAt != 0 && dueAt < time) return true;
    }
    return false;
}

function isFull(ProofWindow window) pure returns (bool) {
    uint96 word = ProofWindow.unwrap(window);
    for (uint256 i = 0; i < SLOTS; i++) {
        if (uint32(word >> (32 * i)) == 0) return false;
    }
    return true;
}

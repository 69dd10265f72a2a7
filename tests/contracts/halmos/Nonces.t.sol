// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "../../../contracts/src/interfaces/IIntents.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {AlwaysAllowed} from "./AlwaysAllowed.sol";
import {VM, create} from "./Committed.sol";

/// @dev What was signed is done once, for all nonces at once. This contract takes intents, and is a member's key itself.
contract NoncesProof is AlwaysAllowed {
    bytes16 private constant ME = "member";
    uint256 private constant SECRET = 0x67;

    IMembers private members;

    function setUp() public {
        members = IMembers(create("Members", abi.encode(this, address(0), address(0))));
        _become(address(this));
        _become(VM.addr(SECRET));
    }

    function check_signed_intent_is_taken_once(bytes32 digest, uint256 nonce) external {
        IIntents.Authorization memory authorization = _signed(digest, nonce);
        members.useIntent(digest, authorization);
        assert(members.isNonceUsed(address(this), VM.addr(SECRET), nonce));
        try members.useIntent(digest, authorization) {
            assert(false);
        } catch {}
    }

    /// @dev That the refusal above is for the nonce alone.
    function check_another_nonce_is_free(bytes32 digest, uint256 nonce, uint256 other) external {
        members.useIntent(digest, _signed(digest, nonce));
        assert(members.isNonceUsed(address(this), VM.addr(SECRET), other) == (other == nonce));
        if (other != nonce) members.useIntent(digest, _signed(digest, other));
    }

    function check_nonce_that_was_called_back_is_spent(uint256 nonce) external {
        members.cancelIntent(address(this), nonce, _direct());
        assert(members.isNonceUsed(address(this), address(this), nonce));
        assert(!members.isNonceUsed(address(this), address(members), nonce));
        assert(!members.isNonceUsed(address(members), address(this), nonce));
        try members.cancelIntent(address(this), nonce, _direct()) {
            assert(false);
        } catch {}
    }

    function check_intent_past_its_deadline_is_not_taken(bytes32 digest, uint48 deadline, uint48 time) external {
        IIntents.Authorization memory authorization = _signed(digest, 0);
        authorization.deadline = deadline;
        VM.warp(time);
        try members.useIntent(digest, authorization) {
            assert(time <= deadline);
        } catch (bytes memory refusal) {
            if (bytes4(refusal) == IIntents.IntentExpired.selector) assert(time > deadline);
        }
    }

    function _signed(bytes32 digest, uint256 nonce) private pure returns (IIntents.Authorization memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(SECRET, digest);
        return IIntents.Authorization({nonce: nonce, deadline: type(uint48).max, signature: abi.encodePacked(r, s, v)});
    }

    function _direct() private pure returns (IIntents.Authorization memory) {
        return IIntents.Authorization({nonce: 0, deadline: 0, signature: ""});
    }

    /// @dev As in the proofs of what happens once: the slots are those of `contracts/abi/Members.json`.
    function _become(address key) private {
        VM.store(address(members), keccak256(abi.encode(ME, uint256(4))), bytes32(uint256(1)));
        VM.store(address(members), keccak256(abi.encode(key, uint256(5))), bytes32(uint256(uint128(ME))));
    }
}

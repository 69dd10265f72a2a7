// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Members: who may act, with which key, in which role, until when
/// @notice A member is known by a random id. Names, phones and addresses are never here.
/// @dev Keys are judged by block height, roles by block time, so that an auditor can judge any past act.
/// What is not protected: the registrar decides who is a member. Each of its acts is an event.
interface IMembers is IIntents {
    /// @notice What kind of member it is.
    enum MemberKind {
        NONE,
        PERSON,
        ORGANISATION
    }

    /// @notice What a member may do, within a scope.
    /// @dev The scope of RESIDENT, TREASURER and COORDINATOR is a fund id, of FOREMAN an enterprise id.
    enum Role {
        NONE,
        RESIDENT,
        TREASURER,
        COORDINATOR,
        FOREMAN
    }

    /// @notice A key of a member.
    /// @dev Votes of a round are those of keys that were there as it began: `addedAt` tells.
    /// @param member Whose key it is, zero if unknown.
    /// @param validFromBlock First block at which it may act.
    /// @param endedAtBlock First block at which it may not act any more; 0 while it may.
    /// @param addedAt When it was added, seconds since 1970.
    struct Key {
        bytes16 member;
        uint40 validFromBlock;
        uint40 endedAtBlock;
        uint48 addedAt;
    }

    /// @notice A member joined.
    /// @param member Random id.
    /// @param kind Person or organisation.
    /// @param household Pseudonymous id of the household, or zero.
    event MemberRegistered(bytes16 indexed member, MemberKind kind, bytes16 indexed household);

    /// @notice A household was placed in a building, or moved.
    /// @param household Pseudonymous id of the household.
    /// @param building Pseudonymous id of the building, or zero.
    event HouseholdPlaced(bytes16 indexed household, bytes16 indexed building);

    /// @notice A key may act for a member from this block on, but not in rounds of votes that run.
    /// @param member Whose key it is.
    /// @param key Address of the key.
    event KeyAdded(bytes16 indexed member, address indexed key);

    /// @notice A key may not act any more from this block on. Its address is never used again.
    /// @param member Whose key it was.
    /// @param key Address of the key.
    event KeyEnded(bytes16 indexed member, address indexed key);

    /// @notice A member holds a role until a moment. A new grant replaces the old end.
    /// @param member Who holds it.
    /// @param role Which role.
    /// @param scope Fund or enterprise it is for.
    /// @param validUntil First second at which it is over, seconds since 1970; that of the block where it was ended.
    event RoleGranted(bytes16 indexed member, Role indexed role, uint32 indexed scope, uint48 validUntil);

    /// @notice A key called back what it had signed for a contract, or may have.
    /// @param member Whose key it is.
    /// @param key Address of the key.
    /// @param taker Contract that would have taken the intent.
    /// @param nonce Nonce of the intent, 32 bytes.
    event IntentCancelled(bytes16 indexed member, address indexed key, address taker, bytes32 nonce);

    /// @notice The member id is zero or taken.
    error MembersMemberExists(bytes16 member);

    /// @notice No member has this id.
    error MembersMemberUnknown(bytes16 member);

    /// @notice A household of zeros is none.
    error MembersHouseholdMissing();

    /// @notice A member needs a kind.
    error MembersKindMissing(bytes16 member);

    /// @notice The key is zero or was used before, by anyone.
    error MembersKeyTaken(address key);

    /// @notice No member has this key.
    error MembersKeyUnknown(address key);

    /// @notice The key's time was over.
    error MembersKeyEnded(address key, uint48 endedAtBlock);

    /// @notice The key used this nonce at the contract that takes the intent, or called it back.
    error MembersNonceUsed(address taker, address key, uint256 nonce);

    /// @notice A role is granted until a moment that is to come.
    error MembersRoleOverBefore(uint48 validUntil);

    /// @notice Only a role that a member holds can be ended.
    error MembersRoleNotHeld(bytes16 member, Role role, uint32 scope);

    /// @notice The member does not hold the role now.
    error MembersRoleMissing(bytes16 member, Role role, uint32 scope);

    /// @notice Registers a member with a first key.
    /// @param member Random id, not zero, not taken.
    /// @param kind Person or organisation.
    /// @param household Pseudonymous id of the household, or zero.
    /// @param key Address of the first key.
    /// @custom:act RegisterMember
    /// @custom:action 登记成员 Register a member
    /// @custom:notice-zh 登记一位成员和他的第一把密钥。
    /// @custom:by registrar
    /// @custom:field member new-id
    /// @custom:field kind choice
    /// @custom:field household id
    /// @custom:field key key
    /// @custom:emits MemberRegistered KeyAdded
    /// @custom:undo none
    function register(bytes16 member, MemberKind kind, bytes16 household, address key) external;

    /// @notice Places a household in a building; in one of zeros if it has left.
    /// @custom:act PlaceHousehold
    /// @custom:action 登记住户楼栋 Place a household
    /// @custom:notice-zh 登记一户住在哪栋楼。
    /// @custom:by registrar
    /// @custom:field household id
    /// @custom:field building id
    /// @custom:emits HouseholdPlaced
    /// @custom:undo PlaceHousehold
    function placeHousehold(bytes16 household, bytes16 building) external;

    /// @notice Adds a key to a member.
    /// @custom:act AddKey
    /// @custom:action 添加密钥 Add a key
    /// @custom:notice-zh 给成员多登记一把密钥。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field key key
    /// @custom:emits KeyAdded
    /// @custom:undo EndKey
    function addKey(bytes16 member, address key) external;

    /// @notice Ends a key, lost or stolen.
    /// @custom:act EndKey
    /// @custom:action 注销密钥 End a key
    /// @custom:notice-zh 让一把密钥失效，以后不能再用它签名。
    /// @custom:by registrar
    /// @custom:field key key
    /// @custom:emits KeyEnded
    /// @custom:undo none
    function endKey(address key) external;

    /// @notice Replaces the signer's own key by a new one in one step.
    /// @dev By the key that ends. A stolen key is the registrar's to end. The new key has no part in rounds that run.
    /// @param newKey Address of the new key.
    /// @custom:act RotateKey
    /// @custom:message RotateKey(string action,address newKey,uint256 nonce,uint48 deadline)
    /// @custom:action 更换密钥 Replace my key
    /// @custom:notice-zh 用新密钥换掉现在的密钥。
    /// @custom:by member
    /// @custom:field newKey key
    /// @custom:field authorization authorization
    /// @custom:emits KeyEnded KeyAdded
    /// @custom:undo none
    function rotateKey(address newKey, Authorization calldata authorization) external;

    /// @notice Calls back an intent that the own key signed and nobody has carried yet: its nonce is used up.
    /// @dev Each key for itself. What a lost key signed ends with the key ({endKey}).
    /// @param taker Contract that would take the intent.
    /// @param cancelledNonce Nonce of the intent; for an approval see {IDisbursements}.
    /// @custom:act CancelIntent
    /// @custom:message CancelIntent(string action,address taker,uint256 cancelledNonce,uint256 nonce,uint48 deadline)
    /// @custom:action 收回签名 Call back a signature
    /// @custom:notice-zh 收回签过但还没有办的一份签名，它以后不能再用。
    /// @custom:by member
    /// @custom:field taker key
    /// @custom:field cancelledNonce number
    /// @custom:field authorization authorization
    /// @custom:emits IntentCancelled
    /// @custom:undo none
    function cancelIntent(address taker, uint256 cancelledNonce, Authorization calldata authorization) external;

    /// @notice Verifies an intent for the contract that calls, and uses up its nonce there.
    /// @dev Anyone may call: nonces are kept by caller, so that nobody but a contract itself uses up those for it.
    /// @param digest What was signed: the EIP-712 digest in the domain of the contract that calls.
    /// @return key The key that signed, which is a member's and in force.
    /// @custom:no-act Part of every act that a member signs.
    function useIntent(bytes32 digest, Authorization calldata authorization) external returns (address key);

    /// @notice Grants a role until a moment to come; replaces the end of a grant before.
    /// @param validUntil First second at which it is over, seconds since 1970.
    /// @custom:act GrantRole
    /// @custom:action 授予角色 Grant a role
    /// @custom:notice-zh 授予成员一个角色，到某一天为止。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field role choice
    /// @custom:field scope id
    /// @custom:field validUntil date
    /// @custom:emits RoleGranted
    /// @custom:undo EndRole
    function grantRole(bytes16 member, Role role, uint32 scope, uint48 validUntil) external;

    /// @notice Ends a role that a member holds, now.
    /// @custom:act EndRole
    /// @custom:action 收回角色 End a role
    /// @custom:notice-zh 立即收回成员的一个角色。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field role choice
    /// @custom:field scope id
    /// @custom:emits RoleGranted
    /// @custom:undo GrantRole
    function endRole(bytes16 member, Role role, uint32 scope) external;

    /// @notice The keys that signed the same message for the contract that calls: zero for a signature that is none. Reverts
    /// with the nonce of the first signer if none is left but such as called it back.
    /// @param digest What was signed: the EIP-712 digest in the domain of the contract that calls.
    /// @param nonce The nonce that they share; it is not used up.
    /// @param deadline Last second at which they may arrive, seconds since 1970.
    function signersOf(bytes32 digest, uint256 nonce, uint48 deadline, bytes[] calldata signatures)
        external
        view
        returns (address[] memory keys);

    /// @notice Whether a key used a nonce at a contract, or called it back.
    function isNonceUsed(address taker, address key, uint256 nonce) external view returns (bool);

    /// @notice The member whose key may act now. Reverts if there is none.
    function memberOf(address key) external view returns (bytes16 member);

    /// @notice The member whose key may act now and who holds the role now. Reverts if not so.
    function memberWithRole(address key, Role role, uint32 scope) external view returns (bytes16 member);

    /// @notice First second at which the role is over; 0 if it was never granted.
    function roleValidUntil(bytes16 member, Role role, uint32 scope) external view returns (uint48);

    /// @notice MemberKind of a member; NONE if unknown.
    function kindOf(bytes16 member) external view returns (MemberKind);

    /// @notice Household of a member, or zero.
    function householdOf(bytes16 member) external view returns (bytes16);

    /// @notice How many households stand in a building; of zeros, in any.
    function householdsIn(bytes16 building) external view returns (uint32);

    /// @notice Building of a household, or zero.
    function buildingOf(bytes16 household) external view returns (bytes16);

    /// @notice The record of a key that may act now. Reverts if it may not.
    function keyInForce(address key) external view returns (Key memory);

    /// @notice The record of a key, in force or not; zeros if nobody has it.
    function keyRecord(address key) external view returns (Key memory);
}

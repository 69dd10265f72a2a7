// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {MemberKeys} from "./MemberKeys.sol";
import {Signers} from "./Signers.sol";
import {HeldKey, NOBODYS, held} from "./libraries/HeldKey.sol";
import {Tails} from "./libraries/Tails.sol";

/// @dev See {IMembers}.
contract Members is MemberKeys {
    /// @dev Who acted at a desk in what: kept here, where every version of a module finds it.
    mapping(bytes16 thing => mapping(bytes4 clerkTail => bool)) private _deskClerks;
    mapping(bytes32 grant => uint48) private _grants;
    mapping(bytes16 household => bytes16) public buildingOf;
    mapping(bytes16 building => uint32) public householdsIn;

    constructor(address authority, address p256Verifier, address passkeyVerifier)
        Signers(p256Verifier, passkeyVerifier)
        AccessManaged(authority)
    {}

    // MEMBERS

    function register(
        bytes16 member,
        MemberKind kind,
        bytes16 household,
        address key,
        bytes calldata possession
    ) external restricted {
        if (member == 0 || _members[member].kind != MemberKind.NONE) revert MembersMemberExists(member);
        if (kind == MemberKind.NONE) revert MembersKindMissing(member);
        (_members[member].kind, _members[member].household) = (kind, household);
        emit MemberRegistered(member, kind, household);
        _addKey(member, key, possession, 0, 0);
    }

    function changeHousehold(bytes16 member, bytes16 household) external restricted {
        Member storage record = _memberGoingOn(member);
        if (record.household == household) revert MembersHouseholdUnchanged(member, household);
        record.household = household;
        emit HouseholdChanged(member, household);
    }

    function endMembership(bytes16 member) external restricted {
        _memberGoingOn(member).endedAt = uint40(block.timestamp);
        emit MembershipEnded(member);
        address[] storage keys = _keysOf[member];
        // The oldest first: one that goes on again, because its successor ended, stands behind it and ends next.
        for (uint256 i = 0; i < keys.length; i++) {
            Key storage record = _keys[keys[i]];
            if (!_isOver(record.endsAt)) _endKey(keys[i], record);
        }
    }

    function restoreMembership(bytes16 member) external restricted {
        Member storage record = _members[member];
        if (record.endedAt == 0) revert MembersMembershipGoesOn(member);
        record.endedAt = 0;
        emit MembershipRestored(member);
    }

    function placeHousehold(bytes16 household, bytes16 building) external restricted {
        if (household == 0) revert MembersHouseholdMissing();
        bytes16 former = buildingOf[household];
        if (former != 0) {
            householdsIn[former]--;
            householdsIn[0]--;
        }
        if (building != 0) {
            householdsIn[building]++;
            householdsIn[0]++;
        }
        buildingOf[household] = building;
        emit HouseholdPlaced(household, building);
    }

    // KEYS

    function noteDeskAct(bytes16 thing, bytes16 clerk) external restricted {
        _deskClerks[thing][Tails.tailOf(clerk)] = true;
    }

    // INTENTS

    function useMemberIntent(bytes32 digest, Authorization calldata authorization) external returns (bytes16) {
        return memberOf(_useIntent(msg.sender, digest, authorization));
    }

    function useRoleIntent(bytes32 digest, Authorization calldata authorization, Role role, uint32 scope)
        external
        returns (bytes16)
    {
        return memberWithRole(_useIntent(msg.sender, digest, authorization), role, scope);
    }

    // ROLES

    function grantRole(bytes16 member, Role role, uint32 scope, uint48 validUntil) external restricted {
        _memberGoingOn(member);
        if (validUntil <= block.timestamp) revert MembersRoleOverBefore(validUntil);
        _setRole(member, role, scope, validUntil);
    }

    function endRole(bytes16 member, Role role, uint32 scope) external restricted {
        if (block.timestamp >= roleValidUntil(member, role, scope)) revert MembersRoleNotHeld(member, role, scope);
        _setRole(member, role, scope, uint48(block.timestamp));
    }

    // READING

    function memberWithRole(address key, Role role, uint32 scope) public view returns (bytes16 member) {
        member = memberOf(key);
        if (block.timestamp >= roleValidUntil(member, role, scope)) revert MembersRoleMissing(member, role, scope);
    }

    function objectorKeyWithRole(address key, Role role, uint32 scope) external view returns (Key memory record) {
        record = objectorKey(key);
        uint48 validUntil = roleValidUntil(record.member, role, scope);
        if (block.timestamp >= uint256(validUntil) + KEY_DELAY) revert MembersRoleMissing(record.member, role, scope);
    }

    function heldKey(address key) external view returns (HeldKey) {
        return _heldKey(key);
    }

    function requireNoDeskAct(bytes16 thing, bytes16 member) external view {
        if (_deskClerks[thing][Tails.tailOf(member)]) revert MembersActedAtDesk(thing, member);
    }

    function roleValidUntil(bytes16 member, Role role, uint32 scope) public view returns (uint48) {
        return _grants[_grant(member, role, scope)];
    }

    function kindOf(bytes16 member) external view returns (MemberKind) {
        return _members[member].kind;
    }

    function membershipEndedAt(bytes16 member) external view returns (uint40) {
        return _members[member].endedAt;
    }

    function householdOf(bytes16 member) external view returns (bytes16) {
        return _members[member].household;
    }

    // PARTS

    function _heldKey(address key) internal view override returns (HeldKey) {
        Key storage record = _keys[key];
        bool mayAct = block.timestamp >= record.validFrom && !_isOver(record.endsAt);
        return mayAct && record.kind != KeyKind.DESK ? held(record.member, record.validFrom) : NOBODYS;
    }

    /// @dev Member, role and scope side by side: 16 + 8 + 4 bytes fit one word.
    function _grant(bytes16 member, Role role, uint32 scope) private pure returns (bytes32) {
        return bytes32(member) | bytes32((uint256(role) << 32) | scope);
    }

    function _setRole(bytes16 member, Role role, uint32 scope, uint48 validUntil) private {
        _grants[_grant(member, role, scope)] = validUntil;
        emit RoleGranted(member, role, scope, validUntil);
    }
}

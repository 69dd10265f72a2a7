// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Intents} from "./Intents.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @dev See {IMembers}.
contract Members is IMembers, Intents, AccessManaged {
    struct Member {
        MemberKind kind;
        bytes16 household;
    }

    bytes32 public constant ROTATE_KEY_TYPEHASH =
        keccak256("RotateKey(string action,address newKey,uint256 nonce,uint48 deadline)");
    bytes32 private constant ROTATE_KEY_ACTION = keccak256(unicode"更换密钥 Replace my key");

    mapping(bytes16 member => Member) private _members;
    mapping(address key => Key) private _keys;
    mapping(bytes32 grant => uint48) private _grants;
    mapping(bytes16 household => bytes16) public buildingOf;
    mapping(bytes16 building => uint32) public householdsIn;

    constructor(address authority) AccessManaged(authority) EIP712("Gongji Members", "1") {}

    function register(bytes16 member, MemberKind kind, bytes16 household, address key) external restricted {
        if (member == 0 || _members[member].kind != MemberKind.NONE) revert MembersMemberExists(member);
        if (kind == MemberKind.NONE) revert MembersKindMissing(member);
        _members[member] = Member({kind: kind, household: household});
        emit MemberRegistered(member, kind, household);
        _addKey(member, key);
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

    function addKey(bytes16 member, address key) external restricted {
        if (_members[member].kind == MemberKind.NONE) revert MembersMemberUnknown(member);
        _addKey(member, key);
    }

    function endKey(address key) external restricted {
        _endKey(key, memberOf(key));
    }

    function rotateKey(address newKey, Authorization calldata authorization) external {
        bytes32 structHash = keccak256(
            abi.encode(ROTATE_KEY_TYPEHASH, ROTATE_KEY_ACTION, newKey, authorization.nonce, authorization.deadline)
        );
        address oldKey = _keyOf(structHash, authorization);
        bytes16 member = memberOf(oldKey);
        _useNonce(oldKey, authorization);
        _endKey(oldKey, member);
        _addKey(member, newKey);
    }

    function grantRole(bytes16 member, Role role, uint32 scope, uint48 validUntil) external restricted {
        if (_members[member].kind == MemberKind.NONE) revert MembersMemberUnknown(member);
        if (validUntil <= block.timestamp) revert MembersRoleOverBefore(validUntil);
        _setRole(member, role, scope, validUntil);
    }

    function endRole(bytes16 member, Role role, uint32 scope) external restricted {
        if (block.timestamp >= roleValidUntil(member, role, scope)) revert MembersRoleNotHeld(member, role, scope);
        _setRole(member, role, scope, uint48(block.timestamp));
    }

    function memberWithRole(address key, Role role, uint32 scope) external view returns (bytes16 member) {
        member = memberOf(key);
        if (block.timestamp >= roleValidUntil(member, role, scope)) revert MembersRoleMissing(member, role, scope);
    }

    function roleValidUntil(bytes16 member, Role role, uint32 scope) public view returns (uint48) {
        return _grants[_grant(member, role, scope)];
    }

    function memberOf(address key) public view returns (bytes16 member) {
        Key storage record = _keys[key];
        member = record.member;
        if (member == 0) revert MembersKeyUnknown(key);
        if (record.endedAtBlock != 0) revert MembersKeyEnded(key, record.endedAtBlock);
    }

    function keyInForce(address key) external view returns (Key memory) {
        memberOf(key);
        return _keys[key];
    }

    function kindOf(bytes16 member) external view returns (MemberKind) {
        return _members[member].kind;
    }

    function householdOf(bytes16 member) external view returns (bytes16) {
        return _members[member].household;
    }

    function keyRecord(address key) external view returns (Key memory) {
        return _keys[key];
    }

    /// @dev Member, role and scope side by side: 16 + 8 + 4 bytes fit one word.
    function _grant(bytes16 member, Role role, uint32 scope) private pure returns (bytes32) {
        return bytes32(member) | bytes32((uint256(role) << 32) | scope);
    }

    function _setRole(bytes16 member, Role role, uint32 scope, uint48 validUntil) private {
        _grants[_grant(member, role, scope)] = validUntil;
        emit RoleGranted(member, role, scope, validUntil);
    }

    function _addKey(bytes16 member, address key) private {
        if (key == address(0) || _keys[key].member != 0) revert MembersKeyTaken(key);
        _keys[key] = Key({
            member: member, validFromBlock: uint40(block.number), endedAtBlock: 0, addedAt: uint48(block.timestamp)
        });
        emit KeyAdded(member, key);
    }

    function _endKey(address key, bytes16 member) private {
        _keys[key].endedAtBlock = uint40(block.number);
        emit KeyEnded(member, key);
    }
}

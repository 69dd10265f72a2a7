// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @dev See {IMembers}.
contract Members is IMembers, EIP712, AccessManaged {
    struct Member {
        MemberKind kind;
        bytes16 household;
    }

    bytes32 public constant ROTATE_KEY_TYPEHASH =
        keccak256("RotateKey(string action,address newKey,uint256 nonce,uint48 deadline)");
    bytes32 public constant CANCEL_INTENT_TYPEHASH = keccak256(
        "CancelIntent(string action,address taker,uint256 cancelledNonce,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ROTATE_KEY_ACTION = keccak256(unicode"更换密钥 Replace my key");
    bytes32 private constant CANCEL_INTENT_ACTION = keccak256(unicode"收回签名 Call back a signature");

    mapping(bytes16 member => Member) private _members;
    mapping(address key => Key) private _keys;
    /// @dev One bit for each nonce, 256 to a word.
    mapping(address taker => mapping(address key => mapping(uint256 word => uint256))) private _usedNonces;
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
        _endKey(oldKey, member);
        _addKey(member, newKey);
    }

    function cancelIntent(address taker, uint256 cancelledNonce, Authorization calldata authorization) external {
        bytes32 structHash = keccak256(
            abi.encode(
                CANCEL_INTENT_TYPEHASH,
                CANCEL_INTENT_ACTION,
                taker,
                cancelledNonce,
                authorization.nonce,
                authorization.deadline
            )
        );
        address key = _keyOf(structHash, authorization);
        bytes16 member = memberOf(key);
        _useNonce(taker, key, cancelledNonce);
        emit IntentCancelled(member, key, taker, bytes32(cancelledNonce));
    }

    function useIntent(bytes32 digest, Authorization calldata authorization) external returns (address) {
        return _useIntent(msg.sender, digest, authorization);
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

    function signersOf(bytes32 digest, uint256 nonce, uint48 deadline, bytes[] calldata signatures)
        external
        view
        returns (address[] memory keys)
    {
        _requireInTime(deadline);
        keys = new address[](signatures.length);
        address cancelled = address(0);
        bool anyLeft = false;
        for (uint256 i = 0; i < signatures.length; i++) {
            (address key,,) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (key != address(0) && isNonceUsed(msg.sender, key, nonce)) {
                cancelled = key;
            } else {
                (keys[i], anyLeft) = (key, true);
            }
        }
        if (!anyLeft) revert MembersNonceUsed(msg.sender, cancelled, nonce);
    }

    function memberWithRole(address key, Role role, uint32 scope) external view returns (bytes16 member) {
        member = memberOf(key);
        if (block.timestamp >= roleValidUntil(member, role, scope)) revert MembersRoleMissing(member, role, scope);
    }

    function roleValidUntil(bytes16 member, Role role, uint32 scope) public view returns (uint48) {
        return _grants[_grant(member, role, scope)];
    }

    function isNonceUsed(address taker, address key, uint256 nonce) public view returns (bool) {
        return _usedNonces[taker][key][nonce >> 8] & _bitOf(nonce) != 0;
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

    /// @dev As in every contract that takes intents ({Intents}), but here nobody else needs to be asked.
    function _keyOf(bytes32 structHash, Authorization calldata authorization) private returns (address) {
        if (authorization.signature.length == 0) return msg.sender;
        return _useIntent(address(this), _hashTypedDataV4(structHash), authorization);
    }

    /// @dev A false signature recovers to a stranger's key, and is refused as a stranger's.
    function _useIntent(address taker, bytes32 digest, Authorization calldata authorization)
        private
        returns (address key)
    {
        _requireInTime(authorization.deadline);
        key = ECDSA.recoverCalldata(digest, authorization.signature);
        memberOf(key);
        _useNonce(taker, key, authorization.nonce);
    }

    function _useNonce(address taker, address key, uint256 nonce) private {
        mapping(uint256 word => uint256) storage used = _usedNonces[taker][key];
        (uint256 marked, uint256 bit) = (used[nonce >> 8], _bitOf(nonce));
        if (marked & bit != 0) revert MembersNonceUsed(taker, key, nonce);
        used[nonce >> 8] = marked | bit;
    }

    function _requireInTime(uint48 deadline) private view {
        if (block.timestamp > deadline) revert IntentExpired(deadline);
    }

    function _bitOf(uint256 nonce) private pure returns (uint256) {
        return 1 << (nonce & 0xff);
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

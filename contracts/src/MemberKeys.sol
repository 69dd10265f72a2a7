// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {KeyRecords} from "./KeyRecords.sol";
import {MemberMessages} from "./libraries/MemberMessages.sol";

/// @dev What is done with the keys of members, from the first to the last, and who guards them: a part of {Members}.
abstract contract MemberKeys is KeyRecords {
    /// @dev One word: which guardian signed first, and until when a second one may.
    struct Recovery {
        bytes16 guardian;
        uint40 lapsesAt;
    }

    uint40 private constant FOR_EVER = type(uint40).max;

    mapping(bytes16 member => mapping(address newKey => Recovery)) private _recoveries;
    mapping(bytes16 member => mapping(bytes16 guardian => uint40)) private _guardedUntil;
    /// @dev Which guardians refused a key while it waited: each does so once.
    mapping(address key => mapping(bytes16 guardian => bool)) private _refusals;
    mapping(address key => bytes16 guardian) public deskGuardianOf;

    // KEYS

    function addKey(bytes16 member, address key, bytes calldata possession) external restricted {
        Member memory record = _memberGoingOn(member);
        bool isRefusable = record.keysGoingOn != 0 || block.timestamp < record.lastEndAt || record.wasGuarded;
        _addKey(member, key, possession, isRefusable ? KEY_DELAY : 0, isRefusable ? KEY_DELAY : 0);
    }

    function addDeskKey(bytes16 member, address key, bytes16 guardian, uint40 validFrom, uint40 endsAt)
        external
        restricted
    {
        _memberGoingOn(member);
        if (guardian == member) revert MembersGuardianSelf(member);
        if (_memberGoingOn(guardian).keysGoingOn == 0) revert MembersGuardianWithoutKey(guardian);
        if (_keys[key].member != 0) revert MembersKeyTaken(key);
        deskGuardianOf[key] = guardian;
        _keysOf[member].push(key);
        _keys[key] = Key(member, KeyKind.DESK, validFrom, endsAt, endsAt);
        emit KeyAdded(member, key, KeyKind.DESK, validFrom, endsAt);
    }

    function endKey(address key) external restricted {
        _endKey(key, _recordOf(key));
    }

    function rotateKey(address newKey, bytes calldata possession, Authorization calldata authorization) external {
        address oldKey = _settledKeyOf(MemberMessages.rotateKey(newKey, possession, authorization), authorization);
        Key storage old = _keys[oldKey];
        if (old.endsAt != 0) revert MembersKeyReplaced(oldKey, old.endsAt);
        bytes16 member = old.member;
        _addKey(member, newKey, possession, 0, KEY_DELAY);
        uint40 endsAt = uint40(block.timestamp) + KEY_DELAY;
        old.endsAt = endsAt;
        _members[member].keysGoingOn--;
        _members[member].lastEndAt = endsAt;
        _formerKeys[newKey] = oldKey;
        emit KeyReplaced(member, oldKey, newKey, endsAt);
    }

    function refuseKey(address key, Authorization calldata authorization) external {
        address by = _keyOf(MemberMessages.refuseKey(key, authorization), authorization);
        Key storage record = _recordOf(key);
        bool isWaiting = block.timestamp < record.validFrom;
        if (!isWaiting || !_endedLately(_keys[by])) _requireSettled(by);
        if (block.timestamp >= record.refusableUntil) revert MembersKeySettled(key, record.refusableUntil);
        bytes16 refuser = _keys[by].member;
        if (refuser != record.member && refuser != deskGuardianOf[key]) _refuseAsGuardian(key, record, refuser);
        emit KeyRefused(record.member, key, refuser);
        _endKey(key, record);
    }

    // GUARDIANS

    function nameGuardian(bytes16 guardian, Authorization calldata authorization) external {
        bytes32 structHash = MemberMessages.nameGuardian(guardian, authorization);
        bytes16 member = _keys[_settledKeyOf(structHash, authorization)].member;
        _memberGoingOn(guardian);
        if (guardian == member) revert MembersGuardianSelf(member);
        if (_guardedUntil[member][guardian] == FOR_EVER) revert MembersGuardianNamed(member, guardian);
        _guardedUntil[member][guardian] = FOR_EVER;
        _members[member].wasGuarded = true;
        emit GuardianNamed(member, guardian);
    }

    function dismissGuardian(bytes16 guardian, Authorization calldata authorization) external {
        bytes32 structHash = MemberMessages.dismissGuardian(guardian, authorization);
        bytes16 member = _keys[_settledKeyOf(structHash, authorization)].member;
        if (_guardedUntil[member][guardian] != FOR_EVER) revert MembersGuardianMissing(member, guardian);
        uint40 endsAt = uint40(block.timestamp) + KEY_DELAY;
        _guardedUntil[member][guardian] = endsAt;
        emit GuardianDismissed(member, guardian, endsAt);
    }

    function recoverKey(
        bytes16 member,
        address newKey,
        bytes calldata possession,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = MemberMessages.recoverKey(member, newKey, possession, authorization);
        bytes16 guardian = _keys[_settledKeyOf(structHash, authorization)].member;
        _requireGuardian(member, guardian);
        _memberGoingOn(member);
        Recovery memory begun = _recoveries[member][newKey];
        bool isFirst = block.timestamp >= begun.lapsesAt;
        if (!isFirst && begun.guardian == guardian) revert MembersRecoverySigned(member, newKey, guardian);
        if (isFirst) {
            _requirePossession(member, newKey, possession);
            begun = Recovery({guardian: guardian, lapsesAt: uint40(block.timestamp) + KEY_DELAY});
            _recoveries[member][newKey] = begun;
        } else {
            // Who signed first may have been dismissed since, or left.
            _requireGuardian(member, begun.guardian);
            // If the key is refused, two sign anew.
            delete _recoveries[member][newKey];
            _addKey(member, newKey, possession, KEY_DELAY, KEY_DELAY);
        }
        emit RecoverySigned(member, newKey, guardian, begun.lapsesAt);
    }

    // INTENTS

    function cancelIntent(address taker, uint256 cancelledNonce, Authorization calldata authorization) external {
        address key = _keyOf(MemberMessages.cancelIntent(taker, cancelledNonce, authorization), authorization);
        _useNonce(taker, key, cancelledNonce);
        _noteCancelled(taker, cancelledNonce);
        emit IntentCancelled(_keys[key].member, key, taker, bytes32(cancelledNonce));
    }

    // READING

    function guardianUntil(bytes16 member, bytes16 guardian) external view returns (uint40) {
        return _guardedUntil[member][guardian];
    }

    // PARTS

    /// @dev A guardian's refusal of a key that waits counts once: whoever brings the key again, in public and after as long a
    /// wait, is not held up by the same guardian. One that acts already is refused as often as it is brought.
    function _refuseAsGuardian(address key, Key storage record, bytes16 guardian) private {
        _requireGuardian(record.member, guardian);
        if (block.timestamp >= record.validFrom) return;
        if (_refusals[key][guardian]) revert MembersKeyRefusedBefore(key, guardian);
        _refusals[key][guardian] = true;
    }

    function _requireGuardian(bytes16 member, bytes16 guardian) private view {
        bool isOver = block.timestamp >= _guardedUntil[member][guardian] || _members[guardian].endedAt != 0;
        if (isOver) revert MembersGuardianMissing(member, guardian);
    }
}

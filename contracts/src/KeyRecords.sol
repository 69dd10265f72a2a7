// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Signers} from "./Signers.sol";
import {MemberMessages} from "./libraries/MemberMessages.sol";

/// @dev Which keys a member has, from when and until when each may act: the part of {Members} that keeps them.
abstract contract KeyRecords is Signers, AccessManaged {
    /// @dev One word. `keysGoingOn` counts the keys without an end, those that wait included; until `lastEndAt` a key that was
    /// replaced still works, or one that was ended still refuses what others bring. `wasGuarded`: a guardian was named once.
    /// `endedAt` is 0 while the membership goes on.
    struct Member {
        MemberKind kind;
        bytes16 household;
        uint32 keysGoingOn;
        uint40 lastEndAt;
        bool wasGuarded;
        uint40 endedAt;
    }

    /// @notice How long a key that was replaced goes on, and how long one that others than the member's own working keys
    /// brought waits: as long as the longest notice and every change of rules, so that whoever looks in once in that time
    /// meets it.
    uint32 public constant KEY_DELAY = 15 days;

    mapping(bytes16 member => Member) internal _members;
    mapping(address key => Key) internal _keys;
    /// @dev Every key of a member, so that all of them end with the membership at no cost to what they sign.
    mapping(bytes16 member => address[]) internal _keysOf;
    mapping(address newKey => address) internal _formerKeys;

    // READING

    function memberOf(address key) public view returns (bytes16 member) {
        Key storage record = _keys[key];
        member = record.member;
        if (member == 0) revert MembersKeyUnknown(key);
        if (_isOver(record.endsAt)) revert MembersKeyEnded(key, record.endsAt);
        if (block.timestamp < record.validFrom) revert MembersKeyWaits(key, record.validFrom);
    }

    function keyInForce(address key) external view returns (Key memory) {
        memberOf(key);
        return _keys[key];
    }

    function keyRecord(address key) external view returns (Key memory) {
        return _keys[key];
    }

    function objectorKey(address key) public view returns (Key memory record) {
        record = _keys[key];
        if (!_endedLately(record)) memberOf(key);
    }

    // PARTS

    /// @dev The key of an act on keys or guardians. One that may still be refused itself has no part in these.
    function _settledKeyOf(bytes32 structHash, Authorization calldata authorization) internal returns (address key) {
        key = _keyOf(structHash, authorization);
        _requireSettled(key);
    }

    function _requireSettled(address key) internal view {
        memberOf(key);
        uint40 refusableUntil = _keys[key].refusableUntil;
        if (block.timestamp < refusableUntil) revert MembersKeyTooNew(key, refusableUntil);
    }

    /// @dev Whether a key that nobody could refuse any more ended no longer ago than the longest notice and every change of keys
    /// last. It has no part in what goes on, and still says no. One that was refused ended before `refusableUntil`.
    function _endedLately(Key memory record) internal view returns (bool) {
        uint40 endsAt = record.endsAt;
        bool wasSettled = endsAt >= record.refusableUntil && record.kind != KeyKind.DESK;
        return wasSettled && _isOver(endsAt) && block.timestamp < endsAt + KEY_DELAY;
    }

    /// @dev A key that may act after a wait, and that can be refused for some time from now on.
    function _addKey(
        bytes16 member,
        address key,
        bytes calldata possession,
        uint32 waitSeconds,
        uint32 refusableSeconds
    ) internal {
        _requirePossession(member, key, possession);
        uint40 time = uint40(block.timestamp);
        Key memory record = Key({
            member: member,
            kind: _kindOf(possession),
            validFrom: time + waitSeconds,
            refusableUntil: refusableSeconds == 0 ? 0 : time + refusableSeconds,
            endsAt: 0
        });
        if (_keys[key].member == 0) _keysOf[member].push(key);
        _keys[key] = record;
        _members[member].keysGoingOn++;
        emit KeyAdded(member, key, record.kind, record.validFrom, record.refusableUntil);
    }

    /// @dev Ends a key now. The one that it replaced goes on, unless it is over.
    function _endKey(address key, Key storage record) internal {
        bytes16 member = record.member;
        if (record.endsAt == 0) _members[member].keysGoingOn--;
        record.endsAt = uint40(block.timestamp);
        // Or whoever brings a key would end the one that could refuse it a second before.
        _members[member].lastEndAt = uint40(block.timestamp) + KEY_DELAY;
        emit KeyEnded(member, key);
        address former = _formerKeys[key];
        if (former == address(0) || _isOver(_keys[former].endsAt)) return;
        _keys[former].endsAt = 0;
        _members[member].keysGoingOn++;
        emit KeyKept(member, former);
    }

    /// @dev A key acts for one member in all time, and not again once it might act and ended, so that its proof needs no nonce.
    /// A false proof is by another key, or by none.
    function _requirePossession(bytes16 member, address key, bytes calldata possession) internal view {
        Key storage record = _keys[key];
        bool neverActed = record.endsAt != 0 && record.endsAt < record.validFrom;
        bool isFree = record.member == 0 || (record.member == member && neverActed);
        if (key == address(0) || !isFree) revert MembersKeyTaken(key);
        address signer = signerOf(_hashTypedDataV4(MemberMessages.holdKey(member)), possession);
        if (signer != key) revert MembersPossessionMissing(member, key, signer);
    }

    function _memberGoingOn(bytes16 member) internal view returns (Member storage record) {
        record = _members[member];
        if (record.kind == MemberKind.NONE) revert MembersMemberUnknown(member);
        if (record.endedAt != 0) revert MembersMembershipEnded(member, record.endedAt);
    }

    /// @dev A key that may act, now or later.
    function _recordOf(address key) internal view returns (Key storage record) {
        record = _keys[key];
        if (record.member == 0) revert MembersKeyUnknown(key);
        if (_isOver(record.endsAt)) revert MembersKeyEnded(key, record.endsAt);
    }

    /// @dev Of a key that ends then; 0 for one that goes on.
    function _isOver(uint40 endsAt) internal view returns (bool) {
        return endsAt != 0 && block.timestamp >= endsAt;
    }
}

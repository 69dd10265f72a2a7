// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {MemberMessages} from "./libraries/MemberMessages.sol";

/// @dev See {IMembers}.
contract Members is IMembers, EIP712, AccessManaged {
    /// @dev One word. `keysGoingOn` counts the keys without an end, those that wait included; `lastEndAt` is the latest end
    /// of a key that was replaced, so that a member may still have a key that works. `wasGuarded`: a guardian was named once.
    /// `endedAt` is 0 while the membership goes on.
    struct Member {
        MemberKind kind;
        bytes16 household;
        uint32 keysGoingOn;
        uint40 lastEndAt;
        bool wasGuarded;
        uint40 endedAt;
    }

    /// @dev One word: which guardian signed first, and until when a second one may.
    struct Recovery {
        bytes16 guardian;
        uint40 lapsesAt;
    }

    /// @notice How long a key that was replaced goes on, and how long one that others than the member's own working keys
    /// brought waits: as long as the longest notice and every change of rules, so that whoever looks in once in that time
    /// meets it.
    uint32 public constant KEY_DELAY = 15 days;
    /// @dev An ECDSA signature. A longer one begins with its signer: verifier (20 bytes), x (32) and y (32).
    uint256 private constant WALLET_BYTES = 65;
    uint256 private constant SIGNER_BYTES = 84;
    uint40 private constant FOR_EVER = type(uint40).max;

    address private immutable P256_VERIFIER;
    address private immutable PASSKEY_VERIFIER;

    mapping(bytes16 member => Member) private _members;
    mapping(address key => Key) private _keys;
    /// @dev Every key of a member, so that all of them end with the membership at no cost to what they sign.
    mapping(bytes16 member => address[]) private _keysOf;
    mapping(address newKey => address) private _formerKeys;
    mapping(bytes16 member => mapping(address newKey => Recovery)) private _recoveries;
    mapping(bytes16 member => mapping(bytes16 guardian => uint40)) private _guardedUntil;
    /// @dev Which guardians refused a key while it waited: each does so once.
    mapping(address key => mapping(bytes16 guardian => bool)) private _refusals;
    /// @dev One bit for each nonce, 256 to a word.
    mapping(address taker => mapping(address key => mapping(uint256 word => uint256))) private _usedNonces;
    mapping(bytes32 grant => uint48) private _grants;
    mapping(bytes16 household => bytes16) public buildingOf;
    mapping(bytes16 building => uint32) public householdsIn;

    constructor(address authority, address p256Verifier, address passkeyVerifier)
        AccessManaged(authority)
        EIP712("Gongji Members", "1")
    {
        P256_VERIFIER = p256Verifier;
        PASSKEY_VERIFIER = passkeyVerifier;
    }

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
            if (!_isOver(record)) _endKey(keys[i], record);
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

    function addKey(bytes16 member, address key, bytes calldata possession) external restricted {
        Member memory record = _memberGoingOn(member);
        bool isRefusable = record.keysGoingOn != 0 || block.timestamp < record.lastEndAt || record.wasGuarded;
        _addKey(member, key, possession, isRefusable ? KEY_DELAY : 0, isRefusable ? KEY_DELAY : 0);
    }

    function addDeskKey(bytes16 member, address key, uint40 validFrom, uint40 endsAt) external restricted {
        _memberGoingOn(member);
        if (_keys[key].member != 0) revert MembersKeyTaken(key);
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
        address by = _settledKeyOf(MemberMessages.refuseKey(key, authorization), authorization);
        Key storage record = _recordOf(key);
        if (block.timestamp >= record.refusableUntil) revert MembersKeySettled(key, record.refusableUntil);
        bytes16 refuser = _keys[by].member;
        if (refuser != record.member) _refuseAsGuardian(key, record, refuser);
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
        bytes16 member = memberOf(key);
        _useNonce(taker, key, cancelledNonce);
        emit IntentCancelled(member, key, taker, bytes32(cancelledNonce));
    }

    function useIntent(bytes32 digest, Authorization calldata authorization) external returns (address) {
        return _useIntent(msg.sender, digest, authorization);
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

    function signerOf(bytes32 digest, bytes calldata signature) public view returns (address key) {
        if (signature.length <= SIGNER_BYTES) return ECDSA.recoverCalldata(digest, signature);
        address verifier = address(bytes20(signature));
        if (verifier != P256_VERIFIER && verifier != PASSKEY_VERIFIER) revert MembersVerifierUnknown(verifier);
        bytes calldata publicKey = signature[20:SIGNER_BYTES];
        key = address(uint160(uint256(keccak256(signature[:SIGNER_BYTES]))));
        bytes4 answer = IERC7913SignatureVerifier(verifier).verify(publicKey, digest, signature[SIGNER_BYTES:]);
        if (answer != IERC7913SignatureVerifier.verify.selector) revert MembersSignatureInvalid(key);
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
            address key = address(0);
            // One that is none leaves the others as they are.
            try this.signerOf(digest, signatures[i]) returns (address signer) {
                key = signer;
            } catch {}
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
        if (_isOver(record)) revert MembersKeyEnded(key, record.endsAt);
        if (block.timestamp < record.validFrom) revert MembersKeyWaits(key, record.validFrom);
    }

    function keyInForce(address key) external view returns (Key memory) {
        memberOf(key);
        return _keys[key];
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

    function guardianUntil(bytes16 member, bytes16 guardian) external view returns (uint40) {
        return _guardedUntil[member][guardian];
    }

    function keyRecord(address key) external view returns (Key memory) {
        return _keys[key];
    }

    // PARTS

    /// @dev As in every contract that takes intents ({Intents}), but here nobody else needs to be asked.
    function _keyOf(bytes32 structHash, Authorization calldata authorization) private returns (address) {
        if (authorization.signature.length == 0) return msg.sender;
        return _useIntent(address(this), _hashTypedDataV4(structHash), authorization);
    }

    /// @dev The key of an act on keys or guardians. One that may still be refused itself has no part in these.
    function _settledKeyOf(bytes32 structHash, Authorization calldata authorization) private returns (address key) {
        key = _keyOf(structHash, authorization);
        memberOf(key);
        uint40 refusableUntil = _keys[key].refusableUntil;
        if (block.timestamp < refusableUntil) revert MembersKeyTooNew(key, refusableUntil);
    }

    /// @dev A false signature recovers to a stranger's key, and is refused as a stranger's.
    function _useIntent(address taker, bytes32 digest, Authorization calldata authorization)
        private
        returns (address key)
    {
        _requireInTime(authorization.deadline);
        key = signerOf(digest, authorization.signature);
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

    /// @dev A key that may act after a wait, and that can be refused for some time from now on.
    function _addKey(
        bytes16 member,
        address key,
        bytes calldata possession,
        uint32 waitSeconds,
        uint32 refusableSeconds
    ) private {
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
    function _endKey(address key, Key storage record) private {
        bytes16 member = record.member;
        if (record.endsAt == 0) _members[member].keysGoingOn--;
        record.endsAt = uint40(block.timestamp);
        emit KeyEnded(member, key);
        address former = _formerKeys[key];
        if (former == address(0) || _isOver(_keys[former])) return;
        _keys[former].endsAt = 0;
        _members[member].keysGoingOn++;
        emit KeyKept(member, former);
    }

    /// @dev A guardian's refusal of a key that waits counts once: whoever brings the key again, in public and after as long a
    /// wait, is not held up by the same guardian. One that acts already is refused as often as it is brought.
    function _refuseAsGuardian(address key, Key storage record, bytes16 guardian) private {
        _requireGuardian(record.member, guardian);
        if (block.timestamp >= record.validFrom) return;
        if (_refusals[key][guardian]) revert MembersKeyRefusedBefore(key, guardian);
        _refusals[key][guardian] = true;
    }

    /// @dev A key acts for one member in all time, and not again once it might act and ended, so that its proof needs no nonce.
    /// A false proof is by another key, or by none.
    function _requirePossession(bytes16 member, address key, bytes calldata possession) private view {
        Key storage record = _keys[key];
        bool neverActed = record.endsAt != 0 && record.endsAt < record.validFrom;
        bool isFree = record.member == 0 || (record.member == member && neverActed);
        if (key == address(0) || !isFree) revert MembersKeyTaken(key);
        address signer = signerOf(_hashTypedDataV4(MemberMessages.holdKey(member)), possession);
        if (signer != key) revert MembersPossessionMissing(member, key, signer);
    }

    function _requireGuardian(bytes16 member, bytes16 guardian) private view {
        bool isOver = block.timestamp >= _guardedUntil[member][guardian] || _members[guardian].endedAt != 0;
        if (isOver) revert MembersGuardianMissing(member, guardian);
    }

    function _memberGoingOn(bytes16 member) private view returns (Member storage record) {
        record = _members[member];
        if (record.kind == MemberKind.NONE) revert MembersMemberUnknown(member);
        if (record.endedAt != 0) revert MembersMembershipEnded(member, record.endedAt);
    }

    function _kindOf(bytes calldata signature) private view returns (KeyKind) {
        if (signature.length == WALLET_BYTES) return KeyKind.WALLET;
        return address(bytes20(signature)) == P256_VERIFIER ? KeyKind.P256 : KeyKind.PASSKEY;
    }

    /// @dev A key that may act, now or later.
    function _recordOf(address key) private view returns (Key storage record) {
        record = _keys[key];
        if (record.member == 0) revert MembersKeyUnknown(key);
        if (_isOver(record)) revert MembersKeyEnded(key, record.endsAt);
    }

    function _isOver(Key storage record) private view returns (bool) {
        return record.endsAt != 0 && block.timestamp >= record.endsAt;
    }
}

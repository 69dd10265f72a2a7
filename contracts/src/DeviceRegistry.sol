// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Intents} from "./Intents.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @dev See {IDeviceRegistry}.
contract DeviceRegistry is IDeviceRegistry, Intents, AccessManaged {
    /// @dev One word.
    struct Phone {
        bytes16 owner;
        uint48 settledFrom;
    }

    uint48 public constant MOST_BACKDATED_SECONDS = 1 days;
    uint48 public constant WAIT_SECONDS = 15 days;
    uint48 public constant MAX_PHONE_SECONDS = 366 days;
    uint48 public constant CLOCK_TOLERANCE_SECONDS = 5 minutes;

    bytes32 private constant ENROL_PHONE_TYPEHASH = keccak256(
        "EnrolPhone(string action,bytes32 keyX,bytes32 keyY,uint48 validUntil,bytes possession,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ENROL_PHONE_ACTION = keccak256(unicode"登记自己的手机 Enrol my own phone");

    mapping(bytes8 device => bytes32) public recordHash;
    mapping(bytes8 device => Phone) public phoneOf;
    mapping(bytes8 device => bool) private _suspended;
    mapping(bytes8 device => bool) private _revoked;

    constructor(address authority, IMembers members)
        Intents("Gongji DeviceRegistry", members)
        AccessManaged(authority)
    {}

    function enrol(bytes8 device, Device calldata record) external restricted {
        uint48 time = uint48(block.timestamp);
        bool isFounded = IAuthority(authority()).foundedAt() != 0;
        uint48 earliest = isFounded ? time + WAIT_SECONDS : time - MOST_BACKDATED_SECONDS;
        if (record.validFrom < earliest) revert DeviceTooEarly(device, record.validFrom, earliest);
        _enrol(device, record, record.validFrom);
    }

    function enrolPhone(
        bytes32 keyX,
        bytes32 keyY,
        uint48 validUntil,
        bytes calldata possession,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = _structHash(keyX, keyY, validUntil, possession, authorization);
        bytes16 owner = MEMBERS.memberOf(_keyOf(structHash, authorization));
        bytes8 device = bytes8(sha256(abi.encode(keyX, keyY)));
        uint48 time = uint48(block.timestamp);
        // One that is over would pass below, since it began a while ago.
        if (validUntil <= time) revert DeviceRecordInvalid(device);
        if (validUntil > time + MAX_PHONE_SECONDS) revert DevicePhoneTooLong(validUntil, time + MAX_PHONE_SECONDS);
        uint48 settledFrom = time + WAIT_SECONDS;
        if (recordHash[device] != 0) {
            if (phoneOf[device].owner != owner) revert DeviceOfAnother(device, owner);
            // The same key of the same member: what waited once does not wait again.
            settledFrom = phoneOf[device].settledFrom;
        }
        if (!_isProven(owner, keyX, keyY, possession)) revert DevicePossessionMissing(device, owner);
        Device memory record = Device({
            deviceClass: DeviceClass.PHONE,
            algorithm: Algorithm.ESP256,
            keyClass: KeyClass.K2,
            keyX: keyX,
            keyY: keyY,
            owner: owner,
            place: 0,
            validFrom: time - CLOCK_TOLERANCE_SECONDS,
            validUntil: validUntil
        });
        _enrol(device, record, settledFrom);
    }

    function setSuspended(bytes8 device, bool suspended) external restricted {
        if (recordHash[device] == 0 || _suspended[device] == suspended) revert DeviceStateUnchanged(device);
        _suspended[device] = suspended;
        emit DeviceSuspended(device, suspended);
    }

    function revoke(bytes8 device, uint48 compromisedFrom) external restricted {
        if (recordHash[device] == 0) revert DeviceStateUnchanged(device);
        delete recordHash[device];
        _revoked[device] = true;
        emit DeviceRevoked(device, compromisedFrom);
    }

    // PARTS

    function _enrol(bytes8 device, Device memory record, uint48 settledFrom) private {
        if (device == 0 || _revoked[device]) revert DeviceIdInvalid(device);
        bool pointFits = (record.algorithm == Algorithm.ESP256) == (record.keyY != 0);
        bool complete = record.deviceClass != DeviceClass.NONE && record.algorithm != Algorithm.NONE && record.keyX != 0;
        bool ownerFits = (record.deviceClass == DeviceClass.PHONE) == (record.owner != 0);
        if (!pointFits || !complete || !ownerFits || record.validFrom >= record.validUntil) {
            revert DeviceRecordInvalid(device);
        }
        recordHash[device] = keccak256(abi.encode(record));
        phoneOf[device] = Phone({owner: record.owner, settledFrom: settledFrom});
        emit DeviceEnrolled(
            device,
            record.deviceClass,
            record.algorithm,
            record.keyClass,
            record.keyX,
            record.keyY,
            record.owner,
            record.place,
            record.validFrom,
            record.validUntil,
            settledFrom
        );
    }

    /// @dev A telephone signs bytes by their SHA-256, in whichever half of the curve s falls; the lower one is asked for.
    function _isProven(bytes16 owner, bytes32 keyX, bytes32 keyY, bytes calldata possession)
        private
        view
        returns (bool)
    {
        if (possession.length != 64) return false;
        bytes memory signed = abi.encodePacked("gongji/phone/1", uint64(block.chainid), address(this), owner);
        return P256.verify(sha256(signed), bytes32(possession[:32]), bytes32(possession[32:]), keyX, keyY);
    }

    function _structHash(
        bytes32 keyX,
        bytes32 keyY,
        uint48 validUntil,
        bytes calldata possession,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ENROL_PHONE_TYPEHASH,
                ENROL_PHONE_ACTION,
                keyX,
                keyY,
                validUntil,
                keccak256(possession),
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";

/// @dev See {IDeviceRegistry}.
contract DeviceRegistry is IDeviceRegistry, AccessManaged {
    uint48 public constant MOST_BACKDATED_SECONDS = 1 days;

    mapping(bytes8 device => bytes32) public recordHash;
    mapping(bytes8 device => bool) private _suspended;
    mapping(bytes8 device => bool) private _revoked;

    constructor(address authority) AccessManaged(authority) {}

    function enrol(bytes8 device, Device calldata record) external restricted {
        if (device == 0 || _revoked[device]) revert DeviceIdInvalid(device);
        bool pointFits = (record.algorithm == Algorithm.ESP256) == (record.keyY != 0);
        bool complete = record.deviceClass != DeviceClass.NONE && record.algorithm != Algorithm.NONE && record.keyX != 0;
        bool ownerFits = (record.deviceClass == DeviceClass.PHONE) == (record.owner != 0);
        if (!pointFits || !complete || !ownerFits || record.validFrom >= record.validUntil) {
            revert DeviceRecordInvalid(device);
        }
        if (record.validFrom + MOST_BACKDATED_SECONDS < block.timestamp) {
            revert DeviceBackdated(device, record.validFrom, MOST_BACKDATED_SECONDS);
        }
        recordHash[device] = keccak256(abi.encode(record));
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
            record.validUntil
        );
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
}

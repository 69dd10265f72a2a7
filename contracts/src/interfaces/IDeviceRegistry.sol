// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Device registry: which key signs for which device, where, from when, until when
/// @notice Place devices, phones and bridges alike. An event counts only if its device was registered and neither
/// suspended nor compromised when it was captured.
/// @dev Times are seconds since 1970. What is not protected: that the device tells the truth.
interface IDeviceRegistry {
    /// @notice Signature algorithm, by its COSE number negated: 9 = ESP256, 19 = Ed25519 (RFC 9864).
    enum Algorithm {
        NONE,
        ESP256,
        ED25519
    }

    /// @notice What kind of device it is.
    enum DeviceClass {
        NONE,
        PLACE_PAD,
        PHONE,
        METER,
        BRIDGE
    }

    /// @notice How well its key is kept: K0 none, K1 shared secret or platform, K2 software, K3 not extractable,
    /// K4 secure element in one enclosure with the sensor.
    enum KeyClass {
        K0,
        K1,
        K2,
        K3,
        K4
    }

    /// @notice A device was enrolled, or got a new key.
    /// @param device EUI-64 of the device.
    /// @param deviceClass What kind of device it is.
    /// @param algorithm Signature algorithm.
    /// @param keyClass How well its key is kept.
    /// @param keyX x of the P-256 point, or the Ed25519 key.
    /// @param keyY y of the P-256 point, or zero.
    /// @param owner Member whose phone it is; zero for devices of a place.
    /// @param place Commitment to the place it is fixed at, or zero.
    /// @param validFrom First second at which its events count.
    /// @param validUntil First second at which they do not count any more.
    event DeviceEnrolled(
        bytes8 indexed device,
        DeviceClass indexed deviceClass,
        Algorithm algorithm,
        KeyClass keyClass,
        bytes32 keyX,
        bytes32 keyY,
        bytes16 indexed owner,
        bytes32 place,
        uint48 validFrom,
        uint48 validUntil
    );

    /// @notice A device may not be trusted until it is resumed; its events are held.
    /// @param device EUI-64 of the device.
    /// @param suspended True if suspended, false if resumed.
    event DeviceSuspended(bytes8 indexed device, bool suspended);

    /// @notice A device is out of use for good.
    /// @param device EUI-64 of the device.
    /// @param compromisedFrom Events from this second on are void; earlier ones stand only if they were anchored
    /// before this event's block.
    event DeviceRevoked(bytes8 indexed device, uint48 compromisedFrom);

    /// @notice What is asked to be enrolled. The fields are those of `DeviceEnrolled`.
    /// @custom:field deviceClass choice
    /// @custom:field algorithm choice
    /// @custom:field keyClass choice
    /// @custom:field keyX number
    /// @custom:field keyY number
    /// @custom:field owner member
    /// @custom:field place place
    /// @custom:field validFrom date
    /// @custom:field validUntil date
    struct Device {
        DeviceClass deviceClass;
        Algorithm algorithm;
        KeyClass keyClass;
        bytes32 keyX;
        bytes32 keyY;
        bytes16 owner;
        bytes32 place;
        uint48 validFrom;
        uint48 validUntil;
    }

    /// @notice The device id is zero, or the device was revoked.
    error DeviceIdInvalid(bytes8 device);

    /// @notice Class, algorithm, key or validity is missing or does not fit together.
    error DeviceRecordInvalid(bytes8 device);

    /// @notice A key counts from at most `most` seconds before it is enrolled: what it signed earlier proves nothing.
    error DeviceBackdated(bytes8 device, uint48 validFrom, uint48 most);

    /// @notice No such device, or already as asked for.
    error DeviceStateUnchanged(bytes8 device);

    /// @notice Enrols a device, or gives it a new key from a day on.
    /// @custom:act EnrolDevice
    /// @custom:action 登记设备 Enrol a device
    /// @custom:notice-zh 登记一台设备，或者给它换新密钥。
    /// @custom:by device-registrar
    /// @custom:field device id
    /// @custom:field record record
    /// @custom:emits DeviceEnrolled
    /// @custom:undo RevokeDevice
    function enrol(bytes8 device, Device calldata record) external;

    /// @notice Suspends or resumes a device.
    /// @custom:act SuspendDevice
    /// @custom:action 暂停或恢复设备 Suspend or resume a device
    /// @custom:notice-zh 暂停一台设备，或让它恢复使用。
    /// @custom:by device-registrar
    /// @custom:field device id
    /// @custom:field suspended flag
    /// @custom:emits DeviceSuspended
    /// @custom:undo SuspendDevice
    function setSuspended(bytes8 device, bool suspended) external;

    /// @notice Takes a device out of use for good.
    /// @custom:act RevokeDevice
    /// @custom:action 注销设备 Revoke a device
    /// @custom:notice-zh 让一台设备永远停用；从某一天起的记录作废。
    /// @custom:by device-registrar
    /// @custom:field device id
    /// @custom:field compromisedFrom date
    /// @custom:emits DeviceRevoked
    /// @custom:undo none
    function revoke(bytes8 device, uint48 compromisedFrom) external;

    /// @notice How far before its enrolment a key may count, in seconds: one day, because an office enters the day from
    /// which it counts, and that day began up to 24 hours ago.
    function MOST_BACKDATED_SECONDS() external view returns (uint48);

    /// @notice Hash of the current record, `keccak256(abi.encode(record))`; zero if unknown or revoked.
    function recordHash(bytes8 device) external view returns (bytes32);
}

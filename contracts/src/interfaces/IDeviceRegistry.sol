// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Device registry: which key signs for which device, where, from when, until when
/// @notice Place devices, phones and bridges alike. An event counts only if its device was registered and neither
/// suspended nor compromised when it was captured. Once the founding has ended, what the office enrols counts only after
/// WAIT_SECONDS in the open; a member's own phone counts at once, and until then supports no visit above A1.
/// @dev Times are seconds since 1970. An own phone proves that it holds its key. What the office enrols proves it by its events,
/// each of which it signs, after all have seen it for WAIT_SECONDS: no contract verifies an Ed25519 signature, and no pad or meter
/// signs anything else. What is not protected: that the device tells the truth.
interface IDeviceRegistry is IIntents {
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
    /// @param settledFrom First second from which they support a visit above A1.
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
        uint48 validUntil,
        uint48 settledFrom
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

    /// @notice What the office enrols counts from `earliest` on at the earliest: what a key signed that nobody could have seen
    /// enrolled proves nothing.
    error DeviceTooEarly(bytes8 device, uint48 validFrom, uint48 earliest);

    /// @notice The phone is enrolled as somebody else's.
    error DeviceOfAnother(bytes8 device, bytes16 member);

    /// @notice The key of the phone has not signed that the member holds it.
    error DevicePossessionMissing(bytes8 device, bytes16 member);

    /// @notice A member's own phone is enrolled for a year at most, and then anew.
    error DevicePhoneTooLong(uint48 validUntil, uint48 latest);

    /// @notice No such device, or already as asked for.
    error DeviceStateUnchanged(bytes8 device);

    /// @notice Enrols a device, or gives it a new key from a day on: after WAIT_SECONDS once the founding has ended.
    /// @custom:act EnrolDevice
    /// @custom:action 登记设备 Enrol a device
    /// @custom:notice-zh 登记一台设备，或者给它换新密钥。筹建结束后登记的，要公示十五天才算数。
    /// @custom:by device-registrar
    /// @custom:field device id
    /// @custom:field record record
    /// @custom:emits DeviceEnrolled
    /// @custom:undo RevokeDevice
    function enrol(bytes8 device, Device calldata record) external;

    /// @notice Enrols the signer's own phone from now on, with a key that its browser keeps (P-256, K2). Until WAIT_SECONDS are
    /// over no visit that it signs is above A1.
    /// @dev Its id is the first 8 bytes of SHA-256 of the key, so that nobody takes another phone's place. It counts from
    /// CLOCK_TOLERANCE_SECONDS before the block on.
    /// @param keyX x of the P-256 point of its key.
    /// @param keyY y of the P-256 point of its key.
    /// @param validUntil First second at which its events do not count any more; at most MAX_PHONE_SECONDS from now.
    /// @param possession r and s (in the lower half) of its key, by ECDSA with SHA-256, over "gongji/phone/1", the number of the
    /// chain (8 bytes), the address of this contract and the owner: that the owner holds it. It is enrolled for nobody else.
    /// @custom:act EnrolPhone
    /// @custom:message EnrolPhone(string action,bytes32 keyX,bytes32 keyY,uint48 validUntil,bytes possession,uint256 nonce,uint48 deadline)
    /// @custom:action 登记自己的手机 Enrol my own phone
    /// @custom:notice-zh 登记您自己的手机，马上能用来签到签退；头十五天的服务最高只算 A1。
    /// @custom:by member
    /// @custom:field keyX number
    /// @custom:field keyY number
    /// @custom:field validUntil date
    /// @custom:field possession possession
    /// @custom:field authorization authorization
    /// @custom:emits DeviceEnrolled
    /// @custom:undo RevokeDevice
    function enrolPhone(
        bytes32 keyX,
        bytes32 keyY,
        uint48 validUntil,
        bytes calldata possession,
        Authorization calldata authorization
    ) external;

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

    /// @notice How far before its enrolment a key may count while the town is founded, in seconds: one day, because an office
    /// enters the day from which it counts, and that day began up to 24 hours ago.
    function MOST_BACKDATED_SECONDS() external view returns (uint48);

    /// @notice How long a device stands in the open before it counts in full, in seconds: as long as every change.
    function WAIT_SECONDS() external view returns (uint48);

    /// @notice How long a member's own phone is enrolled at most, in seconds: a year, its last day to the end.
    function MAX_PHONE_SECONDS() external view returns (uint48);

    /// @notice How far before its enrolment an own phone counts, in seconds: five minutes, by which the clocks of phone and chain
    /// may differ as an event may be ahead of its receipt, so that what it signs at once counts. Above A1 it counts after
    /// WAIT_SECONDS all the same.
    function CLOCK_TOLERANCE_SECONDS() external view returns (uint48);

    /// @notice Hash of the current record, `keccak256(abi.encode(record))`; zero if unknown or revoked.
    function recordHash(bytes8 device) external view returns (bytes32);

    /// @notice Whose phone a device was enrolled as last, zero for a device of a place; and from when on it counts in full.
    function phoneOf(bytes8 device) external view returns (bytes16 owner, uint48 settledFrom);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";

/// @dev See {IReceipts}. The signer stands in a receipt because the same digest may be signed by several keys.
contract Receipts is IReceipts, EIP712, AccessManaged {
    struct Term {
        uint48 since;
        uint48 endedAt;
    }

    bytes32 public constant RECEIPT_TYPEHASH =
        keccak256("Receipt(string action,bytes32 digest,address signer,uint48 receivedAt)");
    bytes32 private constant RECEIPT_ACTION = keccak256(unicode"已收到您签的内容 What you signed was received");

    mapping(address key => Term) public receiptKeyTerm;

    constructor(address authority) AccessManaged(authority) EIP712("Gongji Receipts", "1") {}

    function admitReceiptKey(address key) external restricted {
        if (key == address(0) || receiptKeyTerm[key].since != 0) revert ReceiptKeyTaken(key);
        receiptKeyTerm[key].since = uint48(block.timestamp);
        emit ReceiptKeyAdmitted(key);
    }

    function endReceiptKey(address key) external restricted {
        _requireInForce(key, uint48(block.timestamp));
        receiptKeyTerm[key].endedAt = uint48(block.timestamp);
        emit ReceiptKeyEnded(key);
    }

    function requireReceipt(bytes32 digest, address signer, Acknowledgement calldata acknowledgement) external view {
        uint48 receivedAt = acknowledgement.receivedAt;
        bytes32 structHash = keccak256(abi.encode(RECEIPT_TYPEHASH, RECEIPT_ACTION, digest, signer, receivedAt));
        (address key,,) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(structHash), acknowledgement.signature);
        _requireInForce(key, receivedAt);
    }

    function _requireInForce(address key, uint48 date) private view {
        Term memory term = receiptKeyTerm[key];
        bool isEnded = term.endedAt != 0 && date >= term.endedAt;
        if (term.since == 0 || date < term.since || isEnded) revert ReceiptKeyNotInForce(key, date);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {ICampaigns} from "./interfaces/ICampaigns.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev What a campaign comes to on the ledger: a part of {Campaigns}.
abstract contract CampaignPostings is ICampaigns, Intents {
    ILedger internal immutable LEDGER;
    IFunds internal immutable FUNDS;

    constructor(ILedger ledger, IMembers members, IFunds funds) Intents("Gongji Campaigns", members) {
        LEDGER = ledger;
        FUNDS = funds;
    }

    /// @param fund Fund that the gift was given to, through the bank account that it still has.
    function _postBack(
        bytes32 payer,
        uint16 fund,
        uint64 amountFen,
        ILedger.Reason reason,
        bytes32 bankLine,
        bytes32 document
    ) internal {
        bytes32 payee = Accounts.id(Accounts.BANK, FUNDS.bankOf(fund));
        LEDGER.post(ILedger.Transfer(payer, payee, amountFen, reason, bankLine, document));
    }

    function _post(uint32 campaign, bytes32 payer, bytes32 payee, uint64 amountFen, ILedger.Reason reason) internal {
        LEDGER.post(
            ILedger.Transfer({
                payer: payer,
                payee: payee,
                amount: amountFen,
                reason: reason,
                cause: bytes32(uint256(campaign)),
                document: bytes32(0)
            })
        );
    }

    function _lock(uint32 campaign) internal pure returns (bytes32) {
        return Accounts.id(Accounts.MATCH_LOCK, campaign);
    }

    function _account(uint32 campaign) internal pure returns (bytes32) {
        return Accounts.id(Accounts.CAMPAIGN, campaign);
    }
}

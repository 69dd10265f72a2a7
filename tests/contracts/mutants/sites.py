"""The places at which the contracts can be weakened, each with its switch.

All mutants are compiled at once: each weakened form waits behind `isMutant(number)`, which says whether the address of
that number holds any ether. A test switches one on by giving it some, from outside, and nothing of what the contracts
store or take is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

SWITCH = "contracts/src/Mutants.sol"
# The first address of a switch. Nobody holds a key of one, and no contract is there.
SWITCHES = 0xDEAD << 144
# Solidity trusts a type that says "pure", so that functions which read nothing can have switches, too.
SWITCH_TEXT = """// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

function isMutant(uint256 number) pure returns (bool) {
    function(uint256) view returns (bool) seen = _isOn;
    function(uint256) pure returns (bool) blind;
    assembly ("memory-safe") { blind := seen }
    return blind(number);
}

function _isOn(uint256 number) view returns (bool) {
    return address(uint160((0xDEAD << 144) + number)).balance != 0;
}
"""


@dataclass(frozen=True)
class Site:
    """One way to weaken one rule.

    Attributes:
        number: Number of its switch.
        contract: Contract, library or file it stands in.
        name: What is weakened and how; the same as long as the rule is written the same.
        error: Name of the error by which the rule refuses, or nothing if that is not said there.
        users: Contracts that are deployed with it.
    """

    number: int
    contract: str
    name: str
    error: str
    users: tuple[str, ...]

    @property
    def function(self) -> str:
        """Name of the function or modifier it stands in."""
        return self.name.split(":")[0]

    @property
    def address(self) -> str:
        """The address that switches it on."""
        return f"0x{SWITCHES + self.number:040x}"

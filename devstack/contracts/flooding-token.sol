// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Emits empty logs before the log of each transfer; anybody can set their number. This makes a
/// receipt as large as possible for its gas.
contract FloodingToken is TokenBase {
    uint256 public logsBefore;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function setLogsBefore(uint256 count) external {
        logsBefore = count;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        for (uint256 i = logsBefore; i > 0; i--) {
            assembly {
                log0(0, 0)
            }
        }
        move(msg.sender, to, amount);
        return true;
    }
}

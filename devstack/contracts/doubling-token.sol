// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Logs each transfer a configured number of times, and moves the amount once.
contract DoublingToken is TokenBase {
    uint256 public times = 1;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function setTimes(uint256 times_) external {
        times = times_;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        move(msg.sender, to, amount);
        for (uint256 n = 1; n < times; n += 1) emit Transfer(msg.sender, to, amount);
        return true;
    }
}

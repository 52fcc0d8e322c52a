// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Logs transfers that move nothing, and moves balances without a log. `times` sets how often each
/// real transfer is logged.
contract PhantomToken is TokenBase {
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

    /// Logs one transfer to one holder `count` times; nothing moves.
    function phantoms(address to, uint256 amount, uint256 count) external {
        for (uint256 n = 0; n < count; n += 1) emit Transfer(msg.sender, to, amount);
    }

    /// One log to each holder; nothing moves.
    function phantomEach(address[] calldata holders, uint256 amount) external {
        for (uint256 n = 0; n < holders.length; n += 1) emit Transfer(msg.sender, holders[n], amount);
    }

    /// A balance that changes without a log.
    function setBalance(address holder, uint256 amount) external {
        totalSupply = totalSupply + amount - balanceOf[holder];
        balanceOf[holder] = amount;
    }
}

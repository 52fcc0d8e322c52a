// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Reverts when the sender or the receiver is blacklisted, as USDC and USDT do.
contract BlacklistToken is TokenBase {
    address public immutable owner = msg.sender;
    mapping(address => bool) public blacklisted;

    error NotOwner(address caller);
    error Blacklisted(address holder);

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function setBlacklisted(address holder, bool blacklisted_) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        blacklisted[holder] = blacklisted_;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        refuse(msg.sender, to);
        move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        refuse(from, to);
        spend(from, amount);
        move(from, to, amount);
        return true;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allow(spender, amount);
        return true;
    }

    function refuse(address from, address to) private view {
        if (blacklisted[from]) revert Blacklisted(from);
        if (blacklisted[to]) revert Blacklisted(to);
    }
}

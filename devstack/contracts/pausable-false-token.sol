// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// While paused, a transfer moves nothing, emits nothing and returns false with status 1 (MONEY 12).
contract PausableFalseToken is TokenBase {
    address public immutable owner = msg.sender;
    bool public paused;

    error NotOwner(address caller);

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function setPaused(bool paused_) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        paused = paused_;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        if (paused) return false;
        move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (paused) return false;
        spend(from, amount);
        move(from, to, amount);
        return true;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allow(spender, amount);
        return true;
    }
}

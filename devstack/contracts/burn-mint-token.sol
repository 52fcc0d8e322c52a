// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Logs a transfer as a burn and a mint, as Compound III does (Comet.transferBase).
contract BurnMintToken is TokenBase {
    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function transfer(address to, uint256 amount) external returns (bool) {
        uint256 balance = balanceOf[msg.sender];
        if (balance < amount) revert InsufficientBalance(msg.sender, balance, amount);
        balanceOf[msg.sender] = balance - amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, address(0), amount);
        emit Transfer(address(0), to, amount);
        return true;
    }
}

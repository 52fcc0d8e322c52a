// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Reports success to a simulation (a call without a gas price), but moves nothing for refused
/// holders in a real transaction.
contract TwoFacedToken is TokenBase {
    mapping(address => bool) public refused;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function setRefused(address holder, bool refused_) external {
        refused[holder] = refused_;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        if (refused[msg.sender] && tx.gasprice > 0) return false;
        move(msg.sender, to, amount);
        return true;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Pays the sender's interest inside the sender's own transfer, as lending receipts (Aave's aTokens) do: a Transfer from
/// the zero address stands before the outgoing one, or after it. The balance shows it from then on (`owe`), or before (`grow`).
contract InterestToken is TokenBase {
    mapping(address => uint256) public owed;
    mapping(address => uint256) public unlogged;
    /// The interest is logged after the outgoing transfer.
    bool public paysAfter;
    /// Logs of a hostile token in addition to the interest, without a payment.
    uint256 public phantom;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function owe(address holder, uint256 interest) external {
        owed[holder] = interest;
    }

    /// The balance shows the interest at once; it is logged inside the holder's next transfer, before the outgoing one.
    function grow(address holder, uint256 interest) external {
        unlogged[holder] += interest;
        totalSupply += interest;
        balanceOf[holder] += interest;
    }

    function setPaysAfter(bool paysAfter_) external {
        paysAfter = paysAfter_;
    }

    function setPhantom(uint256 amount) external {
        phantom = amount;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        logGrowth(msg.sender);
        if (!paysAfter) payInterest(msg.sender);
        move(msg.sender, to, amount);
        if (paysAfter) payInterest(msg.sender);
        return true;
    }

    function logGrowth(address holder) internal {
        uint256 interest = unlogged[holder];
        if (interest == 0) return;
        unlogged[holder] = 0;
        emit Transfer(address(0), holder, interest);
    }

    function payInterest(address holder) internal {
        uint256 interest = owed[holder];
        if (interest == 0) return;
        owed[holder] = 0;
        totalSupply += interest;
        balanceOf[holder] += interest;
        emit Transfer(address(0), holder, interest);
        if (phantom > 0) emit Transfer(address(0), holder, phantom);
    }
}

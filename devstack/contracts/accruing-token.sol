// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// A small model of an aToken: balances grow by a share of themselves in every block, and balanceOf
/// shows the growth. The growth since the holder's last transfer is logged as a Transfer from the
/// zero address, before the transfer that it is paid in.
contract AccruingToken {
    string public name;
    string public symbol;
    uint8 public immutable decimals;
    /// Hundredths of a percent in a block.
    uint256 public rate;
    mapping(address => uint256) private stored;
    mapping(address => uint256) private since;

    event Transfer(address indexed from, address indexed to, uint256 value);

    error InsufficientBalance(address from, uint256 balance, uint256 wanted);

    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint256 rate_) {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
        rate = rate_;
    }

    function setRate(uint256 rate_) external {
        rate = rate_;
    }

    function balanceOf(address holder) public view returns (uint256) {
        return stored[holder] + stored[holder] * rate * (block.number - since[holder]) / 10_000;
    }

    function mint(address to, uint256 amount) external {
        payInterest(to);
        stored[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        payInterest(msg.sender);
        payInterest(to);
        uint256 balance = stored[msg.sender];
        if (balance < amount) revert InsufficientBalance(msg.sender, balance, amount);
        stored[msg.sender] = balance - amount;
        stored[to] += amount;
        emit Transfer(msg.sender, to, amount);
        return true;
    }

    function payInterest(address holder) private {
        uint256 interest = balanceOf(holder) - stored[holder];
        since[holder] = block.number;
        if (interest == 0) return;
        stored[holder] += interest;
        emit Transfer(address(0), holder, interest);
    }
}

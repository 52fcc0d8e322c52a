// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Balances grow and shrink without a Transfer: holders own shares, and the value of a share
/// changes.
contract RebaseToken {
    string public name;
    string public symbol;
    uint8 public immutable decimals;
    /// Value of a share, in 10^-18 units.
    uint256 public worth = 1e18;
    mapping(address => uint256) public sharesOf;

    event Transfer(address indexed from, address indexed to, uint256 value);

    error InsufficientBalance(address from, uint256 balance, uint256 wanted);

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
    }

    function rebase(uint256 worth_) external {
        worth = worth_;
    }

    function balanceOf(address holder) public view returns (uint256) {
        return sharesOf[holder] * worth / 1e18;
    }

    function mint(address to, uint256 amount) external {
        sharesOf[to] += amount * 1e18 / worth;
        emit Transfer(address(0), to, amount);
    }

    /// Rounds shares down, as such tokens do: a unit may stay behind.
    function transfer(address to, uint256 amount) external returns (bool) {
        uint256 balance = balanceOf(msg.sender);
        if (balance < amount) revert InsufficientBalance(msg.sender, balance, amount);
        uint256 shares = amount * 1e18 / worth;
        sharesOf[msg.sender] -= shares;
        sharesOf[to] += shares;
        emit Transfer(msg.sender, to, amount);
        return true;
    }
}

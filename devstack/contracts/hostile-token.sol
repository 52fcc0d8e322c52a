// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// A listed token that turns against its users: it credits wallets by itself, burns the gas of its
/// transfers, or reverts them in blocks alone.
contract HostileToken is TokenBase {
    uint256 public gasBurned;
    bool public revertsInBlocks;

    error Hostile();

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        TokenBase(name_, symbol_, decimals_)
    {}

    function setGasBurned(uint256 gas_) external {
        gasBurned = gas_;
    }

    function setRevertsInBlocks(bool reverts) external {
        revertsInBlocks = reverts;
    }

    /// Credits each holder `times` times with `amount`, each time with a log.
    function scatter(address[] calldata holders, uint256 times, uint256 amount) external {
        for (uint256 h = 0; h < holders.length; h++) {
            balanceOf[holders[h]] += amount * times;
            for (uint256 t = 0; t < times; t++) {
                emit Transfer(msg.sender, holders[h], amount);
            }
        }
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        uint256 start = gasleft();
        while (start - gasleft() < gasBurned) {}
        // A simulation has no gas price.
        if (revertsInBlocks && tx.gasprice > 0) revert Hostile();
        move(msg.sender, to, amount);
        return true;
    }
}

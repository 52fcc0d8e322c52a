// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenBase} from "./token-base.sol";

/// Keeps a part of each transfer for its owner: less arrives than was sent, and the fee has a
/// Transfer log of its own.
contract FeeToken is TokenBase {
    address public immutable owner = msg.sender;
    /// Hundredths of a percent: 100 keeps 1 %.
    uint256 public immutable feeBasisPoints;

    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint256 feeBasisPoints_)
        TokenBase(name_, symbol_, decimals_)
    {
        require(feeBasisPoints_ <= 10_000, "fee above 100 %");
        feeBasisPoints = feeBasisPoints_;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        moveLessFee(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        spend(from, amount);
        moveLessFee(from, to, amount);
        return true;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allow(spender, amount);
        return true;
    }

    function moveLessFee(address from, address to, uint256 amount) private {
        uint256 fee = amount * feeBasisPoints / 10_000;
        move(from, owner, fee);
        move(from, to, amount - fee);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

interface IToken {
    function transfer(address to, uint256 amount) external returns (bool);
}

/// Makes the answers of nodes as large as possible for their gas: receipts by empty logs, traces by
/// calldata that is repeated in each call.
contract Flooder {
    error Failed();

    /// Emits `count` empty logs (381 gas each), then transfers a token that this contract holds;
    /// the transfer's place is `count`.
    function flood(uint256 count, IToken token, address to, uint256 amount) external {
        for (uint256 i = 0; i < count; i++) {
            assembly {
                log0(0, 0)
            }
        }
        if (!token.transfer(to, amount)) revert Failed();
    }

    /// Makes `count` calls with `size` bytes of calldata each, then a payment; the payment's path
    /// is `count`.
    function repeat(uint256 count, uint256 size, address payable to) external payable {
        for (uint256 i = 0; i < count; i++) {
            assembly {
                if iszero(call(gas(), address(), 0, 0, size, 0, 0)) { revert(0, 0) }
            }
        }
        (bool sent,) = to.call{value: msg.value}("");
        if (!sent) revert Failed();
    }

    /// Takes any calldata.
    fallback() external payable {}

    receive() external payable {}
}

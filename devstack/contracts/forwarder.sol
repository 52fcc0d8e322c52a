// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Pays native coin from inside a call: the receiver sees a balance and no transaction of its own.
contract Forwarder {
    error NotPaid(address to, uint256 value);

    function pay(address to) external payable {
        (bool paid,) = to.call{value: msg.value}("");
        if (!paid) revert NotPaid(to, msg.value);
    }
}

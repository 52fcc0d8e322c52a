// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Pays native coin from inside a call: the receiver's balance grows without a transaction to the
/// receiver.
contract Forwarder {
    error NotPaid(address to, uint256 value);

    function pay(address to) external payable {
        (bool paid,) = to.call{value: msg.value}("");
        if (!paid) revert NotPaid(to, msg.value);
    }
}

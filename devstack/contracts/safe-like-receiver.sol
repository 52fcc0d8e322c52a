// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Accepts native coin as a Safe does, with a log: a plain transfer to this contract costs more
/// than 21,000 gas (MONEY 9).
contract SafeLikeReceiver {
    event SafeReceived(address indexed sender, uint256 value);

    receive() external payable {
        emit SafeReceived(msg.sender, msg.value);
    }
}

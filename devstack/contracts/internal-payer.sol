// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Pays native coin from inside calls, in each way that a trace has to distinguish.
contract InternalPayer {
    error Undone();

    /// Pays the same amount to each receiver by plain calls: paths 0, 1, 2, …
    function pay(address payable[] calldata to) external payable {
        for (uint256 i = 0; i < to.length; i++) send(to[i], msg.value / to.length);
    }

    /// Pays by a call inside a call: path 0.0
    function payDeep(address payable to) external payable {
        this.payThrough{value: msg.value}(to);
    }

    function payThrough(address payable to) external payable {
        send(to, msg.value);
    }

    /// The payment succeeds, but the call around it reverts; the transaction succeeds, and no money
    /// arrives.
    function payAndUndo(address payable to) external payable {
        try this.payThenRevert{value: msg.value}(to) {} catch {}
    }

    function payThenRevert(address payable to) external payable {
        send(to, msg.value);
        revert Undone();
    }

    /// Pays by the SELFDESTRUCT of a contract that exists during this call only: its creation code
    /// is PUSH20 to SELFDESTRUCT.
    function payByEnd(address payable to) external payable {
        bytes memory code = abi.encodePacked(hex"73", to, hex"ff");
        assembly {
            if iszero(create(callvalue(), add(code, 32), mload(code))) { revert(0, 0) }
        }
    }

    function send(address payable to, uint256 value) private {
        (bool sent,) = to.call{value: value}("");
        if (!sent) revert Undone();
    }
}

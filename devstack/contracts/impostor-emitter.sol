// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Emits logs with the topic of ERC-20's Transfer that are no deposits: wrong shape, wrong emitter
/// or no value (MONEY 13).
contract ImpostorEmitter {
    bytes32 private constant TRANSFER = keccak256("Transfer(address,address,uint256)");

    /// Four topics and no data, as an ERC-721 token does.
    function emitIndexedValue(address from, address to, uint256 value) external {
        bytes32 topic = TRANSFER;
        assembly {
            log4(0, 0, topic, from, to, value)
        }
    }

    /// One topic; sender, receiver and value are in the data, as in some old tokens.
    function emitUnindexed(address from, address to, uint256 value) external {
        bytes memory data = abi.encode(from, to, value);
        bytes32 topic = TRANSFER;
        assembly {
            log1(add(data, 32), mload(data), topic)
        }
    }

    /// Three topics, and 64 bytes of data instead of 32.
    function emitLongData(address from, address to, uint256 value) external {
        bytes memory data = abi.encode(value, value);
        bytes32 topic = TRANSFER;
        assembly {
            log3(add(data, 32), mload(data), topic, from, to)
        }
    }

    /// Three topics and no data.
    function emitNoData(address from, address to) external {
        bytes32 topic = TRANSFER;
        assembly {
            log3(0, 0, topic, from, to)
        }
    }

    /// The right shape from a contract without balances: it claims a value, or the value 0.
    function emitTransfer(address from, address to, uint256 value) external {
        bytes memory data = abi.encode(value);
        bytes32 topic = TRANSFER;
        assembly {
            log3(add(data, 32), mload(data), topic, from, to)
        }
    }
}

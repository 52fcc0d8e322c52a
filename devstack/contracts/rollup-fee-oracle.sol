// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// Replaces, on a devnet, the fee oracle that rollups have at a fixed address. It returns the L1
/// fee of an unsigned transaction by its length, and an operator fee by its gas.
contract RollupFeeOracle {
    uint256 public weiPerByte;
    uint256 public weiPerGas;

    function setPrices(uint256 weiPerByte_, uint256 weiPerGas_) external {
        weiPerByte = weiPerByte_;
        weiPerGas = weiPerGas_;
    }

    function getL1Fee(bytes calldata data) external view returns (uint256) {
        return data.length * weiPerByte;
    }

    function getOperatorFee(uint256 gasUsed) external view returns (uint256) {
        return gasUsed * weiPerGas;
    }
}

import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type CheckResult, failed, passed, warning } from './check-result.ts'

const plainTransferGas = 21_000n

/**
 * MONEY 9: checks that a native transfer to the cold wallet succeeds. A cold wallet with code is
 * allowed, with a warning; a transfer to it usually takes more than 21,000 gas.
 */
export async function checkColdWallet(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<CheckResult[]> {
  const where = `${path}.coldWallet`
  const address = toEip55(chain.coldWallet)
  const code = await state.code(chain.coldWallet)
  const estimate = await state.estimateGas({
    from: chain.gasKeeper.address,
    to: chain.coldWallet,
    data: '0x',
    // The value is 0, so that an empty keeper does not fail this check. `checkKeeperBalance`
    // reports an empty keeper.
    valueWei: 0n,
  })
  if (estimate.kind === 'reverted') {
    const fix = 'use an address that accepts native transfers, or change its contract'
    return [
      failed('cold-wallet', where, `${address} rejects native transfers: ${estimate.reason}`, fix),
    ]
  }
  if (code === '0x') return [passed(where, `${address} is an account without code`)]
  const gas =
    estimate.gas > plainTransferGas ? `${estimate.gas} gas` : 'no more gas than an account'
  const fix = 'make sure that you control this contract on this chain (a Safe exists per chain)'
  return [
    warning(
      'cold-wallet-code',
      where,
      `${address} is a contract; a native transfer to it takes ${gas}`,
      fix,
    ),
  ]
}

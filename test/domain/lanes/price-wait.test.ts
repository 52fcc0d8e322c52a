import { describe, expect, it } from 'vitest'
import { judgePrice } from '../../../domain/lanes/price-wait.ts'
import { newestAttempt, raisedFee } from '../../../domain/lanes/replacement.ts'
import { planTokenGas } from '../../../domain/sweeps/gas-plan.ts'
import { aChain, gwei } from '../../harness/factories/a-chain.ts'
import { aTransaction } from '../../harness/factories/a-transaction.ts'

describe('judgePrice and planTokenGas (MONEY 8)', () => {
  it('plan a cap that pays for the next bump, for any balance of the wallet', () => {
    const signed = aTransaction({ step: 'sweep', data: '0xa9059cbb', feeCapWei: gwei })
    const { maxFeeWei } = newestAttempt(signed)
    // As on BSC, the base fee is 0, so the price is the tip. The tip has risen by 5 %.
    const tipWei = (maxFeeWei * 21n) / 20n
    const quote = {
      blockNumber: 1n,
      baseFeeWei: 0n,
      gasPriceWei: tipWei,
      priorityFeeWei: tipWei,
    }
    const chain = aChain()
    const gas = { ...chain.gas, maxPriorityFeeWei: chain.gas.maxFeeWei }
    const wait = judgePrice({ ...chain, gas }, quote, { ...signed, feeCapWei: maxFeeWei })
    if (wait?.kind !== 'past-cap') throw new Error(String(wait?.kind))
    const { gasLimit } = signed
    for (const percent of [100n, 104n, 106n, 110n, 130n]) {
      const walletBalanceWei = (gasLimit * maxFeeWei * percent) / 100n
      const plan = planTokenGas({ gasLimit, fees: wait.fees, l1FeeWei: 0n, walletBalanceWei })
      expect(plan.capWei).toBeGreaterThanOrEqual(raisedFee(maxFeeWei))
      expect(walletBalanceWei + plan.shortWei).toBeGreaterThanOrEqual(gasLimit * plan.capWei)
    }
  })
})

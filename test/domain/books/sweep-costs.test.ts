import { describe, expect, it } from 'vitest'
import type { Movement } from '../../../domain/books/movements.ts'
import { feeShare, sweepCosts } from '../../../domain/books/sweep-costs.ts'
import { aChain, coldWallet, wallet } from '../../harness/factories/a-chain.ts'

const cold = new Set([coldWallet])
const move = (kind: Movement['kind'], feeWei: bigint, more: object = {}): Movement =>
  ({
    kind,
    wallet,
    asset: 'native',
    row: 'a row',
    intent: undefined,
    mined: { ok: true, from: wallet, to: coldWallet, valueWei: 0n, feeWei, logs: [], ...more },
  }) as unknown as Movement

describe('sweepCosts', () => {
  it('sums fees of sweeps, cancels and gas transfers of an asset, and what arrived', () => {
    const movements = [
      move('sweep', 30n, { valueWei: 9_000n }),
      move('sweep', 10n, { valueWei: 1_000n }),
      move('sweep', 5n, { valueWei: 7_000n, ok: false }),
      move('cancel', 3n),
      move('gas', 2n),
      move('drain', 99n, { valueWei: 5_000n }),
      move('nothing', 99n),
    ]
    expect(sweepCosts(movements, cold, aChain())).toEqual([
      { asset: 'native', feesWei: 50n, arrived: 10_000n, valueWei: 10_000n },
    ])
  })

  it('feeShare is in percent with two decimals, where the value is known', () => {
    const share = (feesWei: bigint, valueWei: bigint) => feeShare({ feesWei, valueWei })
    expect([share(50n, 10_000n), share(1n, 3n), share(5n, 1n)]).toEqual(['0.50', '33.33', '500.00'])
    expect(share(5n, 0n)).toBeUndefined()
    expect(feeShare({ feesWei: 1n, valueWei: undefined })).toBeUndefined()
  })
})

import { expect, it } from 'vitest'
import type { OpenDeposits } from '../../../domain/sweeps/plan-rows.ts'
import { storedPlan } from '../../../operations/plan/stored-plan.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { aChain } from '../../harness/factories/a-chain.ts'

const chain = aChain()
const names = createAssetNames([chain])
const row = (more: Partial<OpenDeposits>): OpenDeposits => ({
  chainId: chain.id,
  wallet: `0x${'11'.repeat(20)}`,
  asset: 'native',
  state: 'waiting',
  reason: 'queued',
  detail: '',
  deposits: 1,
  amount: 10n ** 18n,
  since: new Date(0),
  firstId: '1:0x:native',
  plan: null,
  ...more,
})

it.each([
  [{ state: 'waiting', reason: 'keeper-low' }, 'wait'],
  [{ state: 'waiting', reason: 'approval' }, 'hold'],
  [{ state: 'waiting', reason: 'held-by 1:0x:native' }, 'hold'],
  [{ state: 'waiting', reason: 'chain-paused' }, 'hold'],
  [{ state: 'needs-attention', reason: 'token-refused' }, 'hold'],
  [{ state: 'confirming', reason: 'unbacked' }, 'hold'],
  [{ state: 'detected', reason: '' }, 'wait'],
  [{ state: 'funding', reason: '' }, 'sweep'],
  [{ state: 'confirming-sweep', reason: '' }, 'sweep'],
  [{ state: 'ignored', reason: 'dust' }, 'ignore'],
] as const)('%o is %s', (more, action) => {
  expect(storedPlan([row(more)], names)[0]?.action).toBe(action)
})

it('adds the deposits of one wallet and asset, and a hold decides for all of them', () => {
  const rows = [
    row({ state: 'ignored', reason: 'dust', amount: 5n }),
    row({ reason: 'held-by 1:0x:native', amount: 7n, deposits: 2 }),
    row({ state: 'ignored', reason: 'rejected by ann', amount: 100n }),
    row({ wallet: `0x${'22'.repeat(20)}` }),
  ]
  expect(storedPlan(rows, names)).toMatchObject([
    { action: 'hold', amount: '12', deposits: 3 },
    { action: 'wait', amount: String(10n ** 18n) },
  ])
})

it('shows the gas of a planned sweep, and its share of a native amount', () => {
  const plan = { amount: 10n ** 18n, gasLimit: 21_000n, feeCapWei: 10n ** 11n }
  expect(storedPlan([row({ state: 'sweeping', reason: '', plan })], names)).toMatchObject([
    { gas: '2100000000000000', sharePercent: 0.21 },
  ])
})

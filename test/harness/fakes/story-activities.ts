import type { ChainActivities, RecordActivities } from '../../../workflows/contract.ts'

export type StoryActivities = ChainActivities & RecordActivities

/**
 * Returns fake activities of a successful sweep: the wallet needs gas, the gas arrives, the sweep
 * is final. `differs` replaces single activities.
 */
export function storyActivities(differs: Partial<StoryActivities> = {}): StoryActivities {
  return {
    plan: async () => ({
      kind: 'planned',
      sweepId: '7f6c0a52-0000-4000-8000-000000000001',
      amount: '1.5 USDT',
      gasShortWei: '1000000000000',
    }),
    fundGas: async ({ sweepId }) => ({
      kind: 'funded',
      transactionKey: `${sweepId}:gas:1`,
      hash: `0x${'a'.repeat(64)}`,
      amount: '0.000001 ETH',
      mined: false,
    }),
    checkGas: async () => ({ kind: 'mined' }),
    sweep: async () => ({
      kind: 'swept',
      hash: `0x${'b'.repeat(64)}`,
      amount: '1.5 USDT',
      gasSpentWei: '50000000000',
    }),
    recordSweep: async () => ({ kind: 'finished', state: 'done', reason: '' }),
    askForAttention: async () => undefined,
    followOrder: async () => ({ kind: 'done', state: 'waiting(queued)', why: '' }),
    noteOrder: async () => 'new',
    watchKeeper: async () => ({ level: 'ok', uncommitted: '1 ETH', woken: 0 }),
    adoptDeposits: async () => 0,
    reconcile: async () => ({ block: 0, wallets: 0, differences: 0, first: '' }),
    ...differs,
  }
}

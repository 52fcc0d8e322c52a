import { unfinishedStates } from '../domain/deposit-state.ts'
import { pause } from '../domain/pause.ts'
import type { Loop } from '../domain/ports/loop.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import type { UnfinishedDeposits } from '../domain/ports/unfinished-deposits.ts'
import { wordsOf } from '../domain/words-of.ts'

export interface WatchDepositsDeps {
  readonly chains: readonly { readonly id: number; readonly name: string }[]
  readonly deposits: UnfinishedDeposits
  readonly metrics: Metrics
  /** @default 10000 */
  readonly everyMs?: number
}

/**
 * How many deposits are unfinished, and how old the oldest is, by state. Asked of our own rows alone: a deposit whose run
 * can't move, or Temporal itself, must not be able to keep its age to itself.
 */
export function createDepositWatch(deps: WatchDepositsDeps): Loop {
  let trouble: string | undefined
  const names = new Map(deps.chains.map(({ id, name }) => [id, name]))

  async function look(): Promise<void> {
    const found = await deps.deposits.measure()
    const keyOf = (chainId: number, state: string) => `${chainId} ${state}`
    const known = new Map(found.map((it) => [keyOf(it.chainId, it.state), it]))
    // One that is not in coldsweep.yaml any more has nobody who sweeps it: least of all may it drop out of sight.
    for (const { chainId } of found)
      if (!names.has(chainId)) names.set(chainId, `${chainId} (not in coldsweep.yaml)`)
    for (const [id, name] of names) {
      for (const state of unfinishedStates) {
        const { count = 0, oldestSeconds = 0 } = known.get(keyOf(id, state)) ?? {}
        const labels = { chain: name, state }
        // A state that nobody is in any more goes back to 0, else its last age would stand for ever.
        deps.metrics.gauge('coldsweep_unfinished_deposits', labels, count)
        deps.metrics.gauge('coldsweep_oldest_unfinished_deposit_seconds', labels, oldestSeconds)
      }
    }
  }

  return {
    name: 'deposits',
    trouble: () => trouble,
    async run(stop) {
      while (!stop.aborted) {
        trouble = await look().then(
          () => undefined,
          (error: unknown) => `unfinished deposits can’t be counted: ${wordsOf(error)}`,
        )
        await pause(deps.everyMs ?? 10_000, stop)
      }
    },
  }
}

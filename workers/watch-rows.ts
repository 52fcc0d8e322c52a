import type { RowFigures } from '../domain/books/row-figures.ts'
import { unfinishedStates } from '../domain/deposits/deposit-state.ts'
import { operatorDoubts } from '../domain/deposits/doubt.ts'
import type { Metrics } from '../domain/process.ts'
import { errorMessage } from '../runtime/error-message.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface WatchRowsDeps {
  readonly chains: readonly { readonly id: number; readonly name: string }[]
  readonly figures: RowFigures
  readonly metrics: Metrics
  /** @default 10000 */
  readonly everyMs?: number
}

/**
 * What our own rows alone say: how many deposits are unfinished, and how old the oldest is, by
 * state; whether a chain is paused, and how its books stood when they were last looked at. A run
 * that can't move, or Temporal itself, must not be able to keep an age to itself, and a restart
 * must not make a difference disappear.
 */
export function createRowWatch(deps: WatchRowsDeps): Loop {
  let trouble: string | undefined
  const { figures, metrics } = deps
  const names = new Map(deps.chains.map(({ id, name }) => [id, name]))

  async function tellDeposits(): Promise<void> {
    const found = await figures.unfinished()
    const keyOf = (chainId: number, state: string) => `${chainId} ${state}`
    const known = new Map(found.map((it) => [keyOf(it.chainId, it.state), it]))
    // One that is not in coldsweep.yaml any more has nobody who sweeps it: least of all may it drop
    // out of sight.
    for (const { chainId } of found)
      if (!names.has(chainId)) names.set(chainId, `${chainId} (not in coldsweep.yaml)`)
    for (const [id, name] of names) {
      for (const state of unfinishedStates) {
        const { count = 0, oldestSeconds = 0 } = known.get(keyOf(id, state)) ?? {}
        const labels = { chain: name, state }
        // A state that nobody is in any more goes back to 0, else its last age would stand for
        // ever.
        metrics.gauge('coldsweep_unfinished_deposits', labels, count)
        metrics.gauge('coldsweep_oldest_unfinished_deposit_seconds', labels, oldestSeconds)
      }
    }
  }

  async function tellDoubted(): Promise<void> {
    const found = await figures.doubted()
    for (const [id, chain] of names) {
      for (const reason of operatorDoubts) {
        const known = found.find(({ chainId, doubt }) => chainId === id && doubt === reason)
        metrics.gauge('coldsweep_doubted_deposits', { chain, reason }, known?.count ?? 0)
      }
    }
  }

  async function tellChains(): Promise<void> {
    for (const { chainId, paused, reconciled } of await figures.chains()) {
      const name = names.get(chainId)
      if (name === undefined) continue
      const labels = { chain: name }
      metrics.gauge('coldsweep_chain_paused', labels, paused ? 1 : 0)
      if (reconciled === undefined) continue
      metrics.gauge('coldsweep_reconcile_differences', labels, reconciled.differences)
      metrics.gauge('coldsweep_reconciled_height', labels, Number(reconciled.height))
      metrics.gauge('coldsweep_reconciled_age_seconds', labels, reconciled.ageSeconds)
    }
  }

  /** Each by itself: a count that takes too long must not hide a sleep. */
  async function look(): Promise<void> {
    const looks = await Promise.allSettled([tellDeposits(), tellDoubted(), tellChains()])
    for (const seen of looks) if (seen.status === 'rejected') throw seen.reason
  }

  return {
    name: 'rows',
    trouble: () => trouble,
    async run(stop) {
      while (!stop.aborted) {
        trouble = await look().then(
          () => undefined,
          (error: unknown) => `the rows can’t be looked at: ${errorMessage(error)}`,
        )
        await sleep(deps.everyMs ?? 10_000, stop)
      }
    },
  }
}

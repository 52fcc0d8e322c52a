import { BadInput } from '../domain/money-errors.ts'
import { reconcile } from '../transactions/reconcile/reconcile.ts'
import type { ChainActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'
import { chainOf } from './step/run.ts'

const mostTold = 20

/**
 * MONEY 23 on schedule: a difference is an alarm by log, metric and event, until the books balance
 * again.
 */
export function createReconcile(deps: ActivityDeps): ChainActivities['reconcile'] {
  return async (chainId) => {
    const { chain, state } = chainOf(deps, chainId)
    const history = deps.histories.get(chainId)
    if (!history) throw new BadInput(`chain ${chainId} is not in coldsweep.yaml of this worker`)
    const report = await reconcile({ chain, state, history, books: deps.books })
    const { block, differences, wallets } = report
    for (const { kind, address, words, rows } of differences.slice(0, mostTold)) {
      const fields = { chain: chain.name, block: block.number, kind, address, rows }
      deps.log.error(fields, `the books do not balance: ${words}`)
    }
    return {
      block: Number(block.number),
      wallets,
      differences: differences.length,
      first: differences[0]?.words ?? '',
    }
  }
}

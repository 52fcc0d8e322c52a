import type { Chain } from '../domain/chains/chain.ts'
import type { ChainState } from '../domain/chains/nodes/chain-state.ts'
import type { KnownDeposit, SmallDeposits } from '../domain/deposits/sweep-runs.ts'
import type { Clock, Log } from '../domain/process.ts'
import { settleSmall } from '../domain/sweeps/settle-small.ts'

/** After a failed read, deposits get runs for this long, so that the intake is never slow. */
const restMs = 30_000

/**
 * Returns a function that settles a small deposit without a run, as `settleSmall` does. A deposit
 * whose balance cannot be read now gets a run.
 */
export function createSettleSmall({
  chains,
  small,
  clock,
  log,
}: {
  readonly chains: ReadonlyMap<number, { readonly chain: Chain; readonly state: ChainState }>
  readonly small: SmallDeposits
  readonly clock: Clock
  readonly log: Log
}): (deposit: KnownDeposit) => Promise<boolean> {
  const restsUntil = new Map<number, number>()
  return async (deposit) => {
    const { id, chainId } = deposit
    const chain = chains.get(chainId)
    const now = clock.now().getTime()
    if (!chain || (restsUntil.get(chainId) ?? 0) > now) return false
    try {
      return await settleSmall(deposit, { ...chain, small })
    } catch (error) {
      restsUntil.set(chainId, now + restMs)
      log.warn({ deposit: id, error }, 'small deposit not settled; its run judges it')
      return false
    }
  }
}

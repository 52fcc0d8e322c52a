import { listDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import { retrySweep } from '../../adapters/temporal/retry-sweep.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import type { ChainConfig, Config } from '../../config/schema/config.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import type { AttentionReason } from '../../domain/deposits/deposit-state.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { toWorkMessage } from './to-work-message.ts'

const mostAtOnce = 100_000

/**
 * Replans every deposit of a chain that stopped for one reason, after that reason is fixed.
 * @returns how many deposits were replanned
 */
export async function releaseDeposits(
  config: Config<'database' | 'temporal'>,
  chain: ChainConfig,
  reason: AttentionReason,
  order: { readonly operator: string; readonly reason: string },
): Promise<number> {
  const { views } = await withDatabase(config.database, (db) =>
    listDeposits(db, { state: 'needs-attention', reason, chainId: chain.id }, mostAtOnce),
  )
  const messages = views.flatMap(({ deposit }) => {
    const asset = findAsset(chain, deposit.asset)
    return asset ? [toWorkMessage(deposit, asset)] : []
  })
  if (messages.length === 0) return 0
  await withTemporal(config.temporal, async (temporal) => {
    const facts = startFactsOf(chain, config.timers)
    for (const message of messages) await retrySweep(temporal, message, facts, order)
  })
  return messages.length
}

import { randomUUID } from 'node:crypto'
import type { DepositView } from '../../adapters/drizzle/deposits/deposit-views.ts'
import { createSweepStore } from '../../adapters/drizzle/sweeps/sweep-store.ts'
import { retrySweep } from '../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig, FileConfig } from '../../config/schema/config.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import { formatState, isTerminal } from '../../domain/deposits/deposit-state.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { resolveDeposit } from '../orders/resolve-deposit.ts'
import { toWorkMessage } from '../orders/to-work-message.ts'
import { refused, usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { createAssetNames } from '../views/asset-names.ts'

interface RetryArguments {
  readonly id: string
  readonly operator: string
  readonly reason: string
}

/**
 * Asks the deposit's workflow to replan now, or starts one with that order if there is none (MONEY
 * 17). The order is recorded as `retry-asked` before it is sent; the workflow records `retry` when
 * it follows the order. Safe to repeat: a busy workflow finishes its step first.
 */
export async function retry(args: RetryArguments, session: Session): Promise<Outcome> {
  const { id, operator, reason } = args
  const config = loadConfig({ need: ['database', 'temporal'], env: session.env })
  const names = createAssetNames(config.chains)
  const { deposit } = await withDatabase(config.database, async (db) => {
    const view = await resolveDeposit(db, id, names)
    refuseWhereNothingCanBeDone(view)
    chainOf(config, view)
    const subject = view.deposit.id
    await createSweepStore(db).noteOrder({ operator, action: 'retry-asked', subject, reason })
    return view
  })
  const { chain, asset } = chainOf(config, { deposit })
  await withTemporal(config.temporal, (temporal) =>
    retrySweep(temporal, toWorkMessage(deposit, asset), startFactsOf(chain, config.timers), {
      operator,
      reason,
      // A workflow reset replays the signal. The id lets the workflow recognise the repeat.
      id: randomUUID(),
    }),
  )
  const workflowId = sweepWorkflowId(deposit.id)
  const state = formatState(deposit.state, deposit.reason)
  return {
    data: { id: deposit.id, workflowId, state, operator, reason },
    text: () => `${deposit.id} was ${state}; its workflow has been asked to replan (${workflowId})`,
  }
}

function refuseWhereNothingCanBeDone({ deposit }: DepositView): void {
  const state = formatState(deposit.state, deposit.reason)
  if (isTerminal(deposit.state)) {
    throw refused(
      `${deposit.id} is ${state}: nothing is left to retry`,
      'see "coldsweep sweep <id>"',
    )
  }
  if (deposit.confirmedAt === null) {
    throw refused(
      `${deposit.id} is ${state}: its block is not final yet, so it has no workflow`,
      'wait for the scanner; "coldsweep sweep <id>" shows its progress',
    )
  }
}

/**
 * A workflow needs the chain's timers and the asset's decimals, so both must be configured.
 */
function chainOf(config: FileConfig, { deposit }: Pick<DepositView, 'deposit'>) {
  const chain: ChainConfig | undefined = config.chains.find(({ id }) => id === deposit.chainId)
  const asset = chain && findAsset(chain, deposit.asset)
  if (chain && asset) return { chain, asset }
  const missing = chain ? `asset ${deposit.asset} of chain ${chain.id}` : `chain ${deposit.chainId}`
  throw usageError(`coldsweep.yaml does not list ${missing}`, 'list it, restart, then retry')
}

import { createDepositOrders } from '../../adapters/drizzle/sweeps/deposit-orders.ts'
import { createSweepRuns } from '../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { FileConfig, Needs } from '../../config/schema/config.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { isTerminal } from '../../domain/deposits/deposit-state.ts'
import { isRejected } from '../../domain/deposits/doubt.ts'
import { TemporalUnreachable } from '../../domain/errors.ts'
import type { DepositOrderName, SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { createAssetNames } from '../views/asset-names.ts'
import { resolveDeposit } from './resolve-deposit.ts'
import { toWorkMessage } from './to-work-message.ts'

export interface OrderArguments extends SignedOrder {
  readonly id: string
}

/**
 * Applies an operator's order to one deposit. One commit writes the row and the audit record. Then
 * the workflow is woken, or started if the deposit continues without one. Safe to repeat: an order
 * that is already in effect changes nothing and still wakes the workflow.
 */
export async function orderDeposit(
  name: DepositOrderName,
  { id, operator, reason }: OrderArguments,
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database', 'temporal'], env: session.env })
  const names = createAssetNames(config.chains)
  const { answer, deposit } = await withDatabase(config.database, async (db) => {
    const view = await resolveDeposit(db, id, names)
    const followed = await createDepositOrders(db)[name](view.deposit.id, { operator, reason })
    return { answer: followed, ...(await resolveDeposit(db, view.deposit.id, names)) }
  })
  if (answer.kind === 'refused') {
    throw refused(`${deposit.id} is ${answer.state}: ${answer.why}`, `see "coldsweep sweep <id>"`)
  }
  await wakeRun(config, deposit, session)
  const changed = answer.kind === 'done'
  const workflowId = sweepWorkflowId(deposit.id)
  const { state } = answer
  return {
    data: { id: deposit.id, workflowId, state, changed, operator, reason },
    text: () =>
      `${deposit.id} is ${state} ${changed ? 'now' : 'already; nothing was changed'}${name === 'skip' ? coinOf(deposit) : ''}`,
  }
}

const coinOf = (deposit: Deposit) =>
  isRejected(deposit)
    ? '. It is never credited and no sweep covers it; a reorg that includes it in another block ends the rejection'
    : coinOfSkipped

const coinOfSkipped =
  '. Its amount moves with the wallet’s next sweep of that asset; to keep it there, pause a deposit of that wallet and asset'

/**
 * Wakes the workflow. While Temporal is down, the order only takes longer. The row contains the
 * order, and the workflow's timers or coldsweep-adopt apply it.
 */
async function wakeRun(
  config: FileConfig & Pick<Needs, 'temporal'>,
  deposit: Deposit,
  session: Session,
): Promise<void> {
  const chain = config.chains.find(({ id }) => id === deposit.chainId)
  const asset = chain && findAsset(chain, deposit.asset)
  const facts = chain ? new Map([[chain.id, startFactsOf(chain, config.timers)]]) : new Map()
  try {
    await withTemporal(config.temporal, async (temporal) => {
      const runs = createSweepRuns(temporal, facts)
      const goesOn = deposit.confirmedAt !== null && !isTerminal(deposit.state)
      if (asset && goesOn) await runs.start(toWorkMessage(deposit, asset))
      await runs.wake(sweepWorkflowId(deposit.id), { kind: 'sweepClosed' })
    })
  } catch (error) {
    if (!(error instanceof TemporalUnreachable)) throw error
    session.note(
      'Temporal is unreachable; the order is recorded and takes effect when Temporal is back',
    )
  }
}

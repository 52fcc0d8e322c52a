import { createDepositOrders } from '../../adapters/drizzle/sweeps/deposit-orders.ts'
import { createSweepRuns } from '../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../adapters/temporal/sweep-start.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { isRejected } from '../../domain/deposits/doubt.ts'
import type { DepositOrderName, SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { orderDeposit as followOrder } from '../../operations/orders/order-deposit.ts'
import { createAssetNames } from '../../operations/views/asset-names.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { resolveDeposit } from './resolve-deposit.ts'

export interface OrderArguments extends SignedOrder {
  readonly id: string
}

/** Applies an operator's order to the deposit that the command line names. */
export async function orderDeposit(
  name: DepositOrderName,
  { id, operator, reason }: OrderArguments,
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database', 'temporal'], env: session.env })
  const { chains, timers } = config
  const names = createAssetNames(chains)
  const { answer, deposit, isWoken } = await withDatabase(config.database, async (db) => {
    const subject = (await resolveDeposit(db, id, names)).deposit.id
    return await followOrder(
      name,
      subject,
      { operator, reason },
      {
        chains,
        orders: createDepositOrders(db),
        deposit: async () => (await resolveDeposit(db, subject, names)).deposit,
        withRuns: (work) =>
          withTemporal(config.temporal, (temporal) => {
            const facts = chains.map((chain) => [chain.id, startFactsOf(chain, timers)] as const)
            return work(createSweepRuns(temporal, new Map(facts)))
          }),
      },
    )
  })
  if (answer.kind === 'refused') {
    throw refused(`${deposit.id} is ${answer.state}: ${answer.why}`, `see "coldsweep sweep <id>"`)
  }
  if (!isWoken) {
    session.note(
      'Temporal is unreachable; the order is recorded and takes effect when Temporal is back',
    )
  }
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

import { pauseChain } from '../../adapters/drizzle/chains/pause-chain.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { type OrderArguments, orderDeposit } from '../orders/order-deposit.ts'
import { notFound, usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

/** Releases a held deposit and all others of its wallet and asset (MONEY 16). */
export function approve(args: OrderArguments, session: Session): Promise<Outcome> {
  return orderDeposit('approve', args, session)
}

/**
 * Ends a deposit as `ignored(skipped by <operator>)`. Its amount stays in the wallet until a later
 * sweep moves it (MONEY 16).
 */
export function skip(args: OrderArguments, session: Session): Promise<Outcome> {
  return orderDeposit('skip', args, session)
}

/** Holds a deposit, or stops new sends of a chain. Signed transactions continue. */
export function pause(args: PauseArguments, session: Session): Promise<Outcome> {
  return orderPause('pause', args, session)
}

/** Ends a pause. Held deposits and stopped sends continue by themselves. */
export function resume(args: PauseArguments, session: Session): Promise<Outcome> {
  return orderPause('resume', args, session)
}

interface PauseArguments extends SignedOrder {
  /** A deposit's id. Either `id` or `chain` is set. */
  readonly id?: string | undefined
  readonly chain?: number
}

/** Pauses or resumes the wallet and asset of one deposit, or all new sends of a chain. */
async function orderPause(
  name: 'pause' | 'resume',
  args: PauseArguments,
  session: Session,
): Promise<Outcome> {
  const { id, chain, operator, reason } = args
  if (id !== undefined && chain === undefined) {
    return await orderDeposit(name, { id, operator, reason }, session)
  }
  if (id !== undefined || chain === undefined) {
    throw usageError(`${name} needs a deposit or a chain`, 'give either <id> or --chain <id>')
  }
  const config = loadConfig({ need: ['database'], env: session.env })
  const answer = await withDatabase(config.database, (db) =>
    pauseChain(db, chain, { operator, reason }, name === 'pause'),
  )
  // A chain that was removed from coldsweep.yaml can be paused. A chain that is neither in the yaml
  // nor in the database is a usage error.
  if (!answer) pickChains(config.chains, chain)
  if (!answer) throw notFound(`the database has no chain ${chain}`, 'run "coldsweep migrate" first')
  const changed = answer.kind === 'done'
  return {
    data: { chainId: chain, state: answer.state, changed, operator, reason },
    text: () => `chain ${chain} is ${answer.state} ${changed ? 'now' : 'already'}`,
  }
}

import { pauseChain } from '../../adapters/drizzle/chains/pause-chain.ts'
import { isKnownAsset, pauseAsset } from '../../adapters/drizzle/pauses/asset-pauses.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { type OrderArguments, orderDeposit } from '../orders/order-deposit.ts'
import { notFound, usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickAsset, pickChains } from '../session/pick-chains.ts'
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
  /** With `chain`: this asset of the chain alone. Symbol or token address. */
  readonly asset?: string
}

/**
 * Pauses or resumes the wallet and asset of one deposit, all new sends of a chain, or the sweeps of
 * one asset of a chain.
 */
async function orderPause(
  name: 'pause' | 'resume',
  args: PauseArguments,
  session: Session,
): Promise<Outcome> {
  const { id, chain, asset, operator, reason } = args
  if (asset !== undefined && chain === undefined) {
    throw usageError(`${name} --asset needs its chain`, 'give --chain <id> too')
  }
  if (id !== undefined && chain === undefined) {
    return await orderDeposit(name, { id, operator, reason }, session)
  }
  if (id !== undefined || chain === undefined) {
    throw usageError(`${name} needs a deposit or a chain`, 'give either <id> or --chain <id>')
  }
  if (asset !== undefined) return await orderAssetPause(name, { ...args, chain, asset }, session)
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

/** A token that coldsweep.yaml no longer lists is named by its address. */
async function orderAssetPause(
  name: 'pause' | 'resume',
  args: PauseArguments & { readonly chain: number; readonly asset: string },
  session: Session,
): Promise<Outcome> {
  const { chain: chainId, operator, reason } = args
  const config = loadConfig({ need: ['database'], env: session.env })
  const isAddress = /^0x[0-9a-f]{40}$/i.test(args.asset)
  const [chain] = pickChains(config.chains, chainId)
  if (!chain) throw notFound(`coldsweep.yaml has no chain ${chainId}`, 'give a chain that it has')
  const id = args.asset.toLowerCase()
  const isUnlisted = isAddress && !chain.tokens.some((token) => token.id === id)
  const listed = isUnlisted ? undefined : pickAsset(chain, args.asset)
  const asset = listed?.id ?? id
  const answer = await withDatabase(config.database, async (db) => {
    if (isUnlisted && !(await isKnownAsset(db, { chainId, asset })))
      throw usageError(
        `${chain.name} lists no asset ${asset}, and has no deposit of it`,
        `listed assets: ${[chain.native, ...chain.tokens].map(({ symbol }) => symbol).join(', ')}`,
      )
    return await pauseAsset(db, { chainId, asset }, { operator, reason }, name === 'pause')
  })
  if (!answer)
    throw notFound(`the database has no chain ${chainId}`, 'run "coldsweep migrate" first')
  const changed = answer.kind === 'done'
  return {
    data: { chainId, asset, state: answer.state, changed, operator, reason },
    text: () =>
      `${listed?.symbol ?? asset} on ${chain.name} is ${answer.state} ${changed ? 'now' : 'already'}`,
  }
}

import { ChainUnreachable, DatabaseUnreachable } from '../domain/errors.ts'
import { mapBounded } from '../domain/map-bounded.ts'
import type { Transaction } from '../domain/transaction.ts'
import { type Look, openLook } from './look.ts'
import { readLane } from './read-lane.ts'
import type { TendDeps } from './tend-deps.ts'
import { tendTransaction } from './tend-transaction.ts'

/** Wallets tended at once. A lane's own transactions go one after another, in nonce order. */
const lanesAtOnce = 16

/**
 * One look at every transaction of a chain that is signed and not at depth (MONEY 5). The keeper's lane comes first, so
 * that gas is back in the pool before the sweeps that it pays for, and in each lane the lower nonce before the higher.
 * Idempotent: what is read here is only the chain and our rows.
 */
export async function tendLanes(deps: TendDeps): Promise<void> {
  const { chain, watch, metrics } = deps
  const live = await watch.live(chain.chain.id)
  metrics.gauge('coldsweep_live_transactions', { chain: chain.chain.name }, live.length)
  if (live.length === 0) return
  const look = await openLook(chain, deps.watch)
  const failures: unknown[] = []
  const lanes = bySender(live)
  const fundsOthers = (lane: readonly Transaction[]) => lane.some(({ step }) => step === 'gas')
  const tend = async (lane: readonly Transaction[]) => {
    failures.push(...(await tendLane(deps, look, lane)))
  }
  await mapBounded(lanes.filter(fundsOthers), lanesAtOnce, tend)
  await mapBounded(
    lanes.filter((lane) => !fundsOthers(lane)),
    lanesAtOnce,
    tend,
  )
  if (failures.length > 0) throw failures[0]
}

/** What fails alone must not keep the others from the chain; without node or database there is no use in going on. */
async function tendLane(
  deps: TendDeps,
  look: Look,
  lane: readonly Transaction[],
): Promise<readonly unknown[]> {
  const failures: unknown[] = []
  const fail = (transaction: Transaction | undefined, error: unknown) => {
    if (error instanceof ChainUnreachable || error instanceof DatabaseUnreachable) throw error
    deps.log.error({ transaction: transaction?.key, error }, 'a transaction can’t be tended')
    failures.push(error)
  }
  const read = await readLane(deps.chain, look, lane).catch((error: unknown) =>
    fail(lane[0], error),
  )
  for (const { transaction, place } of read?.places ?? []) {
    if (place.kind === 'failed') {
      fail(transaction, place.error)
      continue
    }
    const at = { place, lane, chainNonce: read?.chainNonce ?? 0n }
    await tendTransaction(deps, look, transaction, at).catch((error) => fail(transaction, error))
  }
  return failures
}

/** In the order of their first transactions; each keeps the order of its nonces. */
function bySender(live: readonly Transaction[]): readonly (readonly Transaction[])[] {
  const lanes = new Map<string, Transaction[]>()
  for (const transaction of live) {
    const lane = lanes.get(transaction.sender)
    if (lane) lane.push(transaction)
    else lanes.set(transaction.sender, [transaction])
  }
  return [...lanes.values()]
}

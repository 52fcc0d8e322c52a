import type { Mined, Transaction, TransactionEnd } from '../../domain/lanes/transaction.ts'
import type { TendDeps } from '../tend-deps.ts'
import { findMined } from './find-mined.ts'
import type { Look } from './poll-view.ts'
import type { PlaceInLane } from './read-lane.ts'
import type { Resent } from './resend.ts'
import { tendUnmined } from './track-unmined.ts'
import { whoUsedNonce } from './who-used-nonce.ts'

/**
 * Records where a transaction is, ends it at depth, and otherwise sends it until it gets there.
 * @returns how its sending went, undefined where it is not sent
 */
export async function tendTransaction(
  deps: TendDeps,
  look: Look,
  transaction: Transaction,
  at: PlaceInLane,
): Promise<Resent | undefined> {
  const { place } = at
  if (place.kind === 'mined') {
    await tendMined(deps, look, transaction, place.mined)
    return undefined
  }
  if (place.fellOut) await fellOut(deps, look, transaction)
  if (place.kind === 'nonce-used') {
    const mined = place.fellOut ? null : transaction.mined
    await judgeLostNonce(deps, look, { ...transaction, mined })
    return undefined
  }
  return await tendUnmined(deps, look, transaction, at)
}

async function tendMined(
  deps: TendDeps,
  look: Look,
  transaction: Transaction,
  mined: Mined,
): Promise<void> {
  const { chain, watch } = deps
  if (!sameBlock(transaction.mined, mined)) await watch.recordMined(transaction, mined)
  if (transaction.refusal) await watch.noteRefusal(transaction, null)
  if (look.finalAt === undefined || mined.blockNumber > look.finalAt) return
  // Its end is written once and for good: the receipt is asked for again, and a node that has the
  // block and not the receipt contradicts itself, so nothing follows.
  if (!sameBlock(mined, await findMined(chain, look, transaction))) return
  const kind = transaction.attempts.find((attempt) => attempt.hash === mined.hash)?.kind
  const end = kind === 'cancel' ? 'cancelled' : mined.ok ? 'succeeded' : 'reverted'
  if (!(await endAs(deps, { ...transaction, mined }, end, mined.blockNumber))) return
  deps.log.info({ transaction: transaction.key, hash: mined.hash, end }, 'a transaction is final')
}

/** @returns whether it was written; where not, the next look decides anew */
async function endAs(
  { watch, log }: TendDeps,
  transaction: Transaction,
  end: TransactionEnd,
  block: bigint,
): Promise<boolean> {
  const ended = await watch.end(transaction, end, block)
  if (!ended) return false
  if (ended.uncovered.length > 0) {
    log.error(
      { transaction: transaction.key, end, deposits: ended.uncovered },
      'a sweep that was done fell out of the chain and failed when it was included again: its deposits are planned anew',
    )
  }
  return true
}

async function fellOut(
  { watch, log }: TendDeps,
  { headBlock }: Look,
  transaction: Transaction,
): Promise<void> {
  const { key, mined } = transaction
  log.warn({ transaction: key, block: String(mined?.blockNumber) }, 'fell out of its block')
  await watch.forgetMined(transaction, headBlock)
}

/**
 * The nonce is used, and none of our attempts has a receipt. Between two answers of a node our own
 * transaction may just have been mined, so the receipts are asked for again. Only a nonce used at
 * final depth is displaced, and only where a block says by whom (MONEY 3): a node without an index
 * of receipts would have us pay twice.
 */
async function judgeLostNonce(deps: TendDeps, look: Look, transaction: Transaction): Promise<void> {
  const { chain, metrics, log } = deps
  const { finalAt } = look
  if (finalAt === undefined || !(await isLost(deps, look, transaction, finalAt))) return
  if (!(await endAs(deps, transaction, 'displaced', finalAt))) return
  metrics.count('coldsweep_displaced_transactions_total', { chain: chain.chain.name })
  log.error(
    { transaction: transaction.key, sender: transaction.sender, nonce: String(transaction.nonce) },
    'a nonce of ours was used by a transaction that is not ours: somebody else has the key',
  )
}

async function isLost(
  { chain, watch, log }: TendDeps,
  look: Look,
  transaction: Transaction,
  finalAt: bigint,
): Promise<boolean> {
  // First, since a rollup's tag may be further behind than nodes keep states.
  if (await watch.isForeign(transaction, finalAt))
    return (await findMined(chain, look, transaction)) === undefined
  const hash = await look.blockHash(finalAt)
  if (!hash || (await chain.state.nonceAt(transaction.sender, hash)) <= transaction.nonce)
    return false
  if (await findMined(chain, look, transaction)) return false
  const user = await whoUsedNonce(chain, look, transaction, finalAt)
  if (user?.kind === 'ours') {
    log.error(
      { transaction: transaction.key, block: String(user.blockNumber) },
      'the node has no receipt of a transaction that its own block lists: it waits until there is one',
    )
  }
  return user?.kind === 'stranger'
}

function sameBlock(known: Mined | null, found: Mined | undefined): boolean {
  return (
    known !== null &&
    found !== undefined &&
    known.hash === found.hash &&
    known.blockHash === found.blockHash
  )
}

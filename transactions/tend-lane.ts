import type { Receipt } from '../domain/block.ts'
import { ChainUnreachable, DatabaseUnreachable } from '../domain/errors.ts'
import type { LaneWatch } from '../domain/ports/lane-watch.ts'
import type { Log } from '../domain/ports/log.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import type { Mined, Transaction } from '../domain/transaction.ts'
import { broadcast } from './broadcast.ts'
import { finalHeightOf } from './finality-of-chain.ts'
import type { MoneyChain } from './money-chain.ts'

export interface TendDeps {
  readonly chain: MoneyChain
  readonly watch: LaneWatch
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * One look at every transaction of a chain that is signed and not at depth (MONEY 5), in nonce order, so that a
 * transaction below is back in the pool before one above it. Idempotent: what is read here is only the chain and our rows.
 */
export async function tendLanes(deps: TendDeps): Promise<void> {
  const live = await deps.watch.live(deps.chain.chain.id)
  deps.metrics.gauge('coldsweep_live_transactions', { chain: deps.chain.chain.name }, live.length)
  if (live.length === 0) return
  const finalAt = await finalHeightOf(deps.chain.chain, deps.chain.state)
  const failures: unknown[] = []
  for (const transaction of live) {
    await tend(deps, transaction, finalAt).catch((error) => {
      // Without node or database there is no use in going on; what fails alone must not keep the others from the chain.
      if (error instanceof ChainUnreachable || error instanceof DatabaseUnreachable) throw error
      deps.log.error({ transaction: transaction.key, error }, 'a transaction can’t be tended')
      failures.push(error)
    })
  }
  if (failures.length > 0) throw failures[0]
}

async function tend(
  deps: TendDeps,
  transaction: Transaction,
  finalAt: bigint | undefined,
): Promise<void> {
  const mined = await findMined(deps, transaction)
  if (!mined) return await tendUnmined(deps, transaction, finalAt)
  if (!sameBlock(transaction.mined, mined)) await deps.watch.recordMined(transaction.key, mined)
  if (finalAt === undefined || mined.blockNumber > finalAt) return
  const kind = transaction.attempts.find((attempt) => attempt.hash === mined.hash)?.kind
  const end = kind === 'cancel' ? 'cancelled' : mined.ok ? 'succeeded' : 'reverted'
  await deps.watch.end(transaction.key, end)
  deps.log.info({ transaction: transaction.key, hash: mined.hash, end }, 'a transaction is final')
}

/** MONEY 5, 21: not in a canonical block. It is sent again with the same bytes, unless its nonce has gone to a stranger. */
async function tendUnmined(
  deps: TendDeps,
  transaction: Transaction,
  finalAt: bigint | undefined,
): Promise<void> {
  if (transaction.mined) {
    const canonical = await deps.chain.state.blockHash(transaction.mined.blockNumber)
    // The node has that block and not its receipt: it contradicts itself, so nothing follows.
    if (canonical === transaction.mined.blockHash) return
    if (canonical) await fellOut(deps, transaction, transaction.mined)
  }
  const chainNonce = await deps.chain.state.minedNonce(transaction.sender)
  if (chainNonce > transaction.nonce) {
    await judgeLostNonce(deps, transaction, finalAt)
    return
  }
  const attempt = transaction.attempts.at(-1)
  if (attempt?.lastSentAt && (await deps.chain.broadcaster.knows(attempt.hash))) return
  await broadcast(
    { broadcaster: deps.chain.broadcaster, sends: deps.watch, log: deps.log },
    transaction,
  )
}

/** Only where the node shows another block in its place: one that lags has none there yet. */
async function fellOut(deps: TendDeps, transaction: Transaction, mined: Mined): Promise<void> {
  const fields = { transaction: transaction.key, block: String(mined.blockNumber) }
  deps.log.warn(fields, 'fell out of its block')
  await deps.watch.forgetMined(transaction.key)
}

/**
 * The nonce is used, and none of our attempts has a receipt. Between two answers of a node our own transaction may
 * just have been mined, so the receipts are asked for again; only a nonce used at final depth is displaced (MONEY 3).
 */
async function judgeLostNonce(
  deps: TendDeps,
  transaction: Transaction,
  finalAt: bigint | undefined,
): Promise<void> {
  if (finalAt === undefined || (await findMined(deps, transaction))) return
  const hash = await deps.chain.state.blockHash(finalAt)
  if (!hash || (await deps.chain.state.nonceAt(transaction.sender, hash)) <= transaction.nonce)
    return
  await deps.watch.noteForeign(deps.chain.chain.id, transaction.sender, transaction.nonce)
  await deps.watch.end(transaction.key, 'displaced')
  deps.metrics.count('coldsweep_displaced_transactions_total', { chain: deps.chain.chain.name })
  deps.log.error(
    { transaction: transaction.key, sender: transaction.sender, nonce: String(transaction.nonce) },
    'a nonce of ours was used by a transaction that is not ours: somebody else has the key',
  )
}

/**
 * The receipt of whichever attempt was mined, if its block is canonical now. Attempts that we never noted as sent are
 * asked for too: a process may have died between the node's taking them and our note.
 */
async function findMined(deps: TendDeps, transaction: Transaction): Promise<Mined | undefined> {
  for (const attempt of [...transaction.attempts].reverse()) {
    const receipt = await deps.chain.state.receipt(attempt.hash)
    if (receipt && (await deps.chain.state.blockHash(receipt.blockNumber)) === receipt.blockHash)
      return minedBy(receipt)
  }
  return undefined
}

function minedBy(receipt: Receipt): Mined {
  return {
    hash: receipt.transactionHash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    txIndex: receipt.transactionIndex,
    ok: receipt.ok,
    gasUsed: receipt.gasUsed,
    gasPriceWei: receipt.effectiveGasPriceWei,
    l1FeeWei: receipt.l1FeeWei,
  }
}

function sameBlock(known: Mined | null, found: Mined): boolean {
  return known !== null && known.hash === found.hash && known.blockHash === found.blockHash
}

import { and, desc, eq, exists, isNull, sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import type { Address } from '../../../domain/address.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { chains, coldWalletChanges, keepers, sweeps, wallets } from '../../../drizzle/schema.ts'
import { signedToCold } from '../deposits/halts.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'

export type ColdWalletChange = typeof coldWalletChanges.$inferSelect

/** Answer to an operator's order about the cold wallet. */
export type ColdWalletAnswer =
  | { readonly kind: 'done' | 'already'; readonly change: ColdWalletChange }
  /** Nothing was changed. `why` is a sentence for people. */
  | { readonly kind: 'refused'; readonly why: string }

const refuse = (why: string): ColdWalletAnswer => ({ kind: 'refused', why })
const hours = (count: number) => sql`${count} * interval '1 hour'`

/** Lists the proposed, applied and cancelled changes of the cold wallet, newest first. */
export function listColdWalletChanges(
  db: Queries,
  chainId: number | undefined,
): Promise<ColdWalletChange[]> {
  return db
    .select()
    .from(coldWalletChanges)
    .where(chainId === undefined ? undefined : eq(coldWalletChanges.chainId, chainId))
    .orderBy(desc(coldWalletChanges.id))
}

/** Returns the proposed change that is neither applied nor cancelled. */
export async function pendingColdWallet(
  db: Queries,
  chainId: number,
): Promise<ColdWalletChange | undefined> {
  const [pending] = await db
    .select()
    .from(coldWalletChanges)
    .where(
      and(
        eq(coldWalletChanges.chainId, chainId),
        isNull(coldWalletChanges.appliedAt),
        isNull(coldWalletChanges.cancelledAt),
      ),
    )
  return pending
}

/**
 * Proposes another cold wallet. An operator may apply the proposal after `delayHours`, by the
 * database's clock (MONEY 18).
 */
export function proposeColdWallet(
  db: Queries,
  ask: { readonly chainId: number; readonly to: Address; readonly delayHours: number },
  order: SignedOrder,
): Promise<ColdWalletAnswer> {
  const { chainId, to, delayHours } = ask
  return db.transaction(async (tx) => {
    const chain = await lockChain(tx, chainId)
    if (!chain) return refuse(`the database has no chain ${chainId}`)
    if (chain.coldWallet === to) return refuse('it is the cold wallet already')
    const pending = await pendingColdWallet(tx, chainId)
    if (pending?.to === to) return { kind: 'already', change: pending }
    if (pending) return refuse(`${getAddress(pending.to)} is proposed already: cancel that first`)
    const taken = await whoseAddress(tx, to)
    if (taken) return refuse(taken)
    const [change] = await tx
      .insert(coldWalletChanges)
      .values({
        chainId,
        from: chain.coldWallet,
        to,
        ...order,
        effectiveAt: sql`now() + ${hours(delayHours)}`,
      })
      .returning()
    if (!change) throw new Error('the proposal was not stored')
    await note(tx, 'cold-wallet-propose', change, order)
    return { kind: 'done', change }
  })
}

/**
 * Applies the proposed cold wallet. The operator must differ from the proposer, and the delay must
 * be over. Every sweep that is signed to the old cold wallet must be recorded first. Afterwards,
 * processes with the old cold wallet sign nothing.
 * @param delayHours the delay in the current configuration. If the proposal was made with a longer
 * delay, the longer delay counts
 */
export function applyColdWallet(
  db: Queries,
  { chainId, delayHours }: { readonly chainId: number; readonly delayHours: number },
  order: SignedOrder,
): Promise<ColdWalletAnswer> {
  return db.transaction(async (tx) => {
    // Each signature takes a shared lock on the chain's row. `lockChain` waits for signatures in
    // progress, so `isUnderWay` sees them.
    const chain = await lockChain(tx, chainId)
    const pending = await pendingColdWallet(tx, chainId)
    if (!chain || !pending) return await appliedAlready(tx, chainId, chain?.coldWallet)
    if (sameOperator(pending.operator, order.operator)) {
      return refuse(`${pending.operator} proposed it: somebody else has to apply it`)
    }
    const [early] = await tx
      .select({ from: coldWalletChanges.effectiveAt })
      .from(coldWalletChanges)
      .where(
        and(
          eq(coldWalletChanges.id, pending.id),
          sql`greatest(${coldWalletChanges.effectiveAt}, ${coldWalletChanges.askedAt} + ${hours(delayHours)}) > now()`,
        ),
      )
    if (early)
      return refuse(`its waiting time is not over: apply it after ${early.from.toISOString()}`)
    if (pending.from !== chain.coldWallet)
      return refuse('the cold wallet has changed since the proposal')
    const taken = await whoseAddress(tx, pending.to)
    if (taken) return refuse(taken)
    if (await isUnderWay(tx, chainId)) {
      return refuse(
        'sweeps to the old cold wallet are signed and not recorded yet: pause the chain, wait for them, apply, then resume',
      )
    }
    await tx.update(chains).set({ coldWallet: pending.to }).where(eq(chains.id, chainId))
    return { kind: 'done', change: await close(tx, pending, 'applied', order) }
  })
}

/** Withdraws the proposed change. */
export function cancelColdWallet(
  db: Queries,
  chainId: number,
  order: SignedOrder,
): Promise<ColdWalletAnswer> {
  return db.transaction(async (tx) => {
    await lockChain(tx, chainId)
    const pending = await pendingColdWallet(tx, chainId)
    if (!pending) return refuse('nothing is proposed')
    return { kind: 'done', change: await close(tx, pending, 'cancelled', order) }
  })
}

async function lockChain(tx: Queries, chainId: number) {
  const [chain] = await tx.select().from(chains).where(eq(chains.id, chainId)).for('update')
  return chain
}

async function appliedAlready(
  tx: Queries,
  chainId: number,
  coldWallet: string | undefined,
): Promise<ColdWalletAnswer> {
  const [newest] = await listColdWalletChanges(tx, chainId)
  if (newest && newest.appliedAt !== null && newest.to === coldWallet) {
    return { kind: 'already', change: newest }
  }
  return refuse('nothing is proposed')
}

/**
 * Returns a sentence if the address is a current or retired keeper, or a user wallet. Money at such
 * an address would be swept again or credited as a deposit.
 */
async function whoseAddress(tx: Queries, address: string): Promise<string | undefined> {
  const [keeper] = await tx.select().from(keepers).where(eq(keepers.address, address)).limit(1)
  if (keeper) return `it is or was the gas keeper of chain ${keeper.chainId}`
  const [wallet] = await tx.select().from(wallets).where(eq(wallets.address, address)).limit(1)
  return wallet && 'it is a user wallet'
}

/** Whether an open sweep to the current cold wallet is signed and not recorded yet. */
async function isUnderWay(tx: Queries, chainId: number): Promise<boolean> {
  const [open] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(
      and(
        eq(sweeps.chainId, chainId),
        isNull(sweeps.closedAt),
        exists(signedToCold(tx, sweeps.id)),
      ),
    )
    .limit(1)
  return open !== undefined
}

async function close(
  tx: Queries,
  pending: ColdWalletChange,
  end: 'applied' | 'cancelled',
  order: SignedOrder,
): Promise<ColdWalletChange> {
  const [change] = await tx
    .update(coldWalletChanges)
    .set(end === 'applied' ? { appliedAt: sql`now()` } : { cancelledAt: sql`now()` })
    .where(eq(coldWalletChanges.id, pending.id))
    .returning()
  if (!change) throw new Error(`change ${pending.id} has gone: rows were changed by hand`)
  await note(tx, end === 'applied' ? 'cold-wallet-apply' : 'cold-wallet-cancel', change, order)
  return change
}

async function note(tx: Queries, action: string, change: ColdWalletChange, order: SignedOrder) {
  const subject = `chain ${change.chainId}: ${getAddress(change.from)} to ${getAddress(change.to)}`
  await recordAction(tx, { ...order, action, subject })
}

function sameOperator(a: string, b: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().toLowerCase()
  return plain(a) === plain(b)
}

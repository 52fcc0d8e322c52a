import { and, eq, exists, isNotNull, isNull, ne, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { terminalStates } from '../../../domain/deposits/deposit-state.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import type { HeldCoin } from '../../../domain/deposits/usable-coin.ts'
import { chains, deposits, sweeps, transactions } from '../../../drizzle/schema.ts'
import { assetHalt } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'

/**
 * Returns the hold, pause or change of the cold wallet that forbids a plan or a signature. Call it
 * in the commit that plans or signs. The commit keeps a shared lock on the chain's row, so a pause
 * and a change of the cold wallet wait for the end of the commit. Only a chain that `migrate` has
 * not registered lacks a row, and no process starts with such a chain.
 * @param coldWallet if given, it must equal the recorded cold wallet
 * @param sweepId if given, a paused asset does not stop this sweep while it is tried (MONEY 30)
 */
export async function haltOf(
  tx: Queries,
  at: WalletAsset,
  { coldWallet, sweepId }: { readonly coldWallet?: Address; readonly sweepId?: string } = {},
): Promise<Halt | undefined> {
  const [chain] = await tx
    .select({ recorded: chains.coldWallet, pausedReason: chains.pausedReason })
    .from(chains)
    .where(eq(chains.id, at.chainId))
    .for('share')
  if (chain && coldWallet !== undefined && chain.recorded !== coldWallet) {
    return { kind: 'cold-wallet-changed', recorded: chain.recorded as Address }
  }
  const [held] = await tx
    .select({ id: deposits.id, why: deposits.heldReason })
    .from(deposits)
    .where(and(isOfAsset(deposits, at), isHeld))
    .orderBy(deposits.heldAt, deposits.id)
    .limit(1)
  // A hold is reported before the chain's pause. The pause ends for all deposits at once, and must
  // not hide a hold that an operator has to decide.
  if (held) return { kind: 'held', depositId: held.id, why: held.why ?? '' }
  if (chain && chain.pausedReason !== null) return { kind: 'chain-paused', why: chain.pausedReason }
  return await assetHalt(tx, at, sweepId)
}

/**
 * Condition for deposits that hold their wallet's asset. The hold lasts until an operator approves,
 * resumes or skips the deposit. A covered or finished deposit holds nothing.
 */
export const isHeld: SQL | undefined = and(
  isNotNull(deposits.heldAt),
  isNull(deposits.releasedAt),
  eq(deposits.covered, false),
  notInArray(deposits.state, [...terminalStates]),
)

/**
 * Returns the held native deposits of a wallet, and the gas money of its open sweeps (MONEY 16).
 * While one native deposit is held, all native deposits that no sweep moved are.
 */
export async function heldCoin(
  tx: Queries,
  { chainId, wallet }: Pick<WalletAsset, 'chainId' | 'wallet'>,
): Promise<HeldCoin> {
  const [row] = await tx
    .select({
      wei: sql<string>`coalesce(sum(${deposits.amount}), 0)::text`,
      held: sql<boolean>`coalesce(bool_or(${isHeld}), false)`,
    })
    .from(deposits)
    .where(
      and(
        isOfAsset(deposits, { chainId, wallet, asset: 'native' }),
        eq(deposits.covered, false),
        ne(deposits.state, 'orphaned'),
      ),
    )
  if (!row?.held) return { heldWei: 0n, gasWei: 0n }
  const fee = sql`coalesce(${transactions.gasUsed} * ${transactions.gasPriceWei}, 0)
    + coalesce(${transactions.minedL1FeeWei}, 0)`
  const [gas] = await tx
    .select({
      wei: sql<string>`greatest(0, coalesce(sum(case
        when ${transactions.step} = 'gas' and ${transactions.state} = 'succeeded'
          then ${transactions.valueWei}
        when ${transactions.step} = 'sweep' then -(${fee}) else 0 end), 0))::text`,
    })
    .from(transactions)
    .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
    .where(and(eq(sweeps.chainId, chainId), eq(sweeps.wallet, wallet), isNull(sweeps.closedAt)))
  return { heldWei: BigInt(row.wei), gasWei: BigInt(gas?.wei ?? 0) }
}

/**
 * Whether an open sweep has a transaction to the cold wallet that may still be mined, or that
 * succeeded and is not recorded yet (MONEY 16).
 */
export async function isSweepSigned(tx: Queries, sweepId: string): Promise<boolean> {
  const [signed] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(eq(sweeps.id, sweepId), isNull(sweeps.closedAt), exists(signedToCold(tx, sweepId))))
  return signed !== undefined
}

/** Selects the transactions of a sweep that pay the cold wallet and are live or have succeeded. */
export function signedToCold(tx: Queries, sweepId: string | typeof sweeps.id) {
  return tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        eq(transactions.sweepId, sweepId),
        eq(transactions.step, 'sweep'),
        or(eq(transactions.state, 'live'), eq(transactions.state, 'succeeded')),
      ),
    )
}

import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import type { Address } from '../../../domain/address.ts'
import type {
  AdoptionOrder,
  Adoptions,
  BlockPlace,
  OpeningBook,
  ReadBalance,
  SkippedBalance,
} from '../../../domain/books/opening-book.ts'
import { NotYet } from '../../../domain/money-errors.ts'
import type { ScanCursor } from '../../../domain/scan/scan-store.ts'
import { blocks, deposits, wallets } from '../../../drizzle/schema.ts'
import { lockCursor } from '../cursor.ts'
import { walletRows } from '../deposits/backing-levels.ts'
import { isUnbacked } from '../deposits/backing-store.ts'
import { inDoubt, isRejectedRow } from '../deposits/doubts.ts'
import { insertOpenings, recordAdoptions } from '../deposits/openings.ts'
import { beyondOpenings } from '../deposits/take-from-openings.ts'
import type { Queries } from '../queries.ts'
import { createBalanceBook } from '../scan/balance-book.ts'
import type { ListedAssets } from '../scan/confirm.ts'
import { coverMoved, splitByMoves, type Unexplained } from './moved-openings.ts'

/** Creates the book of opening balances of one chain. */
export function createOpeningBook(db: Queries, chain: ListedAssets): OpeningBook {
  return {
    async wallets(afterSeq, limit) {
      const rows = await db
        .select({ address: wallets.address, seq: wallets.seq })
        .from(wallets)
        .where(gt(wallets.seq, afterSeq))
        .orderBy(asc(wallets.seq))
        .limit(limit)
      return rows as { address: Address; seq: bigint }[]
    },
    async isWallet(address) {
      const [row] = await db
        .select({ seq: wallets.seq })
        .from(wallets)
        .where(eq(wallets.address, address))
      return row !== undefined
    },
    adopt: (_chainId, block, balances, order) =>
      db.transaction((tx) => adopt(tx, chain, block, balances, order)),
  }
}

async function adopt(
  tx: Queries,
  chain: ListedAssets,
  block: BlockPlace,
  balances: readonly ReadBalance[],
  order: AdoptionOrder,
): Promise<Adoptions> {
  const cursor = await lockCursor(tx, chain.id)
  await checkFinal(tx, chain.id, block, cursor)
  const obstacles = await readObstacles(tx, chain.id, balances, block.number)
  const explained = await readExplained(tx, chain.id, balances, block.number)
  const skipped: SkippedBalance[] = []
  const unexplained: Unexplained[] = []
  for (const [n, { wallet, asset, amount }] of balances.entries()) {
    const known = explained[n]
    const excess = known === undefined ? 0n : amount - known
    if (excess <= 0n && obstacles[n] === undefined) continue
    if (obstacles[n] === undefined)
      unexplained.push({ wallet, asset, amount: excess, held: amount })
    else if (excess > 0n || known === undefined) skipped.push({ wallet, asset, why: obstacles[n] })
  }
  if (unexplained.length === 0) return { adopted: [], skipped }
  const parts = await splitByMoves(tx, chain.id, unexplained, {
    height: block.number,
    dryRun: order.dryRun,
  })
  const written = await insertOpenings(tx, { chain, cursor, block, order }, parts)
  if (!order.dryRun) {
    await coverMoved(tx, written.adopted)
    await recordAdoptions(tx, { block, order }, written.adopted)
  }
  return { adopted: written.adopted, skipped: [...skipped, ...written.skipped] }
}

/** Checks that the block is the scanner's, so that its rows and the balances describe one chain. */
async function checkFinal(
  tx: Queries,
  chainId: number,
  { number, hash }: BlockPlace,
  { finalHeight, startHeight }: ScanCursor,
): Promise<void> {
  // An opening counts as before the first block that the scanner reads, so a repeat at an earlier
  // block would not see it and would adopt the same money again.
  if (number < startHeight - 1n) {
    throw new NotYet(
      `block ${number} is before the scanner's first block ${startHeight}; run it again when block ${startHeight - 1n} is final`,
    )
  }
  const [stored] = await tx
    .select({ hash: blocks.hash })
    .from(blocks)
    .where(and(eq(blocks.chainId, chainId), eq(blocks.number, number)))
  if (finalHeight === null || finalHeight < number || (stored && stored.hash !== hash))
    throw new NotYet(`block ${number} is no longer final for the scanner; run it again`)
}

/**
 * Returns why each balance cannot be judged now; undefined if it can. A transaction in flight may
 * be mined at or below the block without a row that says so.
 */
async function readObstacles(
  tx: Queries,
  chainId: number,
  balances: readonly ReadBalance[],
  height: bigint,
): Promise<readonly (string | undefined)[]> {
  const rows = await tx.execute<{ why: string | null }>(sql`
    select case
      when exists (select 1 from transactions t where t.chain_id = ${chainId} and t.state = 'live'
        and (t.sender = p.wallet or t."to" = p.wallet))
        then 'a transaction of the wallet is in flight: repeat later'
      when exists (select 1 from lanes l where l.chain_id = ${chainId} and l.sender = p.wallet
          and l.closed_reason is not null)
        or exists (select 1 from foreign_transactions f where f.chain_id = ${chainId}
          and f.sender = p.wallet and f.adopted_at is null and not exists (
            select 1 from transactions t
            where (t.chain_id, t.sender, t.nonce) = (f.chain_id, f.sender, f.nonce)))
        then ${closedLane}
      when exists (select 1 from sweeps s join transactions t on t.sweep_id = s.id
        where s.chain_id = ${chainId} and s.wallet = p.wallet and s.closed_at is null
          and t.step = 'sweep' and t.state = 'succeeded')
        then 'a sweep of the wallet is not recorded yet: repeat later'
      when exists (select 1 from sweeps s where s.chain_id = ${chainId} and s.wallet = p.wallet
        and s.asset = p.asset and s.outcome = 'swept' and s.block_number > ${height})
        then 'a sweep of the wallet is newer than the block: repeat after the next final block'
      when exists (select 1 from wallets w join scan_cursors c on c.chain_id = ${chainId}
        where w.address = p.wallet and w.seq > c.wallet_seq)
        then 'older blocks of the wallet are still being backfilled: repeat later'
      when p.asset <> 'native' and not exists (select 1 from listed_tokens l
        where l.chain_id = ${chainId} and l.token = p.asset)
        then 'no scanner lists the token yet: restart the scanner'
      when exists (select 1 from listed_tokens l where l.chain_id = ${chainId}
        and l.token = p.asset and l.read_to is not null)
        then 'the token is still being backfilled: repeat later'
      when exists (select 1 from ${deposits} where ${deposits.chainId} = ${chainId}
        and ${deposits.wallet} = p.wallet and ${deposits.asset} = p.asset and ${inDoubt})
        then 'a deposit of it is in doubt: approve or skip that deposit first'
      when exists (select 1 from deposits d where d.chain_id = ${chainId} and d.wallet = p.wallet
        and d.asset = p.asset and d.opening_part is not null and d.confirmed_at is null
        and d.state in ('detected', 'confirming'))
        then 'a deposit of it was found late and is not confirmed yet: repeat later'
      end as why
    from ${walletRows(balances)} order by p.n`)
  return rows.map(({ why }, n) =>
    why === closedLane ? recoverFirst(chainId, balances[n]?.wallet) : (why ?? undefined),
  )
}

const closedLane = 'closed lane'

/** A sweep without a row may have moved a part of the balance. */
const recoverFirst = (chainId: number, wallet = '') =>
  `its lane is behind the chain: run coldsweep recover --chain ${chainId} --lane ${getAddress(wallet)} --operator "$(id -un)" --reason "WHY", then repeat`

/**
 * Returns the amount that the rows explain at the block, as reconciliation does: deposits (and gas)
 * minus the amounts and fees of the wallet's transactions. undefined if a transaction is unmined.
 */
async function readExplained(
  tx: Queries,
  chainId: number,
  balances: readonly ReadBalance[],
  height: bigint,
): Promise<readonly (bigint | undefined)[]> {
  const tokens = balances.filter(({ asset }) => asset !== 'native')
  const coins = balances.filter(({ asset }) => asset === 'native').map(({ wallet }) => wallet)
  const native = await createBalanceBook(tx).explained(chainId, coins, height)
  const ofTokens = await tokensExplained(tx, chainId, tokens, height)
  return balances.map((balance) =>
    balance.asset === 'native' ? native.get(balance.wallet) : ofTokens.get(balance),
  )
}

async function tokensExplained(
  tx: Queries,
  chainId: number,
  tokens: readonly ReadBalance[],
  height: bigint,
): Promise<ReadonlyMap<ReadBalance, bigint>> {
  if (tokens.length === 0) return new Map()
  const rows = await tx.execute<{ amount: string }>(sql`
    select (coalesce((select sum(${beyondOpenings}) from ${deposits}
        where ${deposits.chainId} = ${chainId} and ${deposits.wallet} = p.wallet
          and ${deposits.asset} = p.asset and ${deposits.blockNumber} <= ${height}
          and ${deposits.state} <> 'orphaned' and not ${isRejectedRow} and not ${isUnbacked}), 0)
      - coalesce((select sum(s.left_amount) from sweeps s
        where s.chain_id = ${chainId} and s.wallet = p.wallet and s.asset = p.asset
          and s.outcome = 'swept' and s.block_number <= ${height}), 0))::text as amount
    from ${walletRows(tokens)} order by p.n`)
  return new Map(tokens.map((token, n) => [token, BigInt(rows[n]?.amount ?? 0)]))
}

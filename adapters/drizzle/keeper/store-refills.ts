import { and, eq, gt, inArray } from 'drizzle-orm'
import type { SeenRefill } from '../../../domain/deposits/deposit.ts'
import { formatDepositId, type Position } from '../../../domain/deposits/deposit-id.ts'
import { matchTransfers, transferContent } from '../../../domain/deposits/match-transfers.ts'
import { groupBy } from '../../../domain/lists.ts'
import type { TransferDifference } from '../../../domain/scan/scan-store.ts'
import { keeperRefills } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'

/**
 * Stores refills, which are payments of native coin to a keeper. They are matched by content like
 * deposits, because tracers number calls differently, and a refill that is booked twice would
 * unbalance the keeper's books. If a read lists one more equal refill than the block had before,
 * the surplus is not booked.
 */
export async function storeRefills(
  tx: Queries,
  chainId: number,
  refills: readonly SeenRefill[],
): Promise<readonly TransferDifference[]> {
  const differences: TransferDifference[] = []
  const byHash = groupBy(refills, ({ txHash }) => txHash)
  for (const part of chunks([...byHash.keys()])) {
    const found = await tx
      .select()
      .from(keeperRefills)
      .where(and(eq(keeperRefills.chainId, chainId), inArray(keeperRefills.txHash, part)))
      .for('update')
    for (const hash of part)
      differences.push(...(await storeOfOne(tx, byHash.get(hash) ?? [], found)))
  }
  return differences
}

async function storeOfOne(
  tx: Queries,
  seen: readonly SeenRefill[],
  found: readonly (typeof keeperRefills.$inferSelect)[],
): Promise<readonly TransferDifference[]> {
  const [first] = seen
  if (!first) return []
  const { txHash, blockHash } = first
  const rows = found.filter((row) => row.txHash === txHash)
  const { matches } = matchTransfers(
    seen.map((refill, order) => ({
      refill,
      position: refill.position,
      order,
      content: contentOf(refill),
    })),
    rows.map((row, order) => ({
      row,
      position: row.position as Position,
      order,
      content: contentOf(row),
      standing: 'counted' as const,
      here: row.blockHash === blockHash,
      pending: false,
    })),
  )
  const differences: TransferDifference[] = []
  for (const match of matches) {
    const { refill } = match.seen
    const { blockNumber } = refill
    if (match.kind === 'new') {
      await tx.insert(keeperRefills).values({ ...refill, position: match.position })
    } else if (match.kind === 'known') {
      await tx
        .update(keeperRefills)
        .set({ blockNumber, blockHash })
        .where(
          and(
            eq(keeperRefills.chainId, refill.chainId),
            eq(keeperRefills.txHash, txHash),
            eq(keeperRefills.position, match.row.position),
          ),
        )
    } else {
      const depositId = formatDepositId(refill)
      const detail = `a later read of block ${blockNumber} lists a refill of ${refill.amountWei} wei to keeper ${refill.keeper} that an earlier one did not: it is not booked`
      differences.push({ kind: 'contradicts', depositId, detail })
    }
  }
  return differences
}

/**
 * Deletes refills above the fork point of a reorg, because their blocks are no longer canonical.
 */
export async function forgetRefillsAbove(
  tx: Queries,
  chainId: number,
  height: bigint,
): Promise<void> {
  await tx
    .delete(keeperRefills)
    .where(and(eq(keeperRefills.chainId, chainId), gt(keeperRefills.blockNumber, height)))
}

const contentOf = ({
  position,
  keeper: wallet,
  sender,
  amountWei: amount,
}: {
  readonly position: string
  readonly keeper: string
  readonly sender: string
  readonly amountWei: bigint
}) => transferContent({ position, asset: 'native', wallet, sender, amount })

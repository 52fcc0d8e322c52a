import { and, eq, inArray } from 'drizzle-orm'
import type { SeenDeposit } from '../../../domain/deposits/deposit.ts'
import { attempts, transactions } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'

/**
 * Returns the hashes of keepers' gas transactions among the seen transactions; they bring no
 * deposits (MONEY 13). A node may show the keeper's address in another form in blocks
 * (hiero-json-rpc-relay #2128), so gas is recognised by the hash of an attempt and not by the
 * sender.
 */
export async function gasOfKeepers(
  tx: Queries,
  chainId: number,
  seen: readonly SeenDeposit[],
): Promise<ReadonlySet<string>> {
  const native = seen.filter(({ asset }) => asset === 'native').map(({ txHash }) => txHash)
  const ours = new Set<string>()
  for (const part of chunks([...new Set(native)])) {
    const found = await tx
      .select({ hash: attempts.hash })
      .from(attempts)
      .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
      .where(
        and(
          inArray(attempts.hash, part),
          eq(transactions.chainId, chainId),
          eq(transactions.step, 'gas'),
        ),
      )
    for (const { hash } of found) ours.add(hash)
  }
  return ours
}

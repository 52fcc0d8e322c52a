import type { Address } from '../address.ts'
import type { BookRows } from './book-store.ts'
import type { Movement } from './movements.ts'
import { type Difference, type KeeperSums, missingAt } from './reconciliation.ts'

/**
 * MONEY 23: checks for each keeper, current or retired, that opening + refills − sent − fees =
 * closing. Only transactions after the keeper's opening block count.
 * @param closing balance of each keeper at the reconciled block, in wei
 */
export function judgeKeepers(
  rows: BookRows,
  movements: readonly Movement[],
  closing: ReadonlyMap<Address, bigint>,
): { readonly keepers: readonly KeeperSums[]; readonly differences: readonly Difference[] } {
  const judged = rows.keepers.flatMap(({ address, openingWei, openingBlock }) => {
    if (openingWei === null || openingBlock === null) return []
    const own = movements.filter(
      ({ mined }) => mined.from === address && mined.blockNumber > openingBlock,
    )
    const refills = rows.refills.filter(
      (refill) => refill.keeper === address && refill.blockNumber > openingBlock,
    )
    const external = rows.external.filter(
      ({ sender, blockNumber }) => sender === address && (blockNumber ?? 0n) > openingBlock,
    )
    const sums: KeeperSums = {
      keeper: address,
      openingBlock,
      opening: openingWei,
      refills: sum(refills.map(({ amountWei }) => amountWei)),
      sent: sum(own.map(({ mined }) => (mined.ok && mined.to !== address ? mined.valueWei : 0n))),
      drained: sum(
        own.map(({ kind, mined }) => (kind === 'drain' && mined.ok ? mined.valueWei : 0n)),
      ),
      fees: sum(own.map(({ mined }) => mined.feeWei)),
      closing: closing.get(address) ?? 0n,
    }
    const named = [
      ...external.flatMap(({ hash }) => (hash ? [hash] : [])),
      ...refills.map(({ txHash }) => txHash),
      ...own.map(({ row }) => row),
    ]
    const causes = external.map(({ nonce, hash }) => `${nonce} ${hash}`)
    return [{ sums, named, causes }]
  })
  return {
    keepers: judged.map(({ sums }) => sums),
    differences: judged.flatMap(({ sums, named, causes }): Difference[] => {
      const missing = missingAt(sums)
      if (missing === 0n) return []
      const words = `opening ${sums.opening} + refills ${sums.refills} − gas sent ${sums.sent} − fees ${sums.fees} against closing ${sums.closing}, in wei`
      const address = sums.keeper
      return [{ kind: 'keeper', address, asset: 'native', missing, words, rows: named, causes }]
    }),
  }
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)

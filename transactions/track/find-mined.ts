import type { Receipt } from '../../domain/chains/block.ts'
import { QuorumDisagrees } from '../../domain/errors.ts'
import type { Mined, Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../sign/money-chain.ts'
import type { PollView } from './poll-view.ts'

/**
 * Finds the attempt that a canonical block includes, by the receipts of all attempts. Attempts that
 * no row records as sent are looked up too, because a process may have died between broadcast and
 * record. At most one attempt is mined: once it is found, failed lookups of the other attempts do
 * not matter.
 * @throws QuorumDisagrees if any lookup failed with it, even if another lookup found the attempt
 * (MONEY 20); else the first failed lookup, if no attempt was found mined
 */
export async function findMined(
  { state }: Pick<MoneyChain, 'state'>,
  view: Pick<PollView, 'blockHash'>,
  { attempts }: Pick<Transaction, 'attempts'>,
): Promise<Mined | undefined> {
  const canonical = async (receipt: Receipt | undefined) =>
    receipt && (await view.blockHash(receipt.blockNumber)) === receipt.blockHash
      ? receipt
      : undefined
  const newestFirst = [...attempts].reverse()
  const lookups = await Promise.allSettled(
    newestFirst.map(async ({ hash }) => canonical(await state.receipt(hash))),
  )
  const failures = lookups.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  const lie = failures.find((reason) => reason instanceof QuorumDisagrees)
  if (lie) throw lie
  for (const lookup of lookups) {
    if (lookup.status === 'fulfilled' && lookup.value) return minedBy(lookup.value)
  }
  if (failures.length > 0) throw failures[0]
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

import type { Receipt } from '../../domain/chains/block.ts'
import { QuorumDisagrees } from '../../domain/errors.ts'
import type { Mined, Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../sign/money-chain.ts'
import type { Look } from './poll-view.ts'

/**
 * The receipt of whichever attempt was mined, if its block is canonical now. Attempts that we never
 * noted as sent are asked for too: a process may have died between the node's taking them and our
 * note. At most one attempt is mined, so a lookup that fails hides no other attempt's success;
 * without a success it leaves the question open.
 * @throws the first failed lookup, where no attempt was found mined; QuorumDisagrees always (MONEY
 * 20)
 */
export async function findMined(
  { state }: Pick<MoneyChain, 'state'>,
  look: Pick<Look, 'blockHash'>,
  { attempts }: Pick<Transaction, 'attempts'>,
): Promise<Mined | undefined> {
  const canonical = async (receipt: Receipt | undefined) =>
    receipt && (await look.blockHash(receipt.blockNumber)) === receipt.blockHash
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

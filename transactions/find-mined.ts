import type { Receipt } from '../domain/block.ts'
import type { Mined, Transaction } from '../domain/transaction.ts'
import type { Look } from './look.ts'
import type { MoneyChain } from './money-chain.ts'

/**
 * The receipt of whichever attempt was mined, if its block is canonical now. Attempts that we never noted as sent are
 * asked for too: a process may have died between the node's taking them and our note.
 */
export async function findMined(
  { state }: MoneyChain,
  look: Pick<Look, 'blockHash'>,
  { attempts }: Transaction,
): Promise<Mined | undefined> {
  const receipts = await Promise.all(attempts.map(({ hash }) => state.receipt(hash)))
  for (const receipt of receipts.reverse()) {
    if (receipt && (await look.blockHash(receipt.blockNumber)) === receipt.blockHash)
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

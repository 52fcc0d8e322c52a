import type { Hash } from '../../../domain/address.ts'
import type { Receipt } from '../../../domain/chains/block.ts'
import type { Rollup } from '../../../domain/chains/fees.ts'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { TransactionUnreadable } from '../../../domain/errors.ts'
import { errorMessage } from '../../../runtime/error-message.ts'
import { readReceipt } from '../decode/receipt.ts'
import { requireL1Fee } from '../fees/rollup-fee.ts'
import { withGasPrice } from '../fees/with-gas-price.ts'
import { orNull } from '../node-errors/not-found.ts'
import type { Ask } from './heads.ts'

/**
 * Requests a receipt. A receipt can't be split into smaller answers. If it is too large or too slow
 * for the endpoints, although they answer other requests, the transaction is unreadable.
 * @param withFee true to derive a gas price that the receipt omits, and to require the rollup's L1
 * fee; otherwise both may be 0
 * @returns undefined while the transaction is in no block
 * @throws TransactionUnreadable
 */
export async function askReceipt(
  ask: Ask,
  hash: Hash,
  { withFee = true, rollup = 'none' }: { withFee?: boolean; rollup?: Rollup } = {},
): Promise<Receipt | undefined> {
  const params = [hash] as [Hash]
  try {
    return await ask(async (client) => {
      const lookup = client.request({ method: 'eth_getTransactionReceipt', params })
      const answer = await orNull(lookup)
      const receipt = readReceipt(hash, answer)
      if (!receipt || !withFee) return receipt
      if (answer) requireL1Fee(rollup, hash, answer)
      return await withGasPrice(client, receipt)
    })
  } catch (error) {
    if (!asksTooMuch(error)) throw error
    // This request throws if the endpoints are unreachable. Then the transaction is not the cause.
    await ask((client) => client.getChainId())
    const words = errorMessage(error)
    throw new TransactionUnreadable(hash, `the receipt of ${hash} can’t be read: ${words}`)
  }
}

import type { Address, Hash } from 'viem'
import { eventually } from '../waiting/eventually.ts'
import type { Devnet, Token } from './devnet.ts'

/**
 * Stops interval mining, then pays tokens and mines one block for each transaction of the payer.
 * After the payment the test mines every block, so the test misses no state of the sweep. The pool
 * must be empty before the call.
 */
export async function payTokenByHand(
  devnet: Devnet,
  token: Token,
  to: Address,
  amount: bigint,
): Promise<Hash> {
  await devnet.request('anvil_setIntervalMining', [0])
  const paying = devnet.payToken(token, to, amount)
  let ended = false
  const end = () => {
    ended = true
  }
  void paying.then(end, end)
  await eventually(
    async () => {
      const { pending } = (await devnet.request('txpool_status')) as { pending: string }
      if (Number(pending) > 0) await devnet.request('evm_mine')
      return ended
    },
    (isOver) => isOver,
  )
  return await paying
}

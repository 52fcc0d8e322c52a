import { keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Hash, Hex } from '../../../domain/address.ts'
import { anAccount } from '../factories/an-account.ts'
import type { Devnet } from './devnet.ts'

/** Signs a payment of a new, funded account. Does not broadcast the payment. */
export async function aSignedPayment(
  chainId: number,
  devnet: Devnet,
): Promise<{ readonly raw: Hex; readonly hash: Hash }> {
  const { address, key } = anAccount()
  await devnet.setEther(address, 1)
  const raw = await privateKeyToAccount(key).signTransaction({
    chainId,
    type: 'eip1559',
    nonce: 0,
    to: anAccount().address,
    value: 1n,
    gas: 21_000n,
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 10n ** 9n,
  })
  return { raw, hash: keccak256(raw) }
}

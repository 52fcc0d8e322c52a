import { createPublicClient, createWalletClient, type Hash, http, parseGwei, zeroHash } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type Devnet, devnetChain } from '../parts/devnet.ts'

/** JUMPDEST, PUSH1 0, JUMP: creation code that runs until its gas is used up. */
const endless = '0x5b600056'

/**
 * Fills the next blocks of a real node with transactions of a stranger who pays more than anybody else. They are in the pool
 * at once, one for each block, so that no block has room for another transaction until all of them are mined.
 * @returns the hash of the last one
 */
export async function fillBlocks(
  devnet: Devnet,
  mnemonic: string,
  {
    blocks,
    gasLimit,
    tipGwei = 20,
  }: {
    readonly blocks: number
    readonly gasLimit: bigint
    /** As much as any sweep bids: of equal bids, the pool takes the older one first. @default 20 */
    readonly tipGwei?: number
  },
): Promise<Hash> {
  const tip = parseGwei(String(tipGwei))
  const account = mnemonicToAccount(mnemonic, { addressIndex: 1 })
  const chain = devnetChain(devnet)
  const node = createPublicClient({ chain, transport: http(), cacheTime: 0 })
  const wallet = createWalletClient({ chain, transport: http(), account })
  await devnet.pay(account.address, '500')
  const first = await node.getTransactionCount({ address: account.address })
  let last: Hash = zeroHash
  for (let n = 0; n < blocks; n += 1) {
    last = await wallet.sendTransaction({
      nonce: first + n,
      data: endless,
      // A plain transfer needs 21,000, so no other transaction fits.
      gas: gasLimit - 20_000n,
      // The base fee rises by an eighth with each full block; geth takes no fee over one ether.
      maxFeePerGas: tip + 40n * 10n ** 9n,
      maxPriorityFeePerGas: tip,
    })
  }
  return last
}

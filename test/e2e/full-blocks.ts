import { createPublicClient, createWalletClient, type Hash, http, parseGwei, zeroHash } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type Devnet, devnetChain } from '../harness/devnet/devnet.ts'

/** JUMPDEST, PUSH1 0, JUMP: creation code that runs until its gas is used up. */
const endless = '0x5b600056'

/**
 * Number of external transactions in the pool after each top-up, one for each of the next blocks.
 */
const ahead = 20

/**
 * A high limit, because the base fee rises by an eighth with each full block. With a much higher
 * limit the maximum cost of a transaction would exceed one ether, which geth refuses.
 */
const maxFeeGwei = '85'

export interface FullBlocks {
  /**
   * Refills the pool for the next 20 blocks. A waiting test calls this on each poll, so that blocks
   * stay full until the test's condition is met.
   * @returns the hash of the last transaction. While that transaction has no receipt, every block
   * is full
   */
  topUp(): Promise<Hash>
}

/**
 * Fills the next blocks of a real node with external transactions. All are in the pool at once, one
 * per block, so no block has room for another transaction until all of them are mined.
 * @param tipGwei must exceed the tip of every sweep, because geth includes the older of two
 * transactions with equal tips first
 */
export async function fillBlocks(
  devnet: Devnet,
  mnemonic: string,
  { gasLimit, tipGwei }: { readonly gasLimit: bigint; readonly tipGwei: number },
): Promise<FullBlocks> {
  const account = mnemonicToAccount(mnemonic, { addressIndex: 1 })
  const chain = devnetChain(devnet)
  const node = createPublicClient({ chain, transport: http(), cacheTime: 0 })
  const wallet = createWalletClient({ chain, transport: http(), account })
  await devnet.pay(account.address, '500')
  let next = await node.getTransactionCount({ address: account.address })
  let last: Hash = zeroHash
  const send = () =>
    wallet.sendTransaction({
      nonce: next,
      data: endless,
      // A plain transfer needs 21,000 gas, so no other transaction fits into the block.
      gas: gasLimit - 20_000n,
      maxFeePerGas: parseGwei(maxFeeGwei),
      maxPriorityFeePerGas: parseGwei(String(tipGwei)),
    })
  async function topUp(): Promise<Hash> {
    const mined = await node.getTransactionCount({ address: account.address })
    while (next < mined + ahead) {
      last = await send()
      next += 1
    }
    return last
  }
  await topUp()
  return { topUp }
}

import { type Address, encodeFunctionData, type Hash, toHex } from 'viem'
import type { Devnet, Token } from './devnet.ts'

export type BlockCall =
  | {
      readonly token: Pick<Token, 'address' | 'abi'>
      readonly call: string
      readonly args: readonly unknown[]
    }
  | { readonly to: Address; readonly valueWei: bigint }

/**
 * Puts transactions into one block of an anvil, in the given order, from the devnet's fourth
 * account.
 * @param blockTimeSeconds block time after this call. @default a block for each transaction
 */
export async function inOneBlock(
  devnet: Devnet,
  calls: readonly BlockCall[],
  blockTimeSeconds?: number,
): Promise<readonly Hash[]> {
  const [, , , from] = (await devnet.request('eth_accounts')) as Address[]
  await devnet.request('anvil_setIntervalMining', [0])
  try {
    const hashes: Hash[] = []
    for (const call of calls) {
      const transaction =
        'to' in call
          ? { to: call.to, value: toHex(call.valueWei), gas: toHex(21_000) }
          : {
              to: call.token.address,
              data: encodeFunctionData({
                abi: call.token.abi,
                functionName: call.call,
                args: call.args,
              }),
              gas: toHex(3_000_000),
            }
      hashes.push((await devnet.request('eth_sendTransaction', [{ from, ...transaction }])) as Hash)
    }
    await devnet.request('evm_mine')
    return hashes
  } finally {
    if (blockTimeSeconds === undefined) await devnet.request('evm_setAutomine', [true])
    else await devnet.request('anvil_setIntervalMining', [blockTimeSeconds])
  }
}

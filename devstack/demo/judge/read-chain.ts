import { type Address, type Hex, type PublicClient, parseAbi, parseEventLogs } from 'viem'
import { balanceKey, type ChainFacts, type MinedTransaction } from './chain-facts.ts'

const ERC20 = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'function balanceOf(address) view returns (uint256)',
])

/**
 * Reads a whole short chain up to its head, and every holder's balance of every asset at the head.
 * @param known facts of an earlier call: only newer blocks are read
 */
export async function readChain(
  client: PublicClient,
  holders: readonly Address[],
  tokens: readonly Address[],
  known?: ChainFacts,
): Promise<ChainFacts> {
  const height = await client.getBlockNumber({ cacheTime: 0 })
  const transactions: MinedTransaction[] = [...(known?.transactions ?? [])]
  for (let number = (known?.height ?? 0n) + 1n; number <= height; number += 1n) {
    transactions.push(...(await readBlock(client, number)))
  }
  const balances = new Map<string, bigint>()
  for (const holder of holders.map(lower)) {
    balances.set(
      balanceKey(holder, undefined),
      await client.getBalance({ address: holder, blockNumber: height }),
    )
    for (const token of tokens.map(lower)) {
      const call = { abi: ERC20, functionName: 'balanceOf', args: [holder] } as const
      balances.set(
        balanceKey(holder, token),
        await client.readContract({ ...call, address: token, blockNumber: height }),
      )
    }
  }
  return { height, transactions, balances }
}

async function readBlock(client: PublicClient, blockNumber: bigint): Promise<MinedTransaction[]> {
  const block = await client.getBlock({ blockNumber, includeTransactions: true })
  return Promise.all(
    block.transactions.map(async ({ hash, from, to, value }) => {
      const receipt = await client.getTransactionReceipt({ hash })
      return {
        hash,
        from: lower(from),
        to: to && lower(to),
        valueWei: value,
        feeWei: receipt.gasUsed * receipt.effectiveGasPrice,
        ok: receipt.status === 'success',
        moves: parseEventLogs({ abi: ERC20, eventName: 'Transfer', logs: receipt.logs }).map(
          ({ address, args }) => ({
            token: lower(address),
            from: lower(args.from),
            to: lower(args.to),
            amount: args.value,
          }),
        ),
      }
    }),
  )
}

const lower = <H extends Hex>(text: H): H => text.toLowerCase() as H

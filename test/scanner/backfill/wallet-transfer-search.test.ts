import { describe, expect, it } from 'vitest'
import type { Log } from '../../../domain/chains/block.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { transferHeights } from '../../../scanner/backfill/wallet-transfer-search.ts'
import { aTransfer, hash, who } from '../../harness/factories/a-block.ts'

const at = (n: number) => aTransfer({ log: { blockNumber: BigInt(n), transactionHash: hash(n) } })

/**
 * Searches blocks 1 to 8 for the transfers of a wallet that received 7 in blocks 3 and 6. Returns
 * the heights with transfers, or undefined if the search is rejected.
 */
function heightsOf(told: {
  readonly logs?: readonly Log[]
  readonly elsewhere?: readonly Log[]
  readonly most?: bigint
  readonly refusal?: Error
  readonly balance?: (block: string) => bigint
  readonly head?: bigint
}) {
  const { logs = [at(3), at(6)], most = 100n, balance = () => 14n } = told
  const { refusal = new ChainRefused('too many blocks') } = told
  const reader = {
    head: async () => ({ number: 9n }),
    async transferLogsOfRange(from: bigint, to: bigint) {
      if (to - from >= most) throw refusal
      return logs.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= to)
    },
    transferLogsElsewhere: async () => told.elsewhere,
    tokenBalance: async (_token: string, _holder: string, block: string) => balance(block),
  } as unknown as ChainReader
  const { token, wallet } = who
  const head = { number: told.head ?? 9n, hash: hash(9) }
  const blocks = { from: 1n, to: 8n, last: hash(8), head }
  const search = { ...blocks, tokens: [token], wallets: [wallet], width: 2 }
  return transferHeights(reader, search).then((heights) => heights && [...heights])
}

describe('a search for the transfers of new wallets', () => {
  it('is accepted if the transfers explain the balances of the wallets', async () => {
    expect(await heightsOf({})).toEqual([3n, 6n])
    expect(await heightsOf({ most: 2n })).toEqual([3n, 6n])
    const refusal = new ChainUnreachable('the node answered HTTP 504')
    expect(await heightsOf({ most: 2n, refusal })).toEqual([3n, 6n])
    expect(await heightsOf({ logs: [at(3)], elsewhere: [at(3), at(6)] })).toEqual([3n, 6n])
  })

  it('is rejected if the balances exceed the transfers or cannot be read', async () => {
    expect(await heightsOf({ logs: [] })).toBeUndefined()
    expect(await heightsOf({ logs: [at(3)], elsewhere: [at(3)] })).toBeUndefined()
    const refuse = () => {
      throw new ChainRefused('execution reverted')
    }
    expect(await heightsOf({ balance: refuse })).toBeUndefined()
  })

  it('is rejected if only the balance far below the head is 0, because the node may have pruned old state', async () => {
    const pruned = (block: string) => (block === hash(8) ? 0n : 14n)
    const found = { logs: [at(3)], elsewhere: [at(3)], balance: pruned }
    expect(await heightsOf({ ...found, head: 500n })).toBeUndefined()
    expect(await heightsOf({ ...found, head: 50n })).toEqual([3n])
    expect(await heightsOf({ logs: [], balance: () => 0n, head: 500n })).toEqual([])
  })

  it('counts a transfer once if two nodes report different log indexes for it', async () => {
    const elsewhere = [{ ...at(3), logIndex: 40 }]
    expect(await heightsOf({ logs: [at(3)], elsewhere })).toBeUndefined()
    expect(await heightsOf({ logs: [at(3)], elsewhere, balance: () => 7n })).toEqual([3n])
  })

  it('throws ChainUnreachable if the node is down, so that the caller repeats the search', async () => {
    const away = () => {
      throw new ChainUnreachable('the node did not answer in time')
    }
    await expect(heightsOf({ balance: away })).rejects.toMatchObject({ name: 'ChainUnreachable' })
  })
})

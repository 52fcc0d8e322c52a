import { describe, expect, it } from 'vitest'
import type { Log } from '../../domain/block.ts'
import { ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import type { ChainReader } from '../../domain/ports/chain-reader.ts'
import { lateTransferHeights } from '../../scanner/late-transfers.ts'
import { aTransfer, hash, who } from './a-block.ts'

const at = (n: number) => aTransfer({ log: { blockNumber: BigInt(n), transactionHash: hash(n) } })

/** A wallet with transfers of 7 in blocks 3 and 6. */
function heightsOf(told: {
  readonly logs?: readonly Log[]
  readonly elsewhere?: readonly Log[]
  readonly most?: bigint
  readonly balance?: () => bigint
}) {
  const { logs = [at(3), at(6)], most = 100n, balance = () => 14n } = told
  const reader = {
    async transferLogsOfRange(from: bigint, to: bigint) {
      if (to - from >= most) throw new ChainRefused('too many blocks')
      return logs.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= to)
    },
    transferLogsElsewhere: async () => told.elsewhere,
    tokenBalance: async () => balance(),
  } as unknown as ChainReader
  const { token, wallet } = who
  const search = { from: 1n, to: 8n, last: hash(8), tokens: [token], wallets: [wallet], width: 2 }
  return lateTransferHeights(reader, search).then((heights) => heights && [...heights])
}

describe('a search for the transfers of late wallets', () => {
  it('is believed where they explain what the wallets hold', async () => {
    expect(await heightsOf({})).toEqual([3n, 6n])
    expect(await heightsOf({ most: 2n })).toEqual([3n, 6n])
    expect(await heightsOf({ logs: [at(3)], elsewhere: [at(3), at(6)] })).toEqual([3n, 6n])
  })

  it('is not where they hold more, or nobody can say what they hold', async () => {
    expect(await heightsOf({ logs: [] })).toBeUndefined()
    expect(await heightsOf({ logs: [at(3)], elsewhere: [at(3)] })).toBeUndefined()
    const refuse = () => {
      throw new ChainRefused('execution reverted')
    }
    expect(await heightsOf({ balance: refuse })).toBeUndefined()
  })

  it('is tried again when the node is away', async () => {
    const away = () => {
      throw new ChainUnreachable('the node did not answer in time')
    }
    await expect(heightsOf({ balance: away })).rejects.toMatchObject({ name: 'ChainUnreachable' })
  })
})

import { describe, expect, it } from 'vitest'
import { ChainUnreachable, QuorumShort } from '../../domain/errors.ts'
import type { KeeperLevel } from '../../domain/keeper/keeper-capacity.ts'
import { ChainNotServed } from '../../domain/money-errors.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { activityBench, failureOf } from '../harness/benches/activity-bench.ts'
import { ether, gwei } from '../harness/factories/a-chain.ts'
import { aHash, aMined, aTransaction } from '../harness/factories/a-transaction.ts'

/** The expected fee of a gas transaction: 21,000 gas at the first fee of 2.5 gwei. */
const transferWei = (21_000n * 5n * gwei) / 2n

function bench() {
  const made = activityBench()
  const { id } = made.chain.chain
  const keep = (wei: bigint) => made.fake.setBalance(made.chain.keeper.address, wei)
  const look = () => made.inContext(() => made.activities.watchKeeper(id))
  const park = (...shortWei: bigint[]) => {
    made.world.parked = shortWei.map((short) => ({
      depositId: `${id}:${aHash()}:0`,
      shortWei: short,
    }))
  }
  return { ...made, keep, look, park }
}

describe('watchKeeper, which reports the keeper’s balance and wakes waiting sweeps (MONEY 7)', () => {
  it('announces each change of the level once: low, empty, recovered', async () => {
    const { keep, look, log } = bench()
    const levels: KeeperLevel[] = []
    for (const wei of [ether, ether / 4n, ether / 4n, 1n, 1n, ether, ether]) {
      keep(wei)
      levels.push((await look()).level)
    }
    expect(levels).toEqual(['ok', 'low', 'low', 'empty', 'empty', 'ok', 'ok'])
    expect(log.lines.map((line) => [line.level, line.message])).toEqual([
      ['error', 'keeper low'],
      ['error', 'keeper empty'],
      ['info', 'keeper recovered'],
    ])
  })

  it('reports the level of the balance minus the cost of signed transactions', async () => {
    const { keep, look, lanes, chain } = bench()
    keep(ether)
    lanes.put(aTransaction({ sender: chain.keeper.address, valueWei: (ether * 3n) / 4n }))
    expect(await look()).toMatchObject({ level: 'low', uncommitted: '0.249979 ETH' })
  })

  it('does not subtract the cost of a mined transaction, because the balance already includes that cost', async () => {
    const { keep, look, lanes, chain, fake } = bench()
    keep(ether)
    lanes.put(aTransaction({ sender: chain.keeper.address, nonce: 0n, valueWei: ether / 2n }))
    fake.useNonce(chain.keeper.address)
    expect(await look()).toMatchObject({ level: 'ok', uncommitted: '1 ETH' })
  })

  it('reports no level if the node’s head is behind the scanner’s blocks (bor #142)', async () => {
    const { keep, look, log, world, fake, lanes, park } = bench()
    keep(ether)
    await look()
    park(1n)
    keep(1n)
    lanes.scanned = 11n
    expect(await failureOf(look())).toMatchObject({
      type: 'NotYet',
      message: 'the node is at block 10, behind block 11, which the scanner has read',
    })
    expect([world.level, world.woken]).toEqual(['ok', []])
    expect(log.lines.map(({ message }) => message)).toEqual([
      'keeper check skipped; node is behind',
    ])
    fake.mine()
    expect(await look()).toMatchObject({ level: 'empty' })
  })

  it('reports no level if the node’s head is behind a mined transaction of the keeper', async () => {
    const { keep, look, world, lanes, chain } = bench()
    keep(1n)
    const mined = aMined({ blockNumber: 12n })
    lanes.put(aTransaction({ sender: chain.keeper.address, mined }))
    expect(await failureOf(look())).toMatchObject({
      type: 'NotYet',
      message: 'the node is at block 10, behind block 12, which has a transaction of ours',
    })
    expect(world.level).toBeUndefined()
  })

  it('reports an uncommitted balance of 0 if signed transactions cost more than the balance', async () => {
    const { keep, look, lanes, chain } = bench()
    keep(ether)
    lanes.put(aTransaction({ sender: chain.keeper.address, valueWei: 2n * ether }))
    expect(await look()).toMatchObject({ level: 'empty', uncommitted: '0 ETH' })
  })

  it('wakes as many waiting sweeps as the balance pays for, oldest first', async () => {
    const { keep, look, park, world } = bench()
    park(10n * gwei, 20n * gwei, 30n * gwei)
    keep(30n * gwei + 2n * transferWei)
    expect(await look()).toMatchObject({ woken: 2 })
    expect(world.woken).toEqual(
      world.parked.slice(0, 2).map(({ depositId }) => ({
        workflowId: sweepWorkflowId(depositId),
        wakeUp: { kind: 'keeperRefilled' },
      })),
    )
  })

  it.each([
    [
      'wakes no sweep if the balance is 1 wei below the need of the oldest',
      10n * gwei + transferWei - 1n,
      0,
    ],
    ['wakes the oldest sweep if the balance is exactly its need', 10n * gwei + transferWei, 1],
  ])('%s', async (_, wei, woken) => {
    const { keep, look, park } = bench()
    park(10n * gwei, 1n)
    keep(wei)
    expect((await look()).woken).toBe(woken)
  })

  it.each([
    ['a quorum’s endpoints refuse to estimate', new QuorumShort('endpoint 1: insufficient funds')],
    ['the node does not answer the estimate', new ChainUnreachable('the node is away')],
  ])('announces the keeper’s level and wakes sweeps even if %s', async (_, error) => {
    const { keep, look, park, chain, fake, world, log } = bench()
    const transferGas = {
      read: async () => undefined,
      recordFirst: () => Promise.reject(new Error('nothing was measured')),
    }
    Object.assign(chain, { transferGas })
    fake.estimateGas = () => Promise.reject(error)
    keep(1n)
    expect(await look()).toMatchObject({ level: 'empty' })
    expect(world.level).toBe('empty')
    expect(log.lines.map(({ message }) => message)).toContain('keeper empty')
    park(10n * gwei)
    keep(ether)
    expect(await look()).toMatchObject({ level: 'ok', woken: 1 })
  })

  it('wakes no sweep while gas costs more than the ceiling', async () => {
    const { keep, look, park, fake } = bench()
    park(1n)
    keep(ether)
    fake.quote = { ...fake.quote, baseFeeWei: 200n * gwei }
    expect((await look()).woken).toBe(0)
  })

  it('throws ChainNotServed for a chain that this worker does not serve', async () => {
    const { inContext, activities } = bench()
    await expect(inContext(() => activities.watchKeeper(1))).rejects.toThrow(ChainNotServed)
  })
})

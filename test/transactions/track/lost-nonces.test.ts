import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../../domain/address.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { ChainRefused } from '../../../domain/errors.ts'
import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'

/**
 * Tests on a fake chain how a transaction ends whose nonce is used. The tests in cancels.test.ts
 * cover real external transactions on anvil.
 */
describe('a used nonce without a receipt of our transaction (MONEY 3)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  async function aBench() {
    const chain = aMoneyChain()
    const bench = laneBench(ledger, chain)
    const transaction = await bench.sent(bench.gas(await bench.aSweep()))
    return {
      chain,
      ...bench,
      transaction,
      /** Runs a poll at a node whose answers `more` replaces. */
      trackWith(more: Partial<ChainState>) {
        const state = Object.assign(Object.create(chain.fake), more)
        const { log, metrics } = bench
        return trackLanes({ ...ledger, chain: { ...chain, state }, log, metrics })
      },
    }
  }

  it('keeps the transaction live if a block lists it and the node lacks its receipt (MONEY 3)', async () => {
    const { chain, transaction, now, track, trackWith, log } = await aBench()
    chain.fake.mineMany(7)
    for (let looks = 0; looks < 3; looks += 1) {
      await trackWith({ receipt: async () => undefined })
      chain.fake.mine()
    }
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: null })
    expect(log.lines.filter(({ level }) => level === 'error').map((line) => line.message)).toEqual(
      Array(3).fill(expect.stringContaining('node lists transaction in a block without a receipt')),
    )
    await track()
    expect((await now(transaction)).state).toBe('succeeded')
  })

  it('ends the transaction as displaced if an EIP-7702 authorisation used the nonce', async () => {
    const { chain, transaction, now, track } = await aBench()
    chain.fake.useNonce(transaction.sender)
    chain.fake.pool.clear()
    chain.fake.mineMany(40)
    await track()
    expect((await now(transaction)).state).toBe('displaced')
  })

  it('keeps the transaction live if the node answers nonce 0 for old states', async () => {
    const { chain, transaction, now, track, trackWith } = await aBench()
    chain.fake.mineMany(200)
    const kept = (await chain.fake.head()).number - 120n
    const nonceAt = async (holder: Address, atBlock: Hash) => {
      const heights = Array.from({ length: Number(kept) }, (_, n) => BigInt(n))
      const old = await Promise.all(heights.map((height) => chain.fake.blockHash(height)))
      return old.includes(atBlock) ? 0n : await chain.fake.nonceAt(holder, atBlock)
    }
    await trackWith({ receipt: async () => undefined, nonceAt })
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: null })
    await track()
    expect((await now(transaction)).state).toBe('succeeded')
  })

  it('ends the transaction as displaced at a node without old states only after the scanner recorded an external transaction', async () => {
    const { chain, transaction, now, trackWith } = await aBench()
    const { sender, nonce } = transaction
    chain.fake.useNonce(sender)
    chain.fake.pool.clear()
    chain.fake.mineMany(40)
    const final = (await chain.fake.head()).number - BigInt(chain.chain.finality.depth ?? 0)
    const nonceAt = async (holder: Address, atBlock: Hash) => {
      if (atBlock !== (await chain.fake.blockHash(final)))
        throw new ChainRefused('missing trie node')
      return await chain.fake.nonceAt(holder, atBlock)
    }
    await expect(trackWith({ nonceAt })).rejects.toThrow('missing trie node')
    expect((await now(transaction)).state).toBe('live')
    await ledger.sql`insert into foreign_transactions ${ledger.sql({
      chain_id: chain.chain.id,
      sender,
      nonce: String(nonce),
      hash: aHash(),
      block_number: String(final - 20n),
    })}`
    // On a rollup, the block of the finality tag is older than every state that the node keeps.
    await trackWith({ nonceAt: () => Promise.reject(new ChainRefused('missing trie node')) })
    expect((await now(transaction)).state).toBe('displaced')
  })
})

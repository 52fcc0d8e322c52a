import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readBookRows } from '../../../../adapters/drizzle/books/book-rows.ts'
import { createRecoveryStore } from '../../../../adapters/drizzle/books/recovery-store.ts'
import { createDrainStore } from '../../../../adapters/drizzle/lanes/drain-rows.ts'
import { lastDrain } from '../../../../adapters/drizzle/lanes/drain-views.ts'
import { type Hash, toHash } from '../../../../domain/address.ts'
import type { Adoption } from '../../../../domain/books/recovery-store.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { token, wallet } from '../../../harness/factories/a-chain.ts'
import { drawHash, seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 31337
const order = { operator: 'ann', reason: 'a backup' }

describe('the recovery of a lane, which adopts transactions that the database lost', () => {
  let ledger: OwnLedger
  let recovery: ReturnType<typeof createRecoveryStore>
  beforeAll(async () => {
    ledger = await ownLedger()
    recovery = createRecoveryStore(ledger.db)
  })
  afterAll(() => ledger.close())
  afterEach(
    () =>
      ledger.sql`truncate attempts, transactions, deposits, lanes, sweeps, keeper_drains, foreign_transactions`,
  )

  const note = async (nonce: number, hash: Hash | null = toHash(drawHash())) => {
    await ledger.sql`insert into foreign_transactions ${ledger.sql({ chain_id: chainId, sender: wallet, nonce, hash })}`
    return hash ?? toHash(drawHash())
  }
  const closed = (nextNonce: number) =>
    ledger.sql`insert into lanes ${ledger.sql({ chain_id: chainId, sender: wallet, role: 'wallet', entry_nonce: 0, next_nonce: nextNonce, closed_reason: 'behind', closed_at: new Date() })}`
  const aSweep = (nonce: number, hash: Hash, amount = 1_500_000n): Adoption => ({
    nonce: BigInt(nonce),
    hash,
    emptied: false,
    taken: [],
    explanation: {
      kind: 'sweep',
      wallet,
      asset: token,
      outcome: {
        txHash: hash,
        blockNumber: 50n,
        txIndex: 3,
        arrivedAmount: amount,
        leftAmount: amount,
        coverableAmount: amount,
        logOrder: 0,
        creditsBefore: 0,
        gasSpentWei: 7n,
      },
    },
  })
  const recover = (adoptions: readonly Adoption[], nextNonce: bigint) =>
    recovery.recover({ chainId, sender: wallet, adoptions, nextNonce, ...order })

  it('lists a closed lane with its unexplained transactions', async () => {
    await closed(1)
    const hash = await note(1)
    await note(2, null)
    expect(await recovery.lanes(chainId, undefined)).toEqual([
      {
        sender: wallet,
        nextNonce: 1n,
        closedReason: 'behind',
        unexplained: [
          { nonce: 1n, hash },
          { nonce: 2n, hash: null },
        ],
        adopted: [],
      },
    ])
    expect(await recovery.lanes(chainId, `0x${'9'.repeat(40)}`)).toEqual([])
  })

  it('covers the deposits of a lost sweep, reopens the lane at the chain’s nonce and records the order', async () => {
    const deposit = await ledger.put({
      asset: token,
      state: 'needs-attention',
      reason: 'funds-gone',
      amount: 1_500_000n,
    })
    const later = await ledger.put({ asset: token, amount: 1n })
    await closed(0)
    const hash = await note(0)
    expect(await recover([aSweep(0, hash)], 1n)).toEqual({ covered: 1 })
    expect(await recover([aSweep(0, hash)], 1n)).toEqual({ covered: 0 })
    expect(await ledger.read(deposit.id)).toMatchObject({ state: 'done', covered: true })
    expect((await ledger.read(later.id)).covered).toBe(false)
    const [row] = await ledger.sql`select * from foreign_transactions`
    expect(row).toMatchObject({ adopted_by: 'ann' })
    const [sweep, ...more] = await ledger.sql`select * from sweeps`
    expect(more).toEqual([])
    expect(row?.['explanation']).toBe(`sweep ${sweep?.['id']}`)
    expect(sweep).toMatchObject({ outcome: 'swept', tx_hash: hash, arrived_amount: '1500000' })
    const [lane] = await ledger.sql`select next_nonce, closed_reason, closed_at from lanes`
    expect(lane).toEqual({ next_nonce: '1', closed_reason: null, closed_at: null })
    const orders = await ledger.sql`select subject from operator_actions where action = 'recover'`
    expect(orders[0]).toEqual({ subject: `${chainId}:${wallet}` })
  })

  it('never lowers the lane’s next nonce, because coldsweep has already signed lower nonces', async () => {
    await closed(5)
    await recover([], 3n)
    expect((await ledger.sql`select next_nonce from lanes`)[0]).toEqual({ next_nonce: '5' })
  })

  it('adopts a transaction into the open sweep of its wallet once that sweep has no transaction in flight', async () => {
    const { sweep } = await ledger.claimed({ asset: token, wallet })
    const hash = await note(0)
    await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'gas', sender: wallet })
    await expect(recover([aSweep(0, hash)], 1n)).rejects.toMatchObject({ name: 'NotYet' })
    expect((await ledger.sql`select adopted_at from foreign_transactions`)[0]).toEqual({
      adopted_at: null,
    })
    await ledger.sql`update transactions set state = 'succeeded'`
    await recover([aSweep(0, hash)], 1n)
    expect(await ledger.sweeps.find(sweep.id)).toMatchObject({
      closed: true,
      outcome: { txHash: hash },
    })
  })

  describe('of a keeper whose drain was lost', () => {
    const [retired, current] = [`0x${'ed'.repeat(20)}`, `0x${'ee'.repeat(20)}`] as const
    const drained = async () => {
      const hash = toHash(drawHash())
      await ledger.sql`insert into foreign_transactions ${ledger.sql({ chain_id: chainId, sender: retired, nonce: 4, hash })}`
      const explanation = {
        kind: 'drain',
        to: current,
        destination: 'keeper',
        blockNumber: 60n,
        txIndex: 2,
      } as const
      const adoptions = [{ nonce: 4n, hash, explanation, emptied: false, taken: [] }]
      return {
        hash,
        recover: () =>
          recovery.recover({ chainId, sender: retired, adoptions, nextNonce: 5n, ...order }),
      }
    }

    it('books the drain with the transaction, once', async () => {
      const { hash, recover } = await drained()
      await recover()
      await recover()
      expect(await lastDrain(ledger.db, chainId, retired)).toMatchObject({
        to: 'keeper',
        operator: 'ann',
        outcome: 'drained',
        txHash: hash,
        blockNumber: 60n,
        waitingFor: null,
      })
      expect(await ledger.sql`select 1 from keeper_drains`).toHaveLength(1)
      const [row] = await ledger.sql`select explanation from foreign_transactions`
      expect(row).toEqual({ explanation: `drain to ${current}` })
      const { external } = await readBookRows(ledger.db, chainId, 100n)
      expect(external).toMatchObject([{ hash, kind: 'drain' }])
    })

    it('ends the order whose signed transaction was lost', async () => {
      const sweepId = await seedSweep(ledger.sql, { wallet: retired })
      await ledger.sql`update sweeps set chain_id = ${chainId}`
      await ledger.sql`insert into keeper_drains ${ledger.sql({ sweep_id: sweepId, chain_id: chainId, keeper: retired, destination: 'keeper', operator: 'bob', reason: 'rotation', waiting_for: 'its key' })}`
      const { hash, recover } = await drained()
      await recover()
      expect(await lastDrain(ledger.db, chainId, retired)).toMatchObject({
        id: sweepId,
        operator: 'bob',
        outcome: 'drained',
        txHash: hash,
        waitingFor: null,
      })
      expect(await createDrainStore(ledger.db).unsigned(chainId)).toEqual([])
    })
  })

  it('waits while an open sweep has a succeeded transfer, because the sweep’s run records the outcome', async () => {
    const { sweep } = await ledger.claimed({ asset: token, wallet })
    const hash = await note(1)
    const own = { sweepId: sweep.id, step: 'sweep', sender: wallet } as const
    await seedTransaction(ledger.sql, { ...own, state: 'succeeded', minedBlock: 40 })
    await expect(recover([aSweep(1, hash)], 2n)).rejects.toMatchObject({ name: 'NotYet' })
    expect(await ledger.sweeps.find(sweep.id)).toMatchObject({ closed: false, outcome: null })
  })
})

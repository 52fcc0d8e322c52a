import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createRecoveryStore } from '../../../../adapters/drizzle/books/recovery-store.ts'
import { type Hash, toHash } from '../../../../domain/address.ts'
import type { Adoption } from '../../../../domain/books/recovery-store.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { token, wallet } from '../../../harness/factories/a-chain.ts'
import { drawHash, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 31337
const order = { operator: 'ann', reason: 'a backup' }

describe('the recovery of a lane', () => {
  let ledger: OwnLedger
  let recovery: ReturnType<typeof createRecoveryStore>
  beforeAll(async () => {
    ledger = await ownLedger()
    recovery = createRecoveryStore(ledger.db)
  })
  afterAll(() => ledger.close())
  afterEach(
    () =>
      ledger.sql`truncate attempts, transactions, deposits, lanes, sweeps, foreign_transactions`,
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

  it('lists a lane that is closed or has unexplained transactions', async () => {
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

  it('never lowers the next nonce, because lower nonces are already signed', async () => {
    await closed(5)
    await recover([], 3n)
    expect((await ledger.sql`select next_nonce from lanes`)[0]).toEqual({ next_nonce: '5' })
  })

  it('adopts a transaction into its open sweep once the sweep has no transaction in flight', async () => {
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

  it('waits while an open sweep has a succeeded transfer, because the sweep’s run records the outcome', async () => {
    const { sweep } = await ledger.claimed({ asset: token, wallet })
    const hash = await note(1)
    const own = { sweepId: sweep.id, step: 'sweep', sender: wallet } as const
    await seedTransaction(ledger.sql, { ...own, state: 'succeeded', minedBlock: 40 })
    await expect(recover([aSweep(1, hash)], 2n)).rejects.toMatchObject({ name: 'NotYet' })
    expect(await ledger.sweeps.find(sweep.id)).toMatchObject({ closed: false, outcome: null })
  })
})

import { describe, expect, it } from 'vitest'
import { unexplainedOf } from '../../../../adapters/drizzle/sweeps/lane-closing.ts'
import {
  finds,
  header,
  type StoreBench,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { anExternalTransaction } from '../../../harness/factories/an-external-transaction.ts'
import { anUnreadTransaction as lost } from '../../../harness/factories/an-unread-transaction.ts'
import { seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'
import { cursorHash } from '../../../harness/services/cursor-hash.ts'

describe('unread transactions and the lanes of their senders', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  let database: StoreBench['database']
  storeBench((bench) => {
    ;({ own, store, database } = bench)
  })
  const rows = () => own.sql`select * from unread_transactions order by tx_hash`
  const reread = [{ number: 11n, hash: hash(11) }]
  const readWhole = (...which: number[]) => ({
    reread,
    readWhole: which.map((n) => lost(n).hash),
  })
  const laneOfWallet = () => own.sql`select closed_reason from lanes where sender = ${who.wallet}`
  const closedReason = async () => (await laneOfWallet())[0]?.['closed_reason']
  const closeLane = (reason: string) =>
    own.sql`insert into lanes ${own.sql({ chain_id: 56, sender: who.wallet, role: 'wallet', entry_nonce: 0, next_nonce: 0, closed_reason: reason, closed_at: new Date() })}`

  it('keep the lane of a user wallet closed, with a new reason, if they prove to be external transactions', async () => {
    const thief = lost(1, { sender: who.wallet, own: true })
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [thief] }))
    await closeLane(`the transaction ${thief.hash} of this address cannot be read yet`)
    const external = anExternalTransaction({
      hash: thief.hash,
      sender: who.wallet,
      nonce: 0n,
      blockHash: hash(11),
    })
    await store.storeFinds(56, 11n, finds({ ownTransactions: [external], ...readWhole(1) }))
    expect(await rows()).toEqual([])
    expect(await own.sql`select 1 from foreign_transactions`).toHaveLength(1)
    expect(await closedReason()).toBe('a transaction of this address is not ours')
  })

  it('open the sender’s lane again once they are read, if coldsweep signed them', async () => {
    const sweepId = await seedSweep(own.sql)
    const ours = lost(1, { sender: who.wallet, own: true })
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [ours] }))
    await closeLane(`the transaction ${ours.hash} of this address cannot be read yet`)
    await seedTransaction(own.sql, {
      sweepId,
      step: 'sweep',
      sender: who.wallet,
      nonce: 0,
      attempts: [ours.hash],
    })
    const sent = anExternalTransaction({
      hash: ours.hash,
      sender: who.wallet,
      nonce: 0n,
      blockHash: hash(11),
    })
    const stored = await store.storeFinds(
      56,
      11n,
      finds({ ownTransactions: [sent], ...readWhole(1) }),
    )
    expect(stored.external).toEqual([])
    expect(await closedReason()).toBeNull()
  })

  it('block the lane of a user wallet until an attempt of ours or an operator’s answer explains them', async () => {
    const reason = () => unexplainedOf(database.db, 56, who.wallet)
    const sent = lost(1, { sender: who.wallet, own: true })
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [sent] }))
    expect(await reason()).toBe(`the transaction ${sent.hash} of this address cannot be read yet`)
    await own.sql`update unread_transactions set answered_at = now()`
    expect(await reason()).toBeUndefined()
    await own.sql`update unread_transactions set answered_at = null`
    const sweepId = await seedSweep(own.sql)
    await seedTransaction(own.sql, {
      sweepId,
      step: 'sweep',
      sender: who.wallet,
      nonce: 0,
      attempts: [sent.hash],
    })
    expect(await reason()).toBeUndefined()
  })

  it('close no lane if only their trace is unread', async () => {
    const untraced = lost(1, { sender: who.wallet, untraced: true })
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [untraced] }))
    expect(await rows()).toMatchObject([{ sender: who.wallet, closes_lane: false }])
    expect(await unexplainedOf(database.db, 56, who.wallet)).toBeUndefined()
  })

  it('open the sender’s lane once the receipt is read, even if the trace is still unread', async () => {
    const sent = lost(1, { sender: who.wallet, own: true })
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [sent] }))
    await closeLane(`the transaction ${sent.hash} of this address cannot be read yet`)
    const untraced = { ...sent, own: false, untraced: true, why: 'no trace' }
    await store.storeFinds(56, 11n, finds({ unread: [untraced], ...readWhole(1) }))
    expect(await rows()).toMatchObject([{ tries: 3, why: 'no trace', closes_lane: false }])
    expect(await closedReason()).toBeNull()
  })

  it('leave a lane closed that was closed for another reason', async () => {
    await store.storeFinds(
      56,
      11n,
      finds({
        blocks: [header(11)],
        unread: [lost(1, { sender: who.wallet, own: true })],
      }),
    )
    await closeLane('the chain has used nonces up to 3, the database knows them up to 2')
    await store.rewind(56, { height: 10n, hash: hash(10) }, await cursorHash(own.sql))
    expect(await closedReason()).toContain('nonces up to 3')
  })
})

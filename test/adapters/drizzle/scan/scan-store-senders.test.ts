import { describe, expect, it } from 'vitest'
import {
  finds,
  header,
  type StoreBench,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { anExternalTransaction } from '../../../harness/factories/an-external-transaction.ts'
import { drawHash, seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'
import { cursorHash } from '../../../harness/services/cursor-hash.ts'

describe('transactions of wallets and keepers in the scan store', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
  })

  it('cause a gas signal if they match an attempt, and an alarm otherwise (MONEY 5)', async () => {
    const sweepId = await seedSweep(own.sql)
    await own.sql`update sweeps set lease_holder = 'sweep-56-a' where id = ${sweepId}`
    const [ours, bumped] = [drawHash(), drawHash()]
    await seedTransaction(own.sql, {
      sweepId,
      step: 'gas',
      sender: who.keeper,
      nonce: 7,
      attempts: [ours, bumped],
    })
    await own.sql`insert into lanes ${own.sql({ chain_id: 56, sender: who.keeper, role: 'keeper', entry_nonce: 5, next_nonce: 8 })}`
    await own.sql`insert into keepers (chain_id, address) values (56, ${who.keeper})`
    const sent = (nonce: number, txHash: string, ok = true) =>
      anExternalTransaction({
        hash: txHash as `0x${string}`,
        sender: who.keeper,
        nonce: BigInt(nonce),
        ok,
        blockNumber: 11n,
        blockHash: hash(11),
      })
    const stored = await store.storeFinds(
      56,
      11n,
      finds({
        blocks: [header(11)],
        ownTransactions: [sent(4, hash(41)), sent(6, hash(61)), sent(7, bumped)],
      }),
    )
    expect(stored.gasSignals).toEqual([
      {
        chainId: 56,
        hash: bumped,
        transactionKey: `${sweepId}:gas:1`,
        workflowId: 'sweep-56-a',
        blockNumber: 11n,
        blockHash: hash(11),
      },
    ])
    expect(stored.external.map(({ nonce }) => nonce)).toEqual([6n])
    const rows = await own.sql`select sender, nonce, hash from foreign_transactions`
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { sender: who.keeper, nonce: '6', hash: hash(61) },
    ])
    const failed = await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(12)], ownTransactions: [sent(7, ours, false)] }),
    )
    expect(failed).toMatchObject({ gasSignals: [], external: [] })
  })

  it('are recorded once with an event if no attempt matches, until a reorg removes them', async () => {
    const one = anExternalTransaction({ sender: who.wallet, nonce: 0n, blockHash: hash(11) })
    // The lane loop may have recorded the used nonce without a hash.
    await own.sql`insert into foreign_transactions ${own.sql({ chain_id: 56, sender: who.wallet, nonce: 0 })}`
    const first = await store.storeFinds(
      56,
      11n,
      finds({ blocks: [header(11)], ownTransactions: [one] }),
    )
    const again = await store.storeFinds(56, 11n, finds({ ownTransactions: [one] }))
    expect([first.external, again.external]).toEqual([[one], []])
    const [row, ...more] = await own.sql`select * from foreign_transactions`
    expect(more).toEqual([])
    expect(row).toMatchObject({
      hash: one.hash,
      to: one.to,
      value_wei: '5',
      fee_wei: '21000',
      ok: true,
      block_number: '11',
      block_hash: hash(11),
    })
    expect((await own.sql`select 1 from outbox where route = 'transaction.foreign'`).length).toBe(1)
    await store.rewind(56, { height: 10n, hash: hash(10) }, await cursorHash(own.sql))
    expect((await own.sql`select 1 from foreign_transactions`).length).toBe(0)
  })

  it('are not recorded below the first block, or up to the block at which a keeper’s books were opened', async () => {
    await own.sql`insert into keepers ${own.sql({ chain_id: 56, address: who.keeper, opening_wei: 1, opening_block: 11 })}`
    await store.storeFinds(56, 12n, finds({ blocks: [header(11), header(12)] }))
    const at = (n: number) => ({ blockNumber: BigInt(n), blockHash: hash(n), nonce: BigInt(n) })
    const { external } = await store.storeFinds(
      56,
      12n,
      finds({
        ownTransactions: [
          anExternalTransaction({ sender: who.wallet, ...at(10) }),
          anExternalTransaction({ sender: who.wallet, ...at(11) }),
          anExternalTransaction({ sender: who.keeper, ...at(11) }),
          anExternalTransaction({ sender: who.keeper, ...at(12) }),
        ],
      }),
    )
    expect(external.map(({ sender, nonce }) => [sender, nonce])).toEqual([
      [who.wallet, 11n],
      [who.keeper, 12n],
    ])
  })

  it('openKeepers opens the books of a keeper only once', async () => {
    await own.sql`insert into keepers (chain_id, address) values (56, ${who.keeper})`
    expect(await store.unopened(56)).toEqual([who.keeper])
    for (const blockNumber of [7n, 8n])
      await store.openKeepers(56, [{ keeper: who.keeper, balanceWei: blockNumber, blockNumber }])
    expect(await store.unopened(56)).toEqual([])
    const [row] = await own.sql`select opening_wei, opening_block from keepers`
    expect(row).toMatchObject({ opening_wei: '7', opening_block: '7' })
  })
})

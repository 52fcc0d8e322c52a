import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../adapters/drizzle/database.ts'
import { createScanStore } from '../../adapters/drizzle/scan-store/scan-store.ts'
import { createWalletStore } from '../../adapters/drizzle/wallet-store.ts'
import type { Address } from '../../domain/address.ts'
import type { BlockHeader } from '../../domain/block.ts'
import type { SeenDeposit } from '../../domain/deposit.ts'
import type { Finds } from '../../domain/ports/scan-store.ts'
import { aForeign } from '../parts/a-foreign.ts'
import { eventually } from '../parts/eventually.ts'
import { type OwnDatabase, ownDatabase } from '../parts/own-database.ts'
import { aDevChain } from '../parts/own-scanner.ts'
import { drawHash, seedSweep, seedTransaction } from '../parts/seed-rows.ts'
import { address, hash, who } from '../scanner/a-block.ts'

// Chain 56, because seeded rows are of it.
const token = { address: who.token, symbol: 'USDT', decimals: 6 }
const chain = aDevChain({ id: 56, coldWallet: who.cold, keeper: who.keeper, tokens: [token] })

const header = (n: number, fork = 0): BlockHeader => ({
  number: BigInt(n),
  hash: hash(n + fork),
  parentHash: hash(n - 1 + (n - 1 > 10 ? fork : 0)),
  logsBloom: '0x',
  timestamp: 1_700_000_000n,
})

const seen = (n: number, given: Partial<SeenDeposit> = {}): SeenDeposit => ({
  id: `56:${hash(1000 + n)}:native`,
  chainId: 56,
  txHash: hash(1000 + n),
  position: 'native',
  asset: 'native',
  wallet: who.wallet,
  sender: who.stranger,
  amount: 5n,
  blockNumber: BigInt(n),
  blockHash: hash(n),
  txIndex: 0,
  logOrder: -1,
  ...given,
})

const finds = (given: Partial<Finds>): Finds => ({
  blocks: [],
  deposits: [],
  refills: [],
  ownTransactions: [],
  ...given,
})

describe('the commits of the scanner', () => {
  let own: OwnDatabase
  let database: Database
  let store: ReturnType<typeof createScanStore>
  beforeAll(async () => {
    own = await ownDatabase()
    database = openDatabase(own.url, { applicationName: 'test', max: 4 })
  })
  afterAll(async () => {
    await database.close()
    await own.drop()
  })
  beforeEach(async () => {
    await own.sql`truncate scan_cursors, blocks, deposits, outbox, attempts, transactions, sweeps, lanes,
      foreign_transactions, keeper_refills, keepers, wallets restart identity cascade`
    store = createScanStore(database.db, [chain])
    await store.start(56, 11n, header(10))
  })

  const states = async () =>
    (await own.sql`select id, state, reason from deposits order by block_number`).map((row) =>
      `${Number(row['id'].split(':')[1]) - 1000} ${row['state']} ${row['reason']}`.trim(),
    )

  it('what is at or above approveAbove is held in the commit that confirms it (MONEY 16)', async () => {
    const native = { ...chain.native, approveAbove: 5n }
    store = createScanStore(database.db, [{ ...chain, native }])
    const small = seen(12, { amount: 4n })
    const unlisted = seen(13, { asset: address(99), amount: 9n, position: '0', logOrder: 0 })
    await store.storeFinds(
      56,
      11n,
      finds({
        blocks: [header(11), header(12), header(13)],
        deposits: [seen(11), small, unlisted],
      }),
    )
    const pausedEarly = own.sql`
      update deposits set held_at = now(), held_reason = 'paused by ann' where id = ${small.id}`
    await pausedEarly
    await store.confirm(56, 13n)
    expect(await states()).toEqual([
      '11 waiting approval',
      '12 waiting paused',
      '13 needs-attention unlisted-asset',
    ])
    const rows = await own.sql`
      select held_reason, released_at, event_seq from deposits where held_at is not null order by id`
    expect(rows.map((row) => row['held_reason']).sort()).toEqual(['approval', 'paused by ann'])
    const told = await own.sql`
      select body->'data'->>'reason' as reason, (body->>'seq')::int as seq from outbox
      where route = 'sweep.waiting' order by 1`
    expect(told).toMatchObject([
      { reason: 'approval', seq: 3 },
      { reason: 'paused', seq: 3 },
    ])
    const work = await own.sql`select body->>'depositId' as id from outbox where kind = 'work'`
    expect(work).toHaveLength(2)
  })

  it('start once: a repeat leaves the cursor as it is', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)] }))
    await store.start(56, 99n, header(98))
    expect(await store.cursor(56)).toMatchObject({ startHeight: 11n, height: 11n, hash: hash(11) })
  })

  it('refuse a block that does not follow the cursor, and store nothing of it', async () => {
    for (const wrong of [header(12), { ...header(11), parentHash: hash(99) }]) {
      const deposits = [seen(Number(wrong.number))]
      const stored = store.storeFinds(56, 12n, finds({ blocks: [wrong], deposits }))
      await expect(stored).rejects.toMatchObject({ name: 'CursorMoved' })
    }
    expect(await states()).toEqual([])
    expect((await own.sql`select 1 from outbox`).length).toBe(0)
  })

  it('refuse the second of two that read the same block', async () => {
    const both = await Promise.allSettled(
      [1, 2].map(() =>
        store.storeFinds(56, 11n, finds({ blocks: [header(11)], deposits: [seen(11)] })),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await own.sql`select 1 from outbox where route = 'deposit.detected'`).length).toBe(1)
  })

  it('refuse late finds of a block that is not the stored one, or is above the cursor', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)] }))
    for (const stale of [seen(11, { blockHash: hash(99) }), seen(12)]) {
      const stored = store.storeFinds(56, 11n, finds({ deposits: [stale] }))
      await expect(stored).rejects.toMatchObject({ name: 'CursorMoved' })
    }
    await store.storeFinds(56, 11n, finds({ deposits: [seen(11), seen(5)] }))
    expect(await states()).toEqual(['5 confirming', '11 detected'])
  })

  it('hand on only what may be, and say of the others why they stay (MONEY 20)', async () => {
    const blocks = [header(11), header(12), header(13)]
    await store.storeFinds(56, 13n, finds({ blocks, deposits: [seen(11), seen(12), seen(13)] }))
    const due = await store.due(56, 12n, 10, [])
    expect(due.map(({ blockNumber }) => blockNumber)).toEqual([11n, 12n])
    expect(await store.due(56, 99n, 1, [seen(11).id])).toMatchObject([{ id: seen(12).id }])
    await store.noteUnconfirmed(seen(11).id, 'rpc-disagreement', 'endpoint 2 lies')
    expect(await store.confirm(56, 12n, [seen(12).id])).toBe(1)
    expect((await store.cursor(56))?.finalHeight).toBe(12n)
    expect(await states()).toEqual([
      '11 confirming rpc-disagreement',
      '12 waiting queued',
      '13 detected',
    ])
    expect(await store.confirm(56, 12n, [])).toBe(0)
    expect(await store.confirm(56, 12n, [seen(11).id])).toBe(1)
    await store.noteUnconfirmed(seen(11).id, 'rpc-quorum', 'too late')
    const [row] = await own.sql`select state, reason, detail from deposits where block_number = 11`
    expect(row).toEqual({ state: 'waiting', reason: 'queued', detail: '' })
  })

  it('mend what was misread, as long as it is not handed on', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], deposits: [seen(11)] }))
    const read = async (amount: bigint) => {
      const { detected } = await store.storeFinds(
        56,
        11n,
        finds({ deposits: [seen(11, { amount })] }),
      )
      const [row] = await own.sql`select amount from deposits`
      return [detected.length, row?.['amount']]
    }
    expect(await read(7n)).toEqual([1, '7'])
    expect(await read(7n)).toEqual([0, '7'])
    await store.confirm(56, 11n)
    expect(await read(9n)).toEqual([0, '7'])
  })

  it('confirm in chain order, once, and only up to the cursor', async () => {
    const blocks = [header(11), header(12), header(13)]
    const later = seen(12, {
      id: `56:${hash(1012)}:4`,
      position: '4',
      logOrder: 4,
      asset: who.token,
    })
    await store.storeFinds(56, 13n, finds({ blocks, deposits: [seen(13), later, seen(11)] }))
    expect(await store.confirm(56, 12n)).toBe(2)
    expect(await store.confirm(56, 12n)).toBe(0)
    expect(await states()).toEqual(['11 waiting queued', '12 waiting queued', '13 detected'])
    expect(await store.confirm(56, 1_000n)).toBe(1)
    expect((await store.cursor(56))?.finalHeight).toBe(13n)
    const work = await own.sql`select route, body from outbox where kind = 'work' order by id`
    expect(work.map(({ route, body }) => [route, body['asset'], body['decimals']])).toEqual([
      ['Regular_Transactions', 'ETH', 18],
      ['Gas_Collection', 'USDT', 6],
      ['Regular_Transactions', 'ETH', 18],
    ])
  })

  it('never lower the final height by confirming', async () => {
    await store.storeFinds(56, 12n, finds({ blocks: [header(11), header(12)] }))
    await store.confirm(56, 12n)
    await store.confirm(56, 11n)
    expect((await store.cursor(56))?.finalHeight).toBe(12n)
  })

  it('confirm thousands in several commits, each once', async () => {
    const deposits = Array.from({ length: 2_100 }, (_, i) =>
      seen(11, { id: `56:${hash(5000 + i)}:native`, txHash: hash(5000 + i), txIndex: i }),
    )
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], deposits }))
    expect(await store.confirm(56, 11n)).toBe(2_100)
    const work = await own.sql`select body from outbox where kind = 'work' order by id`
    expect(work.map(({ body }) => body['depositId'])).toEqual(deposits.map(({ id }) => id))
  })

  it('ask a person about an asset that is not listed any more, and confirm it all the same', async () => {
    const gone = seen(11, { asset: who.otherToken, position: '0', id: `56:${hash(1011)}:0` })
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], deposits: [gone] }))
    await store.confirm(56, 11n)
    expect(await states()).toEqual(['11 needs-attention unlisted-asset'])
    const owed =
      await own.sql`select kind, route, body->>'seq' as seq from outbox where route <> 'chain.block' order by id`
    expect(owed.map((row) => [row['kind'], row['route'], row['seq']])).toEqual([
      ['event', 'deposit.detected', '1'],
      ['event', 'deposit.confirmed', '2'],
      ['event', 'sweep.needs-attention', '3'],
    ])
  })

  it('on a reorg orphan what is above the fork, whatever was done for it, but for what is done', async () => {
    const blocks = [header(11), header(12), header(13)]
    const deposits = [seen(11), seen(12), seen(13)]
    const refills = [
      {
        chainId: 56,
        txHash: hash(2012),
        position: 'native' as const,
        keeper: who.keeper,
        sender: who.stranger,
        amountWei: 1n,
        blockNumber: 12n,
        blockHash: hash(12),
      },
    ]
    await store.storeFinds(56, 13n, finds({ blocks, deposits, refills }))
    await store.confirm(56, 13n)
    await own.sql`update deposits set state = 'sweeping' where id = ${seen(12).id}`
    await own.sql`update deposits set state = 'done', reason = '', covered = true where id = ${seen(13).id}`
    const rewound = await store.rewind(56, { height: 11n, hash: hash(11) })
    expect(rewound).toEqual({ orphaned: [seen(12).id], doneAbove: [seen(13).id] })
    expect(await states()).toEqual(['11 waiting queued', '12 orphaned', '13 done'])
    expect((await own.sql`select 1 from keeper_refills`).length).toBe(0)
    expect(await store.cursor(56)).toMatchObject({ height: 11n, hash: hash(11), finalHeight: 11n })
    expect(await store.storedHash(56, 12n)).toBeUndefined()
  })

  it('bring an orphan back as its new block has it, and only then', async () => {
    await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], deposits: [seen(12)] }),
    )
    await store.confirm(56, 12n)
    await store.rewind(56, { height: 11n, hash: hash(11) })
    const again = seen(13, {
      ...seen(12),
      blockNumber: 13n,
      blockHash: hash(513),
      amount: 9n,
      txIndex: 3,
    })
    const blocks = [{ ...header(12, 500), parentHash: hash(11) }, header(13, 500)]
    const { detected } = await store.storeFinds(56, 13n, finds({ blocks, deposits: [again] }))
    expect(detected).toEqual([again.id])
    const [row] = await own.sql`select * from deposits`
    expect(row).toMatchObject({
      state: 'confirming',
      amount: '9',
      block_number: '13',
      tx_index: 3,
      event_seq: 4,
    })
    expect(await store.confirm(56, 13n)).toBe(1)
    const late = await store.storeFinds(56, 13n, finds({ deposits: [again] }))
    expect(late.detected).toEqual([])
    expect(await states()).toEqual(['12 waiting queued'])
  })

  it('give a signal for gas that an attempt explains, and an alarm for what none does (MONEY 5)', async () => {
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
      aForeign({
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
    expect(stored.foreign.map(({ nonce }) => nonce)).toEqual([6n])
    const rows = await own.sql`select sender, nonce, hash from foreign_transactions`
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { sender: who.keeper, nonce: '6', hash: hash(61) },
    ])
    const failed = await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(12)], ownTransactions: [sent(7, ours, false)] }),
    )
    expect(failed).toMatchObject({ gasSignals: [], foreign: [] })
  })

  it('note what a wallet sent and no attempt explains once, with its details and an event, until a reorg takes it', async () => {
    const one = aForeign({ sender: who.wallet, nonce: 0n, blockHash: hash(11) })
    // The lane loop may have seen only the used nonce.
    await own.sql`insert into foreign_transactions ${own.sql({ chain_id: 56, sender: who.wallet, nonce: 0 })}`
    const first = await store.storeFinds(
      56,
      11n,
      finds({ blocks: [header(11)], ownTransactions: [one] }),
    )
    const again = await store.storeFinds(56, 11n, finds({ ownTransactions: [one] }))
    expect([first.foreign, again.foreign]).toEqual([[one], []])
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
    await store.rewind(56, { height: 10n, hash: hash(10) })
    expect((await own.sql`select 1 from foreign_transactions`).length).toBe(0)
  })

  it('leave out what was sent before our time: below the first block, or before a keeper’s books were opened', async () => {
    await own.sql`insert into keepers ${own.sql({ chain_id: 56, address: who.keeper, opening_wei: 1, opening_block: 11 })}`
    await store.storeFinds(56, 12n, finds({ blocks: [header(11), header(12)] }))
    const at = (n: number) => ({ blockNumber: BigInt(n), blockHash: hash(n), nonce: BigInt(n) })
    const { foreign } = await store.storeFinds(
      56,
      12n,
      finds({
        ownTransactions: [
          aForeign({ sender: who.wallet, ...at(10) }),
          aForeign({ sender: who.wallet, ...at(11) }),
          aForeign({ sender: who.keeper, ...at(11) }),
          aForeign({ sender: who.keeper, ...at(12) }),
        ],
      }),
    )
    expect(foreign.map(({ sender, nonce }) => [sender, nonce])).toEqual([
      [who.wallet, 11n],
      [who.keeper, 12n],
    ])
  })

  it('open a keeper’s books once', async () => {
    await own.sql`insert into keepers (chain_id, address) values (56, ${who.keeper})`
    expect(await store.unopened(56)).toEqual([who.keeper])
    for (const blockNumber of [7n, 8n])
      await store.openKeepers(56, [{ keeper: who.keeper, balanceWei: blockNumber, blockNumber }])
    expect(await store.unopened(56)).toEqual([])
    const [row] = await own.sql`select opening_wei, opening_block from keepers`
    expect(row).toMatchObject({ opening_wei: '7', opening_block: '7' })
  })

  it('forget headers below a height', async () => {
    await store.storeFinds(56, 12n, finds({ blocks: [header(11), header(12)] }))
    await store.forgetBlocksBelow(56, 12n)
    expect(await store.storedHash(56, 11n)).toBeUndefined()
    expect(await store.storedHash(56, 12n)).toBe(hash(12))
  })

  describe('of wallets', () => {
    it('give each a sequence once, in commit order, also when many add at once', async () => {
      const wallets = createWalletStore(database.db)
      const batch = (from: number): Address[] =>
        Array.from({ length: 200 }, (_, i) => address(from + i))
      const added = await Promise.all([0, 100, 200, 0].map((from) => wallets.add(batch(from))))
      expect(added.reduce((a, b) => a + b)).toBe(400)
      const met: Address[] = []
      let last = 0n
      for await (const { addresses, seq } of wallets.since(0n)) {
        met.push(...addresses)
        expect(seq).toBeGreaterThan(last)
        last = seq
      }
      expect(new Set(met).size).toBe(400)
      expect(met).toHaveLength(400)
      for await (const _ of wallets.since(last)) expect.unreachable()
    })

    it('wait for one that adds at the same time, so that no reader passes a sequence not yet committed', async () => {
      const wallets = createWalletStore(database.db)
      const waits = async () =>
        (
          await own.sql`select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`
        ).length
      const other = postgres(own.url, { max: 1 })
      let adding: Promise<number> | undefined
      await other.begin(async (tx) => {
        await tx`insert into wallets (address) values (${address(1)})`
        adding = wallets.add([address(2)])
        await eventually(waits, (count) => count === 1)
        for await (const _ of wallets.since(0n)) expect.unreachable()
      })
      expect(await adding).toBe(1)
      await other.end()
    })

    it('join candidates exactly', async () => {
      const wallets = createWalletStore(database.db)
      await wallets.add([address(1), address(2)])
      expect(await wallets.matching([address(2), address(3)])).toEqual(new Set([address(2)]))
      await wallets.setWatched(56, 2n, 10n)
      expect(await store.cursor(56)).toMatchObject({ walletSeq: 2n, walletsHeight: 10n })
    })
  })
})

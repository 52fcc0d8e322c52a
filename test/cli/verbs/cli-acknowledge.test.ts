import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBookRows } from '../../../adapters/drizzle/books/book-rows.ts'
import { createBookStore } from '../../../adapters/drizzle/books/book-store.ts'
import { createRowFigures } from '../../../adapters/drizzle/books/row-figures.ts'
import { withAcknowledgements } from '../../../domain/books/acknowledgement.ts'
import type { Difference, Reconciliation } from '../../../domain/books/reconciliation.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { keeper } from '../../harness/factories/a-chain.ts'
import { aChain, coldWallet } from '../../harness/factories/a-config.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'

const chainId = 56
const by = ['--operator', 'ann', '--reason', 'moved by hand'] as const
const lost: Difference = {
  kind: 'keeper',
  address: keeper,
  asset: 'native',
  missing: 490n,
  words: 'opening 500 against closing 10',
  rows: ['0xaa'],
  causes: ['7 0xaa'],
}
const doubled: Difference = { ...lost, kind: 'doubled', missing: null, asset: null }

let ledger: OwnLedger
let cli: CliEnvironment

beforeAll(async () => {
  ledger = await ownLedger()
  cli = cliEnvironment({ DATABASE_URL: ledger.url }, aChain())
  await ledger.sql`insert into chains (id, name, cold_wallet) values (${chainId}, 'bsc', ${coldWallet.toLowerCase()})`
})
afterAll(async () => {
  cli?.remove()
  await ledger?.close()
})

/** Stores a report as a reconciliation does, and returns the keys of its differences. */
const reconciled = (...found: readonly Difference[]) => reconciledAt(9n, ...found)

async function reconciledAt(
  height: bigint,
  ...found: readonly Difference[]
): Promise<readonly string[]> {
  const { acknowledgements = [] } = await readBookRows(ledger.db, chainId, height)
  const report: Reconciliation = {
    chainId,
    block: { number: height, hash: `0x${'9'.repeat(64)}` },
    assets: [],
    keepers: [],
    differences: withAcknowledgements(chainId, found, acknowledgements),
    notices: [],
    wallets: 0,
    transactions: 0,
  }
  await createBookStore(ledger.db).store(report)
  const [row] = await ledger.sql`select report from reconciliations order by id desc limit 1`
  const stored = row?.['report'] as { readonly differences: readonly { key: string }[] } | undefined
  return (stored?.differences ?? []).map(({ key }) => key)
}

const newest = async () => {
  const [row] = await ledger.sql`
    select balanced, report->'differences'->0->'acknowledged' as acknowledged from reconciliations order by id desc limit 1`
  return row
}
const gauge = async () => (await createRowFigures(ledger.db).chains())[0]?.reconciled?.differences
const events = async () =>
  (await ledger.sql`select 1 from outbox where body->>'type' = 'reconcile.difference'`).length
const acknowledge = async (key: string, ...more: readonly string[]) => {
  const argv = ['reconcile', 'acknowledge', key, ...by, ...more, '--json']
  const answer = await runCli(argv, cli.env)
  return { ...answer, ...answer.envelope() }
}

describe('reconcile acknowledge', () => {
  it('silences one difference at once, keeps it in the report, and is audited once', async () => {
    const [key = ''] = await reconciled(lost)
    expect([await gauge(), await events(), await newest()]).toMatchObject([
      1,
      1,
      { balanced: false, acknowledged: null },
    ])
    expect(await acknowledge(key.toUpperCase(), '--chain', String(chainId))).toMatchObject({
      code: 0,
      data: { chainId, key, kind: 'keeper', changed: true, operator: 'ann' },
    })
    expect(await gauge()).toBe(0)
    expect((await acknowledge(key)).data).toMatchObject({ changed: false })
    const audit = await ledger.sql`
      select operator, reason, subject from operator_actions where action = 'reconcile-acknowledge'`
    expect(audit).toEqual([
      {
        operator: 'ann',
        reason: 'moved by hand',
        subject: `chain ${chainId}: keeper ${keeper} ${key}`,
      },
    ])
    await reconciled(lost)
    expect([await gauge(), await events(), await newest()]).toMatchObject([
      0,
      1,
      { balanced: true, acknowledged: { operator: 'ann', reason: 'moved by hand' } },
    ])
  })

  it('lets a changed difference alert again', async () => {
    await reconciled({ ...lost, missing: 491n })
    expect([await gauge(), await events(), await newest()]).toMatchObject([
      1,
      2,
      { balanced: false, acknowledged: null },
    ])
  })

  it('ends with its difference: one that comes back alerts again', async () => {
    await reconciled(lost)
    expect(await newest()).toMatchObject({ balanced: false, acknowledged: null })
    const [key = ''] = await reconciled(lost)
    expect(await acknowledge(key)).toMatchObject({ code: 0, data: { changed: true } })
    await reconciled(lost)
    expect([await gauge(), await newest()]).toMatchObject([0, { balanced: true }])
    await reconciledAt(8n)
    await reconciled(lost)
    expect([await gauge(), await newest()]).toMatchObject([0, { balanced: true }])
    await reconciled()
    const seen = await events()
    await reconciled(lost)
    expect([await gauge(), await events(), await newest()]).toMatchObject([
      1,
      seen + 1,
      { balanced: false, acknowledged: null },
    ])
  })

  it('exits 3 for a difference that must never happen, and changes nothing', async () => {
    const [key = ''] = await reconciled(doubled)
    expect(await acknowledge(key)).toMatchObject({ code: 3, errors: [{ code: 'refused' }] })
    expect(await gauge()).toBe(1)
  })

  it('exits 1 for a key that the newest report does not have, and 2 for other text', async () => {
    expect(await acknowledge('00000000000000ff')).toMatchObject({ code: 1 })
    expect(await acknowledge('keeper')).toMatchObject({ code: 2 })
  })

  it('exits 2 for a chain that coldsweep.yaml does not have, and changes nothing', async () => {
    const [key = ''] = await reconciled({ ...lost, missing: 492n })
    expect(await acknowledge(key, '--chain', '57')).toMatchObject({ code: 2 })
    expect(await gauge()).toBe(1)
  })
})

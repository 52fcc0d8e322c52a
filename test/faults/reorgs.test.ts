import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { collectEvents } from '../parts/collect-events.ts'
import type { Token } from '../parts/devnet.ts'
import { eventually } from '../parts/eventually.ts'
import { reaches, rowsOf } from '../parts/follow.ts'
import { type OwnDeployment, ownDeployment } from '../parts/own-deployment.ts'

/** Reorgs under the whole product, at each stage of a deposit's way, one after another on one chain (MONEY 5, 21). */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
let bus: Awaited<ReturnType<typeof collectEvents>>
const limit = 300_000
const five = 5n * 10n ** 18n
const token = () => d.tokens[0] as Token
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker], limitMs: limit })

beforeAll(async () => {
  d = await ownDeployment({
    // Pays for nothing until it is refilled.
    keeperEther: 0.00001,
    alertBelow: '0.1',
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  bus = await collectEvents(d.env)
  scanner = d.start('scanner')
  worker = d.start('worker')
}, limit)
afterAll(async () => {
  await bus?.close()
  await d?.close()
})

const heightOf = async (hash: string) =>
  Number(
    ((await d.devnet.request('eth_getTransactionReceipt', [hash])) as { blockNumber: string })
      .blockNumber,
  )
const rawOf = (hash: string) => d.devnet.request('eth_getRawTransactionByHash', [hash])
const cold = () => d.devnet.tokenOf(token(), d.coldWallet)

/** Replaces every block from the height on; answers how many. @param again raw transactions for the second new block */
async function reorgFrom(height: number, again: readonly unknown[] = []): Promise<number> {
  await d.devnet.request('evm_setIntervalMining', [0])
  const depth = Number(await d.devnet.request('eth_blockNumber')) - height + 1
  const pairs = again.map((raw) => [raw, Math.min(1, depth - 1)])
  await d.devnet.request('anvil_reorg', [depth, pairs])
  await d.devnet.request('evm_setIntervalMining', [1])
  return depth
}

interface Signed {
  readonly step: string
  readonly state: string
  readonly hashes: readonly string[]
  readonly minedHash: string | null
}

async function signedFor(wallet: string): Promise<Signed[]> {
  const rows = await d.sql`
    select t.step, t.state, t.mined_hash, array_agg(a.hash order by a.number) as hashes
    from transactions t join sweeps s on s.id = t.sweep_id join attempts a on a.transaction_key = t.key
    where s.wallet = ${wallet.toLowerCase()} group by t.key order by t.step`
  return rows.map((row) => ({
    step: row['step'],
    state: row['state'],
    hashes: row['hashes'],
    minedHash: row['mined_hash'],
  }))
}

/** Waits until the step's transaction is in a block; its hash. */
const minedOf = async (wallet: string, step: 'gas' | 'sweep') =>
  (await eventually(
    async () => (await signedFor(wallet)).find((one) => one.step === step)?.minedHash,
    (hash) => typeof hash === 'string',
    limit,
  )) as string

/** What the exchange hears of a deposit, in the order of its numbers. */
const told = (id: string) =>
  [...new Map(bus.events.filter((e) => e.depositId === id).map((e) => [e.seq, e.type]))]
    .sort(([one], [other]) => one - other)
    .map(([, type]) => type)
    .filter((type) => type !== 'sweep.waiting')

/** One gas transaction and one sweep, both in the chain with bytes that were signed first; nothing more. */
async function expectOneSweep(wallet: string) {
  const signed = await signedFor(wallet)
  expect(signed.map(({ step, state }) => [step, state])).toEqual([
    ['gas', 'succeeded'],
    ['sweep', 'succeeded'],
  ])
  for (const { hashes, minedHash } of signed) {
    expect(hashes).toContain(minedHash)
    expect(await heightOf(minedHash ?? '')).toBeGreaterThan(0)
  }
}

test(
  'after hand-over, before funding: the deposit is un-credited and its run ends; back again, it is swept once',
  async () => {
    const { address } = await d.addWallet()
    const before = await cold()
    const hash = await d.devnet.payToken(token(), address, five)
    const { id } = await reach(hash, 'waiting(keeper-low)')
    const raw = await rawOf(hash)
    await reorgFrom(await heightOf(hash))
    await reach(hash, 'orphaned')
    const run = d.client.workflow.getHandle(sweepWorkflowId(id))
    expect(await run.result()).toBe('orphaned')
    await d.devnet.setEther(d.keeper, 5)
    await d.devnet.request('anvil_mine', ['0x5'])
    expect(await signedFor(address)).toEqual([])
    await d.devnet.request('eth_sendRawTransaction', [raw])
    await reach(hash, 'done')
    await expectOneSweep(address)
    expect((await rowsOf(d, hash)).map((row) => row.id)).toEqual([id])
    expect((await cold()) - before).toBe(five)
    await eventually(
      () => told(id),
      (types) => types.at(-1) === 'sweep.done',
      limit,
    )
    expect(told(id)).toEqual([
      'deposit.detected',
      'deposit.confirmed',
      'deposit.orphaned',
      'deposit.detected',
      'deposit.confirmed',
      'sweep.done',
    ])
  },
  limit,
)

test(
  'after funding: the gas that fell out is sent again with the same bytes',
  async () => {
    const { address } = await d.addWallet()
    const before = await cold()
    const hash = await d.devnet.payToken(token(), address, five)
    const gas = await minedOf(address, 'gas')
    await reorgFrom(await heightOf(gas))
    await reach(hash, 'done')
    await expectOneSweep(address)
    expect((await cold()) - before).toBe(five)
  },
  limit,
)

test(
  'after the sweep was mined: it is sent again with the same bytes',
  async () => {
    const { address } = await d.addWallet()
    const before = await cold()
    const hash = await d.devnet.payToken(token(), address, five)
    const sweep = await minedOf(address, 'sweep')
    await reorgFrom(await heightOf(sweep))
    await reach(hash, 'done')
    await expectOneSweep(address)
    expect((await cold()) - before).toBe(five)
  },
  limit,
)

test(
  'a deposit that moves to another block while its sweep is in flight is one deposit, swept once',
  async () => {
    const { address } = await d.addWallet()
    const before = await cold()
    const hash = await d.devnet.payToken(token(), address, five)
    await minedOf(address, 'gas')
    const raw = await rawOf(hash)
    await reorgFrom(await heightOf(hash), [raw])
    await reach(hash, 'done')
    expect((await rowsOf(d, hash)).length).toBe(1)
    await expectOneSweep(address)
    expect((await cold()) - before).toBe(five)
  },
  limit,
)

test(
  'native, after the sweep was mined: the same bytes again, and nothing is left or lost',
  async () => {
    const { address } = await d.addWallet()
    const hash = await d.devnet.pay(address, '0.4')
    const sweep = await minedOf(address, 'sweep')
    await reorgFrom(await heightOf(sweep))
    await reach(hash, 'done')
    const signed = await signedFor(address)
    expect(signed.map(({ step, state }) => [step, state])).toEqual([['sweep', 'succeeded']])
    expect(signed[0]?.hashes).toContain(signed[0]?.minedHash)
    expect(await d.devnet.etherOf(address)).toBe(0n)
  },
  limit,
)

test(
  'deeper than finality, under a finished sweep: an alarm; its row stays done and nothing is signed for it again',
  async () => {
    const { address } = await d.addWallet()
    const hash = await d.devnet.payToken(token(), address, five)
    const { id } = await reach(hash, 'done')
    await expectOneSweep(address)
    const signed = await signedFor(address)
    expect(await reorgFrom(await heightOf(hash))).toBeGreaterThan(2)
    const alarm = 'deposits that were swept already lie above the fork point'
    await eventually(
      () => readFileSync(scanner.logFile, 'utf8'),
      (log) => log.includes(alarm) && log.includes('went below what was final'),
      limit,
    )
    const [cursor] = await d.sql`select height::int from scan_cursors`
    await eventually(
      async () => (await d.sql`select final_height::int as height from scan_cursors`)[0],
      (row) => (row?.['height'] ?? 0) > (cursor?.['height'] ?? 0) + 2,
      limit,
    )
    expect((await rowsOf(d, hash))[0]).toMatchObject({ id, state: 'done' })
    expect(await signedFor(address)).toEqual(signed)
    expect(await d.devnet.tokenOf(token(), address)).toBe(0n)
  },
  limit,
)

import { type Hash, parseEther } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRun, type Run, type StartedProcess } from '../../devstack/run/run.ts'
import { blockGasLimit, startGeth } from '../../devstack/services/geth.ts'
import { findGeth, howToInstallGeth } from '../../devstack/tools/geth-binary.ts'
import { runCli } from '../harness/processes/run-cli.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { fillBlocks } from './full-blocks.ts'

/**
 * Deposits and sweeps on a real geth with its pool, its traces and its `finalized` tag, which moves
 * every 32 blocks. Each test makes all its deposits before it waits for the tag, because the tag
 * takes up to 32 seconds to move.
 */
let run: Run
let d: OwnDeployment | undefined
let mnemonic = ''
let scanner: StartedProcess
let worker: StartedProcess
const limitMs = 300_000
const five = 5n * 10n ** 18n

const world = () => {
  if (!d) throw new Error('there is no geth')
  return d
}
const token = () => world().tokens[0] as OwnDeployment['tokens'][number]
const reach = (hash: string, state: string) =>
  reaches(world(), hash, state, { limitMs, processes: [scanner, worker] })
const heightOf = async (tag: string) => {
  const block = await world().devnet.request('eth_getBlockByNumber', [tag, false])
  return Number((block as { number: string }).number)
}

function startBoth(): void {
  scanner = world().start('scanner')
  worker = world().start('worker')
}

// The first run on a machine builds geth, which takes minutes.
beforeAll(async () => {
  run = openRun()
  const binary = await findGeth(run)
  if (!binary) return
  d = await ownDeployment({
    node: async (own) => {
      const geth = await startGeth(own, binary.path)
      mnemonic = geth.mnemonic
      return geth
    },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { waitRecheckSeconds: 2, gasWaitSeconds: 2, leaseSeconds: 10 },
    chain: {
      finality: { tag: 'finalized' },
      internalTransfers: 'trace',
      // The allowed tip is more than half of the tip that geth suggests for these full blocks. A
      // suggestion far above the allowed tip would make the sweeps wait instead.
      gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 23, bumpAfterBlocks: 2 },
    },
  })
  await d.devnet.pay(d.keeper, '5')
  startBoth()
}, 1_500_000)

beforeEach(({ skip }) => skip(d === undefined, `no geth: ${howToInstallGeth}`))

afterAll(async () => {
  await d?.close()
  await run.close()
})

async function expectBalanced(): Promise<void> {
  const answer = await eventually(
    () => runCli(['reconcile', '--json'], world().env),
    ({ code }) => code === 0,
  )
  expect(JSON.parse(answer.stdout)).toMatchObject({ ok: true })
}

async function newWallet(): Promise<`0x${string}`> {
  return (await world().addWallet()).address
}

test('native, token and internal deposits become final by the tag and reach the cold wallet, and the books balance', async () => {
  const { devnet, coldWallet } = world()
  const payer = await devnet.deployContract('internal-payer')
  const wallets = [await newWallet(), await newWallet(), await newWallet()] as const
  const first = await heightOf('latest')
  const hashes: Hash[] = [
    await devnet.pay(wallets[0], '0.7'),
    await devnet.payToken(token(), wallets[1], five),
    await devnet.call(payer, 'payDeep', [wallets[2]], parseEther('0.4')),
  ]
  for (const hash of hashes) await reach(hash, 'confirming')
  const confirmed = () => world().sql`select 1 from deposits where confirmed_at is not null`
  await eventually(confirmed, (rows) => rows.length > 0, limitMs)
  expect(await heightOf('finalized')).toBeGreaterThanOrEqual(first)
  for (const hash of hashes) await reach(hash, 'done')
  expect((await rowsOf(world(), hashes[2] ?? '0x'))[0]?.id).toMatch(/:native-0\.0$/)
  expect(await devnet.tokenOf(token(), coldWallet)).toBe(five)
  for (const wallet of [wallets[0], wallets[2]]) expect(await devnet.etherOf(wallet)).toBe(0n)
  await expectBalanced()
}, 600_000)

test('sweeps that do not fit into full blocks are bumped in the pool, survive a restart, and are mined once', async () => {
  const { devnet, sql, coldWallet } = world()
  const wallets = [
    await world().addWallet({ unlisted: true }),
    await world().addWallet({ unlisted: true }),
  ] as const
  const [{ address: coin }, { address: tokens }] = wallets
  const before = await devnet.tokenOf(token(), coldWallet)
  const hashes = [
    await devnet.pay(coin, '0.6'),
    await devnet.payToken(token(), tokens, five),
  ] as const
  // The deposits become final before the blocks are filled and the wallets are listed. The base fee
  // rises with each full block, so only a few dozen full blocks are possible.
  const height = await heightOf('latest')
  await eventually(
    () => heightOf('finalized'),
    (final) => final >= height,
    limitMs,
  )
  const full = await fillBlocks(devnet, mnemonic, { gasLimit: blockGasLimit, tipGwei: 45 })
  for (const { list } of wallets) await list()
  const attempts = async () =>
    await sql<{ wallet: string; step: string; state: string; number: number }[]>`
      select s.wallet, t.step, t.state, a.number from attempts a
      join transactions t on t.key = a.transaction_key join sweeps s on s.id = t.sweep_id
      where s.wallet in (${coin.toLowerCase()}, ${tokens.toLowerCase()})`
  const bumped = await eventually(
    async () => {
      await full.topUp()
      return await attempts()
    },
    (rows) =>
      rows.some(({ step, number }) => step === 'sweep' && number > 1) &&
      rows.some(({ step, number }) => step === 'gas' && number > 1),
    limitMs,
  )
  expect(bumped.every(({ state }) => state === 'live')).toBe(true)
  for (const { pid, ended } of [scanner, worker]) {
    process.kill(pid, 'SIGKILL')
    await ended
  }
  startBoth()
  for (const hash of hashes) await reach(hash, 'done')
  expect((await devnet.tokenOf(token(), coldWallet)) - before).toBe(five)
  expect(await devnet.etherOf(coin)).toBe(0n)
  const [counts] = await sql`
    select (select count(*)::int from transactions where step = 'sweep' and state = 'succeeded') as mined,
           (select count(*)::int from sweeps where outcome = 'swept') as closed,
           (select count(*)::int from foreign_transactions) as external`
  expect(counts).toMatchObject({ mined: 5, closed: 5, external: 0 })
  await expectBalanced()
}, 600_000)

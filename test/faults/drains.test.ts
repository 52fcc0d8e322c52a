import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../harness/proxies/fault-proxy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * MONEY 26 to 30: each way to drain the keeper costs at most what the operator chose, and the other
 * assets are swept meanwhile. Each test annotates one row of a table: attack, limit and
 * loss in ETH, and the time of healthy deposits during the attack.
 */
let d: OwnDeployment
let proxy: FaultProxy
let processes: StartedProcess[]
const gwei = 10n ** 9n
const ether = 10n ** 18n
/** The operator's numbers, in wei. */
const maxPerSweep = ether / 1_000n
const perHour = ether / 100n
const unit = 10n ** 18n

beforeAll(async () => {
  const hostile = (symbol: string) => async (devnet: OwnDeployment['devnet']) => ({
    ...(await devnet.deployToken('hostile-token', symbol, 18)),
    min: '1',
    budget: { perHour: '0.01' },
  })
  d = await ownDeployment({
    rpc: async (url) => {
      proxy = await faultProxy(url)
      return [proxy.url]
    },
    keeperEther: 2,
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      await hostile('RVT')(devnet),
      await hostile('BRN')(devnet),
      await hostile('MNY')(devnet),
      await hostile('DST')(devnet),
    ],
    chain: {
      gas: { maxFeeGwei: 10_000, maxPriorityFeeGwei: 10_000, maxPerSweep: '0.001' },
      budget: { perHour: '0.5' },
    },
    timers: { waitRecheckSeconds: 10, attentionAfterSeconds: 3_000 },
  })
  processes = [d.start('scanner'), d.start('worker')]
}, 600_000)
afterAll(async () => {
  await d?.close()
  await proxy?.close()
})

const tokenAt = (n: number) => d.tokens[n] as Token
const reach = (hash: string, state: string, limitMs = 300_000) =>
  reaches(d, hash, state, { processes, limitMs })

/**
 * Money that the sweeps of an asset cost, in wei: all fees, and the gas money of sweeps that are
 * not closed. The rest of the gas money of closed sweeps stays in wallets whose keys are ours.
 */
async function lossOf({ address }: Token): Promise<bigint> {
  const [row] = await d.sql`
    select coalesce(sum(t.gas_used * t.gas_price_wei
      + case when t.step = 'gas' and s.closed_at is null then t.value_wei else 0 end), 0)::text as wei
    from transactions t join sweeps s on s.id = t.sweep_id
    where s.asset = ${address.toLowerCase()} and t.mined_block is not null`
  return BigInt(row?.['wei'] ?? 0)
}

const inEther = (wei: bigint) => (Number(wei) / 1e18).toFixed(6)

/** Pays a token and native coin to new wallets, and returns the seconds until both are swept. */
async function healthy(): Promise<number> {
  const start = Date.now()
  const [one, two] = [await d.addWallet(), await d.addWallet()]
  const hashes = [
    await d.devnet.payToken(tokenAt(0), one.address, 5n * unit),
    await d.devnet.pay(two.address, '0.5'),
  ]
  for (const hash of hashes) await reach(hash, 'done')
  return Math.round((Date.now() - start) / 1000)
}

/** A row of the table: attack, limit, loss, and the time until healthy deposits were swept. */
function row(attack: string, limit: bigint, loss: bigint, seconds: number, more = ''): string {
  return `| ${attack} | ${inEther(limit)} | ${inEther(loss)} | ${seconds} s | ${more} |`
}

const wallets = async (count: number) => {
  const some: string[] = []
  for (let n = 0; n < count; n += 1) some.push((await d.addWallet()).address)
  return some as `0x${string}`[]
}

const statesOf = async ({ address }: Token) =>
  Object.fromEntries(
    (
      await d.sql`
        select state || '(' || split_part(reason, ' ', 1) || ')' as state, count(*)::int as n
        from deposits where asset = ${address.toLowerCase()} group by 1`
    ).map((row) => [row['state'], row['n']]),
  )

/** Waits until a deposit of the asset has the state. */
const shows = (token: Token, state: string) =>
  eventually(
    () => statesOf(token),
    (seen) => (seen[state] ?? 0) > 0,
    300_000,
  )

test('a token that reverts in blocks stops after five failures', async ({ annotate }) => {
  const token = tokenAt(1)
  await d.devnet.call(token, 'setRevertsInBlocks', [true])
  await d.devnet.call(token, 'scatter', [await wallets(30), 1n, 5n * unit])
  const seconds = await healthy()
  const states = await shows(token, 'waiting(asset-paused)')
  const loss = await lossOf(token)
  expect(loss).toBeLessThanOrEqual(perHour)
  await annotate(
    row(
      'a listed token reverts in blocks (30 deposits)',
      perHour,
      loss,
      seconds,
      `${JSON.stringify(states)} `,
    ),
  )
}, 900_000)

test('a token that burns gas below its maxGas costs its own budget', async ({ annotate }) => {
  const token = tokenAt(2)
  await d.devnet.call(token, 'setGasBurned', [300_000n])
  await d.devnet.call(token, 'scatter', [await wallets(40), 1n, 5n * unit])
  const seconds = await healthy()
  await shows(token, 'waiting(budget)')
  const loss = await lossOf(token)
  expect(loss).toBeLessThanOrEqual(perHour)
  await annotate(
    row(
      'a listed token burns 300,000 gas (40 deposits)',
      perHour,
      loss,
      seconds,
      `${JSON.stringify(await statesOf(token))} `,
    ),
  )
}, 900_000)

test('15,000 transfers in two transactions cost the asset’s budget', async ({ annotate }) => {
  const token = tokenAt(3)
  const holders = await wallets(60)
  await d.devnet.call(token, 'setGasBurned', [200_000n])
  for (const part of [holders.slice(0, 30), holders.slice(30)])
    await d.devnet.call(token, 'scatter', [part, 250n, unit])
  const seconds = await healthy()
  await shows(token, 'waiting(budget)')
  // The runs of the other wallets try to sign meanwhile.
  await healthy()
  const loss = await lossOf(token)
  expect(loss).toBeLessThanOrEqual(perHour)
  await annotate(
    row(
      '15,000 transfers to 60 wallets in two transactions',
      perHour,
      loss,
      seconds,
      `${JSON.stringify(await statesOf(token))} `,
    ),
  )
}, 1_800_000)

test('delegated wallets get nothing', async ({ annotate }) => {
  const before = await lossOf(tokenAt(0))
  const some = await wallets(10)
  for (const address of some)
    await d.devnet.request('anvil_setCode', [address, `0xef0100${'c0'.repeat(20)}`])
  const hashes = []
  for (const address of some) hashes.push(await d.devnet.payToken(tokenAt(0), address, 5n * unit))
  for (const hash of hashes) await reach(hash, 'needs-attention(delegated-elsewhere)')
  const loss = (await lossOf(tokenAt(0))) - before
  expect(loss).toBe(0n)
  await annotate(row('ten delegated wallets', 0n, loss, await healthy()))
}, 900_000)

test('an endpoint that lies about the tip, with gas.maxFeeGwei raised to 10,000, costs gas.maxPerSweep', async ({
  annotate,
}) => {
  const { address } = await d.addWallet()
  proxy.fault('eth_maxPriorityFeePerGas', {
    kind: 'forge',
    change: () => `0x${(9_000n * gwei).toString(16)}`,
  })
  const native = await d.devnet.pay(address, '5')
  const token = await d.devnet.payToken(tokenAt(0), (await d.addWallet()).address, 5n * unit)
  const before = await d.devnet.etherOf(d.keeper)
  await reach(native, 'waiting(gas-price)')
  await reach(token, 'waiting(gas-price)')
  const loss = before - (await d.devnet.etherOf(d.keeper))
  expect(loss).toBe(0n)
  expect(await d.devnet.etherOf(address)).toBe(5n * ether)
  // At a tip just below the cap the lie costs the cap.
  proxy.fault('eth_maxPriorityFeePerGas', {
    kind: 'forge',
    change: () => `0x${(20n * gwei).toString(16)}`,
  })
  await reach(native, 'done')
  const paid = 5n * ether - (await arrivedOf(native))
  expect(paid).toBeLessThanOrEqual(maxPerSweep)
  proxy.heal()
  await reach(token, 'done')
  await annotate(
    row('an endpoint lies about the tip; maxFeeGwei 10,000', maxPerSweep, paid, await healthy()),
  )
}, 900_000)

async function arrivedOf(hash: string): Promise<bigint> {
  const [row] = await d.sql`
    select arrived_amount::text as wei from sweeps s join deposits d on d.sweep_id = s.id
    where d.tx_hash = ${hash}`
  return BigInt(row?.['wei'] ?? 0)
}

test('100,000 deposits of dust cost nothing, and are settled without runs', async ({
  annotate,
}) => {
  const token = tokenAt(4)
  const keeper = await d.devnet.etherOf(d.keeper)
  const [target, full] = (await wallets(2)) as [`0x${string}`, `0x${string}`]
  const others = await wallets(100)
  // 40,000 to a wallet that is swept, 50,000 to one that is not, 100 to each of 100 wallets.
  const large = await d.devnet.payToken(token, full, 100n * unit)
  const start = Date.now()
  for (let n = 0; n < 4; n += 1) await d.devnet.call(token, 'scatter', [[full], 10_000n, 1n])
  for (let n = 0; n < 5; n += 1) await d.devnet.call(token, 'scatter', [[target], 10_000n, 1n])
  await d.devnet.call(token, 'scatter', [others, 100n, 1n])
  const seconds = await healthy()
  await reach(large, 'done', 900_000)
  const states = await eventually(
    () => statesOf(token),
    (seen) => (seen['ignored(dust)'] ?? 0) + (seen['done()'] ?? 0) === 100_001,
    1_500_000,
  )
  const took = Math.round((Date.now() - start) / 1000)
  const spent = keeper - (await d.devnet.etherOf(d.keeper))
  const runs = await d.client.workflow.count(`Asset = 'DST'`)
  const loss = await lossOf(token)
  expect(loss).toBeLessThanOrEqual(maxPerSweep)
  expect(runs.count).toBeLessThan(1_000)
  await annotate(
    row(
      '100,000 deposits of dust',
      perHour,
      loss,
      seconds,
      `settled in ${took} s, ${runs.count} runs, keeper −${inEther(spent)}, ${JSON.stringify(states)} `,
    ),
  )
}, 2_400_000)

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * MONEY 29, 30: a rough day is no attack. No breaker stops a good asset, nothing needs an operator,
 * and a large deposit is swept while a mass of small ones waits.
 */
let d: OwnDeployment
let processes: StartedProcess[]
const unit = 10n ** 18n
const gwei = 10n ** 9n

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      { ...(await devnet.deployToken('rebase-token', 'RBS', 18)), min: '1' },
      {
        ...(await devnet.deployToken('plain-token', 'SML', 18)),
        min: '1',
        budget: { perHour: '0.004' },
      },
    ],
    chain: { gas: { maxFeeGwei: 500, maxPriorityFeeGwei: 2, maxPerSweep: '0.05' } },
    timers: { waitRecheckSeconds: 10, attentionAfterSeconds: 3_000 },
  })
  processes = [d.start('scanner'), d.start('worker')]
}, 600_000)
afterAll(async () => await d?.close())

const tokenAt = (n: number) => d.tokens[n] as Token
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes, limitMs: 600_000 })
const pauses = () => d.sql`select asset, reason from asset_pauses`
const attentions = () => d.sql`select id, reason from deposits where state = 'needs-attention'`

const chainId = async () =>
  Number.parseInt((await d.devnet.request('eth_chainId', [])) as string, 16)

async function payEach(token: Token | undefined, count: number): Promise<string[]> {
  const hashes: string[] = []
  for (let n = 0; n < count; n += 1) {
    const { address } = await d.addWallet()
    hashes.push(
      token
        ? await d.devnet.payToken(token, address, 5n * unit)
        : await d.devnet.pay(address, '0.5'),
    )
  }
  return hashes
}

test('jumps of the base fee by a factor of 50 end with every deposit swept', async () => {
  const hashes = [...(await payEach(tokenAt(0), 8)), ...(await payEach(undefined, 8))]
  for (let n = 0; n < 6; n += 1) {
    const base = n % 2 === 0 ? 50n * gwei : gwei
    await d.devnet.request('anvil_setNextBlockBaseFeePerGas', [`0x${base.toString(16)}`])
    await new Promise((resolve) => setTimeout(resolve, 3_000))
  }
  for (const hash of hashes) await reach(hash, 'done')
  expect([...(await pauses()), ...(await attentions())]).toEqual([])
}, 1_200_000)

test('a negative rebase under 50 signed sweeps reverts them, stops no asset, and all are swept', async () => {
  const token = tokenAt(1)
  const order = ['--asset', 'RBS', '--chain', String(await chainId()), '--operator', 'ann']
  await d.cli('pause', ...order, '--reason', 'a rebase is announced')
  const hashes: string[] = []
  for (let n = 0; n < 50; n += 1) {
    const { address } = await d.addWallet()
    // With gas of its own, each wallet signs at once.
    await d.devnet.setEther(address, 0.05)
    hashes.push(await d.devnet.call(token, 'mint', [address, 5n * unit]))
  }
  for (const hash of hashes) await reach(hash, 'waiting(asset-paused)')
  // No block takes the signed sweeps before the balances have shrunk.
  await d.devnet.request('anvil_setIntervalMining', [0])
  await d.cli('resume', ...order, '--reason', 'the rebase is over')
  const signed = () =>
    d.sql`
      select t.key from transactions t join sweeps s on s.id = t.sweep_id
      where s.asset = ${token.address.toLowerCase()} and t.step = 'sweep' and t.state = 'live'`
  await eventually(signed, (rows) => rows.length === 50, 300_000)
  // The rebase comes first in the block, because it takes effect at once.
  const shrink = `0x${(9n * 10n ** 17n).toString(16).padStart(64, '0')}` as const
  await d.devnet.request('anvil_setStorageAt', [token.address, '0x2', shrink])
  await d.devnet.request('evm_mine', [])
  await d.devnet.request('anvil_setIntervalMining', [1])
  for (const hash of hashes) await reach(hash, 'done')
  const reverted = await d.sql`
    select stale_balance as stale from transactions where step = 'sweep' and state = 'reverted'`
  expect(reverted).toHaveLength(50)
  expect(reverted.every(({ stale }) => stale === true)).toBe(true)
  expect(await d.sql`select 1 from asset_pauses where ended_at is null`).toEqual([])
}, 1_800_000)

test('a mass of small deposits uses up its part of the budget, and a large deposit of the same token is swept', async () => {
  const token = tokenAt(2)
  const small = await payEach(token, 60)
  const waiting = () =>
    d.sql`
      select id from deposits where asset = ${token.address.toLowerCase()} and reason = 'budget'`
  await eventually(waiting, (rows) => rows.length > 0, 300_000)
  const { address } = await d.addWallet()
  const large = await d.devnet.payToken(token, address, 5_000n * unit)
  await reach(large, 'done')
  const done =
    await d.sql`select 1 from deposits where tx_hash in ${d.sql(small)} and state = 'done'`
  expect(done.length).toBeLessThan(small.length)
  expect(await d.sql`select 1 from asset_pauses where ended_at is null`).toEqual([])
}, 1_800_000)

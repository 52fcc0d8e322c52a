import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Tests sweeps of tokens that differ from the ERC-20 standard, and of the largest amounts, in a
 * full deployment (MONEY 11 to 15).
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const largest = 2n ** 256n - 1n
const limit = 600_000

const token = (symbol: string) => d.tokens.find((one) => one.symbol === symbol) as Token
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker] })
const cold = (symbol: string) => d.devnet.tokenOf(token(symbol), d.coldWallet)
const signedFor = async (wallet: string) =>
  (
    await d.sql`
      select t.step from transactions t join sweeps s on s.id = t.sweep_id
      where s.wallet = ${wallet.toLowerCase()} order by t.created_at`
  ).map(({ step }) => step as string)

/**
 * Pays an unlisted wallet, runs `between`, then lists the wallet. No sweep can begin during
 * `between`, because the scanner does not know the wallet yet.
 */
async function paidBefore(symbol: string, amount: bigint, between: () => Promise<unknown>) {
  const { address, list } = await d.addWallet({ unlisted: true })
  const hash = await d.devnet.payToken(token(symbol), address, amount)
  await between()
  await list()
  return { address, hash }
}

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      { ...(await devnet.deployToken('silent-token', 'SIL', 2)), min: '1' },
      { ...(await devnet.deployToken('blacklist-token', 'BLK', 6)), min: '1' },
      { ...(await devnet.deployToken('fee-token', 'FEE', 2, 100n)), min: '1' },
      { ...(await devnet.deployToken('rebase-token', 'RUP', 0)), min: '1' },
      { ...(await devnet.deployToken('rebase-token', 'RDN', 0)), min: '1' },
      { ...(await devnet.deployToken('plain-token', 'MAX', 77)), min: '1' },
      { ...(await devnet.deployToken('two-faced-token', 'TWO', 18)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

test.concurrent(
  'credits and records the amounts after the fee for a token with a transfer fee',
  async () => {
    const { address } = await d.addWallet()
    const hash = await d.devnet.payToken(token('FEE'), address, 10_000n)
    const { id, sweepId } = await reach(hash, 'done')
    const [row] = await d.sql`
      select d.amount::text, s.left_amount::text, s.arrived_amount::text
      from deposits d join sweeps s on s.id = d.sweep_id where d.id = ${id}`
    expect({ ...row }).toEqual({ amount: '9900', left_amount: '9900', arrived_amount: '9801' })
    expect(sweepId).not.toBeNull()
    expect(await d.devnet.tokenOf(token('FEE'), address)).toBe(0n)
  },
  limit,
)

test.concurrent(
  'sweeps the whole balance of tokens whose balances grow or shrink without a Transfer event',
  async () => {
    // One share of the growing token remains in the wallet, because the token rounds down.
    const up = await paidBefore('RUP', 1_003n, () =>
      d.devnet.call(token('RUP'), 'rebase', [37n * 10n ** 17n]),
    )
    const down = await paidBefore('RDN', 1_000n, () =>
      d.devnet.call(token('RDN'), 'rebase', [7n * 10n ** 17n]),
    )
    await reach(up.hash, 'done')
    await reach(down.hash, 'done')
    expect([await cold('RUP'), await cold('RDN')]).toEqual([3_707n, 700n])
    expect(await d.devnet.tokenOf(token('RUP'), up.address)).toBe(3n)
    expect(await d.devnet.tokenOf(token('RDN'), down.address)).toBe(0n)
  },
  limit,
)

test.concurrent(
  'sweeps a token without a return value, and the largest uint256 of a token with 77 decimals',
  async () => {
    const one = await d.addWallet()
    const two = await d.addWallet()
    const quiet = await d.devnet.payToken(token('SIL'), one.address, 123n)
    const most = await d.devnet.payToken(token('MAX'), two.address, largest)
    await reach(quiet, 'done')
    await reach(most, 'done')
    expect([await cold('SIL'), await cold('MAX')]).toEqual([123n, largest])
    const [row] = await d.sql`select amount::text from deposits where tx_hash = ${most}`
    expect(row?.['amount']).toBe(String(largest))
  },
  limit,
)

test.concurrent(
  'the deposit of a blacklisted wallet needs attention before gas is spent; other assets of that wallet and other wallets are swept',
  async () => {
    const { address, hash } = await paidBefore('BLK', 5_000_000n, async () => undefined)
    const { address: barred, list } = await d.addWallet({ unlisted: true })
    const refused = await d.devnet.payToken(token('BLK'), barred, 5_000_000n)
    await d.devnet.call(token('BLK'), 'setBlacklisted', [barred, true])
    await list()
    expect((await reach(refused, 'needs-attention(token-refused)')).detail).toContain('reverts')
    expect(await signedFor(barred)).toEqual([])
    const other = await d.devnet.payToken(token('PLN'), barred, 5n * 10n ** 18n)
    const coin = await d.devnet.pay(barred, '0.5')
    await Promise.all([reach(other, 'done'), reach(coin, 'done'), reach(hash, 'done')])
    expect(await d.devnet.tokenOf(token('BLK'), address)).toBe(0n)
    expect((await rowsOf(d, refused))[0]?.state).toBe('needs-attention(token-refused)')
    expect(await d.devnet.tokenOf(token('BLK'), barred)).toBe(5_000_000n)
  },
  limit,
)

test.concurrent(
  'a sweep that moves nothing sets needs-attention for all earlier and later deposits of the wallet (MONEY 12)',
  async () => {
    const { address, list } = await d.addWallet({ unlisted: true })
    const two = token('TWO')
    const amount = 2n * 10n ** 18n
    await d.devnet.call(two, 'setRefused', [address, true])
    const first = [
      await d.devnet.payToken(two, address, amount),
      await d.devnet.payToken(two, address, amount),
    ]
    await list()
    for (const hash of first) await reach(hash, 'needs-attention(token-refused)')
    const later = await d.devnet.payToken(two, address, amount)
    await reach(later, 'needs-attention(token-refused)')
    expect(await signedFor(address)).toEqual(['gas', 'sweep'])
    await d.devnet.call(two, 'setRefused', [address, false])
    const id = (await rowsOf(d, later))[0]?.id ?? ''
    const answer = await d.cli('retry', id, '--operator', 'ann', '--reason', 'it moves again')
    expect(answer.exitCode).toBe(0)
    const rows = await Promise.all([...first, later].map((hash) => reach(hash, 'done')))
    expect(new Set(rows.map(({ sweepId }) => sweepId)).size).toBe(1)
    expect(await cold('TWO')).toBe(3n * amount)
  },
  limit,
)

test(
  'logs that WebSocket, poll and rescan all return create no second row and no second sweep',
  async () => {
    const before = await d.sql`select id, state, sweep_id from deposits order by id`
    expect(before.length).toBe(12)
    const sweeps = await d.sql`select count(*)::int as count from sweeps where outcome = 'swept'`
    // The rescan covers only blocks that the scanner has read: a slow scanner lags behind the
    // node's head.
    const [read] = await d.sql`select height - 5 as to from scan_cursors`
    const chain = String(d.devnet.chainId)
    const blocks = ['--from', '1', '--to', String(read?.['to'])]
    const signed = ['--operator', 'ann', '--reason', 'a drill']
    const answer = await d.cli('rescan', '--chain', chain, ...blocks, ...signed, '--json')
    expect(answer.exitCode, answer.stderr).toBe(0)
    const [cursor] = await d.sql`select final_height::int as height from scan_cursors`
    await eventually(
      async () => (await d.sql`select final_height::int as height from scan_cursors`)[0],
      (row) => (row?.['height'] ?? 0) > (cursor?.['height'] ?? 0) + 1,
    )
    const after = await d.sql`select id, state, sweep_id from deposits order by id`
    expect(after.map((row) => ({ ...row }))).toEqual(before.map((row) => ({ ...row })))
    expect(await d.sql`select count(*)::int as count from sweeps where outcome = 'swept'`).toEqual(
      sweeps,
    )
  },
  limit,
)

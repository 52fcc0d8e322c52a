import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Tokens that credit interest inside a sweep, or log a sweep twice, in a full deployment (MONEY 11,
 * 12).
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const limit = 600_000

const token = (symbol: string) => d.tokens.find((one) => one.symbol === symbol) as Token
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker] })
const cold = (symbol: string) => d.devnet.tokenOf(token(symbol), d.coldWallet)

/** Waits until the deposit is done. Returns its sweep and the sweep's transaction. */
async function sweptWithInterest(hash: string) {
  const { sweepId } = await reach(hash, 'done')
  const [sweep] = await d.sql`select tx_hash from sweeps where id = ${sweepId}`
  return { sweepId, sweepTx: String(sweep?.['tx_hash']) }
}

/** Makes a token deposit. Runs `between` after the payment and before the wallet is listed. */
async function paidBefore(
  symbol: string,
  amount: bigint,
  between: (to: string) => Promise<unknown>,
) {
  const { address, list } = await d.addWallet({ unlisted: true })
  const hash = await d.devnet.payToken(token(symbol), address, amount)
  await between(address)
  await list()
  return { address, hash }
}

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('interest-token', 'INT', 2)), min: '1' },
      { ...(await devnet.deployToken('interest-token', 'AFT', 2)), min: '1' },
      { ...(await devnet.deployToken('interest-token', 'EVL', 2)), min: '1' },
      { ...(await devnet.deployToken('accruing-token', 'ACC', 6, 100n)), min: '0.5' },
      { ...(await devnet.deployToken('doubling-token', 'TWI', 2)), min: '1' },
    ],
  })
  await d.devnet.call(token('AFT'), 'setPaysAfter', [true])
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

test.concurrent.each(['INT', 'AFT'])(
  'interest credited after the signature stays in the wallet until the next sweep (%s)',
  async (symbol) => {
    const { address, hash } = await paidBefore(symbol, 10_000n, (to) =>
      d.devnet.call(token(symbol), 'owe', [to, 500n]),
    )
    const { sweepTx, sweepId } = await sweptWithInterest(hash)
    const interest = await reach(sweepTx, 'done')
    expect(interest.sweepId).not.toBe(sweepId)
    expect(await d.devnet.tokenOf(token(symbol), address)).toBe(0n)
    expect(await cold(symbol)).toBe(10_500n)
  },
  limit,
)

test.concurrent(
  'deposit and interest are done without needs-attention if the balances grow in every block',
  async () => {
    const { address } = await d.addWallet()
    const acc = token('ACC')
    const first = await d.devnet.payToken(acc, address, 1_000_000_000n)
    const { sweepTx } = await sweptWithInterest(first)
    await reach(sweepTx, 'done')
    const second = await d.devnet.payToken(acc, address, 70_000_000n)
    await reach(second, 'done')
    const rows = await d.sql`
      select state, reason from deposits where wallet = ${address.toLowerCase()}`
    expect(rows.filter(({ state }) => state === 'needs-attention')).toEqual([])
  },
  limit,
)

test.concurrent(
  'a phantom credit that a hostile token logs inside a sweep is never done',
  async () => {
    const evil = token('EVL')
    await d.devnet.call(evil, 'setPhantom', [10n ** 30n])
    const { address, hash } = await paidBefore('EVL', 10_000n, (to) =>
      d.devnet.call(evil, 'owe', [to, 500n]),
    )
    const { sweepTx } = await sweptWithInterest(hash)
    const done = async () => (await rowsOf(d, sweepTx)).filter(({ state }) => state === 'done')
    await reach(sweepTx, 'done').catch(() => undefined)
    const [row, ...more] = await done()
    expect(more).toEqual([])
    const [read] = await d.sql`select amount::text from deposits where id = ${row?.id ?? ''}`
    expect(read?.['amount']).toBe('500')
    expect(await cold('EVL')).toBe(10_500n)
    expect(await d.devnet.tokenOf(evil, address)).toBe(0n)
  },
  limit,
)

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { historyOf, reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * Effects of gas prices on signed sweeps in a full deployment. The test mines each block at a
 * chosen base fee.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const gwei = 10n ** 9n
const five = 5n * 10n ** 18n
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker] })

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    chain: { gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2, bumpAfterBlocks: 2 } },
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

const baseFee = (wei: bigint) =>
  d.devnet.request('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`])

/** Mines one block at this base fee, and sets the same base fee for the next block. */
async function mineAt(wei: bigint) {
  await baseFee(wei)
  await d.devnet.request('evm_mine')
  await baseFee(wei)
}

/** Mines a block at this base fee every 400 ms until `holds` is true. */
async function mineUntil<T>(wei: bigint, look: () => Promise<T>, holds: (seen: T) => boolean) {
  let next = 0
  return await eventually(async () => {
    const seen = await look()
    if (holds(seen) || Date.now() < next) return seen
    await mineAt(wei)
    next = Date.now() + 400
    return seen
  }, holds)
}

/**
 * Makes a deposit whose sweep is broadcast and unmined. From the payment on, only the test mines
 * blocks.
 */
async function signedSweep(pay: (wallet: `0x${string}`) => Promise<string>) {
  await mineAt(10n)
  await d.devnet.request('anvil_setIntervalMining', [1])
  const { address, list } = await d.addWallet({ unlisted: true })
  const hash = await pay(address)
  await d.devnet.request('anvil_setIntervalMining', [0])
  // The payment is final before the wallet is listed, so the sweep is signed while no block is
  // mined automatically.
  await mineAt(10n)
  await mineAt(10n)
  await list()
  const steps = async () => (await attemptsOf(address)).filter(({ sends }) => sends > 0)
  const gasMined = async () => {
    const gas = (await steps()).find(({ step }) => step === 'gas')
    return gas && (await d.devnet.request('eth_getTransactionReceipt', [gas.hash])) !== null
  }
  const signed = async () => (await steps()).some(({ step }) => step === 'sweep')
  await eventually(steps, ({ length }) => length > 0)
  // A token's sweep is signed only after its gas is mined.
  if (!(await signed())) await mineUntil(10n, gasMined, Boolean)
  await eventually(signed, Boolean)
  return { address, hash }
}

async function attemptsOf(wallet: string) {
  const rows = await d.sql`
    select t.step, t.round, t.state, t.nonce::int as nonce, t.mined_block, t.key, a.number, a.kind, a.hash,
      a.sends, a.value_wei::text as value, a.max_fee_wei::text as fee, t.fee_cap_wei::text as cap, t.mined_hash
    from attempts a join transactions t on t.key = a.transaction_key join sweeps s on s.id = t.sweep_id
    where s.wallet = ${wallet.toLowerCase()} order by t.step, t.round, a.number`
  return rows as unknown as {
    step: string
    round: number
    state: string
    nonce: number
    mined_block: string | null
    key: string
    number: number
    kind: string
    hash: string
    sends: number
    value: string
    fee: string
    cap: string
    mined_hash: string | null
  }[]
}

const stateOf = async (hash: string) => {
  const [row] = await d.sql`select state from deposits where tx_hash = ${hash}`
  return String(row?.['state'])
}
const noncesOf = async (wallet: string) =>
  Number(await d.devnet.request('eth_getTransactionCount', [wallet, 'latest']))

test('a token sweep above its funded fee cap waits, gets one more gas round, is bumped, and is done once (MONEY 8)', async () => {
  const { address, hash } = await signedSweep((to) => d.devnet.payToken(token(), to, five))
  const keeperNonce = await noncesOf(d.keeper)
  await mineAt(30n * gwei)
  await reach(hash, 'waiting(gas-price)')
  const before = await attemptsOf(address)
  expect(before.filter(({ step }) => step === 'sweep')).toMatchObject([
    { state: 'live', mined_block: null },
  ])
  await mineUntil(
    30n * gwei,
    () => stateOf(hash),
    (state) => state === 'done',
  )
  const after = await attemptsOf(address)
  const sweeps = after.filter(({ step }) => step === 'sweep')
  expect(new Set(sweeps.map(({ key }) => key)).size).toBe(1)
  expect(sweeps.length).toBeGreaterThan(1)
  expect(sweeps.every(({ fee, cap }) => BigInt(fee) <= BigInt(cap))).toBe(true)
  const rounds = after.filter(({ step }) => step === 'gas').map(({ round }) => round)
  expect(new Set(rounds)).toEqual(new Set([1, 2]))
  expect(await d.devnet.tokenOf(token(), d.coldWallet)).toBe(five)
  expect(await noncesOf(address)).toBe(1)
  expect((await noncesOf(d.keeper)) - keeperNonce).toBe(1)
  const [deposit] = await d.sql`select id from deposits where tx_hash = ${hash}`
  await historyOf(d, deposit?.['id'])
})

test('a native sweep waits above the fee ceiling; a bump below the ceiling lowers its value and empties the wallet (MONEY 9)', async () => {
  const { address, hash } = await signedSweep((to) => d.devnet.pay(to, '0.5'))
  const before = await d.devnet.etherOf(d.coldWallet)
  await mineAt(300n * gwei)
  const row = await reach(hash, 'waiting(gas-price)')
  expect(row.detail).toContain('the ceiling is 200000000000')
  // A slow machine may have bumped the sweep once before the price rose. Above the ceiling no other
  // attempt is signed.
  const waiting = await attemptsOf(address)
  await mineAt(300n * gwei)
  const still = await attemptsOf(address)
  expect(still.length).toBe(waiting.length)
  for (const attempt of still) expect(attempt).toMatchObject({ state: 'live', mined_block: null })
  await mineUntil(
    100n * gwei,
    () => stateOf(hash),
    (state) => state === 'done',
  )
  const attempts = await attemptsOf(address)
  const mined = attempts.find((attempt) => attempt.hash === attempt.mined_hash)
  expect(mined?.number).toBeGreaterThan(waiting.length)
  expect(BigInt(mined?.value ?? 0)).toBeLessThan(BigInt(attempts[0]?.value ?? 0))
  expect((await d.devnet.etherOf(d.coldWallet)) - before).toBe(BigInt(mined?.value ?? 0))
  expect(await d.devnet.etherOf(address)).toBe(0n)
  expect(await noncesOf(address)).toBe(1)
  const [sweep] = await d.sql`
    select s.arrived_amount::text as arrived from deposits d join sweeps s on s.id = d.sweep_id
    where d.tx_hash = ${hash}`
  expect(sweep?.['arrived']).toBe(mined?.value)
})

test('after a cancelled sweep, the next round moves the tokens on the next nonce (MONEY 2, 3)', async () => {
  const held = await d.devnet.tokenOf(token(), d.coldWallet)
  const { address, hash } = await signedSweep((to) => d.devnet.payToken(token(), to, five))
  // The price exceeds the funded amount, and the wallet's balance pays for a cancel at that price.
  await d.devnet.setEther(address, 0.005)
  await mineAt(3n * gwei)
  await d.sql`
    update transactions t set cancel_reason = 'an operator asked'
    from sweeps s where s.id = t.sweep_id and s.wallet = ${address.toLowerCase()} and t.step = 'sweep'`
  const cancelOf = async () => (await attemptsOf(address)).find(({ kind }) => kind === 'cancel')
  await eventually(cancelOf, (cancel) => (cancel?.sends ?? 0) > 0)
  await mineUntil(3n * gwei, cancelOf, (cancel) => cancel?.state === 'cancelled')
  await mineUntil(
    10n,
    () => stateOf(hash),
    (state) => state === 'done',
  )
  const sweeps = (await attemptsOf(address)).filter(({ step }) => step === 'sweep')
  const ends = new Map(sweeps.map(({ round, state, nonce }) => [round, `${state} ${nonce}`]))
  expect(Object.fromEntries(ends)).toEqual({ 1: 'cancelled 0', 2: 'succeeded 1' })
  expect((await d.devnet.tokenOf(token(), d.coldWallet)) - held).toBe(five)
  expect(await noncesOf(address)).toBe(2)
})

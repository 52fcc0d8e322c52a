import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { reaches, rowsOf } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * MONEY 26 in a full deployment: attacks that cost what the attacker liked before the caps. The
 * operator's ceiling is far too high, and the only endpoint suggests any tip.
 */
let d: OwnDeployment
let proxy: FaultProxy
let processes: StartedProcess[]
const gwei = 10n ** 9n
const maxPerSweep = 3n * 10n ** 17n

beforeAll(async () => {
  d = await ownDeployment({
    rpc: async (url) => {
      proxy = await faultProxy(url)
      return [proxy.url]
    },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('flooding-token', 'FLD', 18)), min: '1' },
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      {
        ...(await devnet.deployToken('plain-token', 'TINY', 18)),
        min: '1',
        budget: { perHour: '0.000000001' },
      },
      {
        ...(await devnet.deployToken('plain-token', 'PRICED', 18)),
        min: '1',
        price: { fixed: '0.001' },
      },
    ],
    chain: {
      gas: { maxFeeGwei: 10_000, maxPriorityFeeGwei: 10_000, maxPerSweep: '0.3' },
      native: { symbol: 'ETH', min: '0.01', approveAbove: '1' },
    },
    timers: { waitRecheckSeconds: 1 },
  })
  processes = [d.start('scanner'), d.start('worker')]
})
afterAll(async () => {
  await d?.close()
  await proxy?.close()
})

const reach = (hash: string, state: string) => reaches(d, hash, state, { processes })
const suggestTip = (wei: bigint) =>
  proxy.fault('eth_maxPriorityFeePerGas', {
    kind: 'forge',
    change: () => `0x${wei.toString(16)}`,
  })

test('a node that lies about the tip gets no more than gas.maxFeeShare of a native deposit', async () => {
  const { address } = await d.addWallet()
  suggestTip(9_000n * gwei)
  const hash = await d.devnet.pay(address, '0.5')
  const row = await reach(hash, 'waiting(gas-price)')
  expect(row.detail).toMatch(
    /may cost \d+ wei for \d+ wei that it moves, and gas\.maxFeeShare allows 25 %/,
  )
  expect(await d.sql`select 1 from attempts`).toEqual([])
  const before = await d.devnet.etherOf(d.coldWallet)
  proxy.heal()
  await reach(hash, 'done')
  expect(await d.devnet.etherOf(address)).toBe(0n)
  const arrived = (await d.devnet.etherOf(d.coldWallet)) - before
  expect(arrived * 4n).toBeGreaterThanOrEqual(3n * 5n * 10n ** 17n)
})

test('a token sweep that a lying node makes dearer than gas.maxPerSweep is neither funded nor signed', async () => {
  const [, plain] = d.tokens as [Token, Token]
  const { address } = await d.addWallet()
  const keeper = await d.devnet.etherOf(d.keeper)
  suggestTip(9_000n * gwei)
  const hash = await d.devnet.payToken(plain, address, 10n ** 18n)
  const row = await reach(hash, 'waiting(gas-price)')
  expect(row.detail).toContain(`gas.maxPerSweep allows ${maxPerSweep}`)
  expect(await d.devnet.etherOf(d.keeper)).toBe(keeper)
  proxy.heal()
  await reach(hash, 'done')
})

test('a listed token that burns gas is not swept, costs the keeper nothing, and stops no other asset', async () => {
  const [hostile, plain] = d.tokens as [Token, Token]
  const { address } = await d.addWallet()
  await d.devnet.call(hostile, 'setLogsBefore', [5_000n])
  const keeper = await d.devnet.etherOf(d.keeper)
  const hash = await d.devnet.payToken(hostile, address, 10n ** 18n)
  const row = await reach(hash, 'needs-attention(gas-limit)')
  expect(row.detail).toMatch(/needs a gas limit of \d{7}, and maxGas of FLD allows 500000/)
  expect(await d.devnet.etherOf(address)).toBe(0n)
  expect(await d.devnet.etherOf(d.keeper)).toBe(keeper)
  const healthy = await d.addWallet()
  await reach(await d.devnet.payToken(plain, healthy.address, 10n ** 18n), 'done')
  const shown = await d.cli('sweep', hash)
  expect(shown.stdout).toContain('raise its maxGas')
})

test('the keeper sends nothing to a delegated wallet, and a sweep that it pays for itself continues', async () => {
  const [, plain] = d.tokens as [Token, Token]
  const { address } = await d.addWallet()
  await d.devnet.request('anvil_setCode', [address, `0xef0100${'c0'.repeat(20)}`])
  const keeper = await d.devnet.etherOf(d.keeper)
  const hash = await d.devnet.payToken(plain, address, 10n ** 18n)
  const { id, detail } = await reach(hash, 'needs-attention(delegated-elsewhere)')
  expect(detail).toContain('has code')
  expect(await d.devnet.etherOf(d.keeper)).toBe(keeper)
  await d.devnet.setEther(address, 0.005)
  await d.cli('retry', id, '--operator', 'ann', '--reason', 'paid by hand')
  await reach(hash, 'done')
  expect(await d.devnet.etherOf(d.keeper)).toBe(keeper)
})

test('a held native deposit pays for no token sweep of its wallet', async () => {
  const [, plain] = d.tokens as [Token, Token]
  const { address } = await d.addWallet()
  const held = await d.devnet.pay(address, '5')
  await reach(held, 'waiting(approval)')
  await reach(await d.devnet.payToken(plain, address, 10n ** 18n), 'done')
  expect(await d.devnet.etherOf(address)).toBeGreaterThanOrEqual(5n * 10n ** 18n)
  const rounds = await d.sql`
    select 1 from transactions t join sweeps s on s.id = t.sweep_id
    where s.wallet = ${address.toLowerCase()} and t.step = 'gas'`
  expect(rounds).toHaveLength(1)
})

test('an asset whose budget is used up waits, with the numbers, and other assets continue', async () => {
  const [, plain, tiny] = d.tokens as [Token, Token, Token]
  const { address } = await d.addWallet()
  const hash = await d.devnet.payToken(tiny, address, 10n ** 18n)
  const row = await reach(hash, 'waiting(budget)')
  expect(row.detail).toMatch(
    /^TINY has spent 0 ETH in the last hour, the next transaction costs up to 0\.\d+ ETH, and budget\.perHour allows 0\.000000001 ETH: it never fits: raise budget\.perHour$/,
  )
  await reach(await d.devnet.payToken(plain, address, 10n ** 18n), 'done')
  expect((await rowsOf(d, hash))[0]?.state).toBe('waiting(budget)')
  const shown = await d.cli('plan')
  expect(shown.stdout).toMatch(/TINY.*budget/)
})

test('a deposit that is not worth its gas waits, blocks no other asset, and leaves with a larger one', async () => {
  const [, , , priced] = d.tokens as [Token, Token, Token, Token]
  const { address } = await d.addWallet()
  const keeper = await d.devnet.etherOf(d.keeper)
  suggestTip(2n * gwei)
  const small = await d.devnet.payToken(priced, address, 10n ** 18n)
  const { id, detail } = await reach(small, 'waiting(uneconomic)')
  expect(detail).toMatch(
    /^the sweep’s gas costs 0\.\d+ ETH now, 1 PRICED are worth 0\.001 ETH at 0\.001 ETH each, and maxGasShare allows 10 %$/,
  )
  expect(await d.devnet.etherOf(d.keeper)).toBe(keeper)
  await reach(await d.devnet.pay(address, '0.5'), 'done')
  expect((await d.cli('sweep', id)).stdout).toContain('raise maxGasShare or correct price')
  expect((await d.cli('plan')).stdout).toMatch(/PRICED.*uneconomic/)
  expect((await d.cli('plan', '--now')).stdout).toMatch(/PRICED.*uneconomic/)
  expect((await d.cli('explain', small)).stdout).toContain('uneconomic')
  await reach(await d.devnet.payToken(priced, address, 1_000n * 10n ** 18n), 'done')
  await reach(small, 'done')
  const cheaper = await d.devnet.payToken(priced, (await d.addWallet()).address, 10n ** 18n)
  await reach(cheaper, 'waiting(uneconomic)')
  proxy.heal()
  await reach(cheaper, 'done')
})
